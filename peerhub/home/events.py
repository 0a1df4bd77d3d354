"""What happens to log-ins, one line each in the log “peerhub.security”: who by number, from which part of the net.

Never an e-mail address, a name, a password or a code: the log may travel further than the database.
"""

from __future__ import annotations

import ipaddress
import logging

from allauth import app_settings
from django.http import HttpRequest

log = logging.getLogger("peerhub.security")
SAME_HOUSE = 64  # of an IPv6 address these bits name the house; the rest its devices choose as they like


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: what the last trusted proxy saw, or else who is connected to us.

    What X-Forwarded-For says beyond the trusted proxies was written by the visitor herself and is not looked at.
    """
    trusted = _trusted()
    said = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    found = said[-trusted] if trusted and len(said) >= trusted else request.META.get("REMOTE_ADDR", "")
    return str(_parsed(found) or "127.0.0.1")  # a server that listens on a socket file is called from this machine


def block_of(address: str) -> str:
    """The part of the net that counts as one visitor: an IPv4 address as it is, of IPv6 the house’s /64."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, SAME_HOUSE), strict=False))
    return str(parsed or address)


def comes_through_an_unknown_proxy(request: HttpRequest) -> bool:
    """Whether everybody seems to come from one address: a proxy nearby speaks for them and none is trusted."""
    nearby = _parsed(request.META.get("REMOTE_ADDR", ""))
    return (
        not _trusted()
        and "X-Forwarded-For" in request.headers
        and (nearby is None or nearby.is_private or nearby.is_loopback)
    )


def written(event: str, request: HttpRequest, user_id: int | None = None, *, level: int = logging.INFO) -> None:
    """One line about a log-in; ``user_id`` stays empty when it is not known whose log-in it would be."""
    log.log(level, "%s user=%s from=%s", event, user_id or "-", block_of(address_of(request)))


def _trusted() -> int:
    return int(app_settings.TRUSTED_PROXY_COUNT)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address.strip().removeprefix("[").partition("]")[0].partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
