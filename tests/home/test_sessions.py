"""How long a log-in lasts: limits by role, on the server's clock, and a calm way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from peerhub.home.sessions import kind_of
from programmes.choices import Role
from programmes.models import Membership
from tests import factories as make
from tests.cast import Cast
from tests.second_steps import code_of, give_app, prove
from tests.test_settings import started_with

Login = Callable[..., Client]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEGAN = datetime.combine(make.TODAY, time(8), UTC)
ME = "/p/north/me/"
STAY = reverse("home:stay")
AWAY, LONG = "You were away for a while", "You were logged in for a long time"


def at(moment: timedelta) -> Any:
    """So long after the log-in."""
    return time_machine.travel(BEGAN + moment, tick=False)


def status(client: Client, moment: timedelta, url: str = ME) -> int:
    with at(moment):
        return client.get(url).status_code


def kind(client: Client, moment: timedelta) -> str:
    """Whose limits the session has. Read on its own clock: by the real one it may be over."""
    with at(moment):
        return str(client.session["kind"])


def entered(login: Login, who: Any) -> Client:
    with at(timedelta()):
        return login(who)


@pytest.mark.parametrize(
    ("who", "idle", "url"),
    [
        ("amina", 30 * MINUTE, ME),
        ("dan", 30 * MINUTE, ME),
        ("eva", 30 * MINUTE, ME),
        ("paul", 30 * MINUTE, ME),
        ("stef", 30 * MINUTE, ME),
        ("tess", 30 * MINUTE, ME),
        ("rania", 30 * MINUTE, "/gallery/"),
        ("ben", 12 * HOUR, ME),
    ],
)
def test_it_ends_after_a_while_without_a_sign_of_life(
    cast: Cast, login: Login, who: str, idle: timedelta, url: str
) -> None:
    client = entered(login, getattr(cast, who))
    late, key = idle - MINUTE, client.session.session_key
    assert status(client, late, url) == 200
    assert status(client, 2 * late, url) == 200  # counted from the last sign of life
    assert status(client, 2 * late + idle, url) == 302
    assert not Session.objects.filter(session_key=key).exists()  # what there is now belongs to nobody


@pytest.mark.parametrize(("who", "step", "whole"), [("amina", 20 * MINUTE, 12 * HOUR), ("ben", 8 * HOUR, 14 * DAY)])
def test_it_ends_at_last_however_busy(cast: Cast, login: Login, who: str, step: timedelta, whole: timedelta) -> None:
    client, moment = entered(login, getattr(cast, who)), step
    while moment < whole:
        assert status(client, moment) == 200, moment
        moment += step
    with at(whole):
        said = client.get(ME, follow=True)
    assert said.redirect_chain == [(f"{reverse('account_login')}?next={ME}", 302)]
    assert LONG in said.content.decode()


def test_a_calm_sentence_and_the_way_back(cast: Cast, login: Login) -> None:
    client = entered(login, cast.amina)
    with at(31 * MINUTE):
        said = client.get("/p/north/participants/?status=waiting", follow=True)
        assert said.redirect_chain[0][0] == "/accounts/login/?next=/p/north/participants/%3Fstatus%3Dwaiting"
        assert AWAY in said.content.decode()
        assert "What you typed is kept." in said.content.decode()
        here = said.redirect_chain[0][0]
        client.post(here, {"login": cast.user(cast.amina).email, "password": make.PASSWORD})
        back = client.post(reverse("mfa_authenticate"), {"code": code_of()})
        assert back.headers["Location"] == "/p/north/participants/?status=waiting"
        assert client.get(ME).status_code == 200


def test_a_late_form_leads_back_to_its_page(cast: Cast, login: Login) -> None:
    client = entered(login, cast.amina)
    with at(31 * MINUTE):
        page = "http://testserver/p/north/team/"
        assert (
            client.post("/p/north/team/", headers={"referer": page})
            .headers["Location"]
            .endswith("?next=http%3A//testserver/p/north/team/")
        )
    other = entered(login, cast.amina)
    with at(31 * MINUTE):
        answer = other.post("/p/north/team/", headers={"referer": "https://evil.example.org/"})
        assert answer.headers["Location"] == "/accounts/login/?next=/"


def test_who_has_another_role_as_well_is_of_the_team(cast: Cast) -> None:
    ben = cast.user(cast.ben)
    assert kind_of(ben) == "peer"
    person = make.a_person(cast.south, "Ben", user=ben)
    extra = Membership.objects.create(programme=cast.south, person=person, role=Role.TRAINER, starts_on=make.TODAY)
    assert kind_of(ben) == "staff"
    Membership.objects.filter(pk=extra.pk).update(ends_on=make.TODAY)
    assert kind_of(ben) == "peer"
    ben.is_staff = True
    assert kind_of(ben) == "staff"
    Membership.objects.filter(person__user=cast.user(cast.dan)).update(ends_on=make.TODAY)
    assert kind_of(cast.user(cast.dan)) == "staff"  # no role left: the shorter limits


def test_a_new_role_shortens_the_session_within_minutes(cast: Cast, login: Login) -> None:
    user = cast.user(cast.ben)
    with at(timedelta()):
        give_app(user)  # so that the new role changes the limits and nothing else
        client = login(cast.ben)
        prove(client, user)
    Membership.objects.create(
        programme=cast.north, person_id=cast.ben.person_id, role=Role.TRAINER, starts_on=make.TODAY
    )
    assert status(client, 4 * MINUTE) == 200
    assert kind(client, 4 * MINUTE) == "peer"
    assert status(client, 6 * MINUTE) == 200
    assert kind(client, 6 * MINUTE) == "staff"
    assert status(client, 37 * MINUTE) == 302


def written(client: Client, moment: timedelta) -> list[str]:
    """What a page writes, and whether it looks at roles for the limits."""
    with at(moment), CaptureQueriesContext(connection) as asked:
        client.get(ME)
    return [one["sql"] for one in asked if one["sql"].startswith(("UPDATE", "INSERT"))]


def test_the_session_is_written_at_most_once_a_minute(cast: Cast, login: Login) -> None:
    client = entered(login, cast.amina)
    assert written(client, 59 * timedelta(seconds=1)) == []
    tables = [sql.split('"')[1] for sql in written(client, MINUTE)]
    assert tables == ["usersessions_usersession", "django_session"]
    assert written(client, MINUTE + 59 * timedelta(seconds=1)) == []


def test_what_the_page_fetches_by_itself_is_no_sign_of_life(cast: Cast, login: Login) -> None:
    client = entered(login, cast.amina)
    by_itself = {"x-background": "1"}
    with at(20 * MINUTE):
        assert client.get(STAY, headers=by_itself).json() == {"left": 600, "fixed": False}
    with at(28 * MINUTE):
        assert client.get(STAY, headers=by_itself).json() == {"left": 120, "fixed": False}
        assert client.post(STAY).json() == {"left": 1800, "fixed": False}
    with at(57 * MINUTE):
        assert client.get(STAY, headers=by_itself).json() == {"left": 60, "fixed": False}
    with at(58 * MINUTE):
        ended = client.get(STAY, headers={**by_itself, "referer": f"http://testserver{ME}"})
        assert ended.headers["Location"].startswith(reverse("account_login"))
        assert AWAY in client.get(reverse("account_login")).content.decode()


def test_staying_cannot_put_off_the_last_hour(cast: Cast, login: Login) -> None:
    client = entered(login, cast.amina)
    for minutes in range(20, 12 * 60, 20):
        status(client, minutes * MINUTE)
    with at(12 * HOUR - 2 * MINUTE):
        assert client.post(STAY).json() == {"left": 120, "fixed": True}
        page = client.get(ME).content.decode()
    assert 'data-session-left="120" data-session-fixed="yes"' in page


def test_only_who_is_logged_in_can_stay(cast: Cast, login: Login) -> None:
    for answer in (login(None).get(STAY), login(None).post(STAY)):
        assert answer.headers["Location"].startswith(reverse("account_login"))


def test_pages_say_how_long_is_left_and_others_do_not(cast: Cast, login: Login) -> None:
    client = entered(login, cast.amina)
    with at(timedelta()):
        page = client.get(ME).content.decode()
        assert 'data-session-left="1800" data-session-fixed="no" data-stay-url="/stay/"' in page
        assert 'role="alertdialog"' in page
        assert "js/session.js" in page
        nobody = login(None).get(reverse("account_login")).content.decode()
    assert "data-session-left" not in nobody
    assert "alertdialog" not in nobody


def test_a_log_in_gets_a_new_key(cast: Cast) -> None:
    client, user = Client(), cast.user(cast.ben)
    before = client.session  # somebody may have put this cookie there
    before["mark"] = "x"
    before.save()
    fixed = client.cookies["peerhub"].value
    client.post(reverse("account_login"), {"login": user.email, "password": make.PASSWORD})
    assert client.get(ME).status_code == 200
    assert client.cookies["peerhub"].value != fixed
    assert not Session.objects.filter(session_key=fixed).exists()


def test_the_cookie_is_for_the_server_alone(cast: Cast) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": cast.user(cast.amina).email, "password": make.PASSWORD})
    cookie = client.cookies["peerhub"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["domain"] == ""
    assert cookie["path"] == "/"


def test_in_a_real_place_the_cookie_goes_over_https_alone() -> None:
    asked = "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_AGE)"  # noqa: E501  # one line of code
    said = started_with("-c", asked, ALLOWED_HOSTS="peerhub.example.org", REDIS_URL="redis://localhost:6379").stdout
    assert said.split() == ["__Host-peerhub", "True", "True", str(14 * 86400)]


@pytest.mark.parametrize("wrong", [{"SESSION_IDLE_MINUTES": "4"}, {"SESSION_PEER_IDLE_HOURS": "400"}])
def test_limits_that_make_no_sense_stop_the_start(wrong: dict[str, str]) -> None:
    done = started_with(**wrong)
    assert done.returncode != 0
    assert "A session lasts at least 5 minutes" in done.stderr
