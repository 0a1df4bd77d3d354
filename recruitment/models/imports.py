"""A workbook that was uploaded, and what became of its rows."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Programme
from recruitment.choices import ImportStatus
from recruitment.querysets import ImportBatchQuerySet


class ImportBatch(models.Model):
    """One uploaded workbook: its rows as read, what became of each, and what it made, so that it can be undone."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    locale = models.CharField(max_length=8, default="en")
    status = models.CharField(max_length=12, choices=ImportStatus, default=ImportStatus.UPLOADED)
    sheets = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        constraints = [constraints.one_of("status", ImportStatus, "import_status_known")]

    class Privacy:
        personal = ("uploaded_by",)
        sensitive = ("sheets", "outcome", "made")
        plain = (
            *("id", "programme", "key", "file_name", "locale", "status", "mapping", "uploaded_at"),
            "applied_at",
        )

    def __str__(self) -> str:
        return self.file_name
