"""Looking for pairs without writing anything: the best set for all who wait, and the waiting list itself."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import Any

import numpy as np

from matching.choices import RunStep
from matching.pairing import Candidates, Ints, Pool, Rules, Solution, explain_all, failures, find_candidates, solve
from matching.pairing.proof import prove
from matching.pairing.stored import digest_of
from matching.pairing.tally import Tally, tally
from matching.services.pools import load
from matching.services.ruling import rules_of
from matching.services.wording import advice_sentence, reason_sentences
from peerhub.lib.dates import local_date
from programmes.models import Programme

BY_THE_DAY = ("participants.waiting", "supporters.placement")  # what grows by itself from one day to the next
OF_THE_RULES = (*BY_THE_DAY, "supporters.load")  # and what a match weighs, which is a rule

Reasons = list[dict[str, Any]]
Telling = Callable[[str, int], None]


@dataclass(frozen=True)
class Found:
    """A pair of the best set."""

    participant: int
    supporter: int
    score: int
    reasons: Reasons
    locked: bool = False


@dataclass(frozen=True)
class Unmatched:
    """Somebody for whom the best set holds nobody, and why."""

    participant: int
    excluded: dict[str, int]
    possible: int
    relax: str
    opens: int

    @property
    def advice(self) -> str:
        """What would help, as a sentence."""
        return advice_sentence(self.relax, self.opens, self.possible)


@dataclass
class Pairing:
    """What one search found. ``fingerprint`` is the same as long as what went in is the same, but for days that pass.

    ``total`` is the sum of the fits, ``waited`` of the days that those matched have waited; ``openings`` says for each
    rule how many people it alone keeps from how many candidates; ``broken_locks`` are pairs that the team locked and
    that cannot be kept, each with the rule that stands against it. ``beside`` is what was asked for with the search and
    kept with it: what would help (advising), what other rules would change (trying).
    """

    matched: list[Found]
    unmatched: list[Unmatched]
    total: int
    waited: int
    optimal: bool
    fingerprint: str
    inputs_hash: str
    rules_version: int
    seed: int
    openings: list[dict[str, Any]]
    broken_locks: list[dict[str, Any]]
    pool: Pool
    seconds: dict[str, float] = field(default_factory=dict)
    made: int = 0
    beside: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For the command: reasons and advice in words."""
        return {
            "matched": [
                {
                    "participant": one.participant,
                    "supporter": one.supporter,
                    "score": one.score,
                    "reasons": [text for side in reason_sentences(one.reasons).values() for text in side],
                }
                for one in self.matched
            ],
            "unmatched": [
                {"participant": one.participant, "excluded": one.excluded, "advice": one.advice}
                for one in self.unmatched
            ],
            "total": self.total,
            "optimal": self.optimal,
            "seconds": self.seconds,
        }

    def as_result(self) -> dict[str, Any]:
        """For the stored run: who went in (by number), the fingerprint of the facts, and what came out, in codes."""
        return {
            "fingerprint": self.fingerprint,
            "supporters": self.pool.supporters.keys.tolist(),
            "matched": [[one.participant, one.supporter, one.score] for one in self.matched],
            "reasons": {str(one.participant): one.reasons for one in self.matched},
            "unmatched": [
                {
                    "participant": one.participant,
                    "excluded": one.excluded,
                    "possible": one.possible,
                    "relax": one.relax,
                    "opens": one.opens,
                }
                for one in self.unmatched
            ],
            "waited": self.waited,
            "openings": self.openings,
            "broken_locks": self.broken_locks,
            "made": self.made,
            "seconds": self.seconds,
            **self.beside,
        }


class Clock:
    """Takes the time of each step, and tells how far the search is."""

    def __init__(self, tell: Telling | None = None) -> None:
        self.seconds = {"load": 0.0, "score": 0.0, "solve": 0.0, "store": 0.0}
        self.tell = tell

    def time(self, name: str, work: Callable[[], Any], *, step: str, percent: int) -> Any:
        """Do a piece of work; seconds of pieces with the same name add up."""
        if self.tell:
            self.tell(step, percent)
        began = perf_counter()
        result = work()
        self.seconds[name] = round(self.seconds.get(name, 0.0) + perf_counter() - began, 4)
        return result


def find_pairs(*, programme: Programme, now: datetime) -> Pairing:
    """The best set of pairs for everybody who waits, with reasons, and for everybody left over why. Writes nothing."""
    clock, rules = Clock(), rules_of(programme)
    today = local_date(now, programme.timezone)
    pool: Pool = clock.time("load", lambda: load(programme, today, rules=rules), step=RunStep.LOAD, percent=0)
    return search(pool, clock, rules_version=rules.version)


def search(pool: Pool, clock: Clock, *, rules_version: int, seed: int | None = None) -> Pairing:
    """Search a pool. Without a ``seed`` lots are drawn from the facts themselves: the same facts, the same pairs."""
    fingerprint = digest_of(pool, but=BY_THE_DAY)
    seed = lots_of(pool) if seed is None else seed
    candidates: Candidates = clock.time("score", lambda: find_candidates(pool), step=RunStep.SCORE, percent=20)
    solution: Solution = clock.time("solve", lambda: solve(pool, candidates, seed), step=RunStep.SOLVE, percent=40)
    with uncollected():
        matched, unmatched, openings = clock.time(
            "score", lambda: _explained(pool, candidates, solution), step=RunStep.EXPLAIN, percent=75
        )
    return Pairing(
        matched=matched,
        unmatched=unmatched,
        total=solution.total,
        waited=solution.waited,
        optimal=solution.optimal,
        fingerprint=fingerprint,
        inputs_hash=digest_of(pool),
        rules_version=rules_version,
        seed=seed,
        openings=openings,
        broken_locks=_broken_locks(pool, {one.participant for one in matched}),
        pool=pool,
        seconds=clock.seconds,
    )


def lots_of(pool: Pool) -> int:
    """The seed of a search: drawn from people, wishes and places alone.

    The rules are left out, so that other rules change only the pairs which they themselves make better or worse.
    """
    return int(digest_of(replace(pool, rules=Rules()), but=OF_THE_RULES)[:12], 16)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles, which would walk through tens of thousands of reasons again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _explained(
    pool: Pool, candidates: Candidates, solution: Solution
) -> tuple[list[Found], list[Unmatched], list[dict[str, Any]]]:
    """The chosen pairs with reasons; for everybody left over what stands in the way; and that for all together."""
    supporters, participants = candidates.supporter[solution.chosen], candidates.participant[solution.chosen]
    left = pool.supporters.free - np.bincount(supporters, minlength=len(pool.supporters))
    alone = np.setdiff1d(np.arange(len(pool.participants)), participants)
    keys, promised = pool.participants.keys, pool.promised
    matched = [
        Found(int(keys[participant]), int(pool.supporters.keys[supporter]), fit, reasons, bool(promised[participant]))
        for supporter, participant, fit, reasons in zip(
            supporters.tolist(),
            participants.tolist(),
            candidates.fit[solution.chosen].tolist(),
            reasons_for(pool, supporters, participants),
            strict=True,
        )
    ]
    tallies = tally(pool, alone.tolist(), left)
    unmatched = [
        Unmatched(int(keys[participant]), one.counts, one.possible, one.relax, one.opens)
        for participant, one in zip(alone.tolist(), tallies, strict=True)
    ]
    return matched, unmatched, _openings(tallies)


def _openings(tallies: Iterable[Tally]) -> list[dict[str, Any]]:
    """For the whole waiting list: how many people each rule alone keeps from how many candidates, most people first."""
    people: Counter[str] = Counter()
    opens: Counter[str] = Counter()
    for one in tallies:
        people.update(one.openings.keys())
        opens.update(one.openings)
    order = sorted(people, key=lambda code: (-people[code], -opens[code], code))
    return [{"relax": code, "people": people[code], "candidates": opens[code]} for code in order]


def proof_of(pairing: Pairing) -> dict[str, Any]:
    """What is proven of a search without trusting the solver, and what it was made with; for the command."""
    pool = pairing.pool
    candidates = find_candidates(pool)
    served = {one.participant: one.supporter for one in pairing.matched}
    theirs = pool.participants.keys[candidates.participant].tolist()
    ours = pool.supporters.keys[candidates.supporter].tolist()
    chosen = [place for place, who in enumerate(theirs) if served.get(who) == ours[place]]
    proof = prove(pool, candidates, np.array(chosen, dtype=np.int64))
    return {
        "proof": {"most_people": proof.most_people, "longest_waiting_and_best_fit": proof.best},
        "waited": pairing.waited,
        "rules_version": pairing.rules_version,
        "inputs_hash": pairing.inputs_hash,
        "seed": pairing.seed,
    }


def reasons_for(pool: Pool, supporters: Ints, participants: Ints) -> list[Reasons]:
    """The reasons of these pairs as they are stored: codes and numbers, no names."""
    return [
        [{"for": one.side, "code": one.code, "params": one.params} for one in reasons]
        for reasons in explain_all(pool, supporters, participants)
    ]


def _broken_locks(pool: Pool, served: set[int]) -> list[dict[str, Any]]:
    """Locked pairs that the best set does not hold, each with the first rule that stands against it."""
    if not len(pool.locked):
        return []
    supporters, participants = np.divmod(pool.locked, len(pool.participants))
    fails = failures(pool, supporters, participants)
    broken: dict[int, dict[str, Any]] = {}
    for place, (supporter, participant) in enumerate(zip(supporters.tolist(), participants.tolist(), strict=True)):
        who = int(pool.participants.keys[participant])
        if who not in served:
            code = next((code for code, failed in fails.items() if failed[place]), "taken")
            broken.setdefault(
                who, {"participant": who, "supporter": int(pool.supporters.keys[supporter]), "because": code}
            )
    return list(broken.values())
