"""What is known of both sides, one numpy array per fact. An empty mask, 0 or NaN means: not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

UNKNOWN, WOMAN, MAN, OTHER = 0, 1, 2, 3  # gender; as a wish, 0 is “no wish”
OLDER, YOUNGER = 1, 2  # a wish about age; 0 is “no wish”


@dataclass(frozen=True, slots=True)
class Supporters:
    """Peer supporters: whom they can understand, when, where, and how many more people they can take."""

    keys: Ints
    people: Ints
    languages: Masks
    slots: Masks  # the 21 slots of a week
    topics: Masks  # what they know from life or skill
    gender: Ints
    wish: Ints  # would support: 0 anyone, 1 women, 2 men
    born: Ints  # year; 0 when not known
    latitude: Floats
    longitude: Floats
    travel: Floats  # minutes at most; NaN when no limit is known
    capacity: Ints  # people at the same time
    live: Ints  # of these, taken

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def free(self) -> Ints:
        """Places that are left, never below zero."""
        left: Ints = np.maximum(self.capacity - self.live, 0)
        return left


@dataclass(frozen=True, slots=True)
class Participants:
    """People who wait: what they ask for and wish, and for how long they have waited."""

    keys: Ints
    people: Ints
    languages: Masks
    slots: Masks
    topics: Masks  # what they ask help with
    gender: Ints
    wish: Ints  # wishes support from: 0 anyone, 1 a woman, 2 a man
    wish_age: Ints  # 0 no wish, 1 older, 2 younger
    born: Ints
    latitude: Floats
    longitude: Floats
    waiting: Ints  # days on the list

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class Pool:
    """Both sides, the pairs that must not come together again, and the codes behind the bits of the masks."""

    supporters: Supporters
    participants: Participants
    barred: Ints  # supporter × number of participants + participant, by position, sorted
    language_codes: tuple[str, ...] = ()
    topic_codes: tuple[str, ...] = ()

    def pair_codes(self, supporter: Ints, participant: Ints) -> Ints:
        """One number for each pair, as ``barred`` holds them."""
        return supporter * len(self.participants) + participant


@dataclass(frozen=True, slots=True)
class Candidates:
    """Every possible pair, by position in the pool, in the order of participants, then peer supporters."""

    supporter: Ints
    participant: Ints
    minutes: Floats  # by bicycle; NaN when a place is not known
    fit: Ints  # 0 to 100

    def __len__(self) -> int:
        return len(self.supporter)
