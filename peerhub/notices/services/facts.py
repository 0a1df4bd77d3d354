"""What routing has to know about readers beside their wishes: of one who is written to, or of many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from peerhub.notices import when
from peerhub.notices.channels import WAYS
from peerhub.notices.choices import Channel, Kind
from peerhub.notices.models import Device, Notice
from peerhub.people.models import Person

LAST_LETTERS = timedelta(days=2)  # today's letter, in whatever time zone it is today


class Facts:
    """Asked of the database, reader by reader, when they are needed."""

    def has_device(self, person: Person) -> bool:
        """Notifications reach her."""
        return WAYS[Channel.PUSH].reaches(person)

    def sent_since(self, person: Person, since: datetime) -> list[datetime]:
        """When messages went out to her that count for a weekly maximum."""
        sent = Notice.objects.filter(recipient_id=person.pk).sent_since(since)
        return [at for at in sent.values_list("sent_at", flat=True) if at]

    def has_letter(self, person: Person, day: date) -> bool:
        """Her daily letter of this day is written."""
        return Notice.objects.filter(recipient_id=person.pk, kind=Kind.DIGEST, period=day.isoformat()).exists()


class FactsOfMany(Facts):
    """Asked once for all these readers (with their ``reach``), as far as one of them needs it; good for the moment."""

    def __init__(self, people: Iterable[Person], *, now: datetime) -> None:
        wishes = {one.pk: one.reach for one in people if getattr(one, "reach", None)}
        pushed = [key for key, reach in wishes.items() if reach.push_for or reach.no_email]
        counted = [key for key, reach in wishes.items() if reach.weekly_most is not None]
        gathered = [key for key, reach in wishes.items() if reach.digest_at]
        self.devices = set(Device.objects.filter(person__in=pushed).values_list("person_id", flat=True))
        self.sent: dict[int, list[datetime]] = defaultdict(list)
        sent = Notice.objects.filter(recipient__in=counted).sent_since(now - when.WEEK)
        for key, at in sent.values_list("recipient_id", "sent_at"):
            if at:
                self.sent[key].append(at)
        letters = Notice.objects.filter(recipient__in=gathered, kind=Kind.DIGEST)
        recent = letters.filter(period__gte=(now - LAST_LETTERS).date().isoformat())
        self.letters = set(recent.values_list("recipient_id", "period"))

    def has_device(self, person: Person) -> bool:
        """As for one."""
        return person.pk in self.devices

    def sent_since(self, person: Person, since: datetime) -> list[datetime]:
        """As for one, for the last week."""
        return [at for at in self.sent[person.pk] if at > since]

    def has_letter(self, person: Person, day: date) -> bool:
        """As for one, for today."""
        return (person.pk, day.isoformat()) in self.letters
