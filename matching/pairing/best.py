"""The best set of pairs: as many people as possible, then the best fit, with a little weight for long waiting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from matching.pairing.columns import Candidates, Ints, Pool

WAITING_POINTS = 10  # so many points on top of the fit for somebody who has waited …
WAITING_DAYS = 180  # … this long or longer
MOST_WORTH = 100 + WAITING_POINTS


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen pairs, as positions among the candidates, in their order.

    ``total`` is the sum of their fits; ``worth`` adds the points for waiting and is what was made as large as can be
    among all sets of so many pairs. ``optimal`` says that this is proven.
    """

    chosen: Ints
    total: int
    worth: int
    optimal: bool


def worth_of(pool: Pool, candidates: Candidates) -> Ints:
    """What each possible pair adds: its fit, and up to ten points for the days the participant has waited."""
    days = np.clip(pool.participants.waiting, 0, WAITING_DAYS)
    bonus = np.rint(days * (WAITING_POINTS / WAITING_DAYS)).astype(np.int64)
    worth: Ints = candidates.fit + bonus[candidates.participant]
    return worth


def solve(pool: Pool, candidates: Candidates) -> Solution:
    """Choose the pairs: each participant at most once, each peer supporter within her free places. Exact.

    A flow from a source through peer supporters (as wide as their free places) and participants to a sink: the
    largest flow is the most people, and among the largest the cheapest is the best fit. The same input, the same pairs.
    """
    if not len(candidates):
        return Solution(np.empty(0, dtype=np.int64), 0, 0, optimal=True)
    worth = worth_of(pool, candidates)
    supporters, ours = np.unique(candidates.supporter, return_inverse=True)
    participants, theirs = np.unique(candidates.participant, return_inverse=True)
    source, sink = len(supporters) + len(participants), len(supporters) + len(participants) + 1
    mine, waiting = np.arange(len(supporters)), np.arange(len(participants)) + len(supporters)
    flow = min_cost_flow.SimpleMinCostFlow()
    pairs = _arcs(flow, ours, theirs + len(supporters), 1, MOST_WORTH - worth)
    _arcs(flow, np.full_like(mine, source), mine, pool.supporters.free[supporters], 0)
    _arcs(flow, waiting, np.full_like(waiting, sink), 1, 0)
    flow.set_node_supply(source, len(participants))
    flow.set_node_supply(sink, -len(participants))
    status = flow.solve_max_flow_with_min_cost()
    chosen = np.flatnonzero(flow.flows(pairs)).astype(np.int64)
    optimal = status == min_cost_flow.SimpleMinCostFlow.Status.OPTIMAL
    return Solution(chosen, int(candidates.fit[chosen].sum()), int(worth[chosen].sum()), bool(optimal))


def _arcs(
    flow: min_cost_flow.SimpleMinCostFlow, tails: Ints, heads: Ints, capacity: Ints | int, cost: Ints | int
) -> Ints:
    wide, price = np.broadcast_to(capacity, tails.shape), np.broadcast_to(cost, tails.shape)
    arcs: Ints = flow.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), wide.astype(np.int64), price.astype(np.int64)
    )
    return arcs
