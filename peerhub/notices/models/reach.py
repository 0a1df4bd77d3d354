from __future__ import annotations

from zoneinfo import available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.notices.choices import Kind
from peerhub.notices.querysets import DeviceQuerySet, ReachQuerySet
from peerhub.people.models import Person

MOST_A_WEEK = 50


def known_zone(value: str) -> None:
    """Refuse a time zone that this machine does not know."""
    if value not in available_timezones():
        raise ValidationError(_("“%(zone)s” is no time zone. Write it as Europe/Brussels."), params={"zone": value})


class Reach(models.Model):
    """How somebody may be reached: what she wishes, and what is safe for her. Without a row: by e-mail, one by one."""

    programme_id = models.BigIntegerField(editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="reach")
    sms_for = ArrayField(models.CharField(max_length=24, choices=Kind), default=list, blank=True)
    push_for = ArrayField(models.CharField(max_length=24, choices=Kind), default=list, blank=True)
    timezone = models.CharField(_("time zone"), max_length=40, validators=[known_zone])
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    weekly_most = models.PositiveSmallIntegerField(_("messages a week, at most"), null=True, blank=True)
    digest_at = models.TimeField(_("one letter a day, at"), null=True, blank=True)
    no_email = models.BooleanField(_("no e-mail"), default=False, db_default=False)
    no_sms = models.BooleanField(_("no text messages"), default=False, db_default=False)
    no_call = models.BooleanField(_("no calls"), default=False, db_default=False)
    safe_from = models.TimeField(_("safe from"), null=True, blank=True)
    safe_until = models.TimeField(_("safe until"), null=True, blank=True)

    objects = ReachQuerySet.as_manager()

    class Meta:
        verbose_name = _("way to reach somebody")
        verbose_name_plural = _("ways to reach people")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until"))),
                name="reach_quiet_from_and_until",
                violation_error_message=_("Quiet hours have a beginning and another end."),
            ),
            models.CheckConstraint(
                condition=Q(safe_from__isnull=True, safe_until__isnull=True)
                | (Q(safe_from__isnull=False, safe_until__isnull=False) & ~Q(safe_from=models.F("safe_until"))),
                name="reach_safe_from_and_until",
                violation_error_message=_("Safe hours have a beginning and another end."),
            ),
            constraints.between(
                "weekly_most", 1, MOST_A_WEEK, "reach_weekly_range", _("Give 1 to 50 messages a week, or nothing.")
            ),
        ]

    class Privacy:
        personal = ("person",)
        sensitive = ("no_email", "no_sms", "no_call", "safe_from", "safe_until")
        plain = (
            *("id", "programme_id", "sms_for", "push_for", "timezone", "quiet_from", "quiet_until"),
            *("weekly_most", "digest_at"),
        )

    def __str__(self) -> str:
        return f"reach of {self.person_id}"


class Device(models.Model):
    """A phone or computer on which somebody said yes to notifications."""

    programme_id = models.BigIntegerField(editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="push_devices")
    endpoint = models.TextField()
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    name = models.CharField(_("device"), max_length=80)
    consented_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device with notifications")
        verbose_name_plural = _("devices with notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["programme_id", "endpoint"],
                name="device_once",
                violation_error_message=_("This device gets notifications already."),
            ),
            models.CheckConstraint(
                condition=Q(endpoint__startswith="https://") | Q(endpoint__startswith="http://127.0.0.1:"),
                name="device_address_is_safe",
                violation_error_message=_("Notifications go out over https only."),
            ),
        ]

    class Privacy:
        personal = ("person", "name")
        sensitive = ("endpoint", "p256dh", "auth")
        plain = ("id", "programme_id", "consented_at")

    def __str__(self) -> str:
        return f"device {self.pk}"
