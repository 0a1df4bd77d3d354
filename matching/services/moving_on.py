"""The day of the next visit moves on: what a logged visit means for the plan."""

from __future__ import annotations

from django.db.models import Max

from matching import taper
from matching.choices import BY_PARTICIPANT, Outcome
from matching.models import Match, Pause, Visit
from matching.services.answering import subject_of
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel


def move_on(match: Match, visit: Visit) -> None:
    """Set the next due date by the rolling rule; late entries of older visits do not turn the clock back."""
    subject = subject_of(match)
    pause = open_pause(match)
    before = pause.due_before if pause else match.next_due_on
    due = before
    if visit.outcome == Outcome.HELD:
        last = Visit.objects.filter(match=match).held().aggregate(last=Max("occurred_on"))["last"]
        match.last_held_on = last
        if last == visit.occurred_on:
            due = taper.next_due(segments_of(match), match.plan.ends_on, last)
    elif visit.outcome in BY_PARTICIPANT and match.last_held_on and visit.occurred_on > match.last_held_on:
        due = taper.due_after_missed(segments_of(match), match.plan.ends_on, visit.occurred_on)
    if pause:
        Pause.objects.filter(pk=pause.pk).update(due_before=due)
    else:
        match.next_due_on = due
    match.save(update_fields=["next_due_on", "last_held_on"])
    if before != due or visit.outcome == Outcome.HELD:
        cancel(kind=Kind.VISIT_REMINDER, subject=subject)
        cancel(kind=Kind.VISIT_OVERDUE, subject=subject)


def open_pause(match: Match) -> Pause | None:
    """The pause that has not ended; none while visits are made."""
    return match.pauses.filter(resumed_on__isnull=True).first()


def segments_of(match: Match) -> list[taper.Segment]:
    """The parts of the plan, as the pure taper reads them."""
    return [taper.Segment(starts_on, interval) for starts_on, interval in
            match.plan.segments.values_list("starts_on", "interval")]  # fmt: skip
