"""What would help those for whom nobody is found: one change for everybody, or one more peer supporter to look for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np

from matching.pairing import Ints, Pool, find_candidates, solve
from matching.pairing.whatif import NOBODY, Telling, Wanted, relaxed, wanted
from matching.services.pools import load, load_places
from matching.services.ruling import rules_of
from matching.services.searching import Clock, Pairing, search
from matching.services.whereabouts import Places
from matching.services.wording import relaxed_sentence, wanted_sentence
from peerhub.lib.dates import local_date
from programmes.models import Programme
from recruitment.models import Participant

GENDERS = ("", "woman", "man")
FEW = 300  # so many who wait are advised for while somebody looks on


@dataclass(frozen=True)
class Advice:
    """What would help the whole waiting list, what helps most first; in codes (to keep) and as sentences (to read).

    ``left`` people have nobody in the best set. ``changes``: ``{"relax", "matches"}``. ``wanted``: ``{"languages",
    "slots", "gender", "postcode", "place", "matches", "helps"}``, where ``helps`` are the numbers of the participants
    whom she could support herself. ``untried``: changes that would open too many pairs to look at.
    """

    left: int
    changes: list[dict[str, Any]]
    wanted: list[dict[str, Any]]
    untried: list[str] = field(default_factory=list)

    @property
    def change_sentences(self) -> list[str]:
        """“If participants do not mind the gender: two more people could be matched.”."""
        return [relaxed_sentence(one["relax"], one["matches"]) for one in self.changes]

    @property
    def wanted_sentences(self) -> list[str]:
        """“One peer supporter who speaks Dari and lives near 2525 … would allow four more matches.”."""
        return [wanted_sentence(one) for one in self.wanted]


def is_small(programme: Programme) -> bool:
    """Whether so few wait that a page can find at once what would help (``find_help``, else ``ask_search``)."""
    return Participant.objects.waiting().filter(programme=programme).count() <= FEW


def find_help(*, programme: Programme, now: datetime) -> Pairing:
    """Search, and find what would help those left over. Writes nothing."""
    today, rules, places = local_date(now, programme.timezone), rules_of(programme), load_places(programme)
    pool = load(programme, today, places=places, rules=rules)
    pairing = search(pool, Clock(), rules_version=rules.version)
    add_advice(pairing, places, most=programme.max_matches)
    return pairing


def add_advice(pairing: Pairing, places: Places, *, most: int, tell: Telling = lambda _done: None) -> None:
    """Put beside the pairs of a search what would help those whom it left over."""
    alone = positions(pairing.pool, [one.participant for one in pairing.unmatched])
    pairing.beside["advice"] = asdict(advice_of(pairing.pool, places, most=most, alone=alone, tell=tell))


def advice_for(programme: Programme, *, today: date) -> Advice:
    """Search what would help. Takes about as long as twenty searches: seconds for thousands who wait."""
    places = load_places(programme)
    return advice_of(load(programme, today, places=places), places, most=programme.max_matches)


def advice_of(
    pool: Pool, places: Places, *, most: int, alone: Ints | None = None, tell: Telling = lambda _done: None
) -> Advice:
    """The same for a pool in hand; ``most`` is how many people a new peer supporter would take.

    ``alone`` are those whom a search left over (positions), where one was made; ``tell`` hears how much of the work is
    done, 0 to 1.
    """
    candidates = find_candidates(pool)
    if alone is None:
        chosen = solve(pool, candidates).chosen
        alone = np.setdiff1d(np.arange(len(pool.participants)), candidates.participant[chosen])
    if not len(alone):
        return Advice(0, [], [])
    changes = relaxed(pool, candidates, tell=lambda done: tell(done / 2))
    people = wanted(pool, alone, candidates, places=most, tell=lambda done: tell(0.5 + done / 2))
    return Advice(
        left=len(alone),
        changes=[{"relax": one.code, "matches": one.matches} for one in changes if one.tried],
        wanted=[_said(pool, one, places) for one in people],
        untried=[one.code for one in changes if not one.tried],
    )


def positions(pool: Pool, participants: Sequence[int]) -> Ints:
    """Where these participants (by number) stand in the pool."""
    found: Ints = np.flatnonzero(np.isin(pool.participants.keys, np.array(participants, dtype=np.int64)))
    return found


def _said(pool: Pool, one: Wanted, places: Places) -> dict[str, Any]:
    known = not np.isnan(one.latitude + one.longitude)
    postcode, place = places.nearest(one.latitude, one.longitude) if known else ("", "")
    return {
        "languages": [] if one.language == NOBODY else [pool.language_codes[one.language]],
        "slots": [] if one.slot == NOBODY else [one.slot],
        "gender": GENDERS[one.gender],
        "kind": one.kind,
        "postcode": postcode,
        "place": place,
        "matches": one.matches,
        "helps": [int(pool.participants.keys[who]) for who in one.helped],
    }
