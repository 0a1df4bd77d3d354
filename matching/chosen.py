"""The person who was chosen on the board: her wishes, her candidates, what her own best costs others, a week grid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.choices import MarkKind
from matching.models import Match
from matching.services.looking import Look, Weighed
from matching.services.saying import choice_sentence, cost_sentences
from matching.services.suggesting import SLOT_HOURS, Card, candidates_for, excluded_people
from matching.services.wording import excluded_label, listed
from matching.whence import BOARD, PERSON, kept_in
from programmes.access import MemberRequest
from recruitment.choices import DAY_PARTS, WEEKDAYS, ParticipantStatus, SupportKind, TravelMode
from recruitment.models import Participant, PeerSupporter

MOST_COMPARED = 3
WEIGHED_AT_ONCE = 1000  # with so many who wait the two searches take a tenth of a second; beyond, on one click
PER_PAGE = 50


def about_for(request: MemberRequest, participant: Participant, look: Look) -> dict[str, Any]:
    """The participant (with_file) beside the candidates: wishes, times, and what is not known."""
    person, told = participant.person, participant.file
    unknown = {
        _("languages"): not person.languages,
        _("free times"): not told.available,
        _("postcode"): not person.postcode,
        _("date of birth"): not person.born_on,
        _("gender"): not person.gender,
        _("children at home"): told.children is None,
        _("whether visits are at home"): told.visits_at_home is None,
        _("what help is asked with"): not told.request_for_help,
    }
    wishes = [
        str(told.get_wishes_gender_display()) if told.wishes_gender else "",
        str(told.get_wishes_age_display()) if told.wishes_age else "",
    ]
    return {
        "place": look.places.name(person.postcode) if participant.file_open else "",
        "wishes": ", ".join(wish for wish in wishes if wish),
        "spoken": _spoken(participant),
        "kind": SupportKind(participant.support_kind).label,
        "unknown": listed([label for label, missing in unknown.items() if missing]),
        "waits": participant.status == ParticipantStatus.WAITING,
        "days": max(0, (request.today - participant.registered_on).days),
    }


def _spoken(participant: Participant) -> list[str]:
    person = participant.person
    return [
        _("%(language)s (a little)") % {"language": name} if code in person.languages_little else name
        for code, name in zip(person.languages, person.language_names, strict=True)
    ]


def candidates_of(request: MemberRequest, participant: Participant, look: Look) -> dict[str, Any]:
    """Her candidates, the first five and on request more; and what is best for her against what is best for all."""
    more = "more" in request.GET
    found = candidates_for(participant, today=request.today, look=look, more=more)
    if found is None:
        mine = Match.objects.visible_to(request.member).live().filter(participant=participant)
        return {"found": None, "live": mine.first()}
    quick = len(look.pool.participants) <= WEIGHED_AT_ONCE or "weigh" in request.GET
    weighed = look.weighed(participant.pk) if quick and found.possible else None
    return {
        "found": found,
        "more": more,
        "cards": [_shown(request, participant, card, weighed) for card in found.cards],
        "others": [_shown(request, participant, card, weighed) for card in found.others],
        "hidden_count": found.possible - len(found.cards) - len(found.others),
        "choice": _choice(request, participant, weighed) if weighed else None,
        "may_weigh": not quick and bool(found.possible),
    }


def _shown(request: MemberRequest, participant: Participant, card: Card, weighed: Weighed | None) -> dict[str, Any]:
    key = card.supporter.pk
    return {
        "card": card,
        "propose_url": propose_url(request, [(participant.pk, key)]),
        "decide_urls": _decide_urls(request, participant.pk, key),
        "best": bool(weighed and weighed.own == key),
        "best_for_all": bool(weighed and weighed.given == key),
    }


def _decide_urls(request: MemberRequest, participant: int, supporter: int) -> dict[str, str]:
    """The page that writes down a decision about these two, filled in but for the reason; it leads back here."""
    page = reverse("matching:mark_new", args=[request.programme.slug])
    pair = {"supporter": supporter, "participant": participant, PERSON: participant}
    kept = {BOARD: urlencode(kept_in(request.GET))} if kept_in(request.GET) else {}
    kinds = (MarkKind.FORBIDDEN, MarkKind.LOCKED)
    return {str(kind): f"{page}?{urlencode({**pair, 'kind': kind, **kept})}" for kind in kinds}


def propose_url(request: MemberRequest, pairs: Iterable[tuple[int, int]]) -> str:
    """The second step for these pairs: who would get which message. It leads back here, to the board as it is now."""
    asked = [("pair", f"{theirs}-{ours}") for theirs, ours in pairs]
    asked += [*kept_in(request.GET).items(), (PERSON, "1")]
    return f"{reverse('matching:propose', args=[request.programme.slug])}?{urlencode(asked)}"


def _choice(request: MemberRequest, participant: Participant, weighed: Weighed) -> dict[str, Any]:
    """Best for her against best for all, in words, with the way to propose either."""
    ours = [one for one in (weighed.own, weighed.given) if one is not None]
    theirs = [*weighed.without, *weighed.instead]
    supporters = _names(PeerSupporter.objects.visible_to(request.member), ours)
    participants = _names(Participant.objects.visible_to(request.member), theirs)
    return {
        "weighed": weighed,
        "own": supporters.get(weighed.own, ""),
        "given": supporters.get(weighed.given, "") if weighed.given else "",
        "own_url": propose_url(request, [(participant.pk, weighed.own)]),
        "given_url": propose_url(request, [(participant.pk, weighed.given)]) if weighed.given else "",
        "sentence": choice_sentence(weighed, supporters),
        "costs": cost_sentences(weighed, participants),
    }


def _names(rows: Any, keys: list[int]) -> dict[int, str]:
    return {pk: row.person.full_name for pk, row in rows.select_related("person").in_bulk(keys).items()}


def excluded_for(request: MemberRequest, participant: Participant, code: str) -> dict[str, Any]:
    """Everybody who does not come into question for one reason."""
    people = excluded_people(participant, code=code, today=request.today).visible_to(request.member)
    page_obj = Paginator(people.order_by("person__first_name", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"person": one.person, "url": reverse("recruitment:supporter", args=[request.programme.slug, one.pk])}
        for one in page_obj
    ]
    kept = {name: value for name, value in kept_in(request.GET).items() if name != "page"}
    querystring = urlencode({"code": code} | kept)
    return {"rows": rows, "page_obj": page_obj, "label": excluded_label(code), "querystring": querystring}


# -- The week grid ---------------------------------------------------------------------------------------------------


def week_for(request: MemberRequest, participant: Participant) -> dict[str, Any]:
    """The participant's times beside those of up to three peer supporters: parts of the day by weekdays."""
    asked = [int(one) for one in dict.fromkeys(request.GET.getlist("with")) if one.isdecimal()]
    visible = PeerSupporter.objects.visible_to(request.member).active().select_related("person")
    found = visible.in_bulk(asked[:MOST_COMPARED])
    chosen = [found[one] for one in asked[:MOST_COMPARED] if one in found]
    hers = set(participant.file.available or [])
    people = [_person(participant.person.full_name, hers, set())]
    people += [_person(one.person.full_name, set(one.available), hers) for one in chosen]
    return {
        "days": [str(day) for day in WEEKDAYS],
        "parts": [
            {"label": str(part).capitalize(), "rows": [_part(person, number) for person in people], "size": len(people)}
            for number, part in enumerate(DAY_PARTS)
        ],
        "compared": [_summary(request, participant, one, hers) for one in chosen],
        "too_many": max(0, len(asked) - MOST_COMPARED),
        "known": bool(hers),
    }


def _person(name: str, slots: set[int], hers: set[int]) -> dict[str, Any]:
    return {"name": name, "slots": slots, "shared": slots & hers}


def _part(person: dict[str, Any], part: int) -> dict[str, Any]:
    """One line: seven days of one part of the day of one person."""
    slots = [day * len(DAY_PARTS) + part for day in range(len(WEEKDAYS))]
    cells = ["shared" if one in person["shared"] else "on" if one in person["slots"] else "" for one in slots]
    return {"name": person["name"], "cells": cells, "known": bool(person["slots"])}


def _summary(
    request: MemberRequest, participant: Participant, supporter: PeerSupporter, hers: set[int]
) -> dict[str, Any]:
    ours = set(supporter.available)
    mode = TravelMode(supporter.travel_mode).label if supporter.travel_mode else ""
    return {
        "name": supporter.person.full_name,
        "known": bool(ours and hers),
        "times": len(ours & hers),
        "hours": SLOT_HOURS * len(ours & hers),
        "languages": supporter.person.language_names,
        "mode": mode,
        "url": propose_url(request, [(participant.pk, supporter.pk)]),
    }
