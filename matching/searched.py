"""The list of earlier searches: a search a row, and in words what came of searching once more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Func, IntegerField, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.choices import RunStatus
from matching.models import PairingRun
from matching.querysets import PairingRunQuerySet
from matching.services.repeating import Repeated
from programmes.access import MemberRequest

TONES = {
    RunStatus.DONE: ("good", "check2"),
    RunStatus.FAILED: ("danger", "exclamation-triangle"),
    RunStatus.ASKED: ("info", "hourglass-split"),
    RunStatus.RUNNING: ("info", "hourglass-split"),
}


def search_list(request: MemberRequest) -> PairingRunQuerySet:
    """Every kept search, the newest first; what it found is counted in the database and not read."""
    counts = {"found": "matched", "left": "unmatched"}
    lengths = {
        name: Coalesce(Func(F(f"result__{key}"), function="jsonb_array_length", output_field=IntegerField()), 0)
        for name, key in counts.items()
    }
    wants = {f"for_{what}": Q(result__wants__has_key=what) for what in ("effect", "advice")}
    found = PairingRun.objects.visible_to(request.member).light().select_related("ran_by")
    return found.annotate(**lengths, **wants).order_by("-pk")


def search_rows(request: MemberRequest, runs: Iterable[PairingRun]) -> list[dict[str, Any]]:
    """Who searched when and by which rules, what was found, and the way to open it."""
    board = reverse("matching:board", args=[request.programme.slug])
    return [
        {
            "run": run,
            "rules": _("version %(n)s") % {"n": run.rules_version} if run.rules_version else _("the usual rules"),
            "why": _why(run),
            "tone": TONES[RunStatus(run.status)][0],
            "icon": TONES[RunStatus(run.status)][1],
            "done": run.status == RunStatus.DONE,
            "url": f"{board}?{urlencode({'run': run.pk})}#pairs-title",
        }
        for run in runs
    ]


def _why(run: PairingRun) -> str:
    """What was asked for beside the pairs."""
    if getattr(run, "for_effect", False):
        return _("to try other rules")
    return _("to see what would help") if getattr(run, "for_advice", False) else ""


def again_words(done: Repeated) -> str:
    """What came of searching once more."""
    if done.same:
        return ngettext(
            "Searched once more from what was kept: the same, pair by pair and reason by reason (%(n)s pair).",
            "Searched once more from what was kept: the same, pair by pair and reason by reason (%(n)s pairs).",
            done.pairs,
        ) % {"n": done.pairs}
    said = _("Searched once more from what was kept: %(n)s of %(all)s pairs are the same.") % {
        "n": done.pairs,
        "all": done.pairs + done.others,
    }
    if done.same_code:
        return f"{said} {_('That should not be. Please tell those who look after peerhub.')}"
    if done.optimal:
        return f"{said} {_('peerhub has changed since and drew other lots; both sets are as good.')}"
    return f"{said} {_('peerhub has changed since and weighs some things differently now.')}"
