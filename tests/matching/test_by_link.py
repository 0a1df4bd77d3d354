"""The participant answers and confirms on her own phone, by a link that works once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from django.test import Client

from matching import services
from matching.choices import Explained, MatchStatus
from matching.models import Agreement, Match
from matching.sending import link_for, picture_of
from matching.services.answering import NAME_QUESTION
from peerhub.lib.errors import Refused
from peerhub.people.models import Link, StateChange
from tests import factories as make
from tests.cast import Cast

ANSWER, AGREE = "/p/north/with-link/answer/", "/p/north/with-link/agreement/"


@pytest.fixture
def match(cast: Cast) -> Match:
    """Ben is asked about Anna."""
    anna = make.a_participant(cast.north, "Anna", languages=["ar"], available=[4])
    return make.a_match(cast.north, cast.ben_supporter, anna, status=MatchStatus.PROPOSED)


@pytest.fixture
def phone() -> Client:
    """Anna's phone."""
    return Client()


def read(match: Match) -> int:
    """Which agreement stands on the page."""
    return Agreement.objects.get(match=match).pk


def opened(phone: Client, match: Match, cast: Cast, now: datetime) -> str:
    """Anna opens the link that Amina made; where it leads to."""
    path = urlsplit(link_for(match, by=cast.amina, now=now)["address"]).path
    return phone.post(path).headers["Location"]


def test_yes_on_her_own_phone(match: Match, phone: Client, cast: Cast, now: datetime) -> None:
    assert opened(phone, match, cast, now) == ANSWER
    asked = phone.get(ANSWER).content.decode()
    assert "Speaks Arabic, as you do." in asked
    assert "Ben" not in asked
    assert "Thank you" in phone.post(ANSWER, {"yes": "1"}, follow=True).content.decode()
    match.refresh_from_db()
    assert match.participant_accepted_on == make.TODAY
    said = StateChange.objects.of(match).get(after="participant_yes")
    assert said.by_id == match.participant_person_id
    assert said.reason == f"She read it on her own phone: “{NAME_QUESTION}”"
    assert str(NAME_QUESTION) in asked, "the words that were shown are the words that are kept"
    phone.post(ANSWER, {"no": ""})  # it is used up
    match.refresh_from_db()
    assert match.status == MatchStatus.PROPOSED


def test_no_is_two_taps_and_the_reason_is_hers_to_give(match: Match, phone: Client, cast: Cast, now: datetime) -> None:
    opened(phone, match, cast, now)
    assert "I do not want to say" in phone.get(f"{ANSWER}?why=1").content.decode()
    assert "That is fine" in phone.post(ANSWER, {"no": "too_far"}, follow=True).content.decode()
    match.refresh_from_db()
    assert (match.status, match.declined_by, match.decline_code) == ("declined", "participant", "too_far")


def test_thinking_leaves_the_link_open(match: Match, phone: Client, cast: Cast, now: datetime) -> None:
    opened(phone, match, cast, now)
    phone.post(ANSWER, {"think": "1"})
    assert "Take your time" in phone.get(ANSWER).content.decode()
    phone.post(ANSWER, {"yes": "1"})
    match.refresh_from_db()
    assert (match.participant_accepted_on, match.thinking_on) == (make.TODAY, None)


def test_a_new_link_ends_the_one_before(match: Match, phone: Client, cast: Cast, now: datetime) -> None:
    first = urlsplit(link_for(match, by=cast.amina, now=now)["address"]).path
    opened(Client(), match, cast, now)
    assert phone.post(first).status_code == 404
    assert Link.objects.usable(now).count() == 1


def test_a_no_by_telephone_ends_the_link(match: Match, phone: Client, cast: Cast, now: datetime) -> None:
    path = urlsplit(link_for(match, by=cast.amina, now=now)["address"]).path
    services.decline_match(match, by=cast.amina, now=now, side="participant")
    assert phone.post(path).status_code == 404
    with pytest.raises(Refused, match="nothing to answer"):
        link_for(match, by=cast.amina, now=now)


def test_she_confirms_the_agreement(
    match: Match, phone: Client, cast: Cast, now: datetime, login: Callable[..., Client]
) -> None:
    services.accept_match(match, by=cast.ben, now=now)
    services.accept_for_participant(match, by=cast.amina, now=now)
    services.introduce_match(match, introduced_on=make.TODAY, by=cast.amina, now=now)
    services.explain_to_participant(match, explained=Explained.values, by=cast.amina, now=now)
    services.write_agreement(
        match, goals=[("work", "a job of my own")], first_visit_on=make.TODAY, by=cast.amina, now=now
    )
    ben = login(cast.ben)
    assert "a job of my own" in ben.get(f"/p/north/matches/{match.pk}/agreement/").content.decode()
    ben.post(f"/p/north/matches/{match.pk}/agreement/", {"confirm": "supporter", "read": read(match)})
    assert opened(phone, match, cast, now) == AGREE
    assert "Secrecy ends" in phone.get(AGREE).content.decode()
    assert "You confirmed" in phone.post(AGREE, {"read": read(match)}, follow=True).content.decode()
    match.refresh_from_db()
    assert (match.status, match.agreement.participant_way, match.agreement.supporter_way) == (
        "agreed",
        "link",
        "portal",
    )


def test_nobody_confirms_what_was_written_anew_meanwhile(
    match: Match, phone: Client, cast: Cast, now: datetime, login: Callable[..., Client]
) -> None:
    services.accept_match(match, by=cast.ben, now=now)
    services.accept_for_participant(match, by=cast.amina, now=now)
    services.introduce_match(match, introduced_on=make.TODAY, by=cast.amina, now=now)
    services.explain_to_participant(match, explained=Explained.values, by=cast.amina, now=now)
    services.write_agreement(match, goals=[("work", "a job")], first_visit_on=make.TODAY, by=cast.amina, now=now)
    before = read(match)
    opened(phone, match, cast, now)
    services.write_agreement(match, goals=[("work", "another job")], first_visit_on=make.TODAY, by=cast.amina, now=now)
    for browser, url, data in (
        (phone, AGREE, {}),
        (login(cast.ben), f"/p/north/matches/{match.pk}/agreement/", {"confirm": "supporter"}),
        (login(cast.amina), f"/p/north/matches/{match.pk}/sign/", {}),
    ):
        browser.post(url, {**data, "read": before})
    agreement = Agreement.objects.get(match=match)
    assert (agreement.supporter_confirmed_at, agreement.participant_confirmed_at) == (None, None)
    assert "another job" in phone.get(AGREE).content.decode()  # and the link is not used up


def test_the_address_is_shown_once_and_as_a_picture(match: Match, cast: Cast, login: Callable[..., Client]) -> None:
    amina = login(cast.amina)
    page = amina.post(f"/p/north/matches/{match.pk}/link/").content.decode()
    assert "/l/" in page or "http" in page
    assert "data:image/svg+xml;base64," in page
    assert picture_of("https://a.example/1") != picture_of("https://a.example/2")
    assert amina.get(f"/p/north/matches/{match.pk}/link/").status_code == 405
