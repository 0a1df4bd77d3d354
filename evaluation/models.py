from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluation.choices import ReportStatus, Wave
from evaluation.querysets import ReportQuerySet, ResponseQuerySet
from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Programme
from recruitment.models import Participant


class Response(models.Model):
    """One answer sheet: one row, its answers in the order of the instrument's version (empty = not answered)."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="responses")
    instrument = models.CharField(_("questionnaire"), max_length=16)
    instrument_version = models.PositiveSmallIntegerField(default=1)
    wave = models.CharField(_("when"), max_length=8, choices=Wave)
    answered_on = models.DateField(_("answered on"))
    answers = ArrayField(models.SmallIntegerField(null=True), verbose_name=_("answers"))
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer sheet")
        verbose_name_plural = _("answer sheets")
        ordering = ["-answered_on", "-pk"]
        indexes = [models.Index(fields=["programme", "instrument", "wave"], name="response_wave")]
        constraints = [
            constraints.one_of("wave", Wave, "response_wave_known"),
            models.UniqueConstraint(
                fields=["participant", "instrument", "wave"],
                name="response_once_a_wave",
                violation_error_message=_("These answers were recorded before."),
            ),
        ]

    class Privacy:
        personal = ("participant", "recorded_by")
        sensitive = ("answers",)
        plain = ("id", "programme", "instrument", "instrument_version", "wave", "answered_on", "recorded_at")

    def __str__(self) -> str:
        return f"{self.instrument} {self.wave} of {self.participant_id}"


class Report(models.Model):
    """Figures of a period, frozen when they were asked for, and the PDF made from them."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="reports")
    audience = models.CharField(max_length=12, default="funder")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("up to and including"))
    language = models.CharField(_("language"), max_length=8, default="en")
    status = models.CharField(_("status"), max_length=12, choices=ReportStatus, default=ReportStatus.PENDING)
    figures = models.JSONField(default=dict)
    pdf = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-pk"]
        constraints = [
            constraints.one_of("status", ReportStatus, "report_status_known"),
            constraints.in_order("from_on", "to_on", "report_days_in_order", _("The period ends after it begins.")),
            models.CheckConstraint(
                condition=~Q(status=ReportStatus.READY) | (Q(pdf__isnull=False) & ~Q(sha256="")),
                name="report_ready_has_pdf",
                violation_error_message=_("A ready report has its PDF."),
            ),
        ]

    class Privacy:
        personal = ("made_by",)
        sensitive = ()
        plain = (
            *("id", "programme", "audience", "from_on", "to_on", "language", "status", "figures", "pdf", "sha256"),
            *("pages", "error", "attempts", "leased_until", "made_at"),
        )

    def __str__(self) -> str:
        return f"report {self.pk}"
