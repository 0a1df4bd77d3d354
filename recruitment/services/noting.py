"""A sensitive note about somebody: about a participant only when she has said yes to it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from peerhub.lib.member import Member
from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import require
from peerhub.people.models import Person, SensitiveNote
from peerhub.people.services import write_note
from recruitment.models import Participant


@transaction.atomic
def note_about(
    person: Person, *, key: UUID, kind: str, text: str, today: date, by: Member, now: datetime
) -> SensitiveNote:
    """Write a sensitive note. Raises Refused without the participant's yes, and as ``write_note`` does.

    A peer supporter agrees to what is written about her supervision with her role; she is not asked here.

    What was written before a yes was taken back is closed from then on (``SensitiveNoteQuerySet.by_right``).
    """
    if Participant.objects.filter(person=person).exists():
        require(person.pk, ConsentPurpose.RECORD_SENSITIVE, today=today)
    return write_note(person, key=key, kind=kind, text=text, by=by, now=now)
