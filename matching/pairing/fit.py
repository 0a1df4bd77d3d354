"""How good a pair is, from 0 to 100: what two people have in common, weighed."""

from __future__ import annotations

import numpy as np

from matching.pairing.columns import OLDER, Floats, Ints, Pool

# Points of 100. Waiting time is no part of the fit of two people; it counts when the best set is chosen (best.py).
WEIGHTS = {"times": 30, "near": 20, "languages": 20, "topics": 20, "age": 10}

TIMES = np.array([0.0, 0.4, 0.7, 0.9, 1.0])  # by the number of shared free times; four are plenty
LANGUAGES = np.array([0.0, 0.75, 1.0])  # a second language helps with letters and children
NOT_KNOWN = 0.4
FAR_MINUTES = 60.0
BLOCK = 1 << 17  # pairs weighed together: keeps memory low and the processor's cache warm


def criteria(pool: Pool, supporter: Ints, participant: Ints, minutes: Floats) -> dict[str, Floats]:
    """For each criterion and pair, how far it is met: 0 not at all, 1 fully; 0.4 where it is not known."""
    s, p = pool.supporters, pool.participants
    return {
        "times": _shared(s.slots[supporter], p.slots[participant], TIMES),
        "near": np.where(np.isnan(minutes), NOT_KNOWN, np.clip(1 - minutes / FAR_MINUTES, 0, 1)),
        "languages": _shared(s.languages[supporter], p.languages[participant], LANGUAGES),
        "topics": _topics(pool, supporter, participant),
        "age": _age(pool, supporter, participant),
    }


def fit_of(pool: Pool, supporter: Ints, participant: Ints, minutes: Floats) -> Ints:
    """The fit of each pair in whole points, 0 to 100."""
    fits = np.zeros(len(minutes), dtype=np.int64)
    for start in range(0, len(minutes), BLOCK):
        some = slice(start, start + BLOCK)
        met = criteria(pool, supporter[some], participant[some], minutes[some])
        fits[some] = np.rint(sum(WEIGHTS[name] * value for name, value in met.items()))
    return fits


def _shared(ours: np.ndarray, theirs: np.ndarray, worth: Floats) -> Floats:
    count = np.minimum(np.bitwise_count(ours & theirs), len(worth) - 1)
    return np.where((ours == 0) | (theirs == 0), NOT_KNOWN, worth[count])


def _topics(pool: Pool, supporter: Ints, participant: Ints) -> Floats:
    """How much of what is asked the peer supporter knows; half of it is enough to begin with."""
    known, asked = pool.supporters.topics[supporter], pool.participants.topics[participant]
    share = 2 * np.bitwise_count(known & asked) / np.maximum(np.bitwise_count(asked), 1)
    return np.where((asked == 0) | (known == 0), NOT_KNOWN, np.minimum(share, 1.0))


def _age(pool: Pool, supporter: Ints, participant: Ints) -> Floats:
    wish = pool.participants.wish_age[participant]
    ours, theirs = pool.supporters.born[supporter], pool.participants.born[participant]
    met = np.where(wish == OLDER, ours < theirs, ours > theirs).astype(float)
    unknown = (ours == 0) | (theirs == 0)
    return np.where(wish == 0, 1.0, np.where(unknown, NOT_KNOWN, met))
