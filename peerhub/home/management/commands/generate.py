from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from peerhub.home.generating import COPIED, Generated, by_the_owner, generate_matches, generate_waiting
from peerhub.lib import walls
from peerhub.lib.commands import JsonCommand, Wrong
from programmes.models import Programme

MOST_WEEKS = 104
BIG = 50_000  # matches
OURS = "generated-"


class Command(JsonCommand):
    """Make fictitious programmes of any size, for benchmarks: with matches and their visits, or with a waiting list.

    From 50,000 matches on, where no programme of real people is in the database, nobody else can use it meanwhile:
    the rows leave no line in history, and keys and indexes are made when all rows are there.
    """

    help = __doc__ or ""
    in_the_database = False  # big loads are the owner's

    def arguments(self, parser: CommandParser) -> None:
        """How many of what."""
        parser.add_argument("--programmes", type=int, default=1, metavar="P", help="in so many programmes (1)")
        parser.add_argument("--matches", type=int, metavar="N", help="so many matches in all")
        parser.add_argument("--weeks", type=int, default=52, metavar="W", help="weeks of visits behind each match (52)")
        parser.add_argument("--supporters", type=int, metavar="A", help="peer supporters without a match")
        parser.add_argument("--participants", type=int, metavar="B", help="people on the waiting list")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed makes the same people (1)")
        parser.add_argument("--yes", action="store_true", help="also beside the programmes of real people")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Make them, all or nothing."""
        with walls.everywhere(deed="generate"):
            self._check(**options)
            owners = (options["matches"] or 0) >= BIG and not _real().exists()
        began = time.perf_counter()
        with by_the_owner(COPIED) if owners else nullcontext(), walls.everywhere(deed="generate"):
            if owners and _real().exists():  # begun before the tables were ours
                raise Wrong("Somebody began a programme meanwhile, so nothing was made. Start it again.")
            made = self._made(**options)
            transaction.on_commit(_count_anew)
        return {**asdict(made), "seconds": round(time.perf_counter() - began, 2)}

    def _made(self, **options: Any) -> Generated:
        now, programmes, seed = timezone.now(), options["programmes"], options["seed"]
        if options["matches"] is not None:
            return generate_matches(
                programmes=programmes, matches=options["matches"], weeks=options["weeks"], seed=seed, now=now
            )
        return generate_waiting(
            programmes=programmes,
            supporters=options["supporters"] or 0,
            participants=options["participants"] or 0,
            seed=seed,
            now=now,
        )

    def _check(self, **options: Any) -> None:
        waiting = options["supporters"] is not None or options["participants"] is not None
        if (options["matches"] is not None) == waiting:
            raise Wrong("Give --matches N, or --supporters A and --participants B for a waiting list.")
        if options["programmes"] < 1:
            raise Wrong("--programmes is at least 1.")
        if any((options[name] or 0) < 0 for name in ("matches", "supporters", "participants")):
            raise Wrong("Numbers of people and matches are 0 or more.")
        if not 1 <= options["weeks"] <= MOST_WEEKS:
            raise Wrong(f"--weeks lies from 1 to {MOST_WEEKS}.")
        if settings.HTTPS and not settings.DEMO and not options["yes"] and _real().exists():
            raise Wrong("There are programmes of real people here. Say --yes if fictitious ones may stand beside them.")


def _real() -> QuerySet[Programme]:
    """The programmes that were not made here."""
    return Programme.objects.exclude(slug__startswith=OURS)


def _count_anew() -> None:
    """Let the owner tidy and count the tables, as the database would in the night: statements find them as usual."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
