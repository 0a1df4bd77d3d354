"""A sender dies with a message in its hands, after it was handed over: nobody knows whether it went out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.notices.services import LEASE, MOST_ATTEMPTS, claim, send
from peerhub.people.models import Person
from tests import factories as make
from tests.notices.conftest import Letterbox
from tests.notices.test_outbox import written


@pytest.fixture
def person(db: None) -> Person:
    """Somebody with an address."""
    return make.a_person(make.a_programme("north"), "Dan")


def handed_over(person: Person, now: datetime, **more: Any) -> Notice:
    """Claimed and handed over by a sender that then died."""
    notice = written(person, now, **more)
    claim(now=now)
    Notice.objects.filter(pk=notice.pk).update(attempted_at=now)
    return notice


def test_a_reminder_comes_once_at_most(person: Person, now: datetime, letterbox: Letterbox) -> None:
    notice = handed_over(person, now)
    assert claim(now=now + LEASE + timedelta(seconds=1)) == []
    notice.refresh_from_db()
    assert (notice.status, notice.error) == (NoticeStatus.UNKNOWN, "the sender stopped while sending")


def test_a_concern_comes_once_at_least_and_says_that_it_may_be_twice(
    person: Person, now: datetime, letterbox: Letterbox
) -> None:
    handed_over(person, now, kind=Kind.CONCERN)
    later = now + LEASE + timedelta(seconds=1)
    [again] = claim(now=later)
    assert send(again, now=later) is True
    [text] = letterbox.texts()
    assert text.count("This may reach you twice.") >= 3  # subject and both parts
    assert Notice.objects.get().is_again is True


def test_a_sender_that_died_before_it_began_leaves_no_doubt(
    person: Person, now: datetime, letterbox: Letterbox
) -> None:
    written(person, now)
    claim(now=now)
    later = now + LEASE + timedelta(seconds=1)
    [again] = claim(now=later)
    assert send(again, now=later) is True
    assert "twice" not in letterbox.texts()[0]


def test_what_stops_its_sender_each_time_is_put_aside(person: Person, now: datetime) -> None:
    written(person, now)
    for _attempt in range(MOST_ATTEMPTS):
        assert len(claim(now=now)) == 1
        now += LEASE + timedelta(seconds=1)
    assert claim(now=now) == []
    assert (Notice.objects.get().status, Notice.objects.get().error) == (
        NoticeStatus.DEAD, "the sender stopped each time",
    )  # fmt: skip


@pytest.mark.parametrize("answer", ["drops", "later"])
def test_a_mail_server_that_drops_the_line_leaves_doubt(
    person: Person, now: datetime, letterbox: Letterbox, answer: str
) -> None:
    letterbox.refuses, letterbox.drops = answer == "later", answer == "drops"
    written(person, now)
    [claimed] = claim(now=now)
    assert send(claimed, now=now) is False
    expected = NoticeStatus.UNKNOWN if answer == "drops" else NoticeStatus.WAITING
    assert Notice.objects.get().status == expected


def test_each_kind_has_the_same_message_id_however_often_it_is_tried(
    person: Person, now: datetime, letterbox: Letterbox
) -> None:
    letterbox.refuses = True
    written(person, now)
    [claimed] = claim(now=now)
    send(claimed, now=now)
    first = letterbox.tried[0]
    letterbox.refuses = False
    later = now + timedelta(minutes=2)
    [again] = claim(now=later)
    send(again, now=later)
    assert letterbox.letters[0]["Message-ID"] == first["Message-ID"]
