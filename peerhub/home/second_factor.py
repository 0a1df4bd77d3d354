"""The second step of a log-in: whoever works for a programme, or runs the place, must have one before any page opens.

A password can be guessed, told or stolen; the phone or the key beside it makes the difference. Peer supporters may set
up a second step, but need none: what they see is their own few people.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Exists, Min, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from peerhub.home.demo.cast import DOMAIN
from peerhub.people.models import User
from programmes.access import Guard
from programmes.models import Membership

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SEEN = "second_factor_seen_at"
GOOD_FOR = 300  # seconds; then it is looked up again, so that a factor taken away elsewhere counts here too

# These show nothing of any programme and stay open to everybody who is logged in.
OPEN = frozenset({
    "account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_request_login_code",
    "account_confirm_login_code", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_signup",
    "mfa_authenticate", "mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
    "admin:logout", "admin:jsi18n", "set_language", "home:health_live",
    "home:security_txt", "home:security_policy", "home:link", "home:link_leave", "home:feed",
})  # fmt: skip
# These are open until the first factor is there; afterwards only to a session that has proved it.
SETTING_UP = frozenset({
    "home:protect", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn",
})  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """What is asked of a log-in, and what it has: the oldest factor’s beginning, and whether an app is among them."""

    must: bool
    since: datetime | None
    has_app: bool


def standing_of(user: User) -> Standing:
    """Whether she must have a second factor, and since when she has one. One query."""
    factors = Q(authenticator__type__in=FACTORS)
    staff = Membership.objects.current().team().filter(person__user=OuterRef("pk"))
    app = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    row = (
        User.objects.filter(pk=user.pk)
        .annotate(on_a_team=Exists(staff), has_app=Exists(app), since=Min("authenticator__created_at", filter=factors))
        .values("is_staff", "is_superuser", "on_a_team", "has_app", "since")
        .get()
    )
    must = row["is_staff"] or row["is_superuser"] or row["on_a_team"]
    return Standing(must and not is_of_the_demonstration(user), row["since"], row["has_app"])


def is_of_the_demonstration(user: User) -> bool:
    """A log-in of the demonstration, where it is shown: everybody there is fictitious."""
    return bool(settings.DEMO) and user.email.endswith(f"@{DOMAIN}")


def proved(request: HttpRequest) -> None:
    """In this session a factor was set up just now: that is proof enough."""
    record_authentication(request, cast("User", request.user), "mfa")
    forget(request)


def forget(request: HttpRequest) -> None:
    """A factor changed: look it up again at the next page."""
    request.session.pop(SEEN, None)


def remember(session: SessionBase) -> None:
    """A factor that is still there was proved: for a while it need not be looked up."""
    session[SEEN] = time.time()


class SecondFactor:
    """Middleware: without a proved factor, staff reach the pages that set one up, and none other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before, nothing after."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Let through, or lead to where the factor is set up or proved."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        guard: Guard | None = getattr(view, "guard", None)
        if name in OPEN or (guard and guard.link):  # whoever holds a link stays apart from any log-in
            return None
        if nobody_is_here(request) or was_seen_just_now(request):
            return None
        standing = standing_of(request.user)  # type: ignore[arg-type]  # somebody is here
        if not standing.must or (standing.since is None and name in SETTING_UP):
            return None
        if standing.since is None:
            return redirect("home:protect")
        if not has_proved(request, standing.since):
            return _lead_to_proof(request, standing)
        remember(request.session)
        return None


def nobody_is_here(request: HttpRequest) -> bool:
    """Whether nobody is logged in. A session whose log-in was switched off meanwhile ends for good."""
    if request.user.is_authenticated:
        return False
    if SESSION_KEY in request.session:
        request.session.flush()
    return True


def was_seen_just_now(request: HttpRequest) -> bool:
    """Whether this session proved a factor that was there a few minutes ago. No query."""
    return bool(0 <= time.time() - request.session.get(SEEN, 0) < GOOD_FOR)


def has_proved(request: HttpRequest, since: datetime) -> bool:
    """Whether this session used a second factor no earlier than the oldest one she has now was set up."""
    records = get_authentication_records(request, cast("User", request.user))
    return any(record["method"] == "mfa" and record["at"] >= since.timestamp() for record in records)


def _lead_to_proof(request: HttpRequest, standing: Standing) -> HttpResponse:
    page = "mfa_reauthenticate" if standing.has_app else "mfa_reauthenticate_webauthn"
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{reverse(page)}?{urlencode({'next': back})}")
