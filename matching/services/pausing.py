"""No visits for a while: the year and its gates wait as well."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from matching import taper
from matching.choices import MATCH_MOVES, MatchStatus
from matching.models import Match, Pause
from matching.services.answering import subject_of
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel
from peerhub.people.services import move

LONGEST = timedelta(days=90)


@transaction.atomic
def pause_match(match: Match, *, starts_on: date, expected_on: date, reason: str, by: Member, now: datetime) -> Pause:
    """Pause the visits from a day until they are expected again; nothing is due and nothing overdue meanwhile."""
    today = local_date(now, match.programme.timezone)
    if starts_on > today:
        raise Refused(_("A pause begins today or began before. Plan it on the day itself."))
    if match.last_held_on and starts_on <= match.last_held_on:
        raise Refused(_("A visit was held on or after that day. Begin the pause after the last visit."))
    if expected_on <= starts_on:
        raise Refused(_("A pause ends after it begins."))
    if expected_on - starts_on > LONGEST:
        raise Refused(_("A pause lasts 90 days at most. After that, talk about closing or starting again."))
    due_before = match.next_due_on
    move(match, MatchStatus.PAUSED, moves=MATCH_MOVES, by=by, now=now, reason=reason, next_due_on=None)
    cancel(kind=Kind.VISIT_REMINDER, subject=subject_of(match))
    cancel(kind=Kind.VISIT_OVERDUE, subject=subject_of(match))
    return Pause.objects.create(
        programme_id=match.programme_id,
        match=match,
        starts_on=starts_on,
        expected_on=expected_on,
        due_before=due_before,
        reason=reason,
    )


@transaction.atomic
def resume_match(match: Match, *, resumed_on: date, by: Member | None, now: datetime) -> None:
    """Visits begin again on a day: the end and the gates to come move by the length of the pause."""
    pause = Pause.objects.select_for_update().filter(match=match, resumed_on__isnull=True).first()
    if pause is None:
        raise Refused(_("This match is not paused."))
    if resumed_on < pause.starts_on or resumed_on > local_date(now, match.programme.timezone):
        raise Refused(_("Give a day from the beginning of the pause up to today."))
    plan = match.plan
    rules = plan.rules
    span = taper.Pause(pause.starts_on, resumed_on)
    shift = timedelta(days=span.days)
    plan.gates = [gate + shift if pause.starts_on < gate else gate for gate in plan.gates]
    if plan.gate_on and pause.starts_on < plan.gate_on:
        plan.gate_on += shift
        plan.review_due_on = taper.review_due(plan.gate_on, rules)
    plan.ends_on += shift
    plan.save(update_fields=["gates", "gate_on", "review_due_on", "ends_on"])
    due = taper.due_after_pause(pause.due_before, span)
    Pause.objects.filter(pk=pause.pk).update(resumed_on=resumed_on)
    move(
        match,
        MatchStatus.ACTIVE,
        moves={MatchStatus.PAUSED: (MatchStatus.ACTIVE,)},
        by=by,
        now=now,
        next_due_on=due if due and due < plan.ends_on else None,
    )
