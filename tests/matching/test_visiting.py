"""Logging a visit: the row, the next due date, what is cancelled, who hears; twice, late, in the wrong state."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from matching import services
from matching.choices import MatchStatus
from matching.models import Match, Visit
from peerhub.lib.errors import Refused
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.notices.services import write
from tests import factories as make
from tests.cast import Cast, assemble

TODAY = make.TODAY


def log(match: Match, by: Any, now: datetime, **fields: Any) -> Visit:
    usual = {"client_id": uuid.uuid4(), "outcome": "held", "occurred_on": TODAY, "minutes": 60, "place": "home"}
    return services.log_visit(match, by=by, now=now, **{**usual, "request": "same", **fields})


def test_a_visit_moves_the_next_due_date(cast: Cast, now: datetime) -> None:
    visit = log(cast.match, cast.ben, now)
    cast.match.refresh_from_db()
    assert cast.match.last_held_on == TODAY
    assert cast.match.next_due_on == TODAY + timedelta(days=7)
    assert (visit.author_id, visit.minutes) == (cast.ben.person_id, 60)


def test_sent_twice_is_one_visit(cast: Cast, now: datetime) -> None:
    key = uuid.uuid4()
    first = log(cast.match, cast.ben, now, client_id=key)
    second = log(cast.match, cast.ben, now, client_id=key, minutes=90)
    assert first.pk == second.pk
    assert Visit.objects.filter(match=cast.match, occurred_on=TODAY).count() == 1


def test_two_visits_on_a_day_are_refused(cast: Cast, now: datetime) -> None:
    log(cast.match, cast.ben, now)
    with pytest.raises(Refused, match="logged before"):
        log(cast.match, cast.ben, now)


def test_the_first_visit_begins_the_year(cast: Cast, now: datetime) -> None:
    match = make.a_match(cast.north, status=MatchStatus.AGREED, started_on=TODAY - timedelta(days=2))
    log(match, cast.amina, now, occurred_on=TODAY - timedelta(days=1))
    match = Match.objects.get(pk=match.pk)
    assert match.status == MatchStatus.ACTIVE
    assert match.started_on == match.plan.starts_on == TODAY - timedelta(days=1)
    assert match.next_due_on == TODAY + timedelta(days=6)
    assert [segment.interval for segment in match.plan.segments.all()] == [7]


def test_a_late_entry_does_not_turn_the_clock_back(cast: Cast, now: datetime) -> None:
    log(cast.match, cast.ben, now)
    log(cast.match, cast.ben, now, occurred_on=TODAY - timedelta(days=9))
    cast.match.refresh_from_db()
    assert (cast.match.last_held_on, cast.match.next_due_on) == (TODAY, TODAY + timedelta(days=7))


@pytest.mark.parametrize("outcome", ["missed", "cancelled_by_participant"])
def test_not_there_means_again_in_a_week(cast: Cast, now: datetime, outcome: str) -> None:
    visit = log(cast.match, cast.ben, now, outcome=outcome)
    cast.match.refresh_from_db()
    assert visit.minutes is None
    assert cast.match.next_due_on == TODAY + timedelta(days=7)


def test_cancelled_by_the_supporter_stays_due(cast: Cast, now: datetime) -> None:
    due = cast.match.next_due_on
    log(cast.match, cast.ben, now, outcome="cancelled_by_supporter")
    cast.match.refresh_from_db()
    assert cast.match.next_due_on == due


@pytest.mark.parametrize(
    ("days", "sentence"), [(1, "has not come yet"), (-29, "before the first visit")], ids=["tomorrow", "too early"]
)
def test_days_that_cannot_be(cast: Cast, now: datetime, days: int, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        log(cast.match, cast.ben, now, occurred_on=TODAY + timedelta(days=days))


@pytest.mark.parametrize("status", [MatchStatus.PROPOSED, MatchStatus.INTRODUCED])
def test_no_visits_outside_a_running_match(cast: Cast, now: datetime, status: MatchStatus) -> None:
    match = make.a_match(cast.north, status=status)
    with pytest.raises(Refused, match="No visits are made"):
        log(match, cast.amina, now)


def test_during_a_pause_only_earlier_visits(cast: Cast, now: datetime) -> None:
    yesterday = TODAY - timedelta(days=1)
    services.pause_match(
        cast.match, starts_on=yesterday, expected_on=TODAY + timedelta(days=9), reason="ill", by=cast.amina, now=now
    )
    with pytest.raises(Refused, match="paused"):
        log(cast.match, cast.ben, now)
    log(cast.match, cast.ben, now, occurred_on=TODAY - timedelta(days=3))
    match = Match.objects.get(pk=cast.match.pk)
    assert match.next_due_on is None
    assert match.pauses.get().due_before == TODAY + timedelta(days=4)


def test_a_logged_visit_cancels_its_reminder(cast: Cast, now: datetime) -> None:
    write(
        kind=Kind.VISIT_REMINDER, recipient=cast.ben_supporter.person, subject=f"match:{cast.match.pk}",
        period="x", link="/", now=now,
    )  # fmt: skip
    log(cast.match, cast.ben, now)
    assert Notice.objects.get(kind=Kind.VISIT_REMINDER).status == NoticeStatus.CANCELLED


def test_a_concern_is_told_to_the_supervisor_without_its_text(cast: Cast, now: datetime) -> None:
    visit = log(cast.match, cast.ben, now, concern="she has no heating")
    told = Notice.objects.get(kind=Kind.CONCERN)
    assert told.recipient_id == cast.dan.person_id
    assert visit.has_concern
    assert "heating" not in f"{told.link}{told.subject}{told.period}"


def test_without_a_supervisor_the_coordinators_are_told(cast: Cast, now: datetime) -> None:
    match = make.a_match(cast.north, make.a_supporter(cast.north))
    log(match, cast.amina, now, has_concern=True)
    assert list(Notice.objects.filter(kind=Kind.CONCERN).values_list("recipient_id", flat=True)) == [
        cast.amina.person_id
    ]


def test_a_concern_is_settled_once(cast: Cast, now: datetime) -> None:
    visit = log(cast.match, cast.ben, now, concern="?")
    services.settle_concern(visit, by=cast.dan, now=now)
    with pytest.raises(Refused):
        services.settle_concern(visit, by=cast.dan, now=now)
    assert not Visit.objects.with_open_concern().filter(pk=visit.pk).exists()


def test_many_taps_at_once_are_one_visit(committed: None) -> None:
    cast = assemble()
    key, done = uuid.uuid4(), []

    def tap() -> None:
        try:
            done.append(log(cast.match, cast.ben, timezone.now(), client_id=key).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _tap in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 12
    assert len(set(done)) == 1
    assert Visit.objects.filter(client_id=key).count() == 1
