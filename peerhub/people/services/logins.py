"""Log-ins are given, renewed, and ended everywhere at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from peerhub.lib import walls
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.models import Person, User
from peerhub.people.services.linking import end_calendar
from peerhub.people.services.moving import record_change

INVITED_FOR = timedelta(days=14)  # a letter that lies around that long may be read by somebody else


@transaction.atomic
def give_login(person: Person, *, email: str = "", now: datetime) -> User:
    """Let a person log in with her e-mail address; an existing log-in with that address becomes hers.

    A log-in that was never used stays open for two weeks from now; giving it again opens it again. No message is sent:
    inviting is a deed of its own. Raises Refused without an address.
    """
    address = (email or person.email).strip().lower()
    if not address:
        raise Refused(_("There is no e-mail address to log in with."))
    with walls.at_the_door():
        user = User.objects.filter(email__iexact=address).first() or User.objects.create_user(address)
        renew_invitation(user, now=now)
    Person.objects.filter(pk=person.pk).update(user=user)
    person.user = user
    return user


def renew_invitation(user: User, *, now: datetime) -> None:
    """Two weeks from now for the first log-in; a log-in that is in use needs no invitation and is left alone."""
    if User.objects.filter(pk=user.pk, last_login=None).update(invited_until=now + INVITED_FOR):
        user.invited_until = now + INVITED_FOR


def end_invitation(user: User) -> None:
    """The first log-in was made: from now on the log-in stays, however long it is not used."""
    if user.invited_until is not None:
        User.objects.filter(pk=user.pk).update(invited_until=None)
        user.invited_until = None


@transaction.atomic
def log_out_everywhere(person: Person, *, by: Member, now: datetime, but: str = "") -> int:
    """End every session of a person's log-in: her next click leads to the log-in page. Returns how many ended.

    For a phone that was lost or somebody who left in anger: the link of her calendar ends with it. Sessions end in
    every programme, for a log-in is one. Whoever logs herself out stays in the session with the key ``but``. Raises
    Refused when she is logged in nowhere and no calendar of hers is open.
    """
    with walls.at_the_door():
        ended = end_sessions(user_id=person.user_id, but=but) if person.user_id else 0
    if not end_calendar(person, by=by, now=now) and not ended:
        raise Refused(_("%(name)s is not logged in anywhere else at the moment.") % {"name": person.full_name})
    record_change(person, before="logged in", after="logged out", by=by, now=now)
    return ended


@transaction.atomic
def end_sessions(*, user_id: int, but: str = "", only: int | None = None) -> int:
    """End the sessions of a log-in on the server, all or ``only`` the one with this number, never the one ``but``.

    Returns how many there were. A session that ran out by itself is cleared away and not counted.
    """
    mine = UserSession.objects.filter(user_id=user_id).exclude(session_key=but)
    if only is not None:
        mine = mine.filter(pk=only)
    keys = list(mine.values_list("session_key", flat=True))
    mine.delete()
    ended, _tables = Session.objects.filter(session_key__in=keys).delete()
    return ended
