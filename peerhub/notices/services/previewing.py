"""What would go out to somebody, by which way and when, before anything is written: for whoever decides about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from peerhub.notices.choices import Channel
from peerhub.notices.letters import Letter, language_of, letter, neutral
from peerhub.notices.models import Notice, Reach
from peerhub.notices.querysets import ALONE
from peerhub.notices.services.routing import Nowhere, route, way_of_digest


@dataclass(frozen=True)
class Preview:
    """A message as its reader would get it; without a ``channel`` there is no way that is allowed and set up.

    ``at`` is None when it goes out at once; ``in_digest`` says that it comes in the letter of the day. ``line`` is all
    that a text message, a notification or the letter of the day says of it; it is empty where the whole letter goes.
    """

    letter: Letter
    channel: str
    address: str
    at: datetime | None
    in_digest: bool
    line: str = ""


def preview(notice: Notice, *, now: datetime) -> Preview:
    """The words, the way and the hour of a message that is composed and not written. Changes nothing."""
    person = notice.recipient
    said = letter(notice, language=language_of(person))
    reach: Reach | None = getattr(person, "reach", None)
    at = reach.digest_at if reach and notice.kind not in ALONE else None
    try:
        way = way_of_digest(notice, reach, at=at, now=now) if reach and at else route(notice, now=now)
    except Nowhere:
        way = None
    if way is None:
        return Preview(said, "", "", None, in_digest=False)
    address = {Channel.EMAIL: person.email, Channel.SMS: person.phone}.get(Channel(way.channel), "")
    line = _line(said, way.channel, in_digest=bool(at))
    return Preview(said, way.channel, address, way.at if way.at > now else None, in_digest=bool(at), line=line)


def _line(said: Letter, channel: str, *, in_digest: bool) -> str:
    """The address in a text message is not known before the message is written: words stand for it."""
    if channel == Channel.PUSH:
        return neutral(said.language)
    if in_digest:
        return said.subject
    with translation.override(said.language):
        return replace(said, url=_("[address of the page]")).short if channel == Channel.SMS else ""
