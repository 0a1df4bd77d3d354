"""The daily sweep against the plainest way to write the same rows: one INSERT … SELECT into the same table.

The floor writes every row that the first sweep wrote once more, messages and lines of what became of proposals, into
the same tables emptied before, with the same constraints, indexes and triggers, in the same kind of transaction, its
commit included, both after a checkpoint. What the sweep changes in rows that exist (a proposal that ran out) is not in
the floor.
`python -m benchmarks.sweep 1000 1000000` measures other sizes; `P x N` as `10x1000000` spreads them over programmes.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import django

SIZES = ("1000", "10000", "2x10000")
WRITTEN = {
    "notices_notice": "programme_id, kind, recipient_id, subject, period, link, due_on, status, send_after, attempts, "
    "error, created_at",
    "people_statechange": "programme_id, subject, subject_id, before, after, reason, at",
}
EMPTY = "TRUNCATE programmes_organisation, people_user CASCADE"


@dataclass
class Memory:
    """The most memory of its own that a process held meanwhile, in MB."""

    python: float = 0
    database: float = 0


def _own_memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("RssAnon"))


@contextmanager
def watched(database: int) -> Iterator[Memory]:
    """Look at both processes while something goes on."""
    seen, over = Memory(), threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            seen.python = max(seen.python, _own_memory(os.getpid()))
            seen.database = max(seen.database, _own_memory(database))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def owner(statement: str) -> None:
    """Something only the owner of the tables may do."""
    from django.db import connections  # noqa: PLC0415  # Django is set up in main

    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def checkpoint() -> None:
    """Both begin alike: after a checkpoint the first change of a page writes the whole page into the log.

    Only the embedded server's administrator may; on another server nothing happens here.
    """
    import psycopg2  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415  # Django is set up in main

    given = settings.DATABASES["default"]
    try:
        admin = psycopg2.connect(host=given["HOST"], dbname=given["NAME"], user="postgres")
    except psycopg2.OperationalError:
        return
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    admin.close()


def measure(size: str) -> None:
    """Print one line: a first and a second sweep of the day, the floor, statements and memory."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from matching.services import sweep  # noqa: PLC0415

    spread, _x, number = size.rpartition("x")
    programmes, matches = int(spread or 1), int(number)
    owner(EMPTY)
    began = time.perf_counter()
    with open(os.devnull, "w") as nowhere:
        call_command(
            "generate", programmes=programmes, matches=matches, weeks=2, seed=matches, json=True, stdout=nowhere
        )
    print(f"{programmes:>3} x {matches // programmes:<9} made in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    now, on = timezone.now(), date.today() + timedelta(days=1)  # noqa: DTZ011  # a day on which much is due
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    checkpoint()
    with watched(pid) as memory:
        first = sweep(now=now, on=on)
    second = sweep(now=now, on=on)
    assert second.reminders == second.overdue_told == second.reviews == second.silent_told == 0
    rows, floor = _floor()
    print(
        f"{programmes:>3} x {matches // programmes:<9} {rows:>8} {first.chunks:>6} {first.queries // first.chunks:>7} "
        f"{memory.python:>9.0f} {memory.database:>7.0f} {first.seconds:>8.2f} {second.seconds:>8.2f} {floor:>8.2f} "
        f"{first.seconds / floor:>11.2f} {second.seconds / first.seconds:>12.2f}"
    )


def _floor() -> tuple[int, float]:
    from django.db import connection  # noqa: PLC0415

    from peerhub.lib.walls import everywhere  # noqa: PLC0415

    rows = 0
    with everywhere(deed="benchmark"), connection.cursor() as cursor:
        for table, columns in WRITTEN.items():
            cursor.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT {columns} FROM {table}")
            rows += int(cursor.rowcount)
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"ANALYZE kept_{table}" for table in WRITTEN))
    owner("; ".join(f"TRUNCATE {table}" for table in WRITTEN))
    checkpoint()
    began = time.perf_counter()
    with everywhere(deed="benchmark"), connection.cursor() as cursor:
        for table, columns in WRITTEN.items():
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept_{table}")
    floor = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"DROP TABLE kept_{table}" for table in WRITTEN))
    return rows, floor


def main() -> None:
    """Print one line for each size."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    print(
        "  matches               rows chunks queries python MB base MB  first s again s floor s first/floor again/first"
    )
    for size in sys.argv[1:] or SIZES:
        measure(size)


if __name__ == "__main__":
    main()
