"""The best set of pairs: as many people as possible, of these the longest waiting, of these the best total fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from matching.pairing.columns import Candidates, Flags, Ints, Pool, numbered

WAITING_DAYS = 180  # where waiting is weighed, so many days or more give all its points
BEST_FIT = 100
LARGEST_COST = 1 << 61  # the solver multiplies costs by the number of nodes: what it can still count


class TooLarge(ValueError):
    """The costs of this graph do not fit into the solver's whole numbers."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen pairs, as positions among the candidates, in their order.

    ``total`` is the sum of their fits, ``waited`` the days that those served have waited together, ``worth`` what was
    made as large as can be among all sets that serve as many and as long waiting people. ``optimal``: it is proven.
    """

    chosen: Ints
    total: int
    worth: int
    waited: int
    optimal: bool


@dataclass(frozen=True, slots=True)
class Network:
    """The graph of a search. Nodes: peer supporters, then participants, then source and sink.

    A pair costs what it lacks of the best worth, a participant what she lacks of the first claim; one claim outweighs
    all worth there is, so that claims are settled first.
    """

    supporters: Ints  # positions in the pool
    participants: Ints
    ours: Ints  # for each pair its peer supporter's node …
    theirs: Ints  # … and its participant's node
    wide: Ints  # places of each peer supporter
    pair_cost: Ints
    claim_cost: Ints

    @property
    def source(self) -> int:
        """Where all begins."""
        return len(self.supporters) + len(self.participants)

    @property
    def sink(self) -> int:
        """Where all ends."""
        return self.source + 1


def worth_of(pool: Pool, candidates: Candidates) -> Ints:
    """What each possible pair adds: its fit and, where waiting is weighed and not settled first, points for it."""
    if pool.rules.waiting_first:
        return candidates.fit
    days = np.clip(pool.participants.waiting, 0, WAITING_DAYS)
    bonus = np.rint(days * (pool.rules.weights["waiting"] / WAITING_DAYS)).astype(np.int64)
    worth: Ints = candidates.fit + bonus[candidates.participant]
    return worth


def claims(pool: Pool) -> Ints:
    """The order in which people are served where not all can be: locked pairs, then the longest waiting.

    The people who can be served together form a matroid: to serve the largest sum of days is the same as to serve the
    longest waiting first and to take nobody's place for somebody who came later. So the order alone decides, and the
    numbers stay small (docs/adr/0012).
    """
    waiting = pool.participants.waiting if pool.rules.waiting_first else np.zeros(len(pool.participants), np.int64)
    _values, order = np.unique(waiting + pool.promised * (waiting.max(initial=0) + 1), return_inverse=True)
    first: Ints = order.astype(np.int64)
    return first


def network(pool: Pool, candidates: Candidates, seed: int = 0, rather: Flags | None = None) -> Network:
    """Build the graph. Raises TooLarge when its costs cannot be counted exactly.

    Between sets that are equally good the solver takes what stands first: ``seed`` draws lots for who stands where, so
    that no low number is always served first. 0 leaves people in their order. Lots are drawn for everybody in the pool,
    so that a search among some of them draws the same ones. ``rather`` (by position in the pool) are to be served
    before others wherever all else is equal: then not even lots decide.
    """
    supporters, ours = numbered(candidates.supporter, len(pool.supporters))
    participants, theirs = numbered(candidates.participant, len(pool.participants))
    if seed:
        lots = np.random.default_rng(seed).permutation(len(pool.participants))
        order = np.argsort(lots[participants])
        stands = np.empty_like(order)
        stands[order] = np.arange(len(order))
        participants, theirs = participants[order], stands[theirs]
    worth, claim = worth_of(pool, candidates), claims(pool)[participants]
    most = int(worth.max())
    wide = pool.supporters.free[supporters]
    lot = most * min(len(participants), int(wide.sum())) + 1
    claim_cost, pair_cost = (int(claim.max()) - claim) * lot, (most - worth).astype(np.int64)
    finer = 1 if rather is None else len(participants) + 1
    if (int(claim_cost.max()) + most + 1) * finer * (len(supporters) + len(participants) + 3) >= LARGEST_COST:
        raise TooLarge
    if rather is not None:
        claim_cost, pair_cost = claim_cost * finer + ~rather[participants], pair_cost * finer
    return Network(supporters, participants, ours, theirs + len(supporters), wide, pair_cost, claim_cost)


def solve(pool: Pool, candidates: Candidates, seed: int = 0, rather: Flags | None = None) -> Solution:
    """Choose the pairs: each participant at most once, each peer supporter within her free places. Exact.

    A flow from a source through peer supporters (as wide as their free places) and participants to a sink: the
    largest flow serves the most people, and among the largest the cheapest is the best. The same input, the same pairs.
    ``seed`` and ``rather`` decide between sets that are equally good (see ``network``).
    """
    if not len(candidates):
        return Solution(np.empty(0, dtype=np.int64), 0, 0, 0, optimal=True)
    graph = network(pool, candidates, seed, rather)
    flow, pairs = build(graph)
    status = flow.solve_max_flow_with_min_cost()
    chosen = np.flatnonzero(flow.flows(pairs)).astype(np.int64)
    optimal = status == min_cost_flow.SimpleMinCostFlow.Status.OPTIMAL
    return Solution(
        chosen,
        int(candidates.fit[chosen].sum()),
        int(worth_of(pool, candidates)[chosen].sum()),
        int(pool.participants.waiting[candidates.participant[chosen]].sum()),
        bool(optimal),
    )


def build(graph: Network) -> tuple[min_cost_flow.SimpleMinCostFlow, Ints]:
    """The solver with this graph in it, and the numbers of the arcs that are pairs."""
    flow = min_cost_flow.SimpleMinCostFlow()
    mine = np.arange(len(graph.supporters))
    waiting = np.arange(len(graph.participants)) + len(graph.supporters)
    pairs = _arcs(flow, graph.ours, graph.theirs, 1, graph.pair_cost)
    _arcs(flow, np.full_like(mine, graph.source), mine, graph.wide, 0)
    _arcs(flow, waiting, np.full_like(waiting, graph.sink), 1, graph.claim_cost)
    flow.set_node_supply(graph.source, len(graph.participants))
    flow.set_node_supply(graph.sink, -len(graph.participants))
    return flow, pairs


def _arcs(
    flow: min_cost_flow.SimpleMinCostFlow, tails: Ints, heads: Ints, capacity: Ints | int, cost: Ints | int
) -> Ints:
    wide, price = np.broadcast_to(capacity, tails.shape), np.broadcast_to(cost, tails.shape)
    arcs: Ints = flow.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), wide.astype(np.int64), price.astype(np.int64)
    )
    return arcs
