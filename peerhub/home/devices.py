"""Where somebody is logged in, in words that she recognises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _

from peerhub.home.sessions import left
from peerhub.people.models import User

# The first that fits: many browsers also name those they descend from.
BROWSERS = [
    (r"Edg(e|A|iOS)?/", "Edge"), (r"OPR/|Opera", "Opera"), (r"SamsungBrowser", "Samsung Internet"),
    (r"Firefox/|FxiOS", "Firefox"), (r"CriOS|Chrom(e|ium)/", "Chrome"), (r"Safari/", "Safari"),
]  # fmt: skip
SYSTEMS = [
    (r"iPhone", "iPhone"), (r"iPad", "iPad"), (r"Android", "Android"), (r"CrOS", "Chromebook"),
    (r"Windows", "Windows"), (r"Macintosh|Mac OS", "Mac"), (r"Linux", "Linux"),
]  # fmt: skip
HAND = ("iPhone", "iPad", "Android")
BLOCK = {4: 24, 6: 64}  # bits of an address that are kept: a street, not a house


@dataclass(frozen=True)
class Device:
    """One place where somebody is logged in."""

    pk: int
    name: str
    icon: str
    since: datetime
    seen: datetime
    this: bool


def in_words(user_agent: str) -> str:
    """“Chrome on Android”, as well as the browser tells."""
    browser = next((name for pattern, name in BROWSERS if re.search(pattern, user_agent)), "")
    system = next((name for pattern, name in SYSTEMS if re.search(pattern, user_agent)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A device we cannot name")


def block_of(address: str) -> str:
    """The address cut to its block: the first three parts of an IPv4, the first half of an IPv6 address."""
    version = 6 if ":" in address else 4
    return str(ip_network(f"{address}/{BLOCK[version]}", strict=False).network_address)


def devices_of(user: User, *, this: str, now: datetime) -> list[Device]:
    """Where a log-in is used now, this device first, then the one seen last. Two queries.

    ``this`` is the key of the session that asks. What has run out by itself is left out.
    """
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at", "-pk"))
    found = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=now)
    alive = {one.session_key for one in found if _alive(one, now)}
    devices = [
        Device(
            pk=row.pk,
            name=in_words(row.user_agent),
            icon="phone" if any(hand in row.user_agent for hand in HAND) else "globe2",
            since=row.created_at,
            seen=now if row.session_key == this else row.last_seen_at,
            this=row.session_key == this,
        )
        for row in rows
        if row.session_key in alive
    ]
    return sorted(devices, key=lambda device: not device.this)


def _alive(session: Session, now: datetime) -> bool:
    read = session.get_decoded()
    return "began" not in read or left(read, now).seconds > 0
