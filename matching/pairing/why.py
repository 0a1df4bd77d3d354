"""Reasons: three for a pair and one against it; and when nobody is found, what stood in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.pairing.columns import OLDER, Ints, Pool
from matching.pairing.fit import WEIGHTS, criteria
from matching.pairing.rules import failures, minutes_between

REASONS_FOR = 3
FEW_TIMES = 2
FAR = 0.5  # of the criterion “near”: half an hour
WISH_POINTS = 9  # a kept wish about gender, as a reason
ROOM_POINTS = 2
RELAXABLE = ("language", "gender", "supporter_gender", "times", "distance", "full")


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against a pair: a code and its numbers, for words in any language."""

    side: bool  # True speaks for the pair
    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Why others do not come into question for a participant.

    ``who`` holds for each rule the peer supporters (positions) that fail it first, ``relax`` the one rule that would
    open most candidates if it were dropped, ``opens`` how many that would be.
    """

    who: dict[str, Ints]
    possible: int
    relax: str
    opens: int

    @property
    def counts(self) -> dict[str, int]:
        """How many fail each rule first."""
        return {code: len(some) for code, some in self.who.items()}


def explain(pool: Pool, supporter: int, participant: int) -> list[Reason]:
    """The three strongest reasons for a pair, the strongest one against it, and what is not known."""
    return explain_all(pool, np.array([supporter]), np.array([participant]))[0]


def explain_all(pool: Pool, supporter: Ints, participant: Ints) -> list[list[Reason]]:
    """The same for many pairs at once."""
    minutes = minutes_between(pool, supporter, participant)
    values = {name: some.tolist() for name, some in criteria(pool, supporter, participant, minutes).items()}
    return [
        _reasons(_Facts(pool, ours, theirs, way), {name: some[place] for name, some in values.items()})
        for place, (ours, theirs, way) in enumerate(
            zip(supporter.tolist(), participant.tolist(), minutes.tolist(), strict=True)
        )
    ]


def _reasons(facts: _Facts, met: dict[str, float]) -> list[Reason]:
    speaks_for = sorted(facts.speaks_for(met), key=lambda one: -one[0])[:REASONS_FOR]
    against = sorted(facts.against(met), key=lambda one: -one[0])[:1]
    reasons = [Reason(side=True, code=code, params=params) for _points, code, params in speaks_for]
    reasons += [Reason(side=False, code=code, params=params) for _points, code, params in against]
    unknown = facts.unknown()
    return [*reasons, Reason(side=False, code="unknown", params={"what": unknown})] if unknown else reasons


def exclusions(pool: Pool, participant: int, left: Ints | None = None) -> Exclusions:
    """Count for one participant who fails which rule first, and find the rule whose loss would help most.

    ``left`` are the places left after a search; who had one before and has none now is counted as “taken”.
    """
    everybody = np.arange(len(pool.supporters))
    fails = failures(pool, everybody, np.full_like(everybody, participant))
    if left is not None:
        fails["taken"] = (left == 0) & ~fails["full"]
    matrix = np.stack(list(fails.values()))
    failed = matrix.any(axis=0)
    first = np.where(failed, matrix.argmax(axis=0), -1)
    who = {code: np.flatnonzero(first == place) for place, code in enumerate(fails)}
    alone = matrix.sum(axis=0) == 1
    opens = {code: int((alone & fails[code]).sum()) for code in RELAXABLE}
    if left is not None:  # one more place helps wherever places are the only obstacle, since when does not matter
        opens["full"] += int((alone & fails["taken"]).sum())
    relax = max(opens, key=lambda code: opens[code])
    return Exclusions(
        who={code: some for code, some in who.items() if len(some)},
        possible=int((~failed).sum()),
        relax=relax if opens[relax] else "",
        opens=opens[relax],
    )


Point = tuple[float, str, dict[str, Any]]


class _Facts:
    """One pair in plain numbers."""

    def __init__(self, pool: Pool, supporter: int, participant: int, minutes: float) -> None:
        s, p = pool.supporters, pool.participants
        self.minutes = None if np.isnan(minutes) else round(minutes)
        self.languages = _both(s.languages[supporter], p.languages[participant])
        self.slots = _both(s.slots[supporter], p.slots[participant])
        self.topics = _both(s.topics[supporter], p.topics[participant])
        self.asked = _bits(int(p.topics[participant]))
        self.no_experience = not int(s.topics[supporter])
        self.wish = int(p.wish[participant])
        self.our_wish = int(s.wish[supporter])
        self.gender, self.their_gender = int(s.gender[supporter]), int(p.gender[participant])
        self.wish_age = int(p.wish_age[participant])
        self.ages_known = bool(s.born[supporter] and p.born[participant])
        self.free, self.capacity = int(s.free[supporter]), int(s.capacity[supporter])
        self.pool = pool

    def speaks_for(self, met: dict[str, float]) -> list[Point]:
        """Everything in favour, with its points."""
        points = {name: WEIGHTS[name] * value for name, value in met.items()}
        found: list[Point] = []
        if self.languages:
            found.append((points["languages"], "languages", {"languages": self._languages(self.languages)}))
        if self.slots and len(self.slots) > 1:
            found.append((points["times"], "times", {"slots": self.slots}))
        if self.minutes is not None and met["near"] > FAR:
            found.append((points["near"], "near", {"minutes": self.minutes}))
        if self.topics:
            found.append((points["topics"], "topics", {"topics": self._topics(self.topics)}))
        if self.wish_age and self.ages_known and met["age"] == 1:
            found.append((points["age"], "age", {"wish": self._wished_age()}))
        if self.wish and self.gender == self.wish:
            found.append((WISH_POINTS, "gender", {"wish": "woman" if self.wish == 1 else "man"}))
        if self.slots and len(self.slots) == 1:
            found.append((ROOM_POINTS + 1, "times", {"slots": self.slots}))
        found.append((ROOM_POINTS, "room", {"free": self.free, "of": self.capacity}))
        return found

    def against(self, met: dict[str, float]) -> list[Point]:
        """Everything that makes the pair less than perfect, with the points it costs."""
        lost = {name: WEIGHTS[name] * (1 - value) for name, value in met.items()}
        found: list[Point] = []
        if self.slots and len(self.slots) <= FEW_TIMES:
            found.append((lost["times"], "few_times", {"slots": self.slots}))
        if self.minutes is not None and met["near"] <= FAR:
            found.append((lost["near"], "far", {"minutes": self.minutes}))
        if self.asked and not self.topics and not self.no_experience:
            found.append((lost["topics"], "no_topics", {"topics": self._topics(self.asked)}))
        if self.wish_age and self.ages_known and met["age"] == 0:
            found.append((lost["age"], "age", {"wish": self._wished_age()}))
        if self.languages and len(self.languages) == 1:
            found.append((lost["languages"], "one_language", {"languages": self._languages(self.languages)}))
        if self.free == 1:
            found.append((1.0, "last_room", {"of": self.capacity}))
        return found

    def unknown(self) -> list[str]:
        """What could not be looked at because it is not known."""
        missing = {
            "languages": self.languages is None,
            "times": self.slots is None,
            "distance": self.minutes is None,
            "gender": bool((self.wish and not self.gender) or (self.our_wish and not self.their_gender)),
            "age": bool(self.wish_age and not self.ages_known),
        }
        return [name for name, is_missing in missing.items() if is_missing]

    def _languages(self, bits: list[int]) -> list[str]:
        return [self.pool.language_codes[bit] for bit in bits]

    def _topics(self, bits: list[int]) -> list[str]:
        return [self.pool.topic_codes[bit] for bit in bits]

    def _wished_age(self) -> str:
        return "older" if self.wish_age == OLDER else "younger"


def _both(ours: np.uint64, theirs: np.uint64) -> list[int] | None:
    """The bits both have; None when one side is not known."""
    return _bits(int(ours) & int(theirs)) if ours and theirs else None


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]
