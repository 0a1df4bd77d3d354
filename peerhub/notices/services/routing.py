"""Which way, and when? What somebody wishes, what is safe for her, and whether it is still worth saying."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from peerhub.notices import when
from peerhub.notices.channels import WAYS
from peerhub.notices.choices import AT_ONCE, GOES_WITH, Channel, Kind, NoticeStatus
from peerhub.notices.models import Notice, Reach
from peerhub.notices.querysets import NoticeQuerySet
from peerhub.notices.services.facts import Facts

ASKED = Facts()


class Nowhere(Exception):  # reads as a sentence where it is raised
    """There is no way to reach her that is allowed and set up."""


@dataclass(frozen=True)
class Route:
    """By which channel, from when on, and what a daily letter holds."""

    channel: str
    at: datetime
    items: list[Notice] = field(default_factory=list)


def in_digest(digest: Notice) -> NoticeQuerySet:
    """The messages of a daily letter that nobody cancelled meanwhile."""
    found = Notice.objects.filter(recipient_id=digest.recipient_id, digest_on=digest.due_on)
    return found.filter(status=NoticeStatus.IN_DIGEST).order_by("created_at", "pk")


def route(notice: Notice, *, now: datetime, facts: Facts = ASKED) -> Route | None:
    """The way of a message; None when it is not worth sending any more. Raises Nowhere when there is no way."""
    reach: Reach | None = getattr(notice.recipient, "reach", None)
    items = list(in_digest(notice)) if notice.kind == Kind.DIGEST else []
    if notice.kind == Kind.DIGEST and not items:
        return None
    if notice.kind == Kind.INVITATION and notice.recipient.user and notice.recipient.user.last_login:
        return None
    channel = _channel(notice, reach, facts)
    return Route(channel, _moment(notice, reach, now, facts), items)


def way_of_digest(notice: Notice, reach: Reach, *, at: time, now: datetime, facts: Facts = ASKED) -> Route:
    """The way of the daily letter in which a message that is written now would come. Raises Nowhere as ``route`` does.

    Today's letter goes as long as it is not written; it keeps to her hours and her week as any other message.
    """
    day = when.digest_day(now, zone=reach.timezone, at=at)
    is_today = day is not None and not facts.has_letter(notice.recipient, day)
    begins = now if is_today else when.next_at(now, ZoneInfo(reach.timezone), at)
    digest = Notice(kind=Kind.DIGEST, recipient=notice.recipient, programme_id=notice.programme_id)
    return Route(_channel(digest, reach, facts), _moment(digest, reach, begins, facts))


def _channel(notice: Notice, reach: Reach | None, facts: Facts) -> str:
    """The one she chose for this kind; where it does not lead anywhere, the next that is allowed."""
    person = notice.recipient
    allowed = {
        Channel.EMAIL: not (reach and reach.no_email),
        Channel.SMS: not (reach and reach.no_sms) and notice.kind != Kind.DIGEST,
        Channel.PUSH: notice.kind != Kind.DIGEST and reach is not None,
    }
    for channel in _wished(notice.kind, reach):
        reaches = facts.has_device if channel == Channel.PUSH else WAYS[channel].reaches
        if allowed[channel] and reaches(person):
            return channel
    raise Nowhere("no e-mail address" if allowed[Channel.EMAIL] else "no safe way to reach her")


def _wished(kind: str, reach: Reach | None) -> list[Channel]:
    main = next((first for first, others in GOES_WITH.items() if kind in others), kind)
    first = Channel.EMAIL
    if reach and main in reach.push_for:
        first = Channel.PUSH
    elif reach and main in reach.sms_for:
        first = Channel.SMS
    others = [Channel.EMAIL, Channel.PUSH, Channel.SMS] if reach and reach.no_email else [Channel.EMAIL]
    return [first, *(one for one in others if one != first)]


def _moment(notice: Notice, reach: Reach | None, now: datetime, facts: Facts) -> datetime:
    """Now, or when her hours and her week allow it. What must be heard at once keeps to the safe hours alone."""
    if reach is None:
        return now
    safe = when.Hours(reach.safe_from, reach.safe_until) if reach.safe_from and reach.safe_until else None
    quiet = when.Hours(reach.quiet_from, reach.quiet_until) if reach.quiet_from and reach.quiet_until else None
    at = now
    if notice.kind in AT_ONCE:
        quiet = None
    elif reach.weekly_most is not None:
        moments = facts.sent_since(notice.recipient, now - when.WEEK)
        at = when.week_opens(now, moments, reach.weekly_most)
    opens = when.next_open(at, zone=reach.timezone, quiet=quiet, safe=safe)
    if opens is None:
        raise Nowhere("quiet and safe hours leave no time")
    return opens
