"""Guessing is slow: per account and per address; nobody locks out the others; without a cache nobody gets in."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from peerhub.home import doors
from peerhub.home.events import address_of, block_of, comes_through_an_unknown_proxy
from tests import factories as make
from tests.cast import Cast
from tests.second_steps import give_app
from tests.test_settings import started_with

LOGIN = "/accounts/login/"
OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


def tried(email: str, password: str = "wrong", *, address: str = OFFICE, **headers: str) -> Any:
    """An attempt at the log-in page; the client keeps its cookies in ``wsgi_request``."""
    return Client(REMOTE_ADDR=address).post(LOGIN, {"login": email, "password": password}, headers=headers or None)


def is_in(answer: Any) -> bool:
    """Whether the password was taken."""
    return bool(answer.status_code == 302)


def test_five_wrong_passwords_close_an_account_for_minutes(cast: Cast) -> None:
    email = cast.user(cast.ben).email
    for number in range(5):
        tried(email, address=f"198.51.100.{number}")
    answer = tried(email, make.PASSWORD, address=ELSEWHERE)
    assert "Too many failed login attempts" in answer.content.decode()
    assert is_in(tried(cast.user(cast.amina).email, make.PASSWORD))  # the others come in


def test_thirty_attempts_a_minute_from_one_address(db: None) -> None:
    answers = [tried(f"guess{number}@example.org").status_code for number in range(31)]
    assert answers == [200] * 30 + [429]
    page = tried("guess99@example.org")
    assert "wait a little" in page.content.decode()
    assert page.status_code == 429
    assert tried("guess99@example.org", address=ELSEWHERE).status_code == 200


def test_a_house_is_one_address(db: None) -> None:
    answers = [tried(f"g{number}@example.org", address=f"2001:db8:0:7::{number:x}").status_code for number in range(31)]
    assert answers[-1] == 429
    assert tried("g99@example.org", address="2001:db8:0:8::1").status_code == 200


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("2001:db8:0:7:1:2:3:4", "2001:db8:0:7::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("[2001:db8::5]", "2001:db8::/64"),
        ("nonsense", "nonsense"),
    ],
)
def test_blocks(address: str, block: str) -> None:
    assert block_of(address) == block


def test_codes_by_mail_are_counted(cast: Cast, mailoutbox: list[Any]) -> None:
    email = cast.user(cast.ben).email
    asked = [
        Client(REMOTE_ADDR=f"198.51.100.{number}").post(reverse("account_request_login_code"), {"email": email})
        for number in range(5)
    ]
    assert len(mailoutbox) == 3
    assert [one.status_code for one in asked[:3]] == [302] * 3
    assert asked[3].status_code != 302


def test_a_mailed_code_stands_three_guesses(cast: Cast, mailoutbox: list[Any]) -> None:
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": cast.user(cast.ben).email})
    code = next(line for line in mailoutbox[0].body.splitlines() if "-" in line and line.isupper())
    for _guess in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.get("/p/north/today/").status_code == 302


def test_links_for_a_new_password_are_counted(cast: Cast, mailoutbox: list[Any]) -> None:
    for number in range(5):
        Client(REMOTE_ADDR=f"198.51.100.{number}").post(
            reverse("account_reset_password"), {"email": cast.user(cast.ben).email}
        )
    assert len(mailoutbox) == 3


def test_the_second_step_stands_few_guesses(cast: Cast) -> None:
    user = cast.user(cast.amina)
    give_app(user)
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": make.PASSWORD})
    said = [client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"}).content.decode() for number in range(6)]
    assert "Incorrect code" in said[0]
    assert "Too many failed login attempts" in said[5]


def test_the_administrators_door_is_the_same(db: None) -> None:
    answer = Client().post(reverse("admin:login"), {"username": "rania@example.org", "password": make.PASSWORD})
    assert answer.headers["Location"].startswith(LOGIN)


def request_from(address: str, forwarded: str = "") -> Any:
    """A request from there, with what it says about itself."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else None
    return RequestFactory(REMOTE_ADDR=address).get("/", headers=headers)


def test_a_forged_address_is_not_looked_at(db: None) -> None:
    outside = "5.6.7.8"  # somebody connected to us directly
    assert address_of(request_from(outside, "1.2.3.4")) == outside
    assert not comes_through_an_unknown_proxy(request_from(outside, "1.2.3.4"))
    answers = [
        tried(f"g{number}@example.org", address=outside, **{"X-Forwarded-For": f"9.9.9.{number}"}).status_code
        for number in range(31)
    ]
    assert answers[-1] == 429


def test_behind_a_trusted_proxy_each_visitor_counts_alone(db: None, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert address_of(request_from("10.0.0.1", "1.2.3.4, 203.0.113.9")) == ELSEWHERE  # the proxy wrote the last one
    assert address_of(request_from("10.0.0.1")) == "10.0.0.1"
    answers = [
        tried(f"g{number}@example.org", address="10.0.0.1", **{"X-Forwarded-For": f"9.9.9.{number}"}).status_code
        for number in range(31)
    ]
    assert set(answers) == {200}


def test_behind_an_unknown_proxy_nobody_locks_out_the_others(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    doors.warn_about_the_proxy.cache_clear()
    through = {"X-Forwarded-For": OFFICE}
    email = cast.user(cast.ben).email
    with caplog.at_level(logging.WARNING, "peerhub.security"):
        answers = [tried(f"g{number}@example.org", address="10.0.0.1", **through).status_code for number in range(40)]
    assert set(answers) == {200}  # not counted per address
    assert [one.message for one in caplog.records if "BEHIND_PROXY=1" in one.message] == [
        one.message for one in caplog.records if "none is trusted" in one.message
    ]
    assert sum("BEHIND_PROXY=1" in one.message for one in caplog.records) == 1  # said once
    for _wrong in range(5):
        tried(email, address="10.0.0.1", **through)
    answer = tried(email, make.PASSWORD, address="10.0.0.1", **through)
    assert "Too many failed login attempts" in answer.content.decode()  # still counted per account
    assert is_in(tried(cast.user(cast.dan).email, make.PASSWORD, address="10.0.0.1", **through))


@pytest.mark.parametrize(
    ("environment", "count"),
    [
        ({}, "0"),
        ({"BEHIND_PROXY": "1"}, "1"),
        ({"BEHIND_PROXY": "1", "TRUSTED_PROXY_COUNT": "2"}, "2"),
        ({"BEHIND_PROXY": "1", "TRUSTED_PROXY_COUNT": "0"}, "0"),
    ],
)
def test_one_proxy_is_trusted_when_there_is_one(environment: dict[str, str], count: str) -> None:
    said = started_with(
        "-c", "from django.conf import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)", **environment
    )
    assert said.stdout.strip() == count


def test_without_the_cache_the_doors_stay_shut(cast: Cast, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert Client().get(LOGIN).status_code == 200
    for way in (OFFICE, "10.0.0.1"):  # counted per address, and per account only
        headers = {"X-Forwarded-For": OFFICE} if way.startswith("10.") else {}
        answer = tried(cast.user(cast.ben).email, make.PASSWORD, address=way, **headers)
        assert answer.status_code == 503
        assert "Nobody can log in for a moment" in answer.content.decode()
    assert "the doors stay shut" in caplog.text
