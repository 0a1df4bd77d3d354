"""What would help those for whom nobody is found: one change for everybody, or one more peer supporter to look for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from matching.pairing import Pool, find_candidates, solve
from matching.pairing.whatif import NOBODY, Wanted, relaxed, wanted
from matching.services.pools import load, load_places
from matching.services.whereabouts import Places
from matching.services.wording import relaxed_sentence, wanted_sentence
from programmes.models import Programme

GENDERS = ("", "woman", "man")


@dataclass(frozen=True)
class Advice:
    """What would help the whole waiting list, what helps most first; in codes (to keep) and as sentences (to read).

    ``left`` people have nobody in the best set. ``changes``: ``{"relax", "matches"}``. ``wanted``: ``{"languages",
    "slots", "gender", "postcode", "place", "matches", "helps"}``, where ``helps`` are the numbers of the participants
    whom she could support herself.
    """

    left: int
    changes: list[dict[str, Any]]
    wanted: list[dict[str, Any]]

    @property
    def change_sentences(self) -> list[str]:
        """“If the participant does not mind the gender: two more people could be matched.”."""
        return [relaxed_sentence(one["relax"], one["matches"]) for one in self.changes]

    @property
    def wanted_sentences(self) -> list[str]:
        """“One peer supporter who speaks Dari and lives near 2525 … would allow four more matches.”."""
        return [wanted_sentence(one) for one in self.wanted]


def advice_for(programme: Programme, *, today: date) -> Advice:
    """Search what would help. Takes about as long as twenty searches: seconds for thousands who wait."""
    places = load_places(programme)
    return advice_of(load(programme, today, places=places), places, most=programme.max_matches)


def advice_of(pool: Pool, places: Places, *, most: int) -> Advice:
    """The same for a pool in hand; ``most`` is how many people a new peer supporter would take."""
    candidates = find_candidates(pool)
    chosen = solve(pool, candidates).chosen
    alone = np.setdiff1d(np.arange(len(pool.participants)), candidates.participant[chosen])
    if not len(alone):
        return Advice(0, [], [])
    return Advice(
        left=len(alone),
        changes=[{"relax": one.code, "matches": one.matches} for one in relaxed(pool)],
        wanted=[_said(pool, one, places) for one in wanted(pool, alone, places=most)],
    )


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
