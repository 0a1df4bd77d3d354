from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from matching.models.match import Match
from matching.querysets import CoverQuerySet, DeputyQuerySet
from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Membership, Programme
from recruitment.models import PeerSupporter

LAST_DAY = _("The last day is the first or later.")


class Days(Func):
    """The days from the first to the last, both included, as a range that may not overlap another."""

    function = "DATERANGE"
    output_field = DateRangeField()


def no_overlap(field: str, name: str, message: Any) -> ExclusionConstraint:
    """Two rows about the same thing never share a day."""
    days = Days("starts_on", "ends_on", RangeBoundary(inclusive_lower=True, inclusive_upper=True))
    return ExclusionConstraint(
        name=name,
        expressions=[(field, RangeOperators.EQUAL), (days, RangeOperators.OVERLAPS)],
        violation_error_message=message,
    )


class Cover(models.Model):
    """Somebody else makes the visits of a match for some days. The dates alone give and end the right to see it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="covers")
    substitute = models.ForeignKey(PeerSupporter, on_delete=models.PROTECT, related_name="covers")
    substitute_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("up to and including"))
    need = models.CharField(_("what the substitute needs to know"), max_length=300, blank=True, default="")
    arranged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    arranged_at = models.DateTimeField()

    objects = CoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("cover")
        verbose_name_plural = _("covers")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["substitute", "ends_on"], name="cover_of_substitute")]
        constraints = [
            constraints.in_order("starts_on", "ends_on", "cover_days_in_order", LAST_DAY),
            models.CheckConstraint(
                condition=Q(ends_on__lte=F("starts_on") + 180),
                name="cover_is_for_a_time",
                violation_error_message=_("Cover lasts half a year at most. After that, make a new match."),
            ),
            no_overlap("match", "cover_one_at_a_time", _("Somebody covers this match on some of these days already.")),
        ]

    class Privacy:
        personal = ("substitute", "substitute_person", "arranged_by")
        sensitive = ("need",)
        plain = ("id", "programme", "match", "starts_on", "ends_on", "arranged_at")

    def __str__(self) -> str:
        return f"cover of {self.match_id} from {self.starts_on}"


class Deputy(models.Model):
    """A supervisor is away for some days; what would reach her reaches somebody else of the team."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="deputises")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("up to and including"))
    arranged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    arranged_at = models.DateTimeField()

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            constraints.in_order("starts_on", "ends_on", "deputy_days_in_order", LAST_DAY),
            models.CheckConstraint(
                condition=~Q(supervisor=F("deputy")),
                name="deputy_is_somebody_else",
                violation_error_message=_("Nobody stands in for herself."),
            ),
            no_overlap("supervisor", "deputy_one_at_a_time", _("Somebody stands in on some of these days already.")),
        ]

    class Privacy:
        personal = ("supervisor", "deputy", "arranged_by")
        sensitive = ()
        plain = ("id", "programme", "starts_on", "ends_on", "arranged_at")

    def __str__(self) -> str:
        return f"deputy of {self.supervisor_id} from {self.starts_on}"
