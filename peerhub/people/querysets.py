from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from peerhub.lib.member import Member


class PersonQuerySet(models.QuerySet["Person"]):
    """Which people?"""

    def visible_to(self, member: Member) -> Self:
        """Everybody of the programme for those who keep the files; otherwise only oneself."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("people.view") else mine.filter(pk=member.person_id)

    def reachable(self) -> Self:
        """Those with an e-mail address."""
        return self.exclude(email="")


class StateChangeQuerySet(models.QuerySet["StateChange"]):
    """Which recorded changes?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's history, for those who keep the files."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("people.view") else mine.filter(by_id=member.person_id)

    def of(self, subject: models.Model) -> Self:
        """The history of one row, newest first."""
        return self.filter(subject=subject._meta.label_lower, subject_id=subject.pk).order_by("-at", "-pk")


class HistoryQuerySet(models.QuerySet["History"]):
    """Which lines of history?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's, for those who keep the files."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("people.view") else self.none()

    def of(self, subject: models.Model) -> Self:
        """The history of one row, newest first."""
        return self.filter(table_name=subject._meta.db_table, row_id=subject.pk).order_by("-pk")


class LookQuerySet(models.QuerySet["Look"]):
    """Which looks?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's for those who keep the files; what concerns oneself for everybody."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("people.view") else mine.filter(person_id=member.person_id)


class DraftQuerySet(models.QuerySet["Draft"]):
    """Which texts that were typed and not sent?"""

    LASTS = timedelta(days=7)

    def visible_to(self, member: Member) -> Self:
        """One's own, whatever the role: nobody reads what another has not sent."""
        return self.filter(programme_id=member.programme_id, person_id=member.person_id)

    def too_old(self, now: datetime) -> Self:
        """Not touched for a week."""
        return self.filter(updated_at__lt=now - self.LASTS)


class LinkQuerySet(models.QuerySet["Link"]):
    """Which one-time links?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's for those who keep the files; one's own for everybody."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("people.view") else mine.filter(person_id=member.person_id)

    def usable(self, now: datetime) -> Self:
        """Neither ended, nor taken back, nor used up."""
        return self.filter(expires_at__gt=now, revoked_at=None, used_at=None)

    def about(self, subject: str) -> Self:
        """Those for one subject, as “match:12”."""
        return self.filter(subject=subject)


if TYPE_CHECKING:
    from peerhub.people.models import Draft, History, Link, Look, Person, StateChange
