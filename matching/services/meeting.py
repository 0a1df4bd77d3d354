"""From two yeses to a match, and its end: introduction, agreement, first visit, closing."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from matching.choices import MATCH_MOVES, EndReason, MatchStatus
from matching.models import Match, Pause, VisitPlan
from matching.services.answering import subject_of
from matching.services.planning import make_plan
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel
from peerhub.people.services import move, record_change, revoke_links
from recruitment.choices import PARTICIPANT_MOVES, ParticipantStatus, SupporterStatus
from recruitment.models import PeerSupporter


def not_in_the_future(day: date, match: Match, now: datetime) -> None:
    """Refuse a day that has not come yet in the programme's time zone."""
    if day > local_date(now, match.programme.timezone):
        raise Refused(_("That day has not come yet. Give today or an earlier day."))


@transaction.atomic
def plan_meeting(
    match: Match, *, meeting_at: datetime, meeting_place: str, staff: int, by: Member, now: datetime
) -> None:
    """They will meet for the first time: when, where, and who of the team is there. May be planned anew until then."""
    if not match.is_answered:
        raise Refused(_("Both say yes before they are introduced."))
    if meeting_at <= now:
        raise Refused(_("Plan a time that is still to come. What was held is written down as the introduction."))
    if not match.programme.memberships.current().team().filter(person_id=staff).exists():
        raise Refused(_("Choose somebody of the team."))
    planned = Match.objects.proposed().answered().filter(pk=match.pk)
    again = planned.exclude(meeting_at=meeting_at, meeting_place=meeting_place, meeting_staff_id=staff)
    if not again.update(meeting_at=meeting_at, meeting_place=meeting_place, meeting_staff_id=staff):
        raise Refused(_("This meeting is planned already, or they have met. Nothing was changed."))
    match.refresh_from_db()
    record_change(match, before=MatchStatus.PROPOSED, after="meeting_planned", by=by, now=now)


@transaction.atomic
def introduce_match(match: Match, *, introduced_on: date, by: Member, now: datetime) -> None:
    """The two met for the first time, with somebody of the team present. Needs a yes from both.

    Who was there is responsible for the match where nobody is yet.
    """
    not_in_the_future(introduced_on, match, now)
    if not match.is_answered:
        raise Refused(_("Both say yes before they are introduced."))
    if introduced_on < match.proposed_on:
        raise Refused(_("They cannot have met before the proposal was made."))
    move(
        match,
        MatchStatus.INTRODUCED,
        moves=MATCH_MOVES,
        by=by,
        now=now,
        introduced_on=introduced_on,
        introduced_by_id=match.meeting_staff_id or by.person_id,
        responsible_id=match.responsible_id or match.meeting_staff_id or by.person_id,
        revealed_at=match.revealed_at or now,
    )


@transaction.atomic
def agree_match(match: Match, *, agreed_on: date, first_visit_on: date, by: Member, now: datetime) -> None:
    """Both confirmed goals, terms and confidentiality; the first visit gets a day, the waiting ends.

    The last of the two confirmations does this (matching/services/agreeing.py).
    """
    not_in_the_future(agreed_on, match, now)
    if match.introduced_on and agreed_on < match.introduced_on:
        raise Refused(_("They agree after they are introduced."))
    if first_visit_on < agreed_on:
        raise Refused(_("The first visit comes after agreeing."))
    if not (match.supporter_agreed_on and match.participant_agreed_on and match.oriented_on):
        raise Refused(_("Both confirm the agreement first, after everything was explained to the participant."))
    supporter = PeerSupporter.objects.select_for_update().get(pk=match.supporter_id)
    if supporter.status != SupporterStatus.ACTIVE:
        raise Refused(_("This peer supporter is not active now."))
    move(match, MatchStatus.AGREED, moves=MATCH_MOVES, by=by, now=now, agreed_on=agreed_on, next_due_on=first_visit_on)
    move(match.participant, ParticipantStatus.SUPPORTED, moves=PARTICIPANT_MOVES, by=by, now=now)


def start_match(match: Match, *, started_on: date, by: Member | None, now: datetime) -> VisitPlan:
    """The first visit was held: the year begins, anchored on that day. Part of logging the visit."""
    move(match, MatchStatus.ACTIVE, moves=MATCH_MOVES, by=by, now=now, started_on=started_on)
    return make_plan(match, started_on=started_on)


@transaction.atomic
def close_match(
    match: Match,
    *,
    ended_on: date,
    end_reason: str,
    back_to_waiting: bool,
    by: Member,
    now: datetime,
    no_talk_reason: str = "",
) -> None:
    """A closing talk was held on the last day, or there is a reason why not; the participant waits again or leaves.

    What was due and the messages about it are cancelled.
    """
    not_in_the_future(ended_on, match, now)
    first = match.started_on or match.agreed_on
    if first and ended_on < first:
        raise Refused(_("It cannot end before it began."))
    open_pause = Pause.objects.filter(match=match, resumed_on__isnull=True)
    move(
        match,
        MatchStatus.CLOSED,
        moves=MATCH_MOVES,
        by=by,
        now=now,
        ended_on=ended_on,
        end_reason=end_reason,
        closing_talk_on=None if no_talk_reason.strip() else ended_on,
        no_talk_reason=no_talk_reason.strip()[:200],
        next_due_on=None,
    )
    open_pause.filter(starts_on__lte=ended_on).update(resumed_on=ended_on, begun=True)
    revoke_links(match.participant_person, by=by, now=now, subject=subject_of(match))
    for kind in (
        Kind.VISIT_REMINDER,
        Kind.VISIT_OVERDUE,
        Kind.REVIEW_DUE,
        Kind.FREQUENCY_CHANGED,
        Kind.YEAR_ENDS,
    ):
        cancel(kind=kind, subject=subject_of(match))
    if back_to_waiting:
        move(match.participant, ParticipantStatus.WAITING, moves=PARTICIPANT_MOVES, by=by, now=now)
    else:
        move(
            match.participant,
            ParticipantStatus.CLOSED,
            moves=PARTICIPANT_MOVES,
            by=by,
            now=now,
            closed_on=max(ended_on, match.participant.registered_on),
            closing_reason=str(EndReason(end_reason).label),
        )
