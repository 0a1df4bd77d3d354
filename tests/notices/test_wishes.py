"""What somebody wishes and what is safe for her is kept to: hours, the week, the daily letter, ways that are closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from importlib import import_module
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from peerhub.lib.errors import Refused
from peerhub.notices.choices import DROPPED, Kind, NoticeStatus
from peerhub.notices.models import HeldKind, Notice, Reach
from peerhub.notices.services import (
    cancel,
    claim,
    drop,
    gather_digests,
    hold_kinds,
    release,
    send,
    set_reach,
    try_again,
)
from peerhub.people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.notices.conftest import Letterbox
from tests.notices.test_outbox import written

NIGHT = datetime(2026, 10, 24, 21, 30, tzinfo=UTC)  # half past eleven in Brussels; the clocks go back at three
MORNING = datetime(2026, 10, 25, 7, 0, tzinfo=UTC)  # eight o'clock there


@pytest.fixture
def ben(cast: Cast) -> Person:
    """Ben, who has an e-mail address."""
    return Person.objects.get(pk=cast.ben.person_id)


def reach(person: Person, **fields: Any) -> Reach:
    return Reach.objects.create(programme_id=person.programme_id, person=person, timezone="Europe/Brussels", **fields)


def drain(now: datetime) -> int:
    """One round of the sender."""
    return sum(send(notice, now=now) for notice in claim(now=now))


def test_quiet_hours_are_kept_over_the_night_of_the_clock(ben: Person, letterbox: Letterbox) -> None:
    reach(ben, quiet_from=time(21), quiet_until=time(8))
    notice = written(ben, NIGHT)
    assert drain(NIGHT) == 0
    notice.refresh_from_db()
    assert (notice.status, notice.send_after, notice.attempts) == (NoticeStatus.WAITING, MORNING, 0)
    assert (drain(MORNING - timedelta(minutes=1)), drain(MORNING), len(letterbox.letters)) == (0, 1, 1)


def test_a_concern_does_not_wait_for_the_morning(ben: Person, letterbox: Letterbox) -> None:
    reach(ben, quiet_from=time(21), quiet_until=time(8), weekly_most=1, digest_at=time(8))
    written(ben, NIGHT, kind=Kind.CONCERN)
    assert drain(NIGHT) == 1


def test_safe_hours_hold_back_even_a_concern(ben: Person, letterbox: Letterbox) -> None:
    reach(ben, safe_from=time(9), safe_until=time(12))
    notice = written(ben, NIGHT, kind=Kind.CONCERN)
    assert drain(NIGHT) == 0
    notice.refresh_from_db()
    assert notice.send_after == MORNING + timedelta(hours=1)


def test_no_more_a_week_than_she_wants(ben: Person, letterbox: Letterbox) -> None:
    reach(ben, weekly_most=2)
    for number in range(4):
        written(ben, NIGHT, subject=f"match:{number}")
    assert (drain(NIGHT), Notice.objects.waiting().count()) == (2, 2)
    week_later = NIGHT + timedelta(days=7, seconds=1)
    assert (drain(week_later - timedelta(hours=1)), drain(week_later)) == (0, 2)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"no_email": True}, "no safe way to reach her"),
        ({"no_email": True, "no_sms": True, "sms_for": ["visit_reminder"]}, "no safe way to reach her"),
    ],
)
def test_a_closed_way_is_not_taken(ben: Person, letterbox: Letterbox, fields: dict[str, Any], error: str) -> None:
    reach(ben, **fields)
    notice = written(ben, NIGHT)
    assert (drain(NIGHT), letterbox.letters) == (0, [])
    notice.refresh_from_db()
    assert (notice.status, notice.error) == (NoticeStatus.DEAD, error)


def test_one_letter_a_day_holds_what_came_together(ben: Person, letterbox: Letterbox) -> None:
    reach(ben, digest_at=time(8))
    kinds = (Kind.VISIT_REMINDER, Kind.REVIEW_DUE, Kind.YEAR_ENDS)
    rows = [written(ben, NIGHT, f"match:{kind}", kind=kind, link=f"/p/north/{kind}/") for kind in kinds]
    assert (drain(NIGHT), gather_digests(now=MORNING - timedelta(minutes=1))) == (0, 0)
    assert (gather_digests(now=MORNING), gather_digests(now=MORNING)) == (1, 0)
    cancel(kind=Kind.YEAR_ENDS, subject=rows[2].subject)  # done before the letter left
    assert (drain(MORNING), len(letterbox.letters)) == (1, 1)
    [text] = letterbox.texts()
    assert ("/visit_reminder/" in text, "/review_due/" in text, "/year_ends/" in text) == (True, True, False)
    states = [Notice.objects.get(pk=row.pk).status for row in rows]
    assert states == [NoticeStatus.SENT, NoticeStatus.SENT, NoticeStatus.CANCELLED]
    written(ben, MORNING, subject="match:9")
    assert gather_digests(now=MORNING + timedelta(hours=3)) == 0, "the next letter is tomorrow's"
    assert gather_digests(now=MORNING + timedelta(days=1)) == 1


def test_a_letter_that_could_not_be_sent_begins_again_with_what_was_in_it(
    cast: Cast, ben: Person, letterbox: Letterbox
) -> None:
    reach(ben, digest_at=time(8))
    rows = [written(ben, NIGHT, f"match:{number}", link=f"/p/north/{number}/") for number in range(3)]
    assert gather_digests(now=MORNING) == 1
    cancel(kind=Kind.VISIT_REMINDER, subject=rows[2].subject)
    together = Notice.objects.exclude(status=NoticeStatus.CANCELLED)
    together.update(status=NoticeStatus.DEAD, attempts=5, error="SMTPDataError")
    letter = Notice.objects.get(kind=Kind.DIGEST)
    try_again(letter, by=cast.amina, now=MORNING)
    assert (drain(MORNING), len(letterbox.letters)) == (1, 1)
    [text] = letterbox.texts()
    assert ("/p/north/0/" in text, "/p/north/1/" in text, "/p/north/2/" in text) == (True, True, False)
    assert set(together.values_list("status", "error")) == {(NoticeStatus.SENT, "")}
    with pytest.raises(Refused):
        try_again(letter, by=cast.amina, now=MORNING)


def test_nothing_to_say_is_no_letter(ben: Person, letterbox: Letterbox) -> None:
    reach(ben, digest_at=time(8))
    assert gather_digests(now=MORNING) == 0
    written(ben, NIGHT)
    assert gather_digests(now=MORNING) == 1
    cancel(kind=Kind.VISIT_REMINDER, subject="match:1")
    assert (drain(MORNING), letterbox.letters) == (0, [])
    assert Notice.objects.get(kind=Kind.DIGEST).status == NoticeStatus.CANCELLED


def test_two_gather_at_once_and_write_one(committed: None, letterbox: Letterbox) -> None:
    person = make.a_person(make.a_programme("north"))
    reach(person, digest_at=time(8))
    written(person, NIGHT)
    together = Barrier(3)

    def gather() -> None:
        together.wait()
        try:
            gather_digests(now=MORNING)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as hands:
        for future in [hands.submit(gather) for _hand in range(3)]:
            future.result()
    assert Notice.objects.filter(kind=Kind.DIGEST).count() == 1


def test_wishes_that_leave_no_hour_are_refused(cast: Cast, ben: Person, now: datetime) -> None:
    hours = {"quiet_from": time(9), "quiet_until": time(13), "safe_from": time(10), "safe_until": time(12)}
    with pytest.raises(Refused, match="leave no time"):
        set_reach(ben, timezone="Europe/Brussels", **hours, by=cast.ben, now=now)
    with pytest.raises(Refused, match="Quiet hours have a beginning"):
        set_reach(ben, timezone="Europe/Brussels", quiet_from=time(9), by=cast.ben, now=now)
    with pytest.raises(Refused, match="no time zone"):
        set_reach(ben, timezone="Atlantis", by=cast.ben, now=now)
    with pytest.raises(Refused, match="no such kind"):
        set_reach(ben, timezone="Europe/Brussels", sms_for=["invitation"], by=cast.ben, now=now)
    for _time in range(2):
        set_reach(ben, timezone="Europe/Brussels", weekly_most=3, by=cast.ben, now=now)
    assert Reach.objects.get().weekly_most == 3


def test_held_kinds_wait_for_a_click(cast: Cast, ben: Person, now: datetime, letterbox: Letterbox) -> None:
    for _time in range(2):
        hold_kinds(kinds=["visit_reminder"], by=cast.amina, now=now)
    first, second, third = (written(ben, now, subject=f"match:{number}") for number in range(3))
    written(ben, now, "match:8", kind=Kind.PROPOSAL)
    assert (drain(now), Notice.objects.held().count()) == (1, 3)
    with pytest.raises(Refused, match="3 messages of that kind wait still"):
        hold_kinds(kinds=[], by=cast.amina, now=now)
    chosen = Notice.objects.filter(pk__in=[first.pk])
    assert (release(chosen, by=cast.amina, now=now), release(chosen, by=cast.amina, now=now)) == (1, 0)
    assert (drop(Notice.objects.filter(pk=second.pk), by=cast.amina, now=now), drain(now)) == (1, 1)
    cancel(kind=Kind.VISIT_REMINDER, subject=third.subject)
    hold_kinds(kinds=[], by=cast.amina, now=now)
    assert not HeldKind.objects.exists()


def test_what_was_dropped_before_it_was_written_down_so_stays_dropped(cast: Cast, ben: Person, now: datetime) -> None:
    hold_kinds(kinds=["visit_reminder"], by=cast.amina, now=now)
    zoe = Person.objects.get(pk=cast.zoe.person_id)
    kinds = {
        "match:1": Kind.VISIT_REMINDER,
        "match:2": Kind.YEAR_ENDS,
        "match:3": Kind.PROPOSAL,
        "match:4": Kind.NO_CONTACT,
    }
    for subject, kind in kinds.items():
        written(ben, now, subject, kind=kind)
    written(zoe, now, "match:5")
    Notice.objects.exclude(subject="match:4").update(status=NoticeStatus.CANCELLED)
    with connection.cursor() as cursor:
        cursor.execute(import_module("peerhub.notices.migrations.0008_dropped_stays_dropped").FORWARD)
    assert set(Notice.objects.filter(error=DROPPED).values_list("subject", flat=True)) == {"match:1", "match:2"}


def test_another_programmes_messages_do_not_wait(cast: Cast, now: datetime, letterbox: Letterbox) -> None:
    hold_kinds(kinds=["visit_reminder"], by=cast.amina, now=now)
    written(Person.objects.get(pk=cast.zoe.person_id), now)
    assert drain(now) == 1
    with pytest.raises(Refused):
        hold_kinds(kinds=["concern"], by=cast.amina, now=now)


def test_a_dead_message_begins_again(cast: Cast, ben: Person, now: datetime, letterbox: Letterbox) -> None:
    notice = written(ben, now)
    with pytest.raises(Refused):
        try_again(notice, by=cast.amina, now=now)
    Notice.objects.update(status=NoticeStatus.DEAD, attempts=5, error="SMTPDataError")
    notice.refresh_from_db()
    try_again(notice, by=cast.amina, now=now)
    with pytest.raises(Refused):
        try_again(notice, by=cast.amina, now=now)
    assert (drain(now), Notice.objects.get().status) == (1, NoticeStatus.SENT)
