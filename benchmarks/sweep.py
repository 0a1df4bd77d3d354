"""The daily sweep against the plainest way to write the same rows: one INSERT … SELECT into the same table.

The floor writes every row that the first sweep wrote once more, messages and lines of what became of proposals, into
the same tables emptied before, with the same constraints, indexes and triggers, in the same kind of transaction, its
commit included, both after a checkpoint. The sweep also changes rows that exist: proposals that ran out. The first
ratio leaves that work to the sweep alone; the second compares with a floor that changes the same rows as well, by one
plain UPDATE. Each floor is measured twice, and the quicker one counts. Beside the seconds stands the time that the
database's process worked (cpu): of the two the one that other work on the machine disturbs less.
`python -m benchmarks.sweep 1000 1000000` measures other sizes; `P x N` as `10x1000000` spreads them over programmes;
`active:1000000` leaves no proposal that runs out, so that the sweep only writes rows.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import django

SIZES = ("1000", "10000", "2x10000")
WRITTEN = {
    "notices_notice": "programme_id, kind, recipient_id, subject, period, link, due_on, status, send_after, attempts, "
    "error, created_at",
    "people_statechange": "programme_id, subject, subject_id, before, after, reason, at",
}
PROPOSED = "id, meeting_at, meeting_place, meeting_staff_id"
RUN_OUT = """
    UPDATE matching_match m SET status = 'declined', declined_by = 'nobody', meeting_at = NULL, meeting_place = '',
        meeting_staff_id = NULL
    FROM kept_ended k WHERE m.id = k.id"""
BACK = """
    UPDATE matching_match m SET status = 'proposed', declined_by = '', meeting_at = k.meeting_at,
        meeting_place = k.meeting_place, meeting_staff_id = k.meeting_staff_id
    FROM kept_ended k WHERE m.id = k.id"""
ROUNDS = 2
ONLY_ACTIVE = "active:"
EMPTY = "TRUNCATE programmes_organisation, people_user CASCADE"


@dataclass(frozen=True, order=True)
class Spent:
    """Seconds, and those of them in which the database's process worked."""

    wall: float
    cpu: float

    def over(self, other: Spent) -> str:
        """Both ratios, in words."""
        return f"{self.wall / other.wall:>6.2f} ({self.cpu / other.cpu:.2f})"


@dataclass
class Memory:
    """The most memory of its own that a process held meanwhile, in MB."""

    python: float = 0
    database: float = 0


def _own_memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("RssAnon"))


def _worked(pid: int) -> float:
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def timed(database: int) -> Iterator[list[Spent]]:
    """How long something took: the list holds it afterwards."""
    spent: list[Spent] = []
    began, worked = time.perf_counter(), _worked(database)
    yield spent
    spent.append(Spent(time.perf_counter() - began, _worked(database) - worked))


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
    from peerhub.lib.dates import local_date  # noqa: PLC0415
    from peerhub.lib.walls import everywhere  # noqa: PLC0415
    from programmes.models import Programme  # noqa: PLC0415

    spread, _x, number = size.removeprefix(ONLY_ACTIVE).rpartition("x")
    programmes, matches = int(spread or 1), int(number)
    owner(EMPTY)
    began = time.perf_counter()
    with open(os.devnull, "w") as nowhere:
        call_command(
            "generate", programmes=programmes, matches=matches, weeks=2, seed=matches, json=True, stdout=nowhere
        )
    print(f"{programmes:>3} x {matches // programmes:<9} made in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    now = timezone.now()
    with everywhere(deed="benchmark"):
        zone = Programme.objects.values_list("timezone", flat=True)[0]
    on = local_date(now, zone) + timedelta(days=1)  # a day on which much is due
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    if size.startswith(ONLY_ACTIVE):
        owner(f"UPDATE matching_match SET proposed_on = '{on}' WHERE status = 'proposed'")
    owner("VACUUM ANALYZE")  # as the database does by itself before a programme has grown so large
    _keep("kept_ended", f"SELECT {PROPOSED} FROM matching_match WHERE status = 'proposed'")
    checkpoint()
    with watched(pid) as memory, timed(pid) as first:
        swept = sweep(now=now, on=on)
    with timed(pid) as second:
        again = sweep(now=now, on=on)
    assert again.reminders == again.overdue_told == again.reviews == again.silent_told == 0
    rows, ended = _keep_written()
    floors = [(_floor(pid, change=False), _floor(pid, change=True)) for _round in range(ROUNDS)]
    plain, all_of_it = (min(floor) for floor in zip(*floors, strict=True))
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"DROP TABLE kept_{table}" for table in (*WRITTEN, "ended")))
    print(
        f"{programmes:>3} x {matches // programmes:<9} {rows:>8} {ended:>7} {swept.chunks:>6} "
        f"{swept.queries // swept.chunks:>7} {memory.python:>9.0f} {memory.database:>7.0f} {first[0].wall:>8.2f} "
        f"{second[0].wall:>8.2f} {plain.wall:>8.2f} {all_of_it.wall:>8.2f} {first[0].over(plain)} "
        f"{first[0].over(all_of_it)} {second[0].over(first[0])}"
    )


def _keep(name: str, rows: str) -> int:
    from django.db import connection  # noqa: PLC0415

    from peerhub.lib.walls import everywhere  # noqa: PLC0415

    with everywhere(deed="benchmark"), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {name} AS {rows}")
        kept = int(cursor.rowcount)
        cursor.execute(f"ANALYZE {name}")
    return kept


def _keep_written() -> tuple[int, int]:
    """Put aside what the sweep wrote, and of the proposals those that it ended; returns how many of each."""
    from django.db import connection  # noqa: PLC0415

    from peerhub.lib.walls import everywhere  # noqa: PLC0415

    rows = sum(_keep(f"kept_{table}", f"SELECT {columns} FROM {table}") for table, columns in WRITTEN.items())
    with everywhere(deed="benchmark"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM kept_ended k USING matching_match m WHERE m.id = k.id AND m.status = 'proposed'")
        cursor.execute("SELECT count(*) FROM kept_ended")
        (ended,) = cursor.fetchone()
    return rows, ended


def _floor(pid: int, *, change: bool) -> Spent:
    from django.db import connection  # noqa: PLC0415

    from peerhub.lib.walls import everywhere  # noqa: PLC0415

    owner("; ".join(f"TRUNCATE {table}" for table in WRITTEN))
    if change:
        with everywhere(deed="benchmark"), connection.cursor() as cursor:
            cursor.execute(BACK)
        owner("VACUUM matching_match")
    checkpoint()
    with timed(pid) as spent, everywhere(deed="benchmark"), connection.cursor() as cursor:
        if change:
            cursor.execute(RUN_OUT)
        for table, columns in WRITTEN.items():
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept_{table}")
    return spent[0]


def main() -> None:
    """Print one line for each size."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    print(
        "  matches             rows changed chunks queries python MB base MB  first s  again s  floor s  with changes "
        "first/floor (cpu), first/floor with changes (cpu), again/first (cpu)"
    )
    for size in sys.argv[1:] or SIZES:
        measure(size)


if __name__ == "__main__":
    main()
