"""Messages are rows first: written with the deed, claimed and sent later, once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from peerhub.lib import walls
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.people.models import Person

logger = logging.getLogger(__name__)

HEARTBEAT = "worker-heartbeat"  # where the worker leaves a sign of life, in the cache
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 5
FIRST_WAIT = timedelta(minutes=1)
BATCH = 50
BULK = 1000


def compose(
    *, kind: Kind, recipient: Person, subject: str, period: str, link: str, now: datetime, due_on: date | None = None
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
        send_after=now,
        created_at=now,
    )


def write_all(notices: Iterable[Notice]) -> None:
    """Put messages in the outbox, in the transaction of the deed. The same message twice is one message."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=BULK)


def write(
    *, kind: Kind, recipient: Person, subject: str, period: str, link: str, now: datetime, due_on: date | None = None
) -> None:
    """Put one message in the outbox."""
    write_all(
        [compose(kind=kind, recipient=recipient, subject=subject, period=period, link=link, now=now, due_on=due_on)]
    )


def cancel(*, kind: Kind, subject: str, period: str | None = None) -> int:
    """The thing is done: what still waits is not sent. Returns how many messages were held back."""
    waiting = Notice.objects.waiting().filter(kind=kind, subject=subject)
    if period is not None:
        waiting = waiting.filter(period=period)
    return waiting.update(status=NoticeStatus.CANCELLED)


def claim(*, now: datetime, most: int = BATCH) -> list[Notice]:
    """Take a few messages that are due, for two minutes. Others who claim at the same time get other rows."""
    with walls.everywhere(deed="send_notices"):
        due = Notice.objects.to_send(now).select_for_update(skip_locked=True).order_by("send_after", "pk")
        keys = list(due.values_list("pk", flat=True)[:most])
        Notice.objects.filter(pk__in=keys).update(
            status=NoticeStatus.SENDING, attempts=F("attempts") + 1, leased_until=now + LEASE
        )
        return list(Notice.objects.filter(pk__in=keys).select_related("recipient", "recipient__user").order_by("pk"))


def send(notice: Notice, *, now: datetime) -> bool:
    """Send one claimed message and mark it. A failure waits longer each time; after five it is put aside as dead.

    The message carries an id made of its own row, so a receiver that gets it twice after a crash can tell.
    """
    if not notice.recipient.email:
        _finish(notice, status=NoticeStatus.DEAD, error="no e-mail address")
        return False
    try:
        _mail(notice).send()
    except Exception as error:  # noqa: BLE001  # whatever the mail server says, the row must remember it
        logger.warning("notice %s not sent: %s", notice.pk, type(error).__name__)
        dead = notice.attempts >= MOST_ATTEMPTS
        wait = FIRST_WAIT * 4 ** (notice.attempts - 1)
        _finish(
            notice,
            status=NoticeStatus.DEAD if dead else NoticeStatus.WAITING,
            error=type(error).__name__,
            send_after=now + wait,
        )
        return False
    _finish(notice, status=NoticeStatus.SENT, error="", sent_at=now)
    return True


def _finish(notice: Notice, **fields: object) -> None:
    with walls.inside(notice.programme_id, deed="send_notices"):
        still_mine = Notice.objects.filter(pk=notice.pk, status=NoticeStatus.SENDING, attempts=notice.attempts)
        still_mine.update(leased_until=None, **fields)


def _mail(notice: Notice) -> EmailMultiAlternatives:
    person = notice.recipient
    language = (person.user.language if person.user else "") or settings.LANGUAGE_CODE
    context = {"notice": notice, "address": f"{settings.PUBLIC_URL}{notice.link}"}
    with translation.override(language):
        body = render_to_string(f"notices/mail/{notice.kind}.txt", context)
        html = render_to_string("notices/mail/frame.html", {**context, "paragraphs": body.strip().split("\n\n")[1:]})
    subject, _, text = body.strip().partition("\n\n")
    return EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        to=[person.email],
        headers={"Message-ID": make_msgid(idstring=f"notice-{notice.pk}", domain="peerhub")},
        alternatives=[(html, "text/html")],
    )
