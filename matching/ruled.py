"""What the page “How we match” shows: versions, what each changed, and what other rules would change, with names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.choices import LanguageLevel, RunStatus, VettingFor
from matching.forms.rules import CRITERIA
from matching.models import MatchingRules, PairingRun
from matching.pairing import WEIGHTS
from matching.services.ruling import rules_of
from programmes.access import MemberRequest
from recruitment.models import Participant, PeerSupporter

PER_PAGE = 10
TYPED = "rules_reason"  # in the session
# What holds in every programme, in the order in which a pair is looked at; nobody can switch it off.
ALWAYS = (
    gettext_lazy("Nobody is matched with herself, with somebody she must not meet, or with somebody it failed with."),
    gettext_lazy("Both speak a common language."),
    gettext_lazy("What either of them wishes about gender and age is kept to."),
    gettext_lazy("Both have at least one free time in the week in common."),
    gettext_lazy("The way is no longer than the peer supporter wishes to travel."),
    gettext_lazy("The peer supporter has a certificate, is active and has a free place."),
    gettext_lazy("Support is of the kind that is asked for; a home is large enough for the household."),
    gettext_lazy("What is not known rules nobody out; it is named beside the pair."),
)


def versions_for(request: MemberRequest) -> dict[str, Any]:
    """The versions, newest first, each with what it changed; the first one beside the usual rules."""
    found = MatchingRules.objects.visible_to(request.member).select_related("made_by").order_by("-version")
    page_obj = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page_obj)
    first = page_obj.end_index()
    rest = list(found[first : first + 1]) or [MatchingRules(programme=request.programme, version=0)]
    slug, newest = request.programme.slug, page_obj.number == 1
    versions = [
        {
            "rules": row,
            "changes": changes(before, row),
            "is_now": newest and number == 0,
            "url": reverse("matching:rules_again", args=[slug, row.pk]),
        }
        for number, (row, before) in enumerate(pairwise([*rows, *rest]))
    ]
    return {"versions": versions, "page_obj": page_obj}


def changes(before: MatchingRules, after: MatchingRules) -> list[str]:
    """What is different in ``after``: “Short way: 20 → 60”."""
    said = _facts(before)
    return [f"{label}: {said.get(label, '—')} → {value}" for label, value in _facts(after).items()
            if said.get(label) != value]  # fmt: skip


def _facts(rules: MatchingRules) -> dict[str, str]:
    facts = {str(label): str(rules.weights.get(name, WEIGHTS[name])) for name, (label, _why) in CRITERIA.items()}
    facts[_("A common language is")] = str(LanguageLevel(rules.language_level).label)
    facts[_("A valid certificate of conduct is needed")] = str(VettingFor(rules.vetting_for).label)
    facts[_("Serve the longest waiting first")] = _("yes") if rules.waiting_first else _("no")
    for days, weight in rules.caseload.items():
        facts[_("A match with a visit every %(days)s days") % {"days": days}] = str(weight)
    return facts


def current(request: MemberRequest) -> MatchingRules:
    """The rules that hold in this programme."""
    return rules_of(request.programme)


def effect_shown(request: MemberRequest, effect: Mapping[str, Any]) -> dict[str, Any]:
    """An effect with the names of those for whom something changes."""
    swaps: Sequence[Mapping[str, int]] = effect["swaps"]
    theirs = Participant.objects.visible_to(request.member).select_related("person")
    ours = PeerSupporter.objects.visible_to(request.member).select_related("person")
    who = theirs.in_bulk([one["participant"] for one in swaps])
    with_whom = ours.in_bulk({one[name] for one in swaps for name in ("now", "then")})

    def named(pk: int) -> str:
        return with_whom[pk].person.full_name if pk in with_whom else _("nobody")

    rows = [
        {"participant": who[one["participant"]].person.full_name, "now": named(one["now"]), "then": named(one["then"])}
        for one in swaps
        if one["participant"] in who
    ]
    return {**effect, "rows": rows, "more": effect["touched"] - len(rows)}


def trial_of(request: MemberRequest, key: str) -> PairingRun | None:
    """The search that was asked to try rules, by its number in the address; None when it is none of these."""
    runs = PairingRun.objects.visible_to(request.member).defer("inputs")
    return runs.filter(pk=key[:18], result__wants__has_key="effect").first() if key.isdecimal() else None


def tried_values(request: MemberRequest, run: PairingRun | None) -> dict[str, Any] | None:
    """What the form of a trial held: the rules, the version they were made from, and why, as far as it was typed."""
    if run is None:
        return None
    wants, kept = run.result["wants"], request.session.get(TYPED, {})
    seen = {} if wants.get("seen") is None else {"seen": wants["seen"]}
    return {**wants["effect"], **seen, "reason": kept.get(str(run.pk), "")}


def keep_reason(request: MemberRequest, run: PairingRun, reason: str) -> None:
    """Keep what somebody typed until her trial is done: for her alone, and of her newest trial alone."""
    request.session[TYPED] = {str(run.pk): reason} if reason else {}


def trial_shown(request: MemberRequest, run: PairingRun) -> dict[str, Any]:
    """How far a trial is, and what came out of it."""
    effect = run.result.get("effect")
    return {
        "run": run,
        "pending": run.status in (RunStatus.ASKED, RunStatus.RUNNING),
        "failed": run.status == RunStatus.FAILED,
        "effect": effect_shown(request, effect) if effect else None,
    }
