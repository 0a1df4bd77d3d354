"""What it costs the others when one person gets the candidate who is best for her alone: two searches, compared."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.pairing.best import Solution, TooLarge, solve
from matching.pairing.columns import FULL_WEIGHT, Candidates, Flags, Pool

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Choice:
    """For one participant: her own best candidate against the one whom the best set gives her (positions, −1: nobody).

    ``people``, ``waited`` and ``fit`` are what all others lose together when she gets her own best: how many fewer of
    them are matched, how many days of waiting fewer come to an end, how many points of fit fewer. ``without`` are
    those whom the best set serves and who would then find nobody, ``instead`` those who would find somebody only then.
    """

    own: int
    given: int
    own_fit: int
    given_fit: int
    people: int
    waited: int
    fit: int
    without: tuple[int, ...] = ()
    instead: tuple[int, ...] = ()

    @property
    def is_same(self) -> bool:
        """What is best for all is best for her, or as good."""
        return self.given != NOBODY and self.given_fit == self.own_fit

    @property
    def is_free(self) -> bool:
        """Nobody else loses anything when she gets her own best."""
        return self.is_same or (not self.without and max(self.people, self.waited, self.fit) <= 0)


def choice_of(pool: Pool, candidates: Candidates, participant: int, seed: int = 0) -> Choice | None:
    """Search the best set as it is, and once more with her own best pair kept; None when she has no candidate.

    Her own best is the candidate who fits best, of those the nearest. Both searches are exact, so the difference is
    what the pair costs, whatever else is chosen. Of several sets that are equally good the second search takes one that
    serves whom the first one serves: nobody is named whom lots alone would put in somebody's place.
    """
    hers = np.flatnonzero(candidates.participant == participant)
    if not len(hers):
        return None
    minutes = np.nan_to_num(candidates.minutes[hers], nan=np.inf)
    best = int(hers[np.lexsort((candidates.supporter[hers], minutes, -candidates.fit[hers]))[0]])
    own, own_fit = int(candidates.supporter[best]), int(candidates.fit[best])
    free = _Side.of(pool, candidates, solve(pool, candidates, seed), participant)
    if free.given_fit == own_fit and free.given != NOBODY:
        return Choice(free.given, free.given, own_fit, own_fit, 0, 0, 0)
    kept = _Side.of(pool, *_with_pair_kept(pool, candidates, (own, participant), seed, free.served), participant)
    return Choice(
        own, free.given, own_fit, free.given_fit,
        people=free.people - kept.people, waited=free.waited - kept.waited, fit=free.fit - kept.fit,
        without=tuple(np.flatnonzero(free.served & ~kept.served).tolist()),
        instead=tuple(np.flatnonzero(kept.served & ~free.served).tolist()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Side:
    """One set of pairs, seen from one participant: whom she gets, and what all the others have of it."""

    given: int
    given_fit: int
    people: int
    waited: int
    fit: int
    served: Flags  # the others, by position

    @classmethod
    def of(cls, pool: Pool, candidates: Candidates, solution: Solution, participant: int) -> _Side:
        theirs = candidates.participant[solution.chosen]
        mine = solution.chosen[theirs == participant]
        others = solution.chosen[theirs != participant]
        served = np.zeros(len(pool.participants), dtype=bool)
        served[candidates.participant[others]] = True
        return cls(
            given=int(candidates.supporter[mine[0]]) if len(mine) else NOBODY,
            given_fit=int(candidates.fit[mine[0]]) if len(mine) else 0,
            people=len(others),
            waited=int(pool.participants.waiting[served].sum()),
            fit=int(candidates.fit[others].sum()),
            served=served,
        )


def _with_pair_kept(
    pool: Pool, candidates: Candidates, pair: tuple[int, int], seed: int, served: Flags
) -> tuple[Candidates, Solution]:
    """The best set for all others when this pair is settled: one place less, one person less.

    Where all else is equal those who are ``served`` anyway keep their places; among more people than can be counted so
    finely, lots decide as in any search.
    """
    supporter, participant = pair
    load = pool.supporters.load.copy()
    load[supporter] += FULL_WEIGHT
    less = replace(pool, supporters=replace(pool.supporters, load=load))
    rest = candidates.participant != participant
    rest &= (candidates.supporter != supporter) | (less.supporters.free[supporter] > 0)
    others = Candidates(
        candidates.supporter[rest], candidates.participant[rest], candidates.minutes[rest], candidates.fit[rest]
    )
    try:
        return others, solve(less, others, seed, rather=served)
    except TooLarge:
        return others, solve(less, others, seed)
