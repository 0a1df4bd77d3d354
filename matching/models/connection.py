from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.querysets import ConnectionQuerySet
from peerhub.lib import constraints
from programmes.models import Membership, Programme
from recruitment.models import PeerSupporter


class Connection(models.Model):
    """A professional and a peer supporter got to know each other; together they meet participants."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    supporter = models.ForeignKey(PeerSupporter, on_delete=models.PROTECT, related_name="connections")
    professional = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="connections")
    starts_on = models.DateField(_("since"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["supporter"],
                condition=Q(ends_on__isnull=True),
                name="connection_one_open",
                violation_error_message=_("This peer supporter works with somebody already. End that first."),
            ),
            constraints.in_order("starts_on", "ends_on", "connection_days", _("It ends after it begins.")),
        ]

    class Privacy:
        personal = ("supporter", "professional")
        sensitive = ()
        plain = ("id", "programme", "starts_on", "ends_on")

    def __str__(self) -> str:
        return f"{self.supporter_id} with {self.professional_id}"
