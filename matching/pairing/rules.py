"""What must hold for a pair, and all pairs for which it holds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching.pairing.columns import Candidates, Flags, Floats, Ints, Masks, Pool
from matching.pairing.fit import fit_of

# In the order in which a pair that fails several is counted.
HARD = ("same_person", "earlier", "language", "gender", "supporter_gender", "times", "distance", "full")

EARTH_KM = 6371.0088
DETOUR = 1.3  # streets are not straight
KM_PER_HOUR = 15.0  # a calm cyclist
MINUTES_PER_KM = DETOUR * 60 / KM_PER_HOUR
CELL_KM = 3.0
BLOCK = 1 << 18  # pairs looked at together: small enough for the processor's cache
ANYTHING = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


def minutes_between(pool: Pool, supporter: Ints, participant: Ints) -> Floats:
    """Minutes by bicycle for each pair: straight line × 1.3 at 15 km an hour; NaN when a place is not known."""
    return _minutes(_squared_chord(*_both_points(pool, supporter, participant)))


def failures(pool: Pool, supporter: Ints, participant: Ints) -> dict[str, Flags]:
    """For each hard rule, which of these pairs break it. What is not known breaks nothing."""
    s, p = pool.supporters, pool.participants
    return {
        "same_person": s.people[supporter] == p.people[participant],
        "earlier": np.isin(pool.pair_codes(supporter, participant), pool.barred),
        "language": (_open(s.languages[supporter]) & _open(p.languages[participant])) == 0,
        "gender": _unmet(p.wish[participant], s.gender[supporter]),
        "supporter_gender": _unmet(s.wish[supporter], p.gender[participant]),
        "times": (_open(s.slots[supporter]) & _open(p.slots[participant])) == 0,
        "distance": _squared_chord(*_both_points(pool, supporter, participant)) > _squared_limit(s.travel[supporter]),
        "full": s.free[supporter] == 0,
    }


def find_candidates(pool: Pool) -> Candidates:
    """Every pair that breaks no hard rule, with travel time and fit."""
    s, p = pool.supporters, pool.participants
    ours, theirs = _points(s.latitude, s.longitude), _points(p.latitude, p.longitude)
    limits = _squared_limit(s.travel)
    found = [np.empty(0, dtype=np.int64)]
    for near, inside in _neighbourhoods(pool):
        for codes in _with_common_ground(pool, near, inside):
            participant, supporter = np.divmod(codes, len(s))
            far = _squared_chord(ours[:, supporter], theirs[:, participant]) > limits[supporter]  # NaN is never far
            found.append(codes[~far])
    codes = np.concatenate(found)
    codes.sort()
    participant, supporter = np.divmod(codes, max(len(s), 1))
    kept = np.ones(len(codes), dtype=bool)
    kept &= ~_unmet(p.wish[participant], s.gender[supporter])
    kept &= ~_unmet(s.wish[supporter], p.gender[participant])
    kept &= s.people[supporter] != p.people[participant]
    if len(pool.barred):
        kept &= ~np.isin(pool.pair_codes(supporter, participant), pool.barred)
    supporter, participant = supporter[kept], participant[kept]
    minutes = _minutes(_squared_chord(ours[:, supporter], theirs[:, participant]))
    return Candidates(supporter, participant, minutes, fit_of(pool, supporter, participant, minutes))


def _neighbourhoods(pool: Pool) -> Iterator[tuple[Ints, Ints]]:
    """Participants by squares of 3 km, each with the free peer supporters whose reach touches the square."""
    s, p = pool.supporters, pool.participants
    free = np.flatnonzero(s.free > 0)
    known = ~np.isnan(p.latitude + p.longitude)
    if not len(free) or not len(p):
        return
    yield free, np.flatnonzero(~known)
    inside = np.flatnonzero(known)
    if not len(inside):
        return
    # East-west distances are taken at the latitude farthest from the equator: never too long, so nobody is missed.
    latitudes = np.concatenate([s.latitude[free], p.latitude[inside]])
    km = np.radians(1.0) * EARTH_KM
    km_east = km * float(np.cos(np.radians(np.nanmax(np.abs(latitudes)))))
    x, y = p.longitude[inside] * km_east, p.latitude[inside] * km
    column, row = np.floor(x / CELL_KM).astype(np.int64), np.floor(y / CELL_KM).astype(np.int64)
    order = np.lexsort((column, row))
    edges = np.flatnonzero((np.diff(column[order]) != 0) | (np.diff(row[order]) != 0)) + 1
    reach = s.travel[free] / MINUTES_PER_KM + CELL_KM / 2
    placed = ~np.isnan(s.latitude + s.longitude)[free]
    east, north = s.longitude[free] * km_east, s.latitude[free] * km
    for cell in np.split(order, edges):
        middle_x, middle_y = (column[cell[0]] + 0.5) * CELL_KM, (row[cell[0]] + 0.5) * CELL_KM
        beyond = (np.abs(east - middle_x) > reach * 1.01) | (np.abs(north - middle_y) > reach * 1.01)
        yield free[~(beyond & placed)], inside[cell]


def _with_common_ground(pool: Pool, near: Ints, inside: Ints) -> Iterator[Ints]:
    """Pairs of these two groups with a common language and time, as participant × number of supporters + supporter."""
    s, p = pool.supporters, pool.participants
    if not len(near) or not len(inside):
        return
    languages, slots = _open(s.languages[near]), _open(s.slots[near])
    for block in np.array_split(inside, -(-len(inside) * len(near) // BLOCK)):
        both = (_open(p.languages[block])[:, None] & languages) != 0
        both &= (_open(p.slots[block])[:, None] & slots) != 0
        row, column = np.divmod(np.flatnonzero(both), len(near))
        yield block[row] * len(s) + near[column]


def _open(masks: Masks) -> Masks:
    """An empty mask is not known, and what is not known may be anything."""
    return np.where(masks == 0, ANYTHING, masks)


def _unmet(wish: Ints, gender: Ints) -> Flags:
    unmet: Flags = (wish != 0) & (gender != 0) & (wish != gender)
    return unmet


def _both_points(pool: Pool, supporter: Ints, participant: Ints) -> tuple[Floats, Floats]:
    s, p = pool.supporters, pool.participants
    ours = _points(s.latitude[supporter], s.longitude[supporter])
    return ours, _points(p.latitude[participant], p.longitude[participant])


def _points(latitude: Floats, longitude: Floats) -> Floats:
    """Places on a globe of radius one: distances then need no trigonometry per pair."""
    north, east = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _squared_chord(starts: Floats, ends: Floats) -> Floats:
    difference = starts - ends
    squared: Floats = np.einsum("ij,ij->j", difference, difference)
    return squared


def _minutes(squared_chord: Floats) -> Floats:
    minutes: Floats = 2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(squared_chord) / 2, 1.0)) * MINUTES_PER_KM
    return minutes


def _squared_limit(minutes: Floats) -> Floats:
    """The squared chord that so many minutes reach, with a metre of grace for rounding."""
    angle = (minutes / MINUTES_PER_KM + 0.001) / EARTH_KM
    limit: Floats = (2 * np.sin(np.minimum(angle, np.pi) / 2)) ** 2
    return limit
