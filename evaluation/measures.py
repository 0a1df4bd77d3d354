"""Statistics for small programmes: numbers in, a small dataclass out; no Django, no rows.

A value never travels alone: the number of people behind it, how many are missing and its interval come with it.
Formulas and published values that the tests check against: Wilson 1927 and Newcombe 1998 (shares), Student 1908 (R's
``sleep``, paired change). Hiding small counts (`suppress`, `suppress_table`, `suppress_part`) is done
here and nowhere else.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Z95 = statistics.NormalDist().inv_cdf(0.975)
EXACT = 1e-15
NARROWEST = 3  # a hidden count must leave at least so many possible values


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``n``, with the 95 % Wilson interval; ``value`` is None when there is nobody to count."""

    value: float | None
    part: int
    n: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Middle:
    """The median of ``n`` known values; ``missing`` more were not known."""

    value: float | None
    n: int
    missing: int


@dataclass(frozen=True, slots=True)
class Change:
    """Mean of the differences of complete pairs (second − first), in points of the scale, with the 95 % interval.

    ``missing`` counts pairs dropped because one side is not known. Fewer than two pairs have no interval; a mean exists
    from one pair on.
    """

    n: int
    missing: int
    mean_from: float | None
    mean_to: float | None
    change: float | None
    low: float | None
    high: float | None
    t: float | None
    df: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A count that may be shown, or that is hidden: then ``value`` is None and nothing else of it may be printed.

    ``small`` says why: because it is small itself, or (False) because it would give a small one away.
    """

    value: int | None
    hidden: bool = False
    small: bool = False


def share(part: int, n: int, z: float = Z95) -> Share:
    """``part`` of ``n`` with the Wilson score interval, which stays inside 0–1 and is honest for small ``n``."""
    if not 0 <= part <= n:
        raise ValueError(f"{part} is no part of {n}")
    if n == 0:
        return Share(None, 0, 0, None, None)
    p = part / n
    scale = 1 + z * z / n
    middle = (p + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if part == 0 else middle - half
    high = 1.0 if part == n else middle + half
    return Share(p, part, n, low, high)


def middle(values: Sequence[float | None]) -> Middle:
    """The median of the known values."""
    known = [value for value in values if value is not None and not math.isnan(value)]
    return Middle(float(statistics.median(known)) if known else None, len(known), len(values) - len(known))


def paired_change(first: Sequence[float | None], second: Sequence[float | None]) -> Change:
    """Change from the first to the second measurement of the same people: complete pairs only, t interval."""
    before, after = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if before.shape != after.shape:
        raise ValueError("a pair has two sides")
    known = ~(np.isnan(before) | np.isnan(after))
    before, after = before[known], after[known]
    n, missing = int(known.sum()), int((~known).sum())
    if n == 0:
        return Change(0, missing, None, None, None, None, None, None, 0)
    difference = after - before
    mean = float(difference.mean())
    means = float(before.mean()), float(after.mean())
    if n == 1:
        return Change(1, missing, *means, mean, None, None, None, 0)
    error = float(difference.std(ddof=1)) / math.sqrt(n)
    half = t_quantile(0.975, n - 1) * error
    return Change(n, missing, *means, mean, mean - half, mean + half, mean / error if error else None, n - 1)


def t_quantile(p: float, df: int) -> float:
    """The point below which a share ``p`` (0.5 ≤ p < 1) of Student's t with ``df`` degrees of freedom lies."""
    low, high = 0.0, 1.0
    while t_below(high, df) < p:
        high *= 2
    for _step in range(200):
        centre = (low + high) / 2
        low, high = (centre, high) if t_below(centre, df) < p else (low, centre)
    return (low + high) / 2


def t_below(t: float, df: int) -> float:
    """The share of Student's t with ``df`` degrees of freedom that lies below ``t`` ≥ 0."""
    return 1 - 0.5 * _incomplete_beta(df / (df + t * t), df / 2, 0.5)


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    return front * _continued_fraction(x, a, b) / a


def _continued_fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or tiny)
    value = d
    for m in range(1, 500):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + top * d or tiny)
            c = 1 + top / c or tiny
            value *= c * d
        if abs(c * d - 1) < EXACT:
            break
    return value


def is_small(people: int, below: int) -> bool:
    """Whether so few people stand behind a number that it could point at somebody. Nobody (0) points at nobody."""
    return 0 < people < below


def suppress(people: int, below: int) -> Cell:
    """A count of people, hidden when it is from 1 to ``below`` − 1."""
    return Cell(None, hidden=True, small=True) if is_small(people, below) else Cell(people)


def suppress_part(part: int, of: int, below: int) -> Cell:
    """How many of ``of`` people: hidden when the part, the rest or the whole is small; each gives away the others."""
    if any(is_small(people, below) for people in (part, of - part, of)):
        return Cell(None, hidden=True)
    return Cell(part)


def suppress_table(counts: Sequence[int], below: int) -> tuple[list[Cell], Cell]:
    """Counts of people who each stand in one cell, beside their total: hide the small ones, and more where needed.

    A reader who knows the total and the rule must not be able to work a hidden cell out. So when small cells are
    hidden, the next smallest is hidden with them until two or more are, they add up to at least ``below``, and each may
    still have three values or more; when no cell is left, the total goes. Returns the cells and the total.
    """
    total = sum(counts)
    hidden = {place for place, count in enumerate(counts) if is_small(count, below)}
    primary = frozenset(hidden)
    while hidden and not _is_safe([counts[place] for place in hidden], [place in primary for place in hidden], below):
        rest = [place for place, count in enumerate(counts) if place not in hidden and count > 0]
        if not rest:
            return _cells(counts, hidden, below), Cell(None, hidden=True, small=is_small(total, below))
        hidden.add(min(rest, key=lambda place: counts[place]))
    return _cells(counts, hidden, below), Cell(total)


def _cells(counts: Sequence[int], hidden: set[int], below: int) -> list[Cell]:
    return [
        Cell(None, hidden=True, small=is_small(count, below)) if place in hidden else Cell(count)
        for place, count in enumerate(counts)
    ]


def _is_safe(counts: list[int], small: list[bool], below: int) -> bool:
    """Whether hidden cells with a known sum stay hidden, for somebody who even knows which of them are small."""
    total = sum(counts)
    if len(counts) <= 1 or total < below:
        return False
    lows = [1 if few else below for few in small]
    highs = [below - 1 if few else total for few in small]
    return all(width >= NARROWEST for width in _widths(lows, highs, total))


def _widths(lows: list[int], highs: list[int], total: int) -> list[int]:
    """How many values each hidden cell may have, given the bounds of all and their sum."""
    most = [min(high, total - (sum(lows) - low)) for low, high in zip(lows, highs, strict=True)]
    least = [max(low, total - (sum(highs) - high)) for low, high in zip(lows, highs, strict=True)]
    return [top - bottom + 1 for top, bottom in zip(most, least, strict=True)]
