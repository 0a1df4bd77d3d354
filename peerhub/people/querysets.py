from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from peerhub.lib.dates import add_months
from peerhub.people.choices import ConsentAnswer, ConsentPurpose, GivenBy, NoteKind

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


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    """Which emergency accesses?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's for those who watch over access; one's own for everybody else."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("access.watch") else mine.filter(by_user_id=member.user_id)

    def open_now(self) -> Self:
        """Not ended, and not over by the clock of the database."""
        return self.filter(ended_at__isnull=True, ends_at__gt=Now())

    def over(self, now: datetime) -> Self:
        """Ended by themselves, and not yet marked so."""
        return self.filter(ended_at__isnull=True, ends_at__lte=now)


class SensitiveNoteQuerySet(models.QuerySet["SensitiveNote"]):
    """Which sensitive notes?"""

    def visible_to(self, member: Member) -> Self:
        """By kind, for those with the right to it; of one person, for whoever opened them in an emergency just now."""
        mine = self.filter(programme_id=member.programme_id)
        if not member.may("note.ask"):
            return self.by_right(member)
        open_now = {"ended_at__isnull": True, "ends_at__gt": Now(), "by_id": member.person_id}
        opened = mine.filter(**{f"person__openings__{name}": value for name, value in open_now.items()})
        return self.by_right(member) | mine.filter(pk__in=opened.values("pk"))

    def by_right(self, member: Member) -> Self:
        """Of the kinds that her role reads, as long as the person they are about has not said no or taken her yes back.

        A guardian's yes counts until the person is of age, by the member's day. Who was never asked has not said no:
        such notes are from before anybody was.
        """
        asked = apps.get_model("people", "Consent")._default_manager.filter(
            person_id=OuterRef("person_id"), purpose=ConsentPurpose.RECORD_SENSITIVE, subject=""
        )
        yes = asked.in_force(member.today or date.max)
        mine = self.filter(programme_id=member.programme_id, kind__in=readable_kinds(member))
        return mine.filter(Exists(yes) | ~Exists(asked))

    def newest(self) -> Self:
        """Versions that no other one replaces."""
        return self.filter(replaced_by__isnull=True)

    def outline(self) -> Self:
        """Without their texts."""
        return self.only("id", "programme_id", "person_id", "kind", "written_at")


def readable_kinds(member: Member) -> list[str]:
    """The kinds of sensitive notes that a role lets somebody read."""
    kinds = [kind.value for kind in NoteKind if kind != NoteKind.SUPERVISION] if member.may("note.read") else []
    return kinds + ([NoteKind.SUPERVISION.value] if member.may("note.supervise") else [])


class DraftQuerySet(models.QuerySet["Draft"]):
    """Which texts that were typed and not sent?"""

    LASTS = timedelta(days=7)

    def visible_to(self, member: Member) -> Self:
        """One's own, whatever the role: nobody reads what another has not sent."""
        return self.filter(programme_id=member.programme_id, person_id=member.person_id)

    def too_old(self, now: datetime) -> Self:
        """Not touched for a week."""
        return self.filter(updated_at__lt=now - self.LASTS)


FULL_AGE = 18  # from this birthday on somebody answers for herself, and nobody for her


def of_age_since(day: date) -> date:
    """Who was born on this day or earlier is of age on ``day``."""
    return add_months(day, -12 * FULL_AGE)


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    """Which words are read to people?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's texts are for everybody in it."""
        return self.filter(programme_id=member.programme_id)

    def newest(self) -> Self:
        """Of each purpose and language the last version."""
        return self.order_by("programme_id", "purpose", "language", "-version").distinct(
            "programme_id", "purpose", "language"
        )


class LegalRepresentativeQuerySet(models.QuerySet["LegalRepresentative"]):
    """Who answers together with people under age?"""

    def visible_to(self, member: Member) -> Self:
        """For those who keep the files; one's own otherwise."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("people.view") else mine.filter(person_id=member.person_id)

    def current(self, day: date) -> Self:
        """Representing somebody on this day."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Which answers about which purpose? Everything that depends on consent asks here."""

    def visible_to(self, member: Member) -> Self:
        """For those who keep the files; one's own otherwise."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("people.view") else mine.filter(person_id=member.person_id)

    def current(self) -> Self:
        """The last word: neither withdrawn nor asked anew."""
        return self.filter(withdrawn_on__isnull=True, replaced_on__isnull=True)

    def in_force(self, today: date) -> Self:
        """A yes that counts today: her own, or a guardian's as long as she is under age."""
        counts = Q(given_by=GivenBy.SELF) | Q(person__born_on__gt=of_age_since(today))
        return self.current().filter(counts, answer=ConsentAnswer.YES)

    def to_ask_again(self, today: date) -> Self:
        """A yes to older words than those that were written to be asked anew. It counts until she has answered."""
        newer = self.model._meta.get_field("text").related_model._default_manager.filter(
            programme_id=OuterRef("programme_id"),
            purpose=OuterRef("purpose"),
            written_at__gt=OuterRef("recorded_at"),
            asks_again=True,
        )
        return self.in_force(today).filter(Exists(newer))

    def outgrown(self, today: date) -> Self:
        """A guardian's yes for somebody who is of age by now: it counts no longer, she is asked herself."""
        return self.current().filter(
            given_by=GivenBy.GUARDIAN, answer=ConsentAnswer.YES, person__born_on__lte=of_age_since(today)
        )


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
    from peerhub.people.models import (
        AccessGrant,
        Consent,
        ConsentText,
        Draft,
        History,
        LegalRepresentative,
        Link,
        Look,
        Person,
        SensitiveNote,
        StateChange,
    )
