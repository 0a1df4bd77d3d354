"""How somebody wishes to be reached, and what a coordinator decides about messages that wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices import when
from peerhub.notices.channels.push import allowed
from peerhub.notices.choices import CHOOSABLE, DROPPED, ENDED_BADLY, MAY_BE_HELD, Kind, NoticeStatus
from peerhub.notices.models import Device, HeldKind, Notice, Reach
from peerhub.notices.querysets import NoticeQuerySet
from peerhub.people.models import Person
from peerhub.people.services import record_change


@transaction.atomic
def set_reach(person: Person, *, by: Member, now: datetime, **fields: Any) -> Reach:
    """Keep how somebody may be reached. Raises Refused when quiet and safe hours leave no hour at all."""
    kinds = {*fields.get("sms_for", ()), *fields.get("push_for", ())}
    if not kinds <= set(CHOOSABLE):
        raise Refused(_("There is no such kind of message to choose a way for."))
    reach = Reach.objects.filter(person=person).first() or Reach(person=person, programme_id=person.programme_id)
    for name, value in fields.items():
        setattr(reach, name, value)
    if reach.no_email:
        reach.digest_at = None  # the daily letter is an e-mail; one by one they may go another way
    try:
        reach.full_clean(exclude=["programme_id"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    quiet = when.Hours(reach.quiet_from, reach.quiet_until) if reach.quiet_from and reach.quiet_until else None
    safe = when.Hours(reach.safe_from, reach.safe_until) if reach.safe_from and reach.safe_until else None
    if when.next_open(now, zone=reach.timezone, quiet=quiet, safe=safe) is None:
        raise Refused(_("The quiet hours and the safe hours leave no time for a message."))
    reach.save()
    record_change(reach, before="", after="set", by=by, now=now)
    return reach


@transaction.atomic
def add_device(
    *, person: Person, endpoint: str, p256dh: str, auth: str, name: str, by: Member, now: datetime
) -> Device:
    """Somebody said yes to notifications on the device in her hand. Whoever used it before gets none there any more."""
    if not allowed(endpoint):
        raise Refused(_("Notifications do not work with this browser here."))
    Device.objects.filter(programme_id=person.programme_id, endpoint=endpoint).delete()
    keys = {"p256dh": p256dh, "auth": auth, "name": name[:80], "consented_at": now}
    device = Device.objects.create(programme_id=person.programme_id, person=person, endpoint=endpoint, **keys)
    record_change(device, before="", after="allowed", by=by, now=now)
    return device


@transaction.atomic
def remove_device(device: Device, *, by: Member, now: datetime) -> None:
    """No notifications on this device any more."""
    record_change(device, before="allowed", after="ended", by=by, now=now)
    device.delete()


@transaction.atomic
def hold_kinds(*, kinds: list[str], by: Member, now: datetime) -> None:
    """From now on messages of these kinds, and of no others, wait for a coordinator's click.

    A kind is not let go while messages of it wait: they would all go out at once. Raises Refused then.
    """
    if not set(kinds) <= set(MAY_BE_HELD):
        raise Refused(_("Messages of this kind cannot wait."))
    mine = HeldKind.objects.filter(programme_id=by.programme_id)
    ended = set(mine.values_list("kind", flat=True)) - set(kinds)
    waiting = Notice.objects.filter(programme_id=by.programme_id, kind__in=ended).held().count()
    if waiting:
        raise Refused(_("%(number)s messages of that kind wait still. Send or drop them first.") % {"number": waiting})
    mine.filter(kind__in=ended).delete()
    for kind in kinds:
        HeldKind.objects.get_or_create(
            programme_id=by.programme_id, kind=kind, defaults={"by_id": by.person_id, "since_at": now}
        )


@transaction.atomic
def release(notices: NoticeQuerySet, *, by: Member, now: datetime) -> int:
    """Let held messages go. Returns how many; those that were released or cancelled meanwhile are left alone."""
    keys = _held_keys(notices)
    return Notice.objects.filter(pk__in=keys).update(released_at=now, send_after=now)


@transaction.atomic
def drop(notices: NoticeQuerySet, *, by: Member, now: datetime) -> int:
    """Held messages are not sent at all, and the sweep does not write them again. Returns how many."""
    keys = _held_keys(notices)
    return Notice.objects.filter(pk__in=keys).update(status=NoticeStatus.CANCELLED, error=DROPPED)


def _held_keys(notices: NoticeQuerySet) -> list[int]:
    return list(notices.held().select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def try_again(notice: Notice, *, by: Member | None, now: datetime) -> None:
    """A message that could not be sent, or perhaps was not, begins again. Raises Refused in any other state.

    A daily letter begins again with what was in it, unless that was sent in another way meanwhile. ``by`` is nobody of
    the programme where an administrator does it; history knows the log-in.
    """
    items = _shared_the_end_of(notice)
    ended = Notice.objects.filter(pk=notice.pk, status__in=ENDED_BADLY)
    done = ended.update(
        status=NoticeStatus.WAITING, attempts=0, error="", send_after=now, attempted_at=None, leased_until=None,
        released_at=now, digest_on=None,
    )  # fmt: skip
    if not done:
        raise Refused(_("This message is on its way already, or was sent. Nothing was changed."))
    Notice.objects.filter(pk__in=items).update(status=NoticeStatus.IN_DIGEST, error="")
    record_change(notice, before=notice.status, after=NoticeStatus.WAITING, by=by, now=now)
    notice.refresh_from_db()


def _shared_the_end_of(notice: Notice) -> list[int]:
    """The messages of a daily letter that ended badly with it."""
    if notice.kind != Kind.DIGEST:
        return []
    found = Notice.objects.filter(recipient_id=notice.recipient_id, digest_on=notice.due_on, status__in=ENDED_BADLY)
    return list(found.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
