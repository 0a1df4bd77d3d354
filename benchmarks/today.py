"""What a peer supporter waits for on her phone: *Today* and the form of a visit, with few matches stored and with many.

Few are measured before and after many, so that what else the machine does falls on both. ``BENCH_TODAY=1000000`` says
how many are many.
"""

from __future__ import annotations

import gzip
import os
import statistics
import time
from dataclasses import dataclass, field
from typing import Any

import django

FEW, MANY = 100, int(os.environ.get("BENCH_TODAY", "50000"))
WEEKS, ROUNDS, HERS = 2, 200, 2  # HERS: matches of the peer supporter who looks
PAGES = ("today", "form of a visit")
EMPTY = "TRUNCATE programmes_organisation, people_user CASCADE"


@dataclass
class Seen:
    """How one page came, time after time."""

    queries: int = 0
    size: int = 0
    plain: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Milliseconds."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """Milliseconds that nineteen of twenty requests keep to."""
        return statistics.quantiles(self.times, n=20)[-1]


def main() -> None:
    """Print one line for each page: queries, milliseconds with few and many, the ratio, and bytes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")
    django.setup()
    from django.conf import settings  # noqa: PLC0415  # Django is set up above
    from django.core.management import call_command  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["*"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing was collected here
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    call_command("migrate", verbosity=0)
    setup_test_environment()
    found = {(size, page): Seen() for size in (FEW, MANY) for page in PAGES}
    for size in (FEW, MANY, FEW):
        _fill(size)
        for page, seen in zip(PAGES, [found[size, page] for page in PAGES], strict=True):
            _look(page, seen)
    print(f"{FEW} matches in the database, and {MANY:,}; {ROUNDS} rounds")
    print(f"{'page':<16} {'queries':>9} {'median ms':>13} {'p95 ms':>13} {'p95 ratio':>9} {'bytes':>7} {'gzip':>6}")
    for page in PAGES:
        few, many = found[FEW, page], found[MANY, page]
        print(
            f"{page:<16} {few.queries:>4} {many.queries:>4} {few.median:>6.1f} {many.median:>6.1f} {few.p95:>6.1f} "
            f"{many.p95:>6.1f} {many.p95 / few.p95:>9.2f} {many.plain:>7} {many.size:>6}"
        )
    print("queries to be the same, the ratio to stay below 1.2, a page below 30,000 bytes")


def _fill(matches: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    with connections["owner"].cursor() as cursor:
        cursor.execute(EMPTY)
    with open(os.devnull, "w") as nowhere:
        call_command("generate", programmes=1, matches=matches, weeks=WEEKS, seed=7, json=True, stdout=nowhere)


def _look(page: str, seen: Seen) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client, addresses = _supporter()
    address = addresses[page]
    for _warm in range(5):
        client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)  # an answer
    seen.queries, seen.plain, seen.size = len(queries), len(answer.content), len(gzip.compress(answer.content))
    for _round in range(ROUNDS):
        began = time.perf_counter()
        client.get(address)
        seen.times.append((time.perf_counter() - began) * 1000)


def _supporter() -> tuple[Any, dict[str, str]]:
    """A browser in which a peer supporter with two active matches is logged in, and what she opens."""
    from django.db.models import Count, Q  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from matching.models import Match  # noqa: PLC0415
    from peerhub.lib import walls  # noqa: PLC0415
    from peerhub.people.models import User  # noqa: PLC0415
    from tests.second_steps import log_in  # noqa: PLC0415

    with walls.everywhere(deed="benchmark"):
        active = Count("pk", filter=Q(status="active", next_due_on__isnull=False))
        hers = Match.objects.values("supporter_person").annotate(all=Count("pk"), active=active)
        who = hers.filter(all=HERS, active=HERS).order_by("supporter_person").first()
        assert who is not None
        match = Match.objects.filter(supporter_person=who["supporter_person"]).select_related("programme").latest("pk")
        user = User.objects.get(people=who["supporter_person"])
        client = Client()
        log_in(client, user)
    start = f"/p/{match.programme.slug}"
    return client, {PAGES[0]: f"{start}/today/", PAGES[1]: f"{start}/visits/{match.pk}/log/"}


if __name__ == "__main__":
    main()
