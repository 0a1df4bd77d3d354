"""Somebody offers to become a peer supporter; two talks, then a decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.models import Person
from peerhub.people.services import move, record_change
from programmes.models import Programme
from recruitment.choices import APPLICATION_MOVES, ApplicationStatus
from recruitment.models import Application, PeerSupporter, SelectionMeeting
from recruitment.services.campaigning import require_open
from recruitment.services.people import add_supporter, find_or_add_person


@transaction.atomic
def submit_application(
    *, programme: Programme, person_fields: dict[str, Any], by: Member | None, now: datetime, **fields: Any
) -> Application:
    """An application comes in. A person the programme knows already (same address, same name) is used, not doubled.

    Raises Refused when she has an open application, and when the campaign it names was closed meanwhile.
    """
    require_open(fields.get("campaign"))
    person = find_or_add_person(programme, **person_fields)
    try:
        with transaction.atomic():
            application = Application.objects.create(programme=programme, person=person, **fields)
    except IntegrityError as error:
        raise Refused(_("This person already has an open application.")) from error
    record_change(application, before="", after=ApplicationStatus.SUBMITTED, by=by, now=now)
    return application


@transaction.atomic
def hold_meeting(
    application: Application, *, held_on: date, summary: str, by: Member, now: datetime
) -> SelectionMeeting:
    """A selection meeting was held; the second one on another day than the first."""
    if held_on > local_date(now, application.programme.timezone):
        raise Refused(_("That day has not come yet. Give today or an earlier day."))
    if held_on < application.submitted_on:
        raise Refused(_("The meeting comes after the application."))
    first = application.status == ApplicationStatus.SUBMITTED
    move(
        application,
        ApplicationStatus.MEETING_1 if first else ApplicationStatus.MEETING_2,
        moves=APPLICATION_MOVES,
        by=by,
        now=now,
    )
    try:
        with transaction.atomic():
            return SelectionMeeting.objects.create(
                programme_id=application.programme_id,
                application=application,
                number=1 if first else 2,
                held_on=held_on,
                summary=summary,
                led_by_id=by.person_id,
            )
    except IntegrityError as error:
        raise Refused(_("The second meeting is on another day than the first.")) from error


@transaction.atomic
def decide_application(
    application: Application, *, accepted: bool, by: Member, now: datetime, decline_reason: str = "", note: str = ""
) -> PeerSupporter | None:
    """The decision after two meetings: into training, or not, with a reason that can be said kindly."""
    today = local_date(now, application.programme.timezone)
    if accepted:
        if application.meetings.count() < 2:  # noqa: PLR2004  # two meetings, as the model of the programme asks
            raise Refused(_("Two meetings come before somebody is accepted."))
        move(application, ApplicationStatus.ACCEPTED, moves=APPLICATION_MOVES, by=by, now=now, decided_on=today)
        return add_supporter(
            programme=application.programme,
            person=Person.objects.get(pk=application.person_id),
            started_on=today,
            experience=application.experience,
            hours_per_week=application.hours_per_week,
            by=by,
            now=now,
        )
    if not decline_reason:
        raise Refused(_("Say why the application is not accepted."))
    move(
        application,
        ApplicationStatus.DECLINED,
        moves=APPLICATION_MOVES,
        by=by,
        now=now,
        reason=note,
        decided_on=today,
        decline_reason=decline_reason,
    )
    return None


@transaction.atomic
def withdraw_application(application: Application, *, by: Member, now: datetime) -> None:
    """The applicant thought again, which is a normal outcome."""
    today = local_date(now, application.programme.timezone)
    move(application, ApplicationStatus.WITHDRAWN, moves=APPLICATION_MOVES, by=by, now=now, decided_on=today)
