from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from peerhub.people.models.person import Person
from peerhub.people.querysets import DraftQuerySet

MOST_TYPED = 20_000  # bytes of a draft
MOST_SEALED = 27_000  # characters of the same draft, sealed


class Draft(models.Model):
    """What somebody typed into a form and has not sent. Only she reads it again; sealed, and gone after a week."""

    programme_id = models.BigIntegerField(editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=60)
    ciphertext = models.TextField()
    updated_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["updated_at"], name="draft_age")]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="draft_once"),
            models.CheckConstraint(
                condition=~Q(key=""),
                name="draft_has_key",
                violation_error_message=_("A draft says which form it belongs to."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("ciphertext"), MOST_SEALED),
                name="draft_size_range",
                violation_error_message=_("This text is too long to be kept while you type."),
            ),
        ]

    class Privacy:
        personal = ("person",)
        sensitive = ("ciphertext",)
        plain = ("id", "programme_id", "key", "updated_at")

    def __str__(self) -> str:
        return self.key

    @property
    def place(self) -> str:
        """What the text is sealed to: this form of this person."""
        return f"draft:{self.person_id}:{self.key}"
