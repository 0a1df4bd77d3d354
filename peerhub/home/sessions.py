"""How long a log-in lasts. Why these limits: docs/sessions.md.

The session itself carries when it began, when somebody was last seen in it (to the minute) and which limits hold; the
server's clock decides. A page that the browser fetches by itself says so in a header and does not count as being here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from peerhub.home.drafts import keep_posted
from peerhub.people.models import User
from programmes.choices import Role
from programmes.models import Membership

STAFF, PEER = "staff", "peer"
SEEN_EVERY = 60  # seconds: written to the database at most once a minute
LOOK_AGAIN = 300  # seconds: roles are looked at again after five minutes
GOODBYE = 3600  # seconds: the row outlives the limit, so that the log-in page can say what happened
BY_ITSELF = "X-Background"


class Timed(HttpRequest):
    """A request within a session that has an end."""

    left: Left


@dataclass(frozen=True)
class Limits:
    """Seconds without a sign of life, and seconds in all."""

    idle: int
    whole: int


@dataclass(frozen=True)
class Left:
    """Seconds until the session ends if nothing happens; ``fixed`` when staying cannot put it off."""

    seconds: int
    fixed: bool


def limits_of(kind: str) -> Limits:
    """The limits of the team or of peer supporters."""
    return Limits(*settings.SESSION_LIMITS[kind])


def kind_of(user: User) -> str:
    """Whether a log-in is used for peer support alone. Who has any other role, or none, gets the shorter limits."""
    roles = set(Membership.objects.current().filter(person__user=user).values_list("role", flat=True))
    return PEER if roles == {Role.PEER_SUPPORTER} and not (user.is_staff or user.is_superuser) else STAFF


def touch(session: SessionBase, user: User, now: datetime) -> None:
    """Somebody is here: begin the count, or write down to the minute that she was seen."""
    at = int(now.timestamp())
    if "began" not in session:
        session["began"] = session["seen"] = at
        _look(session, user, at)
        return
    if at - session["seen"] >= SEEN_EVERY:
        session["seen"] = at
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=now)
    if at - session["looked"] >= LOOK_AGAIN:
        _look(session, user, at)


def _look(session: SessionBase, user: User, at: int) -> None:
    session["looked"], session["kind"] = at, kind_of(user)
    ends = session["began"] + limits_of(session["kind"]).whole + GOODBYE
    session.set_expiry(datetime.fromtimestamp(ends, UTC))


def left(session: Any, now: datetime) -> Left:
    """What remains of a session that has begun; ``session`` may be what was read out of its row."""
    limits, at = limits_of(session["kind"]), int(now.timestamp())
    idle_end, whole_end = session["seen"] + limits.idle, session["began"] + limits.whole
    return Left(min(idle_end, whole_end) - at, fixed=whole_end <= idle_end)


class SessionLimits:
    """Ends a session that is over before a page is made; tells pages how long the others last."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do but pass on: pages that need no log-in keep no time."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Runs after the check for forged posts, so that what is kept of a late one was really sent by its page."""
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        now = timezone.now()
        if "began" in request.session:
            remains = left(request.session, now)
            if remains.seconds <= 0:
                keep_posted(request, kwargs.get("slug", ""), now)
                return end(request, fixed=remains.fixed)
        if "began" not in request.session or BY_ITSELF not in request.headers:
            touch(request.session, request.user, now)
        cast("Timed", request).left = left(request.session, now)
        return None


def end(request: HttpRequest, *, fixed: bool) -> HttpResponse:
    """Log out, say why in a calm sentence, and lead back to the same page after the log-in."""
    back = _page_of(request)
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    if fixed:
        said = _("You were logged in for a long time, so please log in again. What you typed is kept.")
    else:
        said = _("You were away for a while, so we logged you out. What you typed is kept.")
    messages.info(request, said)
    return redirect_to_login(back)


def _page_of(request: HttpRequest) -> str:
    """The page somebody was on: this one, or the one she sent a form from."""
    if request.method in {"GET", "HEAD"} and BY_ITSELF not in request.headers:
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if came_from and ours else "/"
