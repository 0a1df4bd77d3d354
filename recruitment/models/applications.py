"""Somebody offers to become a peer supporter: the application and its two talks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Programme
from recruitment.choices import OPEN_APPLICATION, ApplicationStatus, Channel, DeclineReason
from recruitment.models.campaigns import Campaign
from recruitment.querysets import ApplicationQuerySet


class Application(models.Model):
    """Somebody offers to become a peer supporter; two selection meetings come before the decision."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    status = models.CharField(
        _("status"), max_length=12, choices=ApplicationStatus, default=ApplicationStatus.SUBMITTED
    )
    submitted_on = models.DateField(_("received on"))
    channel = models.CharField(_("found through"), max_length=16, choices=Channel, default=Channel.OTHER)
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("campaign"),
    )
    motivation = models.TextField(_("why this person wants to support others"), blank=True, default="")
    experience = models.TextField(_("lived experience"), blank=True, default="")
    hours_per_week = models.PositiveSmallIntegerField(_("hours a week"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decline_reason = models.CharField(_("reason"), max_length=12, choices=DeclineReason, blank=True, default="")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-submitted_on", "-pk"]
        constraints = [
            constraints.one_of("status", ApplicationStatus, "application_status_known"),
            models.UniqueConstraint(
                fields=["programme", "person"],
                condition=Q(status__in=OPEN_APPLICATION),
                name="application_once_open",
                violation_error_message=_("This person already has an open application."),
            ),
            models.CheckConstraint(
                condition=(Q(status=ApplicationStatus.DECLINED) & ~Q(decline_reason=""))
                | (~Q(status=ApplicationStatus.DECLINED) & Q(decline_reason="")),
                name="application_declined_has_reason",
                violation_error_message=_("Say why the application is not accepted."),
            ),
            constraints.exactly_when(
                ~Q(status__in=OPEN_APPLICATION),
                ["decided_on"],
                "application_decided_has_day",
                _("A decided application has a day of decision."),
            ),
            constraints.in_order(
                "submitted_on", "decided_on", "application_days_in_order", _("It is decided after it is received.")
            ),
            constraints.between("hours_per_week", 1, 40, "application_hours", _("Give 1 to 40 hours a week.")),
        ]

    class Privacy:
        personal = ("person",)
        sensitive = ("motivation", "experience", "decline_reason")
        plain = ("id", "programme", "status", "submitted_on", "channel", "campaign", "hours_per_week", "decided_on")

    def __str__(self) -> str:
        return f"application {self.pk}"


class SelectionMeeting(models.Model):
    """One of the two talks with an applicant."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="meetings")
    number = models.PositiveSmallIntegerField(_("meeting"))
    held_on = models.DateField(_("held on"))
    summary = models.TextField(_("what was talked about"), blank=True, default="")
    led_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("led by"))

    class Meta:
        verbose_name = _("selection meeting")
        verbose_name_plural = _("selection meetings")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="meeting_once"),
            models.UniqueConstraint(
                fields=["application", "held_on"],
                name="meeting_on_another_day",
                violation_error_message=_("The second meeting is on another day than the first."),
            ),
            constraints.between("number", 1, 2, "meeting_first_or_second", _("There are two meetings.")),
        ]

    class Privacy:
        personal = ("led_by",)
        sensitive = ("summary",)
        plain = ("id", "programme", "application", "number", "held_on")

    def __str__(self) -> str:
        return f"meeting {self.number} of {self.application_id}"
