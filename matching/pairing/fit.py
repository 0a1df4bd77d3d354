"""How good a pair is, from 0 to 100: what two people have in common, weighed as the programme weighs it."""

from __future__ import annotations

import numpy as np

from matching.pairing.columns import NO_PLACEMENT, Floats, Ints, Masks, Pool

TIMES = np.array([0.0, 0.4, 0.7, 0.9, 1.0])  # by the number of shared free times; four are plenty
LANGUAGES = np.array([0.0, 0.75, 1.0])  # a second language helps with letters and children
INTERESTS = np.array([0.0, 0.7, 1.0])
A_LITTLE = 0.3  # only a little of a language in common
NOT_KNOWN = 0.4
FAR_MINUTES = 60.0
WHOLE_YEAR = 365.0
BLOCK = 1 << 17  # pairs weighed together: keeps memory low and the processor's cache warm
OF_PAIRS = ("times", "near", "languages", "experience", "skills", "interests", "placement")


def criteria(pool: Pool, supporter: Ints, participant: Ints, minutes: Floats) -> dict[str, Floats]:
    """For each criterion and pair, how far it is met: 0 not at all, 1 fully; 0.4 where it is not known."""
    s, p = pool.supporters, pool.participants
    return {
        "times": _shared(s.slots[supporter], p.slots[participant], TIMES),
        "near": np.where(np.isnan(minutes), NOT_KNOWN, np.clip(1 - minutes / FAR_MINUTES, 0, 1)),
        "languages": _languages(pool, supporter, participant),
        "experience": _topics(s.experience[supporter], p.topics[participant]),
        "skills": _topics(s.skills[supporter], p.topics[participant]),
        "interests": _shared(s.interests[supporter], p.interests[participant], INTERESTS),
        "placement": _lasts(s.placement[supporter]),
    }


def fit_of(pool: Pool, supporter: Ints, participant: Ints, minutes: Floats) -> Ints:
    """The fit of each pair in whole points, 0 to 100."""
    fits = np.zeros(len(minutes), dtype=np.int64)
    weights = pool.rules.weights
    whole = sum(weights[name] for name in OF_PAIRS)
    for start in range(0, len(minutes) if whole else 0, BLOCK):
        some = slice(start, start + BLOCK)
        met = criteria(pool, supporter[some], participant[some], minutes[some])
        fits[some] = np.rint(sum(weights[name] * met[name] for name in OF_PAIRS) * (100 / whole))
    return fits


def _shared(ours: Masks, theirs: Masks, worth: Floats) -> Floats:
    count = np.minimum(np.bitwise_count(ours & theirs), len(worth) - 1)
    return np.where((ours == 0) | (theirs == 0), NOT_KNOWN, worth[count])


def _languages(pool: Pool, supporter: Ints, participant: Ints) -> Floats:
    """How easily they talk: languages that both speak well count in full, a little of one counts little."""
    s, p = pool.supporters, pool.participants
    well = np.bitwise_count(s.well[supporter] & p.well[participant])
    little = (s.languages[supporter] & p.languages[participant]) != 0
    easy = np.where(well > 0, LANGUAGES[np.minimum(well, len(LANGUAGES) - 1)], np.where(little, A_LITTLE, 0.0))
    unknown = (s.languages[supporter] == 0) | (p.languages[participant] == 0)
    return np.where(unknown, NOT_KNOWN, easy)


def _topics(known: Masks, asked: Masks) -> Floats:
    """How much of what is asked the peer supporter knows; half of it is enough to begin with."""
    share = 2 * np.bitwise_count(known & asked) / np.maximum(np.bitwise_count(asked), 1)
    return np.where((asked == 0) | (known == 0), NOT_KNOWN, np.minimum(share, 1.0))


def _lasts(placement: Ints) -> Floats:
    """A student leaves when the placement ends: a whole year left is as good as anybody."""
    return np.where(placement == NO_PLACEMENT, 1.0, np.clip(placement / WHOLE_YEAR, 0, 1))
