"""What would go out to somebody, by which way and when, before anything is written: for whoever decides about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from peerhub.notices.choices import Channel
from peerhub.notices.letters import Letter, language_of, letter, neutral
from peerhub.notices.models import Notice, Reach
from peerhub.notices.querysets import ALONE
from peerhub.notices.services.facts import Facts, FactsOfMany
from peerhub.notices.services.routing import Nowhere, Route, route, way_of_digest


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
    return previews([notice], now=now)[0]


def previews(notices: Sequence[Notice], *, now: datetime) -> list[Preview]:
    """The same for several, in a number of queries that does not grow with them."""
    facts = FactsOfMany([one.recipient for one in notices], now=now)
    return [_preview(one, facts, now) for one in notices]


def _preview(notice: Notice, facts: Facts, now: datetime) -> Preview:
    person = notice.recipient
    said = letter(notice, language=language_of(person))
    reach: Reach | None = getattr(person, "reach", None)
    at = reach.digest_at if reach and notice.kind not in ALONE else None
    try:
        if reach and at:
            way: Route | None = way_of_digest(notice, reach, at=at, now=now, facts=facts)
        else:
            way = route(notice, now=now, facts=facts)
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
