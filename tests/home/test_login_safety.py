"""Passwords, redirects, sessions, letters about changes, and what is written down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as place
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerhub.home.adapter import ADDED, CHANGED, REMOVED
from peerhub.people.models import User
from programmes.models import Membership
from programmes.services import end_role
from tests import factories as make
from tests.cast import Cast
from tests.second_steps import code_of, give_app, log_in
from tests.test_settings import started_with

LOGIN, TODAY_PAGE = "/accounts/login/", "/p/north/today/"
Login = Callable[..., Client]


def with_password(user: User, **more: str) -> Any:
    """Log in on the page, with the session of a visitor from before."""
    client = Client()
    client.get(LOGIN)
    return client, client.post(LOGIN, {"login": user.email, "password": make.PASSWORD, **more})


@pytest.mark.parametrize("password", ["elevenchars", "q1w2e3r4t5y6", "QWERTY123456", "1qaz2wsx3edc"])
def test_short_and_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", ["twelve chars", "onlysmalllettershere", "ж" * 64, "a b " * 32])
def test_long_ones_need_no_signs_and_may_have_128(password: str) -> None:
    validate_password(password)
    user = User(email="x@example.org")
    user.set_password(password)
    assert user.check_password(password)
    assert not user.check_password(password[:-1])


def test_a_password_like_the_address_is_refused() -> None:
    with pytest.raises(ValidationError, match="similar"):
        validate_password("Amina.Haddad@example", User(email="amina.haddad@example.org"))


def test_common_passwords_are_looked_up_on_this_machine() -> None:
    validators: Any = place.AUTH_PASSWORD_VALIDATORS
    names = [one["NAME"] for one in validators]
    assert "django.contrib.auth.password_validation.CommonPasswordValidator" in names
    assert not any("pwned" in name.lower() for name in names)


@pytest.mark.parametrize(
    "leads_to",
    ["https://evil.example/", "//evil.example/", "https:///evil.example", "http:evil.example"],
)
def test_after_the_log_in_one_stays_on_our_host(cast: Cast, leads_to: str, settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://evil.example"]
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]
    client, answer = with_password(cast.user(cast.ben), next=leads_to)
    assert answer.headers["Location"] == "/"
    assert client.post(reverse("account_logout"), {"next": leads_to}).headers["Location"] == "/"
    other = Client()
    other.get(f"{LOGIN}?next={leads_to}")
    assert other.post(reverse("set_language"), {"language": "en", "next": leads_to}).headers["Location"] == "/"


def test_a_page_of_ours_is_gone_on_to(cast: Cast) -> None:
    assert with_password(cast.user(cast.ben), next=TODAY_PAGE)[1].headers["Location"] == TODAY_PAGE


def test_a_log_in_begins_a_new_session(cast: Cast) -> None:
    client = Client()
    session = client.session
    session["from before"] = 1
    session.save()
    planted = str(session.session_key)
    client.cookies[place.SESSION_COOKIE_NAME] = planted
    client.post(LOGIN, {"login": cast.user(cast.ben).email, "password": make.PASSWORD})
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_logging_out_ends_the_session_on_the_server(cast: Cast, login: Login) -> None:
    client = login(cast.ben)
    key = client.session.session_key
    stolen = Client()
    stolen.cookies[place.SESSION_COOKIE_NAME] = str(key)
    assert stolen.get(TODAY_PAGE).status_code == 200
    client.post(reverse("account_logout"))
    assert not Session.objects.filter(session_key=key).exists()
    assert stolen.get(TODAY_PAGE).status_code == 302


def test_a_log_in_that_is_switched_off_ends_with_the_next_page(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    key = client.session.session_key
    assert client.get("/p/north/").status_code == 200
    user = cast.user(cast.amina)
    user.is_active = False
    user.save()
    assert client.get("/p/north/").headers["Location"].startswith(LOGIN)
    assert not Session.objects.filter(session_key=key).exists()
    user.is_active = True
    user.save()
    assert client.get("/p/north/").headers["Location"].startswith(LOGIN)  # what died stays dead


def test_a_log_in_that_is_switched_off_opens_nothing(cast: Cast) -> None:
    user = cast.user(cast.ben)
    user.is_active = False
    user.save()
    client, answer = with_password(user)
    assert answer.headers["Location"] == reverse("account_inactive")
    assert "ask your coordinator" in client.get(reverse("account_inactive")).content.decode()
    assert client.get(TODAY_PAGE).status_code == 302


def test_a_role_that_ends_opens_nothing_at_the_next_page(cast: Cast, login: Login) -> None:
    client = login(cast.dan)
    assert client.get("/p/north/").status_code == 200
    role = Membership.objects.get(person_id=cast.dan.person_id)
    end_role(membership=role, by=cast.amina, now=timezone.now() + timedelta(0))
    assert client.get("/p/north/").status_code == 404
    assert "Ask your coordinator" in client.get("/").content.decode()


def test_what_happens_is_written_down_without_addresses(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    user = cast.user(cast.ben)
    here = Client(REMOTE_ADDR="2001:db8::7")
    with caplog.at_level(logging.INFO, "peerhub.security"):
        here.post(LOGIN, {"login": user.email, "password": "wrong"})
        here.post(LOGIN, {"login": "nobody@example.org", "password": "wrong"})
        here.post(LOGIN, {"login": user.email, "password": make.PASSWORD})
        here.post(reverse("account_logout"))
    lines = [one.getMessage() for one in caplog.records if one.name == "peerhub.security"]
    assert lines == [
        f"log-in failed: password user={user.pk} from=2001:db8::/64",
        "log-in failed: password user=- from=2001:db8::/64",
        f"logged in user={user.pk} from=2001:db8::/64",
        f"logged out user={user.pk} from=2001:db8::/64",
    ]


def test_a_wrong_second_step_is_written_down(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    user = cast.user(cast.amina)
    give_app(user)
    client, _answer = with_password(user)
    with caplog.at_level(logging.INFO, "peerhub.security"):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
        client.post(reverse("mfa_authenticate"), {"credential": "{}"})
        Client().post(reverse("mfa_login_webauthn"), {"credential": "{}"})
        client.post(reverse("mfa_authenticate"), {"code": code_of()})
    lines = [one.getMessage().split(" from=")[0] for one in caplog.records if one.name == "peerhub.security"]
    assert lines == [
        f"log-in failed: second step user={user.pk}",
        f"log-in failed: second step, key user={user.pk}",
        "log-in failed: passkey user=-",
        f"logged in user={user.pk}",
    ]


def test_the_log_is_kept_where_only_warnings_are() -> None:
    loggers: Any = place.LOGGING["loggers"]
    assert loggers["peerhub.security"]["level"] == "INFO"


@pytest.mark.parametrize("letter", sorted(ADDED | REMOVED | CHANGED))
def test_each_change_has_a_letter_that_names_nobody(
    cast: Cast, mailoutbox: list[Any], letter: str, caplog: pytest.LogCaptureFixture
) -> None:
    from allauth.account.adapter import get_adapter  # noqa: PLC0415
    from allauth.core.context import request_context  # noqa: PLC0415

    user = cast.user(cast.amina)
    client = Client()
    log_in(client, user)
    request = client.get(reverse("mfa_index")).wsgi_request
    with request_context(request), caplog.at_level(logging.INFO, "peerhub.security"):
        more = {"from_email": "old@example.org", "to_email": "new@example.org"}
        get_adapter().send_notification_mail(letter, user, more)
    (mail,) = mailoutbox
    said = f"{mail.subject} {mail.body}"
    assert mail.to == [user.email]
    assert "If not, choose a new password at once" in mail.body
    for private in (user.email, "Amina", "North", "example.org", "example.com", "127.0.0.1", "testserver"):
        assert private not in said
    assert f"{(ADDED | REMOVED | CHANGED)[letter]} user={user.pk}" in caplog.text


def test_a_new_password_is_told_by_letter_and_ends_other_sessions(committed: None, mailoutbox: list[Any]) -> None:
    user = make.a_supporter(make.a_programme("north"), login=True).person.user
    assert user
    here, _answer = with_password(user)
    there, _answer = with_password(user)
    new = {"oldpassword": make.PASSWORD, "password1": "another long sentence", "password2": "another long sentence"}
    here.post(reverse("account_change_password"), new)
    assert [one.subject for one in mailoutbox] == ["Your password was changed"]
    assert there.get(TODAY_PAGE).status_code == 302


def test_a_mail_server_that_is_down_undoes_no_change(committed: None, settings: Any) -> None:
    user = make.a_supporter(make.a_programme("north"), login=True).person.user
    assert user
    client, _answer = with_password(user)
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    settings.EMAIL_HOST = "127.0.0.1"
    seed = client.get(reverse("mfa_activate_totp")).context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": code_of(seed)}).status_code == 302
    assert client.get(TODAY_PAGE).status_code == 200


@pytest.mark.parametrize("real", [{"ALLOWED_HOSTS": "peerhub.example.org"}, {"HTTPS": "1"}])
def test_a_real_place_is_no_demonstration(real: dict[str, str]) -> None:
    done = started_with(PEERHUB_DEMO="1", **real)
    assert done.returncode != 0
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .endswith(
            "PEERHUB_DEMO=1 does not go with ALLOWED_HOSTS or HTTPS: give the real place a DATA folder of its own."
        )
    )


def test_a_real_place_gets_no_log_ins_of_the_demonstration(cast: Cast, settings: Any) -> None:
    settings.REAL_PLACE = True
    with pytest.raises(CommandError, match="no demonstration here"):
        call_command("demo")
    assert not User.objects.filter(email__endswith="@demo.example").exists()
    user = cast.user(cast.ben)
    user.email = "peer_supporter@demo.example"
    user.save()
    assert with_password(user)[1].headers["Location"] == reverse("account_inactive")
