"""The coordinator's pages: who waits and who would fit, the best pairs for all, and the candidates for one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from matching.choices import MatchStatus, RunStatus
from matching.models import Match, PairingRun
from matching.services import run_search
from matching.services.proposing import propose_pair
from recruitment.choices import ParticipantStatus
from recruitment.models import Participant, PeerSupporter
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.matching.pages import Login, text
from tests.sight import WALLS

pytestmark = pytest.mark.django_db
BOARD_QUERIES = 16
CANDIDATES_QUERIES = 18
RUN_QUERIES = 23
EXCLUDED_QUERIES = 15
WEEK_QUERIES = 8


def pair_up(cast: Cast, name: str = "", **fields: Any) -> tuple[PeerSupporter, Participant]:
    supporter = make.a_supporter(cast.north, languages=["so", "nl"], available=[4, 11], **fields)
    return supporter, make.a_participant(cast.north, name, languages=["so"], available=[4, 11])


def board(**query: Any) -> str:
    return reverse("matching:board", args=["north"], query=query or None)


def candidates(participant: Participant) -> str:
    return reverse("matching:candidates", args=["north", participant.pk])


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


def test_board_says_who_else_is_on_the_waiting_list(cast: Cast, browser: Client) -> None:
    """So that its number and that of the front page are never two truths."""
    supporter, waits = pair_up(cast, "Hodan")
    assert "The whole waiting list" not in text(browser.get(board()))
    make.a_participant(cast.north, "Unasked", consents=())
    page = text(browser.get(board()))
    assert "1 person more is on the waiting list: 1 has not said yes to a file yet." in page
    make.a_match(cast.north, supporter, waits, status=MatchStatus.PROPOSED)
    page = text(browser.get(board()))
    assert (
        "2 more are on the waiting list: 1 has a proposal or will be introduced; 1 has not said yes to a file yet."
        in page
    )
    assert f"{reverse('recruitment:participants', args=['north'])}?status=waiting" in page


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


def found(browser: Client) -> str:
    """The page with the best pairs, after the button was pressed."""
    answer = browser.post(board())
    assert answer.status_code == 302
    return text(browser.get(answer.headers["Location"]))


def test_board_shows_the_pairs_before_anything_is_proposed(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast, "Hodan")
    make.a_participant(cast.north, "Ifrah", languages=["ti"])
    page = found(browser)
    assert "1 pair found" in page
    assert supporter.person.full_name in page
    assert "Both speak Somali." in page
    assert "1 person stays on the waiting list" in page
    assert "no common language" in page
    assert "interpreter" in page
    assert f'value="{participant.pk}-{supporter.pk}"' in page
    assert not Match.objects.proposed().exists()
    assert PairingRun.objects.get().inputs


def test_board_says_which_of_the_found_pairs_are_proposed_meanwhile(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast, "Hodan")
    _other, second = pair_up(cast, "Ifrah")
    page = found(browser)
    run = PairingRun.objects.get()
    propose_pair(programme=cast.north, participant=participant, supporter=supporter, by=None, now=timezone.now())
    make.a_match(cast.north, None, second, status=MatchStatus.PROPOSED)
    page = text(browser.get(board(run=run.pk)))
    assert "proposed" in page
    assert "found somebody else" in page
    assert 'type="checkbox"' not in page
    assert "Next: who gets which message" not in page
    assert "have changed since this search" in page
    assert "Search again" in page


@pytest.mark.parametrize("size", [1, 3])
def test_board_shows_a_search_in_a_constant_number_of_queries(
    cast: Cast, browser: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _one in range(size):
        pair_up(cast)
        make.a_participant(cast.north, languages=["ti"])
    assert "have changed since this search" not in found(browser)
    with django_assert_num_queries(WALLS + RUN_QUERIES):
        browser.get(board(run=PairingRun.objects.get().pk))


def test_board_filters_by_language_and_kind(cast: Cast, browser: Client) -> None:
    pair_up(cast, "Hodan")
    make.a_participant(cast.north, "Ifrah", languages=["ti"], support_kind="group")
    assert "Ifrah" not in text(browser.get(board(language="so")))
    assert "Hodan" not in text(browser.get(board(kind="group")))
    assert "Nobody fits this filter" in text(browser.get(board(language="so", kind="group")))
    assert "Ifrah" in text(browser.get(board(language="ti", kind="group", show="nobody")))


def test_board_leaves_a_search_among_thousands_to_the_worker(
    cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.services.running.QUICK", 0)
    pair_up(cast, "Hodan")
    page = found(browser)
    run = PairingRun.objects.get()
    assert run.status == RunStatus.ASKED
    assert "Look again" in page
    run_search(run, now=timezone.now())
    assert "1 pair found" in text(browser.get(board(run=run.pk)))


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
    assert page.count('class="score-label"') == 5
    assert "6 peer supporters come into question" in page
    assert "Both speak Somali." in page
    assert "Only one free time suits both: Tuesday afternoon." in page
    assert "2 others do not come into question" in page
    assert "full: 1" in page
    assert "Show 1 more" in page
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
    assert 'class="score-label"' not in page


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


# -- Best for her, best for all ------------------------------------------------------------------------------------


def test_candidates_say_what_her_own_best_costs_the_others(cast: Cast, browser: Client) -> None:
    """The one who fits her best is the only one for somebody who waits 40 days longer, and has one place."""
    both = make.a_supporter(cast.north, "Olga", languages=["so", "ti"], available=[4, 11], max_matches=1)
    make.a_supporter(cast.north, "Safi", languages=["so"], available=[4], max_matches=1)
    hers = make.a_participant(cast.north, "Hodan", languages=["so"], available=[4, 11])
    longer = make.TODAY - timedelta(days=70)
    make.a_participant(cast.north, "Tirhas", languages=["ti"], available=[4, 11], registered_on=longer)
    page = text(browser.get(candidates(hers)))
    assert "The best pairs for everybody give her Safi Test" in page
    assert "Olga Test would fit her best" in page
    assert "1 person fewer among the others finds somebody" in page
    assert "Of the days that the others have waited, 70 fewer come to an end" in page
    assert "Then nobody is found for: Tirhas Test." in page
    assert f"pair={hers.pk}-{both.pk}" in page


def test_candidates_say_when_her_best_costs_nobody_anything(cast: Cast, browser: Client) -> None:
    _supporter, participant = pair_up(cast, "Hodan")
    assert "What is best for her is best for all" in text(browser.get(candidates(participant)))


def test_candidates_weigh_on_request_when_thousands_wait(
    cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.chosen.WEIGHED_AT_ONCE", 0)
    _supporter, participant = pair_up(cast, "Hodan")
    assert "What would her own best cost the others?" in text(browser.get(candidates(participant)))
    weighed = browser.get(candidates(participant), {"weigh": "1"})
    assert "What is best for her is best for all" in text(weighed)


def test_candidates_list_what_is_unknown_and_never_call_it_no(cast: Cast, browser: Client) -> None:
    supporter = make.a_supporter(cast.north, "Olga", languages=["so"])
    page = text(browser.get(candidates(make.a_participant(cast.north, "Hodan"))))
    assert supporter.person.full_name in page
    assert "Not known: languages, free times, postcode" in page
    assert "Not known yet: languages, free times, distance" in page
    assert "What is not known rules nobody out." in page


def test_candidates_of_somebody_without_a_yes_to_a_file_are_not_looked_for(cast: Cast, browser: Client) -> None:
    silent = make.a_participant(cast.north, "Hodan", consents=())
    page = text(browser.get(candidates(silent)))
    assert "She has not said yes to a file yet" in page
    assert reverse("recruitment:consents", args=["north", silent.person_id]) in page
    assert "Not on the waiting list" not in page
    assert "What is not known rules nobody out" not in page
    closed = text(browser.get(candidates(make.a_participant(cast.north, status=ParticipantStatus.CLOSED))))
    assert "Not on the waiting list" in closed
    assert "waiting 30 days" not in closed


def test_candidates_show_the_rest_on_request(cast: Cast, browser: Client) -> None:
    _supporter, participant = pair_up(cast, "Hodan")
    for _one in range(6):
        make.a_supporter(cast.north, languages=["so"], available=[4])
    page = text(browser.get(candidates(participant), {"more": "1"}))
    assert page.count('class="score-label"') == 5
    assert page.count('form="compare"') == 7


# -- The lists behind --------------------------------------------------------------------------------------------------


def test_excluded_is_the_list_behind_the_count(cast: Cast, browser: Client) -> None:
    _supporter, participant = pair_up(cast, "Hodan")
    make.a_supporter(cast.north, "Fulla", languages=["fr"], available=[4])
    page = text(browser.get(candidates(participant)))
    address = reverse("matching:excluded", args=["north", participant.pk], query={"code": "language"})
    assert address in page
    listed = text(browser.get(address))
    assert "Fulla Test" in listed
    assert "no common language" in listed
    assert "Nobody is left out for this reason now" in text(browser.get(address, {"code": "nonsense"}))


def test_week_puts_three_at_most_side_by_side(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast, "Hodan")
    others = [make.a_supporter(cast.north, f"Other{number}", available=[4, 20]) for number in range(3)]
    asked = [supporter.pk, *(one.pk for one in others)]
    page = text(browser.get(reverse("matching:week", args=["north", participant.pk]), {"with": asked}))
    assert "Only the first three that you ticked are shown." in page
    assert "Other2" not in page
    assert page.count("<span>both free</span>") == 2 + 1 + 1
    assert page.count("<span>free</span>") == 2 + 1 + 1  # hers, and Sunday evening of two
    assert "2 times in common, up to 8 hours a week" in page
    assert "1 time in common, up to 4 hours a week" in page


@pytest.mark.parametrize("size", [1, 3])
def test_excluded_and_week_take_a_constant_number_of_queries(
    cast: Cast, browser: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _supporter, participant = pair_up(cast, "Hodan")
    others = [make.a_supporter(cast.north, languages=["fr"], available=[4]).pk for _one in range(size)]
    with django_assert_num_queries(WALLS + EXCLUDED_QUERIES):
        browser.get(reverse("matching:excluded", args=["north", participant.pk]), {"code": "language"})
    with django_assert_num_queries(WALLS + WEEK_QUERIES):
        browser.get(reverse("matching:week", args=["north", participant.pk]), {"with": others})


def test_week_says_what_is_not_known(cast: Cast, browser: Client) -> None:
    participant = make.a_participant(cast.north, "Hodan")
    supporter = make.a_supporter(cast.north, available=[4])
    address = reverse("matching:week", args=["north", participant.pk])
    page = text(browser.get(address, {"with": supporter.pk}))
    assert "It is not known when the participant is free." in page
    assert "Common times are not known" in page
    assert "Nobody is ticked" in text(browser.get(address))
    elsewhere = make.a_supporter(cast.south, available=[4])
    assert "Nobody is ticked" in text(browser.get(address, {"with": elsewhere.pk}))
