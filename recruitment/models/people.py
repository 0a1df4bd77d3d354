"""People in their roles: peer supporters and participants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Membership, Programme
from recruitment.choices import (
    Channel,
    Interest,
    ParticipantStatus,
    SupporterStatus,
    SupportKind,
    TravelMode,
    WishedAge,
    WishedGender,
    slot_label,
)
from recruitment.models.campaigns import Campaign
from recruitment.querysets import ParticipantQuerySet, PeerSupporterQuerySet


class Availability(models.Model):
    """When somebody usually has time: the slots of a week (see choices.WEEK_SLOTS), and what she likes to do in it."""

    available = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("usually free"), default=list, blank=True)
    interests = ArrayField(
        models.CharField(max_length=12, choices=Interest), verbose_name=_("likes"), default=list, blank=True
    )

    class Meta:
        abstract = True

    @property
    def available_words(self) -> list[str]:
        """The free slots in words."""
        return [slot_label(slot) for slot in sorted(self.available)]

    @property
    def interest_words(self) -> list[str]:
        """What she likes, in words."""
        return [str(Interest(code).label) for code in self.interests if code in Interest.values]


def one_to_one() -> list[str]:
    """What a peer supporter offers when nothing else is said."""
    return [SupportKind.ONE_TO_ONE.value]


class PeerSupporter(Availability):
    """A person who supports others, from acceptance for training to the day she stops."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="supporters")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="supporter_roles")
    status = models.CharField(_("status"), max_length=12, choices=SupporterStatus, default=SupporterStatus.IN_TRAINING)
    supervisor = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supervisor")
    )
    experience = models.TextField(_("lived experience"), blank=True, default="")
    skills = models.TextField(_("skills"), blank=True, default="")
    hours_per_week = models.PositiveSmallIntegerField(_("hours a week"), null=True, blank=True)
    max_matches = models.PositiveSmallIntegerField(_("people at the same time"), null=True, blank=True)
    max_travel_minutes = models.PositiveSmallIntegerField(_("minutes of travel, at most"), null=True, blank=True)
    wishes_gender = models.CharField(
        _("would support"), max_length=8, choices=WishedGender, blank=True, default=WishedGender.ANYONE
    )
    wishes_age = models.CharField(
        _("wish about age"), max_length=8, choices=WishedAge, blank=True, default=WishedAge.ANY
    )
    travel_mode = models.CharField(
        _("usually goes"), max_length=8, choices=TravelMode, blank=True, default=TravelMode.UNKNOWN
    )
    offers = ArrayField(
        models.CharField(max_length=12, choices=SupportKind), verbose_name=_("offers"), default=one_to_one
    )
    hosts_people = models.PositiveSmallIntegerField(_("people who can stay"), null=True, blank=True)
    group_places = models.PositiveSmallIntegerField(_("places in the group"), null=True, blank=True)
    placement_ends_on = models.DateField(_("student placement until"), null=True, blank=True)
    vetting_passed = models.BooleanField(_("certificate of conduct in order"), null=True, blank=True)
    vetting_seen_on = models.DateField(_("certificate of conduct seen on"), null=True, blank=True)
    vetting_until_on = models.DateField(_("valid until"), null=True, blank=True)
    started_on = models.DateField(_("since"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    remarks = models.TextField(_("remarks"), blank=True, default="")

    objects = PeerSupporterQuerySet.as_manager()

    class Meta:
        verbose_name = _("peer supporter")
        verbose_name_plural = _("peer supporters")
        ordering = ["person__first_name", "person__last_name", "pk"]
        indexes = [models.Index(fields=["programme", "status"], name="supporter_status")]
        constraints = [
            constraints.one_of("status", SupporterStatus, "supporter_status_known"),
            models.UniqueConstraint(
                fields=["programme", "person"],
                condition=~Q(status=SupporterStatus.ENDED),
                name="supporter_once_open",
                violation_error_message=_("This person already is a peer supporter here."),
            ),
            constraints.exactly_when(
                Q(status=SupporterStatus.ENDED),
                ["ended_on"],
                "supporter_ended_has_day",
                _("A peer supporter who stopped has a last day."),
            ),
            constraints.in_order(
                "started_on", "ended_on", "supporter_days_in_order", _("The last day is after the first.")
            ),
            constraints.between("hours_per_week", 1, 40, "supporter_hours", _("Give 1 to 40 hours a week.")),
            constraints.between("max_matches", 1, 20, "supporter_matches", _("Give 1 to 20 people.")),
            constraints.between("max_travel_minutes", 1, 240, "supporter_travel", _("Give 1 to 240 minutes.")),
            constraints.one_of("wishes_gender", WishedGender, "supporter_wish_known"),
            constraints.one_of("wishes_age", WishedAge, "supporter_age_wish_known"),
            constraints.one_of("travel_mode", TravelMode, "supporter_travel_mode_known"),
            models.CheckConstraint(
                condition=Q(offers__len__gte=1, offers__contained_by=list(SupportKind.values)),
                name="supporter_offers_something",
                violation_error_message=_("Say what this peer supporter offers: visits, a stay or a group."),
            ),
            constraints.between("hosts_people", 1, 20, "supporter_hosts", _("Give 1 to 20 people who can stay.")),
            constraints.between("group_places", 1, 50, "supporter_group", _("Give 1 to 50 places in a group.")),
            constraints.exactly_when(
                Q(vetting_passed__isnull=False),
                ["vetting_seen_on"],
                "supporter_vetting_has_day",
                _("Say on which day the certificate of conduct was seen, and whether it is in order."),
            ),
            models.CheckConstraint(
                condition=Q(vetting_until_on__isnull=True) | Q(vetting_until_on__gte=models.F("vetting_seen_on")),
                name="supporter_vetting_days_in_order",
                violation_error_message=_("A certificate is valid until a day after it was seen."),
            ),
        ]

    class Privacy:
        personal = ("person", "supervisor")
        sensitive = ("experience", "remarks", "wishes_gender", "wishes_age", "interests", "vetting_passed")
        plain = (
            *("id", "programme", "status", "skills", "hours_per_week", "max_matches", "max_travel_minutes"),
            *("available", "started_on", "ended_on", "travel_mode", "offers", "hosts_people", "group_places"),
            *("placement_ends_on", "vetting_seen_on", "vetting_until_on"),
        )

    def __str__(self) -> str:
        return str(self.person)

    @property
    def offer_words(self) -> list[str]:
        """What she offers, in words."""
        return [str(SupportKind(code).label) for code in self.offers if code in SupportKind.values]


@dataclass(frozen=True)
class File:
    """What is written about a participant, as pages read it: nothing of it before she said yes to a file.

    ``participant.file.remarks`` instead of ``participant.remarks``; closed as long as nobody asked the database with
    ``with_file(today)`` or ``open_files(rows)``.
    """

    row: Participant

    def __getattr__(self, name: str) -> Any:
        field = name.removeprefix("get_").removesuffix("_display")
        if field not in Participant.IN_FILE:
            raise AttributeError(name)
        return getattr(self.row, name) if self.row.file_open else None


class Participant(Availability):
    """A person who asked for support: one open trajectory at a time."""

    # Neither asked nor shown before consent. How to reach somebody safely is not among them: it protects.
    IN_FILE: ClassVar[tuple[str, ...]] = (
        *("request_for_help", "wishes_gender", "wishes_age", "children", "remarks", "available", "closing_reason"),
        *("available_words", "interests", "interest_words", "visits_at_home"),
    )

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participant_roles")
    status = models.CharField(_("status"), max_length=12, choices=ParticipantStatus, default=ParticipantStatus.WAITING)
    registered_on = models.DateField(_("registered on"))
    channel = models.CharField(_("found through"), max_length=16, choices=Channel, default=Channel.OTHER)
    channel_text = models.CharField(_("found through, in words"), max_length=200, blank=True, default="")
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participants",
        verbose_name=_("campaign"),
    )
    request_for_help = models.TextField(_("asks for help with"), blank=True, default="")
    wishes_gender = models.CharField(
        _("wishes support from"), max_length=8, choices=WishedGender, blank=True, default=WishedGender.ANYONE
    )
    wishes_age = models.CharField(
        _("wish about age"), max_length=8, choices=WishedAge, blank=True, default=WishedAge.ANY
    )
    support_kind = models.CharField(_("asks for"), max_length=12, choices=SupportKind, default=SupportKind.ONE_TO_ONE)
    visits_at_home = models.BooleanField(_("visits at home"), null=True, blank=True)
    children = models.PositiveSmallIntegerField(_("children at home"), null=True, blank=True)
    safe_contact = models.CharField(_("do not contact by"), max_length=200, blank=True, default="")
    remarks = models.TextField(_("remarks"), blank=True, default="")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closing_reason = models.CharField(_("why closed"), max_length=200, blank=True, default="")
    consent_due_on = models.DateField(_("consent is asked by"), null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["registered_on", "pk"]
        indexes = [models.Index(fields=["programme", "status", "registered_on"], name="participant_waiting")]
        constraints = [
            constraints.one_of("status", ParticipantStatus, "participant_status_known"),
            models.UniqueConstraint(
                fields=["programme", "person"],
                condition=~Q(status=ParticipantStatus.CLOSED),
                name="participant_once_open",
                violation_error_message=_("This person already is a participant here."),
            ),
            models.CheckConstraint(
                condition=(Q(status=ParticipantStatus.CLOSED) & Q(closed_on__isnull=False) & ~Q(closing_reason=""))
                | (~Q(status=ParticipantStatus.CLOSED) & Q(closed_on__isnull=True)),
                name="participant_closed_has_reason",
                violation_error_message=_("A closed trajectory has a day and a reason."),
            ),
            constraints.in_order(
                "registered_on", "closed_on", "participant_days", _("It is closed after it is opened.")
            ),
            constraints.between("children", 0, 20, "participant_children", _("Give 0 to 20 children.")),
            constraints.one_of("wishes_gender", WishedGender, "participant_gender_wish_known"),
            constraints.one_of("wishes_age", WishedAge, "participant_age_wish_known"),
            constraints.one_of("support_kind", SupportKind, "participant_support_kind_known"),
        ]

    class Privacy:
        personal = ("person",)
        sensitive = (
            *("request_for_help", "wishes_gender", "wishes_age", "children", "safe_contact", "remarks"),
            *("closing_reason", "interests"),
        )
        plain = (
            *("id", "programme", "status", "registered_on", "channel", "channel_text", "campaign"),
            *("available", "closed_on", "consent_due_on", "support_kind", "visits_at_home"),
        )

    file_open = False  # set for this reading by with_file(today) and open_files(rows)

    def __str__(self) -> str:
        return str(self.person)

    @property
    def file(self) -> File:
        """What pages may read of what is written here."""
        return File(self)
