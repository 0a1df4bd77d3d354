"""From numbers to the geometry of a small chart, which an SVG template draws: the same picture on a page and in a PDF.

No drawing library and no colours here: a mark names its series (1–6), and the template gives each series its colour and
its pattern, so that a chart is read without colour too. A value of None (not known, or hidden) leaves a gap: the table
below the chart says why.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH = 520
LEFT, RIGHT, TOP, PLOT = 44, 512, 14, 200
LEGEND_LINE = 20
LETTER = 6.6  # width of a letter of 12 px, roughly; for placing, never for cutting
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """One thing measured over all categories."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """One place on the axis; ``under`` is a second line, as the year under a month."""

    label: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a place; ``x`` is where they start, end or have their middle, as ``anchor`` says."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    under: str = ""
    y_under: float = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the plot, with its value at the left."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the legend."""

    x: float
    y: float
    series: int
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a template needs to draw; lengths are in the units of ``width`` × ``height``."""

    name: str
    alt: str
    width: int
    height: int
    baseline: float
    left: float
    right: float
    marks: tuple[Mark, ...] = ()
    rules: tuple[Rule, ...] = ()
    labels: tuple[Text, ...] = ()
    values: tuple[Text, ...] = ()
    keys: tuple[Key, ...] = ()
    path: str = ""
    dots: tuple[tuple[float, float], ...] = field(default=())
    series: tuple[int, ...] = ()


def ticks(top: float, most: int = 5) -> list[float]:
    """Round numbers from 0 up to at least ``top``, no more than ``most`` steps apart."""
    if top <= 0:
        return [0, 1]
    size = 10 ** math.floor(math.log10(top / most))
    step = next(size * factor for factor in STEPS if size * factor * most >= top * (1 - 1e-12))
    if step < 1 and float(top).is_integer():
        step = 1.0
    return [round(step * number, 10) for number in range(math.ceil(top / step - 1e-9) + 1)]


def columns(
    name: str, *, alt: str, categories: Sequence[Category], series: Sequence[Series], stacked: bool = True
) -> Chart:
    """Upright bars for each category, the series on top of each other or, with ``stacked=False``, side by side."""
    tops = [sum(_known(values)) if stacked else max(_known(values), default=0) for values in _by_category(series)]
    scale = _Scale(max(tops, default=0))
    slot = (RIGHT - LEFT) / max(len(categories), 1)
    place = _stack if stacked else _side_by_side
    marks = [
        mark
        for number, values in enumerate(_by_category(series))
        for mark in place(values, LEFT + slot * number, slot, scale)
    ]
    keys, bottom = _legend([one.label for one in series], _bottom(categories))
    return Chart(
        name=name,
        alt=alt,
        width=WIDTH,
        height=math.ceil(bottom),
        baseline=scale.y(0),
        left=LEFT,
        right=RIGHT,
        marks=tuple(marks),
        rules=scale.rules(),
        labels=_axis(categories, slot),
        keys=keys,
        series=tuple(range(1, len(series) + 1)),
    )


def bars(name: str, *, alt: str, rows: Sequence[tuple[str, float | None, str]]) -> Chart:
    """Lying bars, one a row: a label above, the bar, its value in words behind it. A hidden value has words only."""
    most = max((value for _label, value, _words in rows if value is not None), default=0) or 1
    room = WIDTH - 12 - LETTER * max((len(words) for _label, _value, words in rows), default=0) - 8
    marks, labels, values = [], [], []
    for number, (label, value, words) in enumerate(rows):
        y = number * 44
        length = room * (value or 0) / most
        labels.append(Text(2, y + 14, label, "start"))
        marks.append(Mark(2, y + 20, _px(length), 14, 1))
        values.append(Text(_px(length + 10), y + 32, words, "start"))
    height = max(len(rows), 1) * 44
    return Chart(
        name=name,
        alt=alt,
        width=WIDTH,
        height=height,
        baseline=height,
        left=2,
        right=WIDTH,
        marks=tuple(marks),
        labels=tuple(labels),
        values=tuple(values),
        series=(1,),
    )


def line(name: str, *, alt: str, categories: Sequence[Category], values: Sequence[float | None]) -> Chart:
    """One line with a dot for each known value; unknown or hidden values break it."""
    scale = _Scale(max(_known(values), default=0))
    slot = (RIGHT - LEFT) / max(len(categories), 1)
    points = [
        None if value is None else (_px(LEFT + slot * (number + 0.5)), scale.y(value))
        for number, value in enumerate(values)
    ]
    return Chart(
        name=name,
        alt=alt,
        width=WIDTH,
        height=math.ceil(_bottom(categories)),
        baseline=scale.y(0),
        left=LEFT,
        right=RIGHT,
        rules=scale.rules(),
        labels=_axis(categories, slot),
        path=_path(points),
        dots=tuple(point for point in points if point),
        series=(1,),
    )


class _Scale:
    """From values to heights on the page."""

    def __init__(self, top: float) -> None:
        self.ticks = ticks(top)
        self.unit = PLOT / self.ticks[-1]

    def y(self, value: float) -> float:
        return _px(TOP + PLOT - value * self.unit)

    def rules(self) -> tuple[Rule, ...]:
        return tuple(Rule(self.y(value), f"{value:g}") for value in self.ticks)


def _by_category(series: Sequence[Series]) -> list[tuple[float | None, ...]]:
    return list(zip(*(one.values for one in series), strict=True))


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _stack(values: Sequence[float | None], left: float, slot: float, scale: _Scale) -> list[Mark]:
    width = min(slot * 0.7, 44)
    x, height, found = left + (slot - width) / 2, 0.0, []
    for number, value in enumerate(values, start=1):
        if value:
            found.append(Mark(_px(x), scale.y(height + value), _px(width), _px(value * scale.unit), number))
            height += value
    return found


def _side_by_side(values: Sequence[float | None], left: float, slot: float, scale: _Scale) -> list[Mark]:
    width = min(slot * 0.8 / max(len(values), 1), 30)
    start = left + (slot - width * len(values)) / 2
    return [
        Mark(_px(start + width * (number - 1)), scale.y(value), _px(width * 0.92), _px(value * scale.unit), number)
        for number, value in enumerate(values, start=1)
        if value
    ]


def _axis(categories: Sequence[Category], slot: float) -> tuple[Text, ...]:
    """The names of the categories; where they would touch, only every second, third … is written."""
    longest = max((len(category.label) for category in categories), default=0) * LETTER + 6
    every = max(1, math.ceil(longest / slot))
    y = TOP + PLOT + 17
    found = []
    for number, category in enumerate(categories):
        label = category.label if number % every == 0 else ""
        if label or category.under:
            found.append(Text(_px(LEFT + slot * (number + 0.5)), y, label, "middle", category.under, y + 16))
    return tuple(found)


def _bottom(categories: Sequence[Category]) -> float:
    return TOP + PLOT + (42 if any(category.under for category in categories) else 26)


def _legend(labels: Sequence[str], top: float) -> tuple[tuple[Key, ...], float]:
    """Entries side by side, on a new line where the width is full; returns them and where they end."""
    if len(labels) <= 1:
        return (), top
    keys, x, y = [], float(LEFT), top + 12
    for number, label in enumerate(labels, start=1):
        width = 22 + len(label) * LETTER + 18
        if x + width > WIDTH and x > LEFT:
            x, y = float(LEFT), y + LEGEND_LINE
        keys.append(Key(_px(x), _px(y), number, label))
        x += width
    return tuple(keys), y + LEGEND_LINE - 6


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    words, pen_down = [], False
    for point in points:
        if point:
            words.append(f"{'L' if pen_down else 'M'}{point[0]:g} {point[1]:g}")
        pen_down = point is not None
    return " ".join(words)


def _px(value: float) -> float:
    return round(value, 1)
