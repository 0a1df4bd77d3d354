"""Whether everything works: database, broker, worker, the daily sweep, and whether messages go out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.db.models import Min

from matching.querysets import SWEPT_WITHIN
from peerhub.celery import app
from peerhub.home.rotating import SEALED
from peerhub.lib import walls
from peerhub.lib.keyring import KeyMissing, key_of, ring
from peerhub.notices.choices import NoticeStatus
from peerhub.notices.models import Notice
from peerhub.notices.services import HEARTBEAT
from programmes.models import Programme

HEARTBEAT_WITHIN = timedelta(minutes=2)  # beat sends one every half minute
OUTBOX_WITHIN = timedelta(minutes=15)
FRESH = timedelta(days=1)
LOOKED_AT = (
    20  # sealed texts of each table: enough to see that another place's keys are here, few enough for each minute
)


def database_works(now: datetime) -> bool:
    """A row can be written and read; it is not kept."""
    key = f"health-{uuid4().hex}"[:40]
    try:
        with transaction.atomic():
            Session.objects.create(session_key=key, session_data="", expire_date=now)
            found = Session.objects.filter(session_key=key).exists()
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return found


def broker_works() -> bool:
    """The broker takes a connection."""
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=3)
    except Exception:  # noqa: BLE001  # whatever goes wrong there, the answer is no
        return False
    return True


def last_heartbeat() -> datetime | None:
    """When beat last sent something that a worker took; nothing when it never did or the cache is away."""
    try:
        said = cache.get(HEARTBEAT)
        return datetime.fromisoformat(said) if said else None
    except Exception:  # noqa: BLE001  # a cache that does not answer knows no heartbeat
        return None


def sweeps(now: datetime) -> dict[str, Any]:
    """When the daily sweep last came by in each programme, and in how many it is late or never came at all.

    A programme that was made less than that time ago may wait for its first one.
    """
    try:
        with walls.everywhere(deed="health"):
            rows = Programme.objects.order_by("slug").values_list("slug", "created_at", "sweep_mark__swept_at")
            found: dict[str, tuple[datetime | None, datetime]] = {
                slug: (swept_at, created_at) for slug, created_at, swept_at in rows
            }
    except DatabaseError:
        return {"sweeps": None, "sweeps_late": None}
    late = [slug for slug, (swept_at, created_at) in found.items() if (swept_at or created_at) < now - SWEPT_WITHIN]
    last = {slug: swept_at.isoformat() if swept_at else None for slug, (swept_at, _created) in found.items()}
    return {"sweeps": last, "sweeps_late": late}


def outbox(now: datetime) -> dict[str, Any]:
    """How long the oldest message waits, in seconds, and how many could not be sent: in all, and since yesterday."""
    try:
        with walls.everywhere(deed="health"):
            underway = Notice.objects.filter(status__in=[NoticeStatus.WAITING, NoticeStatus.SENDING])
            oldest = underway.filter(created_at__lte=now).aggregate(oldest=Min("created_at"))["oldest"]
            dead = Notice.objects.filter(status=NoticeStatus.DEAD)
            fresh = dead.filter(send_after__gte=now - FRESH).count()
            return {
                "outbox_oldest": int((now - oldest).total_seconds()) if oldest else 0,
                "dead_letters": dead.count(),
                "dead_since_yesterday": fresh,
            }
    except DatabaseError:
        return {"outbox_oldest": None, "dead_letters": None, "dead_since_yesterday": None}


def keys_open() -> dict[str, Any]:
    """Whether the keys of sensitive texts are here: the newest texts of each table name a key of the ring."""
    try:
        with walls.everywhere(deed="health"):
            newest = [text for kind in SEALED for text in kind.newest(LOOKED_AT)]
        missing = {key_of(text) for text in newest} - {key.id for key in (ring().keys if newest else ())}
    except DatabaseError:
        return {"keys": None, "keys_missing": None}
    except KeyMissing:  # the ring itself is away
        return {"keys": False, "keys_missing": sorted({key_of(text) for text in newest})}
    return {"keys": not missing, "keys_missing": sorted(missing)}


def health(now: datetime) -> dict[str, Any]:
    """Everything at once; ``wrong`` names what is not as it should be.

    A message that cannot be sent counts as wrong for a day: long enough to be seen, short enough that one mistyped
    address does not hide the next trouble.
    """
    beat = last_heartbeat()
    answer: dict[str, Any] = {
        "database": database_works(now),
        "broker": broker_works(),
        "worker": bool(beat and now - beat <= HEARTBEAT_WITHIN),
        "beat_last": beat.isoformat() if beat else None,
        **outbox(now),
        **sweeps(now),
        **keys_open(),
    }
    wrong = [name for name in ("database", "broker", "worker", "keys") if not answer[name]]
    if answer["outbox_oldest"] is None or answer["outbox_oldest"] > OUTBOX_WITHIN.total_seconds():
        wrong.append("outbox_oldest")
    if answer["sweeps_late"] is None or answer["sweeps_late"]:
        wrong.append("sweeps")
    if answer["dead_since_yesterday"]:
        wrong.append("dead_letters")
    return {**answer, "wrong": wrong}
