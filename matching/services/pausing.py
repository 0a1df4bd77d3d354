"""No visits for a while: the year and its gates wait as well, where the programme's clock stops."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching import taper
from matching.choices import MATCH_MOVES, MatchStatus
from matching.models import Match, Pause
from matching.services.answering import subject_of
from matching.services.planning import ended_early_on, segments_of
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel
from peerhub.people.services import move, record_change


@transaction.atomic
def pause_match(
    match: Match,
    *,
    starts_on: date,
    expected_on: date,
    reason: str,
    by: Member,
    now: datetime,
    longer: bool = False,
) -> Pause:
    """Pause the visits from a day until they are expected again; nothing is due and nothing overdue meanwhile.

    A day to come is kept: the sweep begins the pause on it. More days than the programme allows need the word of the
    supervisor (``longer``).
    """
    _check_days(match, starts_on, expected_on, longer)
    if match.status != MatchStatus.ACTIVE:
        raise Refused(_("Only a match in which visits are made can pause."))
    begun = starts_on <= local_date(now, match.programme.timezone)
    due_before = match.next_due_on if begun else None
    try:
        with transaction.atomic():
            pause = Pause.objects.create(
                programme_id=match.programme_id, match=match, starts_on=starts_on, expected_on=expected_on,
                due_before=due_before, begun=begun, reason=reason,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("A pause of this match is planned or under way. End that one first.")) from error
    if not begun:
        record_change(pause, before="", after="planned", by=by, now=now, reason=reason)
        return pause
    move(match, MatchStatus.PAUSED, moves=MATCH_MOVES, by=by, now=now, reason=reason, next_due_on=None)
    cancel(kind=Kind.VISIT_REMINDER, subject=subject_of(match))
    cancel(kind=Kind.VISIT_OVERDUE, subject=subject_of(match))
    return pause


def _check_days(match: Match, starts_on: date, expected_on: date, longer: bool) -> None:
    if match.last_held_on and starts_on <= match.last_held_on:
        raise Refused(_("A visit was held on or after that day. Begin the pause after the last visit."))
    if expected_on <= starts_on:
        raise Refused(_("A pause ends after it begins."))
    most = match.programme.max_pause_days
    if (expected_on - starts_on).days > most and not longer:
        sentence = ngettext(
            "A pause lasts %(most)s day at most. A longer one needs the supervisor's word, or a talk about closing.",
            "A pause lasts %(most)s days at most. A longer one needs the supervisor's word, or a talk about closing.",
            most,
        )
        raise Refused(sentence % {"most": most})


@transaction.atomic
def resume_match(match: Match, *, resumed_on: date, by: Member | None, now: datetime) -> None:
    """Visits begin again on a day: the end and the gates to come move by the length of the pause.

    A pause that was only planned is dropped, and nothing has changed.
    """
    pause = Pause.objects.select_for_update().filter(match=match, resumed_on__isnull=True).first()
    if pause is None:
        raise Refused(_("This match is not paused."))
    if not pause.begun:
        record_change(pause, before="planned", after="dropped", by=by, now=now)
        pause.delete()
        return
    if resumed_on < pause.starts_on or resumed_on > local_date(now, match.programme.timezone):
        raise Refused(_("Give a day from the beginning of the pause up to today."))
    plan = match.plan
    rules = plan.rules
    span = taper.Pause(pause.starts_on, resumed_on)
    plan.gates = [taper.moved_by_pause(gate, span, rules) for gate in plan.gates]
    if plan.gate_on:
        before = plan.gate_on
        plan.gate_on = taper.moved_by_pause(before, span, rules)
        if plan.review_due_on:
            plan.review_due_on += plan.gate_on - before
    decided_on = ended_early_on(match)
    plan.ends_on = taper.end_after_pause(plan.ends_on, span, rules, decided_on=decided_on)
    plan.save(update_fields=["gates", "gate_on", "review_due_on", "ends_on"])
    due = taper.due_after_pause(_due_before(match, pause), span)
    Pause.objects.filter(pk=pause.pk).update(resumed_on=resumed_on)
    move(
        match,
        MatchStatus.ACTIVE,
        moves={MatchStatus.PAUSED: (MatchStatus.ACTIVE,)},
        by=by,
        now=now,
        next_due_on=taper.due_in_year(due, plan.ends_on, decided_on=decided_on),
    )


def _due_before(match: Match, pause: Pause) -> date | None:
    """The visit that waited for the end of the pause.

    Where nothing was due because the year was nearly over, the year may be longer now: then it is worked out anew.
    """
    if pause.due_before or not match.last_held_on:
        return pause.due_before
    return taper.next_due(segments_of(match.plan), match.plan.ends_on, match.last_held_on)
