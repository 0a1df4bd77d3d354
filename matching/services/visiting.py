"""A visit is logged: the row, the next due date, what no longer needs to be sent, and who must hear of a concern."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.choices import MatchStatus, Outcome
from matching.models import Match, Visit
from matching.services.meeting import not_in_the_future, start_match
from matching.services.moving_on import move_on, open_pause
from peerhub.lib import keyring
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import write
from peerhub.people.models import Person
from peerhub.people.services import record_change
from programmes.choices import Role


@transaction.atomic
def log_visit(
    match: Match,
    *,
    client_id: UUID,
    outcome: str,
    occurred_on: date,
    by: Member,
    now: datetime,
    minutes: int | None = None,
    place: str = "",
    request: str = "",
    note: str = "",
    has_concern: bool = False,
    concern: str = "",
) -> Visit:
    """Write down what became of a visit and work out when the next is due.

    The same ``client_id`` sent twice is one visit: the second call returns the first row and changes nothing. The first
    visit held begins the year. What waits as a reminder of this due date is cancelled; a concern is told to the
    supervisor, or to the coordinators where there is none. Raises Refused for a match in which no visits are made.
    """
    match = Match.objects.select_for_update(of=("self",)).select_related("programme", "supporter").get(pk=match.pk)
    sent_before = Visit.objects.filter(match=match, client_id=client_id).first()
    if sent_before:
        return sent_before
    _check(match, occurred_on=occurred_on, now=now)
    held = outcome == Outcome.HELD
    if held and match.status == MatchStatus.AGREED:
        start_match(match, started_on=occurred_on, by=by, now=now)
    visit = Visit(
        programme_id=match.programme_id,
        match=match,
        client_id=client_id,
        outcome=outcome,
        occurred_on=occurred_on,
        due_on=match.next_due_on,
        minutes=minutes if held else None,
        place=place if held else "",
        request=request if held else "",
        note=note,
        has_concern=has_concern or bool(concern.strip()),
        author_id=by.person_id,
        recorded_at=now,
    )
    visit.concern = keyring.lock(concern.strip(), place=visit.concern_place)
    visit = _store(visit)
    move_on(match, visit)
    record_change(visit, before="", after=outcome, by=by, now=now)
    if visit.has_concern:
        _tell_of_concern(match, visit, now=now)
    return visit


def _check(match: Match, *, occurred_on: date, now: datetime) -> None:
    not_in_the_future(occurred_on, match, now)
    pause = open_pause(match)
    if pause and occurred_on >= pause.starts_on:
        raise Refused(_("Visits are paused. Ask your contact person to end the pause, then send this again."))
    if match.status not in (MatchStatus.AGREED, MatchStatus.ACTIVE, MatchStatus.PAUSED):
        raise Refused(_("No visits are made in this match now. Your text is still here."))
    first = match.started_on or match.agreed_on
    if first and occurred_on < first:
        raise Refused(_("That day lies before the first visit. Please check the day."))


def _store(visit: Visit) -> Visit:
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError as error:
        if "visit_held_once_a_day" in str(error):
            raise Refused(_("A visit on this day was logged before.")) from error
        raise
    return visit


def _tell_of_concern(match: Match, visit: Visit, *, now: datetime) -> None:
    link = reverse("supervision:concern", args=[match.programme.slug, visit.pk])
    for person in concerned_people(match):
        write(kind=Kind.CONCERN, recipient=person, subject=f"visit:{visit.pk}", period="once", link=link, now=now)


def concerned_people(match: Match) -> list[Person]:
    """Who hears of trouble in a match: the supporter's supervisor, or all coordinators when there is none."""
    supervisor = match.supporter.supervisor
    if supervisor and supervisor.ends_on is None:
        return [supervisor.person]
    coordinators = match.programme.memberships.current().filter(role=Role.COORDINATOR).select_related("person")
    return [membership.person for membership in coordinators]


@transaction.atomic
def settle_concern(visit: Visit, *, by: Member, now: datetime) -> None:
    """The concern of this visit was followed up and is settled; it no longer holds a step down back."""
    open_one = Visit.objects.with_open_concern().filter(pk=visit.pk)
    if not open_one.update(concern_settled_at=now):
        raise Refused(_("This concern was settled before."))
    visit.refresh_from_db(fields=["concern_settled_at"])
    record_change(visit, before="concern", after="settled", by=by, now=now)
