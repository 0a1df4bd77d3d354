"""What would help: one change for everybody, or one more peer supporter; each is true when it is tried."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings

from matching import pairing
from matching.pairing.columns import Pool
from matching.pairing.whatif import most_matched, relaxed, wanted
from matching.services.advising import advice_for
from matching.services.proposing import find_pairs
from matching.services.suggesting import candidates_for, excluded_people
from matching.services.wording import excluded_words, opening_sentence, relaxed_sentence, wanted_sentence
from programmes.models import Place, Programme
from tests import factories as make
from tests.matching.pools import any_pools, make_pool


def left_over(pool: Pool) -> np.ndarray:
    found = pairing.find_candidates(pool)
    return np.setdiff1d(np.arange(len(pool.participants)), found.participant[pairing.solve(pool, found).chosen])


def test_each_change_is_searched_and_the_one_that_helps_most_comes_first() -> None:
    pool = make_pool(
        [{"languages": 0b10, "capacity": 3}, {"slots": 0b100, "capacity": 1}],
        [{"slots": 0b001} for _one in range(4)],
    )
    assert [(one.code, one.matches) for one in relaxed(pool)] == [("language", 3), ("times", 1)]


def test_one_more_place_each_helps_where_all_are_full() -> None:
    pool = make_pool([{"capacity": 1}, {"capacity": 1, "live": 1}], [{}, {}, {}])
    assert [(one.code, one.matches) for one in relaxed(pool)] == [("full", 2)]


def test_nothing_is_advised_where_everybody_is_matched() -> None:
    pool = make_pool([{}], [{}])
    assert relaxed(pool) == []
    assert wanted(pool, left_over(pool), places=3) == []


def test_the_peer_supporter_to_look_for_helps_as_many_as_is_said() -> None:
    """Five who speak what nobody speaks, four of them free at one time: she has three places, so three."""
    pool = make_pool(
        [{}],
        [{"languages": 0b100, "slots": 0b010, "wish": 1 if one == 0 else 0} for one in range(4)]
        + [{"languages": 0b100, "slots": 0b001}],
    )
    first = wanted(pool, left_over(pool), places=3)[0]
    assert (first.language, first.slot, first.gender, first.matches) == (2, 1, 1, 3)
    assert first.helped == (0, 1, 2, 3)


def test_a_chain_of_exchanges_counts() -> None:
    """Nobody left over speaks with the new one, but she sets somebody free who does."""
    pool = make_pool(
        [{"languages": 0b011, "capacity": 1}],
        [{"languages": 0b001, "waiting": 300}, {"languages": 0b010, "waiting": 1}],
    )
    alone = left_over(pool)
    assert alone.tolist() == [1]
    assert wanted(pool, alone, places=1)[0].matches == 1


@settings(max_examples=60, deadline=None)
@given(any_pools)
def test_advice_promises_no_more_than_can_be_true(pool: Pool) -> None:
    alone, now = left_over(pool), most_matched(pool, pairing.find_candidates(pool))
    for one in wanted(pool, alone, places=2):
        assert 1 <= one.matches <= min(2, len(alone))
        assert set(one.helped) <= set(alone.tolist())
    for change in relaxed(pool):
        assert 1 <= change.matches <= len(pool.participants) - now


@pytest.fixture
def east(db: None) -> Programme:
    """Three people who speak Dari in one part of a town, and nobody who speaks it with them."""
    programme = make.a_programme("east")
    for postcode, name, east in (("2525", "Schilderswijk", 4.29), ("9999", "Far away", 6.5)):
        Place.objects.create(
            organisation=programme.organisation, postcode=postcode, name=name, latitude=52.07, longitude=east
        )
    make.a_supporter(programme, languages=["nl"], available=[5], postcode="2525", max_travel_minutes=30)
    for _one in range(3):
        make.a_participant(programme, languages=["prs"], available=[5], postcode="2525")
    return programme


def test_the_advice_reads_as_a_sentence(east: Programme, now: datetime) -> None:
    advice = advice_for(east, today=make.TODAY)
    assert advice.left == 3
    assert advice.wanted[0] | {"helps": []} == {
        "languages": ["prs"],
        "slots": [],
        "gender": "",
        "kind": 0,
        "postcode": "2525",
        "place": "Schilderswijk",
        "matches": 3,
        "helps": [],
    } | {"slots": advice.wanted[0]["slots"]}
    assert advice.wanted_sentences[0].startswith("One peer supporter who speaks Dari, lives near 2525 Schilderswijk")
    assert advice.wanted_sentences[0].endswith("would allow three more matches.")
    assert "With an interpreter" in advice.change_sentences[0]
    assert advice.change_sentences[0].endswith("three more people could be matched.")


def test_somebody_of_whom_little_is_known_is_advised_for_too(db: None) -> None:
    """No language, no place, no times: any peer supporter would do, and that is said."""
    programme = make.a_programme("empty")
    make.a_participant(programme)
    assert advice_for(programme, today=make.TODAY).wanted_sentences == [
        "One peer supporter would allow one more match."
    ]


def test_the_whole_list_is_told_what_stands_in_the_way(east: Programme, now: datetime) -> None:
    found = find_pairs(programme=east, now=now)
    assert found.openings == [{"relax": "language", "people": 3, "candidates": 3}]
    assert opening_sentence(found.openings[0]).endswith("three more people would have a candidate.")
    assert excluded_words(found.unmatched[0].excluded) == "no common language 1"


def test_each_count_opens_the_list_of_people(east: Programme) -> None:
    far = make.a_supporter(east, languages=["prs"], available=[5], postcode="9999", max_travel_minutes=20)
    waiting = east.participants.order_by("pk")[0]
    found = candidates_for(waiting, today=make.TODAY)
    assert found is not None
    assert {group.code: group.count for group in found.groups} == {"language": 1, "distance": 1}
    assert list(excluded_people(waiting, code="distance", today=make.TODAY)) == [far]
    assert not excluded_people(waiting, code="full", today=make.TODAY)
    assert found.openings == {"language": 1, "distance": 1}


def test_sentences_fit_what_is_known() -> None:
    one = {"languages": ["prs"], "slots": [5], "gender": "woman", "postcode": "", "place": "", "matches": 1}
    assert wanted_sentence(one) == (
        "One woman as a peer supporter who speaks Dari and is free on Tuesday evening would allow one more match."
    )
    leads = {**one, "gender": "", "languages": [], "kind": 2}
    assert wanted_sentence(leads) == (
        "One peer supporter who can lead a group and is free on Tuesday evening would allow one more match."
    )
    assert (
        relaxed_sentence("full", 2) == "With one more place at every peer supporter: two more people could be matched."
    )
