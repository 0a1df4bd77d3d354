from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.choices import Opened
from peerhub.people.models.login import User
from peerhub.people.models.person import Person
from peerhub.people.querysets import AccessGrantQuerySet

LONGEST = timedelta(minutes=60)
FEWEST_LETTERS = 20


class AccessGrant(models.Model):
    """Somebody opened for a short time what she may not read, with a reason: a person's notes, or a programme's files.

    Coordinators hear of it at once. It ends by itself; the web role can end it earlier and change nothing else.
    """

    programme_id = models.BigIntegerField(editable=False)
    kind = models.CharField(_("what was opened"), max_length=12, choices=Opened)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="openings", verbose_name=_("about")
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=254, help_text=_("as it was then"))
    reason = models.TextField(_("reason"))
    opened_at = models.DateTimeField(_("opened"))
    ends_at = models.DateTimeField(_("ends"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by_name = models.CharField(max_length=254, blank=True, default="")

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["programme_id", "-opened_at"], name="grant_in_programme")]
        constraints = [
            constraints.one_of("kind", Opened, "grant_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=Opened.NOTES, person__isnull=False, by__isnull=False)
                | Q(kind=Opened.FILES, person__isnull=True, by__isnull=True),
                name="grant_says_whose",
                violation_error_message=_("Notes are opened about one person, by a member; files by an administrator."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at"), ends_at__lte=F("opened_at") + LONGEST),
                name="grant_is_short",
                violation_error_message=_("Emergency access lasts an hour at most."),
            ),
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length("reason"), FEWEST_LETTERS),
                name="grant_has_reason",
                violation_error_message=_("Say in a sentence why it cannot wait."),
            ),
            constraints.in_order("opened_at", "ended_at", "grant_times", _("Access ends after it was opened.")),
            models.UniqueConstraint(
                fields=["programme_id", "by_user", "person"],
                condition=Q(ended_at__isnull=True),
                name="grant_once_open",
                nulls_distinct=False,
                violation_error_message=_("This is open for you already."),
            ),
        ]

    class Privacy:
        personal = ("person", "by", "by_user", "by_name", "ended_by_name")
        sensitive = ("reason",)
        plain = ("id", "programme_id", "kind", "opened_at", "ends_at", "ended_at")

    def __str__(self) -> str:
        return f"{self.kind} opened at {self.opened_at}"

    @property
    def closed_at(self) -> datetime:
        """When it was over or will be: ended by somebody, or by itself."""
        return self.ended_at or self.ends_at
