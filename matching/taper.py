"""The taper: when the next visit is due and when visits may become less frequent. Dates in, dates out.

The rule (domain: one year; weekly for three months; less often only if the request for help allows it) has four parts.
A match starts on the day of its first visit. Everything is anchored on that day, months are never chained.
Visits roll: the next is due so many days after the last one held. A *gate* is a day from which a step down may take
effect; it does so only when a review allows it, one step at a time. A pause moves the end and the gates still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

MISSED_AGAIN_AFTER = 7


@dataclass(frozen=True, slots=True)
class Rules:
    """A programme's settings: days between visits per step, months per step, days and weeks around reviews."""

    ladder: tuple[int, ...] = (7, 14, 21, 28)
    phase_months: tuple[int, ...] = (3, 3, 3, 3)
    review_lead_days: int = 14
    hold_weeks: int = 4


@dataclass(frozen=True, slots=True)
class Segment:
    """From this day on (until the next segment begins) visits are so many days apart."""

    starts_on: date
    interval: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Days without visits: from the first day up to the day of resuming, which is a visiting day again."""

    starts_on: date
    resumes_on: date

    @property
    def days(self) -> int:
        """How long the pause lasts."""
        return (self.resumes_on - self.starts_on).days


def plan_end(starts_on: date, rules: Rules, pauses: Iterable[Pause] = ()) -> date:
    """The first day after the plan: start plus the year, plus every pause."""
    return _shifted(starts_on + relativedelta(months=sum(rules.phase_months)), pauses)


def gates(starts_on: date, rules: Rules, pauses: Iterable[Pause] = ()) -> tuple[date, ...]:
    """The nominal days of stepping down, anchored on the start: +3, +6, +9 months, moved by pauses before them."""
    months, found = 0, []
    for phase in rules.phase_months[:-1]:
        months += phase
        found.append(_shifted(starts_on + relativedelta(months=months), pauses))
    return tuple(found)


def _shifted(day: date, pauses: Iterable[Pause]) -> date:
    for pause in sorted(pauses, key=lambda one: one.starts_on):
        if pause.starts_on < day:
            day += timedelta(days=pause.days)
    return day


def next_gate(nominal: Sequence[date], after: date) -> date | None:
    """The first nominal gate later than a day; none when the last has passed."""
    return min((gate for gate in nominal if gate > after), default=None)


def gate_after_hold(gate: date, rules: Rules) -> date:
    """Holding moves this step by the programme's hold weeks; later gates keep their days."""
    return gate + timedelta(weeks=rules.hold_weeks)


def review_due(gate: date | None, rules: Rules) -> date | None:
    """A review is due some days before the gate it decides about."""
    return gate - timedelta(days=rules.review_lead_days) if gate else None


def interval_on(segments: Sequence[Segment], day: date) -> int:
    """Days between visits in force on a day; a visit on a boundary belongs to the new segment."""
    in_force = [segment for segment in segments if segment.starts_on <= day]
    return max(in_force, key=lambda segment: segment.starts_on).interval if in_force else segments[0].interval


def next_due(segments: Sequence[Segment], ends_on: date, last_held: date) -> date | None:
    """When the next visit is due after one that was held; none when that would be on or after the plan's end."""
    due = last_held + timedelta(days=interval_on(segments, last_held))
    return due if due < ends_on else None


def due_after_missed(segments: Sequence[Segment], ends_on: date, missed_on: date) -> date | None:
    """After a visit that did not happen on the participant's side: a week later, sooner if visits are more frequent."""
    due = missed_on + timedelta(days=min(MISSED_AGAIN_AFTER, interval_on(segments, missed_on)))
    return due if due < ends_on else None


def due_after_step_back(open_due: date | None, decided_on: date, last_held: date, interval: int) -> date:
    """More often again: the open due date is pulled forward, never before the day of the decision."""
    pulled = max(decided_on, last_held + timedelta(days=interval))
    return min(open_due, pulled) if open_due else pulled


def due_after_pause(open_due: date | None, pause: Pause) -> date | None:
    """A due date inside the pause becomes the day of resuming; a later one stays."""
    if open_due is None:
        return None
    return max(open_due, pause.resumes_on) if open_due >= pause.starts_on else pause.resumes_on


def step_down(rules: Rules, interval: int) -> int:
    """One step further down the ladder; the last step stays."""
    later = [days for days in rules.ladder if days > interval]
    return min(later, default=interval)


def step_back(rules: Rules, interval: int) -> int:
    """One step back up the ladder; the first step stays."""
    earlier = [days for days in rules.ladder if days < interval]
    return max(earlier, default=interval)


def planned_dates(segments: Sequence[Segment], ends_on: date, first_due: date | None) -> list[date]:
    """All due dates from the open one on, if every visit is held on its day and nothing is decided anew."""
    dates, due = [], first_due
    while due is not None:
        dates.append(due)
        due = next_due(segments, ends_on, due)
    return dates
