"""A review decides whether visits may become less frequent; a step itself is taken at its gate, by the sweep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching import taper
from matching.choices import Decision, MatchStatus, Request, SegmentReason
from matching.models import Match, Review, Visit
from matching.services.answering import subject_of
from matching.services.meeting import not_in_the_future
from matching.services.planning import more_often, set_gate, set_interval
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel, write
from peerhub.people.services import record_change

LAST_ANSWERS = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the last visits say about a step down: answers to “more or less help?”, newest first, and open concerns."""

    answers: tuple[str, ...]
    open_concerns: int

    @property
    def allows(self) -> bool:
        """No answer asks for more help and no concern is open: the same rule as the sweep's."""
        return Request.MORE not in self.answers and not self.open_concerns


def evidence_for(match: Match) -> Evidence:
    """The evidence as it stands now."""
    held = Visit.objects.filter(match=match).held().order_by("-occurred_on", "-pk")
    answers = tuple(held.values_list("request", flat=True)[:LAST_ANSWERS])
    return Evidence(answers, Visit.objects.filter(match=match).with_open_concern().count())


@transaction.atomic
def record_review(
    match: Match, *, held_on: date, decision: str, request_allows: bool, reason: str, by: Member, now: datetime
) -> Review:
    """Write down what a review decided.

    *Less often* waits for the gate; *keep* moves the gate by the programme's hold weeks and asks again before it;
    *more often* works at once and pulls the open due date forward; *her wish* is a step down at once, also in the first
    months, because support is voluntary; *end* makes today the end of the plan, and the closing talk is asked for.
    """
    match = Match.objects.select_for_update(of=("self",)).select_related("plan", "programme").get(pk=match.pk)
    not_in_the_future(held_on, match, now)
    _check(match, decision, request_allows)
    review = _store(match, held_on, decision, request_allows, reason, by, now)
    _carry_out(match, review, now=now)
    cancel(kind=Kind.REVIEW_DUE, subject=subject_of(match))
    record_change(review, before="", after=decision, by=by, now=now, reason=reason)
    return review


def _check(match: Match, decision: str, request_allows: bool) -> None:
    if match.status != MatchStatus.ACTIVE:
        raise Refused(_("A review is held while visits are made."))
    if decision == Decision.STEP_DOWN and not request_allows:
        raise Refused(_("Fewer visits only if the request for help allows it."))
    if decision == Decision.STEP_DOWN and match.plan.gate_on is None:
        raise Refused(_("This plan has no further step down."))
    if decision == Decision.STEP_BACK and taper.step_back(match.plan.rules, match.interval) == match.interval:
        raise Refused(_("Visits are as frequent as this plan goes."))
    if decision == Decision.WISH:
        if taper.step_down(match.plan.rules, match.interval) == match.interval:
            raise Refused(_("This plan has no further step down."))
        if evidence_for(match).open_concerns:
            raise Refused(_("A concern is open. Follow it up first; then fewer visits are possible."))


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


def _carry_out(match: Match, review: Review, *, now: datetime) -> None:
    plan, today = match.plan, local_date(now, match.programme.timezone)
    if review.decision == Decision.STEP_DOWN:
        plan.review_due_on = None
        plan.save(update_fields=["review_due_on"])
    elif review.decision == Decision.HOLD and plan.gate_on:
        set_gate(plan, taper.gate_after_hold(plan.gate_on, review.held_on, plan.rules))
    elif review.decision == Decision.STEP_BACK:
        interval = taper.step_back(plan.rules, match.interval)
        more_often(match, interval, from_on=today, reason=SegmentReason.STEP_BACK, nominal=plan.gates, review=review)
    elif review.decision == Decision.WISH:
        _fewer_at_once(match, review, today=today, now=now)
    elif review.decision == Decision.END_EARLY:
        _end_early(match, today=today)


def _fewer_at_once(match: Match, review: Review, *, today: date, now: datetime) -> None:
    plan = match.plan
    interval = taper.step_down(plan.rules, match.interval)
    set_interval(match, plan, interval, from_on=today, reason=SegmentReason.WISH, review=review)
    match.save(update_fields=["interval", "grace"])
    gate = taper.next_gate(plan.gates, today)
    due = taper.review_due(gate, plan.rules)
    set_gate(plan, taper.Gate(gate, max(due, today)) if gate and due else None)
    write(
        kind=Kind.FREQUENCY_CHANGED, recipient=match.supporter_person, subject=subject_of(match), period=str(today),
        link=f"/p/{match.programme.slug}/visits/{match.pk}/year/", now=now, due_on=today,
    )  # fmt: skip


def _end_early(match: Match, *, today: date) -> None:
    plan = match.plan
    set_gate(plan, None)
    plan.ends_on = min(plan.ends_on, max(today, plan.starts_on + timedelta(days=1)))
    plan.save(update_fields=["ends_on"])
    match.next_due_on = None
    match.save(update_fields=["next_due_on"])
    for kind in (Kind.VISIT_REMINDER, Kind.VISIT_OVERDUE):
        cancel(kind=kind, subject=subject_of(match))
