"""What would help: one rule less, or one more peer supporter. Each answer is a search of its own, not a guess."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
from ortools.graph.python import max_flow

from matching.pairing import travel
from matching.pairing.columns import NO_PLACEMENT, OTHER, YES, Candidates, Flags, Ints, Pool, Supporters, numbered
from matching.pairing.rules import TooMany, failures, find_candidates
from matching.pairing.why import RELAXABLE

USUAL_MINUTES = 30.0  # by bicycle, for somebody who is not there yet
TRIES = 12  # profiles that are solved; the others cannot help more people than these do at first sight
MOST_WANTED = 3
MOST_PAIRS = 20_000_000  # a rule whose loss leaves more pairs than these is not tried: a search would not end today
NOBODY = -1

Telling = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """One rule set aside for everybody: how many more people could then be matched at the same time.

    ``tried`` is False where so many pairs would be possible that it was left out.
    """

    code: str
    matches: int
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """A peer supporter who is not there yet, and how many more people could be matched with her.

    ``gender`` is 0 where it does not matter; ``language`` and ``slot`` are bits, −1 where any would do.
    """

    language: int
    slot: int
    gender: int
    kind: int
    latitude: float
    longitude: float
    places: int
    matches: int
    helped: tuple[int, ...]  # participants (positions) she could support herself


def most_matched(pool: Pool, candidates: Candidates, *, more: int = 0) -> int:
    """How many people can be matched at the same time; with ``more`` places for every peer supporter."""
    if not len(candidates):
        return 0
    supporters, ours = numbered(candidates.supporter, len(pool.supporters))
    participants, theirs = numbered(candidates.participant, len(pool.participants))
    source, sink = len(supporters) + len(participants), len(supporters) + len(participants) + 1
    mine, waiting = np.arange(len(supporters)), np.arange(len(participants)) + len(supporters)
    tails = np.concatenate([ours, np.full_like(mine, source), waiting]).astype(np.int32)
    heads = np.concatenate([theirs + len(supporters), mine, np.full_like(waiting, sink)]).astype(np.int32)
    places = pool.supporters.free[supporters] + more
    wide = np.concatenate([np.ones(len(ours), np.int64), places, np.ones(len(waiting), np.int64)])
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(tails, heads, wide)
    flow.solve(source, sink)
    return int(flow.optimal_flow())


def relaxed(
    pool: Pool, candidates: Candidates | None = None, *, most: int = MOST_PAIRS, tell: Telling = lambda _done: None
) -> list[Relaxed]:
    """For each rule that may be relaxed, what it would bring for the whole waiting list; what helps most first.

    “full” means one more place for every peer supporter. ``candidates`` are the pairs that are possible now, where they
    are known already; ``tell`` hears how much of the work is done, 0 to 1.
    """
    now = most_matched(pool, find_candidates(pool) if candidates is None else candidates)
    found = []
    for number, code in enumerate(RELAXABLE):
        if now == len(pool.participants):
            break
        tell(number / len(RELAXABLE))
        try:
            without = find_candidates(pool, without=[code], most=most)
        except TooMany:
            found.append(Relaxed(code, 0, tried=False))
            continue
        matches = most_matched(pool, without, more=int(code == "full")) - now
        if matches:
            found.append(Relaxed(code, matches))
    return sorted(found, key=lambda one: (-one.matches, RELAXABLE.index(one.code)))


def wanted(
    pool: Pool,
    alone: Ints,
    candidates: Candidates | None = None,
    *,
    places: int,
    tell: Telling = lambda _done: None,
) -> list[Wanted]:
    """Up to three peer supporters to look for, each for other people, whose help would count most.

    ``alone`` are the participants whom the best set leaves over, ``places`` how many people one would take. Profiles
    (a language, a place, a time, a gender where it is wished) are made from those left over; those who could help most
    of them at first sight are added to the pool one by one and the whole is solved again.
    """
    candidates = find_candidates(pool) if candidates is None else candidates
    now, profiles, solved = most_matched(pool, candidates), _profiles(pool, alone, places), []
    for number, one in enumerate(profiles):
        tell(number / len(profiles))
        solved.append(replace(one, matches=_solved(pool, candidates, one) - now))
    found: list[Wanted] = []
    for one in sorted(solved, key=lambda one: (-one.matches, -len(one.helped), one.language, one.slot)):
        fresh = not any(set(one.helped) & set(other.helped) for other in found)
        if one.matches > 0 and fresh and len(found) < MOST_WANTED:
            found.append(one)
    return found


def _profiles(pool: Pool, alone: Ints, places: int) -> list[Wanted]:
    """Profiles worth solving: the most people helped at first sight, of these the longest waiting."""
    waiting = pool.participants.waiting
    found: dict[tuple[int, ...], Wanted] = {}
    for one in _made(pool, alone, places):
        known = found.get(one.helped)
        if one.helped and (known is None or _asks(one) < _asks(known)):
            found[one.helped] = one
    ranked = sorted(
        found.values(),
        key=lambda one: (-min(len(one.helped), places), -int(waiting[list(one.helped)].sum()), one.language, one.slot),
    )
    return ranked[:TRIES]


def _asks(one: Wanted) -> tuple[int, int, int]:
    """How much a profile asks for: of two that help the same people, the one that asks less is easier to find."""
    return (int(one.language != NOBODY) + int(one.slot != NOBODY) + int(one.gender != 0), one.language, one.slot)


def _made(pool: Pool, alone: Ints, places: int) -> Iterator[Wanted]:
    p = pool.participants
    reach = travel.squared_limit(travel.reach_km(np.array([USUAL_MINUTES]), np.array([travel.BICYCLE])))[0]
    seen: set[tuple[int, int, float, float, int]] = set()
    for one in alone.tolist():
        here = (float(p.latitude[one]), float(p.longitude[one]))
        unknown = np.isnan(here[0] + here[1])
        near = np.ones(len(alone), dtype=bool)
        if not unknown:
            away = travel.squared_chord(pool.ends[:, alone], pool.ends[:, [one]])
            near = ~(away > reach)
        for language in _bits(int(p.languages[one])) or [NOBODY]:
            for slot in _bits(int(p.slots[one])) or [NOBODY]:
                key = (language, slot, *(here if not unknown else (0.0, 0.0)), int(p.kind[one]))
                if key not in seen:
                    seen.add(key)
                    yield _profile(pool, alone, near, (language, slot, here, int(p.kind[one]), places))


def _profile(pool: Pool, alone: Ints, near: Flags, made_of: tuple[int, int, tuple[float, float], int, int]) -> Wanted:
    language, slot, here, kind, places = made_of
    p = pool.participants
    fits = near & (p.kind[alone] == kind) & (p.wish_age[alone] == 0) & ~pool.promised[alone]
    for masks, bit in ((p.languages, language), (p.slots, slot)):
        fits &= (
            (masks[alone] == 0) if bit == NOBODY else (masks[alone] == 0) | (masks[alone] >> np.uint64(bit) & 1 == 1)
        )
    wishes = np.bincount(p.wish[alone][fits], minlength=3)
    gender = 0 if not wishes[1:].any() else 1 + int(wishes[2] > wishes[1])
    fits &= (p.wish[alone] == 0) | (p.wish[alone] == gender)
    return Wanted(language, slot, gender, kind, *here, places, 0, tuple(alone[fits].tolist()))


def _solved(pool: Pool, candidates: Candidates, one: Wanted) -> int:
    """How many people can be matched once she is there."""
    more = replace(
        pool, supporters=_with(pool.supporters, one), barred=_NONE, conflicts=_NONE, forbidden=_NONE, routes=None
    )
    new, everybody = len(pool.supporters), np.arange(len(pool.participants))
    fails = failures(more, np.full_like(everybody, new), everybody)
    open_to = ~np.stack(list(fails.values())).any(axis=0) & (pool.participants.wish_age == 0)
    theirs = np.flatnonzero(open_to)
    whole = Candidates(
        np.concatenate([candidates.supporter, np.full_like(theirs, new)]),
        np.concatenate([candidates.participant, theirs]),
        np.concatenate([candidates.minutes, np.zeros(len(theirs))]),
        np.concatenate([candidates.fit, np.zeros_like(theirs)]),
    )
    return most_matched(more, whole)


_NONE: Ints = np.empty(0, dtype=np.int64)


def _with(supporters: Supporters, one: Wanted) -> Supporters:
    """The peer supporters and one more, of whom only that is known which the profile says."""
    new = {
        "keys": NOBODY, "people": NOBODY, "kind": one.kind,
        "languages": 0 if one.language == NOBODY else 1 << one.language,
        "well": 0 if one.language == NOBODY else 1 << one.language,
        "slots": 0 if one.slot == NOBODY else 1 << one.slot,
        # where no gender is named she may be of any: whoever wishes one is not counted
        "gender": one.gender or OTHER,
        "latitude": one.latitude, "longitude": one.longitude, "travel": USUAL_MINUTES, "mode": travel.BICYCLE,
        "vetted": YES, "placement": NO_PLACEMENT, "capacity": one.places,
    }  # fmt: skip
    columns = {
        field.name: np.append(
            getattr(supporters, field.name), np.array([new.get(field.name, 0)], getattr(supporters, field.name).dtype)
        )
        for field in fields(supporters)
    }
    return Supporters(**columns)


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]
