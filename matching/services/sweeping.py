"""The daily sweep: a few set-based statements, the same number for ten matches and for a million.

Each statement finds what is due by the calendar of each programme's own time zone and writes rows that the
database keeps unique, so the sweep may run twice, late, in two workers at once, or be killed half-way and run again.
It calculates no due dates: those are written by the deeds. Order matters: pauses end, steps are taken, and then
people are told.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from matching.services import expiring_sql, sweep_sql


@dataclass(slots=True)
class SweepResult:
    """What a sweep did: rows written now, except ``due`` and ``overdue``, which count how things stand."""

    on: date | None = None
    due: int = 0
    reminders: int = 0
    overdue: int = 0
    overdue_told: int = 0
    resumed: int = 0
    step_downs: int = 0
    holds: int = 0
    reviews: int = 0
    ended: int = 0
    proposals_ended: int = 0
    proposals_reminded: int = 0
    queries: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """The figures, for the command's JSON."""
        return asdict(self)


@transaction.atomic
def sweep(*, now: datetime, on: date | None = None, programme_id: int | None = None) -> SweepResult:
    """Do what the day asks for, in every programme or in one.

    Without ``on`` each programme's day is the calendar day of ``now`` in its own time zone.
    """
    began = time.perf_counter()
    result = SweepResult(on=on)
    asked = {"now": now, "on": on, "programme": programme_id}
    with connection.cursor() as cursor:
        cursor.execute(sweep_sql.ONE_AT_A_TIME)
        result.queries += 1
        for name, statement in (*sweep_sql.STATEMENTS, *expiring_sql.STATEMENTS):
            cursor.execute(statement, asked)
            row = cursor.fetchone()
            setattr(result, name, row[0] if row else 0)
            result.queries += 1
    result.seconds = round(time.perf_counter() - began, 3)
    return result
