from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching import taper
from matching.choices import Decision, SegmentReason
from matching.models.match import Match
from matching.querysets import ReviewQuerySet, SweepMarkQuerySet, VisitPlanQuerySet
from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Programme, default_grace

LESS_OFTEN = [SegmentReason.STEP_DOWN, SegmentReason.WISH]


def rules_of(programme: Programme) -> taper.Rules:
    """The programme's settings as the taper reads them; a plan that is made now keeps them."""
    return taper.Rules(
        ladder=tuple(programme.ladder),
        phase_months=tuple(programme.phase_months),
        review_lead_days=programme.review_lead_days,
        hold_weeks=programme.hold_weeks,
        min_weekly_months=programme.min_weekly_months,
        grace_days=tuple(programme.grace_days),
        after_missed_days=programme.after_missed_days,
        clock_stops=programme.clock_stops,
        resume_after_days=programme.resume_after_days,
        resume_visits=programme.resume_visits,
    )


class VisitPlan(models.Model):
    """The year of one match: its days and rules as they were when it began, and the next gate."""

    match = models.OneToOneField(Match, on_delete=models.CASCADE, related_name="plan")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends before"))
    ladder = ArrayField(models.PositiveSmallIntegerField())
    phase_months = ArrayField(models.PositiveSmallIntegerField())
    review_lead_days = models.PositiveSmallIntegerField()
    hold_weeks = models.PositiveSmallIntegerField()
    grace_days = ArrayField(models.PositiveSmallIntegerField(), default=default_grace)
    after_missed_days = models.PositiveSmallIntegerField(default=7, db_default=7)
    clock_stops = models.BooleanField(default=True, db_default=True)
    resume_after_days = models.PositiveSmallIntegerField(default=28, db_default=28)
    resume_visits = models.PositiveSmallIntegerField(default=2, db_default=2)
    gates = ArrayField(models.DateField(), default=list)
    gate_on = models.DateField(_("next possible step"), null=True, blank=True)
    review_due_on = models.DateField(_("review due on"), null=True, blank=True)

    objects = VisitPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit plan")
        verbose_name_plural = _("visit plans")
        indexes = [
            models.Index(fields=["gate_on"], name="plan_gate", condition=Q(gate_on__isnull=False)),
            models.Index(fields=["review_due_on"], name="plan_review", condition=Q(review_due_on__isnull=False)),
            models.Index(fields=["ends_on"], name="plan_end"),
        ]
        constraints = [
            constraints.in_order("starts_on", "ends_on", "plan_days_in_order", _("A plan ends after it starts.")),
        ]

    class Privacy:
        personal = ()
        sensitive = ()
        plain = (
            *("id", "match", "programme", "starts_on", "ends_on", "ladder", "phase_months", "review_lead_days"),
            *("hold_weeks", "grace_days", "after_missed_days", "clock_stops", "resume_after_days", "resume_visits"),
            *("gates", "gate_on", "review_due_on"),
        )

    def __str__(self) -> str:
        return f"plan of {self.match_id}"

    @property
    def rules(self) -> taper.Rules:
        """The rules this plan was made with."""
        return taper.Rules(
            tuple(self.ladder),
            tuple(self.phase_months),
            self.review_lead_days,
            self.hold_weeks,
            grace_days=tuple(self.grace_days),
            after_missed_days=self.after_missed_days,
            clock_stops=self.clock_stops,
            resume_after_days=self.resume_after_days,
            resume_visits=self.resume_visits,
        )


class Review(models.Model):
    """People sat together: may the visits become less frequent?"""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="reviews")
    gate_on = models.DateField(_("about the step of"), null=True, blank=True)
    held_on = models.DateField(_("held on"))
    decision = models.CharField(_("decision"), max_length=12, choices=Decision)
    request_allows = models.BooleanField(_("the request for help allows fewer visits"))
    reason = models.TextField(_("why"), blank=True, default="")
    led_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-held_on", "-pk"]
        constraints = [
            constraints.one_of("decision", Decision, "review_decision_known"),
            models.CheckConstraint(
                condition=~Q(decision=Decision.STEP_DOWN) | Q(request_allows=True),
                name="review_step_down_is_allowed",
                violation_error_message=_("Fewer visits only if the request for help allows it."),
            ),
            models.UniqueConstraint(
                fields=["match", "held_on"],
                name="review_once_a_day",
                violation_error_message=_("There is a review of this day already."),
            ),
        ]

    class Privacy:
        personal = ("led_by",)
        sensitive = ("reason",)
        plain = ("id", "programme", "match", "gate_on", "held_on", "decision", "request_allows", "recorded_at")

    def __str__(self) -> str:
        return f"review of {self.match_id} on {self.held_on}"


class Segment(models.Model):
    """From a day on, visits are so many days apart. A step down cannot be stored without the review that allows it.

    The check below is half of it; the trigger of ``matching/migrations`` compares the review itself: of this match, and
    with the decision that the reason says. It also refuses a longer interval under any other reason.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(VisitPlan, on_delete=models.CASCADE, related_name="segments")
    starts_on = models.DateField(_("from"))
    interval = models.PositiveSmallIntegerField(_("days between visits"))
    reason = models.CharField(_("why"), max_length=12, choices=SegmentReason)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, null=True, blank=True, related_name="segments")
    allows_decrease = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("part of the plan")
        verbose_name_plural = _("parts of the plan")
        ordering = ["starts_on", "pk"]
        constraints = [
            constraints.one_of("reason", SegmentReason, "segment_reason_known"),
            constraints.between("interval", 1, 56, "segment_interval_range", _("Visits are 1 to 56 days apart.")),
            models.UniqueConstraint(
                fields=["plan", "starts_on"],
                name="segment_once_a_day",
                violation_error_message=_("The frequency was changed on this day already."),
            ),
            models.CheckConstraint(
                condition=~Q(reason__in=LESS_OFTEN) | Q(review__isnull=False, allows_decrease=True),
                name="segment_step_down_has_review",
                violation_error_message=_("Visits become less frequent only with a review that allows it."),
            ),
        ]

    class Privacy:
        personal = ()
        sensitive = ()
        plain = ("id", "programme", "plan", "starts_on", "interval", "reason", "review", "allows_decrease")

    def __str__(self) -> str:
        return f"every {self.interval} days from {self.starts_on}"


class Pause(models.Model):
    """No visits for a while; the year and its gates move by as many days, where the programme's clock stops."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="pauses")
    starts_on = models.DateField(_("from"))
    expected_on = models.DateField(_("visits again from"))
    resumed_on = models.DateField(_("resumed on"), null=True, blank=True)
    due_before = models.DateField(_("was due on"), null=True, blank=True)
    begun = models.BooleanField(_("has begun"), default=True, db_default=True)
    reason = models.CharField(_("why"), max_length=200)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["match"],
                condition=Q(resumed_on__isnull=True),
                name="pause_one_open",
                violation_error_message=_("This match is paused already."),
            ),
            models.CheckConstraint(
                condition=Q(expected_on__gt=models.F("starts_on")),
                name="pause_has_length",
                violation_error_message=_("A pause ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(resumed_on__isnull=True) | Q(begun=True),
                name="pause_resumed_was_begun",
                violation_error_message=_("A pause that did not begin does not end."),
            ),
            constraints.in_order("starts_on", "resumed_on", "pause_days_in_order", _("Resumed after it began.")),
        ]

    class Privacy:
        personal = ()
        sensitive = ("reason",)
        plain = ("id", "programme", "match", "starts_on", "expected_on", "resumed_on", "due_before", "begun")

    def __str__(self) -> str:
        return f"pause of {self.match_id} from {self.starts_on}"


class Extension(models.Model):
    """A year that was made longer once, by months, with a reason. Reports count what comes after ``from_on`` apart."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    match = models.OneToOneField(Match, on_delete=models.CASCADE, related_name="extension")
    months = models.PositiveSmallIntegerField(_("months longer"))
    from_on = models.DateField(_("from the day on which the year would have ended"))
    reason = models.TextField(_("why"))
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(_("decided on"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            constraints.between("months", 1, 12, "extension_months_range", _("Give 1 to 12 months.")),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="extension_has_reason",
                violation_error_message=_("Say why the year becomes longer."),
            ),
        ]

    class Privacy:
        personal = ("decided_by",)
        sensitive = ("reason",)
        plain = ("id", "programme", "match", "months", "from_on", "decided_on")

    def __str__(self) -> str:
        return f"extension of {self.match_id}"


class SweepMark(models.Model):
    """When the daily sweep last came by in a programme, and the day it did there."""

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="sweep_mark")
    swept_at = models.DateTimeField()
    swept_on = models.DateField()

    objects = SweepMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("last sweep")
        verbose_name_plural = _("last sweeps")

    class Privacy:
        personal = ()
        sensitive = ()
        plain = ("id", "programme", "swept_at", "swept_on")

    def __str__(self) -> str:
        return f"sweep of {self.programme_id}"
