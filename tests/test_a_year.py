"""A whole year, day by day, with the clock passed in: the due dates that the programme's model promises.

The worked examples are the oracles: start Monday 12 January 2026, ladder 7/14/21/28 days, three months each. Every day
the sweep runs as it does in the worker; on the day a visit is due it is held; reviews are held when they fall due.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from matching import services
from matching.choices import MatchStatus
from matching.models import Match, Visit
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from tests import factories as make
from tests.cast import Cast, assemble

START = date(2026, 1, 12)
WEEKLY = [START + timedelta(days=7 * week) for week in range(13)]

WRITTEN = ("reminders", "step_downs", "holds", "reviews", "overdue_told", "ended", "resumed")

pytestmark = pytest.mark.django_db


def days(text: str) -> list[date]:
    """Month-day words of 2026, in order; a day before the one in front of it belongs to 2027."""
    found: list[date] = []
    for word in text.split():
        month, day_of_month = (int(part) for part in word.split("-"))
        day = date(2026, month, day_of_month)
        found.append(day.replace(year=2027) if found and day < found[-1] else day)
    return found


class Year:
    """A match that has been agreed, and a clock that goes from day to day."""

    def __init__(self, cast: Cast) -> None:
        self.amina = cast.amina
        supporter = make.a_supporter(cast.north)
        participant = make.a_participant(cast.north, registered_on=START - timedelta(days=60))
        self.match = make.a_match(cast.north, supporter, participant, status=MatchStatus.AGREED, started_on=START)
        Match.objects.exclude(pk=self.match.pk).update(
            status=MatchStatus.CLOSED, ended_on=make.TODAY, end_reason="other", no_talk_reason="x", next_due_on=None
        )
        self.today = START
        self.totals: dict[str, int] = {}

    @property
    def now(self) -> datetime:
        """Eleven in the evening in Brussels: already tomorrow in no zone that matters, not yet midnight at home."""
        return datetime(self.today.year, self.today.month, self.today.day, 21, 30, tzinfo=UTC)

    def live(self, until: date, *, review: Callable[[Year], None] | None = None, visiting: bool = True) -> None:
        """Day by day: sweep, hold the review that is due, hold the visit that is due."""
        while self.today < until:
            swept = services.sweep(now=self.now)
            wrote = {name: getattr(swept, name) for name in WRITTEN}
            if any(wrote.values()):
                again = services.sweep(now=self.now)
                assert not any(getattr(again, name) for name in WRITTEN), "a second sweep of the day wrote something"
            self.totals = {name: self.totals.get(name, 0) + wrote[name] for name in WRITTEN}
            self.match.refresh_from_db()
            plan = getattr(self.match, "plan", None)
            if plan:
                plan.refresh_from_db()
            if review and plan and plan.review_due_on and plan.review_due_on <= self.today:
                review(self)
            if visiting and self.match.next_due_on == self.today:
                self.visit()
            self.today += timedelta(days=1)

    def visit(self, on: date | None = None, outcome: str = "held") -> None:
        """Log a visit of this day."""
        services.log_visit(
            self.match, client_id=uuid.uuid4(), outcome=outcome, occurred_on=on or self.today, minutes=60, place="home",
            request="same", by=self.amina, now=self.now,
        )  # fmt: skip
        self.match = Match.objects.get(pk=self.match.pk)

    def decide(self, decision: str, *, allows: bool = True) -> None:
        """Hold a review today."""
        services.record_review(
            self.match, held_on=self.today, decision=decision, request_allows=allows, reason="as agreed together",
            by=self.amina, now=self.now,
        )  # fmt: skip
        self.match = Match.objects.get(pk=self.match.pk)

    def held(self) -> list[date]:
        """Days on which visits were held."""
        return list(
            Visit.objects.filter(match=self.match).order_by("occurred_on").values_list("occurred_on", flat=True)
        )


@pytest.fixture
def year(db: None) -> Year:
    return Year(assemble())


def less(year: Year) -> None:
    year.decide("step_down")


def test_every_review_allows_less(year: Year) -> None:
    year.live(date(2027, 1, 20), review=less)
    fortnightly = days("04-13 04-27 05-11 05-25 06-08 06-22 07-06")
    every_three = days("07-20 08-10 08-31 09-21")
    every_four = days("10-12 11-09 12-07 01-04")
    assert year.held() == WEEKLY + fortnightly + every_three + every_four
    assert len(year.held()) == 28
    assert year.match.next_due_on is None
    assert year.totals["step_downs"] == 3
    assert year.totals["reminders"] == 28
    assert year.totals["ended"] >= 1
    reviews = list(year.match.reviews.order_by("held_on").values_list("held_on", flat=True))
    assert reviews == days("03-29 06-28 09-28")
    reminded = Notice.objects.filter(kind=Kind.VISIT_REMINDER, subject=f"match:{year.match.pk}")
    assert list(reminded.order_by("due_on").values_list("due_on", flat=True)) == year.held()


def test_the_first_review_holds(year: Year) -> None:
    year.live(date(2027, 1, 20), review=lambda one: one.decide("hold" if one.today < date(2026, 4, 1) else "step_down"))
    after = days(
        "04-13 04-20 04-27 05-04 05-11 05-25 06-08 06-22 07-06 07-20 08-10 08-31 09-21 10-12 11-09 12-07 01-04"
    )
    assert year.held() == WEEKLY + after
    assert len(year.held()) == 30


def test_no_review_is_ever_recorded(year: Year) -> None:
    year.live(date(2027, 1, 20))
    assert len(year.held()) == 53
    assert year.held()[-1] == date(2027, 1, 11)
    assert year.totals["step_downs"] == 0
    assert year.totals["holds"] == 1
    assert Match.objects.review_due(date(2026, 3, 29)).filter(pk=year.match.pk).exists()


def test_a_step_back(year: Year) -> None:
    def until(day: date) -> None:
        year.live(day, review=lambda one: one.decide("step_down"))

    until(date(2026, 8, 20))
    year.decide("step_back", allows=False)
    assert year.match.next_due_on == date(2026, 8, 24)
    until(date(2027, 1, 20))
    tail = days("07-06 07-20 08-10 08-24 09-07 09-21 10-05 10-19 11-09 11-30 12-21 01-11")
    assert year.held()[-len(tail) :] == tail
    assert len(year.held()) == 31


def test_a_pause_stops_the_clock(year: Year) -> None:
    year.live(date(2026, 5, 4), review=less)
    services.pause_match(
        year.match, starts_on=year.today, expected_on=date(2026, 5, 25), reason="a journey", by=year.amina, now=year.now
    )
    year.live(date(2027, 2, 10), review=less)
    year.match.plan.refresh_from_db()
    assert year.match.plan.ends_on == date(2027, 2, 2)
    assert year.match.plan.gates == days("04-12 08-02 11-02")
    tail = days("04-27 05-25 06-08 06-22 07-06 07-20 08-03 08-24 09-14 10-05 10-26 11-16 12-14 01-11")
    assert year.held()[-len(tail) :] == tail
    assert len(year.held()) == 28
    assert year.totals["resumed"] == 1


def test_a_pause_ended_by_hand_moves_the_same_days(year: Year) -> None:
    year.live(date(2026, 5, 4), review=less)
    services.pause_match(
        year.match, starts_on=year.today, expected_on=date(2026, 7, 1), reason="a journey", by=year.amina, now=year.now
    )
    year.today = date(2026, 5, 25)
    services.resume_match(Match.objects.get(pk=year.match.pk), resumed_on=year.today, by=year.amina, now=year.now)
    year.match.refresh_from_db()
    year.match.plan.refresh_from_db()
    assert (year.match.next_due_on, year.match.plan.ends_on) == (date(2026, 5, 25), date(2027, 2, 2))
    assert year.match.plan.gates == days("04-12 08-02 11-02")


def test_a_late_visit_rolls(year: Year) -> None:
    year.live(date(2026, 2, 2), review=less)
    year.live(date(2026, 2, 5), visiting=False)
    year.visit()
    year.live(date(2026, 3, 6))
    assert year.held()[-4:] == days("02-12 02-19 02-26 03-05")


def test_an_early_end_cancels_what_was_due(year: Year) -> None:
    year.live(date(2026, 9, 10), review=less)
    assert year.match.next_due_on == date(2026, 9, 21)
    services.close_match(
        year.match, ended_on=year.today, end_reason="goals_reached", back_to_waiting=False, by=year.amina, now=year.now
    )
    year.live(date(2026, 12, 1))
    assert len(year.held()) == 23
    waiting = Notice.objects.waiting().filter(subject=f"match:{year.match.pk}", kind=Kind.VISIT_REMINDER)
    assert not waiting.exists()


def test_weeks_without_a_sweep_are_caught_up(year: Year) -> None:
    year.live(date(2026, 4, 1), review=less)
    for due in days("04-06 04-13"):  # the worker is down from 1 April on; visits are logged all the same
        year.today = due
        year.visit()
    assert year.match.next_due_on == date(2026, 4, 20)
    year.today = date(2026, 4, 18)
    services.sweep(now=year.now)
    year.match.refresh_from_db()
    assert (year.match.interval, year.match.next_due_on) == (14, date(2026, 4, 27))


def test_an_open_concern_holds_the_step_back_until_it_is_settled(year: Year) -> None:
    year.live(date(2026, 4, 7), review=less)
    worried = Visit.objects.filter(match=year.match).latest("occurred_on")
    Visit.objects.filter(pk=worried.pk).update(has_concern=True)
    year.live(date(2026, 4, 15))
    assert (year.match.interval, year.totals["holds"]) == (7, 1)
    services.settle_concern(worried, by=year.amina, now=year.now)
    year.live(date(2026, 4, 17))
    year.match.refresh_from_db()
    assert (year.match.interval, year.match.next_due_on) == (14, date(2026, 4, 20))


def test_more_help_needed_at_the_last_visit_holds(year: Year) -> None:
    year.live(date(2026, 4, 7), review=less)
    last = Visit.objects.filter(match=year.match).latest("occurred_on")
    Visit.objects.filter(pk=last.pk).update(request="more")
    year.live(date(2026, 4, 20))
    assert year.match.interval == 7
