from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.forms.board import BoardForm, ProposeForm
from matching.models import Match, PairingRun
from matching.services.pools import load_places
from matching.services.proposing import candidates_for, find_pairs, propose_pair, propose_pairs, waiting_list
from matching.services.searching import Found, Waiting
from matching.services.wording import advice_sentence, excluded_words, reason_sentences
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission
from recruitment.models import Participant, PeerSupporter
from recruitment.querysets import named

PER_PAGE = 25
MOST_SHOWN = 50
MOST_PROPOSALS = 20


@page(Permission.MATCH_PROPOSE)
def board(request: MemberRequest) -> HttpResponse:
    """Who waits, with how many candidates; the best pairs for all at once; proposals that wait for an answer."""
    form = BoardForm(request.POST if "propose" in request.POST else None)
    result: dict[str, Any] = {}
    if "find" in request.POST:
        pairing = find_pairs(programme=request.programme, now=timezone.now())
        result = _result(request, pairing.as_result(), pairing.matched) | {"fingerprint": pairing.fingerprint}
    elif request.method == "POST":
        done = attempt(form, propose_pairs, programme=request.programme, by=request.member, now=timezone.now())
        if done:
            return redirect(f"{request.path}?{urlencode({'run': done[1].pk})}")
    elif request.GET.get("run", "").isdigit():
        run = get_object_or_404(PairingRun.objects.visible_to(request.member), pk=request.GET["run"])
        result = _result(request, run.result) | {"run": run}
    context = {"form": form, "result": result, **_waiting(request), **_proposals(request)}
    return render(request, "matching/board.html", context)


@page(Permission.MATCH_PROPOSE)
def candidates(request: MemberRequest, participant_id: int) -> HttpResponse:
    """Up to five peer supporters for somebody who waits, with reasons, and why others do not come into question."""
    everybody = Participant.objects.visible_to(request.member).select_related("person", "programme")
    participant = get_object_or_404(everybody, pk=participant_id)
    form = ProposeForm(request.POST or None, member=request.member)
    deed = {"programme": request.programme, "participant": participant, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, propose_pair, **deed):
        messages.success(request, _("The proposal is made. The peer supporter gets a message and can answer it."))
        return redirect("matching:board", request.programme.slug)
    found = candidates_for(participant, today=request.today)
    live = Match.objects.visible_to(request.member).live().filter(participant=participant).first()
    context = {"participant": participant, "form": form, "found": found, "live": live, **_about(request, participant)}
    return render(request, "matching/candidates.html", context)


def _waiting(request: MemberRequest) -> dict[str, Any]:
    """The waiting list, filtered, sorted and cut into pages."""
    places = load_places(request.programme)
    everybody = waiting_list(request.programme, today=request.today, places=places)
    nobody = [one for one in everybody if not one.candidates]
    words, show, sort = (request.GET.get(name, "") for name in ("q", "show", "sort"))
    listed = nobody if show == "nobody" else everybody
    visible = Participant.objects.visible_to(request.member)
    if words:
        found = set(visible.waiting().filter(named(words)).values_list("pk", flat=True))
        listed = [one for one in listed if one.participant in found]
    if sort == "candidates":
        listed = sorted(listed, key=lambda one: one.candidates)
    page_obj = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    people = visible.select_related("person").in_bulk([one.participant for one in page_obj])
    kept = {name: value for name, value in (("q", words), ("show", show), ("sort", sort)) if value}
    return {
        "rows": [_row(request, one, people[one.participant], places.name) for one in page_obj],
        "page_obj": page_obj,
        "total": len(everybody),
        "querystring": urlencode(kept),
        "chips": _chips(kept, show, len(everybody), len(nobody)),
        "q": words,
        "hidden": [{"name": "show", "value": show}] if show else [],
        "selects": [_sorts(sort)],
    }


def _row(request: MemberRequest, one: Waiting, participant: Participant, place_name: Any) -> dict[str, Any]:
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


def _proposals(request: MemberRequest) -> dict[str, Any]:
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


def _result(request: MemberRequest, result: dict[str, Any], found: Sequence[Found] = ()) -> dict[str, Any]:
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


def _about(request: MemberRequest, participant: Participant) -> dict[str, Any]:
    """The participant beside the candidates: wishes, times, and what is not known."""
    person = participant.person
    known = {
        _("languages"): person.languages,
        _("free times"): participant.available,
        _("postcode"): person.postcode,
        _("date of birth"): person.born_on,
        _("gender"): person.gender,
    }
    wishes = [
        str(participant.get_wishes_gender_display()) if participant.wishes_gender else "",
        str(participant.get_wishes_age_display()) if participant.wishes_age else "",
    ]
    return {
        "place": load_places(request.programme).name(person.postcode),
        "wishes": ", ".join(wish for wish in wishes if wish),
        "unknown": ", ".join(label for label, value in known.items() if not value),
        "days": max(0, (request.today - participant.registered_on).days),
    }
