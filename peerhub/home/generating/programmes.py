"""Puts programmes together: a team, peer supporters with certificates, participants, matches and their year."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from django.db import connection, transaction

from matching.models import rules_of
from peerhub.home.generating.copying import copy
from peerhub.home.generating.matches import Stage
from peerhub.home.generating.people import places
from peerhub.lib import walls
from peerhub.lib.dates import local_date
from programmes.models import Organisation, Place, Programme

ORGANISATION = "Generated (fictitious people)"
CHUNK = 500
LIVED = 2_000  # matches of a programme whose year is worked out; all others live one of these years
WAITING_SHARE = 10  # one more on the waiting list for every ten matches


@dataclass(slots=True)
class Generated:
    """What was made."""

    slugs: list[str] = field(default_factory=list)
    matches: int = 0
    visits: int = 0
    supporters: int = 0
    participants: int = 0


def _new_programme() -> Programme:
    organisation, _made = Organisation.objects.get_or_create(name=ORGANISATION)
    Place.objects.bulk_create(
        [
            Place(organisation=organisation, postcode=postcode, name=name, latitude=latitude, longitude=longitude)
            for postcode, name, latitude, longitude in places()
        ],
        ignore_conflicts=True,
    )
    taken = [*Programme.objects.values_list("slug", flat=True), *Programme.objects.values_list("name", flat=True)]
    numbers = (re.fullmatch(r"generated[ -](\d+)", name, re.IGNORECASE) for name in taken)
    number = max((int(found.group(1)) for found in numbers if found), default=0) + 1
    programme = Programme.objects.create(
        organisation=organisation, name=f"Generated {number}", slug=f"generated-{number}", phone_region="BE"
    )
    walls.also(programme.pk)
    return programme


def _shares(total: int, parts: int) -> list[int]:
    """The total in so many parts, as even as can be."""
    return [total // parts + (number < total % parts) for number in range(parts)]


def _stage(programme: Programme, now: datetime, seed: int) -> Stage:
    today = local_date(now, programme.timezone)
    rules = rules_of(programme)
    stage = Stage(programme=programme, today=today, now=now, rules=rules, chance=Random(f"{seed}-{programme.slug}"))  # noqa: S311  # invented people, no secret
    stage.open_house()
    return stage


def _checked_at_once() -> None:
    """Foreign keys are checked with each COPY instead of all together at the end, which would fill the memory."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@transaction.atomic
def generate_matches(*, programmes: int, matches: int, weeks: int, seed: int, now: datetime) -> Generated:
    """So many matches in all, spread over the programmes, each with so many weeks of visits behind it.

    Most are active, some late, some paused, closed, agreed or only proposed. Everything or nothing is stored.
    """
    made = Generated()
    _checked_at_once()
    for share in _shares(matches, programmes):
        stage = _stage(_new_programme(), now, seed)
        made.slugs.append(stage.programme.slug)
        times, rest = divmod(share, LIVED)
        _live(stage, rest, weeks)
        if times:
            stage.forget()
            _live(stage, LIVED, weeks)
            copy(stage, times - 1)
        _count(made, stage)
    return made


def _live(stage: Stage, matches: int, weeks: int) -> None:
    """Matches whose year is lived through here, and who waits beside them."""
    for size in [CHUNK] * (matches // CHUNK) + [matches % CHUNK]:
        stage.add_matches(size, weeks=weeks)
        stage.add_waiting(size // WAITING_SHARE)
        stage.load()


@transaction.atomic
def generate_waiting(*, programmes: int, supporters: int, participants: int, seed: int, now: datetime) -> Generated:
    """Active peer supporters without a match and participants on the waiting list: a task for matching."""
    made = Generated()
    _checked_at_once()
    for active, waiting in zip(_shares(supporters, programmes), _shares(participants, programmes), strict=True):
        stage = _stage(_new_programme(), now, seed)
        made.slugs.append(stage.programme.slug)
        for size in [CHUNK] * (active // CHUNK) + [active % CHUNK]:
            for _number in range(size):
                stage.add_supporter()
            stage.load()
        for size in [CHUNK] * (waiting // CHUNK) + [waiting % CHUNK]:
            stage.add_waiting(size)
            stage.load()
        _count(made, stage)
    return made


def _count(made: Generated, stage: Stage) -> None:
    made.matches += stage.matches.count
    made.visits += stage.visits.count
    made.supporters += stage.supporters.count
    made.participants += stage.participants.count
