from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.choices import WorkKind
from matching.models.match import Match
from matching.querysets import WorkQuerySet
from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Programme


class Work(models.Model):
    """Work beside the visits: a call, preparation, a meeting. It counts in the hours and moves no due date."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    match = models.ForeignKey(Match, on_delete=models.PROTECT, null=True, blank=True, related_name="work")
    client_id = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("what"), max_length=12, choices=WorkKind)
    occurred_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("work beside the visits")
        verbose_name_plural = _("work beside the visits")
        ordering = ["-occurred_on", "-pk"]
        indexes = [models.Index(fields=["author", "occurred_on"], name="work_of_author")]
        constraints = [
            constraints.one_of("kind", WorkKind, "work_kind_known"),
            constraints.between("minutes", 1, 720, "work_minutes_range", _("Give 1 to 720 minutes.")),
            models.UniqueConstraint(
                fields=["author", "client_id"],
                name="work_once_per_client_id",
                violation_error_message=_("This was sent before."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("recorded_at")),
                name="work_times_in_order",
                violation_error_message=_("Work is withdrawn after it was written down."),
            ),
        ]

    class Privacy:
        personal = ("author",)
        sensitive = ("note",)
        plain = (
            *("id", "programme", "match", "client_id", "kind", "occurred_on", "minutes", "withdrawn_at"),
            "recorded_at",
        )

    def __str__(self) -> str:
        return f"{self.kind} on {self.occurred_on}"
