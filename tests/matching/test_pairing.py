"""The pure search for pairs: each hard rule, the optimum against brute force, nothing lost to the unknown."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from matching import pairing
from matching.pairing.best import claims, worth_of
from matching.pairing.columns import Pool
from matching.pairing.tally import tally
from tests.matching.pools import any_pools, make_pool, pairs


def test_a_pair_with_everything_in_common_is_possible() -> None:
    assert pairs(make_pool([{}], [{}])) == [(0, 0)]


@pytest.mark.parametrize(
    ("code", "supporter", "participant", "barred"),
    [
        ("same_person", {"people": 7}, {"people": 7}, []),
        ("earlier", {}, {}, [(0, 0)]),
        ("language", {"languages": 0b10}, {"languages": 0b01}, []),
        ("gender", {"gender": 2}, {"wish": 1}, []),
        ("gender", {"gender": 3}, {"wish": 1}, []),
        ("supporter_gender", {"wish": 1}, {"gender": 2}, []),
        ("times", {"slots": 0b100}, {"slots": 0b011}, []),
        ("distance", {"travel": 5.0}, {}, []),
        ("kind", {"kind": 2}, {}, []),
        ("age", {"born": 1995}, {"wish_age": 1}, []),
        ("age", {"born": 1990}, {"wish_age": 2}, []),
        ("supporter_age", {"wish_age": 1}, {}, []),
        ("full", {"capacity": 2, "live": 2}, {}, []),
        ("full", {"capacity": 1, "live": 3}, {}, []),
    ],
)
def test_each_hard_rule_alone_rules_a_pair_out(
    code: str, supporter: dict[str, Any], participant: dict[str, Any], barred: list[tuple[int, int]]
) -> None:
    pool = make_pool([supporter], [participant], barred)
    assert pairs(pool) == []
    assert pairing.exclusions(pool, 0).counts == {code: 1}


@pytest.mark.parametrize(
    ("what", "supporter", "participant"),
    [
        ("languages", {"languages": 0}, {}),
        ("languages", {}, {"languages": 0}),
        ("times", {"slots": 0}, {}),
        ("times", {}, {"slots": 0}),
        ("gender", {"gender": 0}, {"wish": 1}),
        ("gender", {"wish": 2}, {"gender": 0}),
        ("distance", {"latitude": np.nan, "longitude": np.nan}, {}),
        ("distance", {}, {"latitude": np.nan, "longitude": np.nan}),
        ("age", {"born": 0}, {"wish_age": 1}),
        ("age", {"wish_age": 1}, {"born": 0}),
        ("travel_mode", {"mode": 0}, {}),
        ("household", {"kind": 1, "room": 2}, {"kind": 1, "household": 0}),
        ("room", {"kind": 1}, {"kind": 1, "household": 3}),
    ],
)
def test_what_is_not_known_rules_nobody_out_and_is_named(
    what: str, supporter: dict[str, Any], participant: dict[str, Any]
) -> None:
    pool = make_pool([supporter], [participant])
    assert pairs(pool) == [(0, 0)]
    reasons = pairing.explain(pool, 0, 0)
    assert [one.params["what"] for one in reasons if one.code == "unknown"] == [[what]]


def test_no_travel_limit_means_no_limit() -> None:
    far = {"latitude": 50.0, "longitude": 6.0}
    assert pairs(make_pool([{"travel": np.nan}, {"travel": 240.0}], [far])) == [(0, 0)]


def test_minutes_are_a_straight_line_with_a_detour_at_a_calm_speed() -> None:
    pool = make_pool([{"latitude": 52.0, "longitude": 4.0}], [{"latitude": 52.1, "longitude": 4.0}])
    km = 6371.0088 * np.radians(0.1)
    minutes = pairing.minutes_between(pool, np.array([0]), np.array([0]))
    assert minutes[0] == pytest.approx(km * 1.3 / 15 * 60, rel=1e-6)


def test_the_limit_itself_is_near_enough() -> None:
    pool = make_pool([{"travel": np.nan}], [{}])
    minutes = float(pairing.minutes_between(pool, np.array([0]), np.array([0]))[0])
    assert pairs(make_pool([{"travel": minutes}], [{}])) == [(0, 0)]
    assert pairs(make_pool([{"travel": minutes - 0.1}], [{}])) == []


def test_nobody_on_one_side_finds_nobody() -> None:
    for pool in (make_pool([], [{}]), make_pool([{}], []), make_pool([], [])):
        solution = pairing.solve(pool, pairing.find_candidates(pool))
        assert (len(solution.chosen), solution.total, solution.optimal) == (0, 0, True)
    assert pairing.exclusions(make_pool([], [{}]), 0).counts == {}


def test_more_people_come_before_a_better_fit() -> None:
    """Greedy would give the perfect pair and leave the second participant with nobody."""
    pool = make_pool(
        [
            {"languages": 0b11, "capacity": 1},
            {"languages": 0b01, "capacity": 1, "experience": 0b10, "skills": 0b10, "slots": 0b001},
        ],
        [{"languages": 0b01}, {"languages": 0b10}],
    )
    found = pairing.find_candidates(pool)
    solution = pairing.solve(pool, found)
    chosen = {(int(found.supporter[one]), int(found.participant[one])) for one in solution.chosen}
    assert chosen == {(1, 0), (0, 1)}


def test_long_waiting_decides_between_equals() -> None:
    pool = make_pool([{"capacity": 1}], [{"waiting": 5}, {"waiting": 170}])
    found = pairing.find_candidates(pool)
    assert found.participant[pairing.solve(pool, found).chosen].tolist() == [1]


def test_fit_lies_between_0_and_100_and_more_in_common_fits_better() -> None:
    pool = make_pool(
        [
            {"languages": 0b11, "slots": 0b1111, "latitude": 52.06, "interests": 0b11},
            {"languages": 0b01, "slots": 0b0001, "experience": 0b10, "skills": 0b10},
        ],
        [{"languages": 0b11, "slots": 0b1111, "interests": 0b11}],
    )
    best, worse = pairing.find_candidates(pool).fit.tolist()
    assert best == 100
    assert 0 <= worse < best


def test_reasons_are_three_for_and_one_against() -> None:
    reasons = pairing.explain(make_pool([{"slots": 0b1, "capacity": 1}], [{"wish": 1}]), 0, 0)
    assert [one.code for one in reasons if one.side] == ["near", "experience", "skills"]
    assert [(one.code, one.params) for one in reasons if not one.side] == [("few_times", {"slots": [0]})]


def test_the_advice_names_the_one_rule_that_opens_most() -> None:
    pool = make_pool(
        [
            {"languages": 0b10},
            {"languages": 0b10},
            {"capacity": 1, "live": 1},
            {"languages": 0b10, "slots": 0b100, "gender": 2},
        ],
        [{"slots": 0b011, "wish": 1}],
    )
    why = pairing.exclusions(pool, 0)
    assert why.counts == {"language": 3, "full": 1}
    assert (why.relax, why.opens, why.possible) == ("language", 2, 0)


def test_places_that_went_to_others_are_counted_apart() -> None:
    pool = make_pool([{"capacity": 1}, {"capacity": 1, "live": 1}], [{}, {}])
    why = pairing.exclusions(pool, 1, left=np.array([0, 0]))
    assert why.counts == {"taken": 1, "full": 1}
    assert (why.relax, why.opens) == ("full", 2)


def brute_force(pool: Pool, found: pairing.Candidates) -> tuple[int, list[int], int]:
    """Every way to give each participant somebody or nobody: the most people, of these those with the first claim in
    strict order, of these the highest worth."""
    worth, claim = worth_of(pool, found).tolist(), claims(pool).tolist()
    options: list[list[tuple[int, int]]] = [[(-1, 0)] for _one in range(len(pool.participants))]
    for one in range(len(found)):
        options[int(found.participant[one])].append((int(found.supporter[one]), worth[one]))
    best: tuple[int, list[int], int] = (0, [], 0)
    for choice in product(*options):
        taken = [supporter for supporter, _worth in choice if supporter >= 0]
        if all(taken.count(supporter) <= pool.supporters.free[supporter] for supporter in taken):
            served = sorted((claim[who] for who, (supporter, _w) in enumerate(choice) if supporter >= 0), reverse=True)
            best = max(best, (len(taken), served, sum(points for _supporter, points in choice)))
    return best


@settings(max_examples=300, deadline=None)
@given(any_pools)
def test_the_set_is_the_best_there_is(pool: Pool) -> None:
    found = pairing.find_candidates(pool)
    solution = pairing.solve(pool, found)
    assert solution.optimal
    served = sorted(claims(pool)[found.participant[solution.chosen]].tolist(), reverse=True)
    assert (len(solution.chosen), served, solution.worth) == brute_force(pool, found)
    used = np.bincount(found.supporter[solution.chosen], minlength=len(pool.supporters))
    assert (used <= pool.supporters.free).all()
    assert len(set(found.participant[solution.chosen].tolist())) == len(solution.chosen)


@settings(max_examples=100, deadline=None)
@given(any_pools)
def test_lots_change_who_of_equals_is_chosen_and_nothing_else(pool: Pool) -> None:
    found = pairing.find_candidates(pool)
    first, second = pairing.solve(pool, found), pairing.solve(pool, found, seed=12345)
    assert (len(first.chosen), first.worth, first.waited) == (len(second.chosen), second.worth, second.waited)
    assert pairing.solve(pool, found, seed=12345).chosen.tolist() == second.chosen.tolist()


@settings(max_examples=200, deadline=None)
@given(any_pools)
def test_the_fast_search_and_the_rules_agree(pool: Pool) -> None:
    ours, theirs = (
        grid.ravel() for grid in np.meshgrid(np.arange(len(pool.supporters)), np.arange(len(pool.participants)))
    )
    broken = np.stack(list(pairing.failures(pool, ours, theirs).values())).any(axis=0)
    expected = sorted(zip(ours[~broken].tolist(), theirs[~broken].tolist(), strict=True), key=lambda one: one[::-1])
    assert pairs(pool) == expected


@settings(max_examples=50, deadline=None)
@given(any_pools)
def test_everybody_left_over_can_be_explained_and_the_same_input_gives_the_same_pairs(pool: Pool) -> None:
    found = pairing.find_candidates(pool)
    first, second = pairing.solve(pool, found), pairing.solve(pool, pairing.find_candidates(pool))
    assert first.chosen.tolist() == second.chosen.tolist()
    left = pool.supporters.free - np.bincount(found.supporter[first.chosen], minlength=len(pool.supporters))
    alone = sorted(set(range(len(pool.participants))) - set(found.participant[first.chosen].tolist()))
    counted = tally(pool, alone, left)
    for participant, quick in zip(alone, counted, strict=True):
        why = pairing.exclusions(pool, participant, left)
        assert why.possible == 0, "a free candidate would have been matched"
        assert sum(why.counts.values()) == len(pool.supporters)
        assert (quick.counts, quick.possible, quick.openings) == (why.counts, why.possible, why.openings)
        assert (quick.relax, quick.opens) == (why.relax, why.opens)
    for one in range(len(found)):
        reasons = pairing.explain(pool, int(found.supporter[one]), int(found.participant[one]))
        assert sum(reason.side for reason in reasons) <= 3
        assert sum(not reason.side and reason.code != "unknown" for reason in reasons) <= 1


@pytest.mark.parametrize(
    ("supporter", "participant", "for_it", "against"),
    [
        # One free time is enough and leaves no choice: said once, against.
        ({"slots": 0b1}, {"slots": 0b1}, "", "few_times"),
        ({"slots": 0b11}, {"slots": 0b11}, "times", ""),
        # A language that one of the two hardly speaks is nothing in favour.
        ({"languages": 0b1, "well": 0b0}, {"languages": 0b1}, "", "little_language"),
        # One language well is all that somebody with one language can share.
        ({"languages": 0b11}, {"languages": 0b01}, "languages", ""),
        ({"languages": 0b101}, {"languages": 0b011}, "languages", "one_language"),
        # Nobody is praised for the last place and warned of it in one breath.
        ({"capacity": 1, "slots": 0b11}, {"slots": 0b11}, "times", "last_room"),
    ],
)
def test_no_fact_stands_on_both_sides(
    supporter: dict[str, Any], participant: dict[str, Any], for_it: str, against: str
) -> None:
    plain = {"topics": 0, "interests": 0, "latitude": float("nan")}
    pool = make_pool([{"experience": 0, "skills": 0, "interests": 0, "slots": 0, "languages": 0, **supporter}],
                     [{**plain, "slots": 0, "languages": 0, **participant}])  # fmt: skip
    reasons = pairing.explain(pool, 0, 0)
    speaks_for = {one.code for one in reasons if one.side}
    against_it = {one.code for one in reasons if not one.side} - {"unknown"}
    assert speaks_for - {"room"} == ({for_it} if for_it else set())
    assert against_it == ({against} if against else set())
    assert ("room" in speaks_for) == (pool.supporters.free[0] > 1 or not for_it)


def test_how_somebody_travels_is_not_claimed_where_nobody_knows() -> None:
    pool = make_pool([{"mode": 0}, {"mode": 4}], [{}])
    ways = [one.params["mode"] for who in (0, 1) for one in pairing.explain(pool, who, 0) if one.code == "near"]
    assert ways == ["", "car"]
