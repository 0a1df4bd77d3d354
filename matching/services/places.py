"""Places of peer supporters: how many there are, how many are taken, and whether one more person finds one.

One count serves proposals and answers alike, so that what is proposed can be said yes to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Count

from matching.models import Match, MatchingRules
from matching.pairing.columns import FULL_WEIGHT
from matching.querysets import MatchQuerySet
from matching.services.ruling import weight_of
from programmes.models import Programme
from recruitment.choices import SupportKind
from recruitment.models import PeerSupporter

Taken = Mapping[tuple[int, str], tuple[int, int]]


def loads_of(
    programme: Programme,
    rules: MatchingRules,
    supporters: Iterable[int] | None = None,
    *,
    among: MatchQuerySet | None = None,
) -> Taken:
    """By peer supporter and kind of support: how many live matches, and what they weigh in hundredths of a place.

    Only visits one to one weigh less with the years of practice; a bed or a chair is taken whole. ``among`` counts
    these live matches alone.
    """
    live = (Match.objects.live() if among is None else among).filter(programme=programme)
    live = live if supporters is None else live.filter(supporter_id__in=list(supporters))
    found: dict[tuple[int, str], tuple[int, int]] = {}
    rows = live.order_by().values_list("supporter", "kind", "interval").annotate(Count("pk"))
    for supporter, kind, interval, count in rows:
        number, load = found.get((supporter, kind), (0, 0))
        weight = weight_of(interval, rules.caseload) if kind == SupportKind.ONE_TO_ONE else FULL_WEIGHT
        found[supporter, kind] = (number + count, load + count * weight)
    return found


def capacity_of(max_matches: int | None, programme: Programme) -> int:
    """How many people a peer supporter takes at the same time: her own number, never above the programme's."""
    return min(max_matches or programme.max_matches, programme.max_matches)


def places_of(kind: str, *, max_matches: int | None, group: int | None, programme: Programme) -> int:
    """How many participants somebody can take of one kind: a home takes one household, a group its places."""
    if kind == SupportKind.HOSTING:
        return 1
    if kind == SupportKind.GROUP:
        return group or 0
    return capacity_of(max_matches, programme)


def has_place(supporter: PeerSupporter, kind: str, *, load: int, programme: Programme) -> bool:
    """Whether one more person of this kind finds a place beside a load (in hundredths of a place)."""
    if kind not in supporter.offers:
        return False
    places = places_of(kind, max_matches=supporter.max_matches, group=supporter.group_places, programme=programme)
    return load + FULL_WEIGHT <= places * FULL_WEIGHT
