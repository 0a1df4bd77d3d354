"""Formulas against published values, a naive twin in plain Python, and a reader who tries to work hidden counts out."""

from __future__ import annotations

import itertools
import math
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.measures import (
    Cell,
    is_small,
    middle,
    paired_change,
    share,
    suppress,
    suppress_part,
    suppress_table,
    t_quantile,
)

SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


@pytest.mark.parametrize(
    ("part", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (8, 10, 0.4902, 0.9433),
        (17, 20, 0.6396, 0.9476),
    ],
)
def test_wilson_against_newcombe(part: int, n: int, low: float, high: float) -> None:
    found = share(part, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert found.value == part / n


def test_a_share_of_nobody_is_no_share() -> None:
    assert share(0, 0).value is None
    with pytest.raises(ValueError, match="no part"):
        share(3, 2)


def test_paired_change_against_student() -> None:
    found = paired_change(SLEEP_2, SLEEP_1)
    assert found.change == pytest.approx(-1.58)
    assert found.t == pytest.approx(-4.0621, abs=5e-5)
    assert found.low == pytest.approx(-2.4598858, abs=5e-7)
    assert found.high == pytest.approx(-0.7001142, abs=5e-7)
    assert (found.n, found.df, found.missing) == (10, 9, 0)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10) | st.none()), min_size=3, max_size=40))
def test_paired_change_against_its_naive_twin(pairs: list[tuple[int, int | None]]) -> None:
    found = paired_change([first for first, _last in pairs], [last for _first, last in pairs])
    differences = [last - first for first, last in pairs if last is not None]
    assert found.n == len(differences)
    assert found.missing == len(pairs) - len(differences)
    if len(differences) > 1:
        half = t_quantile(0.975, len(differences) - 1) * statistics.stdev(differences) / math.sqrt(len(differences))
        assert found.change == pytest.approx(statistics.fmean(differences))
        assert found.high == pytest.approx(statistics.fmean(differences) + half)


def test_one_pair_has_a_change_and_no_interval() -> None:
    found = paired_change([2], [4])
    assert (found.n, found.change, found.low, found.high) == (1, 2.0, None, None)
    assert paired_change([], []).change is None
    assert paired_change([3, 3], [4, 4]).t is None
    with pytest.raises(ValueError, match="two sides"):
        paired_change([1], [])


@pytest.mark.parametrize(
    ("df", "expected"), [(1, 12.7062047), (2, 4.3026527), (9, 2.2621572), (30, 2.0422725), (1000, 1.9623391)]
)
def test_t_against_the_tables(df: int, expected: float) -> None:
    assert t_quantile(0.975, df) == pytest.approx(expected, abs=1e-6)


def test_the_middle_value_counts_what_is_missing() -> None:
    assert middle([3, None, 1, 10, float("nan")]).value == 3
    assert middle([3, None, 1, 10, float("nan")]).missing == 2
    assert middle([]).value is None


def test_small_counts_are_hidden_and_nobody_is_not() -> None:
    assert [suppress(count, 5).value for count in (0, 1, 4, 5, 12)] == [0, None, None, 5, 12]
    assert is_small(1, 5)
    assert not is_small(0, 5)
    assert suppress(3, 5) == Cell(None, hidden=True, small=True)


@pytest.mark.parametrize(
    ("part", "of", "hidden"),
    [(0, 12, False), (2, 12, True), (9, 12, True), (7, 12, False), (12, 12, False), (0, 3, True), (0, 0, False)],
)
def test_a_part_is_hidden_when_the_rest_gives_it_away(part: int, of: int, hidden: bool) -> None:
    assert suppress_part(part, of, 5).hidden is hidden


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([12, 3, 9], [12, None, None, 24]),
        ([7, 0, 5], [7, 0, 5, 12]),
        ([1, 23], [None, None, 24]),
        ([2, 1, 20], [None, None, None, 23]),
        ([4, 4, 16], [None, None, None, 24]),
        ([3, 2, 8, 11], [None, None, 8, 11, 24]),
        ([3], [None, None]),
        ([1, 5], [None, None, None]),
        ([0, 0], [0, 0, 0]),
        ([], [0]),
    ],
)
def test_breakdowns_hide_what_would_give_small_cells_away(counts: list[int], expected: list[int | None]) -> None:
    cells, total = suppress_table(counts, 5)
    assert [*(cell.value for cell in cells), total.value] == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=4), st.integers(4, 6))
def test_no_hidden_cell_can_be_worked_out(counts: list[int], below: int) -> None:
    """A reader tries every table that agrees with what is printed: each hidden cell keeps more than one value."""
    cells, total = suppress_table(counts, below)
    places = [place for place, cell in enumerate(cells) if cell.hidden]
    most = sum(counts)
    ranges = [range(1, below) if cells[place].small else range(below, most + below) for place in places]
    shown = sum(cell.value or 0 for cell in cells)
    fits = [
        guess for guess in itertools.product(*ranges) if total.hidden or shown + sum(guess) == total.value
    ]  # fmt: skip
    for number in range(len(places)):
        assert len({guess[number] for guess in fits}) >= 3
    for cell, count in zip(cells, counts, strict=True):
        assert cell.hidden or cell.value == count
        assert not is_small(cell.value or 0, below)
