from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.choices import HelpKind
from matching.querysets import HelpRequestQuerySet
from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Programme


class HelpRequest(models.Model):
    """A peer supporter asks her contact person for help or for a pause, and gets an answer."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("asks for"), max_length=8, choices=HelpKind)
    text = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked at"))
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a peer supporter")
        verbose_name_plural = _("requests of peer supporters")
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(fields=["programme", "asked_at"], name="help_open", condition=Q(answered_at__isnull=True)),
            models.Index(fields=["asked_by", "asked_at"], name="help_of_person"),
        ]
        constraints = [
            constraints.one_of("kind", HelpKind, "help_kind_known"),
            models.UniqueConstraint(
                fields=["asked_by", "client_id"],
                name="help_once_per_client_id",
                violation_error_message=_("This was sent before."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="help_has_text", violation_error_message=_("Say what it is about.")
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="help_answered_is_whole",
                violation_error_message=_("An answer has words, a person and a time."),
            ),
            constraints.in_order("asked_at", "answered_at", "help_times_in_order", _("Answered after it was asked.")),
        ]

    class Privacy:
        personal = ("asked_by", "answered_by")
        sensitive = ("text", "answer")
        plain = ("id", "programme", "client_id", "kind", "asked_at", "answered_at")

    def __str__(self) -> str:
        return f"request {self.pk}"
