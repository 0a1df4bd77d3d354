from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from peerhub.lib.errors import Refused
from peerhub.people.models import Person
from recruitment.choices import ApplicationStatus, DeclineReason, SupporterStatus
from recruitment.models import Application, PeerSupporter, SelectionMeeting
from recruitment.services import decide_application, hold_meeting, submit_application, withdraw_application
from tests import factories as make
from tests.cast import Cast
from tests.finding import query_of
from tests.sight import WALLS

Login = Callable[..., Client]
YESTERDAY = make.TODAY - timedelta(days=1)


def address(name: str, *args: object) -> str:
    return reverse(f"recruitment:{name}", args=["north", *args])


def met_twice(cast: Cast, now: datetime) -> Application:
    """An application that waits for its decision."""
    row = make.an_application(cast.north, "Fatima")
    hold_meeting(row, held_on=YESTERDAY, summary="first", by=cast.amina, now=now)
    hold_meeting(row, held_on=make.TODAY, summary="second", by=cast.amina, now=now)
    return row


def test_list_with_its_chips(cast: Cast, login: Login) -> None:
    make.an_application(cast.north, "Fatima")
    make.an_application(cast.north, "Gus", status="declined", decline_reason="skills", decided_on=make.TODAY)
    client = login(cast.amina)
    assert _names(client, "?status=open") == ["Fatima"]
    assert _names(client, "?status=declined") == ["Gus"]
    assert _names(client, "?status=accepted") == []
    assert sorted(_names(client, "")) == ["Fatima", "Gus"]
    assert _names(client, query_of(client, address("applications"), "fat")) == ["Fatima"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_often_for_three_as_for_one(
    cast: Cast, login: Login, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows):
        make.an_application(cast.north, person=make.a_person(cast.north, postcode="4331"))
    client = login(cast.amina)
    with django_assert_num_queries(WALLS + 10):
        client.get(address("applications"))


def test_a_coordinator_writes_an_application_down(cast: Cast, login: Login) -> None:
    typed = {"first_name": "Fatima", "submitted_on": YESTERDAY.isoformat(), "channel": "self", "hours_per_week": "8"}
    client = login(cast.amina)
    wrong = client.post(address("application_new"), {**typed, "hours_per_week": "80", "languages": ["so"]})
    assert "hours_per_week" in wrong.context["form"].errors
    assert 'value="so" id="id_languages_8" checked' in wrong.content.decode()
    response = client.post(address("application_new"), typed)
    assert response.url == address("application", Application.objects.get().pk)


def test_the_whole_way_on_its_page(cast: Cast, login: Login) -> None:
    row = make.an_application(cast.north, "Fatima")
    client, url = login(cast.amina), address("application", row.pk)
    assert "Next: the first meeting" in client.get(url).content.decode()
    client.post(url, {"deed": "meeting", "held_on": YESTERDAY.isoformat(), "summary": "kind"})
    same_day = client.post(url, {"deed": "meeting", "held_on": YESTERDAY.isoformat(), "summary": "kept words"})
    assert "on another day than the first" in same_day.content.decode()
    assert "kept words" in same_day.content.decode()
    client.post(url, {"deed": "meeting", "held_on": make.TODAY.isoformat(), "summary": "sure"})
    assert "Accept for training" in client.get(url).content.decode()
    client.post(url, {"deed": "accept"})
    row.refresh_from_db()
    assert row.status == ApplicationStatus.ACCEPTED
    assert PeerSupporter.objects.get(person=row.person).status == SupporterStatus.IN_TRAINING
    assert "Accept for training" not in client.get(url).content.decode()


def test_decline_asks_for_a_reason_and_withdraw_does_not(cast: Cast, login: Login) -> None:
    row, other = make.an_application(cast.north, "Fatima"), make.an_application(cast.north, "Gus")
    client, url = login(cast.amina), address("application", row.pk)
    page = client.post(url, {"deed": "decline", "decline_reason": "", "note": "kept words"}).content.decode()
    assert "Say why the application is not accepted." in page
    assert page.count('class="error-summary"') == 1
    assert "kept words" in page
    client.post(url, {"deed": "decline", "decline_reason": "commitment", "note": "too busy now"})
    client.post(address("application", other.pk), {"deed": "withdraw"})
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.status, row.decline_reason, other.status) == ("declined", "commitment", "withdrawn")


def test_an_unknown_button_changes_nothing(cast: Cast, login: Login) -> None:
    row = make.an_application(cast.north)
    assert login(cast.amina).post(address("application", row.pk), {"deed": "nonsense"}).status_code == 200


def test_who_may_read_and_who_may_decide(cast: Cast, login: Login) -> None:
    row = make.an_application(cast.north, "Fatima")
    url = address("application", row.pk)
    reading = login(cast.dan).get(url)
    assert reading.status_code == 200
    assert "Next: the first meeting" not in reading.content.decode()
    assert login(cast.dan).post(url, {"deed": "withdraw"}).status_code == 403
    row.refresh_from_db()
    assert row.status == ApplicationStatus.SUBMITTED


@pytest.mark.parametrize("name", ["applications", "application", "application_new"])
def test_strangers_and_peer_supporters_stay_outside(cast: Cast, login: Login, name: str) -> None:
    args = [make.an_application(cast.north).pk] if name == "application" else []
    assert login(cast.zoe).get(address(name, *args)).status_code == 404
    assert login(cast.ben).get(address(name, *args)).status_code == 403


# -- The deeds ------------------------------------------------------------------------------------------------------


def test_submit_application_twice_is_refused(cast: Cast, now: datetime) -> None:
    fields = {"first_name": "Fatima", "last_name": "A", "email": "f@example.org"}
    submit_application(programme=cast.north, person_fields=fields, submitted_on=make.TODAY, by=cast.amina, now=now)
    with pytest.raises(Refused, match="already has an open application"):
        submit_application(programme=cast.north, person_fields=fields, submitted_on=make.TODAY, by=cast.amina, now=now)
    assert Person.objects.filter(first_name="Fatima").count() == 1


def test_third_meeting_is_refused(cast: Cast, now: datetime) -> None:
    row = met_twice(cast, now)
    with pytest.raises(Refused):
        hold_meeting(row, held_on=make.TODAY, summary="", by=cast.amina, now=now)
    assert SelectionMeeting.objects.filter(application=row).count() == 2


@pytest.mark.parametrize(("days", "sentence"), [(1, "has not come yet"), (-30, "comes after the application")])
def test_meeting_on_an_impossible_day_is_refused(cast: Cast, now: datetime, days: int, sentence: str) -> None:
    row = make.an_application(cast.north)
    with pytest.raises(Refused, match=sentence):
        hold_meeting(row, held_on=make.TODAY + timedelta(days=days), summary="", by=cast.amina, now=now)
    row.refresh_from_db()
    assert row.status == ApplicationStatus.SUBMITTED


def test_second_meeting_on_the_same_day_changes_nothing(cast: Cast, now: datetime) -> None:
    row = make.an_application(cast.north)
    hold_meeting(row, held_on=YESTERDAY, summary="", by=cast.amina, now=now)
    with pytest.raises(Refused, match="another day"):
        hold_meeting(row, held_on=YESTERDAY, summary="", by=cast.amina, now=now)
    row.refresh_from_db()
    assert row.status == ApplicationStatus.MEETING_1


def test_accept_before_two_meetings_is_refused(cast: Cast, now: datetime) -> None:
    row = make.an_application(cast.north)
    with pytest.raises(Refused, match="Two meetings"):
        decide_application(row, accepted=True, by=cast.amina, now=now)


def test_accept_twice_is_refused(cast: Cast, now: datetime) -> None:
    row = met_twice(cast, now)
    decide_application(row, accepted=True, by=cast.amina, now=now)
    with pytest.raises(Refused):
        decide_application(row, accepted=True, by=cast.amina, now=now)
    assert PeerSupporter.objects.filter(person=row.person).count() == 1


def test_decline_without_reason_and_twice_is_refused(cast: Cast, now: datetime) -> None:
    row = make.an_application(cast.north)
    with pytest.raises(Refused, match="Say why"):
        decide_application(row, accepted=False, by=cast.amina, now=now)
    decide_application(row, accepted=False, decline_reason=DeclineReason.SKILLS, by=cast.amina, now=now)
    with pytest.raises(Refused):
        decide_application(row, accepted=False, decline_reason=DeclineReason.SKILLS, by=cast.amina, now=now)


def test_withdraw_twice_or_after_the_decision_is_refused(cast: Cast, now: datetime) -> None:
    row, decided = make.an_application(cast.north), met_twice(cast, now)
    withdraw_application(row, by=cast.amina, now=now)
    decide_application(decided, accepted=True, by=cast.amina, now=now)
    for one in (row, decided):
        with pytest.raises(Refused):
            withdraw_application(one, by=cast.amina, now=now)


def _names(client: Client, filters: str) -> list[str]:
    response = client.get(address("applications") + filters)
    return [row.person.first_name for row in response.context["rows"]]
