"""A log-in that nobody used closes after two weeks; inviting again opens it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerhub.lib.errors import Refused
from peerhub.lib.sealing import Unreadable, seal, unseal
from peerhub.people.models import User
from peerhub.people.services import INVITED_FOR, end_invitation, give_login, renew_invitation
from programmes.choices import Role
from programmes.services import add_team_member
from recruitment.services import invite_supporter
from tests import factories as make
from tests.cast import Cast
from tests.second_steps import give_app

SENTENCE = "Your invitation has ended. Ask your coordinator to invite you again."


@pytest.fixture
def late(cast: Cast, now: datetime) -> User:
    """Ben was invited three weeks ago and never came; he chose a password meanwhile."""
    user = cast.user(cast.ben)
    user.invited_until = now - timedelta(days=7)
    user.save()
    return user


def ended(now: datetime) -> datetime:
    """A moment after an invitation of now has ended."""
    return now + INVITED_FOR + timedelta(seconds=1)


def test_an_invitation_is_open_for_two_weeks(cast: Cast, now: datetime) -> None:
    user = give_login(make.a_person(cast.north), now=now)
    assert user.invited_until == now + timedelta(days=14)
    assert not user.invitation_has_ended(now + timedelta(days=13, hours=23))
    assert user.invitation_has_ended(now + timedelta(days=14))


def test_a_log_in_in_use_needs_no_invitation(cast: Cast, now: datetime) -> None:
    user = cast.user(cast.ben)
    user.last_login = now
    user.save()
    renew_invitation(user, now=now)
    give_login(cast.ben_supporter.person, email=user.email, now=now)
    user.refresh_from_db()
    assert user.invited_until is None
    assert not user.invitation_has_ended(ended(now))


def test_inviting_a_supporter_again_opens_it_again(cast: Cast, late: User, now: datetime) -> None:
    assert late.invitation_has_ended(now)
    invite_supporter(cast.ben_supporter, by=cast.amina, now=now)
    late.refresh_from_db()
    assert late.invited_until == now + INVITED_FOR
    with pytest.raises(Refused, match="today already"):
        invite_supporter(cast.ben_supporter, by=cast.amina, now=now)


def test_adding_to_the_team_again_opens_it_again(cast: Cast, now: datetime) -> None:
    noor = {"first_name": "Noor", "last_name": "", "email": "noor@example.org", "role": Role.TRAINER}
    membership = add_team_member(programme=cast.north, by=cast.amina, now=now, **noor)
    with pytest.raises(Refused, match="already has this role"):  # still invited: nothing to renew
        add_team_member(programme=cast.north, by=cast.amina, now=now, **noor)
    assert add_team_member(programme=cast.north, by=cast.amina, now=ended(now), **noor) == membership
    assert not User.objects.get(email="noor@example.org").invitation_has_ended(ended(now))
    with pytest.raises(Refused, match="already has this role"):
        add_team_member(programme=cast.north, by=cast.amina, now=ended(now), **noor)


def test_the_first_log_in_ends_the_invitation(cast: Cast, now: datetime) -> None:
    user = cast.user(cast.ben)
    renew_invitation(user, now=now)
    Client().post(reverse("account_login"), {"login": user.email, "password": make.PASSWORD})
    user.refresh_from_db()
    assert (user.invited_until, user.last_login is not None) == (None, True)
    end_invitation(user)  # done twice: nothing
    assert not user.invitation_has_ended(ended(now))


def test_a_password_no_longer_opens(late: User) -> None:
    client = Client()
    answer = client.post(reverse("account_login"), {"login": late.email, "password": make.PASSWORD}, follow=True)
    assert SENTENCE in answer.content.decode()
    assert client.get("/p/north/today/").status_code == 302
    late.refresh_from_db()
    assert late.last_login is None


def test_strangers_hear_nothing_about_it(late: User) -> None:
    for email in (late.email, "nobody@example.org"):
        answer = Client().post(reverse("account_login"), {"login": email, "password": "wrong"}, follow=True)
        assert SENTENCE not in answer.content.decode()
        assert "not correct" in answer.content.decode()


@pytest.mark.parametrize("door", ["account_request_login_code", "account_reset_password"])
def test_letters_say_what_to_do_and_pages_say_the_same_to_all(
    late: User, mailoutbox: list[Any], door: str, cast: Cast
) -> None:
    pages = {}
    for email in (late.email, "nobody@example.org", cast.user(cast.dan).email):
        answer = Client().post(reverse(door), {"email": email})
        pages[email] = (answer.status_code, answer.headers.get("Location"))
    assert len(set(pages.values())) == 1
    assert [letter.to for letter in mailoutbox] == [[late.email], [cast.user(cast.dan).email]]
    assert "Ask your coordinator to invite you again" in mailoutbox[0].body
    assert "http" not in mailoutbox[0].body
    assert mailoutbox[0].subject == "Your invitation has ended"


def test_a_code_or_link_from_before_does_not_open_either(cast: Cast, mailoutbox: list[Any], now: datetime) -> None:
    user = cast.user(cast.ben)
    client, other = Client(), Client()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    other.post(reverse("account_reset_password"), {"email": user.email})
    User.objects.filter(pk=user.pk).update(invited_until=now)
    code = next(line for line in mailoutbox[0].body.splitlines() if "-" in line and line.isupper())
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert SENTENCE in [str(said) for said in get_messages(answer.wsgi_request)]
    assert client.get("/p/north/today/").status_code == 302
    link = next(line for line in mailoutbox[1].body.splitlines() if line.startswith("http"))
    form = other.get(link, follow=True)
    new = {"password1": "another long sentence", "password2": "another long sentence"}
    other.post(form.request["PATH_INFO"], new)
    answer = other.post(reverse("account_login"), {"login": user.email, "password": "another long sentence"})
    assert SENTENCE in [str(said) for said in get_messages(answer.wsgi_request)]


def test_a_passkey_opens_no_more_than_a_password(late: User) -> None:
    """Every way in ends in one function of the adapter; a passkey's as well."""
    from allauth.account.internal.flows.login import perform_login  # noqa: PLC0415
    from allauth.account.models import Login  # noqa: PLC0415
    from allauth.core.context import request_context  # noqa: PLC0415

    request = Client().get(reverse("account_login")).wsgi_request
    with request_context(request):
        answer = perform_login(request, Login(user=late))
    assert answer.headers["Location"] == reverse("account_login")
    assert not request.user.is_authenticated


def test_seeds_lie_sealed(cast: Cast, settings: Any) -> None:
    kept = give_app(cast.user(cast.amina)).data["secret"]
    assert kept.startswith("gcm1:")
    assert unseal(seal("a seed", purpose="x"), purpose="x") == "a seed"
    assert seal("a seed", purpose="x") != seal("a seed", purpose="x")
    with pytest.raises(Unreadable):
        unseal(seal("a seed", purpose="x"), purpose="y")
    with pytest.raises(Unreadable):
        unseal("a seed in the open", purpose="x")
    closed = seal("a seed", purpose="x")
    settings.SECRET_KEY = "k" * 60
    with pytest.raises(Unreadable, match="SECRET_KEY"):
        unseal(closed, purpose="x")


def test_nobody_is_invited_for_ever(cast: Cast) -> None:
    """Log-ins from before invitations had an end stay as they are."""
    assert cast.user(cast.ben).invited_until is None
    assert not cast.user(cast.ben).invitation_has_ended(timezone.now())
