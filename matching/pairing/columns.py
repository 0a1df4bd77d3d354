"""What is known of both sides, one numpy array per fact. An empty mask, 0 or NaN means: not known."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matching.pairing.travel import FASTEST_KM_PER_MINUTE, Routes, points, reach_km, squared_limit

Ints = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

UNKNOWN, WOMAN, MAN, OTHER = 0, 1, 2, 3  # gender; as a wish, 0 is “no wish”
OLDER, YOUNGER = 1, 2  # a wish about age; 0 is “no wish”
ONE_TO_ONE, HOSTING, GROUP = 0, 1, 2  # what is asked for and offered
NO, YES = 1, 2  # an answer; 0 is “not known”
FULL_WEIGHT = 100  # a match with weekly visits takes one whole place, counted in hundredths
NO_PLACEMENT = -1

# What makes two people fit, and how many points of a hundred each is worth unless a programme says otherwise.
WEIGHTS = {
    "times": 25, "near": 20, "languages": 15, "experience": 15, "skills": 15, "interests": 5, "placement": 5,
    "waiting": 10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """What a programme decided about matching: a version of it stands in MatchingRules.

    ``level`` asks for a common language that both speak well; ``vetting`` says for whom a certificate of conduct is
    needed; with ``waiting_first`` the longest waiting are served before the total fit is looked at, otherwise waiting
    adds up to ``weights["waiting"]`` points to a pair.
    """

    weights: dict[str, int] = field(default_factory=lambda: dict(WEIGHTS))
    level: str = "little"  # or "well"
    vetting: str = "nobody"  # or "minors", "minors_or_homes"
    waiting_first: bool = True


@dataclass(frozen=True, slots=True)
class Supporters:
    """What peer supporters offer: whom they understand, when, where, and how many more people they can take.

    One row for each kind of support that somebody offers; ``keys`` may therefore stand there more than once.
    """

    keys: Ints
    people: Ints
    kind: Ints  # one to one, hosting, group
    languages: Masks  # spoken at all
    well: Masks  # of these, not only a little
    slots: Masks  # the 21 slots of a week
    experience: Masks  # topics they know from life
    skills: Masks  # topics they can help with
    interests: Masks
    gender: Ints
    wish: Ints  # would support: 0 anyone, 1 women, 2 men
    wish_age: Ints  # 0 no wish, 1 older, 2 younger
    born: Ints  # number of the day; 0 when not known
    latitude: Floats
    longitude: Floats
    travel: Floats  # minutes at most; NaN when no limit is known
    mode: Ints  # how they go (travel.py); 0 when not known
    vetted: Ints  # 1 no valid certificate of conduct, 2 a valid one
    room: Ints  # people who can stay, for hosting; 0 when not known
    placement: Ints  # days until a student placement ends; −1 for everybody else
    capacity: Ints  # people at the same time
    live: Ints  # of these, taken
    load: Ints  # what these weigh, in hundredths: somebody who is visited less often weighs less

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def free(self) -> Ints:
        """Whole places that are left, never below zero."""
        left: Ints = np.maximum(self.capacity * FULL_WEIGHT - self.load, 0) // FULL_WEIGHT
        return left


@dataclass(frozen=True, slots=True)
class Participants:
    """People who wait: what they ask for and wish, and for how long they have waited."""

    keys: Ints
    people: Ints
    kind: Ints
    languages: Masks
    well: Masks
    slots: Masks
    topics: Masks  # what they ask help with
    interests: Masks
    gender: Ints
    wish: Ints  # wishes support from: 0 anyone, 1 a woman, 2 a man
    wish_age: Ints  # 0 no wish, 1 older, 2 younger
    born: Ints
    latitude: Floats
    longitude: Floats
    minors: Ints  # a child at home, or under age: 0 not known, 1 no, 2 yes
    home: Ints  # visits at home: likewise
    household: Ints  # people in it; 0 when not known
    waiting: Ints  # days on the list

    def __len__(self) -> int:
        return len(self.keys)


def numbered(values: Ints, size: int) -> tuple[Ints, Ints]:
    """Which of 0 … size − 1 occur, and for each value its number among them: np.unique without sorting millions."""
    seen = np.zeros(size, dtype=bool)
    seen[values] = True
    number: Ints = np.cumsum(seen) - 1
    return np.flatnonzero(seen), number[values]


def _none() -> Ints:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Both sides, the pairs that were decided on, the rules, and the codes behind the bits of the masks.

    Pairs are numbers (see ``pair_codes``), sorted: ``barred`` did not work out before, ``conflicts`` were declared by
    either side, ``forbidden`` and ``locked`` were decided by the team.
    """

    supporters: Supporters
    participants: Participants
    barred: Ints = field(default_factory=_none)
    conflicts: Ints = field(default_factory=_none)
    forbidden: Ints = field(default_factory=_none)
    locked: Ints = field(default_factory=_none)
    rules: Rules = field(default_factory=Rules)
    language_codes: tuple[str, ...] = ()
    topic_codes: tuple[str, ...] = ()
    interest_codes: tuple[str, ...] = ()
    routes: Routes | None = None
    starts: Floats = field(init=False)  # places of the peer supporters on a globe of radius one …
    ends: Floats = field(init=False)  # … of the participants …
    limits: Floats = field(init=False)  # … and how far each peer supporter goes, as a squared chord

    def __post_init__(self) -> None:
        s, p = self.supporters, self.participants
        reach = s.travel * FASTEST_KM_PER_MINUTE if self.routes is not None else reach_km(s.travel, s.mode)
        object.__setattr__(self, "starts", points(s.latitude, s.longitude))
        object.__setattr__(self, "ends", points(p.latitude, p.longitude))
        object.__setattr__(self, "limits", squared_limit(reach))

    def pair_codes(self, supporter: Ints, participant: Ints) -> Ints:
        """One number for each pair, by position."""
        return supporter * len(self.participants) + participant

    @property
    def promised(self) -> Flags:
        """Which participants are locked to somebody."""
        found = np.zeros(len(self.participants), dtype=bool)
        if len(self.locked):
            found[self.locked % len(self.participants)] = True
        return found


@dataclass(frozen=True, slots=True)
class Candidates:
    """Every possible pair, by position in the pool, in the order of participants, then peer supporters."""

    supporter: Ints
    participant: Ints
    minutes: Floats  # NaN when a place is not known
    fit: Ints  # 0 to 100

    def __len__(self) -> int:
        return len(self.supporter)
