"""The daily sweep: a few set-based statements, the same number for ten matches and for a million.

Each statement finds what is due by the calendar of each programme's own time zone and writes rows that the
database keeps unique, so the sweep may run twice, late, in two workers at once, or be killed half-way and run again.
It calculates no due dates: those are written by the deeds. Order matters: pauses begin and end, steps are taken, and
then people are told. Programmes are done together until they hold a hundred thousand matches; then what is done is
committed and the next ones follow, so that no lock is held long.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection

from matching.services import expiring_sql, sweep_plan_sql, sweep_sql
from peerhub.lib import walls

CHUNK = 100_000
TRIES = 3  # nobody else writes messages of these kinds; who does it all the same does not stop the day
STATEMENTS = (*sweep_plan_sql.STATEMENTS, *expiring_sql.STATEMENTS, *sweep_sql.STATEMENTS)


@dataclass(slots=True)
class SweepResult:
    """What a sweep did: rows written now, except ``due`` and ``overdue``, which count how things stand."""

    on: date | None = None
    programmes: int = 0
    due: int = 0
    reminders: int = 0
    overdue: int = 0
    overdue_told: int = 0
    silent_told: int = 0
    paused: int = 0
    resumed: int = 0
    step_downs: int = 0
    put_off: int = 0
    holds: int = 0
    reviews: int = 0
    ended: int = 0
    proposals_ended: int = 0
    proposals_reminded: int = 0
    chunks: int = 0
    queries: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """The figures, for the command's JSON."""
        return asdict(self)


def sweep(*, now: datetime, on: date | None = None, programme_id: int | None = None) -> SweepResult:
    """Do what the day asks for, in every programme or in one.

    Without ``on`` each programme's day is the calendar day of ``now`` in its own time zone. Opens the walls itself,
    for the programmes of one chunk at a time; each chunk is one transaction (within another one, a part of it).
    """
    began = time.perf_counter()
    result = SweepResult(on=on, queries=1)
    for programmes in _chunks(programme_id):
        for name, number in _swept({"now": now, "on": on, "programmes": programmes}).items():
            setattr(result, name, getattr(result, name) + number)
        result.chunks += 1
        result.queries += 1 + len(STATEMENTS)
    result.seconds = round(time.perf_counter() - began, 3)
    return result


def _swept(asked: dict[str, Any], *, tries: int = TRIES) -> dict[str, int]:
    """Sweep one chunk and say how many of each; from the beginning where somebody else wrote one of its messages."""
    try:
        return _once(asked)
    except IntegrityError as error:
        if tries == 1 or error.__cause__.diag.constraint_name != "notice_once":  # type: ignore[union-attr]  # psycopg's
            raise
    return _swept(asked, tries=tries - 1)


def _once(asked: dict[str, Any]) -> dict[str, int]:
    counted: dict[str, int] = {}
    with walls.inside(*asked["programmes"], deed="sweep"), connection.cursor() as cursor:
        cursor.execute(sweep_sql.ONE_AT_A_TIME)
        for statement in STATEMENTS:
            cursor.execute(statement, asked)
            names = [name for name, *_rest in cursor.description]
            counted.update(zip(names, cursor.fetchone(), strict=True))
    return counted


def _chunks(programme_id: int | None) -> Iterator[list[int]]:
    """Programmes whose matches together fill a chunk; a bigger programme stands alone."""
    with walls.everywhere(deed="sweep"), connection.cursor() as cursor:
        cursor.execute(sweep_sql.SIZES, {"programme": programme_id})
        sizes = cursor.fetchall()
    together: list[int] = []
    filled = 0
    for programme, size in sizes:
        if together and filled + size > CHUNK:
            yield together
            together, filled = [], 0
        together.append(programme)
        filled += size
    if together:
        yield together
