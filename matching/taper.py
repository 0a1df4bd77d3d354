"""The taper: when the next visit is due and when visits may become less frequent. Dates in, dates out.

The rule (domain: one year; weekly for three months; less often only if the request for help allows it) has four parts.
A match starts on the day of its first visit. Everything is anchored on that day, months are never chained.
Visits roll: the next is due so many days after the last one held. A *gate* is a day from which a step down may take
effect; it does so only when a review allows it, one step at a time. A pause moves the end and the gates still to come,
and after a long one the first visits are as often as at the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

MISSED_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """A programme's settings. Ladder, months and grace go step by step; the rest are days, weeks, months or visits.

    Two things are no settings, because they are what the programme promises: without a review that allows it nothing
    becomes less frequent, and one decision is one step.
    """

    ladder: tuple[int, ...] = (7, 14, 21, 28)
    phase_months: tuple[int, ...] = (3, 3, 3, 3)
    review_lead_days: int = 14
    hold_weeks: int = 4
    min_weekly_months: int = 3
    grace_days: tuple[int, ...] = (2, 4, 5, 7)
    after_missed_days: int = 7
    clock_stops: bool = True
    resume_after_days: int = 28
    resume_visits: int = 2


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


@dataclass(frozen=True, slots=True)
class Gate:
    """The next possible step: the day from which it may take effect, and the day its review is due."""

    on: date
    review_due_on: date


# -- The year and its gates --------------------------------------------------------------------------------------------


def plan_end(starts_on: date, rules: Rules, pauses: Iterable[Pause] = (), *, extra_months: int = 0) -> date:
    """The first day after the plan: start plus the year (and an extension), plus every pause."""
    months = sum(rules.phase_months) + extra_months
    return _shifted(starts_on + relativedelta(months=months), rules, pauses)


def extended(ends_on: date, months: int) -> date:
    """The first day after a year that was made longer by some months."""
    return ends_on + relativedelta(months=months)


def gates(starts_on: date, rules: Rules, pauses: Iterable[Pause] = ()) -> tuple[date, ...]:
    """The nominal days of stepping down, anchored on the start: +3, +6, +9 months, moved by pauses before them.

    None lies before the months that are weekly in any case; steps that would fall on one day are one step.
    """
    total, months, found = sum(rules.phase_months), 0, []
    for phase in rules.phase_months[:-1]:
        months += phase
        found.append(max(months, rules.min_weekly_months))
    days = [starts_on + relativedelta(months=one) for one in sorted(set(found)) if one < total]
    return tuple(_shifted(day, rules, pauses) for day in days)


def _shifted(day: date, rules: Rules, pauses: Iterable[Pause]) -> date:
    for pause in sorted(pauses, key=lambda one: one.starts_on):
        day = moved_by_pause(day, pause, rules)
    return day


def moved_by_pause(day: date, pause: Pause, rules: Rules) -> date:
    """A gate or an end that lay after the beginning of a pause moves by its length, where the clock stops."""
    return day + timedelta(days=pause.days) if rules.clock_stops and pause.starts_on < day else day


def end_after_pause(ends_on: date, pause: Pause, rules: Rules, *, decided_on: date | None = None) -> date:
    """The first day after the year once a pause is over.

    An end that a review decided on a day stands, whenever the pause began: it is the actual end and no promised length
    any more. Was the year made longer since, only the days of the pause from that decision on move its end.
    """
    if decided_on is None:
        return moved_by_pause(ends_on, pause, rules)
    if ends_on <= decided_on:
        return ends_on
    begins_on = max(pause.starts_on, decided_on)
    return moved_by_pause(ends_on, Pause(begins_on, max(begins_on, pause.resumes_on)), rules)


def next_gate(nominal: Sequence[date], after: date) -> date | None:
    """The first nominal gate later than a day; none when the last has passed."""
    return min((gate for gate in nominal if gate > after), default=None)


def review_due(gate: date | None, rules: Rules) -> date | None:
    """A review is due some days before the gate it decides about."""
    return gate - timedelta(days=rules.review_lead_days) if gate else None


def gate_after_hold(gate: date, decided_on: date, rules: Rules) -> Gate:
    """Not yet: the next review is due the programme's hold weeks after this one was; later gates keep their days."""
    lead = timedelta(days=rules.review_lead_days)
    due = max(gate - lead, decided_on) + timedelta(weeks=rules.hold_weeks)
    return Gate(due + lead, due)


def gate_after_step_back(nominal: Sequence[date], decided_on: date, rules: Rules) -> Gate:
    """More often again: the next review after the hold weeks, the next step at a nominal gate but not before it."""
    due = decided_on + timedelta(weeks=rules.hold_weeks)
    return Gate(max(next_gate(nominal, decided_on) or due, due), due)


# -- How often ---------------------------------------------------------------------------------------------------------


def interval_on(segments: Sequence[Segment], day: date) -> int:
    """Days between visits in force on a day; a visit on a boundary belongs to the new segment."""
    in_force = [segment for segment in segments if segment.starts_on <= day]
    return max(in_force, key=lambda segment: segment.starts_on).interval if in_force else segments[0].interval


def weekly_left(rules: Rules, pauses: Iterable[Pause], held: Iterable[date], day: date) -> int:
    """How many visits from this day on are as often as at the start, because a long pause has just ended.

    ``held`` are the days of visits before this one; those since the pause are taken off.
    """
    since = max((one.resumes_on for one in pauses if one.days > rules.resume_after_days), default=None)
    if since is None or day < since:
        return 0
    return max(0, rules.resume_visits - sum(since <= one < day for one in held))


def step_down(rules: Rules, interval: int) -> int:
    """One step further down the ladder; the last step stays."""
    later = [days for days in rules.ladder if days > interval]
    return min(later, default=interval)


def step_back(rules: Rules, interval: int) -> int:
    """One step back up the ladder; the first step stays."""
    earlier = [days for days in rules.ladder if days < interval]
    return max(earlier, default=interval)


def grace(rules: Rules, interval: int) -> int:
    """Days after the due date before a visit counts as overdue; between two steps that of the shorter one counts."""
    steps = [days for step, days in zip(rules.ladder, rules.grace_days, strict=True) if step <= interval]
    return steps[-1] if steps else rules.grace_days[0]


# -- When the next visit is due ----------------------------------------------------------------------------------------


def next_due(segments: Sequence[Segment], ends_on: date, last_held: date, *, at_most: int | None = None) -> date | None:
    """When the next visit is due after one that was held; none when that would be on or after the plan's end.

    ``at_most`` days apart where visits are more often for a while, after a long pause.
    """
    interval = interval_on(segments, last_held)
    due = last_held + timedelta(days=min(interval, at_most or interval))
    return due if due < ends_on else None


def due_after_missed(segments: Sequence[Segment], ends_on: date, missed_on: date, rules: Rules) -> date | None:
    """After a visit that did not happen on the participant's side: a week later, sooner if visits are more frequent."""
    due = missed_on + timedelta(days=min(rules.after_missed_days, interval_on(segments, missed_on)))
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


def due_in_year(due: date | None, ends_on: date, *, decided_on: date | None = None) -> date | None:
    """The due date after a pause: none on or after the plan's end, and none in a year that a review has ended."""
    over = decided_on is not None and ends_on <= decided_on
    return due if due and due < ends_on and not over else None


def planned_dates(
    segments: Sequence[Segment], ends_on: date, first_due: date | None, *, weekly: int = 0, at_most: int | None = None
) -> list[date]:
    """All due dates from the open one on, if every visit is held on its day and nothing is decided anew.

    The first ``weekly`` of them are followed by another within ``at_most`` days.
    """
    dates: list[date] = []
    due = first_due
    while due is not None:
        dates.append(due)
        due = next_due(segments, ends_on, due, at_most=at_most if len(dates) <= weekly else None)
    return dates
