"""Proof that a set of pairs is the best, without trusting the solver: a cut for the number, prices for the cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.pairing.best import Network, network
from matching.pairing.columns import Candidates, Flags, Ints, Pool


@dataclass(frozen=True, slots=True)
class Proof:
    """``most_people``: no further person can be matched, whatever is changed. ``best``: no exchange of pairs serves
    people who have waited longer, or fits better.

    Both are certificates: from the pairs alone it is worked out that no path to another place is open, and a price for
    each person at which no exchange gains anything.
    """

    most_people: bool
    best: bool

    @property
    def holds(self) -> bool:
        """Both."""
        return self.most_people and self.best


def prove(pool: Pool, candidates: Candidates, chosen: Ints) -> Proof:
    """Look at a set of pairs (positions among the candidates, see Solution.chosen) and say what is proven of it."""
    if not len(candidates):
        return Proof(most_people=not len(chosen), best=True)
    graph = network(pool, candidates)
    tails, heads, costs = _open_ways(graph, chosen)
    return Proof(_no_way_out(graph, tails, heads), _no_gain(graph, tails, heads, costs))


def _open_ways(graph: Network, chosen: Ints) -> tuple[Ints, Ints, Ints]:
    """Every change that is still open: take a pair that is not chosen, or give one back and get its cost back."""
    taken = np.zeros(len(graph.ours), dtype=bool)
    taken[chosen] = True
    mine = np.arange(len(graph.supporters))
    waiting = np.arange(len(graph.participants)) + len(mine)
    used = np.bincount(graph.ours[taken], minlength=len(mine))
    served = np.bincount(graph.theirs[taken], minlength=graph.source)[waiting] > 0
    source, sink = np.full_like(mine, graph.source), np.full_like(waiting, graph.sink)
    zero = np.zeros_like(mine)
    both = [
        (graph.ours, graph.theirs, graph.pair_cost, ~taken, taken),
        (source, mine, zero, used < graph.wide, used > 0),
        (waiting, sink, graph.claim_cost, ~served, served),
    ]
    tails = [part for a, b, _c, on, back in both for part in (a[on], b[back])]
    heads = [part for a, b, _c, on, back in both for part in (b[on], a[back])]
    costs = [part for _a, _b, c, on, back in both for part in (c[on], -c[back])]
    return np.concatenate(tails), np.concatenate(heads), np.concatenate(costs)


def _no_way_out(graph: Network, tails: Ints, heads: Ints) -> bool:
    """From the source no open way leads to the sink: the places that are reached end in a cut that is full."""
    reached: Flags = np.zeros(graph.sink + 1, dtype=bool)
    reached[graph.source] = True
    while not reached[graph.sink]:
        fresh = heads[reached[tails] & ~reached[heads]]
        if not len(fresh):
            return True
        reached[fresh] = True
    return False


def _no_gain(graph: Network, tails: Ints, heads: Ints, costs: Ints) -> bool:
    """Prices at which no open way costs less than the difference of its ends; there are none if a round trip gains."""
    price = np.zeros(graph.sink + 1, dtype=np.int64)
    for _round in range(graph.sink + 2):
        lower = price.copy()
        np.minimum.at(lower, heads, price[tails] + costs)
        if (lower == price).all():
            return True
        price = lower
    return False
