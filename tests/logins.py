"""A browser that is logged in, with the records a real log-in leaves in its session."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from peerhub.home.sessions import touch
from peerhub.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def enter(client: Client, user: User) -> Client:
    """Log in without the log-in page: the session has begun, was proved just now, and stands in the list of devices."""
    client.force_login(user, backend=BACKEND)
    session = client.session
    touch(session, user, timezone.now())
    session.save()
    prove(client, user, at=time.time())
    UserSession.objects.get_or_create(
        session_key=session.session_key,
        defaults={"user": user, "ip": "127.0.0.0", "user_agent": "Mozilla/5.0 (X11; Linux) Chrome/120.0"},
    )
    return client


def prove(client: Client, user: User, *, at: float) -> None:
    """Write down that she proved who she is at that time, as allauth does; earlier proofs are gone."""
    write(
        client,
        **{
            AUTHENTICATION_METHODS_SESSION_KEY: [{"method": "password", "at": at, "email": user.email}],
            "account_authentication_methods_user": user_id_to_str(user),
        },
    )


def write(client: Client, **values: Any) -> None:
    """Put something into the session of a browser."""
    session = client.session
    session.update(values)
    session.save()


def seconds(at: datetime) -> int:
    """As sessions count."""
    return int(at.timestamp())
