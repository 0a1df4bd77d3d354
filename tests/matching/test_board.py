"""The coordinator's pages: who waits and who would fit, the best pairs for all, and the candidates for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from matching.choices import MatchStatus
from matching.models import Match, PairingRun
from matching.services.proposing import find_pairs
from recruitment.choices import SupporterStatus
from recruitment.models import Participant, PeerSupporter
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.sight import WALLS

pytestmark = pytest.mark.django_db
Login = Callable[[Any], Client]
BOARD_QUERIES = 15
CANDIDATES_QUERIES = 17


@pytest.fixture
def browser(cast: Cast, login: Login) -> Client:
    """Amina's."""
    return login(cast.amina)


def pair_up(cast: Cast, name: str = "", **fields: Any) -> tuple[PeerSupporter, Participant]:
    supporter = make.a_supporter(cast.north, languages=["so", "nl"], available=[4, 11], **fields)
    return supporter, make.a_participant(cast.north, name, languages=["so"], available=[4, 11])


def board(**query: Any) -> str:
    return reverse("matching:board", args=["north"], query=query or None)


def candidates(participant: Participant) -> str:
    return reverse("matching:candidates", args=["north", participant.pk])


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


# -- The board -----------------------------------------------------------------------------------------------------


def test_board_is_empty_and_says_why(browser: Client) -> None:
    page = text(browser.get(board()))
    assert "Nobody waits" in page
    assert "No proposal waits for an answer." in page
    assert "Find the best pairs" not in page


def test_board_shows_who_waits_longest_first_with_candidates(cast: Cast, browser: Client) -> None:
    _supporter, _waits = pair_up(cast, "Hodan")
    make.a_participant(
        cast.north, "Ifrah", languages=["ti"], available=[4], registered_on=make.TODAY - timedelta(days=90)
    )
    page = text(browser.get(board()))
    assert page.index("Ifrah") < page.index("Hodan")
    assert "0 candidates" in page
    assert "1 candidate" in page
    only_without = text(browser.get(board(show="nobody")))
    assert "Ifrah" in only_without
    assert "Hodan Test" not in only_without


def test_board_finds_names_and_sorts(cast: Cast, browser: Client) -> None:
    pair_up(cast, "Hodan")
    make.a_participant(cast.north, "Ifrah", languages=["ti"], registered_on=make.TODAY)
    assert "Ifrah" not in text(browser.get(found_at(browser, board(), "hod")))
    page = text(browser.get(board(sort="candidates")))
    assert page.index("Ifrah") < page.index("Hodan")
    assert "Nobody fits this filter" in text(browser.get(found_at(browser, board(), "nobody at all")))


@pytest.mark.parametrize("size", [1, 3])
def test_board_takes_a_constant_number_of_queries(
    cast: Cast, browser: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _one in range(size):
        pair_up(cast)
        make.a_match(cast.north, status=MatchStatus.PROPOSED)
    with django_assert_num_queries(WALLS + BOARD_QUERIES):
        browser.get(board())


def test_board_shows_the_pairs_before_anything_is_proposed(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast, "Hodan")
    make.a_participant(cast.north, "Ifrah", languages=["ti"])
    page = text(browser.post(board(), {"find": "1"}))
    assert "1 pair found" in page
    assert supporter.person.full_name in page
    assert "1 person stays on the waiting list" in page
    assert "no common language" in page
    assert "interpreter" in page
    assert not Match.objects.proposed().exists()

    fingerprint = find_pairs(programme=cast.north, now=timezone.now()).fingerprint
    assert fingerprint in page
    done = browser.post(board(), {"propose": "1", "fingerprint": fingerprint}, follow=True)
    assert "1 proposal is made" in text(done)
    assert Match.objects.proposed().get().participant == participant
    again = text(browser.post(board(), {"propose": "1", "fingerprint": fingerprint}))
    assert "changed since this search" in again


def test_board_says_who_has_to_answer(cast: Cast, browser: Client) -> None:
    match = make.a_match(cast.north, status=MatchStatus.PROPOSED)
    for fields, sentence in (
        ({}, "Nobody has answered yet"),
        ({"supporter_accepted_on": make.TODAY}, "ask the participant"),
        ({"participant_accepted_on": make.TODAY}, "Both say yes"),
        ({"supporter_accepted_on": None}, "the peer supporter has not answered"),
    ):
        Match.objects.filter(pk=match.pk).update(**fields)
        assert sentence in text(browser.get(board()))


def test_board_keeps_another_programmes_search_to_itself(cast: Cast, browser: Client) -> None:
    run = PairingRun.objects.create(programme=cast.south, result={"matched": [], "unmatched": [], "made": 0})
    assert browser.get(board(run=run.pk)).status_code == 404


@pytest.mark.parametrize("who", ["ben", "dan", "eva", "tess", "paul", "stef"])
def test_board_is_for_those_who_propose(cast: Cast, login: Login, who: str) -> None:
    browser = login(getattr(cast, who))
    assert browser.get(board()).status_code == 403
    assert browser.get(candidates(cast.carla)).status_code == 403


def test_a_stranger_sees_neither_page(cast: Cast, login: Login) -> None:
    browser = login(cast.zoe)
    assert browser.get(board()).status_code == 404
    assert browser.get(candidates(cast.carla)).status_code == 404
    elsewhere = reverse("matching:candidates", args=["south", cast.carla.pk])
    assert browser.get(elsewhere).status_code == 404


# -- One participant -----------------------------------------------------------------------------------------------


def test_candidates_are_at_most_five_with_reasons_and_exclusions(cast: Cast, browser: Client) -> None:
    _supporter, participant = pair_up(cast, "Hodan")
    for _one in range(5):
        make.a_supporter(cast.north, languages=["so"], available=[4])
    full = make.a_supporter(cast.north, "Fulla", languages=["so"], available=[4], max_matches=1)
    make.a_match(cast.north, full)
    page = text(browser.get(candidates(participant)))
    assert page.count("of 100") == 5
    assert "6 peer supporters come into question" in page
    assert "Both speak Somali." in page
    assert "They share only one free time." in page
    assert "2 others do not come into question" in page
    assert "full: 1" in page
    assert "Fulla" in page
    assert "no common language: 1" in page


def test_candidates_of_nobody_say_what_would_help(cast: Cast, browser: Client) -> None:
    lonely = make.a_participant(cast.north, languages=["ti"], available=[4])
    page = text(browser.get(candidates(lonely)))
    assert "Nobody comes into question now" in page
    assert "interpreter" in page


def test_candidates_are_not_shown_for_somebody_with_a_match(cast: Cast, browser: Client) -> None:
    page = text(browser.get(candidates(cast.carla)))
    assert "There is a match or an open proposal already" in page
    assert "of 100" not in page


def test_a_candidate_is_proposed_and_a_second_try_is_refused(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast)
    answer = browser.post(candidates(participant), {"supporter": supporter.pk})
    assert answer.headers["Location"] == board()
    assert Match.objects.proposed().get().supporter == supporter
    again = browser.post(candidates(participant), {"supporter": supporter.pk})
    assert "already" in text(again)
    assert Match.objects.proposed().count() == 1


def test_only_active_peer_supporters_of_the_programme_can_be_chosen(cast: Cast, browser: Client) -> None:
    participant = make.a_participant(cast.north)
    for supporter in (make.a_supporter(cast.south), make.a_supporter(cast.north, status=SupporterStatus.PAUSED)):
        assert "Select a valid choice" in text(browser.post(candidates(participant), {"supporter": supporter.pk}))
    assert not Match.objects.proposed().exists()


@pytest.mark.parametrize("size", [1, 3])
def test_candidates_take_a_constant_number_of_queries(
    cast: Cast, browser: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _supporter, participant = pair_up(cast)
    for _one in range(size):
        pair_up(cast)
        make.a_supporter(cast.north, languages=["fr"])
    with django_assert_num_queries(WALLS + CANDIDATES_QUERIES):
        browser.get(candidates(participant))
