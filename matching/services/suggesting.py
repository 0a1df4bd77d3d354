"""Candidates for one person who waits: the best few with their reasons, and who does not come into question and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.pairing import Exclusions, Pool, exclusions, find_candidates
from matching.pairing.fit import criteria
from matching.pairing.travel import MODES
from matching.services.looking import Look
from matching.services.pools import load, load_places
from matching.services.saying import level_words, unknown_words, way_words
from matching.services.searching import reasons_for
from matching.services.wording import advice_sentence, excluded_label, language_labels, reason_sentences
from recruitment.choices import WEEK_SLOTS, slot_label
from recruitment.models import Participant, PeerSupporter
from recruitment.querysets import PeerSupporterQuerySet

MOST_CARDS = 5
MOST_NAMES = 40
MOST_OTHERS = 50
SLOT_HOURS = 4  # a morning, an afternoon or an evening: as long as somebody can be met in it


@dataclass(frozen=True)
class Card:
    """A candidate for one participant, as the page shows her. What is not known is None or listed as unknown."""

    supporter: PeerSupporter
    score: int
    languages: list[str]
    levels: list[str]
    """The shared languages with how well both speak them."""
    slots: list[str]
    minutes: int | None
    way: str
    place: str
    load: int
    capacity: int
    free: int
    """Whole places left, by the weight of the matches: somebody visited less often takes less of one."""
    reasons: dict[str, list[str]]
    unknown: list[str]
    met: dict[str, int]
    """How far each criterion is met, 0 to 100 (for the grid that compares candidates)."""

    @property
    def hours(self) -> int:
        """Hours of the week in which both are free, at most."""
        return SLOT_HOURS * len(self.slots)


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
    """Up to five candidates and the next ones, how many there are, who does not come into question, and what would
    open most.
    """

    cards: list[Card]
    others: list[Card]
    possible: int
    groups: list[Group]
    excluded: int
    advice: str
    openings: dict[str, int]
    """How many candidates each rule alone keeps away."""


def candidates_for(
    participant: Participant, *, today: date, look: Look | None = None, more: bool = False
) -> Suggestions | None:
    """The best candidates for somebody who waits; None when she does not wait or has a live match already.

    ``look`` is a look at everybody, where there is one; ``more`` shows the next ones, too.
    """
    look = look or _alone(participant, today)
    pool, at = look.pool, look.at(participant.pk)
    if at is None:
        return None
    found = look.candidates
    hers = np.flatnonzero(found.participant == at)
    minutes = np.nan_to_num(found.minutes[hers], nan=np.inf)
    order = hers[np.lexsort((found.supporter[hers], minutes, -found.fit[hers]))]
    best = order[: MOST_CARDS + (MOST_OTHERS if more else 0)]
    why = exclusions(pool, at)
    rows = _rows(pool, [*found.supporter[best].tolist(), *(one for some in _shown(why).values() for one in some)])
    groups = _groups(why, rows)
    cards = [
        _card(look, rows[place], (place, at), minutes, fit)
        for place, minutes, fit in zip(
            found.supporter[best].tolist(), found.minutes[best].tolist(), found.fit[best].tolist(), strict=True
        )
    ]
    return Suggestions(
        cards=cards[:MOST_CARDS],
        others=cards[MOST_CARDS:],
        possible=len(hers),
        groups=groups,
        excluded=sum(group.count for group in groups),
        advice=advice_sentence(why.relax, why.opens, why.possible) if why.relax or not len(hers) else "",
        openings=why.openings,
    )


def _alone(participant: Participant, today: date) -> Look:
    """A look at the peer supporters and this one participant."""
    places = load_places(participant.programme)
    pool = load(participant.programme, today, only=participant.pk, places=places)
    return Look(pool, find_candidates(pool), places)


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


def _card(look: Look, supporter: PeerSupporter, where: tuple[int, int], minutes: float, fit: int) -> Card:
    place, at = where
    pool = look.pool
    ours, theirs = pool.supporters, pool.participants
    shared, well = (int(getattr(ours, name)[place]) & int(getattr(theirs, name)[at]) for name in ("languages", "well"))
    slots = int(ours.slots[place]) & int(theirs.slots[at])
    codes = [(code, bool(well >> bit & 1)) for bit, code in enumerate(pool.language_codes) if shared >> bit & 1]
    labels = language_labels([code for code, _well in codes])
    pair = np.array([place]), np.array([at])
    met = criteria(pool, *pair, np.array([minutes]))
    reasons = reasons_for(pool, *pair)[0]
    known = None if np.isnan(minutes) else round(minutes)
    return Card(
        supporter=supporter,
        score=fit,
        languages=labels,
        levels=[level_words(label, well=well) for label, (_code, well) in zip(labels, codes, strict=True)],
        slots=[slot_label(slot) for slot in WEEK_SLOTS if slots >> slot & 1],
        minutes=known,
        way=way_words(known, MODES[int(ours.mode[place])]),
        place=look.places.name(supporter.person.postcode),
        load=int(ours.live[place]),
        capacity=int(ours.capacity[place]),
        free=int(ours.free[place]),
        reasons=reason_sentences([one for one in reasons if one["code"] != "unknown"]),
        unknown=unknown_words(reasons),
        met={name: round(100 * float(value[0])) for name, value in met.items()},
    )
