"""What happens to people: every move from one state to another goes through here, and is written down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils.translation import gettext as _

from peerhub.lib import walls
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.lib.sealing import Unreadable, seal, unseal
from peerhub.people.choices import Reading
from peerhub.people.models import MOST_TYPED, Draft, Look, Person, StateChange, User

BULK = 1000
MOST_DRAFTS = 20
INVITED_FOR = timedelta(days=14)  # a letter that lies around that long may be read by somebody else
Moves = Mapping[Any, tuple[Any, ...]]


@transaction.atomic
def move(
    row: models.Model, to: str, *, moves: Moves, by: Member | None, now: datetime, reason: str = "", **fields: Any
) -> None:
    """Bring a row into another state, if the table of moves lets it, and write the change down.

    One conditional UPDATE decides, so of two people who try at the same moment one is refused. ``moves`` names for each
    state the states that may follow; ``fields`` are written in the same UPDATE. The row in hand is refreshed.
    Raises Refused when the row is no longer in a state that may become ``to``.
    """
    sources = [state for state, after in moves.items() if to in after]
    manager = type(row)._default_manager
    before = manager.filter(pk=row.pk).select_for_update().values_list("status", flat=True).first()
    if before not in sources:
        raise Refused(_wrong_state(row, before, to))
    if reason:
        walls.because(reason)
    manager.filter(pk=row.pk, status__in=sources).update(status=to, **fields)
    row.refresh_from_db()
    record_change(row, before=str(before), after=to, by=by, now=now, reason=reason)


def record_change(
    row: models.Model, *, before: str, after: str, by: Member | None, now: datetime, reason: str = ""
) -> None:
    """Write down that a row changed; also used for a row's beginning (``before`` empty)."""
    record_changes([row], before=before, after=after, by=by, now=now, reason=reason)


def record_changes(
    rows: Iterable[models.Model], *, before: str, after: str, by: Member | None, now: datetime, reason: str = ""
) -> None:
    """Write down the same change of many rows."""
    StateChange.objects.bulk_create(
        [
            StateChange(
                programme_id=row.programme_id,  # type: ignore[attr-defined]  # every walled row carries it
                subject=row._meta.label_lower,
                subject_id=row.pk,
                before=before,
                after=after,
                reason=reason,
                by_id=by.person_id if by else None,
                at=now,
            )
            for row in rows
        ],
        batch_size=BULK,
    )


def _wrong_state(row: models.Model, before: str | None, to: str) -> str:
    labels = dict(row._meta.get_field("status").flatchoices)  # type: ignore[union-attr]  # a CharField with choices
    return _("This is now “%(state)s” and cannot become “%(to)s”. Nothing was changed.") % {
        "state": labels.get(before, before),
        "to": labels.get(to, to),
    }


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


@transaction.atomic
def record_looks(
    people: Iterable[int],
    *,
    kind: Reading,
    by: Member,
    now: datetime,
    deed: str = "",
    subject: str = "",
    reason: str = "",
) -> None:
    """Write down that a member looked at what is kept about these people (their keys): one row each, one statement.

    Written in the transaction of the request that shows it: when it cannot be written, nothing is shown. Whoever looks
    at her own file is not written down.
    """
    Look.objects.bulk_create(
        [
            Look(
                programme_id=by.programme_id,
                person_id=person_id,
                kind=kind,
                subject=subject,
                by_id=by.person_id or None,
                by_user_id=by.user_id,
                by_name=by.name,
                deed=deed,
                reason=reason,
                at=now,
            )
            for person_id in sorted(set(people) - {by.person_id})
        ],
        batch_size=BULK,
    )


@transaction.atomic
def log_out_everywhere(person: Person, *, by: Member, now: datetime) -> int:
    """End every session of a person's log-in: her next click leads to the log-in page. Returns how many ended.

    For a phone that was lost or somebody who left in anger. It ends them in every programme, for a log-in is one.
    Raises Refused when she is logged in nowhere.
    """
    with walls.at_the_door():
        ended = end_sessions(user_id=person.user_id) if person.user_id else 0
    if not ended:
        raise Refused(_("%(name)s is not logged in anywhere at the moment.") % {"name": person.full_name})
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


@transaction.atomic
def keep_draft(key: str, *, fields: Mapping[str, str], by: Member, now: datetime) -> None:
    """Keep what somebody has typed into a form so far; nothing typed any more means nothing kept.

    A person keeps twenty drafts; the oldest make room. Raises Refused for a text that is too long.
    """
    text = json.dumps({name: value for name, value in fields.items() if value.strip()}, ensure_ascii=False)
    if len(text.encode()) > MOST_TYPED:
        raise Refused(_("This text is too long to be kept while you type. Please send it, or keep a copy."))
    if text == "{}":
        drop_draft(key, owner=by)
        return
    draft = Draft(programme_id=by.programme_id, person_id=by.person_id, key=key, updated_at=now)
    draft.ciphertext = seal(text, purpose=draft.place)
    Draft.objects.bulk_create(
        [draft], update_conflicts=True, unique_fields=["person", "key"], update_fields=["ciphertext", "updated_at"]
    )
    mine = Draft.objects.filter(person_id=by.person_id).order_by("-updated_at", "-pk")
    Draft.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_DRAFTS:])).delete()


@transaction.atomic
def drop_draft(key: str, *, owner: Member) -> bool:
    """The form was sent, or its text thrown away. Returns whether there was something to drop."""
    gone, _tables = Draft.objects.visible_to(owner).filter(key=key).delete()
    return bool(gone)


@transaction.atomic
def drop_old_drafts(*, now: datetime) -> int:
    """Nobody came back for a week: the text goes. Returns how many went."""
    gone, _tables = Draft.objects.too_old(now).delete()
    return gone


def typed_in(draft: Draft) -> dict[str, str]:
    """What was typed, by field; nothing when the key of this place was changed since."""
    try:
        fields: dict[str, str] = json.loads(unseal(draft.ciphertext, purpose=draft.place))
    except Unreadable:
        return {}
    return fields


def renew_invitation(user: User, *, now: datetime) -> None:
    """Two weeks from now for the first log-in; a log-in that is in use needs no invitation and is left alone."""
    if User.objects.filter(pk=user.pk, last_login=None).update(invited_until=now + INVITED_FOR):
        user.invited_until = now + INVITED_FOR


def end_invitation(user: User) -> None:
    """The first log-in was made: from now on the log-in stays, however long it is not used."""
    if user.invited_until is not None:
        User.objects.filter(pk=user.pk).update(invited_until=None)
        user.invited_until = None
