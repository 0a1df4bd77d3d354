"""Messages that could not be sent, of all programmes, as administrators may see them: what broke, not about whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from peerhub.lib import walls
from peerhub.lib.errors import Refused
from peerhub.lib.moments import moment
from peerhub.notices.choices import ENDED_BADLY, Channel, Kind
from peerhub.notices.models import Notice
from peerhub.notices.services import try_again
from programmes.models import Programme

MOST = 200
REACHES = re.compile(r"\S+@\S+|\+?\d[\d ()/-]{6,}\d")  # an e-mail address, a phone number


@dataclass(frozen=True)
class DeadLetter:
    """One message: of which programme and kind, when it was written, how often it was tried, and why it failed."""

    pk: int
    programme: str
    kind: str
    written: str
    channel: str
    attempts: int
    error: str


def without_addresses(error: str) -> str:
    """Why it failed, without the address that a mail server likes to repeat."""
    return REACHES.sub("…", error)


def dead_letters() -> tuple[list[DeadLetter], int]:
    """The newest of them and how many there are in all, over all programmes."""
    with walls.everywhere(deed="dead_letters"):
        zones = {one.pk: one for one in Programme.objects.only("pk", "name", "timezone")}
        found = Notice.objects.filter(status__in=ENDED_BADLY).order_by("-created_at", "-pk")
        return [_shown(notice, zones[notice.programme_id]) for notice in found[:MOST]], found.count()


def _shown(notice: Notice, programme: Programme) -> DeadLetter:
    return DeadLetter(
        pk=notice.pk,
        programme=programme.name,
        kind=str(Kind(notice.kind).label),
        written=moment(notice.created_at, programme.timezone),
        channel=str(Channel(notice.channel).label) if notice.channel else "",
        attempts=notice.attempts,
        error=without_addresses(notice.error),
    )


def send_again(request: HttpRequest, *, now: datetime) -> tuple[int, int]:
    """Those that were ticked begin anew. Returns how many, and how many went or were started anew meanwhile."""
    keys = [int(key) for key in request.POST.getlist("notice")[:MOST] if key.isascii() and key.isdecimal()]
    done, refused = 0, 0
    with walls.everywhere(deed="dead_letters"):
        for notice in Notice.objects.filter(pk__in=keys).order_by("pk"):
            try:
                try_again(notice, by=None, now=now)
                done += 1
            except Refused:
                refused += 1
    return done, refused
