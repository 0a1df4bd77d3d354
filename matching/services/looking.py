"""One look at the pool, from which both panes of the board are made: who waits and who would fit, each counted once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.pairing import Candidates, Pool, find_candidates
from matching.pairing.cost import NOBODY, choice_of
from matching.pairing.stored import digest_of
from matching.services.pools import CODE_OF_KIND, load, load_places
from matching.services.searching import BY_THE_DAY, lots_of
from matching.services.whereabouts import Places
from programmes.models import Programme


@dataclass(frozen=True)
class Waiting:
    """A line of the waiting list: who (by number), for how many days, with how many candidates, and what is known."""

    participant: int
    days: int
    candidates: int
    languages: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Weighed:
    """For one participant: her own best candidate against the one whom the best pairs for everybody give her.

    People are numbers of rows; ``given`` is None where the best pairs hold nobody for her. What the others lose when
    she gets her own best: ``people``, days of ``waited``, points of ``fit``; ``without`` would find nobody then.
    """

    own: int
    given: int | None
    own_fit: int
    given_fit: int
    people: int
    waited: int
    fit: int
    without: tuple[int, ...]
    instead: tuple[int, ...]
    is_same: bool
    is_free: bool


@dataclass(frozen=True, eq=False)
class Look:
    """Everybody who waits and everybody who could support, with every possible pair."""

    pool: Pool
    candidates: Candidates
    places: Places

    def at(self, participant: int) -> int | None:
        """Where a participant stands in the pool; None when she does not wait."""
        found = np.flatnonzero(self.pool.participants.keys == participant)
        return int(found[0]) if len(found) else None

    @property
    def fingerprint(self) -> str:
        """The same as that of a search, as long as people, wishes, places and rules have not changed since."""
        return digest_of(self.pool, but=BY_THE_DAY)

    def waiting(self) -> list[Waiting]:
        """Everybody who waits without a live match, the longest first."""
        p = self.pool.participants
        counts = np.bincount(self.candidates.participant, minlength=len(p))
        order = np.lexsort((p.keys, -p.waiting))
        return [
            Waiting(int(p.keys[one]), int(p.waiting[one]), int(counts[one]), self._spoken(one),
                    CODE_OF_KIND[int(p.kind[one])])
            for one in order
        ]  # fmt: skip

    def _spoken(self, one: int) -> tuple[str, ...]:
        mask = int(self.pool.participants.languages[one])
        return tuple(code for bit, code in enumerate(self.pool.language_codes) if mask >> bit & 1)

    def weighed(self, participant: int) -> Weighed | None:
        """What is best for her against what is best for all; None without a candidate. Two or three searches."""
        at = self.at(participant)
        seed = lots_of(self.pool)
        found = None if at is None else choice_of(self.pool, self.candidates, at, seed)
        if found is None:
            return None
        ours, theirs = self.pool.supporters.keys, self.pool.participants.keys
        return Weighed(
            own=int(ours[found.own]),
            given=None if found.given == NOBODY else int(ours[found.given]),
            own_fit=found.own_fit,
            given_fit=found.given_fit,
            people=found.people,
            waited=found.waited,
            fit=found.fit,
            without=tuple(int(theirs[one]) for one in found.without),
            instead=tuple(int(theirs[one]) for one in found.instead),
            is_same=found.is_same,
            is_free=found.is_free,
        )


def look_around(programme: Programme, *, today: date, places: Places | None = None) -> Look:
    """Read everybody and find every possible pair: a constant number of queries."""
    places = places or load_places(programme)
    pool = load(programme, today, places=places)
    return Look(pool, find_candidates(pool), places)


def waiting_list(programme: Programme, *, today: date, places: Places | None = None) -> list[Waiting]:
    """Everybody who waits without a live match, the longest first."""
    return look_around(programme, today=today, places=places).waiting()
