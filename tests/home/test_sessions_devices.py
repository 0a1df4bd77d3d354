"""Where somebody is logged in: in words, without her address, and ended with one button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerhub.home.devices import block_of, devices_of, in_words
from peerhub.lib.errors import Refused
from peerhub.people.models import Person, StateChange
from peerhub.people.services import end_sessions, log_out_everywhere
from programmes.models import Membership
from tests import factories as make
from tests.cast import Cast
from tests.logins import seconds, write
from tests.sight import WALLS

Login = Callable[..., Client]
DEVICES = reverse("home:devices")
ME = "/p/north/me/"
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"  # noqa: E501  # as browsers write it


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Mobile/15E Safari/604.1", "Safari on iPhone"),  # noqa: E501
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605 CriOS/126.0 Mobile/15E Safari/604.1", "Chrome on iPad"),  # noqa: E501
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Mac"),
        ("Mozilla/5.0 (Linux; Android 13; SM-A536B) SamsungBrowser/25.0 Chrome/121.0 Safari/537.36", "Samsung Internet on Android"),  # noqa: E501
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/126.0.0.0 Safari/537.36", "Chrome on Chromebook"),
        ("Opera/9.80 (Windows NT 6.1)", "Opera on Windows"),
        ("Windows", "Windows"),
        ("curl/8.0", "A device we cannot name"),
        ("", "A device we cannot name"),
    ],
)  # fmt: skip
def test_devices_in_words(agent: str, words: str) -> None:
    assert in_words(agent) == words


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8:85a3:8d3::"),
        ("::1", "::"),
    ],
)
def test_addresses_are_cut_to_their_block(address: str, block: str) -> None:
    assert block_of(address) == block


def test_a_log_in_keeps_the_block_and_no_address(cast: Cast) -> None:
    client = Client(REMOTE_ADDR="203.0.113.77", headers={"user-agent": PHONE})
    client.post(reverse("account_login"), {"login": cast.user(cast.ben).email, "password": make.PASSWORD})
    row = UserSession.objects.get(user=cast.user(cast.ben))
    assert row.ip == "203.0.113.0"
    client.get(ME)
    assert UserSession.objects.get(user=cast.user(cast.ben)).ip == "203.0.113.0"
    assert "Chrome on Android" in client.get(DEVICES).content.decode()
    assert "203.0.113" not in client.get(DEVICES).content.decode()


def test_the_list_is_two_clicks_away(cast: Cast, login: Login) -> None:
    for who, ways in ((cast.amina, 2), (cast.ben, 1)):  # the page about oneself, and the menu of the team's pages
        assert login(who).get(ME).content.decode().count(f'href="{DEVICES}"') == ways
    assert reverse("usersessions_list") == DEVICES


def test_this_device_is_marked_and_the_others_have_a_button(cast: Cast, login: Login) -> None:
    here, _there = login(cast.ben), login(cast.ben)
    page = here.get(DEVICES).content.decode()
    assert page.count("This device") == 1
    assert page.count("Log out this device") == 1
    assert "I lost my phone" in page
    alone = login(cast.dan).get(DEVICES).content.decode()
    assert "You are logged in nowhere else." in alone
    assert "I lost my phone" not in alone


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_database_as_often_for_three_as_for_one(
    cast: Cast, login: Login, number: int, django_assert_num_queries: Any
) -> None:
    clients = [login(cast.ben) for _one in range(number)]
    # session, log-in, list, which are alive; the transaction's begin and end
    with django_assert_num_queries(WALLS + 6):
        clients[0].get(DEVICES)


def test_what_ran_out_is_not_listed(cast: Cast, login: Login, now: datetime) -> None:
    here, idle, gone = (login(cast.ben) for _one in range(3))
    write(idle, seen=seconds(now - timedelta(hours=13)))
    Session.objects.filter(session_key=gone.session.session_key).delete()
    listed = devices_of(cast.user(cast.ben), this=here.session.session_key, now=timezone.now())
    assert [(device.this, device.icon) for device in listed] == [(True, "globe2")]


def test_one_device_is_logged_out(cast: Cast, login: Login) -> None:
    here, there, third = (login(cast.ben) for _one in range(3))
    row = UserSession.objects.get(session_key=there.session.session_key)
    end = reverse("home:device_end", args=[row.pk])
    here.get(end)
    assert there.get(ME).status_code == 200  # a plain link ends nothing
    assert "That device is logged out." in here.post(end, follow=True).content.decode()
    assert there.get(ME).headers["Location"].startswith(reverse("account_login"))
    assert (here.get(ME).status_code, third.get(ME).status_code) == (200, 200)
    assert "not logged in any more" in here.post(end, follow=True).content.decode()


def test_nobody_logs_out_somebody_else(cast: Cast, login: Login) -> None:
    dan, ben = login(cast.dan), login(cast.ben)
    row = UserSession.objects.get(session_key=ben.session.session_key)
    said = dan.post(reverse("home:device_end", args=[row.pk]), follow=True).content.decode()
    assert "not logged in any more" in said
    assert ben.get(ME).status_code == 200


def test_a_lost_phone(cast: Cast, login: Login) -> None:
    here, lost, other = login(cast.ben), login(cast.ben), login(cast.dan)
    assert "everywhere else" in here.post(DEVICES, follow=True).content.decode()
    assert lost.get(ME).status_code == 302
    assert (here.get(ME).status_code, other.get(ME).status_code) == (200, 200)


# -- A coordinator logs somebody out -------------------------------------------------------------------------------


def test_a_coordinator_logs_a_peer_supporter_out(cast: Cast, login: Login) -> None:
    amina, phone, tablet = login(cast.amina), login(cast.ben), login(cast.ben)
    url = reverse("recruitment:supporter_logout", args=["north", cast.ben_supporter.pk])
    assert url in amina.get(reverse("recruitment:supporter", args=["north", cast.ben_supporter.pk])).content.decode()
    amina.get(url)
    assert phone.get(ME).status_code == 200
    assert "Ben Test is logged out everywhere." in amina.post(url, follow=True).content.decode()
    assert (phone.get(ME).status_code, tablet.get(ME).status_code) == (302, 302)
    assert "is not logged in anywhere" in amina.post(url, follow=True).content.decode()
    assert amina.get(ME).status_code == 200


def test_a_coordinator_logs_one_of_the_team_out(cast: Cast, login: Login) -> None:
    amina, dan = login(cast.amina), login(cast.dan)
    url = reverse("programmes:team_logout", args=["north", Membership.objects.get(person_id=cast.dan.person_id).pk])
    assert url in amina.get("/p/north/team/").content.decode()
    assert "Dan Test is logged out everywhere." in amina.post(url, follow=True).content.decode()
    assert dan.get(ME).status_code == 302


def test_only_a_coordinator_of_the_programme(cast: Cast, login: Login) -> None:
    dan = Membership.objects.get(person_id=cast.dan.person_id)
    zoe = Membership.objects.get(person_id=cast.zoe.person_id)
    victim = login(cast.dan)
    supporter = reverse("recruitment:supporter_logout", args=["north", cast.ben_supporter.pk])
    for url in (reverse("programmes:team_logout", args=["north", dan.pk]), supporter):
        assert login(cast.zoe).post(url).status_code == 404
        assert login(cast.eva).post(url).status_code == 403
    assert login(cast.amina).post(reverse("programmes:team_logout", args=["north", zoe.pk])).status_code == 404
    assert victim.get(ME).status_code == 200


def test_log_out_everywhere_is_written_down_and_refused_twice(cast: Cast, login: Login, now: datetime) -> None:
    login(cast.ben), login(cast.ben)
    ben = Person.objects.get(pk=cast.ben.person_id)
    assert log_out_everywhere(ben, by=cast.amina, now=now) == 2
    change = StateChange.objects.of(ben).get()
    assert (change.before, change.after, change.by_id) == ("logged in", "logged out", cast.amina.person_id)
    with pytest.raises(Refused, match="not logged in anywhere"):
        log_out_everywhere(ben, by=cast.amina, now=now)
    assert StateChange.objects.of(ben).count() == 1


def test_log_out_everywhere_without_a_log_in_is_refused(cast: Cast, now: datetime) -> None:
    carla = Person.objects.get(pk=cast.carla.person_id)
    with pytest.raises(Refused, match="not logged in anywhere"):
        log_out_everywhere(carla, by=cast.amina, now=now)


def test_end_sessions_counts_those_that_lived(cast: Cast, login: Login) -> None:
    here, there = login(cast.ben), login(cast.ben)
    ben = cast.user(cast.ben)
    UserSession.objects.create(user=ben, session_key="ran-out", ip="127.0.0.0", user_agent="")
    assert end_sessions(user_id=ben.pk, but=here.session.session_key) == 1
    assert end_sessions(user_id=ben.pk, but=here.session.session_key) == 0
    assert UserSession.objects.get(user=ben).session_key == here.session.session_key
    assert there.get(ME).status_code == 302
