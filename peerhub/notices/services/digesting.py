"""One letter a day for those who want it so, and none on a day without anything to say."""

from __future__ import annotations

from datetime import date, datetime

from peerhub.lib import walls
from peerhub.notices import when
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice, Reach
from peerhub.notices.services.writing import compose, write_all


def gather_digests(*, now: datetime) -> int:
    """Write the daily letter of everybody whose hour has come and for whom something waits. Returns how many.

    One a day and person, kept unique by the database: two at once, or a late one, change nothing.
    """
    written = 0
    with walls.everywhere(deed="gather_digests"):
        readers = Reach.objects.with_digest().select_for_update(of=("self",), skip_locked=True)
        for reach in readers.select_related("person"):
            at = reach.digest_at
            day = when.digest_day(now, zone=reach.timezone, at=at) if at else None
            if day and _gather(reach, day, now=now):
                written += 1
    return written


def _gather(reach: Reach, day: date, *, now: datetime) -> bool:
    mine = Notice.objects.filter(recipient_id=reach.person_id)
    if mine.filter(kind=Kind.DIGEST, period=day.isoformat()).exists():
        return False
    keys = list(mine.for_digest(now).select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True))
    if not keys:
        return False
    about = {"kind": Kind.DIGEST, "subject": f"person:{reach.person_id}", "period": day.isoformat()}
    write_all([compose(recipient=reach.person, link="/", now=now, due_on=day, number=len(keys), **about)])  # type: ignore[arg-type]  # by name
    Notice.objects.filter(pk__in=keys).update(status=NoticeStatus.IN_DIGEST, digest_on=day)
    return True
