"""Minutes by each way of travelling, and a route service of one's own that never sees a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import numpy as np
import pytest

from matching import pairing
from matching.forms.rules import CRITERIA, MarkForm, RulesForm
from matching.pairing import WEIGHTS
from matching.pairing.stored import digest_of, pack, unpack
from matching.pairing.travel import MODES, minutes_for, reach_km
from matching.services import mark_pair, set_rules
from matching.services.pools import load
from matching.services.proposing import find_pairs
from matching.services.ruling import rules_of
from matching.services.suggesting import candidates_for
from programmes.models import Place, Programme
from tests import factories as make
from tests.cast import Cast
from tests.matching.pools import make_pool, pairs

HERE, THERE = (52.07, 4.30), (52.07, 4.40)  # about seven kilometres


@pytest.mark.parametrize(
    ("mode", "minutes"), [("walk", 102.5), ("bicycle", 35.7), ("public", 36.8), ("car", 24.2), ("", 35.7)]
)
def test_each_way_of_travelling_takes_its_time(mode: str, minutes: float) -> None:
    pool = make_pool([{"latitude": 52.07, "mode": MODES.index(mode)}], [{"latitude": 52.07, "longitude": 4.40}])
    found = pairing.minutes_between(pool, np.array([0]), np.array([0]))[0]
    assert found == pytest.approx(minutes, abs=0.3)


@pytest.mark.parametrize(("mode", "near_enough"), [("walk", False), ("bicycle", False), ("car", True), ("", True)])
def test_the_limit_is_kept_the_way_she_goes(mode: str, near_enough: bool) -> None:
    """Thirty minutes: by car yes, on a bicycle no; and where nobody knows how she goes, she is not ruled out."""
    pool = make_pool([{"latitude": 52.07, "mode": MODES.index(mode)}], [{"latitude": 52.07, "longitude": 4.40}])
    assert bool(pairs(pool)) is near_enough


def test_reach_and_minutes_are_each_others_mirror() -> None:
    modes = np.arange(1, len(MODES))
    minutes = np.full(len(modes), 42.0)
    assert minutes_for(reach_km(minutes, modes), modes) == pytest.approx(minutes)
    assert reach_km(np.array([3.0]), np.array([MODES.index("public")]))[0] == 0


class Roads:
    """A route service for tests: a river with one bridge makes every way an hour, but by car it is quick."""

    asked: ClassVar[list[Any]] = []

    def minutes(self, ways: Sequence[tuple[tuple[float, float], tuple[float, float], str]]) -> list[float | None]:
        Roads.asked += ways
        return [None if mode == "walk" else 20.0 if mode == "car" else 60.0 for _start, _end, mode in ways]


@pytest.fixture
def rivers(db: None, settings: Any) -> Programme:
    """Two places on two sides of a river, and the route service that knows it."""
    settings.TRAVEL_SERVICE = f"{__name__}.Roads"
    Roads.asked = []
    programme = make.a_programme("rivers")
    for postcode, (north, east) in {"1000": HERE, "2000": (52.075, 4.31)}.items():
        Place.objects.create(
            organisation=programme.organisation, postcode=postcode, name=postcode, latitude=north, longitude=east
        )
    return programme


@pytest.mark.parametrize(
    ("mode", "limit", "found"), [("bicycle", 59, 0), ("bicycle", 60, 1), ("car", 20, 1), ("", 20, 1), ("walk", 5, 1)]
)
def test_real_routes_decide_where_there_is_a_service(rivers: Programme, mode: str, limit: int, found: int) -> None:
    """As the crow flies it is a kilometre; the service knows the river. What it does not know rules nobody out."""
    make.a_supporter(rivers, postcode="1000", max_travel_minutes=limit, travel_mode=mode)
    waiting = make.a_participant(rivers, postcode="2000")
    suggestions = candidates_for(waiting, today=make.TODAY)
    assert suggestions is not None
    assert suggestions.possible == found
    if not found:
        assert [group.code for group in suggestions.groups] == ["distance"]


def test_the_service_is_asked_once_a_pair_of_areas_and_sees_nobody(rivers: Programme) -> None:
    for _one in range(3):
        make.a_supporter(rivers, postcode="1000 AB", max_travel_minutes=60, travel_mode="bicycle")
        make.a_participant(rivers, postcode="2000 CD")
    pool = load(rivers, make.TODAY)
    assert len(Roads.asked) == len(set(Roads.asked)) == len(MODES) - 1
    assert {len(way) for way in Roads.asked} == {3}
    assert digest_of(unpack(pack(pool))) == digest_of(pool)
    assert len(pairs(unpack(pack(pool)))) == 9


def test_a_place_nobody_knows_rules_nobody_out_there_either(rivers: Programme, now: datetime) -> None:
    make.a_supporter(rivers, postcode="1000", max_travel_minutes=5)
    make.a_participant(rivers, postcode="")
    (found,) = find_pairs(programme=rivers, now=now).matched
    assert "distance" in next(one for one in found.reasons if one["code"] == "unknown")["params"]["what"]


# -- The forms that a page shows -------------------------------------------------------------------------------------


def test_the_form_of_rules_is_the_deed_of_rules(cast: Cast, now: datetime) -> None:
    empty = RulesForm(rules=rules_of(cast.north))
    assert [one.name for one in empty.sliders] == [f"weight_{name}" for name in WEIGHTS]
    typed = {one.html_name: one.value() for one in (*empty.sliders, *empty.weights_of_places)}
    typed |= {"weight_near": 60, "every_28": 20, "language_level": "well", "vetting_for": "minors", "reason": "tried"}
    form = RulesForm(typed, rules=rules_of(cast.north))
    assert form.is_valid(), form.errors
    rules = set_rules(programme=cast.north, by=cast.amina, now=now, **form.cleaned_data)
    assert (rules.weights["near"], rules.caseload["28"], rules.language_level) == (60, 20, "well")
    assert (rules.vetting_for, rules.waiting_first, rules.reason) == ("minors", False, "tried")
    assert set(CRITERIA) == set(WEIGHTS)


def test_the_form_of_a_mark_is_the_deed_of_a_mark(cast: Cast, now: datetime) -> None:
    waiting = make.a_participant(cast.north)
    typed = {"supporter": cast.ben_supporter.pk, "participant": waiting.pk, "kind": "conflict", "reason": "family"}
    form = MarkForm({**typed, "said_by": "supporter", "words": ""}, member=cast.amina)
    assert form.is_valid(), form.errors
    mark = mark_pair(programme=cast.north, by=cast.amina, now=now, **form.cleaned_data)
    assert (mark.supporter_person_id, mark.participant_person_id) == (cast.ben_supporter.person_id, waiting.person_id)
    stranger = make.a_participant(cast.south)
    assert not MarkForm({**typed, "participant": stranger.pk, "said_by": "team"}, member=cast.amina).is_valid()
