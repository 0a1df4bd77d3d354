"""Candidates for one person who waits: the best few with their reasons, and who does not come into question and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.pairing import Exclusions, Pool, exclusions, find_candidates
from matching.pairing.fit import criteria
from matching.services.pools import load, load_places
from matching.services.searching import reasons_for
from matching.services.wording import advice_sentence, excluded_label, language_labels, reason_sentences
from recruitment.choices import WEEK_SLOTS, slot_label
from recruitment.models import Participant, PeerSupporter
from recruitment.querysets import PeerSupporterQuerySet

MOST_CARDS = 5
MOST_NAMES = 40


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
    met: dict[str, int]
    """How far each criterion is met, 0 to 100 (for the grid that compares candidates)."""

    @property
    def dialog(self) -> str:
        """The name of the question that is asked before this candidate is proposed."""
        return f"propose-{self.supporter.pk}"


@dataclass(frozen=True)
class Group:
    """Peer supporters who do not come into question, for one reason; ``code`` asks ``excluded_people`` for all."""

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
    openings: dict[str, int]
    """How many candidates each rule alone keeps away."""


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
    rows = _rows(pool, [*found.supporter[best].tolist(), *(one for some in _shown(why).values() for one in some)])
    groups = _groups(why, rows)
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
        openings=why.openings,
    )


def excluded_people(participant: Participant, *, code: str, today: date) -> PeerSupporterQuerySet:
    """All peer supporters who do not come into question for somebody for this reason: the list behind a count.

    ``code`` is one of pairing.HARD; narrow the result with ``visible_to`` as any other.
    """
    pool = load(participant.programme, today, only=participant.pk)
    who = exclusions(pool, 0).who.get(code) if len(pool.participants) else None
    keys = [] if who is None else pool.supporters.keys[who].tolist()
    return PeerSupporter.objects.filter(pk__in=keys).select_related("person")


def _shown(why: Exclusions) -> dict[str, list[int]]:
    return {code: some[:MOST_NAMES].tolist() for code, some in why.who.items()}


def _rows(pool: Pool, wanted: list[int]) -> dict[int, PeerSupporter]:
    people = PeerSupporter.objects.select_related("person").in_bulk([int(pool.supporters.keys[one]) for one in wanted])
    return {place: people[int(pool.supporters.keys[place])] for place in wanted}


def _groups(why: Exclusions, rows: dict[int, PeerSupporter]) -> list[Group]:
    """The most frequent reason first."""
    shown = sorted(_shown(why).items(), key=lambda one: -len(why.who[one[0]]))
    return [
        Group(
            code,
            excluded_label(code),
            len(why.who[code]),
            [rows[place].person.full_name for place in some],
            len(why.who[code]) - len(some),
        )
        for code, some in shown
    ]


def _card(
    pool: Pool, supporter: PeerSupporter, minutes: float, fit: int, place: int, place_name: Callable[[str], str]
) -> Card:
    ours, theirs = pool.supporters, pool.participants
    shared = int(ours.languages[place]) & int(theirs.languages[0])
    slots = int(ours.slots[place]) & int(theirs.slots[0])
    codes = [code for bit, code in enumerate(pool.language_codes) if shared >> bit & 1]
    pair = np.array([place]), np.array([0])
    met = criteria(pool, *pair, np.array([minutes]))
    return Card(
        supporter=supporter,
        score=fit,
        languages=language_labels(codes),
        slots=[slot_label(slot) for slot in WEEK_SLOTS if slots >> slot & 1],
        minutes=None if np.isnan(minutes) else round(minutes),
        place=place_name(supporter.person.postcode),
        load=int(ours.live[place]),
        capacity=int(ours.capacity[place]),
        reasons=reason_sentences(reasons_for(pool, *pair)[0]),
        met={name: round(100 * float(value[0])) for name, value in met.items()},
    )
