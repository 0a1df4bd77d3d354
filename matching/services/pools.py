"""Who is free and who waits, read into columns for the pure search with a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Greatest

from matching.choices import EndReason, MarkKind, MatchStatus, Side
from matching.models import Match, MatchingRules, PairMark
from matching.pairing import Participants, Pool, Supporters
from matching.pairing.columns import GROUP, HOSTING, NO, NO_PLACEMENT, ONE_TO_ONE, YES
from matching.pairing.travel import MODES
from matching.services.places import Taken, capacity_of, loads_of, places_of
from matching.services.ruling import pairing_rules, rules_of
from matching.services.topics import TOPIC_CODES, topics_in
from matching.services.whereabouts import Places, ask_routes, coordinates, load_places
from peerhub.people.choices import Gender, Language
from programmes.models import Programme
from recruitment.choices import Interest, SupportKind, WishedAge, WishedGender
from recruitment.models import Participant, PeerSupporter
from training.models import Certificate

__all__ = ["LANGUAGE_CODES", "Places", "capacity_of", "load", "load_places", "loads_of"]

LANGUAGE_CODES = tuple(code for code in Language.values if code)
INTEREST_CODES = tuple(Interest.values)
NEVER_AGAIN = Q(status=MatchStatus.DECLINED) & ~Q(declined_by=Side.NOBODY) | Q(
    status=MatchStatus.CLOSED, end_reason__in=[EndReason.NO_CLICK, EndReason.SAFETY]
)
# Nobody said no: the two may be proposed again, but not before a month has gone by. To be asked about the same person
# week after week is pressing; after a month an illness or a holiday is over.
ASK_AGAIN = timedelta(days=30)
OF_AGE = 18
KINDS = {SupportKind.ONE_TO_ONE: ONE_TO_ONE, SupportKind.HOSTING: HOSTING, SupportKind.GROUP: GROUP}
CODE_OF_KIND = {number: str(kind) for kind, number in KINDS.items()}
_LANGUAGE_BIT = {code: 1 << bit for bit, code in enumerate(LANGUAGE_CODES)}
_INTEREST_BIT = {code: 1 << bit for bit, code in enumerate(INTEREST_CODES)}
_SLOT_BIT = {slot: 1 << slot for slot in range(21)}
_GENDER = {Gender.WOMAN: 1, Gender.MAN: 2, Gender.OTHER: 3}
_WISH = {WishedGender.WOMAN: 1, WishedGender.MAN: 2}
_WISH_AGE = {WishedAge.OLDER: 1, WishedAge.YOUNGER: 2}
_MODE = {mode: number for number, mode in enumerate(MODES)}
_ANSWER = {None: 0, False: NO, True: YES}


def load(
    programme: Programme,
    today: date,
    *,
    only: int | None = None,
    places: Places | None = None,
    rules: MatchingRules | None = None,
) -> Pool:
    """Certified, active peer supporters (those without a free place too) and those who wait without a live match.

    ``only`` reads one participant instead of the whole waiting list.
    """
    places = places or load_places(programme)
    rules = rules or rules_of(programme)
    supporters = _supporters(programme, places, today, loads_of(programme, rules))
    participants = _participants(programme, places, today, only)
    pool = Pool(
        supporters,
        participants,
        rules=pairing_rules(rules),
        language_codes=LANGUAGE_CODES,
        topic_codes=TOPIC_CODES,
        interest_codes=INTEREST_CODES,
        routes=ask_routes((supporters.latitude, supporters.longitude), (participants.latitude, participants.longitude)),
    )
    barred, conflicts, forbidden, locked = _decided(programme, pool, today)
    return replace(pool, barred=barred, conflicts=conflicts, forbidden=forbidden, locked=locked)


def _supporters(programme: Programme, places: Places, today: date, taken: Taken) -> Supporters:
    """One row for each kind that is offered; people with several kinds stand there several times."""
    certified = Certificate.objects.valid().filter(supporter=OuterRef("pk"))
    fields = (
        *("pk", "person_id", "person__languages", "person__languages_little", "available", "experience", "skills"),
        *("interests", "person__gender", "wishes_gender", "wishes_age", "person__born_on", "person__postcode"),
        *("max_travel_minutes", "travel_mode", "offers", "max_matches", "hosts_people", "group_places"),
        *("placement_ends_on", "vetting_passed", "vetting_until_on"),
    )
    found = PeerSupporter.objects.active().filter(Exists(certified), programme=programme).order_by("pk")
    whole = _columns(found.values_list(*fields), fields)
    offers = [(row, kind) for row, kinds in enumerate(whole["offers"]) for kind in sorted(kinds) if kind in KINDS]
    rows = {name: [column[row] for row, _kind in offers] for name, column in whole.items()}
    kinds = [kind for _row, kind in offers]
    live = [taken.get((pk, kind), (0, 0)) for pk, kind in zip(rows["pk"], kinds, strict=True)]
    north, east = coordinates(places, rows["person__postcode"])
    languages = _masks(rows["person__languages"], _LANGUAGE_BIT)
    return Supporters(
        keys=_ints(rows["pk"]),
        people=_ints(rows["person_id"]),
        kind=_ints(KINDS[SupportKind(kind)] for kind in kinds),
        languages=languages,
        well=languages & ~_masks(rows["person__languages_little"], _LANGUAGE_BIT),
        slots=_masks(rows["available"], _SLOT_BIT),
        experience=_topics(rows["experience"]),
        skills=_topics(rows["skills"]),
        interests=_masks(rows["interests"], _INTEREST_BIT),
        gender=_ints(_GENDER.get(one, 0) for one in rows["person__gender"]),
        wish=_ints(_WISH.get(one, 0) for one in rows["wishes_gender"]),
        wish_age=_ints(_WISH_AGE.get(one, 0) for one in rows["wishes_age"]),
        born=_ints(map(_day, rows["person__born_on"])),
        latitude=north,
        longitude=east,
        travel=np.array([np.nan if one is None else one for one in rows["max_travel_minutes"]], dtype=np.float64),
        mode=_ints(_MODE.get(one, 0) for one in rows["travel_mode"]),
        vetted=_ints(
            YES if passed and (until is None or until >= today) else NO
            for passed, until in zip(rows["vetting_passed"], rows["vetting_until_on"], strict=True)
        ),
        room=_ints(one or 0 for one in rows["hosts_people"]),
        placement=_ints(
            NO_PLACEMENT if one is None else max(0, (one - today).days) for one in rows["placement_ends_on"]
        ),
        capacity=_ints(
            places_of(kind, max_matches=most, group=group, programme=programme)
            for kind, most, group in zip(kinds, rows["max_matches"], rows["group_places"], strict=True)
        ),
        live=_ints(number for number, _load in live),
        load=_ints(load for _number, load in live),
    )


def _participants(programme: Programme, places: Places, today: date, only: int | None) -> Participants:
    fields = (
        *("pk", "person_id", "person__languages", "person__languages_little", "available", "request_for_help"),
        *("interests", "person__gender", "wishes_gender", "wishes_age", "person__born_on", "person__postcode"),
        *("registered_on", "support_kind", "children", "visits_at_home"),
    )
    live = Match.objects.live().filter(participant=OuterRef("pk"))
    allowed = Participant.objects.waiting().with_open_file(today)
    found = allowed.filter(~Exists(live), programme=programme).order_by("pk")
    rows = _columns((found.filter(pk=only) if only is not None else found).values_list(*fields), fields)
    north, east = coordinates(places, rows["person__postcode"])
    languages = _masks(rows["person__languages"], _LANGUAGE_BIT)
    adult_since = today - relativedelta(years=OF_AGE)
    return Participants(
        keys=_ints(rows["pk"]),
        people=_ints(rows["person_id"]),
        kind=_ints(KINDS[SupportKind(kind)] for kind in rows["support_kind"]),
        languages=languages,
        well=languages & ~_masks(rows["person__languages_little"], _LANGUAGE_BIT),
        slots=_masks(rows["available"], _SLOT_BIT),
        topics=_topics(rows["request_for_help"]),
        interests=_masks(rows["interests"], _INTEREST_BIT),
        gender=_ints(_GENDER.get(one, 0) for one in rows["person__gender"]),
        wish=_ints(_WISH.get(one, 0) for one in rows["wishes_gender"]),
        wish_age=_ints(_WISH_AGE.get(one, 0) for one in rows["wishes_age"]),
        born=_ints(map(_day, rows["person__born_on"])),
        latitude=north,
        longitude=east,
        minors=_ints(
            _minors(children, born_on, adult_since)
            for children, born_on in zip(rows["children"], rows["person__born_on"], strict=True)
        ),
        home=_ints(_ANSWER[one] for one in rows["visits_at_home"]),
        household=_ints(0 if one is None else one + 1 for one in rows["children"]),
        waiting=_ints(max(0, (today - one).days) for one in rows["registered_on"]),
    )


def _minors(children: int | None, born_on: date | None, adult_since: date) -> int:
    """Whether somebody under age is there: a child at home, or the participant herself, born after that day."""
    if children or (born_on and born_on > adult_since):
        return YES
    return 0 if children is None else NO


def _decided(programme: Programme, pool: Pool, today: date) -> list[np.ndarray]:
    """Pairs that did not work out before or ran out lately, are in conflict, do not suit each other, are locked."""
    asked = Greatest("proposed_on", "supporter_accepted_on", "participant_accepted_on", "thinking_on")
    lately = Q(
        status=MatchStatus.DECLINED,
        declined_by=Side.NOBODY,
        asked_on__gt=today - timedelta(days=programme.proposal_days) - ASK_AGAIN,
    )
    before = Match.objects.annotate(asked_on=asked).filter(NEVER_AGAIN | lately, programme=programme)
    marks = PairMark.objects.standing().filter(programme=programme)
    if len(pool.participants) == 1:
        person = int(pool.participants.people[0])
        before = before.filter(participant_person_id=person)
        marks = marks.filter(Q(supporter_person_id=person) | Q(participant_person_id=person))
    tried = before.values_list("supporter_person_id", "participant_person_id")
    pairs: dict[str, list[tuple[int, int]]] = {kind: [] for kind in MarkKind.values}
    for kind, ours, theirs in marks.values_list("kind", "supporter_person_id", "participant_person_id"):
        pairs[kind].append((ours, theirs))
        if kind == MarkKind.CONFLICT:  # it holds whichever of the two supports
            pairs[kind].append((theirs, ours))
    decided = (pairs[kind] for kind in (MarkKind.CONFLICT, MarkKind.FORBIDDEN, MarkKind.LOCKED))
    return [_codes(pool, some) for some in (tried, *decided)]


def _codes(pool: Pool, pairs: Iterable[tuple[int, int]]) -> np.ndarray:
    """Pairs of people as pairs of positions; a peer supporter who offers several kinds stands there several times."""
    s, p = pool.supporters, pool.participants
    ours: dict[int, list[int]] = {}
    for place, person in enumerate(s.people.tolist()):
        ours.setdefault(person, []).append(place)
    theirs = {person: place for place, person in enumerate(p.people.tolist())}
    codes = {
        place * len(p) + theirs[participant]
        for supporter, participant in pairs
        if participant in theirs
        for place in ours.get(supporter, ())
    }
    return _ints(sorted(codes))


def _columns(rows: Iterable[Sequence[Any]], names: Sequence[str]) -> dict[str, Sequence[Any]]:
    """Rows turned into named columns; empty ones when there is no row."""
    turned: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(names)
    return dict(zip(names, turned, strict=True))


def _ints(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)


def _masks(values: Iterable[Sequence[Any]], bits: Mapping[Any, int]) -> np.ndarray:
    known: dict[tuple[Any, ...], int] = {}
    found = []
    for codes in values:
        key = tuple(codes)
        if key not in known:
            known[key] = sum({bits.get(code, 0) for code in key})
        found.append(known[key])
    return np.array(found, dtype=np.uint64)


def _topics(texts: Sequence[str]) -> np.ndarray:
    known = {text: topics_in(text) for text in set(texts)}
    return np.array([known[text] for text in texts], dtype=np.uint64)


def _day(born_on: date | None) -> int:
    return born_on.toordinal() if born_on else 0
