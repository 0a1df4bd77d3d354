from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matching.choices import LIVE, DeclineCode, EndReason, Explained, MatchStatus, Side
from matching.querysets import GRACE, LONGEST_GRACE, MatchQuerySet
from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Programme
from recruitment.choices import SupportKind
from recruitment.models import Participant, PeerSupporter

INTRODUCED = [MatchStatus.INTRODUCED, MatchStatus.AGREED, MatchStatus.ACTIVE, MatchStatus.PAUSED]
AGREED = [MatchStatus.AGREED, MatchStatus.ACTIVE, MatchStatus.PAUSED]
STARTED = [MatchStatus.ACTIVE, MatchStatus.PAUSED]


class Match(models.Model):
    """One participant and one peer supporter, from the proposal to the closing talk."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="matches")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="matches")
    supporter = models.ForeignKey(PeerSupporter, on_delete=models.PROTECT, related_name="matches")
    participant_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    supporter_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=SupportKind, default=SupportKind.ONE_TO_ONE)
    status = models.CharField(_("status"), max_length=12, choices=MatchStatus, default=MatchStatus.PROPOSED)
    score = models.PositiveSmallIntegerField(_("fit, of 100"), null=True, blank=True)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    proposed_on = models.DateField(_("proposed on"))
    supporter_accepted_on = models.DateField(_("peer supporter said yes on"), null=True, blank=True)
    participant_accepted_on = models.DateField(_("participant said yes on"), null=True, blank=True)
    introduced_on = models.DateField(_("introduced on"), null=True, blank=True)
    introduced_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    responsible = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible")
    )
    thinking_on = models.DateField(_("participant wants to think, since"), null=True, blank=True)
    revealed_at = models.DateTimeField(_("name shown to the peer supporter"), null=True, blank=True)
    meeting_at = models.DateTimeField(_("introduction planned for"), null=True, blank=True)
    meeting_place = models.CharField(_("where they meet"), max_length=200, blank=True, default="")
    meeting_staff = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who is there")
    )
    oriented_on = models.DateField(_("explained to the participant on"), null=True, blank=True)
    explained = ArrayField(
        models.CharField(max_length=8, choices=Explained), verbose_name=_("explained"), default=list, blank=True
    )
    explanation_waived = models.CharField(_("why not explained"), max_length=200, blank=True, default="")
    supporter_agreed_on = models.DateField(_("peer supporter confirmed on"), null=True, blank=True)
    participant_agreed_on = models.DateField(_("participant confirmed on"), null=True, blank=True)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    started_on = models.DateField(_("first visit on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = models.CharField(_("why ended"), max_length=24, choices=EndReason, blank=True, default="")
    closing_talk_on = models.DateField(_("closing talk on"), null=True, blank=True)
    no_talk_reason = models.CharField(_("why no closing talk"), max_length=200, blank=True, default="")
    predecessor = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successor",
        verbose_name=_("goes on from"),
    )
    declined_by = models.CharField(_("who said no"), max_length=12, choices=Side, blank=True, default="")
    decline_code = models.CharField(_("why not"), max_length=12, choices=DeclineCode, blank=True, default="")
    decline_reason = models.CharField(_("why not taken up"), max_length=200, blank=True, default="")
    suggestion_settled_at = models.DateTimeField(_("answer looked at"), null=True, blank=True)
    next_due_on = models.DateField(_("next visit due on"), null=True, blank=True)
    last_held_on = models.DateField(_("last visit held on"), null=True, blank=True)
    interval = models.PositiveSmallIntegerField(_("days between visits"), default=7, db_default=7)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["programme", "status"], name="match_status"),
            models.Index(fields=["supporter", "status"], name="match_of_supporter"),
            models.Index(
                fields=["programme", "next_due_on"],
                name="match_due",
                condition=Q(status__in=[MatchStatus.AGREED, MatchStatus.ACTIVE], next_due_on__isnull=False),
            ),
        ]
        constraints = [
            constraints.one_of("status", MatchStatus, "match_status_known"),
            constraints.one_of("kind", SupportKind, "match_kind_known"),
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(status__in=LIVE),
                name="match_one_live",
                violation_error_message=_("This participant already has a match or an open proposal."),
            ),
            models.CheckConstraint(
                condition=~Q(participant_person=F("supporter_person")),
                name="match_of_two_people",
                violation_error_message=_("Nobody supports herself."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=INTRODUCED)
                | Q(
                    introduced_on__isnull=False,
                    supporter_accepted_on__isnull=False,
                    participant_accepted_on__isnull=False,
                ),
                name="match_introduced_after_two_yeses",
                violation_error_message=_("Both say yes before they are introduced."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=INTRODUCED) | Q(introduced_by__isnull=False, responsible__isnull=False),
                name="match_introduced_by_staff",
                violation_error_message=_("Somebody of the team is there when they meet, and somebody is responsible."),
            ),
            models.CheckConstraint(
                condition=Q(revealed_at__isnull=True)
                | Q(supporter_accepted_on__isnull=False, participant_accepted_on__isnull=False),
                name="match_name_after_two_yeses",
                violation_error_message=_("The name is shown after both said yes."),
            ),
            models.CheckConstraint(
                condition=Q(meeting_at__isnull=True, meeting_staff__isnull=True, meeting_place="")
                | Q(meeting_at__isnull=False, meeting_staff__isnull=False) & ~Q(meeting_place=""),
                name="match_meeting_is_whole",
                violation_error_message=_("A meeting has a time, a place and somebody of the team."),
            ),
            models.CheckConstraint(
                condition=Q(oriented_on__isnull=True, explained__len=0, explanation_waived="")
                | Q(oriented_on__isnull=False, explained__len=len(Explained), explanation_waived="")
                | (Q(oriented_on__isnull=False) & ~Q(explanation_waived="")),
                name="match_explained_or_waived",
                violation_error_message=_("Everything was explained, or there is a reason why not."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=AGREED)
                | Q(
                    supporter_agreed_on__isnull=False,
                    participant_agreed_on__isnull=False,
                    oriented_on__isnull=False,
                ),
                name="match_agreed_by_both",
                violation_error_message=_("Both confirm the agreement, after all was explained to the participant."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=AGREED) | Q(agreed_on__isnull=False),
                name="match_agreed_has_day",
                violation_error_message=_("An agreed match has a day of agreement."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=STARTED) | Q(started_on__isnull=False),
                name="match_active_has_start",
                violation_error_message=_("An active match has a first visit."),
            ),
            models.CheckConstraint(
                condition=(Q(status=MatchStatus.CLOSED) & Q(ended_on__isnull=False) & ~Q(end_reason=""))
                | (~Q(status=MatchStatus.CLOSED) & Q(ended_on__isnull=True, end_reason="")),
                name="match_closed_has_reason",
                violation_error_message=_("A closed match has a last day and a reason."),
            ),
            models.CheckConstraint(
                condition=(~Q(status=MatchStatus.CLOSED) & Q(closing_talk_on__isnull=True, no_talk_reason=""))
                | Q(status=MatchStatus.CLOSED, closing_talk_on__isnull=False, no_talk_reason="")
                | (Q(status=MatchStatus.CLOSED, closing_talk_on__isnull=True) & ~Q(no_talk_reason="")),
                name="match_closed_with_talk",
                violation_error_message=_("A closing talk was held, or there is a reason why not."),
            ),
            models.CheckConstraint(
                condition=(Q(status=MatchStatus.DECLINED) & ~Q(declined_by=""))
                | (~Q(status=MatchStatus.DECLINED) & Q(declined_by="", decline_code="")),
                name="match_declined_by_somebody",
                violation_error_message=_("What was not taken up says on whose side."),
            ),
            constraints.one_of("declined_by", Side, "match_decliner_known", blank=True),
            constraints.one_of("decline_code", DeclineCode, "match_decline_code_known"),
            models.CheckConstraint(
                condition=Q(predecessor__isnull=True) | ~Q(predecessor=F("pk")),
                name="match_follows_another",
                violation_error_message=_("A match goes on from another one."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=[MatchStatus.AGREED, MatchStatus.ACTIVE]) | Q(next_due_on__isnull=True),
                name="match_due_only_while_visiting",
                violation_error_message=_("Only a match in which visits are made has a visit due."),
            ),
            constraints.in_order(
                "proposed_on", "introduced_on", "match_introduced_later", _("Introduced after proposed.")
            ),
            constraints.in_order("introduced_on", "agreed_on", "match_agreed_later", _("Agreed after introduced.")),
            constraints.in_order(
                "agreed_on", "started_on", "match_started_later", _("The first visit comes after agreeing.")
            ),
            constraints.in_order(
                "started_on", "ended_on", "match_ended_later", _("A match ends after its first visit.")
            ),
            constraints.between("score", 0, 100, "match_score_range", _("The fit lies from 0 to 100.")),
            constraints.between("interval", 1, 56, "match_interval_range", _("Visits are 1 to 56 days apart.")),
        ]

    class Privacy:
        personal = (
            *("participant", "supporter", "participant_person", "supporter_person", "introduced_by", "responsible"),
            *("meeting_staff", "meeting_place"),
        )
        sensitive = (
            *("reasons", "end_reason", "no_talk_reason", "explanation_waived"),
            *("declined_by", "decline_code", "decline_reason"),
        )
        plain = (
            *("id", "programme", "kind", "status", "score", "proposed_on", "supporter_accepted_on"),
            *("participant_accepted_on", "introduced_on", "agreed_on", "started_on", "ended_on", "next_due_on"),
            *("last_held_on", "interval", "created_at", "thinking_on", "revealed_at", "meeting_at", "oriented_on"),
            *("explained", "supporter_agreed_on", "participant_agreed_on", "closing_talk_on", "predecessor"),
            "suggestion_settled_at",
        )

    def __str__(self) -> str:
        return f"match {self.pk}"

    @property
    def is_answered(self) -> bool:
        """Both said yes to each other."""
        return self.supporter_accepted_on is not None and self.participant_accepted_on is not None

    @property
    def is_revealed(self) -> bool:
        """The peer supporter may know who it is: she was shown the name, or they have met."""
        return self.revealed_at is not None or self.introduced_on is not None

    def days_late(self, today: date) -> int:
        """Days since the visit was due; 0 when nothing is due yet."""
        return max(0, (today - self.next_due_on).days) if self.next_due_on else 0

    def is_overdue(self, today: date) -> bool:
        """Later than due plus the grace of this frequency: the same rule as the queryset's."""
        return self.days_late(today) > GRACE.get(self.interval, LONGEST_GRACE)
