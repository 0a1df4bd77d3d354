"""The whole way of a reminder: the sweep writes it, a real worker sends it, a real mail server receives it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest
from django.conf import settings
from django.utils import timezone

from matching.models import Match
from matching.services import sweep
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice, Reach
from peerhub.notices.tasks import send_notices
from peerhub.people.models import Person
from tests import factories as make
from tests.cast import Cast, assemble
from tests.notices.conftest import Letterbox
from tests.processes import running, until

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
def due(committed: None) -> Cast:
    """A visit is due tomorrow, and the sweep has written the reminder."""
    cast = assemble()
    Match.objects.update(next_due_on=make.TODAY + timedelta(days=1), last_held_on=make.TODAY - timedelta(days=6))
    wishes = {"timezone": "Europe/Brussels", "weekly_most": 5, "push_for": ["visit_reminder"]}  # she has no device
    Reach.objects.create(programme_id=cast.north.pk, person_id=cast.ben.person_id, **wishes)
    result = sweep(now=timezone.now())
    assert (result.reminders, Notice.objects.waiting().count()) == (1, 1)
    return cast


def worker(queue: str) -> list[str]:
    """The command of a worker that listens to one queue only."""
    return ["celery", "-A", "peerhub", "worker", "-Q", queue, "-c", "1", "--loglevel", "WARNING", "--without-mingle"]


def mail_server() -> dict[str, str]:
    """Where the worker sends letters."""
    return {"EMAIL_HOST": str(settings.EMAIL_HOST), "EMAIL_PORT": str(settings.EMAIL_PORT)}


def sent() -> bool:
    """Nothing waits any more."""
    return not Notice.objects.exclude(status=NoticeStatus.SENT).exists()


def test_one_reminder_reaches_the_mail_server_once(due: Cast, letterbox: Letterbox) -> None:
    queue = f"test-{os.getpid()}-one"
    with running(*worker(queue), **mail_server()) as process:
        for _time in range(3):  # beat came by three times
            send_notices.apply_async(queue=queue)
        until(sent, what="the reminder was sent", process=process)
        until(lambda: letterbox.letters, what="the letter came in", process=process)
    assert len(letterbox.letters) == 1
    [row] = Notice.objects.filter(kind=Kind.VISIT_REMINDER)
    assert (row.attempts, row.recipient_id) == (1, due.ben.person_id)
    assert letterbox.letters[0]["To"] == Person.objects.get(pk=due.ben.person_id).email
    [text] = letterbox.texts()
    told = [
        person for person in Person.objects.all() if any(name in text for name in (person.first_name, person.full_name))
    ]
    assert not told, "a message names nobody"
    assert f"/p/north/visits/{due.match.pk}/log/" in text


def test_a_worker_that_dies_with_the_message_in_hand_loses_nothing(due: Cast, letterbox: Letterbox) -> None:
    queue = f"test-{os.getpid()}-two"
    silent = socket.create_server(("127.0.0.1", 0))  # takes the call and never says a word
    host, port = silent.getsockname()
    with silent, running(*worker(queue), EMAIL_HOST=host, EMAIL_PORT=str(port)) as process:
        send_notices.apply_async(queue=queue)
        until(
            lambda: Notice.objects.filter(status=NoticeStatus.SENDING).exists(),
            what="the worker took it",
            process=process,
        )
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
    assert not letterbox.letters
    Notice.objects.update(leased_until=timezone.now() - timedelta(seconds=1))  # two minutes pass
    with running(*worker(queue), **mail_server()) as process:
        send_notices.apply_async(queue=queue)
        until(sent, what="the reminder was sent after all", process=process)
    assert len(letterbox.letters) == 1
    assert Notice.objects.get(kind=Kind.VISIT_REMINDER).attempts == 2  # once dead, once alive


def test_a_worker_that_dies_after_it_handed_the_letter_over_does_not_send_it_twice(due: Cast) -> None:
    queue = f"test-{os.getpid()}-three"
    with mute_mail_server() as (host, port), running(*worker(queue), EMAIL_HOST=host, EMAIL_PORT=str(port)) as process:
        send_notices.apply_async(queue=queue)
        until(
            lambda: Notice.objects.filter(attempted_at__isnull=False).exists(),
            what="the letter was being handed over",
            process=process,
        )
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
    Notice.objects.update(leased_until=timezone.now() - timedelta(seconds=1))  # two minutes pass
    assert send_notices() == 0
    assert Notice.objects.get(kind=Kind.VISIT_REMINDER).status == NoticeStatus.UNKNOWN


@contextmanager
def mute_mail_server() -> Iterator[tuple[str, int]]:
    """Greets, and says nothing more once a letter is begun."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        line, _address = listener.accept()
        with line:
            line.sendall(b"220 here\r\n")
            while (said := line.recv(4096)) and not said.upper().startswith(b"MAIL"):
                line.sendall(b"250 go on\r\n")
            line.recv(4096)  # … until the other side is gone

    listening = Thread(target=talk, daemon=True)
    listening.start()
    with listener:
        host, port = listener.getsockname()
        yield str(host), int(port)
