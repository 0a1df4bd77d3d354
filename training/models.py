from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Programme
from recruitment.models import PeerSupporter
from training.querysets import CertificateQuerySet


class Certificate(models.Model):
    """Seven weeks of training and an assessment, passed. Without a valid one nobody is matched."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="certificates")
    supporter = models.ForeignKey(PeerSupporter, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(_("number"), max_length=32, unique=True)
    sessions_attended = models.PositiveSmallIntegerField(_("sessions attended"), default=7)
    awarded_on = models.DateField(_("awarded on"))
    assessed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_on = models.DateField(_("taken back on"), null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-awarded_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["supporter"],
                condition=Q(revoked_on__isnull=True),
                name="certificate_one_valid",
                violation_error_message=_("This peer supporter already has a certificate."),
            ),
            constraints.in_order(
                "awarded_on", "revoked_on", "certificate_days", _("It is taken back after it is awarded.")
            ),
            constraints.between("sessions_attended", 0, 7, "certificate_sessions", _("There are seven sessions.")),
        ]

    class Privacy:
        personal = ("supporter", "assessed_by", "number")
        sensitive = ()
        plain = ("id", "programme", "sessions_attended", "awarded_on", "revoked_on")

    def __str__(self) -> str:
        return self.number
