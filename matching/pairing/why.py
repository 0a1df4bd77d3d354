"""Reasons: three for a pair and one against it; and when nobody is found, what stood in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np

from matching.pairing.columns import HOSTING, NO_PLACEMENT, OLDER, UNKNOWN, Floats, Ints, Pool
from matching.pairing.fit import OF_PAIRS, WHOLE_YEAR, criteria
from matching.pairing.rules import failures, minutes_between
from matching.pairing.travel import MODES

REASONS_FOR = 3
FEW_TIMES = 1  # one in a week is enough for visits and leaves no choice: it stands against the pair, not for it
FAR = 0.5  # of the criterion “near”: half an hour
WISH_POINTS = 9  # a kept wish, as a reason
ROOM_POINTS = 2
RELAXABLE = (
    *("language", "gender", "supporter_gender", "age", "supporter_age", "vetting", "room", "times", "distance"),
    *("full", "forbidden"),
)
NOT_KNOWN = 0  # an answer nobody gave yet


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against a pair: a code and its numbers, for words in any language."""

    side: bool  # True speaks for the pair
    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Why others do not come into question for a participant.

    ``who`` holds for each rule the peer supporters (positions) that fail it first, ``openings`` how many each rule
    alone keeps away, ``relax`` the rule that would open most candidates if it were dropped, ``opens`` how many.
    """

    who: dict[str, Ints]
    possible: int
    relax: str
    opens: int
    openings: dict[str, int] = field(default_factory=dict)

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
    met = criteria(pool, supporter, participant, minutes)
    values = zip(*(met[name].tolist() for name in OF_PAIRS), strict=True)
    return [
        _reasons(facts, dict(zip(OF_PAIRS, some, strict=True)))
        for facts, some in zip(_facts(pool, supporter, participant, minutes), values, strict=True)
    ]


def _facts(pool: Pool, supporter: Ints, participant: Ints, minutes: Floats) -> Iterator[_Facts]:
    """Each pair in plain numbers: a column at a time, because one number at a time takes long for many pairs."""
    s, p = pool.supporters, pool.participants
    ours: dict[str, Any] = {
        "mode": s.mode, "well": s.well, "speaks": s.languages, "comes": s.slots, "lived": s.experience,
        "skilled": s.skills, "likes": s.interests, "our_wish": s.wish, "gender": s.gender, "our_wish_age": s.wish_age,
        "our_born": s.born, "free": s.free, "capacity": s.capacity, "placement": s.placement, "room": s.room,
        "limited": ~np.isnan(s.travel),
    }  # fmt: skip
    theirs: dict[str, Any] = {
        "their_well": p.well, "their_speaks": p.languages, "their_comes": p.slots, "asked": p.topics,
        "their_likes": p.interests, "wish": p.wish, "their_gender": p.gender, "wish_age": p.wish_age,
        "their_born": p.born, "kind": p.kind, "minors": p.minors, "home": p.home, "household": p.household,
    }  # fmt: skip
    columns = [column[supporter].tolist() for column in ours.values()]
    columns += [column[participant].tolist() for column in theirs.values()]
    names = (*ours, *theirs)
    for way, *row in zip(minutes.tolist(), *columns, strict=True):
        yield _Facts(pool, None if isnan(way) else round(way), dict(zip(names, row, strict=True)))


def _reasons(facts: _Facts, met: dict[str, float]) -> list[Reason]:
    speaks_for = sorted(facts.speaks_for(met), key=lambda one: -one[0])[:REASONS_FOR]
    against = sorted(facts.against(met), key=lambda one: -one[0])[:1]
    reasons = [Reason(side=True, code=code, params=params) for _points, code, params in speaks_for]
    reasons += [Reason(side=False, code=code, params=params) for _points, code, params in against]
    unknown = facts.unknown()
    return [*reasons, Reason(side=False, code="unknown", params={"what": unknown})] if unknown else reasons


def rows_for(pool: Pool, participant: int) -> Ints:
    """One row for each peer supporter: what she offers of the kind that is asked for, or else anything she offers."""
    s = pool.supporters
    wrong = s.kind != pool.participants.kind[participant]
    order = np.lexsort((wrong, s.keys))
    _keys, first = np.unique(s.keys[order], return_index=True)
    return np.sort(order[first])


def exclusions(pool: Pool, participant: int, left: Ints | None = None) -> Exclusions:
    """Count for one participant who fails which rule first, and find the rule whose loss would help most.

    ``left`` are the places left after a search; who had one before and has none now is counted as “taken”.
    """
    everybody = rows_for(pool, participant)
    fails = failures(pool, everybody, np.full_like(everybody, participant))
    if left is not None:
        fails["taken"] = (left[everybody] == 0) & ~fails["full"]
    matrix = np.stack(list(fails.values()))
    failed = matrix.any(axis=0)
    first = np.where(failed, matrix.argmax(axis=0), -1)
    who = {code: everybody[first == place] for place, code in enumerate(fails)}
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
        openings={code: count for code, count in opens.items() if count},
    )


Point = tuple[float, str, dict[str, Any]]


class _Facts:
    """One pair in plain numbers."""

    def __init__(self, pool: Pool, minutes: int | None, row: dict[str, Any]) -> None:
        self.pool, self.minutes, self.row = pool, minutes, row
        self.mode = row["mode"]
        self.languages = _both(row["speaks"], row["their_speaks"])
        self.well = row["well"] & row["their_well"]
        self.slots = _both(row["comes"], row["their_comes"])
        self.liked = _both(row["likes"], row["their_likes"])
        self.asked, self.lived, self.skilled = row["asked"], row["lived"], row["skilled"]
        self.wish, self.our_wish = row["wish"], row["our_wish"]
        self.gender, self.their_gender = row["gender"], row["their_gender"]
        self.wish_age, self.our_wish_age = row["wish_age"], row["our_wish_age"]
        self.ages_known = bool(row["our_born"] and row["their_born"])
        self.free, self.capacity, self.placement = row["free"], row["capacity"], row["placement"]

    def speaks_for(self, met: dict[str, float]) -> list[Point]:
        """Everything in favour, with its points."""
        weights = self.pool.rules.weights
        points = {name: weights[name] * value for name, value in met.items()}
        found: list[Point] = []
        if self.well:
            found.append((points["languages"], "languages", {"languages": self._languages(_bits(self.well))}))
        if self.slots and len(self.slots) > FEW_TIMES:
            found.append((points["times"], "times", {"slots": self.slots}))
        if self.minutes is not None and met["near"] > FAR:
            found.append((points["near"], "near", self._way()))
        for name, known in (("experience", self.lived), ("skills", self.skilled)):
            if known & self.asked:
                found.append((points[name], name, {"topics": self._topics(known & self.asked)}))
        if self.liked:
            found.append((points["interests"], "interests", {"interests": self._interests(self.liked)}))
        if self.wish_age and self.ages_known:
            found.append((WISH_POINTS, "age", {"wish": "older" if self.wish_age == OLDER else "younger"}))
        if self.wish and self.gender == self.wish:
            found.append((WISH_POINTS, "gender", {"wish": "woman" if self.wish == 1 else "man"}))
        if self.free > 1 or not found:
            found.append((ROOM_POINTS, "room", {"free": self.free, "of": self.capacity}))
        return found

    def against(self, met: dict[str, float]) -> list[Point]:
        """Everything that makes the pair less than perfect, with the points it costs."""
        weights = self.pool.rules.weights
        lost = {name: weights[name] * (1 - value) for name, value in met.items()}
        found: list[Point] = []
        if self.slots is not None and len(self.slots) <= FEW_TIMES:
            code = "few_times" if self.slots else "no_times"
            found.append((lost["times"], code, {"slots": self.slots}))
        if self.minutes is not None and met["near"] <= FAR:
            found.append((lost["near"], "far", self._way()))
        if self.asked and not (self.lived | self.skilled) & self.asked and (self.lived or self.skilled):
            found.append((lost["experience"] + lost["skills"], "no_topics", {"topics": self._topics(self.asked)}))
        if self.languages is not None and not self.languages:
            found.append((lost["languages"], "no_language", {}))
        elif self.languages and not self.well:
            found.append((lost["languages"], "little_language", {"languages": self._languages(self.languages)}))
        elif self.languages and len(self.languages) == 1 and self._speak_more():
            found.append((lost["languages"], "one_language", {"languages": self._languages(self.languages)}))
        if self.placement != NO_PLACEMENT and self.placement < WHOLE_YEAR:
            found.append((max(lost["placement"], ROOM_POINTS), "placement", {"days": self.placement}))
        if self.free == 1:
            found.append((1.0, "last_room", {"of": self.capacity}))
        return found

    def unknown(self) -> list[str]:
        """What could not be looked at because it is not known."""
        row, rules = self.row, self.pool.rules
        hosting = row["kind"] == HOSTING
        missing = {
            "languages": self.languages is None,
            "times": self.slots is None,
            "distance": self.minutes is None,
            "travel_mode": self.minutes is not None and row["limited"] and self.mode == UNKNOWN,
            "gender": bool((self.wish and not self.gender) or (self.our_wish and not self.their_gender)),
            "age": bool((self.wish_age or self.our_wish_age) and not self.ages_known),
            "children": rules.vetting != "nobody" and row["minors"] == NOT_KNOWN,
            "home": rules.vetting == "minors_or_homes" and row["home"] == NOT_KNOWN,
            "household": hosting and row["household"] == NOT_KNOWN,
            "room": hosting and row["room"] == NOT_KNOWN,
        }
        return [name for name, is_missing in missing.items() if is_missing]

    def _speak_more(self) -> bool:
        """Both speak a further language, so that a second one in common could have been."""
        return all(mask.bit_count() > 1 for mask in (self.row["speaks"], self.row["their_speaks"]))

    def _way(self) -> dict[str, Any]:
        return {"minutes": self.minutes, "mode": MODES[self.mode]}

    def _languages(self, bits: list[int]) -> list[str]:
        return [self.pool.language_codes[bit] for bit in bits]

    def _topics(self, mask: int) -> list[str]:
        return [self.pool.topic_codes[bit] for bit in _bits(mask)]

    def _interests(self, bits: list[int]) -> list[str]:
        return [self.pool.interest_codes[bit] for bit in bits]


def _both(ours: int, theirs: int) -> list[int] | None:
    """The bits both have; None when one side is not known."""
    return _bits(ours & theirs) if ours and theirs else None


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]
