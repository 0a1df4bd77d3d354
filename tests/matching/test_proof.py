"""The best set is proven twice more: by a certificate of our own, and by solvers that know nothing of each other."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching import pairing
from matching.pairing.best import network, worth_of
from matching.pairing.columns import Pool
from matching.pairing.proof import prove
from matching.pairing.whatif import most_matched
from tests.matching.pools import any_pools, make_pool, rich_pools


@settings(max_examples=200, deadline=None)
@given(any_pools)
def test_what_is_found_is_proven(pool: Pool) -> None:
    found = pairing.find_candidates(pool)
    solution = pairing.solve(pool, found, seed=7)
    assert prove(pool, found, solution.chosen).holds
    assert most_matched(pool, found) == len(solution.chosen)


@settings(max_examples=200, deadline=None)
@given(rich_pools, st.integers(0, 3))
def test_one_pair_less_is_not_proven(pool: Pool, which: int) -> None:
    found = pairing.find_candidates(pool)
    chosen = pairing.solve(pool, found).chosen
    assume(len(chosen))
    assert not prove(pool, found, np.delete(chosen, which % len(chosen))).most_people


def test_a_worse_exchange_is_not_proven() -> None:
    """Both are served either way; crosswise they fit worse."""
    pool = make_pool(
        [{"capacity": 1, "slots": 0b0111}, {"capacity": 1, "slots": 0b1001}],
        [{"slots": 0b0111}, {"slots": 0b1001}],
    )
    found = pairing.find_candidates(pool)
    pairs = list(zip(found.supporter.tolist(), found.participant.tolist(), strict=True))
    straight = np.array([pairs.index((0, 0)), pairs.index((1, 1))])
    crosswise = np.array([pairs.index((1, 0)), pairs.index((0, 1))])
    assert prove(pool, found, straight).holds
    proof = prove(pool, found, crosswise)
    assert (proof.most_people, proof.best) == (True, False)


def test_somebody_who_came_later_in_the_last_place_is_not_proven() -> None:
    pool = make_pool([{"capacity": 1}], [{"waiting": 5}, {"waiting": 170}])
    found = pairing.find_candidates(pool)
    assert not prove(pool, found, np.array([0])).best
    assert prove(pool, found, np.array([1])).holds


def scipy_says(pool: Pool, found: pairing.Candidates) -> tuple[int, int]:
    """People and worth by scipy's assignment: every peer supporter as many rows as she has places."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  # a second opinion, for tests alone

    free = pool.supporters.free
    first = np.concatenate([[0], np.cumsum(free)])
    graph = network(pool, found)
    claim = dict(zip(graph.participants.tolist(), graph.claim_cost.tolist(), strict=True))
    large = 10 * (int(graph.claim_cost.max()) + 1000)
    costs = np.full((int(first[-1]), len(pool.participants)), large, dtype=np.int64)
    for supporter, participant, cost in zip(
        found.supporter.tolist(), found.participant.tolist(), graph.pair_cost.tolist(), strict=True
    ):
        costs[first[supporter] : first[supporter + 1], participant] = cost + claim[participant]
    rows, columns = linear_sum_assignment(costs)
    real = costs[rows, columns] < large
    return int(real.sum()), int(costs[rows, columns][real].sum())


@settings(max_examples=100, deadline=None)
@given(rich_pools)
def test_scipy_finds_nothing_better(pool: Pool) -> None:
    found = pairing.find_candidates(pool)
    assume(len(found))
    graph, chosen = network(pool, found), pairing.solve(pool, found).chosen
    claim = graph.claim_cost[graph.theirs[chosen] - len(graph.supporters)]
    ours = len(chosen), int(graph.pair_cost[chosen].sum() + claim.sum())
    assert ours == scipy_says(pool, found)


def test_where_nobody_speaks_one_language_the_others_are_still_matched() -> None:
    """Six speak what three speak; two speak what nobody speaks: four places, four people, two told why."""
    supporters = [{"languages": 0b011, "capacity": 2}, {"languages": 0b001}, {"languages": 0b010, "capacity": 1}]
    participants = [{"languages": 0b001} for _one in range(6)] + [{"languages": 0b100} for _one in range(2)]
    pool = make_pool(supporters, participants)
    found = pairing.find_candidates(pool)
    solution = pairing.solve(pool, found)
    assert prove(pool, found, solution.chosen).holds
    assert len(solution.chosen) == 4
    left = pool.supporters.free - np.bincount(found.supporter[solution.chosen], minlength=3)
    assert pairing.exclusions(pool, 7, left).counts == {"language": 3}
    assert pairing.exclusions(pool, 7, left).relax == "language"


def test_costs_that_cannot_be_counted_are_refused() -> None:
    import pytest  # noqa: PLC0415

    pool = make_pool([{"capacity": 1}], [{"waiting": one} for one in range(3)])
    found = pairing.find_candidates(pool)
    from matching.pairing import best  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best, "LARGEST_COST", 1000)
        with pytest.raises(pairing.TooLarge):
            pairing.solve(pool, found)


def test_worth_is_the_fit_where_waiting_is_settled_first() -> None:
    pool = make_pool([{}], [{"waiting": 180}])
    weighed = make_pool([{}], [{"waiting": 180}], waiting_first=False)
    found = pairing.find_candidates(pool)
    assert worth_of(pool, found)[0] == found.fit[0]
    assert worth_of(weighed, found)[0] == found.fit[0] + 10
