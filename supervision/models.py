from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.models import Match, Visit
from peerhub.lib import constraints, keyring
from peerhub.people.models import Person
from programmes.models import Programme
from recruitment.models import PeerSupporter
from supervision.choices import Called, CallResult, FollowUpStatus, SessionKind
from supervision.querysets import (
    ContactNoteQuerySet,
    FollowUpQuerySet,
    PlannedSessionQuerySet,
    SupervisionSessionQuerySet,
)


class FollowUp(models.Model):
    """Somebody took up a concern that a peer supporter raised in a visit, and how it ended."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="follow_up")
    status = models.CharField(_("status"), max_length=12, choices=FollowUpStatus, default=FollowUpStatus.TAKEN_UP)
    taken_up_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_up_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(_("what was done"), blank=True, default="")

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up of a concern")
        verbose_name_plural = _("follow-ups of concerns")
        ordering = ["-taken_up_at"]
        constraints = [
            constraints.one_of("status", FollowUpStatus, "follow_up_status_known"),
            models.CheckConstraint(
                condition=(Q(status=FollowUpStatus.CLOSED) & Q(closed_at__isnull=False) & ~Q(outcome=""))
                | (~Q(status=FollowUpStatus.CLOSED) & Q(closed_at__isnull=True)),
                name="follow_up_closed_has_outcome",
                violation_error_message=_("Say what was done before you close a concern."),
            ),
            constraints.in_order("taken_up_at", "closed_at", "follow_up_times", _("Closed after it was taken up.")),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__startswith=keyring.MARK),
                name="follow_up_is_sealed",
                violation_error_message=_("What was done about a concern is kept sealed only."),
            ),
        ]

    class Privacy:
        personal = ("taken_up_by",)
        sensitive = ("outcome",)
        plain = ("id", "programme", "visit", "status", "taken_up_at", "closed_at")

    def __str__(self) -> str:
        return f"follow-up of visit {self.visit_id}"

    @property
    def outcome_place(self) -> str:
        """What the text is sealed to: this row of this programme."""
        return f"supervision_followup:{self.visit_id}:{self.programme_id}"


class SupervisionSession(models.Model):
    """A moment of support for peer supporters: alone with the supervisor, or in a group."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind)
    held_on = models.DateField(_("held on"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60)
    led_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    supporters = models.ManyToManyField(
        PeerSupporter, through="Attendance", related_name="sessions", verbose_name=_("who took part")
    )
    agreements = models.TextField(_("agreements"), blank=True, default="")

    objects = SupervisionSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision session")
        verbose_name_plural = _("supervision sessions")
        ordering = ["-held_on", "-pk"]
        constraints = [
            constraints.one_of("kind", SessionKind, "session_kind_known"),
            constraints.between("minutes", 5, 480, "session_minutes_range", _("Give 5 to 480 minutes.")),
        ]

    class Privacy:
        personal = ("led_by", "supporters")
        sensitive = ("agreements",)
        plain = ("id", "programme", "kind", "held_on", "minutes")

    def __str__(self) -> str:
        return f"{self.kind} on {self.held_on}"


class Attendance(models.Model):
    """A peer supporter took part in a session."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(SupervisionSession, on_delete=models.CASCADE, related_name="attendances")
    supporter = models.ForeignKey(PeerSupporter, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "supporter"],
                name="attendance_once",
                violation_error_message=_("This peer supporter is on the list already."),
            ),
        ]

    class Privacy:
        personal = ("supporter",)
        sensitive = ()
        plain = ("id", "programme", "session")

    def __str__(self) -> str:
        return f"{self.supporter_id} in {self.session_id}"


class PlannedSession(models.Model):
    """A moment of support that is to come: when, where or by which link, and for whom."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind)
    starts_at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60)
    place = models.CharField(_("where"), max_length=200, blank=True, default="")
    link = models.URLField(_("link of a video call"), max_length=500, blank=True, default="")
    led_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    supporters = models.ManyToManyField(
        PeerSupporter, through="Invited", related_name="planned_sessions", verbose_name=_("for whom")
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)  # it was held, and written down as a session
    version = models.PositiveSmallIntegerField(
        default=1, db_default=1, editable=False
    )  # one more each time it is moved

    objects = PlannedSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned session")
        verbose_name_plural = _("planned sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            constraints.one_of("kind", SessionKind, "planned_session_kind_known"),
            constraints.between("minutes", 5, 480, "planned_session_minutes_range", _("Give 5 to 480 minutes.")),
            models.UniqueConstraint(
                fields=["programme", "led_by", "starts_at"],
                condition=Q(cancelled_at__isnull=True),
                name="planned_session_once",
                violation_error_message=_("This session is planned already."),
            ),
            models.CheckConstraint(
                condition=~Q(place="") | Q(link__startswith="https://"),
                name="planned_session_somewhere",
                violation_error_message=_("Say where you meet, or give a link that begins with https://."),
            ),
        ]

    class Privacy:
        personal = ("led_by", "supporters", "place", "link")
        sensitive = ()
        plain = ("id", "programme", "kind", "starts_at", "minutes", "cancelled_at", "recorded_at", "version")

    def __str__(self) -> str:
        return f"{self.kind} at {self.starts_at}"


class Invited(models.Model):
    """A planned session is for this peer supporter."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(PlannedSession, on_delete=models.CASCADE, related_name="invited")
    supporter = models.ForeignKey(PeerSupporter, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("place in a planned session")
        verbose_name_plural = _("places in planned sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "supporter"],
                name="invited_once",
                violation_error_message=_("This peer supporter is on the list already."),
            ),
        ]

    class Privacy:
        personal = ("supporter",)
        sensitive = ()
        plain = ("id", "programme", "session")

    def __str__(self) -> str:
        return f"{self.supporter_id} for {self.session_id}"


class ContactNote(models.Model):
    """Somebody called because a visit was late: whom, when, and what came of it. Trying is no visit and no blame."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="contact_notes")
    called = models.CharField(_("who was called"), max_length=12, choices=Called, default=Called.SUPPORTER)
    result = models.CharField(_("what came of it"), max_length=16, choices=CallResult)
    note = models.CharField(_("what was agreed"), max_length=300, blank=True, default="")
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    client_id = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = ContactNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("call about a late visit")
        verbose_name_plural = _("calls about late visits")
        ordering = ["-noted_at", "-pk"]
        indexes = [models.Index(fields=["match", "-noted_at"], name="contact_note_of_match")]
        constraints = [
            constraints.one_of("called", Called, "contact_note_called_known"),
            constraints.one_of("result", CallResult, "contact_note_result_known"),
            models.UniqueConstraint(
                fields=["programme", "client_id"],
                name="contact_note_once",
                violation_error_message=_("This call was written down before."),
            ),
        ]

    class Privacy:
        personal = ("noted_by",)
        sensitive = ("note",)
        plain = ("id", "programme", "match", "called", "result", "noted_at", "client_id")

    def __str__(self) -> str:
        return f"call about match {self.match_id}"
