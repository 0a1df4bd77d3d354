"""Why nobody is found, counted for everybody who is left over at once: peer supporters are bits of one large number."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from matching.pairing.columns import Flags, Ints, Pool
from matching.pairing.rules import HARD, RULES, known_or_any, spoken, vetting_needed
from matching.pairing.travel import squared_chord
from matching.pairing.why import RELAXABLE, exclusions, rows_for


@dataclass(frozen=True, slots=True)
class Tally:
    """For one participant: how many peer supporters fail which rule first, and how many each rule alone keeps away."""

    counts: dict[str, int]
    possible: int
    openings: dict[str, int]

    @property
    def relax(self) -> str:
        """The one rule whose loss would open most candidates; empty when no single one opens any."""
        return max(self.openings, key=lambda code: self.openings[code], default="")

    @property
    def opens(self) -> int:
        """How many candidates that would be."""
        return self.openings.get(self.relax, 0)


def tally(pool: Pool, participants: Iterable[int], left: Ints) -> list[Tally]:
    """Count for each of these participants, the same as ``exclusions`` does for one, but once for each distinct value.

    Two people with the same free times fail the same peer supporters for that: it is worked out once and kept as bits.
    """
    counter, promised = _Counter(pool, left), pool.promised
    return [_slowly(pool, one, left) if promised[one] else counter.count(one) for one in participants]


def _slowly(pool: Pool, participant: int, left: Ints) -> Tally:
    why = exclusions(pool, participant, left)
    return Tally(why.counts, why.possible, why.openings)


class _Counter:
    """Masks over all rows of peer supporters, kept by rule and by the value that the rule looks at."""

    def __init__(self, pool: Pool, left: Ints) -> None:
        self.pool = pool
        self.rows = np.arange(len(pool.supporters))
        self.known: dict[tuple[str, Hashable], int] = {}
        self.keys = _keys(pool)
        self.opened = {
            "language": tuple(map(known_or_any, spoken(pool))),
            "times": (known_or_any(pool.supporters.slots), known_or_any(pool.participants.slots)),
        }
        taken = (left == 0) & ~RULES["full"](pool, self.rows, self.rows)
        self.always = {"full": _packed(RULES["full"](pool, self.rows, self.rows)), "taken": _packed(taken)}

    def count(self, participant: int) -> Tally:
        """One participant."""
        rest = base = self._base(participant)
        once = twice = 0
        counts: dict[str, int] = {}
        failed: dict[str, int] = {}
        for code in (*HARD, "taken"):
            mask = self._mask(code, participant)
            if mask is None:
                continue
            failed[code] = mask
            number = (rest & mask).bit_count()
            if number:
                counts[code] = number
            rest &= ~mask
            twice |= once & mask
            once |= mask
        alone = once & ~twice & base
        openings = {code: (alone & failed[code]).bit_count() for code in RELAXABLE if code in failed}
        openings["full"] = openings.get("full", 0) + (alone & failed["taken"]).bit_count()
        return Tally(counts, rest.bit_count(), {code: openings[code] for code in RELAXABLE if openings.get(code)})

    def _base(self, participant: int) -> int:
        """One row for each peer supporter."""
        kind = int(self.pool.participants.kind[participant])
        if ("rows", kind) not in self.known:
            self.known["rows", kind] = _packed(np.isin(self.rows, rows_for(self.pool, participant)))
        return self.known["rows", kind]

    def _mask(self, code: str, participant: int) -> int | None:
        if code in self.always:
            return self.always[code]
        key = self.keys[code](participant)
        if key is None:
            return None
        if (code, key) not in self.known:
            self.known[code, key] = _packed(self._fails(code, participant))
        return self.known[code, key]

    def _fails(self, code: str, participant: int) -> Flags:
        """Which rows break a rule with her; languages, times and places are compared with one value at a time."""
        if code in self.opened:
            ours, theirs = self.opened[code]
            nothing: Flags = (ours & theirs[participant]) == 0
            return nothing
        if code == "distance" and self.pool.routes is None:
            far: Flags = squared_chord(self.pool.starts, self.pool.ends[:, [participant]]) > self.pool.limits
            return far
        return RULES[code](self.pool, self.rows, np.full_like(self.rows, participant))


def _keys(pool: Pool) -> dict[str, Callable[[int], Hashable | None]]:
    """What each rule looks at in a participant; None where it rules out nobody."""
    s, p = pool.supporters, pool.participants
    both = set(s.people.tolist()) & set(p.people.tolist())
    marked = {
        code: set((pairs % max(len(p), 1)).tolist())
        for code, pairs in (("conflict", pool.conflicts), ("forbidden", pool.forbidden), ("earlier", pool.barred))
    }
    needed, theirs = vetting_needed(pool).tolist(), spoken(pool)[1].tolist()
    people, slots, born, wishes = p.people.tolist(), p.slots.tolist(), p.born.tolist(), p.wish_age.tolist()
    north, east = p.latitude.tolist(), p.longitude.tolist()
    aged, roomy = bool(s.wish_age.any()), bool(s.room.any())
    return {
        "same_person": lambda one: people[one] if people[one] in both else None,
        **{code: _if_marked(some) for code, some in marked.items()},
        "kind": lambda one: int(p.kind[one]),
        "locked": lambda _one: None,  # those who are promised to somebody are counted one by one
        "language": lambda one: theirs[one],
        "gender": lambda one: int(p.wish[one]) or None,
        "supporter_gender": lambda one: int(p.gender[one]) or None,
        "age": lambda one: (wishes[one], born[one]) if wishes[one] else None,
        "supporter_age": lambda one: born[one] if aged else None,
        "vetting": lambda one: True if needed[one] else None,
        "room": lambda one: int(p.household[one]) if roomy else None,
        "times": lambda one: slots[one],
        "distance": lambda one: (north[one], east[one]) if north[one] == north[one] else None,  # NaN is not itself
    }


def _if_marked(some: set[int]) -> Callable[[int], Hashable | None]:
    return lambda one: one if one in some else None


def _packed(flags: Flags) -> int:
    """Flags as the bits of one number: what Python counts and compares fastest, a few thousand at a time."""
    return int.from_bytes(np.packbits(flags).tobytes())
