from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.choices import Reading
from peerhub.people.models.person import Person
from peerhub.people.querysets import HistoryQuerySet, LookQuerySet, StateChangeQuerySet


class StateChange(models.Model):
    """Who moved what from which state to which, when and why. Written by the deed itself, never changed."""

    programme_id = models.BigIntegerField(editable=False)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    before = models.CharField(max_length=32, blank=True, default="")
    after = models.CharField(max_length=32)
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = StateChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["subject", "subject_id", "-at"], name="change_of_subject")]

    class Privacy:
        personal = ("by",)
        sensitive = ("reason",)
        plain = ("id", "programme_id", "subject", "subject_id", "before", "after", "at")

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}: {self.before} → {self.after}"


class History(models.Model):
    """One row was made, changed or removed: written by triggers of the database, whoever wrote the row and how.

    ``changes`` holds per column what stood there before and after; of sensitive columns only that they changed.
    """

    programme_id = models.BigIntegerField(null=True, editable=False)
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    kind = models.CharField(max_length=6)
    changes = models.JSONField(default=dict, null=True)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    deed = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    tx = models.BigIntegerField()

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of history")
        verbose_name_plural = _("history")
        indexes = [
            models.Index(fields=["table_name", "row_id"], name="history_of_row"),
            models.Index(fields=["programme_id", "-at"], name="history_of_programme"),
        ]

    class Privacy:
        personal = ("changes", "user_id", "person_id")
        sensitive = ("reason",)
        plain = ("id", "programme_id", "table_name", "row_id", "kind", "at", "deed", "tx")

    def __str__(self) -> str:
        return f"{self.kind} {self.table_name} {self.row_id}"


class Look(models.Model):
    """Somebody looked at what is kept about a person. Written in the request that showed it, never changed."""

    programme_id = models.BigIntegerField(editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="looks", verbose_name=_("about"))
    kind = models.CharField(_("looked at"), max_length=12, choices=Reading)
    subject = models.CharField(max_length=60, blank=True, default="", help_text=_("which row, as “visit:12”"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    by_user_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200, blank=True, default="", help_text=_("as it was then"))
    deed = models.CharField(max_length=80, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    at = models.DateTimeField()

    objects = LookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-at"], name="look_at_person"),
            models.Index(fields=["programme_id", "-at"], name="look_in_programme"),
        ]
        constraints = [constraints.one_of("kind", Reading, "look_kind_known")]

    class Privacy:
        personal = ("person", "by", "by_user_id", "by_name")
        sensitive = ("reason",)
        plain = ("id", "programme_id", "kind", "subject", "deed", "at")

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id} at {self.at}"
