"""How long the search for the best pairs takes, beside greedy choice: ``python -m benchmarks.matching``."""

from __future__ import annotations

import argparse
import resource
from time import perf_counter

import numpy as np

from matching.pairing import Candidates, Participants, Pool, Supporters, find_candidates, solve

PLACES = 200


def make_pool(supporters: int, participants: int, seed: int = 1) -> Pool:
    """People over a region of many places, a few languages each, a handful of free times."""
    draw = np.random.default_rng(seed)
    spots = np.stack([51.9 + 0.35 * draw.random(PLACES), 4.1 + 0.6 * draw.random(PLACES)])
    popular = 1 / np.arange(1, 31)

    def side(count: int) -> dict[str, np.ndarray]:
        place = draw.integers(0, PLACES, count)
        languages = np.zeros(count, dtype=np.uint64)
        slots = np.zeros(count, dtype=np.uint64)
        for _again in range(2):
            languages |= np.uint64(1) << draw.choice(30, count, p=popular / popular.sum()).astype(np.uint64)
        for _again in range(4):
            slots |= np.uint64(1) << draw.integers(0, 21, count).astype(np.uint64)
        return {
            "keys": np.arange(count), "people": np.arange(count), "languages": languages, "slots": slots,
            "topics": draw.integers(0, 256, count).astype(np.uint64), "gender": draw.integers(0, 3, count),
            "wish": draw.choice(3, count, p=[0.7, 0.2, 0.1]), "born": draw.integers(1950, 2005, count),
            "latitude": spots[0][place], "longitude": spots[1][place],
        }  # fmt: skip

    ours, theirs = side(supporters), side(participants)
    theirs["people"] = theirs["people"] + supporters
    return Pool(
        Supporters(
            **ours,
            travel=draw.choice([20.0, 30.0, 45.0, 60.0, 90.0], supporters),
            capacity=draw.integers(1, 5, supporters),
            live=draw.integers(0, 2, supporters),
        ),
        Participants(**theirs, wish_age=draw.choice(3, participants), waiting=draw.integers(0, 300, participants)),
        barred=np.empty(0, dtype=np.int64),
    )


def greedy(pool: Pool, candidates: Candidates) -> tuple[int, int]:
    """The yardstick: the best fit first, as people would do it by hand. Returns people matched and total fit."""
    left, matched, total = pool.supporters.free.tolist(), set(), 0
    order = np.argsort(-candidates.fit, kind="stable")
    rows = zip(candidates.supporter[order], candidates.participant[order], candidates.fit[order], strict=True)
    for supporter, participant, fit in rows:
        if left[supporter] and participant not in matched:
            left[supporter] -= 1
            matched.add(participant)
            total += int(fit)
    return len(matched), total


def main() -> None:
    """Find, solve, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--supporters", type=int, default=2000)
    parser.add_argument("--participants", type=int, default=5000)
    asked = parser.parse_args()
    pool = make_pool(asked.supporters, asked.participants)
    began = perf_counter()
    candidates = find_candidates(pool)
    found = perf_counter()
    solution = solve(pool, candidates)
    solved = perf_counter()
    count, total = greedy(pool, candidates)
    compared = perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{asked.supporters} x {asked.participants}: {len(candidates)} possible pairs, peak {memory} MB")
    print(f"  find and weigh {found - began:.3f} s, solve {solved - found:.3f} s, optimal {solution.optimal}")
    print(f"  best set: {len(solution.chosen)} people, total fit {solution.total}")
    print(f"  greedy:   {count} people, total fit {total}, {compared - solved:.3f} s")


if __name__ == "__main__":
    main()
