"""What was not due for a while is due again: after a pause at the end of a year, a longer year, a cover that ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from matching import services
from matching.models import Match
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.notices.services import drop, hold_kinds
from tests import factories as make
from tests.cast import Cast

TODAY = make.TODAY
DAY = timedelta(days=1)


def stand(cast: Cast) -> Match:
    return Match.objects.select_related("plan").get(pk=cast.match.pk)


def nearly_over(cast: Cast, days: int = 3) -> date:
    """Visits every week, the last one yesterday, and the year ends in some days: nothing is due any more."""
    Match.objects.filter(pk=cast.match.pk).update(last_held_on=TODAY - DAY, next_due_on=None)
    plan = cast.match.plan
    plan.ends_on = TODAY + days * DAY
    plan.save()
    cast.match.refresh_from_db()
    return TODAY + 6 * DAY  # a week after the last one


def paused(cast: Cast, now: datetime, days: int = 10) -> None:
    services.pause_match(
        cast.match, starts_on=TODAY, expected_on=TODAY + days * DAY, reason="ill", by=cast.amina, now=now
    )


def reminders() -> dict[str, int]:
    """Reminders of each state."""
    found: dict[str, int] = {}
    for status in Notice.objects.filter(kind=Kind.VISIT_REMINDER).values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


# -- A due date after a pause ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_hand", [True, False], ids=["resumed by hand", "resumed by the sweep"])
@pytest.mark.parametrize("days", [4, 10])
def test_the_pause_gives_the_year_back_and_a_visit_is_due(
    cast: Cast, now: datetime, days: int, *, by_hand: bool
) -> None:
    would_be = nearly_over(cast)
    paused(cast, now, days)
    later, day = now + days * DAY, TODAY + days * DAY
    if by_hand:
        services.resume_match(cast.match, resumed_on=day, by=cast.amina, now=later)
    else:
        assert services.sweep(now=later).resumed == 1
    match = stand(cast)
    assert match.plan.ends_on == TODAY + (3 + days) * DAY
    assert match.next_due_on == max(would_be, day)


@pytest.mark.parametrize("by_hand", [True, False], ids=["resumed by hand", "resumed by the sweep"])
def test_where_the_clock_runs_on_nothing_is_due_after_the_pause(cast: Cast, now: datetime, *, by_hand: bool) -> None:
    nearly_over(cast)
    cast.match.plan.clock_stops = False
    cast.match.plan.save()
    paused(cast, now)
    if by_hand:
        services.resume_match(cast.match, resumed_on=TODAY + 10 * DAY, by=cast.amina, now=now + 10 * DAY)
    else:
        services.sweep(now=now + 10 * DAY)
    assert (stand(cast).status, stand(cast).next_due_on) == ("active", None)


@pytest.mark.parametrize("by_hand", [True, False], ids=["resumed by hand", "resumed by the sweep"])
def test_a_year_made_longer_during_a_pause_has_a_visit_due_after_it(
    cast: Cast, now: datetime, *, by_hand: bool
) -> None:
    nearly_over(cast)
    paused(cast, now)
    services.extend_plan(cast.match, months=2, reason="exams", by=cast.dan, now=now)
    assert stand(cast).next_due_on is None, "nothing is due in a pause"
    if by_hand:
        services.resume_match(cast.match, resumed_on=TODAY + 10 * DAY, by=cast.amina, now=now + 10 * DAY)
    else:
        services.sweep(now=now + 10 * DAY)
    assert stand(cast).next_due_on == TODAY + 10 * DAY


def test_an_early_end_is_made_longer_from_that_day(cast: Cast, now: datetime) -> None:
    full = cast.match.plan.ends_on
    services.record_review(
        cast.match, held_on=TODAY, decision="end_early", request_allows=True, reason="so", by=cast.dan, now=now
    )
    extension = services.extend_plan(cast.match, months=1, reason="two more talks", by=cast.dan, now=now)
    match = stand(cast)
    assert extension.from_on == TODAY
    assert 27 <= (match.plan.ends_on - TODAY).days <= 31
    assert match.plan.ends_on < full
    assert match.next_due_on is not None


# -- A year that was ended early ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_hand", [True, False], ids=["resumed by hand", "resumed by the sweep"])
@pytest.mark.parametrize("months", [0, 1], ids=["ended", "made longer since"])
@pytest.mark.parametrize(("begins", "length"), [(-6, 5), (-3, 3), (-3, 10), (0, 10)])
def test_a_pause_that_began_before_an_early_end_does_not_move_it(
    cast: Cast, now: datetime, begins: int, length: int, months: int, *, by_hand: bool
) -> None:
    Match.objects.filter(pk=cast.match.pk).update(last_held_on=TODAY - 9 * DAY, next_due_on=TODAY - 2 * DAY)
    services.record_review(
        cast.match, held_on=TODAY, decision="end_early", request_allows=True, reason="so", by=cast.dan, now=now
    )
    if months:
        services.extend_plan(cast.match, months=months, reason="two more talks", by=cast.dan, now=now)
    before = stand(cast).plan.ends_on
    starts_on, resumes_on = TODAY + begins * DAY, TODAY + (begins + length) * DAY
    services.pause_match(stand(cast), starts_on=starts_on, expected_on=resumes_on, reason="ill", by=cast.amina, now=now)
    later = now + max(0, begins + length) * DAY
    if by_hand:
        services.resume_match(stand(cast), resumed_on=resumes_on, by=cast.amina, now=later)
    else:
        assert services.sweep(now=later).resumed == 1
    match = stand(cast)
    since = max(0, begins + length) if months else 0
    assert match.plan.ends_on == before + since * DAY
    assert match.status == "active"
    if months:
        assert match.next_due_on == max(TODAY - 2 * DAY, resumes_on)
    else:
        assert match.next_due_on is None, "the closing talk is asked for, no visit"


# -- A reminder that was taken back ------------------------------------------------------------------------------------


def test_after_a_cover_that_ended_the_reminder_waits_again_once(cast: Cast, now: datetime) -> None:
    olga = make.a_supporter(cast.north, "Olga", login=True)
    Match.objects.filter(pk=cast.match.pk).update(next_due_on=TODAY + DAY)
    assert services.sweep(now=now).reminders == 1
    cover = services.arrange_cover(
        cast.match, substitute=olga, starts_on=TODAY, ends_on=TODAY + 6 * DAY, need="ring twice", by=cast.amina,
        now=now,
    )  # fmt: skip
    assert reminders() == {"cancelled": 1}
    assert (services.sweep(now=now).reminders, reminders()) == (1, {"cancelled": 1, "waiting": 1})
    services.end_cover(cover, by=cast.amina, now=now)
    assert (services.sweep(now=now).reminders, services.sweep(now=now).reminders) == (1, 0)
    alive = Notice.objects.get(kind=Kind.VISIT_REMINDER, status=NoticeStatus.WAITING)
    assert alive.recipient_id == cast.ben.person_id
    assert reminders() == {"cancelled": 1, "waiting": 1}


def test_what_was_sent_is_not_written_again(cast: Cast, now: datetime) -> None:
    Match.objects.filter(pk=cast.match.pk).update(next_due_on=TODAY + DAY)
    services.sweep(now=now)
    Notice.objects.filter(kind=Kind.VISIT_REMINDER).update(status=NoticeStatus.SENT, sent_at=now)
    assert (services.sweep(now=now).reminders, reminders()) == (0, {"sent": 1})


def test_the_supervisor_hears_again_of_a_visit_that_is_overdue_again(cast: Cast, now: datetime) -> None:
    Match.objects.filter(pk=cast.match.pk).update(next_due_on=TODAY - 9 * DAY)
    assert services.sweep(now=now).overdue_told == 1
    overdue = Notice.objects.filter(kind=Kind.VISIT_OVERDUE)
    overdue.update(status=NoticeStatus.CANCELLED, attempts=2, error="SMTPDataError")
    assert (services.sweep(now=now).overdue_told, services.sweep(now=now).overdue_told) == (1, 0)
    told = overdue.get()
    assert (told.status, told.attempts, told.error) == (NoticeStatus.WAITING, 0, "")


def test_what_a_coordinator_dropped_stays_dropped(cast: Cast, now: datetime) -> None:
    hold_kinds(kinds=["visit_reminder"], by=cast.amina, now=now)
    Match.objects.filter(pk=cast.match.pk).update(next_due_on=TODAY + DAY)
    services.sweep(now=now)
    assert drop(Notice.objects.filter(kind=Kind.VISIT_REMINDER), by=cast.amina, now=now) == 1
    assert (services.sweep(now=now).reminders, reminders()) == (0, {"cancelled": 1})
