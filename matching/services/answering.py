"""Both sides answer a proposal: yes, or no without having to say why."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from matching.choices import MATCH_MOVES, MatchStatus
from matching.models import Match
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel
from peerhub.people.services import move, record_change


def subject_of(match: Match) -> str:
    """How messages name this match without naming anybody."""
    return f"match:{match.pk}"


@transaction.atomic
def accept_match(match: Match, *, by: Member, now: datetime) -> None:
    """The peer supporter says yes to the proposal."""
    _say_yes(match, "supporter_accepted_on", today=local_date(now, match.programme.timezone))
    cancel(kind=Kind.PROPOSAL, subject=subject_of(match))
    record_change(match, before=MatchStatus.PROPOSED, after="supporter_yes", by=by, now=now)


@transaction.atomic
def accept_for_participant(match: Match, *, by: Member, now: datetime) -> None:
    """The participant says yes; the coordinator who asked her writes it down."""
    _say_yes(match, "participant_accepted_on", today=local_date(now, match.programme.timezone))
    record_change(match, before=MatchStatus.PROPOSED, after="participant_yes", by=by, now=now)


def _say_yes(match: Match, field: str, *, today: date) -> None:
    asked = Match.objects.filter(pk=match.pk, status=MatchStatus.PROPOSED, **{f"{field}__isnull": True})
    if not asked.update(**{field: max(today, match.proposed_on)}):
        raise Refused(_("This proposal was answered before, or is no longer open. Nothing was changed."))
    match.refresh_from_db()


@transaction.atomic
def decline_match(match: Match, *, by: Member, now: datetime, reason: str = "") -> None:
    """Either side says no. Nobody is blamed: the participant waits on, and this pair is not proposed again."""
    move(match, MatchStatus.DECLINED, moves=MATCH_MOVES, by=by, now=now, reason=reason, decline_reason=reason[:200])
    cancel(kind=Kind.PROPOSAL, subject=subject_of(match))
