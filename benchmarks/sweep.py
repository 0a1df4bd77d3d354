"""The daily sweep against the plainest way to write the same reminders: one INSERT … SELECT into a table like it."""

from __future__ import annotations

import os
import time
from datetime import date, timedelta

import django

SIZES = (1_000, 10_000)
FLOOR = """
CREATE TEMP TABLE floor (LIKE notices_notice INCLUDING ALL);
INSERT INTO floor (programme_id, kind, recipient_id, subject, period, link, due_on, status, send_after, attempts,
                   error, created_at)
SELECT programme_id, kind, recipient_id, subject, period, link, due_on, status, send_after, attempts, error, created_at
FROM notices_notice WHERE created_at >= %s;
"""


def measure(matches: int) -> tuple[float, float, float, int, int]:
    """Seconds of a first and a second sweep and of the floor, queries, and reminders written."""
    from django.core.management import call_command  # noqa: PLC0415  # Django is set up in main
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from matching.services import sweep  # noqa: PLC0415
    from peerhub.lib import walls  # noqa: PLC0415

    with open(os.devnull, "w") as nowhere:
        call_command("generate", programmes=2, matches=matches, weeks=12, seed=matches, json=True, stdout=nowhere)
    now, on = timezone.now(), date.today() + timedelta(days=1)  # noqa: DTZ011  # a day on which much is due
    with walls.everywhere(deed="benchmark"):
        first = sweep(now=now, on=on)
    with walls.everywhere(deed="benchmark"):
        second = sweep(now=now, on=on)
    with walls.everywhere(deed="benchmark"), connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(FLOOR, [now])
        floor = time.perf_counter() - began
        cursor.execute("DROP TABLE floor")
    assert second.reminders == second.overdue_told == second.reviews == 0
    return first.seconds, second.seconds, floor, first.queries, first.reminders


def main() -> None:
    """Print one line for each size."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    heads = (("matches", 8), ("reminders", 9), ("queries", 7), ("first s", 8), ("again s", 8), ("floor s", 8))
    print(*(f"{head:>{width}}" for head, width in heads), "first/floor")
    for size in SIZES:
        first, second, floor, queries, reminders = measure(size)
        figures = f"{first:>8.3f} {second:>8.3f} {floor:>8.3f} {first / floor:>11.1f}"
        print(f"{size:>8} {reminders:>9} {queries:>7} {figures}")
