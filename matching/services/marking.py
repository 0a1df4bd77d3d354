"""Marks on two people: locked together, not suitable, or in conflict. Each can be lifted; none is ever deleted."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching.choices import MarkKind, MarkReason, SaidBy
from matching.models import PairMark
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.models import Person
from peerhub.people.services import record_change
from programmes.models import Programme

STANDS = "standing"
LIFTED = "lifted"


@transaction.atomic
def mark_pair(
    *,
    programme: Programme,
    supporter_person: Person,
    participant_person: Person,
    kind: str,
    by: Member | None,
    now: datetime,
    reason: str = MarkReason.JUDGEMENT,
    words: str = "",
    said_by: str = SaidBy.TEAM,
) -> PairMark:
    """Write down that two people are locked together, do not suit each other, or must not be matched.

    A conflict (``MarkKind.CONFLICT``) holds whichever of the two supports; either side may have said so. A lock sets
    languages, times and distance aside for this pair and needs words that say why. Raises Refused when something is
    decided about the two already.
    """
    if kind == MarkKind.LOCKED and not words.strip():
        raise Refused(_("Say in a few words why these two belong together."))
    if kind == MarkKind.LOCKED and _turned_round(programme, supporter_person, participant_person):
        raise Refused(_("One of the two said that they must not be matched. Lift that first."))
    try:
        with transaction.atomic():
            mark = PairMark.objects.create(
                programme=programme,
                supporter_person=supporter_person,
                participant_person=participant_person,
                kind=kind,
                reason=reason,
                words=words.strip(),
                said_by=said_by,
                made_by_id=by.person_id if by else None,
                made_at=now,
            )
    except IntegrityError as error:
        raise Refused(_refusal(error)) from error
    record_change(mark, before="", after=STANDS, by=by, now=now)
    return mark


@transaction.atomic
def lift_mark(mark: PairMark, *, by: Member | None, now: datetime) -> None:
    """It no longer holds. The row stays, with who lifted it. Raises Refused when somebody was quicker."""
    standing = PairMark.objects.standing().filter(pk=mark.pk)
    if not standing.update(lifted_at=now, lifted_by_id=by.person_id if by else None):
        raise Refused(_("This is lifted already."))
    mark.refresh_from_db()
    record_change(mark, before=STANDS, after=LIFTED, by=by, now=now)


def _turned_round(programme: Programme, supporter_person: Person, participant_person: Person) -> bool:
    """Whether a conflict of these two is written down with the roles the other way round."""
    return (
        PairMark.objects.standing()
        .filter(
            programme=programme,
            kind=MarkKind.CONFLICT,
            supporter_person=participant_person,
            participant_person=supporter_person,
        )
        .exists()
    )


def _refusal(error: IntegrityError) -> str:
    if "mark_locked_to_one" in str(error):
        return _("This participant is locked to somebody already. Lift that first.")
    if "mark_on_two_people" in str(error):
        return _("Choose two people.")
    return _("Something is decided about these two already. Lift that first.")
