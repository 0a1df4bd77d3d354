"""Who is free and who waits, read into columns for pairing.py with a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Count, Exists, OuterRef, Q

from matching.choices import EndReason, MatchStatus
from matching.models import Match
from matching.pairing import Participants, Pool, Supporters
from matching.services.topics import TOPIC_CODES, topics_in
from peerhub.people.choices import Gender, Language
from programmes.models import Place, Programme
from recruitment.choices import WishedAge, WishedGender
from recruitment.models import Participant, PeerSupporter
from training.models import Certificate

LANGUAGE_CODES = tuple(code for code in Language.values if code)
NEVER_AGAIN = Q(status=MatchStatus.DECLINED) | Q(
    status=MatchStatus.CLOSED, end_reason__in=[EndReason.NO_CLICK, EndReason.SAFETY]
)
_LANGUAGE_BIT = {code: 1 << bit for bit, code in enumerate(LANGUAGE_CODES)}
_GENDER = {Gender.WOMAN: 1, Gender.MAN: 2, Gender.OTHER: 3}
_WISH = {WishedGender.WOMAN: 1, WishedGender.MAN: 2}
_WISH_AGE = {WishedAge.OLDER: 1, WishedAge.YOUNGER: 2}
_SHORTEST_POSTCODE = 2


@dataclass(frozen=True)
class Places:
    """The postcode areas of a programme's organisation: a name and coordinates for the start of a postcode."""

    areas: dict[str, tuple[str, float, float]]

    def at(self, postcode: str) -> tuple[str, float, float] | None:
        """The area with the longest beginning in common with this postcode; None when there is none."""
        wanted = _tidy(postcode)
        for length in range(len(wanted), _SHORTEST_POSTCODE - 1, -1):
            if wanted[:length] in self.areas:
                return self.areas[wanted[:length]]
        return None

    def name(self, postcode: str) -> str:
        """The area's name, or the postcode itself."""
        area = self.at(postcode)
        return area[0] if area else postcode


def load_places(programme: Programme) -> Places:
    """The areas that the programme's organisation knows: one query."""
    rows = Place.objects.of_programme(programme).values_list("postcode", "name", "latitude", "longitude")
    return Places({_tidy(postcode): (name, north, east) for postcode, name, north, east in rows})


def load(programme: Programme, today: date, *, only: int | None = None, places: Places | None = None) -> Pool:
    """Certified, active peer supporters (those without a free place too) and those who wait without a live match.

    ``only`` reads one participant instead of the whole waiting list.
    """
    places = places or load_places(programme)
    supporters = _supporters(programme, places)
    participants = _participants(programme, places, today, only)
    barred = _barred(programme, supporters, participants)
    return Pool(supporters, participants, barred, LANGUAGE_CODES, TOPIC_CODES)


def _supporters(programme: Programme, places: Places) -> Supporters:
    certified = Certificate.objects.valid().filter(supporter=OuterRef("pk"))
    fields = (
        *("pk", "person_id", "person__languages", "available", "experience", "skills", "person__gender"),
        *("wishes_gender", "person__born_on", "person__postcode", "max_travel_minutes", "max_matches"),
    )
    rows = PeerSupporter.objects.active().filter(Exists(certified), programme=programme).order_by("pk")
    live = Match.objects.live().filter(programme=programme).order_by().values_list("supporter").annotate(Count("pk"))
    taken = dict(live)
    pks, people, languages, slots, experience, skills, gender, wishes, born, postcodes, travel, most = _columns(
        rows.values_list(*fields), len(fields)
    )
    north, east = _coordinates(places, postcodes)
    return Supporters(
        keys=_ints(pks),
        people=_ints(people),
        languages=_masks(map(_language_mask, languages)),
        slots=_masks(map(_slot_mask, slots)),
        topics=_masks(topics_in(f"{lived} {skill}") for lived, skill in zip(experience, skills, strict=True)),
        gender=_ints(_GENDER.get(one, 0) for one in gender),
        wish=_ints(_WISH.get(one, 0) for one in wishes),
        born=_ints(map(_year, born)),
        latitude=north,
        longitude=east,
        travel=np.array([np.nan if one is None else one for one in travel], dtype=np.float64),
        capacity=_ints(capacity_of(one, programme) for one in most),
        live=_ints(taken.get(one, 0) for one in pks),
    )


def capacity_of(max_matches: int | None, programme: Programme) -> int:
    """How many people a peer supporter takes at the same time: her own number, never above the programme's."""
    return min(max_matches or programme.max_matches, programme.max_matches)


def _participants(programme: Programme, places: Places, today: date, only: int | None) -> Participants:
    fields = (
        *("pk", "person_id", "person__languages", "available", "request_for_help", "person__gender", "wishes_gender"),
        *("wishes_age", "person__born_on", "person__postcode", "registered_on"),
    )
    live = Match.objects.live().filter(participant=OuterRef("pk"))
    rows = Participant.objects.waiting().with_open_file(today).filter(~Exists(live), programme=programme).order_by("pk")
    rows = rows.filter(pk=only) if only is not None else rows
    pks, people, languages, slots, asked, gender, wishes, wishes_age, born, postcodes, since = _columns(
        rows.values_list(*fields), len(fields)
    )
    north, east = _coordinates(places, postcodes)
    return Participants(
        keys=_ints(pks),
        people=_ints(people),
        languages=_masks(map(_language_mask, languages)),
        slots=_masks(map(_slot_mask, slots)),
        topics=_masks(map(topics_in, asked)),
        gender=_ints(_GENDER.get(one, 0) for one in gender),
        wish=_ints(_WISH.get(one, 0) for one in wishes),
        wish_age=_ints(_WISH_AGE.get(one, 0) for one in wishes_age),
        born=_ints(map(_year, born)),
        latitude=north,
        longitude=east,
        waiting=_ints(max(0, (today - one).days) for one in since),
    )


def _barred(programme: Programme, supporters: Supporters, participants: Participants) -> np.ndarray:
    """Pairs of people who said no to each other before, or whose match ended without a click or for safety."""
    ours = {int(person): place for place, person in enumerate(supporters.people)}
    theirs = {int(person): place for place, person in enumerate(participants.people)}
    before = Match.objects.filter(NEVER_AGAIN, programme=programme)
    if len(theirs) == 1:
        before = before.filter(participant_person_id__in=list(theirs))
    pairs = before.values_list("supporter_person_id", "participant_person_id")
    codes = {
        ours[supporter] * len(participants) + theirs[participant]
        for supporter, participant in pairs
        if supporter in ours and participant in theirs
    }
    return _ints(sorted(codes))


def _columns(rows: Iterable[Sequence[Any]], count: int) -> list[Sequence[Any]]:
    """Rows turned into columns; so many empty ones when there is no row."""
    turned: list[Sequence[Any]] = list(zip(*rows, strict=True))
    return turned or [()] * count


def _coordinates(places: Places, postcodes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    known: dict[str, tuple[float, float]] = {}
    for postcode in set(postcodes):
        area = places.at(postcode)
        known[postcode] = area[1:] if area else (np.nan, np.nan)
    found = np.array([known[postcode] for postcode in postcodes], dtype=np.float64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _ints(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)


def _masks(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.uint64)


def _language_mask(codes: Sequence[str]) -> int:
    return _any_of(codes, lambda code: _LANGUAGE_BIT.get(code, 0))


def _slot_mask(slots: Sequence[int]) -> int:
    return _any_of(slots, lambda slot: 1 << slot)


def _any_of(items: Sequence[Any], bit: Callable[[Any], int]) -> int:
    mask = 0
    for item in items:
        mask |= bit(item)
    return mask


def _year(born_on: date | None) -> int:
    return born_on.year if born_on else 0


def _tidy(postcode: str) -> str:
    return "".join(postcode.upper().split())
