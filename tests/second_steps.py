"""A real second factor for the staff of the tests: an authenticator app, whose codes are computed here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.test import Client

from peerhub.home.second_factor import remember, standing_of
from peerhub.people.models import User
from tests.logins import enter

SEED = base64.b32encode(b"a seed of the tests!").decode()


def give_app(user: User, seed: str = SEED) -> Authenticator:
    """An authenticator app is set up for this log-in."""
    data = {"secret": get_adapter().encrypt(seed)}
    return Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": data})[0]


def code_of(seed: str = SEED, *, steps: int = 0) -> str:
    """What the app shows now (or so many half minutes later): RFC 6238, written down once more."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(seed), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def log_in(client: Client, user: User) -> None:
    """Log in as allauth would leave the session: whoever must have a second factor has one and has proved it."""
    must = standing_of(user).must
    if must:
        give_app(user)
    enter(client, user)
    _keep(client, user, ["password", "mfa"] if must else ["password"])
    if must:
        _remembered(client)


def prove(client: Client, user: User) -> None:
    """The session has used the app just now."""
    _keep(client, user, ["mfa"])
    _remembered(client)


def _remembered(client: Client) -> None:
    session = client.session
    remember(session)
    session.save()


def _keep(client: Client, user: User, methods: list[str]) -> None:
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": time.time()} for method in methods]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
