"""The second step: exactly who receives which message; then each pair by itself, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from matching.choices import MatchStatus
from matching.models import Match
from matching.services.proposing import asking_letter
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice, Reach
from peerhub.notices.services import preview
from recruitment.choices import SupporterStatus
from recruitment.models import Participant, PeerSupporter
from tests import factories as make
from tests.cast import Cast
from tests.sight import WALLS

pytestmark = pytest.mark.django_db
Login = Callable[[Any], Client]
STEP_QUERIES = 7
HOURS = {"timezone": "Europe/Amsterdam"}


@pytest.fixture
def browser(cast: Cast, login: Login) -> Client:
    """Amina's."""
    return login(cast.amina)


def pair_up(cast: Cast, name: str = "", **fields: Any) -> tuple[PeerSupporter, Participant]:
    supporter = make.a_supporter(cast.north, name, languages=["so"], available=[4, 11], **fields)
    return supporter, make.a_participant(cast.north, languages=["so"], available=[4, 11])


def step(*pairs: tuple[PeerSupporter, Participant], slug: str = "north") -> str:
    asked = [("pair", f"{participant.pk}-{supporter.pk}") for supporter, participant in pairs]
    return reverse("matching:propose", args=[slug], query=asked or None)


def confirm(browser: Client, *pairs: tuple[PeerSupporter, Participant]) -> Any:
    asked = [f"{participant.pk}-{supporter.pk}" for supporter, participant in pairs]
    return browser.post(reverse("matching:propose", args=["north"]), {"pair": asked})


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


# -- What would be sent ----------------------------------------------------------------------------------------------


def test_it_shows_the_message_and_sends_nothing(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast, "Olga")
    page = text(browser.get(step((supporter, participant))))
    assert "1 message goes out" in page
    assert f"by e-mail to {supporter.person.email}" in page
    assert "at once" in page
    assert "Would you like to support somebody?" in page
    assert "The participant hears nothing before the peer supporter says yes" in page
    assert participant.person.full_name in page
    assert not Match.objects.proposed().exists()
    assert not Notice.objects.filter(kind=Kind.PROPOSAL).exists()


def test_what_was_shown_is_what_is_written(cast: Cast, browser: Client, now: datetime) -> None:
    supporter, participant = pair_up(cast)
    shown = asking_letter(supporter.person, cast.north, today=make.TODAY, now=now)
    confirm(browser, (supporter, participant))
    written = Notice.objects.get(kind=Kind.PROPOSAL)
    assert preview(shown, now=now).letter.subject == preview(written, now=now).letter.subject
    assert preview(shown, now=now).letter.text == preview(written, now=now).letter.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"digest_at": time(18, 0)}, "in the letter of the day, by e-mail to"),
        ({"quiet_from": time(0, 0), "quiet_until": time(23, 59)}, "23:59"),
        ({"no_email": True}, "no way to reach her that is allowed and set up"),
    ],
)
def test_it_keeps_to_her_wishes(cast: Cast, browser: Client, fields: dict[str, Any], words: str) -> None:
    supporter, participant = pair_up(cast)
    Reach.objects.create(programme_id=cast.north.pk, person=supporter.person, **HOURS, **fields)
    assert words in text(browser.get(step((supporter, participant))))


@pytest.mark.parametrize("size", [1, 3])
def test_propose_takes_a_constant_number_of_queries(
    cast: Cast, browser: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pairs = [pair_up(cast) for _one in range(size)]
    with django_assert_num_queries(WALLS + STEP_QUERIES):
        browser.get(step(*pairs))


# -- Confirmed -------------------------------------------------------------------------------------------------------


def test_confirmed_all_are_made_and_a_second_click_makes_nothing(cast: Cast, browser: Client) -> None:
    pairs = [pair_up(cast), pair_up(cast)]
    answer = confirm(browser, *pairs)
    assert answer.headers["Location"] == reverse("matching:board", args=["north"])
    assert "2 proposals are made." in text(browser.get(answer.headers["Location"]))
    again = text(confirm(browser, *pairs))
    assert again.count("This proposal is made already") == 2
    assert Match.objects.proposed().count() == 2
    assert Notice.objects.filter(kind=Kind.PROPOSAL).count() == 2


def test_what_somebody_else_did_meanwhile_is_said_pair_by_pair(cast: Cast, browser: Client) -> None:
    first, second = pair_up(cast), pair_up(cast)
    make.a_match(cast.north, None, second[1], status=MatchStatus.PROPOSED)
    page = text(confirm(browser, first, second))
    assert "1 proposal is made; the others are not" in page
    assert "has a match or an open proposal already" in page
    assert Match.objects.proposed().filter(participant=first[1], supporter=first[0]).exists()


def test_somebody_who_pauses_is_not_asked(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast)
    PeerSupporter.objects.filter(pk=supporter.pk).update(status=SupporterStatus.PAUSED)
    assert "is not active now" in text(confirm(browser, (supporter, participant)))
    assert not Match.objects.proposed().exists()


def test_nothing_ticked_is_said_and_nothing_is_made(cast: Cast, browser: Client) -> None:
    page = browser.get(step(), follow=True)
    assert "Tick at least one pair." in text(page)
    junk = browser.get(reverse("matching:propose", args=["north"], query={"pair": "x-y"}), follow=True)
    assert "Tick at least one pair." in text(junk)


# -- Walls -----------------------------------------------------------------------------------------------------------


def test_people_of_another_programme_are_not_there(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast)
    elsewhere = make.a_supporter(cast.south)
    assert browser.get(step((elsewhere, participant))).status_code == 404
    assert confirm(browser, (elsewhere, participant)).status_code == 404
    assert browser.get(step((supporter, make.a_participant(cast.south)))).status_code == 404


@pytest.mark.parametrize("who", ["ben", "dan", "eva", "tess", "paul", "stef"])
def test_propose_is_for_those_who_propose(cast: Cast, login: Login, who: str) -> None:
    pair = pair_up(cast)
    browser = login(getattr(cast, who))
    assert browser.get(step(pair)).status_code == 403
    assert confirm(browser, pair).status_code == 403
    assert not Match.objects.proposed().exists()
