"""What both panes of the board show around a person: the waiting list, the best pairs for all, the open proposals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.choices import RunStatus
from matching.models import Match, MatchingRules, PairingRun
from matching.services.looking import Look, Waiting
from matching.services.wording import advice_sentence, excluded_words, language_labels, reason_sentences
from matching.whence import KEPT, OF_RUN, carried, kept_in
from peerhub.lib.finding import without_words
from programmes.access import MemberRequest
from recruitment.choices import ParticipantStatus, SupportKind
from recruitment.models import Participant, PeerSupporter
from recruitment.querysets import ParticipantQuerySet

PER_PAGE = 25
PAIRS_PER_PAGE = 50
MOST_LEFT = 50
MOST_PROPOSALS = 20


def waiting_for(request: MemberRequest, look: Look, chosen: int = 0) -> dict[str, Any]:
    """The waiting list, filtered, sorted and cut into pages; ``chosen`` is the participant who stands beside it."""
    everybody = look.waiting()
    asked = {name: request.GET.get(name, "") for name in ("show", "language", "kind", "sort")}
    visible = Participant.objects.visible_to(request.member)
    listed = _filtered(everybody, asked)
    if request.finding.words:
        found = set(visible.waiting().named(request.finding.words).values_list("pk", flat=True))
        listed = [one for one in listed if one.participant in found]
    if asked["sort"] == "candidates":
        listed = sorted(listed, key=lambda one: one.candidates)
    page_obj = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    people = visible.select_related("person").in_bulk([one.participant for one in page_obj])
    kept = {name: value for name, value in kept_in(request.GET).items() if name in KEPT}
    here = urlencode(kept | ({"page": str(page_obj.number)} if page_obj.number > 1 else {}))
    return {
        "rows": [_row(request, one, people[one.participant], look.places.name, here, chosen) for one in page_obj],
        "page_obj": page_obj,
        "total": len(everybody),
        "others": _others(request, visible, len(everybody)),
        "querystring": urlencode(kept),
        "list_url": reverse("matching:board", args=[request.programme.slug]) + (f"?{here}" if here else ""),
        "here": here,
        "all_url": f"?{urlencode({name: kept[name] for name in OF_RUN if name in kept})}",
        "filtered": bool(kept.keys() - {"show", *OF_RUN}),
        "chips": _chips(kept, asked["show"], len(everybody), sum(not one.candidates for one in everybody)),
        "q": request.finding.words,
        "clear_url": without_words(request),
        "carried": carried(request),
        "hidden": [{"name": name, "value": kept[name]} for name in ("show", *OF_RUN) if name in kept],
        "selects": _selects(everybody, asked),
        **_neighbours(request, [one.participant for one in page_obj], here, chosen),
    }


def _others(request: MemberRequest, visible: ParticipantQuerySet, listed: int) -> str:
    """Why the list of all who wait is longer than this one, in words; empty when it is not. One query."""
    waiting = visible.waiting().with_file(request.today)
    found = waiting.aggregate(all=Count("pk"), with_file=Count("pk", filter=Q(file_open=True)))
    proposed, unasked, why = found["with_file"] - listed, found["all"] - found["with_file"], []
    if proposed > 0:
        said = ngettext(
            "%(n)s has a proposal or will be introduced", "%(n)s have a proposal or will be introduced", proposed
        )
        why.append(said % {"n": proposed})
    if unasked > 0:
        said = ngettext("%(n)s has not said yes to a file yet", "%(n)s have not said yes to a file yet", unasked)
        why.append(said % {"n": unasked})
    if not why:
        return ""
    more = found["all"] - listed
    said = ngettext(
        "%(n)s person more is on the waiting list: %(why)s.", "%(n)s more are on the waiting list: %(why)s.", more
    )
    return said % {"n": more, "why": "; ".join(why)}


def _filtered(everybody: list[Waiting], asked: dict[str, str]) -> list[Waiting]:
    return [
        one
        for one in everybody
        if (asked["show"] != "nobody" or not one.candidates)
        and (not asked["language"] or asked["language"] in one.languages)
        and (not asked["kind"] or asked["kind"] == one.kind)
    ]


def _row(
    request: MemberRequest, one: Waiting, participant: Participant, place_name: Callable[[str], str], here: str,
    chosen: int,
) -> dict[str, Any]:  # fmt: skip
    person = participant.person
    count = one.candidates
    return {
        "person": person,
        "languages": ", ".join(person.language_names),
        "place": place_name(person.postcode),
        "days": one.days,
        "url": _address(request, one.participant, here),
        "chosen": one.participant == chosen,
        "tone": "info" if count else "warm",
        "icon": "people" if count else "exclamation-triangle",
        "candidates": ngettext("%(n)s candidate", "%(n)s candidates", count) % {"n": count},
    }


def _address(request: MemberRequest, participant: int, here: str) -> str:
    return reverse("matching:candidates", args=[request.programme.slug, participant]) + (f"?{here}" if here else "")


def _neighbours(request: MemberRequest, listed: list[int], here: str, chosen: int) -> dict[str, str]:
    """Who stands before and after the chosen one on this page of the list."""
    if chosen not in listed:
        return {}
    place = listed.index(chosen)
    found = {"previous": listed[place - 1 : place], "next": listed[place + 1 : place + 2]}
    return {f"{name}_url": _address(request, one[0], here) for name, one in found.items() if one}


def _chips(kept: dict[str, str], show: str, everybody: int, nobody: int) -> list[dict[str, Any]]:
    entries = (("", _("Everybody"), everybody), ("nobody", _("0 candidates"), nobody))
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


def _selects(everybody: Iterable[Waiting], asked: dict[str, str]) -> list[dict[str, Any]]:
    """Language and kind as far as somebody who waits has them; and the order."""
    spoken = sorted({code for one in everybody for code in one.languages})
    kinds = sorted({one.kind for one in everybody})
    languages = sorted(zip(language_labels(spoken), spoken, strict=True))
    found = [_select("language", _("Language"), asked, [("", _("All")), *((code, label) for label, code in languages)])]
    if len(kinds) > 1:
        labels = [(kind, str(SupportKind(kind).label)) for kind in kinds]
        found.append(_select("kind", _("Asks for"), asked, [("", _("All")), *labels]))
    order = [("", _("Waiting longest")), ("candidates", _("Fewest candidates"))]
    return [*found, _select("sort", _("Sort"), asked, order)]


def _select(name: str, label: str, asked: dict[str, str], entries: list[tuple[str, str]]) -> dict[str, Any]:
    options = [{"value": value, "label": words, "selected": asked[name] == value} for value, words in entries]
    return {"name": name, "label": label, "options": options}


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


def result_for(request: MemberRequest, run: PairingRun, look: Look) -> dict[str, Any]:
    """What a kept search found: pairs to tick, each with its reasons, and who stays on the waiting list and why.

    ``stale`` when people, wishes, places or rules have changed since; each pair is looked at again in any case. Reasons
    are shown, and counted in ``read`` (people, by key), only of those who still wait and whose file is open today.
    """
    if run.status != RunStatus.DONE:
        return {"run": run, "running": True, "failed": run.status == RunStatus.FAILED}
    matched, unmatched = run.result.get("matched", []), run.result.get("unmatched", [])
    page_obj = Paginator(matched, PAIRS_PER_PAGE).get_page(request.GET.get("pairs"))
    left = unmatched[:MOST_LEFT]
    keys = [one[0] for one in page_obj], [one["participant"] for one in left]
    visible = Participant.objects.visible_to(request.member)
    everybody = visible.with_file(request.today).select_related("person").in_bulk([*keys[0], *keys[1]])
    supporters = _names(PeerSupporter.objects.visible_to(request.member), [one[1] for one in page_obj])
    live = Match.objects.visible_to(request.member).live().filter(participant_id__in=keys[0])
    busy = dict(live.values_list("participant_id", "supporter_id"))
    reasons = run.result.get("reasons", {})
    pairs = [_pair(one, everybody.get(one[0]), supporters, busy, reasons.get(str(one[0]), [])) for one in page_obj]
    ticked = set(request.GET.getlist("pair"))  # on the way back from the second step: what was ticked, no more
    for pair in pairs:
        pair["ticked"] = not ticked or pair["value"] in ticked
    return {
        "run": run,
        "waiting_first": _rules_of(request, run).waiting_first,
        "stale": run.result.get("fingerprint") != look.fingerprint,
        "count": len(matched),
        "pairs": pairs,
        "read": [everybody[one[0]].person_id for one, pair in zip(page_obj, pairs, strict=True) if pair["reasons"]],
        "pairs_page": page_obj,
        "pairs_pages": _pages(request, page_obj),
        "open": sum(not pair["state"] for pair in pairs),
        "left": [_left(request, one, everybody.get(one["participant"])) for one in left],
        "left_count": len(unmatched),
        "left_more": len(unmatched) - len(left),
    }


def _rules_of(request: MemberRequest, run: PairingRun) -> MatchingRules:
    """The version of the rules that a search kept to; the usual ones where none was stored."""
    kept = MatchingRules.objects.visible_to(request.member).filter(version=run.rules_version).first()
    return kept or MatchingRules()


def _pair(
    one: list[int],
    participant: Participant | None,
    supporters: dict[int, str],
    busy: dict[int, int],
    reasons: list[Any],
) -> dict[str, Any]:
    closed = _closed(participant)
    why = None if closed else reason_sentences(reasons)
    state = _("proposed") if busy.get(one[0]) == one[1] else _("found somebody else") if one[0] in busy else closed
    return {
        "value": f"{one[0]}-{one[1]}",
        "participant": participant.person.full_name if participant else "",
        "supporter": supporters.get(one[1], ""),
        "score": one[2],
        "state": state,
        "first": "".join(why["for"][:1]) if why else "",
        "reasons": why,
    }


def _closed(participant: Participant | None) -> str:
    """Why nothing is said any more about somebody whom an earlier search found; empty as long as she waits."""
    if participant is None or participant.status != ParticipantStatus.WAITING:
        return _("does not wait any more")
    return "" if participant.file_open else _("no yes to a file")


def _pages(request: MemberRequest, page_obj: Any) -> list[dict[str, Any]]:
    """Links to the pages of a long list of pairs; the waiting list beside it stays where it is."""
    links = []
    for number in page_obj.paginator.page_range if page_obj.has_other_pages() else ():
        query: QueryDict = request.GET.copy()
        query.pop("pair", None)
        query["pairs"] = str(number)
        links.append({"number": number, "url": f"?{query.urlencode()}", "active": number == page_obj.number})
    return links


def _left(request: MemberRequest, one: dict[str, Any], participant: Participant | None) -> dict[str, Any]:
    closed = _closed(participant)
    return {
        "participant": participant.person.full_name if participant else "",
        "closed": closed,
        "excluded": "" if closed else excluded_words(one["excluded"]),
        "advice": "" if closed else advice_sentence(one["relax"], one["opens"], one["possible"]),
        "url": reverse("matching:candidates", args=[request.programme.slug, one["participant"]]) if participant else "",
    }


def _names(rows: Any, keys: Iterable[int]) -> dict[int, str]:
    return {pk: row.person.full_name for pk, row in rows.select_related("person").in_bulk(list(keys)).items()}
