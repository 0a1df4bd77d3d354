"""Pools for tests, of rows that say only what matters; and any pool there is, for properties."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from matching import pairing
from matching.pairing.columns import Participants, Pool, Rules, Supporters

MASKS = ("languages", "well", "slots", "topics", "experience", "skills", "interests")
FLOATS = ("latitude", "longitude", "travel")
SUPPORTER = {
    "keys": 1,
    "people": 1,
    "kind": 0,
    "languages": 0b11,
    "well": 0b11,
    "slots": 0b111,
    "experience": 0b1,
    "skills": 0b1,
    "interests": 0b1,
    "gender": 1,
    "wish": 0,
    "wish_age": 0,
    "born": 1980,
    "latitude": 52.07,
    "longitude": 4.30,
    "travel": 30.0,
    "mode": 2,
    "vetted": 1,
    "room": 0,
    "placement": -1,
    "capacity": 2,
    "live": 0,
    "load": 0,
}
PARTICIPANT = {
    "keys": 1,
    "people": 100,
    "kind": 0,
    "languages": 0b01,
    "well": 0b01,
    "slots": 0b011,
    "topics": 0b1,
    "interests": 0b1,
    "gender": 1,
    "wish": 0,
    "wish_age": 0,
    "born": 1990,
    "latitude": 52.06,
    "longitude": 4.30,
    "minors": 1,
    "home": 1,
    "household": 1,
    "waiting": 10,
}


def columns(kind: Any, base: dict[str, Any], rows: list[dict[str, Any]]) -> Any:
    """One side of a pool; ``live`` alone means so many weekly matches, ``languages`` alone that all are spoken well."""
    whole = []
    for number, row in enumerate(rows):
        filled = {**base, "keys": number, "people": base["people"] + number, **row}
        if "live" in row and "load" not in row:
            filled["load"] = 100 * row["live"]
        if "languages" in row and "well" not in row:
            filled["well"] = row["languages"]
        whole.append(filled)
    types: dict[str, Any] = {**dict.fromkeys(MASKS, np.uint64), **dict.fromkeys(FLOATS, np.float64)}
    return kind(**{name: np.array([row[name] for row in whole], dtype=types.get(name, np.int64)) for name in base})


def make_pool(
    supporters: list[dict[str, Any]],
    participants: list[dict[str, Any]],
    barred: list[tuple[int, int]] | None = None,
    **more: Any,
) -> Pool:
    """A pool of rows that say only what matters; ``conflicts``, ``forbidden``, ``locked`` are pairs like ``barred``."""
    decided = {
        name: np.array(sorted(ours * len(participants) + theirs for ours, theirs in pairs or []), dtype=np.int64)
        for name, pairs in {
            "barred": barred,
            **{name: more.pop(name, None) for name in ("conflicts", "forbidden", "locked")},
        }.items()
    }
    return Pool(
        columns(Supporters, SUPPORTER, supporters),
        columns(Participants, PARTICIPANT, participants),
        rules=Rules(**more),
        language_codes=tuple("abcdef"),
        topic_codes=("debt", "housing", "work"),
        interest_codes=("cooking", "walking", "sport"),
        **decided,
    )


def pairs(pool: Pool) -> list[tuple[int, int]]:
    """All possible pairs, by position."""
    found = pairing.find_candidates(pool)
    return list(zip(found.supporter.tolist(), found.participant.tolist(), strict=True))


somebody = {
    "languages": st.integers(0, 7),
    "slots": st.integers(0, 15),
    "interests": st.integers(0, 3),
    "gender": st.integers(0, 3),
    "wish": st.integers(0, 2),
    "wish_age": st.integers(0, 2),
    "born": st.sampled_from([0, 1970, 1990]),
    "latitude": st.sampled_from([np.nan, 52.0, 52.02, 52.3]),
    "longitude": st.sampled_from([4.3, 4.35, -0.2]),
    "kind": st.sampled_from([0, 0, 0, 1]),
}
a_supporter = st.fixed_dictionaries(
    {
        **somebody,
        "well": st.integers(0, 7),
        "experience": st.integers(0, 7),
        "skills": st.integers(0, 7),
        "travel": st.sampled_from([np.nan, 10.0, 45.0, 240.0]),
        "mode": st.integers(0, 4),
        "vetted": st.integers(1, 2),
        "room": st.integers(0, 3),
        "placement": st.sampled_from([-1, -1, 20, 300]),
        "capacity": st.integers(0, 2),
        "live": st.integers(0, 2),
        "load": st.sampled_from([0, 30, 60, 100, 160]),
        "people": st.integers(1, 6),
    }
)
a_participant = st.fixed_dictionaries(
    {
        **somebody,
        "well": st.integers(0, 7),
        "topics": st.integers(0, 7),
        "minors": st.integers(0, 2),
        "home": st.integers(0, 2),
        "household": st.integers(0, 4),
        "waiting": st.integers(0, 300),
        "people": st.integers(4, 12),
    }
)
pair_sets = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=2)


def _pool(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], **more: Any) -> Pool:
    decided = {
        name: [(s, p) for s, p in more.pop(name) if s < len(ours) and p < len(theirs)]
        for name in ("barred", "conflicts", "forbidden", "locked")
    }
    for number, one in enumerate(theirs):  # nobody waits twice
        one["people"] = one["people"] + 20 * number if one["people"] > 6 else one["people"]
    for row in (*ours, *theirs):
        row["well"] &= row["languages"]
    return make_pool(ours, theirs, **decided, **more)


pools = st.builds(
    _pool,
    st.lists(a_supporter, max_size=4),
    st.lists(a_participant, max_size=4),
    barred=pair_sets,
    conflicts=pair_sets,
    forbidden=pair_sets,
    locked=st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=1),
    level=st.sampled_from(["little", "well"]),
    vetting=st.sampled_from(["nobody", "minors", "minors_or_homes"]),
    waiting_first=st.booleans(),
)

# Most pairs of a pool of chance break some rule; here most are possible, so that there is much to choose from.
a_free_supporter = st.fixed_dictionaries(
    {
        "languages": st.integers(1, 3),
        "slots": st.integers(3, 15),
        "experience": st.integers(0, 7),
        "interests": st.integers(0, 3),
        "latitude": st.sampled_from([52.05, 52.06, 52.09]),
        "travel": st.sampled_from([np.nan, 25.0, 60.0]),
        "capacity": st.integers(0, 2),
    }
)
somebody_who_waits = st.fixed_dictionaries(
    {
        "languages": st.integers(1, 3),
        "slots": st.integers(3, 15),
        "topics": st.integers(0, 7),
        "interests": st.integers(0, 3),
        "latitude": st.sampled_from([52.05, 52.06]),
        "waiting": st.sampled_from([0, 10, 10, 90, 200]),
        "wish": st.sampled_from([0, 0, 0, 1]),
    }
)
rich_pools = st.builds(
    make_pool,
    st.lists(a_free_supporter, min_size=1, max_size=4),
    st.lists(somebody_who_waits, min_size=1, max_size=5),
    waiting_first=st.booleans(),
)
any_pools = st.one_of(rich_pools, pools)
