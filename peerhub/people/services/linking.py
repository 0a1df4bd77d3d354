"""One-time links: made, opened, used, taken back. How they work and why: docs/adr/0011.

In short, for whoever gives a deed a link of its own:

1. ``make_link(purpose=…, person=…, subject=f"match:{match.pk}", by=…, now=…)`` returns the whole address. It is shown
   or sent once, then it is gone: only its hash is kept. Put it into no table, no log and no history.
2. The page behind it is a view with ``@link_page(Purpose.X)`` (programmes/access.py); its address stands in
   FOR_LINK_HOLDERS (programmes/matrix.py). It gets ``request.link``, ``request.member`` (the person, without a role and
   without rights), ``request.programme`` and ``request.today``.
3. On POST the view does its deed and ``use_link(request.link, by=request.member, now=now)``: both or neither. Of two
   phones that answer at once the second hears a sentence. Afterwards ``request.link.used_at`` is set, and the same
   browser still sees the page, to say thank you.
4. When the subject is no longer of interest (a proposal withdrawn, a match closed), ``revoke_links(…)``.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from peerhub.lib import walls
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.choices import LASTS, LINK_LASTS, SINGLE_USE, Purpose
from peerhub.people.models import Link, Person

DOORS = {Purpose.CALENDAR: "home:feed"}  # where the address leads; for every other purpose a button stands before it
SEEN_EVERY = timedelta(days=1)
TOKEN_BYTES = 32  # 256 bits: nobody guesses that, however long she tries


def hash_of(token: str) -> str:
    """What is kept of a token. It has 256 random bits of its own, so it needs neither salt nor slowness."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_link(
    *, purpose: Purpose, person: Person, subject: str = "", by: Member | None, now: datetime,
    lasts: timedelta | None = None,
) -> str:  # fmt: skip
    """Give a person a link for one purpose; returns the whole address with its token, to be shown or sent once.

    ``subject`` names the row it is about, as “match:12”. It ends after ``lasts``, or the time of its purpose (two weeks
    unless LASTS says otherwise). Links made before stay open; revoke them first where only the last one should count.
    ``by`` is None when a task makes it.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Link.objects.create(
        programme_id=person.programme_id,
        person=person,
        purpose=purpose,
        subject=subject,
        token_hash=hash_of(token),
        made_by_id=by.person_id or None if by else None,
        made_at=now,
        expires_at=now + (lasts or LASTS.get(purpose, LINK_LASTS)),
    )
    return settings.PUBLIC_URL + reverse(DOORS.get(purpose, "home:link"), args=[token])


@transaction.atomic
def renew_calendar(person: Person, *, by: Member, now: datetime) -> str:
    """Give somebody the address of her calendar, to be shown once. The one she had before ends with it.

    Of two clicks at the same moment the later one holds. What the link shows: docs/adr/0019.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    end_calendar(person, by=by, now=now)
    return make_link(purpose=Purpose.CALENDAR, person=person, by=by, now=now)


@transaction.atomic
def end_calendar(person: Person, *, by: Member | None, now: datetime) -> bool:
    """The address of a calendar shows nothing any more. Returns whether there was one; ending it twice is no error."""
    hers = Link.objects.filter(programme_id=person.programme_id, person=person, purpose=Purpose.CALENDAR)
    return bool(hers.filter(revoked_at=None).update(revoked_at=now))  # also one that ran out: one at a time is kept


@transaction.atomic
def read_calendar(link: Link, *, now: datetime) -> None:
    """A calendar asked for its days. Programs ask many times a day; that they still do is written down once a day."""
    if link.opened_at is None or link.opened_at <= now - SEEN_EVERY:
        Link.objects.filter(pk=link.pk).update(opens=F("opens") + 1, opened_at=now)


@transaction.atomic
def open_link(token: str, *, now: datetime) -> Link | None:
    """Exchange a token for its link, and count that it was opened. It is not used up by this.

    Unknown, ended, taken back and used up look the same from outside: one question to the database, nothing found.
    """
    token_hash = hash_of(token)
    with walls.with_link(token_hash):
        link = Link.objects.filter(token_hash=token_hash).usable(now).first()
        if link is None:
            return None
        walls.narrow(link.programme_id, person=link.person_id, deed=f"home:link{walls.BY_LINK}")
        Link.objects.filter(pk=link.pk).update(opens=F("opens") + 1, opened_at=now)
    return link


def link_of(token_hash: str, *, since: datetime, now: datetime) -> Link | None:
    """The link of a browser that opened it at ``since``: usable still, or used up after that, perhaps by itself.

    Asked within ``walls.with_link(token_hash)``.
    """
    link = Link.objects.filter(token_hash=token_hash, revoked_at=None, expires_at__gt=now).first()
    return link if link and (link.used_at is None or link.used_at >= since) else None


@transaction.atomic
def use_link(link: Link, *, by: Member, now: datetime) -> None:
    """The deed that a link was made for is done: a link for one deed is used up, in the transaction of that deed.

    A link for looking stays as it is. Raises Refused when it was used up, taken back or ended meanwhile, and then
    nothing of the deed must stay.
    """
    mine = Link.objects.filter(pk=link.pk, person_id=by.person_id).usable(now)
    done = mine.update(used_at=now) if link.purpose in SINGLE_USE else mine.exists()
    if not done:
        raise Refused(_("This link was used already, or it is too old. Nothing was changed."))
    link.refresh_from_db()


@transaction.atomic
def revoke_links(
    person: Person, *, by: Member | None, now: datetime, purpose: Purpose | None = None, subject: str | None = None,
    only: int | None = None,
) -> int:  # fmt: skip
    """Take back a person's open links: all, or those of a purpose, about a subject, or ``only`` the one with this key.

    Whoever has one open loses it with her next click. Returns how many were open; none is no error.
    """
    mine = Link.objects.filter(programme_id=person.programme_id, person=person).usable(now)
    if purpose is not None:
        mine = mine.filter(purpose=purpose)
    if subject is not None:
        mine = mine.about(subject)
    if only is not None:
        mine = mine.filter(pk=only)
    return mine.update(revoked_at=now)
