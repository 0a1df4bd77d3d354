"""Where the front door leads, and the page about oneself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from matching.choices import MatchStatus
from matching.models import Match
from peerhub.people.models import User
from programmes.choices import Role
from programmes.models import Membership
from tests import factories as make
from tests.cast import Cast

Login = Callable[..., Client]


def test_strangers_log_in_first(cast: Cast, login: Login) -> None:
    assert login(None).get(reverse("home:index")).headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("who", "page"), [("amina", "home:overview"), ("eva", "home:overview"), ("ben", "matching:today")]
)
def test_one_programme_is_entered_at_once(cast: Cast, login: Login, who: str, page: str) -> None:
    assert login(getattr(cast, who)).get("/").headers["Location"] == reverse(page, args=["north"])


def test_of_several_programmes_one_is_chosen(cast: Cast, login: Login) -> None:
    person = make.a_person(cast.south, "Ben", user=cast.user(cast.ben))
    Membership.objects.create(programme=cast.south, person=person, role=Role.TRAINER, starts_on=make.TODAY)
    doors = login(cast.ben).get("/").context["doors"]
    assert [(door.name, door.roles, door.url) for door in doors] == [
        ("North", "peer supporter", reverse("matching:today", args=["north"])),
        ("South", "trainer", reverse("home:overview", args=["south"])),
    ]


def test_without_a_role_a_sentence_says_what_to_do(cast: Cast, login: Login) -> None:
    Membership.objects.filter(person_id=cast.dan.person_id).update(ends_on=make.TODAY)
    assert "Ask your coordinator" in login(cast.dan).get("/").content.decode()
    assert login(cast.dan).get(reverse("home:me", args=["north"])).status_code == 404


def test_administrators_are_led_to_the_administration(cast: Cast, login: Login) -> None:
    assert reverse("admin:index") in login(cast.rania).get("/").content.decode()


def test_gallery_is_for_administrators(cast: Cast, login: Login) -> None:
    assert login(cast.rania).get(reverse("home:gallery")).status_code == 200
    assert login(cast.amina).get(reverse("home:gallery")).status_code == 403


def test_server_says_it_lives(db: None, django_assert_num_queries: Callable[[int], object]) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]  # a context manager
        answer = Client().get("/health/live")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_me_shows_my_contact_person_and_month(cast: Cast, login: Login) -> None:
    make.a_visit(cast.match, make.TODAY, minutes=90)
    make.a_visit(cast.match, make.TODAY - timedelta(days=1), "missed")
    Match.objects.update(
        status=MatchStatus.CLOSED, ended_on=make.TODAY, end_reason="moved", no_talk_reason="x", next_due_on=None
    )
    page = login(cast.ben).get(reverse("home:me", args=["north"]))
    month = page.context["month"]
    first = make.TODAY.replace(day=1)
    also = make.TODAY - timedelta(days=28) >= first
    assert (month.visits, month.minutes) == (1 + also, 90 + 60 * also)
    assert page.context["contact"].first_name == "Dan"
    text = page.content.decode()
    for name in ("account_change_password", "mfa_index", "usersessions_list", "account_logout"):
        assert reverse(name) in text
    assert "Dutch, Arabic" in text
    assert "bottom-bar" in text


def test_without_supervisor_the_coordinator_is_the_contact(cast: Cast, login: Login) -> None:
    Membership.objects.filter(person_id=cast.dan.person_id).update(ends_on=make.TODAY)
    assert login(cast.ben).get(reverse("home:me", args=["north"])).context["contact"].first_name == "Amina"


def test_me_of_the_team_keeps_the_rail(cast: Cast, login: Login) -> None:
    page = login(cast.eva).get(reverse("home:me", args=["north"])).content.decode()
    assert 'id="rail"' in page
    assert "This month" not in page


def test_me_of_another_programme_is_not_there(cast: Cast, login: Login) -> None:
    assert login(cast.zoe).get(reverse("home:me", args=["north"])).status_code == 404
    assert isinstance(cast.rania, User)
    assert login(cast.rania).get(reverse("home:me", args=["north"])).status_code == 404
