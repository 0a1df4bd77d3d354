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
from peerhub.people.services import move
from recruitment.choices import PARTICIPANT_MOVES, ParticipantStatus, SupporterStatus
from recruitment.models import PeerSupporter


def not_in_the_future(day: date, match: Match, now: datetime) -> None:
    """Refuse a day that has not come yet in the programme's time zone."""
    if day > local_date(now, match.programme.timezone):
        raise Refused(_("That day has not come yet. Give today or an earlier day."))


@transaction.atomic
def introduce_match(match: Match, *, introduced_on: date, by: Member, now: datetime) -> None:
    """The two met for the first time, with somebody of the team present. Needs a yes from both."""
    not_in_the_future(introduced_on, match, now)
    if not (match.supporter_accepted_on and match.participant_accepted_on):
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
        introduced_by_id=by.person_id,
    )


@transaction.atomic
def agree_match(match: Match, *, agreed_on: date, first_visit_on: date, by: Member, now: datetime) -> None:
    """Both agree on goals, terms and confidentiality; the first visit gets a day, the waiting ends."""
    not_in_the_future(agreed_on, match, now)
    if match.introduced_on and agreed_on < match.introduced_on:
        raise Refused(_("They agree after they are introduced."))
    if first_visit_on < agreed_on:
        raise Refused(_("The first visit comes after agreeing."))
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
    match: Match, *, ended_on: date, end_reason: str, back_to_waiting: bool, by: Member, now: datetime
) -> None:
    """A closing talk was held, or it ended otherwise; the participant waits again or leaves.

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
        next_due_on=None,
    )
    open_pause.filter(starts_on__lte=ended_on).update(resumed_on=ended_on)
    for kind in (Kind.VISIT_REMINDER, Kind.VISIT_OVERDUE, Kind.REVIEW_DUE, Kind.YEAR_ENDS):
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
