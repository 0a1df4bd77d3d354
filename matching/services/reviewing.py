"""A review decides whether visits may become less frequent; a step itself is taken at its gate, by the sweep."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching import taper
from matching.choices import Decision, MatchStatus, SegmentReason
from matching.models import Match, Review, Segment
from matching.services.answering import subject_of
from matching.services.meeting import not_in_the_future
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel
from peerhub.people.services import record_change


@transaction.atomic
def record_review(
    match: Match, *, held_on: date, decision: str, request_allows: bool, reason: str, by: Member, now: datetime
) -> Review:
    """Write down what a review decided.

    *Less often* waits for the gate; *keep* moves the gate by the programme's hold weeks and asks again before it;
    *more often* works at once and pulls the open due date forward.
    """
    match = Match.objects.select_for_update(of=("self",)).select_related("plan", "programme").get(pk=match.pk)
    not_in_the_future(held_on, match, now)
    if match.status != MatchStatus.ACTIVE:
        raise Refused(_("A review is held while visits are made."))
    if decision == Decision.STEP_DOWN and not request_allows:
        raise Refused(_("Fewer visits only if the request for help allows it."))
    if decision == Decision.STEP_DOWN and match.plan.gate_on is None:
        raise Refused(_("This plan has no further step down."))
    review = _store(match, held_on, decision, request_allows, reason, by, now)
    if decision == Decision.HOLD:
        _hold(match)
    elif decision == Decision.STEP_BACK:
        _step_back(match, review, decided_on=local_date(now, match.programme.timezone))
    else:
        match.plan.review_due_on = None
        match.plan.save(update_fields=["review_due_on"])
    cancel(kind=Kind.REVIEW_DUE, subject=subject_of(match))
    record_change(review, before="", after=decision, by=by, now=now, reason=reason)
    return review


def _store(
    match: Match, held_on: date, decision: str, request_allows: bool, reason: str, by: Member, now: datetime
) -> Review:
    try:
        with transaction.atomic():
            return Review.objects.create(
                programme_id=match.programme_id,
                match=match,
                gate_on=match.plan.gate_on,
                held_on=held_on,
                decision=decision,
                request_allows=request_allows,
                reason=reason,
                led_by_id=by.person_id,
                recorded_at=now,
            )
    except IntegrityError as error:
        raise Refused(_("There is a review of this day already.")) from error


def _hold(match: Match) -> None:
    plan = match.plan
    if plan.gate_on:
        plan.gate_on = taper.gate_after_hold(plan.gate_on, plan.rules)
        plan.review_due_on = taper.review_due(plan.gate_on, plan.rules)
        plan.save(update_fields=["gate_on", "review_due_on"])


def _step_back(match: Match, review: Review, *, decided_on: date) -> None:
    plan = match.plan
    interval = taper.step_back(plan.rules, match.interval)
    if interval == match.interval:
        raise Refused(_("Visits are as frequent as this plan goes."))
    Segment.objects.update_or_create(
        plan=plan,
        starts_on=decided_on,
        defaults={
            "programme_id": match.programme_id,
            "interval": interval,
            "reason": SegmentReason.STEP_BACK,
            "review": review,
            "allows_decrease": False,
        },
    )
    match.interval = interval
    if match.last_held_on:
        due = taper.due_after_step_back(match.next_due_on, decided_on, match.last_held_on, interval)
        match.next_due_on = due if due < plan.ends_on else None
    match.save(update_fields=["interval", "next_due_on"])
    plan.gate_on = taper.next_gate(plan.gates, decided_on)
    plan.review_due_on = taper.review_due(plan.gate_on, plan.rules)
    plan.save(update_fields=["gate_on", "review_due_on"])
