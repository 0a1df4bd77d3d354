"""Pairs that are to be proposed together and want the same place, or the same person: which goes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.pairing import Pool
from matching.pairing.best import claims

Pair = tuple[int, int]  # participant, peer supporter
PLACE, PERSON = "place", "person"
LOCKED, WAITING, ORDER = "locked", "waiting", "order"


@dataclass(frozen=True)
class Lost:
    """What a pair wants that others of the same list get: a ``PLACE`` or the ``PERSON``, and why they go first."""

    what: str
    to: tuple[Pair, ...]
    because: str


def contend(pool: Pool, pairs: Sequence[tuple[Pair, int, int]]) -> dict[Pair, Lost]:
    """Which of these pairs (each with the positions of participant and peer supporter) go without, all at once.

    As in a search, locked pairs go first, then whoever has waited longer; of equal ones, who stands first in the list.
    """
    order = claims(pool)
    left = dict(enumerate(pool.supporters.free.tolist()))
    holders: dict[int, list[tuple[Pair, int]]] = {}
    chosen: dict[int, Pair] = {}
    lost: dict[Pair, Lost] = {}
    for pair, theirs, ours in sorted(pairs, key=lambda one: -int(order[one[1]])):
        if theirs in chosen:
            lost[pair] = Lost(PERSON, (chosen[theirs],), ORDER)
        elif left[ours] > 0:
            left[ours] -= 1
            chosen[theirs] = pair
            holders.setdefault(ours, []).append((pair, theirs))
        else:
            before = holders.get(ours, [])
            because = _because(pool, before[-1][1], theirs) if before else ORDER
            lost[pair] = Lost(PLACE, tuple(one for one, _theirs in before), because)
    return lost


def _because(pool: Pool, first: int, second: int) -> str:
    """Why the one (a position) stands before the other."""
    if bool(pool.promised[first]) > bool(pool.promised[second]):
        return LOCKED
    waiting = pool.participants.waiting
    return WAITING if pool.rules.waiting_first and waiting[first] > waiting[second] else ORDER
