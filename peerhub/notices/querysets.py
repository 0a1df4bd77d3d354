from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from peerhub.notices.choices import AT_LEAST_ONCE, AT_ONCE, STILL_TO_GO, Kind, NoticeStatus

if TYPE_CHECKING:
    from peerhub.lib.member import Member
    from peerhub.notices.models import Device, HeldKind, Notice, Reach

ALONE = (*AT_ONCE, Kind.DIGEST)


def _held_kind() -> models.QuerySet[HeldKind]:
    held = apps.get_model("notices", "HeldKind")  # the table stands one room higher
    return held.objects.filter(programme_id=OuterRef("programme_id"), kind=OuterRef("kind"))


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Which messages?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's messages for those who keep the files, one's own for everybody."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("people.view") else mine.filter(recipient_id=member.person_id)

    def waiting(self) -> Self:
        """Written and not yet on their way."""
        return self.filter(status=NoticeStatus.WAITING)

    def held(self) -> Self:
        """Waiting for the click of a coordinator, because the programme wants it so for this kind."""
        return self.waiting().filter(Exists(_held_kind()), released_at__isnull=True)

    def free(self) -> Self:
        """Not held back: of a kind that goes out by itself, or let go."""
        return self.filter(~Exists(_held_kind()) | Q(released_at__isnull=False))

    def to_send(self, now: datetime) -> Self:
        """Free, with their time come; or claimed by a sender that died and whose lease ran out.

        What somebody wants in one letter a day is left for that letter. A message that a dead sender had handed over
        already is sent again only where twice is better than never.
        """
        alone = Q(recipient__reach__digest_at__isnull=True) | Q(kind__in=ALONE)
        fresh = Q(status=NoticeStatus.WAITING, send_after__lte=now) & alone
        safe_to_repeat = Q(attempted_at__isnull=True) | Q(kind__in=AT_LEAST_ONCE)
        stuck = Q(status=NoticeStatus.SENDING, leased_until__lt=now) & safe_to_repeat
        return self.filter(fresh | stuck).free()

    def stuck(self, now: datetime) -> Self:
        """Claimed by a sender whose lease ran out."""
        return self.filter(status=NoticeStatus.SENDING, leased_until__lt=now)

    def with_unknown_end(self, now: datetime) -> Self:
        """Handed over by a sender that died before it could say how it ended."""
        return self.stuck(now).filter(attempted_at__isnull=False)

    def for_digest(self, now: datetime) -> Self:
        """Waiting, free, due, and good for a letter that holds several."""
        return self.waiting().filter(send_after__lte=now).exclude(kind__in=ALONE).free()

    def sent_since(self, day: datetime) -> Self:
        """Sent by themselves since then: what counts for a weekly maximum."""
        return self.filter(status=NoticeStatus.SENT, sent_at__gt=day, digest_on__isnull=True).exclude(kind__in=AT_ONCE)

    def about(self, *subjects: str) -> Self:
        """About one of these things."""
        return self.filter(subject__in=subjects)

    def still_to_go(self) -> Self:
        """Written and neither sent nor given up."""
        return self.filter(status__in=STILL_TO_GO)

    def last_reminders(self, since: datetime | None = None) -> Self:
        """Reminders of visits that went out or are about to, the newest first."""
        found = self.filter(kind__in=(Kind.VISIT_REMINDER, Kind.VISIT_NUDGE)).exclude(
            status__in=(NoticeStatus.CANCELLED, NoticeStatus.DEAD)
        )
        if since is not None:
            found = found.filter(created_at__gt=since)
        return found.order_by("-created_at", "-pk")


class ReachQuerySet(models.QuerySet["Reach"]):
    """Whose ways to be reached?"""

    def visible_to(self, member: Member) -> Self:
        """Everybody's for those who keep the files, one's own otherwise."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("people.view") else mine.filter(person_id=member.person_id)

    def with_digest(self) -> Self:
        """Those who want one letter a day."""
        return self.filter(digest_at__isnull=False)


class DeviceQuerySet(models.QuerySet["Device"]):
    """Which devices?"""

    def visible_to(self, member: Member) -> Self:
        """One's own, whatever the role."""
        return self.filter(programme_id=member.programme_id, person_id=member.person_id)


class HeldKindQuerySet(models.QuerySet["HeldKind"]):
    """Which kinds wait for a click?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's."""
        return self.filter(programme_id=member.programme_id)
