"""What the board of matching and the page of candidates show, made ready for their templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.models import Match
from matching.services.pools import load_places
from matching.services.proposing import waiting_list
from matching.services.searching import Found, Waiting
from matching.services.wording import advice_sentence, excluded_words, reason_sentences
from peerhub.lib.finding import without_words
from programmes.access import MemberRequest
from recruitment.models import Participant, PeerSupporter
from recruitment.querysets import named

PER_PAGE = 25
MOST_SHOWN = 50
MOST_PROPOSALS = 20


def waiting_for(request: MemberRequest) -> dict[str, Any]:
    """The waiting list, filtered, sorted and cut into pages."""
    places = load_places(request.programme)
    everybody = waiting_list(request.programme, today=request.today, places=places)
    nobody = [one for one in everybody if not one.candidates]
    words, show, sort = request.finding.words, request.GET.get("show", ""), request.GET.get("sort", "")
    listed = nobody if show == "nobody" else everybody
    visible = Participant.objects.visible_to(request.member)
    if words:
        found = set(visible.waiting().filter(named(words)).values_list("pk", flat=True))
        listed = [one for one in listed if one.participant in found]
    if sort == "candidates":
        listed = sorted(listed, key=lambda one: one.candidates)
    page_obj = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    people = visible.select_related("person").in_bulk([one.participant for one in page_obj])
    kept = {name: value for name, value in (("find", request.finding.key), ("show", show), ("sort", sort)) if value}
    return {
        "rows": [_row(request, one, people[one.participant], places.name) for one in page_obj],
        "page_obj": page_obj,
        "total": len(everybody),
        "querystring": urlencode(kept),
        "chips": _chips(kept, show, len(everybody), len(nobody)),
        "q": words,
        "clear_url": without_words(request),
        "hidden": [{"name": "show", "value": show}] if show else [],
        "selects": [_sorts(sort)],
    }


def _row(
    request: MemberRequest, one: Waiting, participant: Participant, place_name: Callable[[str], str]
) -> dict[str, Any]:
    person = participant.person
    count = one.candidates
    return {
        "person": person,
        "languages": ", ".join(person.language_names),
        "place": place_name(person.postcode),
        "days": one.days,
        "url": reverse("matching:candidates", args=[request.programme.slug, one.participant]),
        "tone": "info" if count else "warm",
        "icon": "people" if count else "exclamation-triangle",
        "candidates": ngettext("%(n)s candidate", "%(n)s candidates", count) % {"n": count},
    }


def _chips(kept: dict[str, str], show: str, everybody: int, nobody: int) -> list[dict[str, Any]]:
    entries = (("", _("Everybody"), everybody), ("nobody", _("Without a candidate"), nobody))
    rest = {name: value for name, value in kept.items() if name != "show"}
    return [
        {
            "label": label,
            "count": count,
            "active": show == value,
            "url": f"?{urlencode(rest | ({'show': value} if value else {}))}",
        }
        for value, label, count in entries
    ]


def _sorts(sort: str) -> dict[str, Any]:
    entries = (("", _("Waiting longest")), ("candidates", _("Fewest candidates")))
    options = [{"value": value, "label": label, "selected": sort == value} for value, label in entries]
    return {"name": "sort", "label": _("Sort"), "options": options}


def proposals_for(request: MemberRequest) -> dict[str, Any]:
    """Open proposals, the oldest first, with the answer that is missing."""
    found = Match.objects.visible_to(request.member).proposed().select_related("participant_person", "supporter_person")
    count = found.count()
    rows = [
        {
            "match": match,
            "state": _answers(match),
            "ready": bool(match.supporter_accepted_on and match.participant_accepted_on),
            "url": reverse("matching:match", args=[request.programme.slug, match.pk]),
        }
        for match in found.order_by("proposed_on", "pk")[:MOST_PROPOSALS]
    ]
    return {"proposals": rows, "proposals_count": count, "proposals_more": max(0, count - len(rows))}


def _answers(match: Match) -> str:
    if match.supporter_accepted_on and match.participant_accepted_on:
        return _("Both say yes: plan the introduction")
    if match.supporter_accepted_on:
        return _("The peer supporter says yes: ask the participant")
    if match.participant_accepted_on:
        return _("The participant says yes; the peer supporter has not answered")
    return _("Nobody has answered yet")


def result_for(request: MemberRequest, result: dict[str, Any], found: Sequence[Found] = ()) -> dict[str, Any]:
    """What a search found, with names; the first fifty of each list. Fresh pairs come with their strongest reason."""
    why = {one.participant: reason_sentences(one.reasons[:1])["for"] for one in found[:MOST_SHOWN]}
    matched, unmatched = result["matched"], result["unmatched"]
    shown, left = matched[:MOST_SHOWN], unmatched[:MOST_SHOWN]
    participants = _names(
        Participant.objects.visible_to(request.member),
        [one[0] for one in shown] + [one["participant"] for one in left],
    )
    supporters = _names(PeerSupporter.objects.visible_to(request.member), [one[1] for one in shown])
    return {
        "count": len(matched),
        "made": result["made"],
        "pairs": [
            {
                "participant": participants.get(one[0]),
                "supporter": supporters.get(one[1]),
                "score": one[2],
                "why": "".join(why.get(one[0], [])),
            }
            for one in shown
        ],
        "pairs_more": len(matched) - len(shown),
        "left": [
            {
                "participant": participants.get(one["participant"]),
                "excluded": excluded_words(one["excluded"]),
                "advice": advice_sentence(one["relax"], one["opens"], one["possible"]),
                "url": reverse("matching:candidates", args=[request.programme.slug, one["participant"]]),
            }
            for one in left
        ],
        "left_count": len(unmatched),
        "left_more": len(unmatched) - len(left),
    }


def _names(rows: Any, keys: Iterable[int]) -> dict[int, str]:
    return {pk: row.person.full_name for pk, row in rows.select_related("person").in_bulk(list(keys)).items()}


def about_for(request: MemberRequest, participant: Participant) -> dict[str, Any]:
    """The participant (with_file) beside the candidates: wishes, times, and what is not known."""
    person = participant.person
    known = {
        _("languages"): person.languages,
        _("free times"): participant.available,
        _("postcode"): person.postcode,
        _("date of birth"): person.born_on,
        _("gender"): person.gender,
    }
    wishes = [
        str(participant.file.get_wishes_gender_display()) if participant.file.wishes_gender else "",
        str(participant.file.get_wishes_age_display()) if participant.file.wishes_age else "",
    ]
    return {
        "place": load_places(request.programme).name(person.postcode) if participant.file_open else "",
        "wishes": ", ".join(wish for wish in wishes if wish),
        "unknown": ", ".join(label for label, value in known.items() if not value),
        "days": max(0, (request.today - participant.registered_on).days),
    }
