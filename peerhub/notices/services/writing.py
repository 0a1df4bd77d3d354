"""Messages are rows first: written with the deed, and held back when the thing is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from peerhub.notices.choices import GOES_WITH, Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.people.models import Person

BULK = 1000


def compose(
    *,
    kind: Kind,
    recipient: Person,
    subject: str,
    period: str,
    link: str,
    now: datetime,
    due_on: date | None = None,
    number: int | None = None,
) -> Notice:
    """A message, not yet in the outbox."""
    return Notice(
        programme_id=recipient.programme_id,
        kind=kind,
        recipient=recipient,
        subject=subject,
        period=period,
        link=link,
        due_on=due_on,
        number=number,
        send_after=now,
        created_at=now,
    )


def write_all(notices: Iterable[Notice]) -> None:
    """Put messages in the outbox, in the transaction of the deed. The same message twice is one message."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=BULK)


def write(
    *,
    kind: Kind,
    recipient: Person,
    subject: str,
    period: str,
    link: str,
    now: datetime,
    due_on: date | None = None,
    number: int | None = None,
) -> None:
    """Put one message in the outbox."""
    said = {"kind": kind, "recipient": recipient, "subject": subject, "period": period, "link": link}
    write_all([compose(**said, now=now, due_on=due_on, number=number)])  # type: ignore[arg-type]  # by name, as they came


def cancel(*, kind: Kind, subject: str, period: str | None = None) -> int:
    """The thing is done: what still waits is not sent, alone or in a daily letter. Returns how many were held back.

    Reminders sent by hand end with the reminders of the sweep.
    """
    kinds = (kind, *GOES_WITH.get(kind, ()))
    waiting = Notice.objects.still_to_go().filter(kind__in=kinds, subject=subject)
    if period is not None:
        waiting = waiting.filter(period=period)
    return waiting.update(status=NoticeStatus.CANCELLED)
