from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints, keyring
from peerhub.people.choices import NoteKind
from peerhub.people.models.person import Person
from peerhub.people.querysets import SensitiveNoteQuerySet

LONGEST_NOTE = 8000  # characters


class SensitiveNote(models.Model):
    """What few may read about a person: one version, sealed. A correction is a new version; the old one stays.

    The web role cannot remove a note nor change more of it than the key it is sealed with.
    """

    programme_id = models.BigIntegerField(editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="sensitive_notes", verbose_name=_("about")
    )
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=NoteKind)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField()
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", editable=False
    )
    sealed = models.TextField(editable=False)

    objects = SensitiveNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("sensitive note")
        verbose_name_plural = _("sensitive notes")
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["person", "-written_at"], name="note_about_person")]
        constraints = [
            constraints.one_of("kind", NoteKind, "note_kind_known"),
            models.UniqueConstraint(
                fields=["key"], name="note_once", violation_error_message=_("This note was sent before.")
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                name="note_corrected_once",
                violation_error_message=_("Somebody corrected this note in the meantime. Read it again."),
            ),
            models.CheckConstraint(
                condition=Q(sealed__startswith=keyring.MARK),
                name="note_is_sealed",
                violation_error_message=_("A sensitive note is kept sealed only."),
            ),
        ]

    class Privacy:
        personal = ("person", "author")
        sensitive = ("sealed",)
        plain = ("id", "programme_id", "key", "kind", "written_at", "replaces")

    def __str__(self) -> str:
        return f"note {self.pk}"

    @property
    def place(self) -> str:
        """What the text is sealed to: this row of this programme."""
        return f"people_sensitivenote:{self.key}:{self.programme_id}"
