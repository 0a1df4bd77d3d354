"""What must hold for a pair, and all pairs for which it holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import numpy as np

from matching.pairing import travel
from matching.pairing.columns import NO, OLDER, YES, YOUNGER, Candidates, Flags, Floats, Ints, Masks, Pool
from matching.pairing.fit import fit_of

# In the order in which a pair that fails several is counted.
HARD = (
    *("same_person", "conflict", "forbidden", "earlier", "kind", "locked", "language", "gender", "supporter_gender"),
    *("age", "supporter_age", "vetting", "room", "times", "distance", "full"),
)
SEARCHED_BY = ("language", "times", "distance", "full")  # the search begins with these
# What the team may set aside for a pair that it locks, with a reason: never a wish, a conflict or somebody's safety.
OVERRIDABLE = ("language", "times", "distance")

CELL_KM = 3.0
ROUNDING = 1e-3  # minutes
BLOCK = 1 << 18  # pairs looked at together: small enough for the processor's cache
ANYTHING = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
NOTHING_OF_OURS, NOTHING_OF_THEIRS = np.uint64(1 << 63), np.uint64(1 << 62)  # bits that no language has


class TooMany(ValueError):
    """So many pairs would be possible that they are not looked at one by one."""


def minutes_between(pool: Pool, supporter: Ints, participant: Ints) -> Floats:
    """Minutes of travel for each pair, the way the peer supporter goes; NaN when a place is not known."""
    mode = pool.supporters.mode[supporter]
    if pool.routes is None:
        minutes = np.empty(len(supporter), dtype=np.float64)
        for start in range(0, len(supporter), BLOCK):
            some = slice(start, start + BLOCK)
            chord = travel.squared_chord(pool.starts[:, supporter[some]], pool.ends[:, participant[some]])
            minutes[some] = travel.minutes_for(travel.km_of(chord), mode[some])
        return minutes
    return _route(pool, np.where(mode == travel.UNKNOWN, travel.BICYCLE, mode), supporter, participant)


def failures(pool: Pool, supporter: Ints, participant: Ints) -> dict[str, Flags]:
    """For each hard rule, which of these pairs break it. What is not known breaks nothing.

    For a locked pair the team has set aside the rules of OVERRIDABLE, and an earlier match that ended.
    """
    fails = {code: RULES[code](pool, supporter, participant) for code in HARD}
    if len(pool.locked):
        chosen = np.isin(pool.pair_codes(supporter, participant), pool.locked)
        for code in (*OVERRIDABLE, "earlier", "locked"):
            fails[code] &= ~chosen
    return fails


def find_candidates(pool: Pool, *, without: Collection[str] = (), most: int | None = None) -> Candidates:
    """Every pair that breaks no hard rule, with travel time and fit. ``without`` sets rules aside, to see what if.

    The rules that leave least are tried first, on blocks of a neighbourhood; the others on the pairs that are left.
    Raises TooMany where more than ``most`` pairs are left after the first of them.
    """
    s = pool.supporters
    found, count = [np.empty(0, dtype=np.int64)], 0
    for near, inside in _neighbourhoods(pool, without):
        for codes in _with_common_ground(pool, near, inside, without):
            participant, supporter = np.divmod(codes, len(s))
            found.append(codes if "distance" in without else codes[~_too_far(pool, supporter, participant)])
            count += len(found[-1])
            if most is not None and count > most:
                raise TooMany
    codes = np.concatenate(found)
    kept = _all_else_holds(pool, codes, without)
    if len(pool.locked):
        kept = np.union1d(kept, _locked(pool))
    kept.sort()
    participant, supporter = np.divmod(kept, max(len(s), 1))
    minutes = minutes_between(pool, supporter, participant)
    return Candidates(supporter, participant, minutes, fit_of(pool, supporter, participant, minutes))


def _all_else_holds(pool: Pool, codes: Ints, without: Collection[str]) -> Ints:
    """The pairs that also keep the rules that rule out few: wishes, kind, vetting, earlier matches, decisions."""
    participant, supporter = np.divmod(codes, max(len(pool.supporters), 1))
    kept = np.ones(len(codes), dtype=bool)
    for code in HARD:
        if code not in SEARCHED_BY and code not in without and _matters(pool, code):
            kept &= ~RULES[code](pool, supporter, participant)
    return codes[kept]


def _matters(pool: Pool, code: str) -> bool:
    """Whether this rule can rule out anybody here at all: most programmes decide and ask little."""
    s, p = pool.supporters, pool.participants
    asked: dict[str, Any] = {
        "conflict": pool.conflicts + 1,
        "forbidden": pool.forbidden + 1,
        "earlier": pool.barred + 1,
        "locked": pool.locked + 1,
        "kind": (s.kind.any(), p.kind.any()),
        "gender": p.wish,
        "supporter_gender": s.wish,
        "age": p.wish_age,
        "supporter_age": s.wish_age,
        "vetting": vetting_needed(pool),
        "room": s.room,
    }
    return code not in asked or bool(np.any(asked[code]))


def _locked(pool: Pool) -> Ints:
    """The locked pairs that still keep what may not be set aside, as participant × number of supporters + supporter."""
    supporter, participant = np.divmod(pool.locked, len(pool.participants))
    broken = np.stack(list(failures(pool, supporter, participant).values())).any(axis=0)
    codes: Ints = (participant * len(pool.supporters) + supporter)[~broken]
    return codes


def _neighbourhoods(pool: Pool, without: Collection[str]) -> Iterator[tuple[Ints, Ints]]:
    """Participants by squares of 3 km, each with the free peer supporters whose reach touches the square."""
    s, p = pool.supporters, pool.participants
    free = np.flatnonzero(s.free > 0) if "full" not in without else np.arange(len(s))
    known = ~np.isnan(p.latitude + p.longitude)
    if not len(free) or not len(p):
        return
    if "distance" in without:
        yield free, np.arange(len(p))
        return
    yield free, np.flatnonzero(~known)
    inside = np.flatnonzero(known)
    if not len(inside):
        return
    # East-west distances are taken at the latitude farthest from the equator: never too long, so nobody is missed.
    latitudes = np.concatenate([s.latitude[free], p.latitude[inside]])
    km = np.radians(1.0) * travel.EARTH_KM
    km_east = km * float(np.cos(np.radians(np.nanmax(np.abs(latitudes)))))
    x, y = p.longitude[inside] * km_east, p.latitude[inside] * km
    column, row = np.floor(x / CELL_KM).astype(np.int64), np.floor(y / CELL_KM).astype(np.int64)
    order = np.lexsort((column, row))
    edges = np.flatnonzero((np.diff(column[order]) != 0) | (np.diff(row[order]) != 0)) + 1
    reach = _reach(pool)[free] + CELL_KM / 2
    placed = ~np.isnan(s.latitude + s.longitude)[free]
    east, north = s.longitude[free] * km_east, s.latitude[free] * km
    for cell in np.split(order, edges):
        middle_x, middle_y = (column[cell[0]] + 0.5) * CELL_KM, (row[cell[0]] + 0.5) * CELL_KM
        beyond = (np.abs(east - middle_x) > reach * 1.01) | (np.abs(north - middle_y) > reach * 1.01)
        yield free[~(beyond & placed)], inside[cell]


def _with_common_ground(pool: Pool, near: Ints, inside: Ints, without: Collection[str]) -> Iterator[Ints]:
    """Pairs of these two groups with a common language and time, as participant × number of supporters + supporter."""
    if not len(near) or not len(inside):
        return
    ours, theirs = spoken(pool)
    languages, slots = known_or_any(ours[near]), known_or_any(pool.supporters.slots[near])
    for block in np.array_split(inside, -(-len(inside) * len(near) // BLOCK)):
        both = np.ones((len(block), len(near)), dtype=bool)
        if "language" not in without:
            both &= (known_or_any(theirs[block])[:, None] & languages) != 0
        if "times" not in without:
            both &= (known_or_any(pool.participants.slots[block])[:, None] & slots) != 0
        row, column = np.divmod(np.flatnonzero(both), len(near))
        yield block[row] * len(pool.supporters) + near[column]


def spoken(pool: Pool) -> tuple[Masks, Masks]:
    """The languages that count: all of them, or those spoken well where the programme asks for that.

    Somebody who speaks a little of everything and nothing well has a mask that is known, and shared with nobody.
    """
    s, p = pool.supporters, pool.participants
    if pool.rules.level != "well":
        return s.languages, p.languages
    ours = np.where((s.languages != 0) & (s.well == 0), NOTHING_OF_OURS, s.well)
    theirs = np.where((p.languages != 0) & (p.well == 0), NOTHING_OF_THEIRS, p.well)
    return ours, theirs


def known_or_any(masks: Masks) -> Masks:
    """An empty mask is not known, and what is not known may be anything."""
    return np.where(masks == 0, ANYTHING, masks)


def _nothing_common(ours: Masks, theirs: Masks, supporter: Ints, participant: Ints) -> Flags:
    apart: Flags = (known_or_any(ours[supporter]) & known_or_any(theirs[participant])) == 0
    return apart


def _unmet(wish: Ints, gender: Ints) -> Flags:
    unmet: Flags = (wish != 0) & (gender != 0) & (wish != gender)
    return unmet


def _wrong_age(wish: Ints, wished: Ints, wishing: Ints) -> Flags:
    """Somebody older was born before, somebody younger after the person who wishes."""
    known = (wished != 0) & (wishing != 0)
    wrong: Flags = known & (((wish == OLDER) & (wished >= wishing)) | ((wish == YOUNGER) & (wished <= wishing)))
    return wrong


def vetting_needed(pool: Pool) -> Flags:
    """For which participants the programme asks for a certificate of conduct, as far as is known."""
    p, asked = pool.participants, pool.rules.vetting
    minors = (p.minors == YES) & (asked != "nobody")
    needed: Flags = minors | ((p.home == YES) & (asked == "minors_or_homes"))
    return needed


def _no_room(pool: Pool, supporter: Ints, participant: Ints) -> Flags:
    room, people = pool.supporters.room[supporter], pool.participants.household[participant]
    small: Flags = (room != 0) & (people != 0) & (people > room)
    return small


def _reach(pool: Pool) -> Floats:
    """Km in a straight line beyond which nobody needs to be looked for; NaN (no limit) looks everywhere."""
    limits, mode = pool.supporters.travel, pool.supporters.mode
    return travel.reach_km(limits, mode) if pool.routes is None else limits * travel.FASTEST_KM_PER_MINUTE


def _too_far(pool: Pool, supporter: Ints, participant: Ints) -> Flags:
    """Beyond the limit; a place or a limit that is not known is never far."""
    far: Flags
    if pool.routes is None:
        far = travel.squared_chord(pool.starts[:, supporter], pool.ends[:, participant]) > pool.limits[supporter]
        return far
    minutes = _route(pool, pool.supporters.mode[supporter], supporter, participant)
    far = minutes > pool.supporters.travel[supporter] + ROUNDING
    return far


def _route(pool: Pool, mode: Ints, supporter: Ints, participant: Ints) -> Floats:
    routes = pool.routes
    if routes is None:
        raise ValueError("no routes were asked for")
    origin, target = routes.origin[supporter], routes.target[participant]
    minutes = routes.minutes[mode, origin, target].astype(np.float64)
    return np.where((origin < 0) | (target < 0), np.nan, minutes)


# Each rule: the pool and pairs by position → which of these pairs break it.
RULES: dict[str, Callable[[Pool, Ints, Ints], Flags]] = {
    "same_person": lambda pool, s, p: pool.supporters.people[s] == pool.participants.people[p],
    "conflict": lambda pool, s, p: np.isin(pool.pair_codes(s, p), pool.conflicts),
    "forbidden": lambda pool, s, p: np.isin(pool.pair_codes(s, p), pool.forbidden),
    "earlier": lambda pool, s, p: np.isin(pool.pair_codes(s, p), pool.barred),
    "kind": lambda pool, s, p: pool.supporters.kind[s] != pool.participants.kind[p],
    "locked": lambda pool, _s, p: pool.promised[p],
    "language": lambda pool, s, p: _nothing_common(*spoken(pool), s, p),
    "gender": lambda pool, s, p: _unmet(pool.participants.wish[p], pool.supporters.gender[s]),
    "supporter_gender": lambda pool, s, p: _unmet(pool.supporters.wish[s], pool.participants.gender[p]),
    "age": lambda pool, s, p: _wrong_age(
        pool.participants.wish_age[p], pool.supporters.born[s], pool.participants.born[p]
    ),
    "supporter_age": lambda pool, s, p: _wrong_age(
        pool.supporters.wish_age[s], pool.participants.born[p], pool.supporters.born[s]
    ),
    "vetting": lambda pool, s, p: vetting_needed(pool)[p] & (pool.supporters.vetted[s] == NO),
    "room": _no_room,
    "times": lambda pool, s, p: _nothing_common(pool.supporters.slots, pool.participants.slots, s, p),
    "distance": _too_far,
    "full": lambda pool, s, _p: pool.supporters.free[s] == 0,
}
