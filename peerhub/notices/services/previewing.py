"""What would go out to somebody, by which way and when, before anything is written: for whoever decides about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from peerhub.notices import when
from peerhub.notices.choices import Channel
from peerhub.notices.letters import Letter, language_of, letter
from peerhub.notices.models import Notice, Reach
from peerhub.notices.querysets import ALONE
from peerhub.notices.services.routing import Nowhere, route


@dataclass(frozen=True)
class Preview:
    """A message as its reader would get it; without a ``channel`` there is no way that is allowed and set up.

    ``at`` is None when it goes out at once; ``in_digest`` says that it comes in the letter of the day.
    """

    letter: Letter
    channel: str
    address: str
    at: datetime | None
    in_digest: bool


def preview(notice: Notice, *, now: datetime) -> Preview:
    """The words, the way and the hour of a message that is composed and not written. Changes nothing."""
    person = notice.recipient
    said = letter(notice, language=language_of(person))
    reach: Reach | None = getattr(person, "reach", None)
    if reach and reach.digest_at and notice.kind not in ALONE:
        at = when.next_at(now, ZoneInfo(reach.timezone), reach.digest_at)
        return Preview(said, Channel.EMAIL if person.email else "", person.email, at, in_digest=True)
    try:
        way = route(notice, now=now)
    except Nowhere:
        way = None
    if way is None:
        return Preview(said, "", "", None, in_digest=False)
    address = {Channel.EMAIL: person.email, Channel.SMS: person.phone}.get(Channel(way.channel), "")
    return Preview(said, way.channel, address, way.at if way.at > now else None, in_digest=False)
