from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.notices.choices import Channel, Kind, NoticeStatus
from peerhub.notices.querysets import HeldKindQuerySet, NoticeQuerySet
from peerhub.people.models import Person


class Notice(models.Model):
    """One message to one person about one thing in one period; the database refuses a second."""

    programme_id = models.BigIntegerField(editable=False)
    kind = models.CharField(max_length=24, choices=Kind)
    recipient = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    subject = models.CharField(_("about"), max_length=60, help_text=_("what it is about, as “match:12”"))
    period = models.CharField(max_length=40, help_text=_("which occasion, most often the due date"))
    link = models.CharField(max_length=200, blank=True, default="")
    due_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=NoticeStatus, default=NoticeStatus.WAITING)
    send_after = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, default="", db_default="")
    number = models.PositiveIntegerField(null=True, blank=True, help_text=_("how many, where the message counts"))
    channel = models.CharField(max_length=5, choices=Channel, blank=True, default="", db_default="")
    attempted_at = models.DateTimeField(null=True, blank=True, help_text=_("written before it is handed over"))
    is_again = models.BooleanField(default=False, db_default=False, help_text=_("sent again after an unknown end"))
    released_at = models.DateTimeField(null=True, blank=True, help_text=_("somebody let it go out"))
    digest_on = models.DateField(null=True, blank=True, help_text=_("the day of the letter it goes with"))
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(
                fields=["send_after"],
                name="notice_to_send",
                condition=Q(status__in=[NoticeStatus.WAITING, NoticeStatus.SENDING]),
            ),
            models.Index(
                fields=["kind", "recipient", "subject", "period"],
                name="notice_taken_back",
                condition=Q(status=NoticeStatus.CANCELLED),
            ),
            models.Index(fields=["programme_id", "-created_at"], name="notice_of_programme"),
            models.Index(fields=["subject", "-created_at"], name="notice_about"),
        ]
        constraints = [
            constraints.one_of("kind", Kind, "notice_kind_known"),
            constraints.one_of("status", NoticeStatus, "notice_status_known"),
            models.CheckConstraint(condition=Q(channel__in=["", *Channel.values]), name="notice_channel_known"),
            models.CheckConstraint(
                condition=~Q(status=NoticeStatus.IN_DIGEST) | Q(digest_on__isnull=False),
                name="notice_in_digest_has_day",
                violation_error_message=_("A message in a daily letter has that letter's day."),
            ),
            models.UniqueConstraint(
                fields=["kind", "recipient", "subject", "period"],
                name="notice_once",
                violation_error_message=_("This message was written before."),
            ),
            constraints.exactly_when(
                Q(status=NoticeStatus.SENT), ["sent_at"], "notice_sent_has_time", _("A sent message has a time.")
            ),
        ]

    class Privacy:
        personal = ("recipient",)
        sensitive = ()
        plain = (
            *("id", "programme_id", "kind", "subject", "period", "link", "due_on", "status", "send_after"),
            *("leased_until", "attempts", "sent_at", "error", "number", "channel", "attempted_at", "is_again"),
            *("released_at", "digest_on", "created_at"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.period}"


class HeldKind(models.Model):
    """Messages of this kind wait in this programme until a coordinator lets them go."""

    programme_id = models.BigIntegerField(editable=False)
    kind = models.CharField(max_length=24, choices=Kind)
    since_at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects = HeldKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of message that waits for a click")
        verbose_name_plural = _("kinds of messages that wait for a click")
        constraints = [
            constraints.one_of("kind", Kind, "held_kind_known"),
            models.UniqueConstraint(
                fields=["programme_id", "kind"],
                name="held_kind_once",
                violation_error_message=_("These messages wait already."),
            ),
        ]

    class Privacy:
        personal = ("by",)
        sensitive = ()
        plain = ("id", "programme_id", "kind", "since_at")

    def __str__(self) -> str:
        return self.kind
