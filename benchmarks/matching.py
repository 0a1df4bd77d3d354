"""The search for the best pairs, from PostgreSQL to the stored run, beside OR-Tools alone; and other solvers beside it.

``python -m benchmarks matching`` (``make bench ARGS=matching``); ``BENCH_MATCHING=small,town,region`` chooses sizes;
``advice-town`` or ``advice-region`` among them times what would help those left over beside the search itself.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import django
import numpy as np

SIZES = {"small": (60, 120), "quarter": (200, 400), "town": (2_000, 5_000), "region": (20_000, 50_000)}
SPREAD = {"region": (2_000, 2.4)}  # places, and how many times as wide as the town: a region is not a denser town
TARGETS = {"town": "to stay below 4 and 600 MB", "region": "to stay below 2.5 and 3,000 MB"}
LANGUAGES = 30
ROUNDS = 3
REQUESTS = (
    "debts and letters",
    "find a GP",
    "school of my children",
    "find work",
    "learn Dutch",
    "meet other people",
    "",
)


def main() -> None:
    """One process for each size, so that the memory of one is not the memory of another."""
    if len(sys.argv) > 1 and sys.argv[1] in SIZES:
        measure(sys.argv[1])
        return
    if len(sys.argv) > 1 and sys.argv[1].removeprefix("advice-") in SIZES:
        advise(sys.argv[1].removeprefix("advice-"))
        return
    for size in os.environ.get("BENCH_MATCHING", "small,quarter,town").split(","):
        subprocess.run([sys.executable, "-m", "benchmarks.matching", size], check=True)


def measure(size: str) -> None:
    """Load, score, solve, explain and store; then the same graph by others."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  # Django is set up above

    from matching.models import PairingRun  # noqa: PLC0415
    from matching.pairing import find_candidates, solve  # noqa: PLC0415
    from matching.services.pools import load  # noqa: PLC0415
    from matching.services.running import ask_search, run_search  # noqa: PLC0415
    from peerhub.lib import walls  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    supporters, participants = SIZES[size]
    programme, now = fill(size, supporters, participants)

    def whole() -> tuple[Any, float]:
        with walls.inside(programme.pk):
            run = ask_search(programme=programme, by=None, now=now)
        began = time.perf_counter()
        run_search(run, now=now)
        return run, time.perf_counter() - began

    run, first = whole()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with walls.inside(programme.pk):
        run = PairingRun.objects.get(pk=run.pk)
        pool = load(programme, now.date())
    candidates, result = find_candidates(pool), run.result
    print(f"{supporters:,} peer supporters x {participants:,} who wait: {len(candidates):,} possible pairs", flush=True)
    print(
        f"  whole (read, score, solve, explain, keep) {first:.2f} s {result['seconds']}, peak {memory} MB", flush=True
    )
    ratios = []
    for number in range(1, ROUNDS + 1):  # each round has a yardstick of its own: other work on the machine slows both
        took = first if number == 1 else whole()[1]
        alone = ortools_alone(pool, candidates, run.seed)
        ratios.append(took / alone)
        busy = f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        print(
            f"  round {number}: whole {took:.2f} s, OR-Tools {alone:.2f} s: {took / alone:.2f}; {busy}",
            flush=True,
        )
    weighed = ortools_alone(pool, candidates, run.seed, waiting_first=False)
    print(f"  OR-Tools alone, waiting weighed instead of first {weighed:.2f} s")
    target = TARGETS.get(size, "too small to tell")
    print(f"  whole / OR-Tools alone {statistics.median(ratios):.2f}, the worst {max(ratios):.2f}   ({target})")
    solution = solve(pool, candidates, run.seed)
    assert [[int(pool.participants.keys[candidates.participant[one]])] for one in solution.chosen] == [
        [one[0]] for one in result["matched"]
    ]
    print(f"  matched {len(solution.chosen):,}, waited {solution.waited:,} days together, total fit {solution.total:,}")
    for name, other in others(size):
        try:
            compare(name, other, pool, candidates, solution)
        except ModuleNotFoundError as missing:
            print(f"  {name:<12} not installed here ({missing.name}): left out")
    if size == "small":
        print("  mentor-match left out: its package is called matching, as our app; inside it solves with munkres")


def advise(size: str) -> None:
    """The search, and then what would help those whom it leaves over, in one process and without the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  # Django is set up above

    from matching.services.advising import add_advice  # noqa: PLC0415
    from matching.services.pools import load, load_places  # noqa: PLC0415
    from matching.services.searching import Clock, search  # noqa: PLC0415
    from peerhub.lib import walls  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    supporters, participants = SIZES[size]
    programme, now = fill(size, supporters, participants)
    with walls.inside(programme.pk):
        pool, places = load(programme, now.date()), load_places(programme)
    began = time.perf_counter()
    pairing = search(pool, Clock(), rules_version=0)
    searched = time.perf_counter() - began
    print(f"{supporters:,} x {participants:,}: the search alone {searched:.1f} s", flush=True)
    began = time.perf_counter()

    def tell(done: float) -> None:
        print(f"  {time.perf_counter() - began:6.1f} s: {done:.0%} done, load {os.getloadavg()[0]:.1f}", flush=True)

    add_advice(pairing, places, most=programme.max_matches, tell=tell)
    took = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = pairing.beside["advice"]
    print(
        f"  advice {took:.1f} s, {took / searched:.1f} searches; peak {memory} MB, {found['left']:,} people left over"
    )
    print(f"  untried {found['untried']}; {[(one['relax'], one['matches']) for one in found['changes']]}")
    print(f"  {[(one['languages'], one['slots'], one['matches'], len(one['helps'])) for one in found['wanted']]}")


def ortools_alone(pool: Any, candidates: Any, seed: int, *, waiting_first: bool = True) -> float:
    """Seconds of the bare solver on the same graph: strict order of waiting, or waiting as points."""
    from dataclasses import replace  # noqa: PLC0415

    from matching.pairing.best import build, network  # noqa: PLC0415

    graph = network(replace(pool, rules=replace(pool.rules, waiting_first=waiting_first)), candidates, seed)
    times = []
    for _round in range(ROUNDS if len(candidates) < 1_000_000 else 1):
        began = time.perf_counter()
        flow, pairs = build(graph)
        flow.solve_max_flow_with_min_cost()
        flow.flows(pairs)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


# -- Others ------------------------------------------------------------------------------------------------------------


def others(size: str) -> list[tuple[str, Callable[[Any, Any], tuple[int, int]]]]:
    """Who else solves this size in bearable time."""
    known = {
        "small": [("munkres", by_munkres), ("networkx", by_networkx), ("scipy dense", by_scipy_dense)],
        "quarter": [("networkx", by_networkx), ("scipy dense", by_scipy_dense), ("scipy sparse", by_scipy_sparse)],
        "town": [("scipy sparse", by_scipy_sparse), ("greedy", greedy)],
    }
    return known.get(size, [("greedy", greedy)])


def compare(name: str, solver: Callable[[Any, Any], tuple[int, int]], pool: Any, candidates: Any, ours: Any) -> None:
    """People matched and cost of the whole (waiting and fit together), beside ours."""
    graph, claim = costs_of(pool, candidates)
    mine = len(ours.chosen), int(graph.pair_cost[ours.chosen].sum() + claim[ours.chosen].sum())
    began = time.perf_counter()
    count, cost = solver(pool, candidates)
    seconds = time.perf_counter() - began
    verdict = "the same" if (count, cost) == mine else f"{mine[0] - count:+,} people for us, cost {cost - mine[1]:+,}"
    print(f"  {name:<12} {seconds:>8.2f} s, matched {count:,}: {verdict}")
    assert (count, -cost) <= (mine[0], -mine[1]), f"{name} found something better"


def costs_of(pool: Any, candidates: Any) -> tuple[Any, np.ndarray]:
    """The graph, and for each pair what its participant lacks of the first claim."""
    from matching.pairing.best import network  # noqa: PLC0415

    graph = network(pool, candidates)
    return graph, graph.claim_cost[graph.theirs - len(graph.supporters)]


def _square(pool: Any, candidates: Any) -> tuple[np.ndarray, int]:
    """Every place as a row, every participant as a column; what is not possible costs more than all else."""
    graph, claim = costs_of(pool, candidates)
    first = np.concatenate([[0], np.cumsum(pool.supporters.free)])
    large = int((graph.pair_cost + claim).max() + 1) * (len(pool.participants) + 1)
    costs = np.full((int(first[-1]), len(pool.participants)), large, dtype=np.int64)
    whole = (graph.pair_cost + claim).tolist()
    for supporter, participant, cost in zip(
        candidates.supporter.tolist(), candidates.participant.tolist(), whole, strict=True
    ):
        costs[first[supporter] : first[supporter + 1], participant] = cost
    return costs, large


def by_scipy_dense(pool: Any, candidates: Any) -> tuple[int, int]:
    """scipy.optimize.linear_sum_assignment."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    costs, large = _square(pool, candidates)
    rows, columns = linear_sum_assignment(costs)
    real = costs[rows, columns] < large
    return int(real.sum()), int(costs[rows, columns][real].sum())


def by_munkres(pool: Any, candidates: Any) -> tuple[int, int]:
    """The Hungarian method in plain Python, as the matching programs of others use it."""
    from munkres import Munkres  # noqa: PLC0415

    costs, large = _square(pool, candidates)
    chosen = Munkres().compute(costs.tolist())
    real = [int(costs[row, column]) for row, column in chosen if costs[row, column] < large]
    return len(real), sum(real)


def by_scipy_sparse(pool: Any, candidates: Any) -> tuple[int, int]:
    """scipy's sparse matching: each participant may also stay alone, at a price above all others."""
    from scipy.sparse import coo_matrix  # noqa: PLC0415
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415

    graph, claim = costs_of(pool, candidates)
    free, people = pool.supporters.free, len(pool.participants)
    first = np.concatenate([[0], np.cumsum(free)])
    copies = free[candidates.supporter]
    pair = np.repeat(np.arange(len(candidates)), copies)
    place = first[candidates.supporter[pair]] + (np.arange(len(pair)) - np.repeat(np.cumsum(copies) - copies, copies))
    cost = (graph.pair_cost + claim)[pair] + 1
    large = int(cost.max() + 1) * 1000
    rows = np.concatenate([candidates.participant[pair], np.arange(people)])
    columns = np.concatenate([place, np.arange(people) + int(first[-1])])
    matrix = coo_matrix(
        (np.concatenate([cost, np.full(people, large)]), (rows, columns)), shape=(people, int(first[-1]) + people)
    ).tocsr()
    chosen_rows, chosen_columns = min_weight_full_bipartite_matching(matrix)
    found = np.asarray(matrix[chosen_rows, chosen_columns]).ravel()
    real = found < large
    return int(real.sum()), int(found[real].sum() - real.sum())


def by_networkx(pool: Any, candidates: Any) -> tuple[int, int]:
    """networkx's network simplex on the same flow."""
    import networkx as nx  # noqa: PLC0415

    graph, _claim = costs_of(pool, candidates)
    flow = nx.DiGraph()
    for supporter, wide in enumerate(graph.wide.tolist()):
        flow.add_edge("source", supporter, capacity=wide, weight=0)
    for ours, theirs, cost in zip(graph.ours.tolist(), graph.theirs.tolist(), graph.pair_cost.tolist(), strict=True):
        flow.add_edge(ours, theirs, capacity=1, weight=cost)
    for participant, cost in enumerate(graph.claim_cost.tolist()):
        flow.add_edge(participant + len(graph.supporters), "sink", capacity=1, weight=cost)
    found = nx.max_flow_min_cost(flow, "source", "sink")
    return sum(found["source"].values()), nx.cost_of_flow(flow, found)


def greedy(pool: Any, candidates: Any) -> tuple[int, int]:
    """The best fit first, as people would do it by hand."""
    graph, claim = costs_of(pool, candidates)
    left, matched, total = pool.supporters.free.tolist(), set(), 0
    order = np.argsort(-candidates.fit, kind="stable")
    cost = (graph.pair_cost + claim)[order]
    rows = zip(candidates.supporter[order].tolist(), candidates.participant[order].tolist(), cost.tolist(), strict=True)
    for supporter, participant, price in rows:
        if left[supporter] and participant not in matched:
            left[supporter] -= 1
            matched.add(participant)
            total += price
    return len(matched), total


# -- People ------------------------------------------------------------------------------------------------------------


def fill(size: str, supporters: int, participants: int) -> tuple[Any, Any]:
    """A programme with so many people over some places, a few languages and a handful of free times each."""
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from peerhub.home.generating.loading import Numbers, Table  # noqa: PLC0415
    from peerhub.lib import walls  # noqa: PLC0415
    from peerhub.people.choices import ConsentAnswer, ConsentMode, ConsentPurpose, Language  # noqa: PLC0415
    from peerhub.people.models import Consent, Person  # noqa: PLC0415
    from programmes.models import Organisation, Place, Programme  # noqa: PLC0415
    from recruitment.models import Participant, PeerSupporter  # noqa: PLC0415
    from training.models import Certificate  # noqa: PLC0415

    now, draw = timezone.now(), np.random.default_rng(1)
    today, (places, wide) = now.date(), SPREAD.get(size, (200, 1.0))
    codes = list(Language.values)[:LANGUAGES]
    popular = 1 / np.arange(1, LANGUAGES + 1)
    popular /= popular.sum()
    with walls.everywhere(deed="benchmark"):
        organisation = Organisation.objects.create(name=f"Bench {size}")
        programme = Programme.objects.create(
            organisation=organisation, name=size, slug=f"bench-{size}", max_matches=5, timezone="UTC"
        )
        walls.also(programme.pk)
        Place.objects.bulk_create(
            Place(
                organisation=organisation, postcode=str(1000 + number), name=f"Place {number}",
                latitude=50.9 + 0.35 * wide * draw.random(), longitude=4.1 + 0.6 * wide * draw.random(),
            )
            for number in range(places)
        )  # fmt: skip
        people = Table(
            Person, "id", "first_name", "languages", "gender", "postcode", "born_on", programme_id=programme.pk
        )
        ours = Table(
            PeerSupporter, "id", "person_id", "available", "max_matches", "max_travel_minutes", "travel_mode", "skills",
            "experience", "wishes_gender", programme_id=programme.pk, status="active", started_on=today,
        )  # fmt: skip
        theirs = Table(
            Participant, "person_id", "available", "registered_on", "request_for_help", "wishes_gender",
            programme_id=programme.pk, status="waiting",
        )  # fmt: skip
        certificates = Table(
            Certificate, "supporter_id", "number", programme_id=programme.pk, awarded_on=today,
        )  # fmt: skip
        consents = Table(
            Consent, "person_id", "given_on", purpose=ConsentPurpose.SUPPORT, answer=ConsentAnswer.YES,
            mode=ConsentMode.BEFORE, programme_id=programme.pk,
        )  # fmt: skip
        numbers, supporter_numbers = Numbers(Person), Numbers(PeerSupporter)
        for number in range(supporters + participants):
            key = numbers.next()
            people.add(
                key, "Somebody", sorted({codes[one] for one in draw.choice(LANGUAGES, 2, p=popular)}),
                ("woman", "man", "")[draw.integers(0, 3)], str(1000 + draw.integers(0, places)),
                today - timedelta(days=int(draw.integers(7000, 25000))),
            )  # fmt: skip
            slots = sorted({int(one) for one in draw.integers(0, 21, 4)})
            wish = ("", "", "", "woman", "man")[draw.integers(0, 5)]
            if number < supporters:
                own = supporter_numbers.next()
                ours.add(
                    own, key, slots, int(draw.integers(1, 4)), (20, 30, 45, 60, 90)[draw.integers(0, 5)],
                    ("bicycle", "bicycle", "walk", "public", "car")[draw.integers(0, 5)],
                    REQUESTS[draw.integers(0, 7)], REQUESTS[draw.integers(0, 7)], wish if wish == "woman" else "",
                )  # fmt: skip
                certificates.add(own, f"B-{size}-{own}")
            else:
                waited = today - timedelta(days=int(draw.integers(0, 300)))
                consents.add(key, waited)
                theirs.add(key, slots, waited, REQUESTS[draw.integers(0, 7)], wish)
        for table in (people, ours, theirs, certificates, consents):
            table.load()
    _analyse()
    return programme, now


def _analyse() -> None:
    """As autovacuum would have done in the night."""
    from django.db import connections  # noqa: PLC0415

    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
