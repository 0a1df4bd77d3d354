"""Looking for pairs without writing anything: the best set for all who wait, or candidates for one person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from time import perf_counter
from typing import Any

import numpy as np

from matching.pairing import Ints, Pool, exclusions, explain_all, find_candidates, solve
from matching.services.pools import Places, load, load_places
from matching.services.wording import advice_sentence, excluded_label, language_labels, reason_sentences
from peerhub.lib.dates import local_date
from programmes.models import Programme
from recruitment.choices import slot_label
from recruitment.models import Participant, PeerSupporter

MOST_CARDS = 5
MOST_NAMES = 40

Reasons = list[dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """A pair of the best set."""

    participant: int
    supporter: int
    score: int
    reasons: Reasons


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
    """What one search found. ``fingerprint`` is the same as long as what went in is the same."""

    matched: list[Found]
    unmatched: list[Unmatched]
    total: int
    optimal: bool
    fingerprint: str
    supporters: list[int]
    seconds: dict[str, float] = field(default_factory=dict)
    made: int = 0

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
            "supporters": self.supporters,
            "matched": [[one.participant, one.supporter, one.score] for one in self.matched],
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
            "made": self.made,
            "seconds": self.seconds,
        }


class _Clock:
    def __init__(self) -> None:
        self.seconds = {"load": 0.0, "score": 0.0, "solve": 0.0, "store": 0.0}

    def time(self, name: str, work: Callable[[], Any]) -> Any:
        began = perf_counter()
        result = work()
        self.seconds[name] = round(perf_counter() - began, 4)
        return result


def find_pairs(*, programme: Programme, now: datetime) -> Pairing:
    """The best set of pairs for everybody who waits, with reasons, and for everybody left over why. Writes nothing."""
    clock = _Clock()
    pool: Pool = clock.time("load", lambda: load(programme, local_date(now, programme.timezone)))
    candidates = clock.time("score", lambda: find_candidates(pool))
    solution = clock.time("solve", lambda: solve(pool, candidates))
    supporters, participants = candidates.supporter[solution.chosen], candidates.participant[solution.chosen]
    left = pool.supporters.free - np.bincount(supporters, minlength=len(pool.supporters))
    alone = np.setdiff1d(np.arange(len(pool.participants)), participants)
    return Pairing(
        matched=[
            Found(
                int(pool.participants.keys[participant]),
                int(pool.supporters.keys[supporter]),
                int(fit),
                reasons,
            )
            for supporter, participant, fit, reasons in zip(
                supporters.tolist(),
                participants.tolist(),
                candidates.fit[solution.chosen].tolist(),
                reasons_for(pool, supporters, participants),
                strict=True,
            )
        ],
        unmatched=[_unmatched(pool, participant, left) for participant in alone.tolist()],
        total=solution.total,
        optimal=solution.optimal,
        fingerprint=_fingerprint(pool),
        supporters=pool.supporters.keys.tolist(),
        seconds=clock.seconds,
    )


def reasons_for(pool: Pool, supporters: Ints, participants: Ints) -> list[Reasons]:
    """The reasons of these pairs as they are stored: codes and numbers, no names."""
    return [
        [{"for": one.side, "code": one.code, "params": one.params} for one in reasons]
        for reasons in explain_all(pool, supporters, participants)
    ]


def _unmatched(pool: Pool, participant: int, left: np.ndarray) -> Unmatched:
    why = exclusions(pool, participant, left)
    return Unmatched(int(pool.participants.keys[participant]), why.counts, why.possible, why.relax, why.opens)


def _fingerprint(pool: Pool) -> str:
    """One short text for everything that went in, but for the days of waiting, which grow by themselves."""
    digest = hashlib.sha256()
    for side in (pool.supporters, pool.participants):
        for name in side.__dataclass_fields__:
            if name != "waiting":
                digest.update(getattr(side, name).tobytes())
    digest.update(pool.barred.tobytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Waiting:
    """A line of the waiting list: who (by number), for how many days, with how many candidates."""

    participant: int
    days: int
    candidates: int


def waiting_list(programme: Programme, *, today: date, places: Places | None = None) -> list[Waiting]:
    """Everybody who waits without a live match, the longest first."""
    pool = load(programme, today, places=places)
    counts = np.bincount(find_candidates(pool).participant, minlength=len(pool.participants))
    keys, days = pool.participants.keys, pool.participants.waiting
    order = np.lexsort((keys, -days))
    return [Waiting(int(keys[one]), int(days[one]), int(counts[one])) for one in order]


@dataclass(frozen=True)
class Card:
    """A candidate for one participant, as the page shows her."""

    supporter: PeerSupporter
    score: int
    languages: list[str]
    slots: list[str]
    minutes: int | None
    place: str
    load: int
    capacity: int
    reasons: dict[str, list[str]]

    @property
    def dialog(self) -> str:
        """The name of the question that is asked before this candidate is proposed."""
        return f"propose-{self.supporter.pk}"


@dataclass(frozen=True)
class Group:
    """Peer supporters who do not come into question, for one reason."""

    code: str
    label: str
    count: int
    names: list[str]
    more: int


@dataclass(frozen=True)
class Suggestions:
    """Up to five candidates, how many there are, who does not come into question, and what would open most."""

    cards: list[Card]
    possible: int
    groups: list[Group]
    excluded: int
    advice: str


def candidates_for(participant: Participant, *, today: date) -> Suggestions | None:
    """The best candidates for somebody who waits; None when she does not wait or has a live match already."""
    programme = participant.programme
    places = load_places(programme)
    pool = load(programme, today, only=participant.pk, places=places)
    if not len(pool.participants):
        return None
    found = find_candidates(pool)
    best = np.lexsort((found.supporter, np.nan_to_num(found.minutes, nan=np.inf), -found.fit))[:MOST_CARDS]
    why = exclusions(pool, 0)
    shown = {code: some[:MOST_NAMES] for code, some in why.who.items()}
    wanted = np.concatenate([found.supporter[best], *shown.values()])
    people = PeerSupporter.objects.select_related("person").in_bulk(pool.supporters.keys[wanted].tolist())
    rows = {place: people[int(pool.supporters.keys[place])] for place in wanted.tolist()}
    groups = [
        Group(
            code,
            excluded_label(code),
            len(why.who[code]),
            [rows[place].person.full_name for place in some.tolist()],
            len(why.who[code]) - len(some),
        )
        for code, some in sorted(shown.items(), key=lambda one: -len(why.who[one[0]]))
    ]
    return Suggestions(
        cards=[
            _card(pool, rows[place], minutes, fit, place, places.name)
            for place, minutes, fit in zip(
                found.supporter[best].tolist(), found.minutes[best].tolist(), found.fit[best].tolist(), strict=True
            )
        ],
        possible=len(found),
        groups=groups,
        excluded=sum(group.count for group in groups),
        advice=advice_sentence(why.relax, why.opens, why.possible) if why.relax or not len(found) else "",
    )


def _card(
    pool: Pool, supporter: PeerSupporter, minutes: float, fit: int, place: int, place_name: Callable[[str], str]
) -> Card:
    ours, theirs = pool.supporters, pool.participants
    shared = int(ours.languages[place]) & int(theirs.languages[0])
    slots = int(ours.slots[place]) & int(theirs.slots[0])
    codes = [code for bit, code in enumerate(pool.language_codes) if shared >> bit & 1]
    return Card(
        supporter=supporter,
        score=fit,
        languages=language_labels(codes),
        slots=[slot_label(slot) for slot in range(21) if slots >> slot & 1],
        minutes=None if np.isnan(minutes) else round(minutes),
        place=place_name(supporter.person.postcode),
        load=int(ours.live[place]),
        capacity=int(ours.capacity[place]),
        reasons=reason_sentences(reasons_for(pool, np.array([place]), np.array([0]))[0]),
    )
