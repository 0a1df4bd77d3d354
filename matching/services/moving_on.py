"""The day of the next visit moves on: what a logged visit means for the plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import takewhile

from django.db.models import Max
from django.urls import reverse

from matching import taper
from matching.choices import BY_PARTICIPANT, MatchStatus, Outcome, SegmentReason
from matching.models import Match, Pause, Visit
from matching.services.answering import subject_of
from matching.services.deputising import who_hears
from matching.services.planning import pauses_of, segments_of
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel, write

BACK = (SegmentReason.STEP_BACK, SegmentReason.UNDONE)


def move_on(match: Match, visit: Visit) -> None:
    """Set the next due date by the rolling rule; late entries of older visits do not turn the clock back.

    What waits as a message about the old date is cancelled. The third visit in a row that the participant missed is a
    signal to who follows the match; nothing ends by itself.
    """
    if match.status == MatchStatus.CLOSED:  # a late entry: nothing is due any more
        match.last_held_on = _last_held(match)
        match.save(update_fields=["last_held_on"])
        return
    pause = open_pause(match)
    running = pause is not None and match.status == MatchStatus.PAUSED
    before = pause.due_before if pause and running else match.next_due_on
    due = before
    if visit.outcome == Outcome.HELD:
        due = _after_held(match, visit, before)
    elif visit.outcome in BY_PARTICIPANT:
        due = after_missed(match, visit, before)
    if pause and running:
        Pause.objects.filter(pk=pause.pk).update(due_before=due)
    else:
        match.next_due_on = due
    match.save(update_fields=["next_due_on", "last_held_on"])
    if before != due or visit.outcome == Outcome.HELD:
        for kind in (Kind.VISIT_REMINDER, Kind.VISIT_OVERDUE):
            cancel(kind=kind, subject=subject_of(match))
    if visit.outcome == Outcome.HELD:
        cancel(kind=Kind.NO_CONTACT, subject=subject_of(match))
    elif visit.outcome in BY_PARTICIPANT:
        _signal(match, now=visit.recorded_at)


def open_pause(match: Match) -> Pause | None:
    """The pause that has not ended (one that is planned too); none while visits go on."""
    return match.pauses.filter(resumed_on__isnull=True).first()


def _after_held(match: Match, visit: Visit, before: date | None) -> date | None:
    match.last_held_on = _last_held(match)
    return due_after_held(match, visit.occurred_on) if match.last_held_on == visit.occurred_on else before


def _last_held(match: Match) -> date | None:
    last: date | None = Visit.objects.filter(match=match).held().aggregate(last=Max("occurred_on"))["last"]
    return last


def due_after_held(match: Match, day: date) -> date | None:
    """When the next visit is due after the last one held; soon after a long pause, as often as at the start."""
    plan = match.plan
    pauses = pauses_of(match)
    long = [one for one in pauses if one.days > plan.rules.resume_after_days]
    since = max((one.resumes_on for one in long), default=day)
    held = Visit.objects.filter(match=match, occurred_on__gte=since).held().values_list("occurred_on", flat=True)
    at_most = plan.ladder[0] if taper.weekly_left(plan.rules, pauses, held, day) else None
    return _as_decided_since(match, day, taper.next_due(segments_of(plan), plan.ends_on, day, at_most=at_most))


def _as_decided_since(match: Match, day: date, due: date | None) -> date | None:
    """What came after a visit of long ago still holds: a pause moved the next one, a step back pulled it forward."""
    back = match.plan.segments.filter(reason__in=BACK, starts_on__gt=day).values_list("starts_on", "interval")
    pauses = {one.starts_on: one for one in pauses_of(match) if one.resumes_on > day}
    steps = dict(back)
    for on in sorted({*pauses, *steps}):
        if on in pauses:
            due = taper.due_after_pause(due, pauses[on])
        if on in steps and due is not None:
            due = min(due, max(on, day + timedelta(days=steps[on])))
    return due if due is None or due < match.plan.ends_on else None


def after_missed(match: Match, visit: Visit, before: date | None) -> date | None:
    """When a visit is due after one that the participant missed; before the first visit, after the day agreed on."""
    if match.last_held_on is None:  # the first visit: there is no plan yet, only the day that was agreed
        programme = match.programme
        again = visit.occurred_on + timedelta(days=min(programme.after_missed_days, programme.ladder[0]))
        return max(again, before) if before else again
    if visit.occurred_on <= match.last_held_on:
        return before
    return due_after_missed(match, visit.occurred_on)


def due_after_missed(match: Match, day: date) -> date | None:
    """When a visit is due again that did not happen on the participant's side."""
    plan = match.plan
    return _as_decided_since(match, day, taper.due_after_missed(segments_of(plan), plan.ends_on, day, plan.rules))


def missed_in_a_row(match: Match) -> int:
    """How many visits since the last one held did not happen on the participant's side, the newest first."""
    newest = Visit.objects.filter(match=match).order_by("-occurred_on", "-pk").values_list("outcome", flat=True)
    since = takewhile(lambda outcome: outcome != Outcome.HELD, newest[: 4 * taper.MISSED_IN_A_ROW])
    return sum(outcome in BY_PARTICIPANT for outcome in since)


def _signal(match: Match, *, now: datetime) -> None:
    if missed_in_a_row(match) < taper.MISSED_IN_A_ROW:
        return
    link = reverse("matching:match", args=[match.programme.slug, match.pk])
    period = str(match.last_held_on or match.agreed_on)
    for person in who_hears(match, now=now):
        write(
            kind=Kind.NO_CONTACT, recipient=person, subject=subject_of(match), period=period, link=link, now=now,
            due_on=match.last_held_on,
        )  # fmt: skip
