"""The year of a match as a picture: a field for each month, with what happened in it, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching import taper
from matching.choices import Outcome, every
from matching.models import Extension, Match, Visit, VisitPlan
from matching.services.planning import coming_dates, last_step, segments_of

SERIES = 4
# What a month can hold, in the order of the legend: kind, its words.
KINDS = (
    ("held", gettext_lazy("visit held")),
    ("missed", gettext_lazy("visit that did not happen")),
    ("coming", gettext_lazy("visit planned")),
    ("review", gettext_lazy("review")),
    ("step", gettext_lazy("how often changes")),
    ("gate", gettext_lazy("possible step")),
    ("end", gettext_lazy("end of the year")),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing on one day."""

    on: date
    kind: str
    title: str


@dataclass(slots=True)
class Month:
    """A calendar month of the year: how often visits are made in it, its marks, whether it is paused or extra."""

    first: date
    series: int = 1
    how_often: str = ""
    marks: list[Mark] = field(default_factory=list)
    paused: int = 0
    extra: bool = False
    now: bool = False

    @property
    def words(self) -> str:
        """The month for those who do not see it."""
        counts = {kind: sum(mark.kind == kind for mark in self.marks) for kind in ("held", "missed", "coming")}
        said = [self.how_often]
        said += [
            ngettext("%(n)s visit held", "%(n)s visits held", counts["held"]) % {"n": counts["held"]},
            ngettext("%(n)s did not happen", "%(n)s did not happen", counts["missed"]) % {"n": counts["missed"]},
            ngettext("%(n)s planned", "%(n)s planned", counts["coming"]) % {"n": counts["coming"]},
        ]
        known = [self.how_often, *(words for words, n in zip(said[1:], counts.values(), strict=True) if n)]
        known += [mark.title for mark in self.marks if mark.kind not in counts]
        if self.paused:
            known.append(ngettext("%(n)s day of pause", "%(n)s days of pause", self.paused) % {"n": self.paused})
        return ", ".join(known)


def year_picture(match: Match, visits: Iterable[Visit], today: date) -> dict[str, Any]:
    """Everything the picture shows, of a match that has a plan."""
    plan = match.plan
    extension = Extension.objects.filter(match=match).first()
    segments = segments_of(plan)
    visits = [visit for visit in visits if visit.outcome != Outcome.WITHDRAWN]
    coming = coming_dates(match)
    marks = [*_of_visits(visits), *_of_plan(plan, match, today)]
    marks += [Mark(day, "coming", _day(day)) for day in coming]
    months = _months(plan, segments, today, extension)
    by_month = {month.first: month for month in months}
    for mark in sorted(marks, key=lambda one: one.on):
        month = by_month.get(mark.on.replace(day=1))
        if month:
            month.marks.append(mark)
    _pauses(match, by_month, today)
    held = sum(visit.outcome == Outcome.HELD for visit in visits)
    return {
        "months": months,
        "legend": [(kind, words) for kind, words in KINDS if any(mark.kind == kind for mark in marks)],
        "count_held": held,
        "count_missed": sum(visit.outcome in Outcome.values and visit.outcome != Outcome.HELD for visit in visits),
        "count_coming": len(coming),
        "extension": extension,
        "plan": plan,
        "last_day": plan.ends_on - timedelta(days=1),
        "review_waits": bool(plan.review_due_on and plan.review_due_on <= today),
    }


def _months(plan: VisitPlan, segments: list[taper.Segment], today: date, extension: Extension | None) -> list[Month]:
    months = []
    first, last = plan.starts_on.replace(day=1), max(plan.ends_on - timedelta(days=1), plan.starts_on)
    while first <= last:
        end = first + relativedelta(months=1, days=-1)
        interval = taper.interval_on(segments, end)
        step = plan.ladder.index(interval) + 1 if interval in plan.ladder else 1
        extra = bool(extension and end >= extension.from_on)
        months.append(Month(first, min(SERIES, step), every(interval), extra=extra, now=first <= today <= end))
        first = first + relativedelta(months=1)
    return months


def _of_visits(visits: Iterable[Visit]) -> list[Mark]:
    return [
        Mark(
            visit.occurred_on,
            "held" if visit.outcome == Outcome.HELD else "missed",
            f"{_day(visit.occurred_on)}: {visit.get_outcome_display()}",
        )
        for visit in visits
    ]


def _of_plan(plan: VisitPlan, match: Match, today: date) -> list[Mark]:
    marks = [
        Mark(review.held_on, "review", f"{_day(review.held_on)}: {review.get_decision_display()}")
        for review in match.reviews.all()
    ]
    marks += [
        Mark(part.starts_on, "step", f"{_day(part.starts_on)}: {every(part.interval)} ({part.get_reason_display()})")
        for part in plan.segments.exclude(reason__in=("initial", "hold"))
    ]
    gates = {gate for gate in (*plan.gates, plan.gate_on) if gate and today < gate < plan.ends_on}
    marks += [Mark(gate, "gate", f"{_day(gate)}: {_('possible step')}") for gate in gates]
    return [*marks, Mark(plan.ends_on - timedelta(days=1), "end", f"{_day(plan.ends_on)}: {_('end of the year')}")]


def _pauses(match: Match, by_month: dict[date, Month], today: date) -> None:
    for pause in match.pauses.all():
        day = pause.starts_on
        until = pause.resumed_on or max(pause.expected_on, today)
        while day < until:
            month = by_month.get(day.replace(day=1))
            if month:
                month.paused += 1
            day += timedelta(days=1)


def _day(day: date) -> str:
    return date_format(day, "j F")


def read_out(match: Match, today: date) -> str:
    """What the peer supporter reads out when visits became less frequent lately; empty when nothing changed."""
    plan = getattr(match, "plan", None)
    step = last_step(plan, today) if plan else None
    if step is None:
        return ""
    return _(
        "“We have met often, and you manage more and more yourself. From now on I come %(every)s. If you need me more "
        "often again, tell me or call the office: then we change it back.”"
    ) % {"every": every(step.interval)}
