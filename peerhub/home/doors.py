"""The doors where somebody proves who she is, and how often one may knock.

Per account allauth counts (ACCOUNT_RATE_LIMITS); per address it is counted here, so that it can be left out where a
proxy hides everybody behind one address. Without its cache nobody can count, and then the doors stay shut.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from redis.exceptions import RedisError

from peerhub.home.events import address_of, block_of, comes_through_an_unknown_proxy, log

DOORS = frozenset({
    "account_login", "account_request_login_code", "account_confirm_login_code", "account_reauthenticate",
    "account_reset_password", "account_reset_password_from_key", "mfa_authenticate", "mfa_login_webauthn",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "home:link",
})  # fmt: skip
ASKED = ("GET", "POST")  # allauth does on PUT what it does on POST, and shows recovery codes to a HEAD: used up unseen
PROGRAMS = "home:feed"  # asked by calendars, many times a day and many from one address: counted by itself
# An office behind one address comes in at nine; a guesser does not.
PER_ADDRESS = {"door": "30/m/key,300/h/key", "feed": "60/m/key,600/h/key"}


class Doors:
    """Middleware: who knocks too often from one address waits; who knocks while the cache is away hears that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before, nothing after."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Refuse what no form sends, and count what is sent to a door, per address."""
        if _door(request).startswith("mfa_") and request.method not in ASKED:
            return HttpResponseNotAllowed(ASKED)
        action = _counted_as(request)
        if not action:
            return None
        if comes_through_an_unknown_proxy(request):
            warn_about_the_proxy()
            return None
        try:
            free = ratelimit.consume(
                request, app="peerhub", action=action, config=PER_ADDRESS, key=block_of(address_of(request)),
                limit_get=action == "feed",
            )  # fmt: skip
        except RedisError:
            return shut(request)
        return None if free else ratelimit.respond_429(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The limits per account cannot be counted either."""
        return shut(request) if isinstance(error, RedisError) and _door(request) else None


def shut(request: HttpRequest) -> HttpResponse:
    """Nobody comes in while attempts cannot be counted: a guesser must not profit from a broken cache."""
    log.error("The cache does not answer, so attempts to log in cannot be counted: the doors stay shut until it does.")
    return render(request, "503.html", status=503)


@cache
def warn_about_the_proxy() -> None:
    """Say once what to set."""
    log.warning(
        "Requests come through a proxy (X-Forwarded-For), but none is trusted, so all visitors seem to have one "
        "address; limits per address are left out. Set BEHIND_PROXY=1 (and TRUSTED_PROXY_COUNT when there are several)."
    )


def _counted_as(request: HttpRequest) -> str:
    """What is counted: anything sent to a door, and every question of a program that shows calendars."""
    if _door(request) in DOORS:
        return "door" if request.method == "POST" else ""
    match = request.resolver_match
    return "feed" if match and match.view_name == PROGRAMS else ""


def _door(request: HttpRequest) -> str:
    """The name of an address where something is proved; empty for any other page."""
    match = request.resolver_match
    name = match.view_name if match else ""
    return name if name in DOORS or name.startswith(("account_", "mfa_", "usersessions_")) else ""
