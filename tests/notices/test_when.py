"""Hours and days on the clocks of a place: quiet and safe hours, the week, both nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerhub.notices.when import Hours, digest_day, next_open, week_opens

BRUSSELS = "Europe/Brussels"
NIGHT = Hours(time(21, 0), time(8, 0))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BRUSSELS), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-06-01T20:59", "2026-06-01T20:59"),
        ("2026-06-01T21:00", "2026-06-02T08:00"),
        ("2026-06-02T03:00", "2026-06-02T08:00"),
        ("2026-06-02T08:00", "2026-06-02T08:00"),
        ("2026-03-28T23:00", "2026-03-29T08:00"),  # the night that is an hour shorter
        ("2026-10-24T23:00", "2026-10-25T08:00"),  # … and longer
        ("2026-12-31T22:00", "2027-01-01T08:00"),
        ("2028-02-28T22:00", "2028-02-29T08:00"),
    ],
)
def test_quiet_hours_end_in_the_morning_of_her_own_clock(now: str, opens: str) -> None:
    assert next_open(local(now), zone=BRUSSELS, quiet=NIGHT) == local(opens)


def test_the_hour_that_spring_leaves_out() -> None:
    opens = next_open(local("2026-03-29T01:30"), zone=BRUSSELS, quiet=Hours(time(1, 0), time(2, 30)))
    assert opens == utc("2026-03-29T01:30:00")  # 03:30 on the clock


def test_the_hour_that_autumn_shows_twice() -> None:
    quiet = Hours(time(1, 0), time(2, 30))
    first = next_open(local("2026-10-25T01:30"), zone=BRUSSELS, quiet=quiet)
    assert first == local("2026-10-25T02:30")
    again = next_open(local("2026-10-25T02:10", fold=1), zone=BRUSSELS, quiet=quiet)
    assert again == local("2026-10-25T02:30", fold=1)


def test_safe_hours_and_quiet_hours_together() -> None:
    safe = Hours(time(10, 0), time(12, 0))
    assert next_open(local("2026-06-01T12:00"), zone=BRUSSELS, safe=safe) == local("2026-06-02T10:00")
    late = Hours(time(9, 0), time(11, 0))
    assert next_open(local("2026-06-01T09:30"), zone=BRUSSELS, quiet=late, safe=safe) == local("2026-06-01T11:00")
    assert next_open(local("2026-06-01T09:30"), zone=BRUSSELS, quiet=Hours(time(9, 0), time(13, 0)), safe=safe) is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001  # made aware below
    st.times(),
    st.times(),
    st.sampled_from([BRUSSELS, "Europe/London", "Pacific/Auckland", "America/St_Johns", "UTC"]),
)
def test_it_opens_soon_and_never_within_the_quiet_hours(moment: datetime, start: time, end: time, zone: str) -> None:
    if start == end:
        return
    now, quiet = moment.replace(tzinfo=UTC), Hours(start, end)
    opens = next_open(now, zone=zone, quiet=quiet)
    assert opens is not None
    assert now <= opens <= now + timedelta(hours=49)
    in_gap = opens.astimezone(ZoneInfo(zone)).time() != end and opens != now  # a time that spring leaves out
    assert in_gap or not quiet.hold(opens.astimezone(ZoneInfo(zone)).time())


def test_a_full_week_opens_when_the_oldest_falls_out_of_it() -> None:
    now = utc("2026-06-08T12:00:00")
    sent = [now - timedelta(days=days) for days in (1, 3, 6, 8)]
    assert week_opens(now, sent, None) == week_opens(now, sent, 4) == now
    assert week_opens(now, sent, 3) == now + timedelta(days=1)
    assert week_opens(now, sent, 1) == now + timedelta(days=6)


def test_the_daily_letter_has_the_day_of_her_own_clock() -> None:
    assert digest_day(utc("2026-06-01T05:59:00"), zone=BRUSSELS, at=time(8, 0)) is None
    assert digest_day(utc("2026-06-01T06:00:00"), zone=BRUSSELS, at=time(8, 0)) == date(2026, 6, 1)
    assert digest_day(utc("2026-06-01T20:30:00"), zone="Pacific/Auckland", at=time(8, 0)) == date(2026, 6, 2)
