"""What every answer says to the browser, as on a real place: asked of every address, of files, errors and redirects."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from http.cookies import Morsel
from typing import Any

import pytest
from django.conf import settings as ours
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from tests.house.test_pages import addresses
from tests.house.tree import told
from tests.second_steps import log_in
from tests.stage import undone
from tests.visitors import FRAMEWORK, Stage, build, url_of

# What HTTPS=1 sets (tests/test_settings.py holds settings.py to it).
REAL: dict[str, Any] = {
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SECURE_SSL_REDIRECT": True,
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-peerhub",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "LANGUAGE_COOKIE_SECURE": True,
    "LANGUAGE_COOKIE_NAME": "__Host-language",
    "LINK_COOKIE_NAME": "__Host-link",
}
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
STRICTER = {"Referrer-Policy": {"no-referrer"}}  # an address that is a secret says even less
DIRECTIVES = ("default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'")


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Everybody, once for these tests."""
    with django_db_blocker.unblock(), undone():
        yield build()


def window(stage: Stage, name: str) -> Client:
    """A browser over https on a real place."""
    client = Client(raise_request_exception=False)
    who = stage.visitor(name).member
    if name.startswith("Rania"):
        log_in(client, stage.cast.rania)
    elif who is not None:
        log_in(client, stage.cast.user(who))
    return client


def everywhere(stage: Stage) -> Iterator[tuple[str, str]]:
    """Every address there is, with an example row."""
    for one in addresses():
        if "<slug:slug>" in one.route:
            yield one.name, url_of(one, stage.rows)
            continue
        keys = {"object_id": stage.cast.rania.pk} if "<path:object_id>" in one.route else {}
        try:
            yield one.name, reverse(one.name, kwargs=FRAMEWORK.get(one.name, keys))
        except NoReverseMatch:
            yield one.name, "/admin/nothing-here/"


# The phone keeps these itself, to work without a signal: they hold nothing about anybody.
KEPT_BY_PHONES = ("phone:offline", "phone:worker")


def missing(answer: HttpResponse) -> Iterator[str]:
    """What an answer leaves out."""
    for name, value in EXPECTED.items():
        said = answer.headers.get(name, "")
        if said != value and said not in STRICTER.get(name, set()):
            yield f"{name}: {said or 'nothing'}"
    policy = answer.headers.get("Content-Security-Policy", "")
    yield from (f"policy without {one}" for one in DIRECTIVES if one not in policy)
    if "unsafe" in policy or "*" in policy:
        yield f"policy is loose: {policy}"
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        yield "no Permissions-Policy"


def loose(cookie: Morsel[str]) -> bool:
    """Whether a cookie could be read by a script, sent unencrypted or set by a neighbouring host."""
    taken_away = not cookie.value and cookie["max-age"] == 0
    strict = cookie["secure"] and (cookie["httponly"] or taken_away) and cookie["samesite"] in {"Lax", "Strict"}
    return not (cookie.key.startswith("__Host-") and strict and cookie["path"] == "/" and not cookie["domain"])


@pytest.mark.parametrize("name", ["nobody", "Amina, coordinator", "Ben, matched", "Rania, administrator"])
def test_every_answer_is_sealed_and_not_kept(stage: Stage, name: str) -> None:
    problems, statuses = [], set()
    with override_settings(**REAL):
        client = window(stage, name)
        for address, url in everywhere(stage):
            for method in ("get", "post"):
                cookies = copy.deepcopy(client.cookies)
                with undone():
                    answer = getattr(client, method)(url, secure=True)
                client.cookies = cookies
                statuses.add(answer.status_code)
                place = f"{address} {method.upper()} {answer.status_code}"
                problems += [f"{place}: {problem}" for problem in missing(answer)]
                problems += [f"{place}: cookie {one.key}" for one in answer.cookies.values() if loose(one)]
                if "no-store" not in answer.headers.get("Cache-Control", "") and address not in KEPT_BY_PHONES:
                    problems.append(f"{place}: {answer.headers.get('Cache-Control', 'may be kept')}")
    assert {200, 302} <= statuses
    told(problems, f"What {name} gets is sealed, and no machine keeps it.")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/p/nowhere/", 404),
        ("/nothing-at-all/", 404),
        ("/p/north/settings/?page=1", 403),
        ("/p/north/participants/export/", 200),
        ("/accounts/login/", 302),
    ],
)
def test_errors_downloads_and_redirects_are_not_kept(stage: Stage, url: str, status: int) -> None:
    name = "Ben, matched" if status == 403 else "Amina, coordinator"
    with override_settings(**REAL), undone():
        answer = window(stage, name).get(url, secure=True)
    assert answer.status_code == status
    assert "no-store" in answer.headers["Cache-Control"]
    assert not list(missing(answer))


def test_http_leads_to_https(stage: Stage) -> None:
    with override_settings(**REAL):
        answer = window(stage, "Amina, coordinator").get("/p/north/", follow=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/p/north/")
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_visitor_cannot_forge_what_a_proxy_says(stage: Stage) -> None:
    """Without BEHIND_PROXY the words of a proxy are a stranger's words."""
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example.org"}
    with override_settings(**REAL):
        answer = window(stage, "Amina, coordinator").get("/p/north/", headers=forged)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/p/north/")


def test_nobody_is_led_to_another_site(stage: Stage) -> None:
    amina, away = window(stage, "Amina, coordinator"), "https://evil.example.org/x"
    with undone():
        answers = [
            amina.post(reverse("set_language"), {"language": "en", "next": away}),
            amina.get(f"/accounts/login/?next={away}"),
            amina.post("/p/north/participants/", {"find_words": "x", "next": away}),
            amina.post("/p/north/team/", {}, headers={"Referer": away}),
        ]
    assert [
        answer.headers.get("Location", "") for answer in answers if "evil" in answer.headers.get("Location", "")
    ] == []
    assert [answer.status_code for answer in answers][:3] == [302, 302, 302]


@pytest.mark.django_db
def test_static_files_stay_where_they_are() -> None:
    answer = Client().get("/static/css/peerhub.css")
    assert answer.status_code == 200
    assert "no-store" not in answer.headers["Cache-Control"]
    assert "max-age" in answer.headers["Cache-Control"]
    missing_file = Client().get("/static/css/missing.css")
    assert "no-store" in missing_file.headers["Cache-Control"]


def test_what_is_said_on_the_page_is_in_no_cookie(stage: Stage) -> None:
    """Messages name people: they wait in the session."""
    with undone():
        client = window(stage, "Amina, coordinator")
        answer = client.post(f"/p/north/supporters/{stage.rows.supporter.pk}/pause/")
        assert set(answer.cookies) <= {ours.SESSION_COOKIE_NAME, ours.CSRF_COOKIE_NAME}
        assert "Paused" in client.get(answer.headers["Location"]).content.decode()


def test_no_script_reads_a_cookie() -> None:
    assert ours.SESSION_COOKIE_HTTPONLY
    assert ours.CSRF_COOKIE_HTTPONLY
    assert ours.LANGUAGE_COOKIE_HTTPONLY
