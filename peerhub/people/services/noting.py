"""Sensitive notes: written, corrected by a new version, and read with a line for each reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerhub.lib.errors import Refused
from peerhub.lib.keyring import KeyMissing, lock, unlock
from peerhub.lib.member import Member
from peerhub.lib.sealing import Unreadable
from peerhub.people.choices import Reading
from peerhub.people.models import LONGEST_NOTE, AccessGrant, Person, SensitiveNote
from peerhub.people.querysets import readable_kinds
from peerhub.people.services.looking import record_looks


@dataclass(frozen=True)
class Version:
    """A note as it stood, in words; ``missing`` says why there are none."""

    note: SensitiveNote
    text: str
    missing: str = ""


@transaction.atomic
def write_note(person: Person, *, key: UUID, kind: str, text: str, by: Member, now: datetime) -> SensitiveNote:
    """Write a sensitive note about somebody, sealed. The same ``key`` sent twice is one note.

    Raises Refused for a kind that the writer could not read herself, and for an empty or very long text.
    """
    if kind not in readable_kinds(by):
        raise Refused(_("A note of this kind is written by those who may read it."))
    sent_before = SensitiveNote.objects.visible_to(by).filter(key=key, person=person).first()
    if sent_before:
        return sent_before
    return _store(SensitiveNote(person=person, key=key, kind=kind), text, by=by, now=now)


@transaction.atomic
def correct_note(note: SensitiveNote, *, text: str, by: Member, now: datetime) -> SensitiveNote:
    """Put a new version beside a note; the old one stays readable to those who may read it.

    Raises Refused when another version took its place in the meantime.
    """
    if not SensitiveNote.objects.by_right(by).filter(pk=note.pk).exists():
        raise Refused(_("A note of this kind is corrected by those who may read it at any time."))
    newer = SensitiveNote(person_id=note.person_id, key=uuid4(), kind=note.kind, replaces=note)
    return _store(newer, text, by=by, now=now)


def _store(note: SensitiveNote, text: str, *, by: Member, now: datetime) -> SensitiveNote:
    text = text.strip()
    if not text:
        raise Refused(_("Please write what the note should say."))
    if len(text) > LONGEST_NOTE:
        raise Refused(_("This note is too long. Write down facts, needs and agreements; leave out the rest."))
    note.programme_id, note.author_id, note.written_at = by.programme_id, by.person_id, now
    note.sealed = lock(text, place=note.place)
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError as error:
        if "note_corrected_once" in str(error):
            raise Refused(_("Somebody corrected this note in the meantime. Read it again.")) from error
        if "note_once" in str(error):
            raise Refused(_("This note was sent before.")) from error
        raise
    return note


@transaction.atomic
def read_note(note: SensitiveNote, *, by: Member, now: datetime, deed: str = "") -> list[Version]:
    """The text of a note, and the versions before it; that it was read is written down once, in the same transaction.

    Whoever may read it only because she opened it in an emergency does it for the reason she gave. When the reading
    cannot be written down, nothing is read.
    """
    by_right = SensitiveNote.objects.by_right(by).filter(pk=note.pk).exists()
    opened = None if by_right else open_grant(note.person_id, reader=by)
    subject = f"note:{note.pk}"
    reason = opened.reason if opened else ""
    record_looks([note.person_id], kind=Reading.NOTE, by=by, now=now, deed=deed, subject=subject, reason=reason)
    return [_opened(one) for one in _versions(note, by=by)]


def open_grant(person_id: int, *, reader: Member) -> AccessGrant | None:
    """The emergency access to somebody's notes that a member has open now."""
    mine = AccessGrant.objects.filter(programme_id=reader.programme_id, by_id=reader.person_id, person_id=person_id)
    return mine.open_now().first() if reader.person_id else None


def outline_of(person: Person, *, reader: Member) -> dict[str, Any]:
    """How many sensitive notes there are, of which kind and from when, and which she may open. No text, no key."""
    notes = SensitiveNote.objects.filter(programme_id=reader.programme_id, person=person).newest().outline()
    grant = open_grant(person.pk, reader=reader)
    open_to_her = set(SensitiveNote.objects.by_right(reader).filter(person=person).values_list("pk", flat=True))
    rows = [{"note": note, "readable": bool(grant) or note.pk in open_to_her} for note in notes]
    return {"rows": rows, "grant": grant, "closed": not all(row["readable"] for row in rows)}


def _versions(note: SensitiveNote, *, by: Member) -> Sequence[SensitiveNote]:
    """The note and those it replaced, newest first."""
    found, seen = note, [note]
    while found.replaces_id:
        found = SensitiveNote.objects.visible_to(by).select_related("author").get(pk=found.replaces_id)
        seen.append(found)
    return seen


def _opened(note: SensitiveNote) -> Version:
    try:
        return Version(note, unlock(note.sealed, place=note.place))
    except KeyMissing:
        return Version(
            note, "", _("The key of this note is not here, so it cannot be opened. The note itself is kept.")
        )
    except Unreadable:
        return Version(
            note, "", _("This note was changed outside peerhub and cannot be opened. Tell an administrator.")
        )
