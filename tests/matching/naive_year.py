"""A year of visits worked out the naive way, day by day and without peerhub's own taper: the reference of the tests.

Weeks and months are counted as a person would with a calendar: ladder 7/14/21/28, a step at +3, +6 and +9 months, a
review two weeks before. Nothing is imported from the application.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

LADDER = (7, 14, 21, 28)
LEAD = 1
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Script:
    """What happens in one match: how each review ends, which visits are missed or late, when it pauses."""

    reviews: tuple[str, ...] = ()
    missed: frozenset[int] = frozenset()
    late: frozenset[int] = frozenset()
    pause: tuple[int, int] | None = None  # from which day of the year, for how many days


SCRIPTS = (
    Script(reviews=("step_down",) * 3),
    Script(reviews=("hold", "step_down", "step_down", "step_down")),
    Script(reviews=("step_down",) * 3, late=frozenset({3, 9, 16, 20})),
    Script(reviews=("step_down", "hold", "step_down"), missed=frozenset({2, 10, 11, 12, 18})),
    Script(reviews=("step_down",) * 3, pause=(110, 21)),
    Script(reviews=("step_down",) * 3, pause=(200, 45), missed=frozenset({25})),
    Script(),
)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@dataclass
class NaiveYear:
    """One match, lived through day by day."""

    start: date
    script: Script
    due: date | None = None
    reminders: list[date] = field(default_factory=list)
    dues: list[date] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.due = self.start
        self.level, self.visits, self.reviews, self.weekly = 0, 0, 0, 0
        self.gates = [months_later(self.start, months) for months in (3, 6, 9)]
        self.end = months_later(self.start, 12)
        self.gate: date | None = self.gates[0]
        self.review: date | None = self.gates[0] - 14 * DAY
        self.allowed = self.begun = False
        self.paused_until: date | None = None
        self.paused_from: date | None = None
        self.waits: date | None = None

    def live_day(self, day: date) -> None:
        """First the sweep of the morning, then what people do."""
        self._sweep(day)
        if self.paused_until:
            return
        begins = self.start + self.script.pause[0] * DAY if self.script.pause else None
        if begins == day:
            assert self.script.pause
            self.paused_from, self.paused_until = day, day + self.script.pause[1] * DAY
            self.waits, self.due = self.due, None
            return
        if self.begun and self.review and self.review <= day and self.reviews < len(self.script.reviews):
            self._decide(self.script.reviews[self.reviews], day)
        self._visit(day)

    def _sweep(self, day: date) -> None:
        if self.paused_until and self.paused_until <= day:
            self._resume(day)
        if self.gate and self.gate <= day and self.allowed and not self.paused_until and self.gate < self.end:
            self.level = min(self.level + 1, len(LADDER) - 1)
            self.allowed = False
            self.gate = min((gate for gate in self.gates if gate > self.gate), default=None)
            self.review = self.gate - 14 * DAY if self.gate else None
        if self.due and self.due <= day + LEAD * DAY and self.due not in self.reminders:
            self.reminders.append(self.due)

    def _resume(self, day: date) -> None:
        assert self.paused_from
        assert self.paused_until
        length = self.paused_until - self.paused_from
        if self.gate and self.gate > self.paused_from:
            self.gate += length
            self.review = self.review + length if self.review else None
        self.gates = [gate + length if gate > self.paused_from else gate for gate in self.gates]
        self.end += length
        self.due = max(self.waits, self.paused_until) if self.waits else None
        self.weekly = 2 if length.days > 28 else 0
        self.paused_from = self.paused_until = None

    def _decide(self, decision: str, day: date) -> None:
        self.reviews += 1
        if decision == "step_down":
            self.allowed, self.review = True, None
        else:
            assert self.review
            self.review = max(self.review, day) + 28 * DAY
            self.gate = self.review + 14 * DAY

    def _visit(self, day: date) -> None:
        if self.due is None:
            return
        late = 2 if self.visits in self.script.late else 0
        if day != self.due + late * DAY:
            return
        self.dues.append(self.due)
        missed = self.visits in self.script.missed
        self.visits += 1
        self.begun = True
        apart = LADDER[self.level]
        if missed:
            self.due = day + min(7, apart) * DAY
        else:
            self.due = day + (min(7, apart) if self.weekly else apart) * DAY
            self.weekly = max(0, self.weekly - 1)
        if self.due >= self.end:
            self.due = None
