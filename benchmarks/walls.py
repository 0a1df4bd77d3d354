"""What the walls of the database cost: pages of a big programme with row-level security, and the same without."""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

import django

MATCHES = 3_000
ROUNDS = 25
PAGES = ("", "participants/", "supporters/", "matches/", "overdue/", "concerns/", "messages/", "team/", "evaluation/")
TABLES = "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relkind = 'r' ORDER BY relname"


def main() -> None:
    """Print one line for each page: milliseconds with and without, and the ratio."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")
    django.setup()
    from django.conf import settings  # noqa: PLC0415  # Django is set up above
    from django.core.management import call_command  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["*"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing was collected here
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    call_command("migrate", verbosity=0)
    with open(os.devnull, "w") as nowhere:
        call_command("generate", programmes=4, matches=4 * MATCHES, weeks=26, seed=1, json=True, stdout=nowhere)
    setup_test_environment()
    client, slug = _coordinator()
    tables = _owner(TABLES)
    print(f"{MATCHES} matches in each of four programmes, {ROUNDS} rounds, medians")
    print(f"{'page':<16} {'walls ms':>9} {'none ms':>9} {'ratio':>6}")
    sums = [0.0, 0.0]
    for page in PAGES:
        address = f"/p/{slug}/{page}"
        found: dict[bool, list[float]] = {True: [], False: []}
        for _block in range(5):  # in turns, so that what else the machine does falls on both
            for walled in (True, False):
                _switch(tables, on=walled)
                found[walled] += _timed(client, address, ROUNDS // 5)
        _switch(tables, on=True)
        with_walls, without = statistics.median(found[True]), statistics.median(found[False])
        sums[0], sums[1] = sums[0] + with_walls, sums[1] + without
        print(f"{page or 'dashboard':<16} {with_walls:>9.1f} {without:>9.1f} {with_walls / without:>6.2f}")
    print(f"{'together':<16} {sums[0]:>9.1f} {sums[1]:>9.1f} {sums[0] / sums[1]:>6.2f}   (to stay below 1.15)")


def _coordinator() -> tuple[Any, str]:
    """A browser in which a coordinator of a generated programme is logged in, with a second factor proved."""
    from django.test import Client  # noqa: PLC0415

    from peerhub.lib import walls  # noqa: PLC0415
    from peerhub.people.services import give_login  # noqa: PLC0415
    from programmes.models import Membership  # noqa: PLC0415
    from tests.second_steps import log_in  # noqa: PLC0415

    with walls.everywhere(deed="benchmark"):
        from django.utils import timezone  # noqa: PLC0415

        role = Membership.objects.current().filter(role="coordinator").select_related("person", "programme").first()
        assert role is not None
        user = give_login(role.person, email="bench@example.org", now=timezone.now())
        client = Client()
        log_in(client, user)
        return client, role.programme.slug


def _timed(client: Any, address: str, rounds: int) -> list[float]:
    client.get(address)  # the connection's plans are warm
    found = []
    for _round in range(rounds):
        began = time.perf_counter()
        answer = client.get(address)
        found.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return found


def _owner(statement: str) -> list[str]:
    from django.db import connections  # noqa: PLC0415

    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
        return [name for (name,) in cursor.fetchall()] if cursor.description else []


def _switch(tables: list[str], *, on: bool) -> None:
    _owner("; ".join(f'ALTER TABLE "{table}" {"ENABLE" if on else "DISABLE"} ROW LEVEL SECURITY' for table in tables))


if __name__ == "__main__":
    main()
