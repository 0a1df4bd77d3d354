"""The taper as pure functions: the worked examples, the days months end on, and properties that hold for every plan."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import taper

RULES = taper.Rules()
START = date(2026, 1, 12)
END = date(2027, 1, 12)
DAY = timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
LADDERS = st.lists(st.integers(1, 28), min_size=1, max_size=5).map(sorted)


def days(text: str, year: int = 2026) -> list[date]:
    """Month-day words in order; a day before the one in front of it belongs to the next year."""
    found: list[date] = []
    for word in text.split():
        month, day = (int(part) for part in word.split("-"))
        year += bool(found and (month, day) < (found[-1].month, found[-1].day))
        found.append(date(year, month, day))
    return found


WEEKLY = days("01-12 01-19 01-26 02-02 02-09 02-16 02-23 03-02 03-09 03-16 03-23 03-30 04-06")


# -- Months ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "gates", "end"),
    [
        (START, days("04-12 07-12 10-12"), END),
        (date(2026, 8, 31), days("11-30 02-28 05-31"), date(2027, 8, 31)),
        (date(2025, 11, 30), days("02-28 05-30 08-30"), date(2026, 11, 30)),
        (date(2028, 2, 29), days("05-29 08-29 11-29", 2028), date(2029, 2, 28)),
    ],
)
def test_months_are_anchored_on_the_start(start: date, gates: list[date], end: date) -> None:
    assert list(taper.gates(start, RULES)) == gates
    assert taper.plan_end(start, RULES) == end


def test_reviews_are_due_two_weeks_before_each_gate() -> None:
    assert [taper.review_due(gate, RULES) for gate in taper.gates(START, RULES)] == days("03-29 06-28 09-28")
    assert taper.review_due(None, RULES) is None


def test_no_gate_before_the_weekly_months() -> None:
    early = taper.Rules((7, 14, 28), (1, 2, 9), min_weekly_months=3, grace_days=(2, 4, 7))
    assert list(taper.gates(START, early)) == days("04-12"), "two steps that would fall on one day are one"
    assert list(taper.gates(START, replace(early, min_weekly_months=0))) == days("02-12 04-12")
    assert taper.gates(START, replace(early, min_weekly_months=12)) == ()


def test_the_reading_of_two_facts() -> None:
    source = taper.Rules((7, 14), (3, 9), grace_days=(2, 4))
    assert list(taper.gates(START, source)) == days("04-12")
    assert len(a_year(START, source, [True])[0]) == 33


def test_an_extension_is_counted_apart() -> None:
    assert taper.plan_end(START, RULES, extra_months=3) == date(2027, 4, 12)
    pause = taper.Pause(date(2026, 5, 4), date(2026, 5, 25))
    assert taper.plan_end(START, RULES, [pause], extra_months=3) == date(2027, 5, 3)


# -- The year ----------------------------------------------------------------------------------------------------------


def a_year(start: date, rules: taper.Rules, reviews: list[bool]) -> tuple[list[date], list[taper.Segment]]:
    """Every visit on its due day; at each gate the review of that gate allows a step or not."""
    segments = [taper.Segment(start, rules.ladder[0])]
    for gate, allowed in zip(taper.gates(start, rules), reviews, strict=False):
        if allowed:
            segments.append(taper.Segment(gate, taper.step_down(rules, segments[-1].interval)))
    return taper.planned_dates(segments, taper.plan_end(start, rules), start), segments


def test_all_reviews_step_down() -> None:
    dates, _segments = a_year(START, RULES, [True] * 3)
    fortnightly = days("04-13 04-27 05-11 05-25 06-08 06-22 07-06")
    assert dates == WEEKLY + fortnightly + days("07-20 08-10 08-31 09-21") + days("10-12 11-09 12-07 01-04")
    assert len(dates) == 28


def test_the_first_review_holds_for_four_weeks() -> None:
    gate = taper.gate_after_hold(date(2026, 4, 12), date(2026, 3, 29), RULES)
    assert (gate.on, gate.review_due_on) == (date(2026, 5, 10), date(2026, 4, 26))
    steps = zip([START, gate.on, *taper.gates(START, RULES)[1:]], RULES.ladder, strict=True)
    dates = taper.planned_dates([taper.Segment(*step) for step in steps], END, START)
    after = "04-13 04-20 04-27 05-04 05-11 05-25 06-08 06-22 07-06 07-20 08-10 08-31 09-21 10-12 11-09 12-07 01-04"
    assert dates == WEEKLY + days(after)
    assert len(dates) == 30


def test_no_review_at_all_stays_weekly() -> None:
    dates, _segments = a_year(START, RULES, [])
    assert (len(dates), dates[-1]) == (53, date(2027, 1, 11))


def test_a_step_back() -> None:
    decided, due = date(2026, 8, 20), date(2026, 8, 24)
    assert taper.due_after_step_back(date(2026, 8, 31), decided, date(2026, 8, 10), 14) == due
    gate = taper.gate_after_step_back(taper.gates(START, RULES), decided, RULES)
    assert (gate.on, gate.review_due_on) == (date(2026, 10, 12), date(2026, 9, 17)), "the next review in four weeks"
    segments = [taper.Segment(decided, 14), taper.Segment(gate.on, 21)]
    assert taper.planned_dates(segments, END, due) == days("08-24 09-07 09-21 10-05 10-19 11-09 11-30 12-21 01-11")


def test_a_step_back_just_before_a_gate_moves_it() -> None:
    gate = taper.gate_after_step_back(taper.gates(START, RULES), date(2026, 10, 1), RULES)
    assert gate == taper.Gate(date(2026, 10, 29), date(2026, 10, 29))


def test_a_late_hold_asks_again_four_weeks_after_it() -> None:
    gate = taper.gate_after_hold(date(2026, 4, 12), date(2026, 5, 20), RULES)
    assert gate == taper.Gate(date(2026, 7, 1), date(2026, 6, 17))


def test_a_pause_moves_the_year() -> None:
    pause = taper.Pause(date(2026, 5, 4), date(2026, 5, 25))
    assert list(taper.gates(START, RULES, [pause])) == days("04-12 08-02 11-02")
    assert taper.plan_end(START, RULES, [pause]) == date(2027, 2, 2)
    assert taper.due_after_pause(date(2026, 5, 11), pause) == date(2026, 5, 25)
    steps = zip([START, *taper.gates(START, RULES, [pause])], RULES.ladder, strict=True)
    dates = taper.planned_dates([taper.Segment(*step) for step in steps], date(2027, 2, 2), date(2026, 5, 25))
    assert dates == days("05-25 06-08 06-22 07-06 07-20 08-03 08-24 09-14 10-05 10-26 11-16 12-14 01-11")


def test_where_the_clock_does_not_stop_a_pause_moves_nothing() -> None:
    rules = replace(RULES, clock_stops=False)
    pause = taper.Pause(date(2026, 5, 4), date(2026, 5, 25))
    assert taper.gates(START, rules, [pause]) == taper.gates(START, rules)
    assert taper.plan_end(START, rules, [pause]) == END


def test_after_a_long_pause_two_visits_are_weekly() -> None:
    long, short = taper.Pause(date(2026, 8, 1), date(2026, 8, 30)), taper.Pause(date(2026, 8, 1), date(2026, 8, 29))
    first, second = date(2026, 8, 30), date(2026, 9, 6)
    assert taper.weekly_left(RULES, [long], [], first) == 2
    assert taper.weekly_left(RULES, [long], [first], second) == 1
    assert taper.weekly_left(RULES, [long], [first, second], date(2026, 9, 13)) == 0
    assert taper.weekly_left(RULES, [short], [], date(2026, 8, 29)) == 0, "28 days are not more than 28 days"
    assert taper.weekly_left(RULES, [long], [], date(2026, 7, 31)) == 0
    segments = [taper.Segment(START, 28)]
    dates = taper.planned_dates(segments, END, first, weekly=2, at_most=7)
    assert dates == days("08-30 09-06 09-13 10-11 11-08 12-06 01-03")


def test_a_late_visit_rolls() -> None:
    weekly = [taper.Segment(START, 7)]
    dates = taper.planned_dates(weekly, END, taper.next_due(weekly, END, date(2026, 2, 5)))
    assert dates[:4] == days("02-12 02-19 02-26 03-05")


@pytest.mark.parametrize(
    ("ladder", "months", "visits"),
    [
        ((7, 14, 21, 28), (3, 3, 3, 3), 28),
        ((7, 14), (3, 9), 33),
        ((7, 14, 28), (3, 3, 6), 27),
        ((7, 14, 28, 28), (3, 3, 3, 3), 27),
    ],
)
def test_ladders_without_holds(ladder: tuple[int, ...], months: tuple[int, ...], visits: int) -> None:
    dates, _segments = a_year(START, taper.Rules(ladder, months), [True] * 3)
    assert len(dates) == visits


# -- Single dates ------------------------------------------------------------------------------------------------------


def test_a_missed_visit_is_due_again_within_a_week() -> None:
    on = date(2026, 2, 2)
    for interval, due in ((7, 9), (28, 9), (3, 5)):
        found = taper.due_after_missed([taper.Segment(START, interval)], END, on, RULES)
        assert found == date(2026, 2, due)
    weekly = [taper.Segment(START, 7)]
    assert taper.due_after_missed(weekly, END, END - timedelta(days=3), RULES) is None
    assert taper.due_after_missed(weekly, END, on, replace(RULES, after_missed_days=2)) == date(2026, 2, 4)


def test_a_step_back_does_not_pull_into_the_past() -> None:
    assert taper.due_after_step_back(date(2026, 8, 31), date(2026, 8, 28), date(2026, 8, 10), 14) == date(2026, 8, 28)
    assert taper.due_after_step_back(None, date(2026, 8, 28), date(2026, 8, 10), 14) == date(2026, 8, 28)


def test_the_ladder_has_ends() -> None:
    assert [taper.step_down(RULES, one) for one in (7, 14, 21, 28)] == [14, 21, 28, 28]
    assert [taper.step_back(RULES, one) for one in (7, 14, 21, 28)] == [7, 7, 14, 21]


def test_patience_goes_with_the_frequency() -> None:
    assert [taper.grace(RULES, one) for one in (7, 14, 21, 28)] == [2, 4, 5, 7]
    assert [taper.grace(RULES, one) for one in (3, 10, 56)] == [2, 2, 7], "between two steps that of the shorter"


def test_a_visit_on_a_boundary_belongs_to_the_new_segment() -> None:
    segments = [taper.Segment(START, 7), taper.Segment(date(2026, 4, 12), 14)]
    assert taper.interval_on(segments, date(2026, 4, 11)) == 7
    assert taper.interval_on(segments, date(2026, 4, 12)) == 14


def test_a_due_date_after_the_pause_stays() -> None:
    pause = taper.Pause(date(2026, 5, 4), date(2026, 5, 25))
    assert taper.due_after_pause(date(2026, 6, 1), pause) == date(2026, 6, 1)
    assert taper.due_after_pause(date(2026, 5, 1), pause) == date(2026, 5, 25), "one that was open before it began"
    assert taper.due_after_pause(None, pause) is None


# -- Properties --------------------------------------------------------------------------------------------------------


@given(DAYS, LADDERS, st.lists(st.booleans(), min_size=5, max_size=5), st.integers(1, 4))
def test_properties_of_every_year(start: date, ladder: list[int], reviews: list[bool], months: int) -> None:
    rules = taper.Rules(tuple(ladder), (months,) * len(ladder), min_weekly_months=0, grace_days=(0,) * len(ladder))
    dates, segments = a_year(start, rules, reviews)
    end = taper.plan_end(start, rules)
    gaps = [later - earlier for earlier, later in itertools.pairwise(dates)]
    assert dates[0] == start
    assert all(start <= day < end for day in dates)
    assert all(gap > timedelta(0) for gap in gaps)
    assert gaps == sorted(gaps), "without a step back the gaps never shrink"
    allowed = sum(reviews[: len(taper.gates(start, rules))])
    assert len(set(gaps)) <= 1 + allowed, "a gap grows only with a review that allows it"
    assert end - dates[-1] <= timedelta(days=segments[-1].interval)


@given(DAYS, st.lists(st.tuples(st.integers(1, 60), st.integers(1, 90)), max_size=4), st.integers(0, 3))
def test_pauses_and_an_extension_make_the_year_longer_by_their_days(
    start: date, found: list[tuple[int, int]], extra: int
) -> None:
    pauses, day = [], start
    for after, length in found:
        begins = day + timedelta(days=after)
        day = begins + timedelta(days=length)
        pauses.append(taper.Pause(begins, day))
    plain, moved = taper.gates(start, RULES), taper.gates(start, RULES, pauses)
    end = taper.plan_end(start, RULES, pauses, extra_months=extra)
    paused = timedelta(days=sum(pause.days for pause in pauses if pause.starts_on < end))
    assert end <= taper.plan_end(start, RULES, extra_months=extra) + paused
    assert list(moved) == sorted(moved)
    for one, other in zip(plain, moved, strict=True):
        assert one <= other <= one + paused
        one_by_one = one
        for pause in pauses:
            one_by_one = taper.moved_by_pause(one_by_one, pause, RULES)
        assert one_by_one == other, "pause by pause, as the deeds store it, or all at once"


@given(DAYS, st.integers(1, 360), st.integers(1, 90))
def test_one_pause_moves_what_comes_after_it(start: date, after: int, length: int) -> None:
    pause = taper.Pause(start + timedelta(days=after), start + timedelta(days=after + length))
    moved, plain = taper.gates(start, RULES, [pause]), taper.gates(start, RULES)
    for one, other in zip(plain, moved, strict=True):
        assert other == (one + timedelta(days=length) if pause.starts_on < one else one)
    assert taper.plan_end(start, RULES, [pause]) == taper.plan_end(start, RULES) + timedelta(days=length)


@given(
    decided=DAYS, ends=st.integers(-90, 90), length=st.integers(1, 90), begins=st.integers(-90, 90),
    clock_stops=st.booleans(),
)  # fmt: skip
def test_an_end_that_was_decided_is_not_moved_by_what_lay_before_it(
    decided: date, ends: int, length: int, begins: int, *, clock_stops: bool
) -> None:
    rules, ends_on = replace(RULES, clock_stops=clock_stops), decided + timedelta(days=ends)
    pause = taper.Pause(decided + timedelta(days=begins), decided + timedelta(days=begins + length))
    moved = taper.end_after_pause(ends_on, pause, rules, decided_on=decided)
    after = [day for day in range(begins, begins + length) if day >= 0]  # the paused days from the decision on
    if ends <= 0 or not clock_stops or not after or after[0] >= ends:
        assert moved == ends_on, "no day of the pause lies in a year that still goes on"
    else:
        assert moved == ends_on + timedelta(days=len(after)), "of a longer year only the days since count"
    assert ends_on <= moved <= taper.end_after_pause(ends_on, pause, rules), "never later than without a decision"
    due = taper.due_in_year(pause.resumes_on, moved, decided_on=decided)
    assert due is None or due < moved
    assert due is None or ends > 0, "nothing is due in a year that was ended"


@given(DAYS, st.integers(1, 360), st.integers(1, 90))
def test_without_a_decision_an_end_moves_as_ever(start: date, after: int, length: int) -> None:
    pause, end = taper.Pause(start + timedelta(days=after), start + timedelta(days=after + length)), start + 365 * DAY
    assert taper.end_after_pause(end, pause, RULES) == taper.moved_by_pause(end, pause, RULES)
    assert taper.due_in_year(pause.resumes_on, end) == (pause.resumes_on if pause.resumes_on < end else None)


@given(DAYS, st.integers(0, 200))
def test_a_decision_never_opens_a_gate_before_the_hold_weeks(start: date, after: int) -> None:
    decided, nominal = start + timedelta(days=after), taper.gates(start, RULES)
    hold = timedelta(weeks=RULES.hold_weeks)
    back = taper.gate_after_step_back(nominal, decided, RULES)
    assert back.on >= decided + hold
    assert back.review_due_on == decided + hold <= back.on
    held = taper.gate_after_hold(nominal[0], decided, RULES)
    assert held.on >= max(nominal[0], decided) + hold - timedelta(days=RULES.review_lead_days)
    assert held.on - held.review_due_on == timedelta(days=RULES.review_lead_days)
