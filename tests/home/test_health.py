"""Whether everything works, and what counts as wrong. The broker of these tests is nowhere or real, never a mock."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command, load_command_class

from matching.services import sweep
from peerhub.celery import app as celery_app
from peerhub.home.watching import health
from peerhub.lib.keyring import key_of
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.notices.tasks import HEARTBEAT
from peerhub.people.services import write_note
from programmes.models import Programme
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_heartbeat_yet() -> None:
    cache.clear()


@pytest.fixture
def beating(now: datetime) -> None:
    """A worker answered ten seconds ago."""
    cache.set(HEARTBEAT, (now - timedelta(seconds=10)).isoformat())


def notice(cast: Cast, now: datetime, *, minutes: int, status: str, period: str = "1") -> Notice:
    one = Notice.objects.create(
        programme_id=cast.north.pk,
        kind=Kind.PROPOSAL,
        recipient=cast.ben_supporter.person,
        subject="match:1",
        period=period,
        status=status,
    )
    at = now - timedelta(minutes=minutes)
    Notice.objects.filter(pk=one.pk).update(created_at=at, send_after=at)
    return one


def wrong(now: datetime) -> list[str]:
    return [name for name in health(now)["wrong"] if name != "broker"]


def test_all_is_well(cast: Cast, beating: None, now: datetime) -> None:
    answer = health(now)
    assert wrong(now) == []
    assert (answer["database"], answer["worker"], answer["outbox_oldest"], answer["dead_letters"]) == (True, True, 0, 0)
    assert answer["beat_last"] == (now - timedelta(seconds=10)).isoformat()
    assert not Session.objects.exists()


def test_a_worker_that_never_came_or_is_gone(db: None, now: datetime) -> None:
    assert wrong(now) == ["worker"]
    assert health(now)["beat_last"] is None
    cache.set(HEARTBEAT, (now - timedelta(minutes=3)).isoformat())
    assert wrong(now) == ["worker"]


def test_messages_that_wait_too_long(cast: Cast, beating: None, now: datetime) -> None:
    notice(cast, now, minutes=14, status=NoticeStatus.WAITING)
    assert (wrong(now), health(now)["outbox_oldest"]) == ([], 14 * 60)
    notice(cast, now, minutes=16, status=NoticeStatus.SENDING, period="2")
    assert wrong(now) == ["outbox_oldest"]


def test_a_dead_message_is_wrong_for_a_day(cast: Cast, beating: None, now: datetime) -> None:
    dead = notice(cast, now, minutes=60, status=NoticeStatus.DEAD)
    assert (wrong(now), health(now)["dead_letters"]) == (["dead_letters"], 1)
    Notice.objects.filter(pk=dead.pk).update(send_after=now - timedelta(hours=25))
    assert (wrong(now), health(now)["dead_letters"]) == ([], 1)


def test_a_broker_that_is_nowhere(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    # in this order: what is read for writing falls back to the other, and both are put back as they were read
    monkeypatch.setattr("peerhub.celery.app.conf.broker_write_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr("peerhub.celery.app.conf.broker_url", "redis://127.0.0.1:1/0")
    try:
        assert health(now)["broker"] is False
    finally:
        celery_app._after_fork()  # forget the connections to nowhere


def test_command_ends_with_1_when_something_is_wrong(db: None) -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("health", "--json", stdout=out)
    assert ended.value.code == 1
    answer: dict[str, Any] = json.loads(out.getvalue())
    assert {"database", "broker", "worker", "beat_last", "outbox_oldest", "dead_letters"} <= set(answer)
    words = StringIO()
    with pytest.raises(SystemExit):
        call_command("health", stdout=words)
    assert "worker: does not answer" in words.getvalue()


def test_migrate_works_as_the_owner() -> None:
    parser = load_command_class("peerhub.home", "migrate").create_parser("manage.py", "migrate")
    assert parser.parse_args([]).database == "owner"
    assert parser.parse_args(["--database", "default"]).database == "default"


def test_a_sweep_that_stays_away_is_wrong(cast: Cast, beating: None, now: datetime) -> None:
    sweep(now=now - timedelta(minutes=90))
    Notice.objects.all().delete()
    assert wrong(now) == []
    assert wrong(now + timedelta(minutes=31)) == ["worker", "sweeps"]
    answer = health(now)
    assert answer["sweeps"] == {slug: (now - timedelta(minutes=90)).isoformat() for slug in ("north", "south")}
    sweep(now=now + timedelta(minutes=31), programme_id=cast.north.pk)
    assert health(now + timedelta(minutes=31))["sweeps_late"] == ["south"]


def test_a_programme_that_is_never_swept_is_wrong(cast: Cast, beating: None, now: datetime) -> None:
    Programme.objects.update(created_at=now - timedelta(hours=3))
    assert wrong(now) == ["sweeps"]


def test_keys_that_are_not_here_are_wrong(
    cast: Cast, beating: None, now: datetime, settings: Any, tmp_path: Path
) -> None:
    settings.NOTES_KEYS, settings.NOTES_KEYS_FILE = [], tmp_path / "notes.json"
    assert (wrong(now), health(now)["keys"]) == ([], True), "nothing is sealed yet, so no key is missing"
    note = write_note(cast.carla.person, key=uuid4(), kind="facts", text="A word.", by=cast.amina, now=now)
    assert wrong(now) == []
    settings.NOTES_KEYS = ["another:" + base64.b64encode(bytes(32)).decode()]
    assert (wrong(now), health(now)["keys_missing"]) == (["keys"], [key_of(note.sealed)])
    settings.NOTES_KEYS, settings.NOTES_KEYS_FILE = [], tmp_path / "gone.json"
    assert (wrong(now), health(now)["keys"]) == (["keys"], False)
