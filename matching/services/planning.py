"""The plan of the year: it is made with the first visit, and changed by reviews, wishes and second thoughts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching import taper
from matching.choices import Decision, MatchStatus, SegmentReason
from matching.models import Extension, Match, Pause, Review, Segment, Visit, VisitPlan
from matching.models.plan import LESS_OFTEN, rules_of
from matching.services.answering import subject_of
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel
from peerhub.people.services import record_change

UNDO_WITHIN = timedelta(days=14)


def make_plan(match: Match, *, started_on: date) -> VisitPlan:
    """The year of a match, from its first visit on: weekly, with gates at which it may become less."""
    rules = rules_of(match.programme)
    nominal = taper.gates(started_on, rules)
    gate = taper.next_gate(nominal, started_on)
    plan = VisitPlan.objects.create(
        match=match,
        programme_id=match.programme_id,
        starts_on=started_on,
        ends_on=taper.plan_end(started_on, rules),
        ladder=list(rules.ladder),
        phase_months=list(rules.phase_months),
        review_lead_days=rules.review_lead_days,
        hold_weeks=rules.hold_weeks,
        grace_days=list(rules.grace_days),
        after_missed_days=rules.after_missed_days,
        clock_stops=rules.clock_stops,
        resume_after_days=rules.resume_after_days,
        resume_visits=rules.resume_visits,
        gates=list(nominal),
        gate_on=gate,
        review_due_on=taper.review_due(gate, rules),
    )
    set_interval(match, plan, rules.ladder[0], from_on=started_on, reason=SegmentReason.INITIAL)
    match.save(update_fields=["interval", "grace"])
    return plan


def set_interval(
    match: Match, plan: VisitPlan, interval: int, *, from_on: date, reason: str, review: Review | None = None
) -> None:
    """From a day on visits are so many days apart; the database compares a longer interval with its review.

    Sets the match's interval and its days of patience too; the caller saves it.
    """
    less = reason in LESS_OFTEN
    Segment.objects.update_or_create(
        plan=plan,
        starts_on=from_on,
        defaults={
            "programme_id": match.programme_id,
            "interval": interval,
            "reason": reason,
            "review": review,
            "allows_decrease": less,
        },
    )
    match.interval, match.grace = interval, taper.grace(plan.rules, interval)


def segments_of(plan: VisitPlan) -> list[taper.Segment]:
    """The parts of the plan, as the pure taper reads them."""
    parts = plan.segments.values_list("starts_on", "interval")
    return [taper.Segment(starts_on, interval) for starts_on, interval in parts]


def pauses_of(match: Match) -> list[taper.Pause]:
    """The pauses that are over, as the pure taper reads them."""
    over = Pause.objects.filter(match=match, resumed_on__isnull=False).values_list("starts_on", "resumed_on")
    return [taper.Pause(starts_on, resumed_on) for starts_on, resumed_on in over if resumed_on]


def ended_early_on(match: Match) -> date | None:
    """The day on which a review ended the year early, the latest if several did; the sweep asks the same in SQL."""
    ends = Review.objects.filter(match=match, decision=Decision.END_EARLY).aggregate(at=Max("recorded_at"))
    return local_date(ends["at"], match.programme.timezone) if ends["at"] else None


def coming_dates(match: Match) -> list[date]:
    """Every day a visit is due from the open one on, if each is held on its day; those after a long pause included."""
    plan = match.plan
    if match.next_due_on is None:
        return []
    pauses = pauses_of(match)
    long = [one for one in pauses if one.days > plan.rules.resume_after_days]
    since = max((one.resumes_on for one in long), default=match.next_due_on)
    held = Visit.objects.filter(match=match, occurred_on__gte=since).held().values_list("occurred_on", flat=True)
    weekly = taper.weekly_left(plan.rules, pauses, held, match.next_due_on)
    return taper.planned_dates(
        segments_of(plan), plan.ends_on, match.next_due_on, weekly=weekly, at_most=plan.ladder[0]
    )


def more_often(
    match: Match, interval: int, *, from_on: date, reason: str, nominal: list[date], review: Review | None = None
) -> None:
    """Visits become more frequent at once: the open due date is pulled forward, and the step is asked about again."""
    plan = match.plan
    set_interval(match, plan, interval, from_on=from_on, reason=reason, review=review)
    if match.last_held_on:
        due = taper.due_after_step_back(match.next_due_on, from_on, match.last_held_on, interval)
        match.next_due_on = due if due < plan.ends_on else None
    match.save(update_fields=["interval", "grace", "next_due_on"])
    set_gate(plan, taper.gate_after_step_back(nominal, from_on, plan.rules))
    cancel(kind=Kind.VISIT_REMINDER, subject=subject_of(match))


def set_gate(plan: VisitPlan, gate: taper.Gate | None) -> None:
    """The next possible step and its review; a step that would come after the end is none."""
    open_gate = gate if gate and gate.on < plan.ends_on else None
    plan.gate_on = open_gate.on if open_gate else None
    plan.review_due_on = open_gate.review_due_on if open_gate else None
    plan.save(update_fields=["gate_on", "review_due_on"])


def last_step(plan: VisitPlan, today: date) -> Segment | None:
    """The step to fewer visits that is in force and so new that it can still be taken back."""
    newest = plan.segments.filter(starts_on__lte=today).order_by("-starts_on").first()
    if newest is None or newest.reason not in LESS_OFTEN or today - newest.starts_on > UNDO_WITHIN:
        return None
    return newest


@transaction.atomic
def undo_step(match: Match, *, reason: str, by: Member, now: datetime) -> None:
    """Take the newest step to fewer visits back, within two weeks: visits are as often as before, from today on.

    The step stays in the history; four weeks (the programme's hold weeks) later a review asks again.
    """
    match = Match.objects.select_for_update(of=("self",)).select_related("plan", "programme").get(pk=match.pk)
    today = local_date(now, match.programme.timezone)
    step = last_step(match.plan, today) if match.status == MatchStatus.ACTIVE else None
    if step is None:
        raise Refused(_("There is no step of the last two weeks to take back."))
    before = match.plan.segments.filter(starts_on__lt=step.starts_on).order_by("-starts_on").first()
    interval = before.interval if before else match.plan.ladder[0]
    more_often(match, interval, from_on=today, reason=SegmentReason.UNDONE, nominal=match.plan.gates)
    cancel(kind=Kind.FREQUENCY_CHANGED, subject=subject_of(match))
    record_change(match, before=step.reason, after=SegmentReason.UNDONE, by=by, now=now, reason=reason)


@transaction.atomic
def extend_plan(match: Match, *, months: int, reason: str, by: Member, now: datetime) -> Extension:
    """Make the year longer, once, by some months: a supervisor's decision with a reason, counted apart in reports.

    The months are added to the end as it stands, also where a review ended the year early. Visits go on as often as
    now; after a pause, when it ends. Raises Refused beyond the programme's limit and when it was made longer before.
    """
    match = Match.objects.select_for_update(of=("self",)).select_related("plan", "programme").get(pk=match.pk)
    most = match.programme.extension_months
    if match.status not in (MatchStatus.ACTIVE, MatchStatus.PAUSED):
        raise Refused(_("Only a year that is under way can be made longer."))
    if not 1 <= months <= most:
        sentence = ngettext("Give 1 month at most.", "Give %(most)s months at most.", most)
        raise Refused(sentence % {"most": most} if most else _("In this programme a year is not made longer."))
    plan, today = match.plan, local_date(now, match.programme.timezone)
    try:
        with transaction.atomic():
            extension = Extension.objects.create(
                programme_id=match.programme_id, match=match, months=months, from_on=plan.ends_on, reason=reason,
                decided_by_id=by.person_id, decided_on=today,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("This year was made longer before.")) from error
    plan.ends_on = taper.extended(plan.ends_on, months)
    plan.save(update_fields=["ends_on"])
    if match.status == MatchStatus.ACTIVE and match.next_due_on is None and match.last_held_on:
        match.next_due_on = taper.next_due(segments_of(plan), plan.ends_on, match.last_held_on)
        match.save(update_fields=["next_due_on"])
    cancel(kind=Kind.YEAR_ENDS, subject=subject_of(match))
    record_change(extension, before="", after="extended", by=by, now=now, reason=reason)
    return extension
