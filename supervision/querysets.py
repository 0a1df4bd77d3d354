from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import (
    CharField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat, Greatest

from peerhub.notices.models import Notice
from programmes.permissions import Permission

if TYPE_CHECKING:
    from matching.models import Match
    from matching.querysets import MatchQuerySet
    from peerhub.lib.member import Member
    from recruitment.querysets import PeerSupporterQuerySet
    from supervision.models import ContactNote, FollowUp, PlannedSession, SupervisionSession

# After so many days without a session a peer supporter is named on the pages of the supervisors.
SUPERVISION_EVERY_DAYS = 30
STILL_ASKED = timedelta(days=14)  # whether a planned session was held


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Which follow-ups of concerns?"""

    def visible_to(self, member: Member) -> Self:
        """For those who follow concerns up."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.CONCERN_FOLLOW) else self.none()


class SupervisionSessionQuerySet(models.QuerySet["SupervisionSession"]):
    """Which sessions?"""

    def visible_to(self, member: Member) -> Self:
        """For those who lead supervision; the sessions one took part in otherwise."""
        mine = self.filter(programme_id=member.programme_id)
        if member.may(Permission.SUPERVISION_LOG):
            return mine
        return mine.filter(supporters__person_id=member.person_id)

    def named(self, text: str) -> Self:
        """In which a peer supporter or the leader has every typed word in the name."""
        found = self
        for word in text.split():
            leader = Q(led_by__first_name__icontains=word) | Q(led_by__last_name__icontains=word)
            present = self.model.objects.filter(pk=OuterRef("pk")).filter(
                Q(supporters__person__first_name__icontains=word) | Q(supporters__person__last_name__icontains=word)
            )
            found = found.filter(leader | Exists(present))
        return found

    def without(self, supporters: PeerSupporterQuerySet, since: date) -> PeerSupporterQuerySet:
        """Of these peer supporters, those active ones who began before the day and took part in none of these since.

        Each row carries ``last_session_on``; those who never had one, or longest ago, come first.
        """
        took_part = self.filter(supporters=OuterRef("pk"))
        return (
            supporters.active()
            .filter(~Exists(took_part.filter(held_on__gte=since)), started_on__lt=since)
            .annotate(last_session_on=Subquery(took_part.order_by("-held_on").values("held_on")[:1]))
            .order_by(models.F("last_session_on").asc(nulls_first=True), "started_on", "pk")
        )


class PlannedSessionQuerySet(models.QuerySet["PlannedSession"]):
    """Which sessions that are to come?"""

    def visible_to(self, member: Member) -> Self:
        """For those who lead supervision; everybody else sees those planned for herself."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.SUPERVISION_LOG) else mine.filter(supporters__person_id=member.person_id)

    def for_person(self, person_id: int) -> Self:
        """Those planned for this peer supporter."""
        return self.filter(supporters__person_id=person_id)

    def open(self) -> Self:
        """Neither cancelled nor written down as held."""
        return self.filter(cancelled_at__isnull=True, recorded_at__isnull=True)

    def to_come(self, now: datetime) -> Self:
        """Of these, those that are not over: one that lasts three hours is shown for three hours."""
        lasts = ExpressionWrapper(F("minutes") * Value(timedelta(minutes=1)), output_field=DurationField())
        ends_at = ExpressionWrapper(F("starts_at") + lasts, output_field=DateTimeField())
        return self.open().alias(ends_at=ends_at).filter(ends_at__gt=now)

    def to_settle(self, now: datetime) -> Self:
        """Those to come, and for two weeks those that are over: was it held, or did it not take place?"""
        return self.open().filter(starts_at__gte=now - STILL_ASKED)


class ContactNoteQuerySet(models.QuerySet["ContactNote"]):
    """Which calls about late visits?"""

    def visible_to(self, member: Member) -> Self:
        """For those who look after visits."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.VISIT_VIEW) else self.none()

    def on(self, matches: MatchQuerySet) -> models.QuerySet[Match]:
        """These matches, each with the last call and the last reminder about it, and when the later of the two was."""
        calls = self.filter(match=OuterRef("pk")).order_by("-noted_at", "-pk")
        about = Concat(Value("match:"), Cast(OuterRef("pk"), CharField()))
        reminders = Notice.objects.filter(programme_id=OuterRef("programme_id"), subject=about).last_reminders()
        return matches.annotate(
            called_at=Subquery(calls.values("noted_at")[:1]),
            called_whom=Subquery(calls.values("called")[:1]),
            call_result=Subquery(calls.values("result")[:1]),
            called_by=Subquery(calls.values("noted_by__first_name")[:1]),
            reminded_at=Subquery(reminders.values("created_at")[:1]),
            reminded_status=Subquery(reminders.values("status")[:1]),
            reminded_kind=Subquery(reminders.values("kind")[:1]),
        ).annotate(last_action_at=Greatest("called_at", "reminded_at"))

    def untouched(self, matches: models.QuerySet[Match]) -> models.QuerySet[Match]:
        """Of these matches (see ``on``), those for which nobody did anything since the visit was due."""
        return matches.filter(Q(last_action_at__isnull=True) | Q(last_action_at__date__lte=F("next_due_on")))
