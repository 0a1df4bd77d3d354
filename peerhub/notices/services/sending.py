"""What waits is claimed and sent, once; what could not be sent waits longer each time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import F

from peerhub.lib import walls
from peerhub.notices.channels import WAYS, NotSent, Unsure
from peerhub.notices.choices import AT_LEAST_ONCE, Channel, Kind, NoticeStatus
from peerhub.notices.letters import language_of, letter
from peerhub.notices.models import Notice
from peerhub.notices.services.routing import Nowhere, Route, in_digest, route

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 5
FIRST_WAIT = timedelta(minutes=1)
BATCH = 50


def claim(*, now: datetime, most: int = BATCH) -> list[Notice]:
    """Take a few messages that are due, for two minutes. Others who claim at the same time get other rows."""
    with walls.everywhere(deed="send_notices"):
        _settle_unknown_ends(now)
        due = Notice.objects.to_send(now).select_for_update(of=("self",), skip_locked=True)
        found = list(due.order_by("send_after", "pk").values_list("pk", "attempted_at")[:most])
        keys, doubtful = [key for key, _at in found], [key for key, at in found if at]
        Notice.objects.filter(pk__in=doubtful).update(is_again=True)
        Notice.objects.filter(pk__in=keys).update(
            status=NoticeStatus.SENDING, attempts=F("attempts") + 1, leased_until=now + LEASE, attempted_at=None
        )
        people = ("recipient", "recipient__user", "recipient__reach")
        return list(Notice.objects.filter(pk__in=keys).select_related(*people).order_by("pk"))


def _settle_unknown_ends(now: datetime) -> None:
    """A sender died with a message handed over: most are not sent again, because twice is worse than perhaps once.

    One that stops its sender time after time is put aside.
    """
    lost = Notice.objects.with_unknown_end(now).exclude(kind__in=AT_LEAST_ONCE)
    for notice in lost.select_for_update(skip_locked=True):
        _end(notice, status=NoticeStatus.UNKNOWN, error="the sender stopped while sending")
    poison = Notice.objects.stuck(now).filter(attempts__gte=MOST_ATTEMPTS)
    for notice in poison.select_for_update(skip_locked=True):
        _end(notice, status=NoticeStatus.DEAD, error="the sender stopped each time")


def send(notice: Notice, *, now: datetime) -> bool:
    """Send one claimed message by the way its reader chose and mark it. Returns whether it went out.

    Outside her hours, or beyond her weekly maximum, it goes back and waits. A failure waits longer each time; after
    five it is put aside as dead. An end that nobody knows is sent again only for what must arrive.
    """
    try:
        with walls.inside(notice.programme_id, deed="send_notices"):
            way = route(notice, now=now)
    except Nowhere as nowhere:
        _finish(notice, status=NoticeStatus.DEAD, error=str(nowhere))
        return False
    if way is None:
        _finish(notice, status=NoticeStatus.CANCELLED)
        return False
    if way.at > now:
        _finish(notice, status=NoticeStatus.WAITING, send_after=way.at, attempts=notice.attempts - 1)
        return False
    return _hand_over(notice, way, now=now)


def _hand_over(notice: Notice, way: Route, *, now: datetime) -> bool:
    said = letter(notice, language=language_of(notice.recipient), items=way.items)

    def attempt() -> None:
        mark = {"channel": way.channel, "attempted_at": now, "leased_until": now + LEASE}
        if not _finish(notice, status=NoticeStatus.SENDING, **mark):
            raise NotSent("another sender has it")

    key = f"notice-{notice.pk}-{int(notice.created_at.timestamp())}"
    try:
        WAYS[way.channel].send(said, notice.recipient, key=key, attempt=attempt)
    except Unsure as error:
        again = notice.kind in AT_LEAST_ONCE and notice.attempts < MOST_ATTEMPTS
        _put_off(notice, str(error), now=now, ends_as="" if again else NoticeStatus.UNKNOWN, is_again=again)
        return False
    except NotSent as error:
        gives_up = error.for_good or notice.attempts >= MOST_ATTEMPTS
        _put_off(notice, str(error), now=now, ends_as=NoticeStatus.DEAD if gives_up else "")
        return False
    except Exception as error:  # noqa: BLE001  # whatever happened, the row must remember it
        gives_up = notice.attempts >= MOST_ATTEMPTS
        _put_off(notice, type(error).__name__, now=now, ends_as=NoticeStatus.DEAD if gives_up else "")
        return False
    _finish(notice, status=NoticeStatus.SENT, error="", sent_at=now, channel=way.channel)
    return True


def _put_off(notice: Notice, error: str, *, now: datetime, ends_as: str, is_again: bool = False) -> None:
    logger.warning("notice %s not sent: %s", notice.pk, error)
    wait = FIRST_WAIT * 4 ** (notice.attempts - 1)
    fields: dict[str, object] = {"is_again": True} if is_again else {}
    _finish(
        notice,
        status=ends_as or NoticeStatus.WAITING,
        error=error[:300],
        send_after=now + wait,
        attempted_at=None,
        **fields,
    )


def _finish(notice: Notice, **fields: object) -> bool:
    """Write how it stands, if the message is still this sender's; the messages of a daily letter share its end."""
    with walls.inside(notice.programme_id, deed="send_notices"):
        still_mine = Notice.objects.filter(pk=notice.pk, status=NoticeStatus.SENDING, attempts=notice.attempts)
        done = bool(still_mine.update(**{"leased_until": None, **fields}))
        if done:
            _share_end(notice, **fields)
        return done


def _end(notice: Notice, **fields: object) -> None:
    Notice.objects.filter(pk=notice.pk).update(leased_until=None, **fields)
    _share_end(notice, **fields)


def _share_end(notice: Notice, **fields: object) -> None:
    ends = (NoticeStatus.SENT, NoticeStatus.DEAD, NoticeStatus.UNKNOWN)
    if notice.kind == Kind.DIGEST and fields.get("status") in ends:
        shared = {name: fields[name] for name in ("status", "error", "sent_at") if name in fields}
        in_digest(notice).update(channel=Channel.EMAIL, **shared)
