"""The taper as pure functions: properties that hold for every plan, and the days months end on."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import taper

RULES = taper.Rules()
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("start", "gates", "end"),
    [
        (date(2026, 1, 12), [date(2026, 4, 12), date(2026, 7, 12), date(2026, 10, 12)], date(2027, 1, 12)),
        (date(2026, 8, 31), [date(2026, 11, 30), date(2027, 2, 28), date(2027, 5, 31)], date(2027, 8, 31)),
        (date(2025, 11, 30), [date(2026, 2, 28), date(2026, 5, 30), date(2026, 8, 30)], date(2026, 11, 30)),
        (date(2028, 2, 29), [date(2028, 5, 29), date(2028, 8, 29), date(2028, 11, 29)], date(2029, 2, 28)),
    ],
)
def test_months_are_anchored_on_the_start(start: date, gates: list[date], end: date) -> None:
    assert list(taper.gates(start, RULES)) == gates
    assert taper.plan_end(start, RULES) == end


def a_year(start: date, rules: taper.Rules, reviews: list[bool]) -> tuple[list[date], list[taper.Segment]]:
    """Every visit on its due day; at each gate the review of that gate allows a step or not."""
    segments = [taper.Segment(start, rules.ladder[0])]
    for gate, allowed in zip(taper.gates(start, rules), reviews, strict=False):
        if allowed:
            segments.append(taper.Segment(gate, taper.step_down(rules, segments[-1].interval)))
    return taper.planned_dates(segments, taper.plan_end(start, rules), start), segments


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
    rules = taper.Rules(ladder, months)
    dates, _segments = a_year(date(2026, 1, 12), rules, [True] * 3)
    assert len(dates) == visits


@given(DAYS, st.lists(st.booleans(), min_size=3, max_size=3))
def test_properties_of_every_year(start: date, reviews: list[bool]) -> None:
    dates, segments = a_year(start, RULES, reviews)
    end = taper.plan_end(start, RULES)
    gaps = [later - earlier for earlier, later in itertools.pairwise(dates)]
    assert dates[0] == start
    assert all(start <= day < end for day in dates)
    assert all(gap > timedelta(0) for gap in gaps)
    assert gaps == sorted(gaps), "without a step back the gaps never shrink"
    assert len(set(gaps)) <= 1 + sum(reviews), "a gap grows only with a review that allows it"
    assert end - dates[-1] <= timedelta(days=segments[-1].interval)


@given(DAYS, st.integers(1, 360), st.integers(1, 90))
def test_a_pause_moves_what_comes_after_it(start: date, after: int, length: int) -> None:
    pause = taper.Pause(start + timedelta(days=after), start + timedelta(days=after + length))
    moved, plain = taper.gates(start, RULES, [pause]), taper.gates(start, RULES)
    for one, other in zip(plain, moved, strict=True):
        assert other == (one + timedelta(days=length) if pause.starts_on < one else one)
    assert taper.plan_end(start, RULES, [pause]) == taper.plan_end(start, RULES) + timedelta(days=length)


def test_a_missed_visit_is_due_again_within_a_week() -> None:
    start = date(2026, 1, 12)
    end = taper.plan_end(start, RULES)
    weekly = [taper.Segment(start, 7)]
    monthly = [taper.Segment(start, 28)]
    often = [taper.Segment(start, 3)]
    assert taper.due_after_missed(weekly, end, date(2026, 2, 2)) == date(2026, 2, 9)
    assert taper.due_after_missed(monthly, end, date(2026, 2, 2)) == date(2026, 2, 9)
    assert taper.due_after_missed(often, end, date(2026, 2, 2)) == date(2026, 2, 5)
    assert taper.due_after_missed(weekly, end, end - timedelta(days=3)) is None


def test_a_step_back_pulls_the_open_date_forward_but_not_into_the_past() -> None:
    assert taper.due_after_step_back(date(2026, 8, 31), date(2026, 8, 20), date(2026, 8, 10), 14) == date(2026, 8, 24)
    assert taper.due_after_step_back(date(2026, 8, 31), date(2026, 8, 28), date(2026, 8, 10), 14) == date(2026, 8, 28)
    assert taper.due_after_step_back(None, date(2026, 8, 28), date(2026, 8, 10), 14) == date(2026, 8, 28)


def test_the_ladder_has_ends() -> None:
    assert [taper.step_down(RULES, days) for days in (7, 14, 21, 28)] == [14, 21, 28, 28]
    assert [taper.step_back(RULES, days) for days in (7, 14, 21, 28)] == [7, 7, 14, 21]


def test_a_visit_on_a_boundary_belongs_to_the_new_segment() -> None:
    segments = [taper.Segment(date(2026, 1, 12), 7), taper.Segment(date(2026, 4, 12), 14)]
    assert taper.interval_on(segments, date(2026, 4, 11)) == 7
    assert taper.interval_on(segments, date(2026, 4, 12)) == 14
