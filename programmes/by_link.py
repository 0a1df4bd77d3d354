"""Pages for holders of a one-time link: a session of their own beside any log-in, and a page that tells nobody.

Why it works like this: docs/adr/0011.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage import default_storage
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]
IDLE = timedelta(minutes=30)  # without a sign of life
WHOLE = timedelta(hours=12)  # in all; the link itself may be opened again until it ends
SEEN_EVERY = 60  # seconds: written to the database at most once a minute
ABSENT = object()


def _new_session(key: str | None = None) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return store


class OpenLink:
    """What a browser holds after it opened a link: a session of the server that knows the link's hash and no token."""

    def __init__(self, session: SessionBase) -> None:
        self.session = session

    @classmethod
    def begin(cls, token_hash: str, *, now: datetime) -> OpenLink:
        """A new one; nothing of an earlier session goes into it."""
        session = _new_session()
        session.update({"link": token_hash, "link_began": now.timestamp(), "link_seen": now.timestamp()})
        session.set_expiry(int(IDLE.total_seconds()))
        session.save(must_create=True)
        return cls(session)

    @classmethod
    def of(cls, request: HttpRequest, *, now: datetime) -> OpenLink | None:
        """The one of this browser, while it lasts."""
        key = request.COOKIES.get(settings.LINK_COOKIE_NAME)
        found = cls(_new_session(key)) if key else None
        return found if found and "link" in found.session and found.left(now) > timedelta(0) else None

    @property
    def token_hash(self) -> str:
        """Which link."""
        return str(self.session["link"])

    @property
    def began(self) -> datetime:
        """When it was opened."""
        return datetime.fromtimestamp(self.session["link_began"], UTC)

    def left(self, now: datetime) -> timedelta:
        """How long it lasts if nothing happens."""
        seen = datetime.fromtimestamp(self.session["link_seen"], UTC)
        return min(seen + IDLE, self.began + WHOLE) - now

    def touch(self, *, now: datetime) -> None:
        """Somebody is here."""
        if now.timestamp() - self.session["link_seen"] >= SEEN_EVERY:
            self.session["link_seen"] = now.timestamp()

    def end(self) -> None:
        """Gone on the server too."""
        self.session.flush()

    def give_to(self, response: HttpResponse) -> None:
        """The browser forgets it when it is closed; no page of another site makes it send it."""
        name, secure = settings.LINK_COOKIE_NAME, settings.SESSION_COOKIE_SECURE
        key = self.session.session_key or ""
        response.set_cookie(name, key, secure=secure, httponly=True, samesite="Strict")


@contextmanager
def apart(request: HttpRequest, session: SessionBase) -> Iterator[BaseStorage]:
    """While a page of a link is made nobody is logged in, and what waits to be said to a log-in is not said here.

    Gives what holds the sentences of this page instead.
    """
    names = ("user", "session", "_messages", "member", "programme", "link", "left")
    before = {name: request.__dict__.get(name, ABSENT) for name in names}
    for name in names:
        request.__dict__.pop(name, None)
    request.user, request.session = AnonymousUser(), session
    said = request.__dict__["_messages"] = default_storage(request)  # as the middleware of messages does
    try:
        yield said
    finally:
        for name, value in before.items():
            request.__dict__.pop(name, None)
            if value is not ABSENT:
                setattr(request, name, value)


def tells_nobody(view: View) -> View:
    """A page that no log-in is needed for, that nothing keeps, and whose address no other page is told.

    A browser that is told to name no address writes “null” where a form comes from. From these pages that is right;
    that the form is ours still shows by its token.
    """
    checked = csrf_protect(view)

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("Origin") == "null":
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        response: HttpResponse = checked(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        add_never_cache_headers(response)
        return response

    return told


def in_own_session(request: HttpRequest, held: OpenLink | None, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Make a page apart from any log-in; what it wants to say next time goes into the link's own session."""
    session = held.session if held else _new_session()
    with apart(request, session) as said:
        response = make()
        if held and session.session_key:
            said.update(response)
            if session.modified:
                session.save()
    return response
