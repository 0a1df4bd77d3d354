"""The outbox: one row per message, claimed by one sender, sent once, put aside after five failures."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from peerhub.notices import services
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.notices.services import sending
from peerhub.notices.tasks import send_notices
from peerhub.people.models import Person
from tests import factories as make
from tests.notices.conftest import Letterbox


@pytest.fixture
def person(db: None) -> Person:
    """Somebody with an address."""
    return make.a_person(make.a_programme("north"), "Ben")


def written(person: Person, now: datetime, subject: str = "match:1", **more: Any) -> Notice:
    """A message in the outbox."""
    fields = {
        "kind": Kind.VISIT_REMINDER,
        "period": "2026-03-02",
        "link": "/p/north/today/",
        "due_on": now.date(),
        **more,
    }
    services.write(recipient=person, subject=subject, now=now, **fields)
    return Notice.objects.get(recipient=person, subject=subject, period=fields["period"])


def test_the_same_message_twice_is_one_row(person: Person, now: datetime) -> None:
    first = written(person, now)
    assert written(person, now + timedelta(hours=3)).pk == first.pk
    assert Notice.objects.count() == 1


def test_it_stays_one_row_after_it_was_sent(person: Person, now: datetime, letterbox: Letterbox) -> None:
    written(person, now)
    send_notices()
    written(person, now)
    assert (send_notices(), len(letterbox.letters)) == (0, 1)


def test_many_at_once_and_twice_are_one_each(person: Person, now: datetime) -> None:
    def letters() -> list[Notice]:
        about = {"kind": Kind.PROPOSAL, "recipient": person, "link": "/p/north/today/", "now": now}
        return [services.compose(subject=f"match:{number}", period="once", **about) for number in range(3)]

    services.write_all(letters())
    services.write_all(letters())
    assert Notice.objects.count() == 3
    assert {notice.programme_id for notice in Notice.objects.all()} == {person.programme_id}


def test_another_period_is_another_message(person: Person, now: datetime) -> None:
    written(person, now)
    written(person, now, period="2026-03-09")
    assert Notice.objects.count() == 2


def test_it_is_written_with_the_deed_or_not_at_all(person: Person, now: datetime) -> None:
    def deed() -> None:
        with transaction.atomic():
            written(person, now)
            raise IntegrityError("the deed failed")

    with pytest.raises(IntegrityError):
        deed()
    assert not Notice.objects.exists()


def test_send_marks(person: Person, now: datetime, letterbox: Letterbox) -> None:
    written(person, now)
    [claimed] = services.claim(now=now)
    assert claimed.status == NoticeStatus.SENDING
    assert claimed.attempts == 1
    assert services.send(claimed, now=now) is True
    row = Notice.objects.get()
    assert (row.status, row.sent_at, row.leased_until, row.error) == (NoticeStatus.SENT, now, None, "")
    [letter] = letterbox.letters
    assert letter["To"] == person.email
    assert f"notice-{row.pk}" in letter["Message-ID"]
    assert "http" in letterbox.texts()[0]
    assert "/p/north/today/" in letterbox.texts()[0]


def test_a_letter_has_two_forms_and_the_language_of_its_reader(db: None, now: datetime, letterbox: Letterbox) -> None:
    reader = make.a_person(make.a_programme("north"), login=True)
    assert reader.user
    reader.user.language = "nl"
    reader.user.save()
    written(reader, now)
    send_notices()
    [letter] = letterbox.letters
    assert {part.get_content_type() for part in letter.walk()} >= {"text/plain", "text/html"}
    assert 'lang="nl"' in letterbox.texts()[0]


def test_nothing_is_sent_before_its_time(person: Person, now: datetime) -> None:
    written(person, now + timedelta(hours=1))
    assert services.claim(now=now) == []


def test_a_claimed_message_is_not_claimed_again(person: Person, now: datetime) -> None:
    written(person, now)
    assert len(services.claim(now=now)) == 1
    assert services.claim(now=now + timedelta(minutes=1)) == []


def test_a_dead_senders_lease_runs_out(person: Person, now: datetime, letterbox: Letterbox) -> None:
    written(person, now)
    [dead_senders] = services.claim(now=now)
    later = now + services.LEASE + timedelta(seconds=1)
    [again] = services.claim(now=later)
    assert (again.pk, again.attempts) == (dead_senders.pk, 2)
    assert services.send(again, now=later) is True
    sending._finish(dead_senders, status=NoticeStatus.WAITING)  # the first sender was slow, not dead
    assert Notice.objects.get().status == NoticeStatus.SENT


def test_a_failure_waits_longer_each_time_and_then_is_dead(person: Person, now: datetime, letterbox: Letterbox) -> None:
    letterbox.refuses = True
    written(person, now)
    waits = []
    for _attempt in range(services.MOST_ATTEMPTS):
        [claimed] = services.claim(now=now)
        assert services.send(claimed, now=now) is False
        row = Notice.objects.get()
        assert services.claim(now=now) == []
        waits.append(row.send_after - now)
        now = row.send_after
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 4, 16, 64)]
    assert (row.status, row.attempts) == (NoticeStatus.DEAD, services.MOST_ATTEMPTS)
    assert row.error == "SMTPDataError"
    letterbox.refuses = False
    assert services.claim(now=now + timedelta(days=30)) == []


def test_it_goes_out_once_the_mail_server_is_back(person: Person, now: datetime, letterbox: Letterbox) -> None:
    letterbox.refuses = True
    written(person, now)
    [claimed] = services.claim(now=now)
    services.send(claimed, now=now)
    letterbox.refuses = False
    later = now + timedelta(minutes=2)
    [again] = services.claim(now=later)
    assert services.send(again, now=later) is True
    assert len(letterbox.letters) == 1


def test_nobody_to_send_to(db: None, now: datetime, letterbox: Letterbox) -> None:
    person = make.a_person(make.a_programme("north"), email="")
    written(person, now)
    assert send_notices() == 0
    row = Notice.objects.get()
    assert (row.status, row.error) == (NoticeStatus.DEAD, "no e-mail address")


def test_cancel_holds_back_what_waits(person: Person, now: datetime, letterbox: Letterbox) -> None:
    written(person, now)
    written(person, now, period="2026-03-09")
    written(person, now, subject="match:2")
    assert services.cancel(kind=Kind.VISIT_REMINDER, subject="match:1", period="2026-03-02") == 1
    assert services.cancel(kind=Kind.VISIT_REMINDER, subject="match:1") == 1
    assert services.cancel(kind=Kind.VISIT_REMINDER, subject="match:1") == 0
    assert services.cancel(kind=Kind.CONCERN, subject="match:2") == 0
    assert (send_notices(), len(letterbox.letters)) == (1, 1)


def test_a_sent_message_is_not_cancelled(person: Person, now: datetime, letterbox: Letterbox) -> None:
    written(person, now)
    send_notices()
    assert services.cancel(kind=Kind.VISIT_REMINDER, subject="match:1") == 0
    assert Notice.objects.get().status == NoticeStatus.SENT


def test_a_hundred_waiting_messages_go_out_in_rounds(person: Person, now: datetime, letterbox: Letterbox) -> None:
    for number in range(120):
        written(person, now, subject=f"match:{number}")
    assert send_notices() == 120
    assert len({letter["Message-ID"] for letter in letterbox.letters}) == 120


def test_two_senders_at_once_share_the_rows(committed: None, now: datetime) -> None:
    person = make.a_person(make.a_programme("north"))
    for number in range(80):
        written(person, now, subject=f"match:{number}")
    together = Barrier(2)

    def claim() -> list[int]:
        together.wait()
        try:
            return [notice.pk for notice in services.claim(now=now, most=60)]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as senders:
        taken = [future.result() for future in [senders.submit(claim) for _sender in range(2)]]
    taken.append([notice.pk for notice in services.claim(now=now, most=60)])
    each = Counter(key for keys in taken for key in keys)
    assert len(each) == 80
    assert set(each.values()) == {1}
    assert set(Notice.objects.values_list("attempts", flat=True)) == {1}


def test_two_deeds_at_once_write_one_row(committed: None, now: datetime) -> None:
    person = make.a_person(make.a_programme("north"))
    together = Barrier(4)

    def deed() -> None:
        together.wait()
        try:
            written(person, now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as doers:
        for future in [doers.submit(deed) for _doer in range(4)]:
            future.result()
    assert Notice.objects.count() == 1
