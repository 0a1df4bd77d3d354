"""Who she is must have been proved lately on some pages: by password, second factor, or an e-mailed code."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from peerhub.people.models import User
from tests import factories as make
from tests.cast import Cast
from tests.logins import prove
from tests.second_steps import code_of, give_app

Login = Callable[..., Client]
CONCERNS = reverse("supervision:concerns", args=["north"])
EXPORT = reverse("recruitment:participants_export", args=["north"])
APP = reverse("mfa_activate_totp")  # a peer supporter, who needs no second factor, sets one up: that asks for a proof
PROVE = reverse("home:prove")
PASSWORD = reverse("account_reauthenticate")
OLD = 15 * 60


@pytest.fixture
def amina(cast: Cast, login: Login) -> Client:
    """Amina, who logged in a quarter of an hour ago."""
    client = login(cast.amina)
    prove(client, cast.user(cast.amina), at=time.time() - OLD)
    return client


@pytest.fixture
def ben(cast: Cast, login: Login) -> Client:
    """Ben, who came in with a mailed code a quarter of an hour ago: he has no password and no second factor."""
    client = login(cast.ben)
    without_password(cast.user(cast.ben), client)
    return client


def without_password(user: User, client: Client) -> None:
    """As those have it who only ever use mailed codes."""
    user.set_unusable_password()
    user.save()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    prove(client, user, at=time.time() - OLD)


def code_in(letter: Any) -> str:
    found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", letter.body)
    assert found
    return found.group(0)


def test_the_log_in_itself_is_a_proof(cast: Cast) -> None:
    client, user = Client(), cast.user(cast.amina)
    give_app(user)
    client.post(reverse("account_login"), {"login": user.email, "password": make.PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert client.get(CONCERNS).status_code == 200


def test_by_password_and_back_to_where_she_was(amina: Client) -> None:
    where = f"{CONCERNS}?state=all"
    asked = amina.get(where)
    assert asked.headers["Location"] == f"{PASSWORD}?next=%2Fp%2Fnorth%2Fconcerns%2F%3Fstate%3Dall"
    page = amina.get(asked.headers["Location"]).content.decode()
    assert "Is it you?" in page
    assert "15 minutes" in page
    wrong = amina.post(PASSWORD, {"password": "not this one", "next": where})
    assert wrong.status_code == 200
    assert amina.get(where).status_code == 302
    assert amina.post(PASSWORD, {"password": make.PASSWORD, "next": where}).headers["Location"] == where
    assert amina.get(where).status_code == 200
    assert amina.get(EXPORT).headers["Content-Type"].startswith("text/csv")


def test_reading_the_team_asks_nothing_and_changing_it_does(amina: Client) -> None:
    team = reverse("programmes:team", args=["north"])
    assert amina.get(team).status_code == 200
    assert amina.post(team, {}).headers["Location"].startswith(PASSWORD)


def test_a_password_may_be_replaced_by_a_code(cast: Cast, ben: Client) -> None:
    user = cast.user(cast.ben)
    user.set_password(make.PASSWORD)
    user.save()
    ben.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert f"{PROVE}?next=" in ben.get(f"{PASSWORD}?next={APP}").content.decode()


def test_by_a_code_for_who_has_no_password(cast: Cast, ben: Client) -> None:
    user = cast.user(cast.ben)
    asked = ben.get(APP).headers["Location"]
    assert asked.startswith(f"{PROVE}?next=")
    assert "Send me a code" in ben.get(asked).content.decode()
    assert mail.outbox == []  # opening the page sends nothing
    page = ben.post(PROVE, {"next": APP}).content.decode()
    assert "We sent a code to" in page
    assert [letter.to for letter in mail.outbox] == [[user.email]]
    assert "This is not the code" in ben.post(PROVE, {"code": "AAAA-AAAA", "next": APP}).content.decode()
    assert ben.get(APP).status_code == 302
    code = code_in(mail.outbox[0]).lower().replace("-", " ")  # as people type it
    assert ben.post(PROVE, {"code": code, "next": APP}).headers["Location"] == APP
    assert ben.get(APP).status_code == 200
    assert "This is not the code" in ben.post(PROVE, {"code": code}).content.decode()  # it opens once


def test_three_wrong_codes_need_a_new_letter(cast: Cast, ben: Client) -> None:
    ben.post(PROVE, {"next": APP})
    for _try in range(3):
        ben.post(PROVE, {"code": "AAAA-AAAA"})
    right = ben.post(PROVE, {"code": code_in(mail.outbox[0]), "next": APP})
    assert right.status_code == 200
    assert ben.get(APP).status_code == 302


def test_an_old_code_is_no_proof(cast: Cast, ben: Client) -> None:
    ben.post(PROVE)
    session = ben.session
    session["proof_code"] = {**session["proof_code"], "at": time.time() - 601}
    session.save()
    assert ben.post(PROVE, {"code": code_in(mail.outbox[0]), "next": APP}).status_code == 200
    assert ben.get(APP).status_code == 302


def test_codes_are_not_sent_without_end(cast: Cast, ben: Client) -> None:
    assert [ben.post(PROVE).status_code for _time in range(4)] == [200, 200, 200, 429]
    assert len(mail.outbox) == 3


def test_the_session_does_not_hold_the_code(cast: Cast, ben: Client) -> None:
    ben.post(PROVE)
    code = code_in(mail.outbox[0])
    assert code not in str(dict(ben.session))
    assert code.replace("-", "") not in str(dict(ben.session))


def test_a_code_leads_to_no_other_site(cast: Cast, ben: Client) -> None:
    ben.post(PROVE)
    answer = ben.post(PROVE, {"code": code_in(mail.outbox[0]), "next": "https://evil.example.org/"})
    assert answer.headers["Location"] == "/"


def test_who_has_a_second_factor_proves_with_it(cast: Cast, amina: Client) -> None:
    without_password(cast.user(cast.amina), amina)
    asked = amina.get(CONCERNS).headers["Location"]
    assert asked.startswith(reverse("mfa_reauthenticate"))
    assert "Is it you?" in amina.get(asked).content.decode()
    assert amina.post(f"{PROVE}?next={CONCERNS}").headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert mail.outbox == []  # a mailed code is less than what she chose
    answer = amina.post(reverse("mfa_reauthenticate"), {"code": code_of(), "next": CONCERNS})
    assert answer.headers["Location"] == CONCERNS
    assert amina.get(CONCERNS).status_code == 200


def test_the_demonstration_does_not_ask(amina: Client, settings: Any) -> None:
    settings.DEMO = True
    assert amina.get(CONCERNS).status_code == 200


def test_the_proof_of_another_log_in_is_none(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    prove(client, cast.user(cast.dan), at=time.time())
    assert client.get(CONCERNS).headers["Location"].startswith(PASSWORD)
