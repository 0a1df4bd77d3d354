from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.choices import LocaleCode, Role
from programmes.querysets import MembershipQuerySet, PlaceQuerySet, ProgrammeQuerySet


class Organisation(models.Model):
    """Who runs programmes: a community centre, a county, a university."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    class Privacy:
        personal = ()
        sensitive = ()
        plain = ("id", "name", "created_at")

    def __str__(self) -> str:
        return self.name


def default_ladder() -> list[int]:
    """Days between visits, step by step: weekly, then 14, 21 and 28 days."""
    return [7, 14, 21, 28]


def default_phases() -> list[int]:
    """Months per step of the ladder; together the year."""
    return [3, 3, 3, 3]


def valid_zone(value: str) -> None:
    """Refuse a time zone that this machine does not know."""
    from zoneinfo import available_timezones  # noqa: PLC0415  # a large set, needed in the admin only

    if value not in available_timezones():
        raise ValidationError(_("“%(zone)s” is no time zone. Write it as Europe/Brussels."), params={"zone": value})


class Programme(models.Model):
    """One peer-support programme with its own people, rules and figures."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="programmes")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("name in addresses"), max_length=50, unique=True)
    target_group = models.CharField(_("for whom"), max_length=200, blank=True, default="")
    language = models.CharField(_("language"), max_length=8, choices=LocaleCode, default=LocaleCode.EN)
    timezone = models.CharField(_("time zone"), max_length=40, default="Europe/Brussels", validators=[valid_zone])
    phone_region = models.CharField(_("country of phone numbers"), max_length=2, default="NL")
    min_age = models.PositiveSmallIntegerField(_("youngest age"), null=True, blank=True, default=18)
    max_age = models.PositiveSmallIntegerField(_("oldest age"), null=True, blank=True)
    ladder = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("days between visits"), default=default_ladder
    )
    phase_months = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("months per step"), default=default_phases
    )
    review_lead_days = models.PositiveSmallIntegerField(_("review this many days before a step"), default=14)
    hold_weeks = models.PositiveSmallIntegerField(_("weeks until the next review after holding"), default=4)
    reminder_lead_days = models.PositiveSmallIntegerField(_("remind this many days before a visit"), default=1)
    proposal_days = models.PositiveSmallIntegerField(_("days to answer a proposal"), default=7, db_default=7)
    proposal_reminder_days = models.PositiveSmallIntegerField(
        _("remind of a proposal after so many days"), default=3, db_default=3
    )
    max_matches = models.PositiveSmallIntegerField(_("people per peer supporter, at most"), default=3)
    suppress_below = models.PositiveSmallIntegerField(_("hide counts of people below"), default=5)
    consent_grace_days = models.PositiveSmallIntegerField(_("days to ask imported people for consent"), default=90)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="programme_name_once"),
            models.CheckConstraint(
                condition=Q(min_age__isnull=True) | Q(max_age__isnull=True) | Q(max_age__gte=models.F("min_age")),
                name="programme_ages_in_order",
                violation_error_message=_("The oldest age is below the youngest age."),
            ),
            models.CheckConstraint(
                condition=Q(ladder__len=models.F("phase_months__len")) & Q(ladder__len__gte=1),
                name="programme_ladder_has_phases",
                violation_error_message=_("Give as many numbers of months as there are steps."),
            ),
            constraints.between(
                "suppress_below", 3, 50, "programme_suppress_range", _("Hide counts below a number from 3 to 50.")
            ),
            constraints.between(
                "consent_grace_days", 0, 365, "programme_grace_range", _("Give 0 to 365 days to ask for consent.")
            ),
            constraints.one_of("language", LocaleCode, "programme_language_known"),
            models.CheckConstraint(
                condition=Q(proposal_days__gte=1, proposal_reminder_days__lt=models.F("proposal_days")),
                name="programme_reminds_in_time",
                violation_error_message=_("The reminder of a proposal comes before the proposal runs out."),
            ),
        ]

    class Privacy:
        personal = ()
        sensitive = ()
        plain = (
            *("id", "organisation", "name", "slug", "target_group", "language", "timezone", "phone_region"),
            *("min_age", "max_age", "ladder", "phase_months", "review_lead_days", "hold_weeks"),
            *("reminder_lead_days", "max_matches", "suppress_below", "consent_grace_days", "created_at"),
            *("proposal_days", "proposal_reminder_days"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def total_months(self) -> int:
        """How long a match lasts by plan."""
        return sum(self.phase_months)

    def clean(self) -> None:
        """Each step of the ladder is a positive number of days and no step is shorter than the one before."""
        steps: list[Any] = list(self.ladder or [])
        if any(step < 1 for step in steps) or steps != sorted(steps):
            raise ValidationError({"ladder": _("The days between visits may only grow from step to step.")})


class Membership(models.Model):
    """A person holds a role in a programme, from a day on, until it is ended."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["role", "person__first_name", "pk"]
        indexes = [
            models.Index(fields=["programme", "role"], name="membership_current", condition=Q(ends_on__isnull=True)),
        ]
        constraints = [
            constraints.one_of("role", Role, "membership_role_known"),
            constraints.in_order("starts_on", "ends_on", "membership_days_in_order", _("A role ends after it starts.")),
            models.UniqueConstraint(
                fields=["programme", "person", "role"],
                condition=Q(ends_on__isnull=True),
                name="membership_once",
                violation_error_message=_("This person already has this role."),
            ),
        ]

    class Privacy:
        personal = ("person",)
        sensitive = ()
        plain = ("id", "programme", "role", "starts_on", "ends_on")

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class Place(models.Model):
    """A postcode area with coordinates, for travel times; no address ever leaves the server."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="places")
    postcode = models.CharField(_("postcode"), max_length=12)
    name = models.CharField(_("place"), max_length=120)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["postcode"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "postcode"], name="place_once"),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="place_on_earth",
                violation_error_message=_("A latitude lies from −90 to 90, a longitude from −180 to 180."),
            ),
        ]

    class Privacy:
        personal = ()
        sensitive = ()
        plain = ("id", "organisation", "postcode", "name", "latitude", "longitude")

    def __str__(self) -> str:
        return f"{self.postcode} {self.name}"
