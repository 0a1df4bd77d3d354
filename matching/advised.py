"""What the page about recruitment shows: what would help everybody, whom to look for, and each person left over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.choices import RunStatus
from matching.models import PairingRun
from matching.services.advising import Advice, find_help, is_small
from matching.services.pools import CODE_OF_KIND
from matching.services.wording import advice_sentence, changed_rule, excluded_words, language_labels
from programmes.access import MemberRequest
from recruitment.choices import SpokenLevel, SupporterStatus, slot_label
from recruitment.models import Campaign, Participant

PER_PAGE = 25
MOST_HELPED = 12
# Where somebody can begin with a change: a page, its filters, and what the link says.
SUPPORTERS = ("recruitment:supporters", "status=active", gettext_lazy("Look at the peer supporters"))
WAITING = ("matching:board", "show=nobody", gettext_lazy("Look at those without a candidate"))
BEGIN = {
    **dict.fromkeys(("full", "vetting", "room", "supporter_gender", "supporter_age"), SUPPORTERS),
    "forbidden": ("matching:marks", "", gettext_lazy("Look at the decisions about pairs")),
}
GENDERS = {"woman": gettext_lazy("a woman"), "man": gettext_lazy("a man")}


def found_for(request: MemberRequest) -> dict[str, Any]:
    """What was found, by numbers: at once where few wait, else by the worker, with how far it is.

    ``result`` is None as long as nothing has been found.
    """
    if is_small(request.programme):
        pairing = find_help(programme=request.programme, now=timezone.now())
        return {"result": pairing.as_result(), "at_once": True}
    runs = PairingRun.objects.visible_to(request.member).defer("inputs").filter(result__wants__has_key="advice")
    newest = runs.order_by("-pk").first()
    done = newest if newest and newest.status == RunStatus.DONE else runs.filter(status=RunStatus.DONE).first()
    return {
        "result": done.result if done else None,
        "run": newest,
        "done": done,
        "pending": bool(newest and newest.status in (RunStatus.ASKED, RunStatus.RUNNING)),
        "failed": bool(newest and newest.status == RunStatus.FAILED),
    }


def advice_shown(request: MemberRequest, result: Mapping[str, Any]) -> dict[str, Any]:
    """The advice in words, with the people it is about and where to begin."""
    advice, left = Advice(**result["advice"]), result["unmatched"]
    people = _visible_left(request, left)
    page_obj = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    helped = {who for one in advice.wanted for who in one["helps"][:MOST_HELPED]}
    names = _names(request, [*helped, *(one["participant"] for one in page_obj)])
    campaigns = open_campaigns(request)
    return {
        "advice": advice,
        "matched": len(result["matched"]),
        "waiting": len(result["matched"]) + len(left),
        "changes": _changes(request, advice),
        "untried": [changed_rule(code) for code in advice.untried],
        "wanted": [
            _wanted(request, one, text, names) | _campaign(request, one, campaigns)
            for one, text in zip(advice.wanted, advice.wanted_sentences, strict=True)
        ],
        "rows": [_row(request, one, names) for one in page_obj],
        "page_obj": page_obj,
    }  # fmt: skip


def _visible_left(request: MemberRequest, left: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those left over, with the words of the search box; a kept search may name people who are gone since."""
    words = request.finding.words
    if not words:
        return left
    found = Participant.objects.visible_to(request.member).waiting().named(words)
    keys = set(found.values_list("pk", flat=True))
    return [one for one in left if one["participant"] in keys]


def _names(request: MemberRequest, keys: Iterable[int]) -> dict[int, str]:
    rows = Participant.objects.visible_to(request.member).filter(Q(pk__in=set(keys))).select_related("person")
    return {row.pk: row.person.full_name for row in rows}


def _changes(request: MemberRequest, advice: Advice) -> list[dict[str, Any]]:
    rows = []
    for one, sentence in zip(advice.changes, advice.change_sentences, strict=True):
        page, filters, label = BEGIN.get(one["relax"], WAITING)
        url = reverse(page, args=[request.programme.slug])
        rows.append({"sentence": sentence, "url": f"{url}?{filters}" if filters else url, "label": label})
    return rows


def _wanted(request: MemberRequest, one: Mapping[str, Any], text: str, names: Mapping[int, str]) -> dict[str, Any]:
    slug = request.programme.slug
    asked = {"status": SupporterStatus.IN_TRAINING.value, "language": "".join(one["languages"][:1])}
    helped = [
        {"name": names[who], "url": reverse("matching:candidates", args=[slug, who])}
        for who in one["helps"][:MOST_HELPED]
        if who in names
    ]
    return {
        "sentence": text,
        "helped": helped,
        "more": max(0, len(one["helps"]) - MOST_HELPED),
        "training_url": f"{reverse('recruitment:supporters', args=[slug])}?{urlencode(asked)}",
        "language": "".join(language_labels(one["languages"][:1])),
    }


def open_campaigns(request: MemberRequest) -> list[Campaign]:
    """The campaigns that look for peer supporters now, or soon: the oldest first."""
    return list(Campaign.objects.visible_to(request.member).open().for_supporters().order_by("starts_on", "pk"))


def campaign_for(one: Mapping[str, Any], campaigns: Iterable[Campaign]) -> Campaign | None:
    """The campaign that already looks for whom this line of the advice names."""
    facts = {name: one[name] for name in ("languages", "slots", "postcode", "gender")}
    facts["kind"] = CODE_OF_KIND[one["kind"]]
    return next((campaign for campaign in campaigns if campaign.looks_for(**facts)), None)


def _campaign(request: MemberRequest, one: Mapping[str, Any], campaigns: list[Campaign]) -> dict[str, Any]:
    """The campaign of this line, or what a new one begins with; and others that look for the same language."""
    found = campaign_for(one, campaigns)
    others = [row for row in campaigns if row is not found and set(row.languages) & set(one["languages"])]
    begin = [("wanted", 1), ("support_kind", CODE_OF_KIND[one["kind"]])]
    begin += [("postcode", one["postcode"]), ("gender", one["gender"])]
    begin += [("languages", code) for code in one["languages"]] + [("available", slot) for slot in one["slots"]]
    if one["languages"]:
        begin.append(("language_level", SpokenLevel.WELL.value))  # as the search takes it of somebody new
    return {
        "campaign": _linked(request, found) if found else None,
        "others": [_linked(request, row) for row in others],
        "begin": [{"name": name, "value": str(value)} for name, value in begin if value != ""],
    }


def _linked(request: MemberRequest, campaign: Campaign) -> dict[str, Any]:
    return {
        "name": campaign.name,
        "url": reverse("recruitment:campaign", args=[request.programme.slug, campaign.pk]),
        "state": campaign.state_on(request.today).label,
    }


def _row(request: MemberRequest, one: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, str]:
    who = one["participant"]
    return {
        "name": names.get(who, ""),
        "url": reverse("matching:candidates", args=[request.programme.slug, who]),
        "excluded": excluded_words(one["excluded"]) or _("No active peer supporter has a certificate."),
        "advice": advice_sentence(one["relax"], one["opens"], one["possible"]),
    }


def rows_to_take_away(request: MemberRequest, result: Mapping[str, Any]) -> list[list[Any]]:
    """The advice as a table, without a name: what to change, whom to look for, and the campaign that does."""
    advice, campaigns = Advice(**result["advice"]), open_campaigns(request)
    rows: list[list[Any]] = [
        [_("Change for everybody"), sentence, one["matches"], "", "", "", "", ""]
        for one, sentence in zip(advice.changes, advice.change_sentences, strict=True)
    ]
    rows += [
        [
            _("Peer supporter to look for"), sentence, one["matches"], ", ".join(language_labels(one["languages"])),
            f"{one['postcode']} {one['place']}".strip(), ", ".join(slot_label(slot) for slot in one["slots"]),
            GENDERS.get(one["gender"], ""), getattr(campaign_for(one, campaigns), "name", ""),
        ]
        for one, sentence in zip(advice.wanted, advice.wanted_sentences, strict=True)
    ]  # fmt: skip
    return rows
