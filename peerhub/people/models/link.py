from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.choices import SINGLE_USE, Purpose
from peerhub.people.models.person import Person
from peerhub.people.querysets import LinkQuerySet


class Link(models.Model):
    """A one-time link: whoever holds its token may do this one thing, about this subject, for this person.

    Only a hash of the token is kept; the token itself was shown or sent once (docs/adr/0011).
    """

    programme_id = models.BigIntegerField(editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links", verbose_name=_("for"))
    purpose = models.CharField(_("purpose"), max_length=24, choices=Purpose)
    subject = models.CharField(max_length=60, blank=True, default="", help_text=_("which row, as “match:12”"))
    token_hash = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    opens = models.PositiveIntegerField(_("times opened"), default=0)
    opened_at = models.DateTimeField(_("last opened"), null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["programme_id", "subject"], name="link_about")]
        constraints = [
            constraints.one_of("purpose", Purpose, "link_purpose_known"),
            models.UniqueConstraint(
                fields=["token_hash"],
                name="link_token_once",
                violation_error_message=_("This link was made already."),
            ),
            models.CheckConstraint(
                condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"),  # noqa: S106  # a shape, no secret
                name="link_keeps_a_hash",
                violation_error_message=_("Of a link only the hash of its token is kept."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="link_ends_later",
                violation_error_message=_("A link ends after it was made."),
            ),
            constraints.exactly_when(
                Q(opens__gt=0), ["opened_at"], "link_opened_has_time", _("A link that was opened says when.")
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(purpose__in=sorted(SINGLE_USE)),
                name="link_used_up_is_for_once",
                violation_error_message=_("Only a link that is for one deed can be used up."),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(purpose=Purpose.CALENDAR, revoked_at=None),
                name="link_one_calendar",
                violation_error_message=_("There is one link for a calendar; a new one ends the old one."),
            ),
        ]

    class Privacy:
        personal = ("person", "made_by")
        sensitive = ("token_hash",)
        plain = (
            *("id", "programme_id", "purpose", "subject", "made_at", "expires_at", "revoked_at"),
            *("opens", "opened_at", "used_at"),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}".strip()

    def is_usable(self, now: datetime) -> bool:
        """Neither ended, nor taken back, nor used up."""
        return self.expires_at > now and self.revoked_at is None and self.used_at is None
