"""One match lives through its year, by the same rules as in real life: matching.taper works out every date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from matching import taper
from matching.choices import Decision, Outcome, SegmentReason

FORGOTTEN = 0.04  # reviews that nobody has held yet
KEPT = 0.15  # reviews after which the frequency is kept for some weeks
MOST_HOLDS = 2
MISSED, BY_SUPPORTER = 0.06, 0.09
DELAYS = (0, 0, 0, 0, 0, 1, 1, 2)


@dataclass(frozen=True, slots=True)
class Decided:
    """A review about a gate."""

    gate_on: date
    held_on: date
    decision: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the plan; ``review`` is the place of its review in the list."""

    starts_on: date
    interval: int
    reason: str
    review: int | None = None


@dataclass(frozen=True, slots=True)
class Visited:
    """What became of one visit."""

    due_on: date
    occurred_on: date
    outcome: str


@dataclass(slots=True)
class Year:
    """The whole story of one match up to a day."""

    starts_on: date
    ends_on: date
    gates: tuple[date, ...]
    gate_on: date | None
    review_due_on: date | None = None
    parts: list[Part] = field(default_factory=list)
    reviews: list[Decided] = field(default_factory=list)
    visits: list[Visited] = field(default_factory=list)
    next_due_on: date | None = None
    last_held_on: date | None = None

    @property
    def interval(self) -> int:
        """Days between visits now."""
        return self.parts[-1].interval


def live_through(starts_on: date, until: date, last_visit_by: date, rules: taper.Rules, chance: Random) -> Year:
    """Reviews and steps up to a day, visits up to another (earlier for those who let it slip)."""
    gates = taper.gates(starts_on, rules)
    year = Year(starts_on, taper.plan_end(starts_on, rules), gates, taper.next_gate(gates, starts_on))
    year.parts.append(Part(starts_on, rules.ladder[0], SegmentReason.INITIAL))
    year.review_due_on = taper.review_due(year.gate_on, rules)
    _steps(year, until, rules, chance)
    _visits(year, last_visit_by, rules, chance)
    return year


def _steps(year: Year, until: date, rules: taper.Rules, chance: Random) -> None:
    holds = 0
    while year.gate_on and year.review_due_on and year.review_due_on <= until:
        gate = year.gate_on
        held_on = gate - timedelta(days=chance.randrange(max(1, rules.review_lead_days)))
        if held_on > until or chance.random() < FORGOTTEN:
            if gate <= until:
                year.parts.append(Part(gate, year.interval, SegmentReason.HOLD))
            return
        if holds < MOST_HOLDS and chance.random() < KEPT:
            holds += 1
            year.reviews.append(Decided(gate, held_on, Decision.HOLD))
            later = taper.gate_after_hold(gate, held_on, rules)
            year.gate_on, year.review_due_on = later.on, later.review_due_on
            continue
        holds = 0
        year.reviews.append(Decided(gate, held_on, Decision.STEP_DOWN))
        if gate > until:
            year.review_due_on = None
            return
        interval = taper.step_down(rules, year.interval)
        year.parts.append(Part(gate, interval, SegmentReason.STEP_DOWN, len(year.reviews) - 1))
        year.gate_on = taper.next_gate(year.gates, gate)
        year.review_due_on = taper.review_due(year.gate_on, rules)


def _visits(year: Year, last_by: date, rules: taper.Rules, chance: Random) -> None:
    segments = [taper.Segment(part.starts_on, part.interval) for part in year.parts]
    _held(year, segments, year.starts_on, year.starts_on)
    while year.next_due_on and year.next_due_on <= last_by:
        due, luck = year.next_due_on, chance.random()
        if luck < MISSED:
            outcome = Outcome.MISSED if luck < MISSED / 2 else Outcome.CANCELLED_BY_PARTICIPANT
            year.visits.append(Visited(due, due, outcome))
            year.next_due_on = taper.due_after_missed(segments, year.ends_on, due, rules)
            continue
        delay = chance.choice(DELAYS)
        if luck < BY_SUPPORTER:
            year.visits.append(Visited(due, due, Outcome.CANCELLED_BY_SUPPORTER))
            delay += 1
        day = due + timedelta(days=delay)
        if day > last_by:
            return
        _held(year, segments, due, day)


def _held(year: Year, segments: list[taper.Segment], due: date, day: date) -> None:
    year.visits.append(Visited(due, day, Outcome.HELD))
    year.last_held_on = day
    year.next_due_on = taper.next_due(segments, year.ends_on, day)
