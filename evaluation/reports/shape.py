"""The parts of a report: a figure, a table, a chart, a chapter. Frozen, and stored as JSON. No Django."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with all that is needed to read it.

    ``n`` counts the people, matches or visits behind it and ``missing`` those that should be behind it and are not;
    ``low`` and ``high`` bound the 95 % interval. When ``suppressed``, value, interval and a small ``n`` are None.
    ``shown`` and ``note`` are the words on the page; ``standard`` is what was promised, where something was.
    """

    code: str
    phase: str
    label: str
    definition: str
    unit: str
    shown: str
    note: str = ""
    value: float | None = None
    n: int | None = None
    missing: int | None = None
    low: float | None = None
    high: float | None = None
    suppressed: bool = False
    standard: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A breakdown; the first column names the row."""

    code: str
    title: str
    sentence: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart's numbers, with the sentence above it and the table below it. ``kind`` names its SVG template."""

    code: str
    kind: str
    table: Table
    categories: tuple[tuple[str, str], ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """One of the four phases."""

    phase: str
    title: str
    sentences: tuple[str, ...]
    figures: tuple[Figure, ...]
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """A whole report as it is frozen: for whom, about which days, as of which day, and its chapters."""

    programme: str
    organisation: str
    target_group: str
    language: str
    from_on: date
    to_on: date
    as_of: date
    suppress_below: int
    headline: tuple[str, ...]
    chapters: tuple[Chapter, ...]

    @property
    def figures(self) -> dict[str, Figure]:
        """Every figure by its code, in the order of the chapters."""
        return {figure.code: figure for chapter in self.chapters for figure in chapter.figures}

    def as_json(self) -> dict[str, Any]:
        """As it is stored: days as ISO dates, everything else as it is."""
        days = {name: getattr(self, name).isoformat() for name in ("from_on", "to_on", "as_of")}
        return {**asdict(self), **days}
