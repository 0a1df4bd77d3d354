"""Sessions to come: planned once, seen by those they are for, cancelled, and written down from what was planned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from peerhub.lib.errors import Refused
from peerhub.lib.moments import moment
from supervision.models import PlannedSession
from supervision.services import cancel_session, plan_session, record_session
from tests import factories as make
from tests.cast import Cast
from tests.sight import WALLS

Login = Callable[..., Client]


def plan(cast: Cast, now: datetime, **fields: Any) -> PlannedSession:
    """Dan and Ben are to sit together in two days."""
    usual: dict[str, Any] = {"kind": "one_to_one", "minutes": 45, "place": "the library"}
    usual |= {"starts_at": now + timedelta(days=2), "supporters": [cast.ben_supporter]}
    return plan_session(programme=cast.north, by=cast.dan, now=now, **{**usual, **fields})


def me(cast: Cast, login: Login, who: Any = None) -> str:
    return login(who or cast.ben).get(reverse("home:me", args=["north"])).content.decode()


def test_the_one_it_is_for_reads_when_where_and_by_which_link(cast: Cast, login: Login, now: datetime) -> None:
    assert "Nothing is planned yet" in me(cast, login)
    later = plan(cast, now, starts_at=now + timedelta(days=9))
    first = plan(cast, now, place=" The Corner House ", link="https://meet.example.org/abc")
    text = me(cast, login)
    assert moment(first.starts_at, cast.north.timezone) in text
    assert "The Corner House" in text
    assert 'href="https://meet.example.org/abc"' in text
    cancel_session(first, by=cast.dan, now=now)
    assert moment(later.starts_at, cast.north.timezone) in me(cast, login)


def test_it_is_nobody_elses(cast: Cast, login: Login, now: datetime) -> None:
    olga = make.a_supporter(cast.north, "Olga", login=True)
    mine = plan(cast, now)
    assert "the library" not in me(cast, login, olga.person.user)
    assert not PlannedSession.objects.visible_to(cast.zoe).exists()
    cancel = reverse("supervision:session_cancel", args=["north", mine.pk])
    assert [login(who).post(cancel).status_code for who in (cast.zoe, cast.ben, cast.eva)] == [404, 403, 403]
    mine.refresh_from_db()
    assert mine.cancelled_at is None


def test_wrong_plans_are_refused_and_nothing_is_planned_twice(cast: Cast, now: datetime) -> None:
    stranger, second = make.a_supporter(cast.south), make.a_supporter(cast.north)
    wrongs: tuple[dict[str, Any], ...] = (
        {"starts_at": now - timedelta(minutes=1)}, {"supporters": []}, {"supporters": [stranger]},
        {"supporters": [cast.ben_supporter, second]}, {"place": " "}, {"place": "", "link": "http://open.example.org"},
    )  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(Refused):
            plan(cast, now, **wrong)
    session = plan(cast, now)
    with pytest.raises(Refused, match="at that moment already"):
        plan(cast, now)
    cancel_session(session, by=cast.dan, now=now)
    with pytest.raises(Refused, match="cancelled before"):
        cancel_session(session, by=cast.dan, now=now)
    plan(cast, now, kind="intervision", supporters=[cast.ben_supporter, second])
    assert PlannedSession.objects.count() == 2
    with pytest.raises(IntegrityError, match="planned_session_somewhere"), transaction.atomic():
        PlannedSession.objects.update(place="", link="")


def test_page_plans_cancels_and_hands_on_to_the_one_that_was_held(cast: Cast, login: Login, now: datetime) -> None:
    dan, sessions = login(cast.dan), reverse("supervision:sessions", args=["north"])
    day = make.TODAY + timedelta(days=1)
    fields = {"kind": "intervision", "day": day, "time": "14:30", "minutes": 90, "place": "",
              "supporters": [cast.ben_supporter.pk]}  # fmt: skip
    address = reverse("supervision:session_plan", args=["north"])
    assert "Say where you meet" in dan.post(address, fields).content.decode()
    assert dan.post(address, {**fields, "link": "meet.example.org/x"}).status_code == 302
    session = PlannedSession.objects.get()
    assert (session.link, session.place) == ("https://meet.example.org/x", "")
    assert "14:30" in moment(session.starts_at, cast.north.timezone)
    assert moment(session.starts_at, cast.north.timezone) in dan.get(sessions).content.decode()
    form = dan.get(reverse("supervision:session_new", args=["north"]), {"planned": session.pk}).context["form"]
    assert (form["kind"].value(), form["minutes"].value()) == ("intervision", 90)
    assert form["supporters"].value() == [cast.ben_supporter.pk]
    assert form["held_on"].value() == make.TODAY  # it has not been held yet: a day that has come is offered
    dan.post(reverse("supervision:session_cancel", args=["north", session.pk]))
    assert "Nothing is planned" in dan.get(sessions).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_one_as_for_three(
    cast: Cast, login: Login, now: datetime, rows: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for number in range(rows):
        plan(cast, now, starts_at=now + timedelta(days=1 + number))
    dan, sessions = login(cast.dan), reverse("supervision:sessions", args=["north"])
    dan.get(sessions)
    with django_assert_num_queries(WALLS + 11):  # type: ignore[attr-defined]  # a context manager
        assert dan.get(sessions).content.decode().count("Cancel it") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_me_asks_as_often_for_one_as_for_three(
    cast: Cast, login: Login, now: datetime, rows: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for number in range(rows):
        plan(cast, now, starts_at=now + timedelta(days=1 + number))
    ben, address = login(cast.ben), reverse("home:me", args=["north"])
    ben.get(address)
    with django_assert_num_queries(WALLS + 11):  # type: ignore[attr-defined]  # a context manager
        assert "My next supervision" in ben.get(address).content.decode()


@pytest.mark.parametrize(("minutes_ago", "on_the_phone"), [(179, True), (181, False)])
def test_a_session_of_three_hours_is_shown_for_three_hours(
    cast: Cast, login: Login, now: datetime, minutes_ago: int, on_the_phone: bool
) -> None:
    began = now - timedelta(minutes=minutes_ago)
    plan(cast, began - timedelta(days=1), starts_at=began, minutes=180)
    assert PlannedSession.objects.visible_to(cast.ben).to_come(now).exists() is on_the_phone
    assert ("the library" in me(cast, login)) is on_the_phone


def test_one_that_is_over_is_asked_about_until_it_is_settled(cast: Cast, login: Login, now: datetime) -> None:
    began = now - timedelta(days=2)
    session = plan(cast, began - timedelta(days=1), starts_at=began)
    plan(cast, began - timedelta(days=30), starts_at=now - timedelta(days=15))
    dan, sessions = login(cast.dan), reverse("supervision:sessions", args=["north"])
    text = dan.get(sessions).content.decode()
    assert (text.count("was it held?"), text.count("Cancel it")) == (1, 1)
    sheet = f"{reverse('supervision:session_new', args=['north'])}?planned={session.pk}"
    form = dan.get(sheet).context["form"]
    filled = {name: form[name].value() or "" for name in form.fields}
    assert filled["planned"] == session.pk
    assert dan.post(sheet, filled).headers["Location"] == sessions
    text = dan.get(sessions).content.decode()
    assert "was it held?" not in text
    assert "Nothing is planned" in text
    session.refresh_from_db()
    assert session.recorded_at is not None
    with pytest.raises(Refused, match="written down before"):
        cancel_session(session, by=cast.dan, now=now)


def test_a_session_of_another_programme_is_not_settled(cast: Cast, login: Login, now: datetime) -> None:
    theirs = plan_session(
        programme=cast.south, kind="one_to_one", starts_at=now + timedelta(days=1), minutes=60, place="there",
        supporters=[make.a_supporter(cast.south)], by=cast.zoe, now=now,
    )  # fmt: skip
    fields = {"kind": "one_to_one", "held_on": make.TODAY, "minutes": 60, "supporters": [cast.ben_supporter.pk]}
    address = reverse("supervision:session_new", args=["north"])
    assert login(cast.dan).post(address, {**fields, "planned": theirs.pk}).status_code == 200
    common: dict[str, Any] = {"programme": cast.north, "by": cast.dan, "now": now, "agreements": ""}
    session = {**fields, "supporters": [cast.ben_supporter]}
    record_session(**session, **common, planned=theirs)
    theirs.refresh_from_db()
    assert theirs.recorded_at is None


@pytest.mark.parametrize("strange", ["²", "x", "9" * 30, ""])
def test_a_strange_number_in_the_address_breaks_nothing(cast: Cast, login: Login, strange: str) -> None:
    address = reverse("supervision:session_new", args=["north"])
    for name in ("planned", "supporter"):
        assert login(cast.dan).get(address, {name: strange}).status_code == 200
