"""Geometry of the charts: heights that fit the numbers, names that do not touch, the same SVG in any language."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from peerhub.lib import charts
from peerhub.lib.charts import Category, Series

MONTHS = [Category(name, "2026" if name == "Jan" else "") for name in ("Jan", "Feb", "Mar")]
PHASES = [Series("weekly", (8, 6, 4)), Series("every 14 days", (0, 2, 4.5))]


@pytest.mark.parametrize(
    ("top", "expected"),
    [(0, [0, 1]), (1, [0, 1]), (3, [0, 1, 2, 3]), (12, [0, 2.5, 5, 7.5, 10, 12.5]), (48, [0, 10, 20, 30, 40, 50])],
)
def test_ticks_are_round(top: float, expected: list[float]) -> None:
    assert charts.ticks(top) == expected


def test_ticks_reach_the_top_in_five_steps() -> None:
    for top in [1, 2, 7, 19, 99, 101, 12345, 0.4]:
        found = charts.ticks(top)
        assert found[-1] >= top
        assert len(found) <= 7


def test_stacked_bars_stand_on_each_other() -> None:
    chart = charts.columns("a", alt="", categories=MONTHS, series=PHASES)
    march = [mark for mark in chart.marks if mark.x == chart.marks[-1].x]
    assert [mark.series for mark in march] == [1, 2]
    assert march[0].y == pytest.approx(march[1].y + march[1].height, abs=0.2)
    assert march[0].y + march[0].height == pytest.approx(chart.baseline, abs=0.2)
    assert len(chart.marks) == 5, "nothing is drawn for nought"


def test_grouped_bars_stand_side_by_side() -> None:
    chart = charts.columns("a", alt="", categories=MONTHS, series=PHASES, stacked=False)
    for mark in chart.marks:
        assert mark.y + mark.height == pytest.approx(chart.baseline, abs=0.2)
    assert len({mark.x for mark in chart.marks}) == 5


def test_everything_lies_inside_the_picture() -> None:
    many = [Category(f"Category number {number}") for number in range(18)]
    labels = [f"a rather long name of a series {number}" for number in range(6)]
    series = [Series(label, tuple(float(value) for value in range(18))) for label in labels]
    chart = charts.columns("a", alt="", categories=many, series=series)
    assert all(mark.x >= 0 and mark.x + mark.width <= chart.width and mark.y >= 0 for mark in chart.marks)
    assert all(key.y <= chart.height for key in chart.keys)
    places = [label.x for label in chart.labels]
    apart = min(after - before for before, after in pairwise(places))
    assert apart > len("Category number 17") * charts.LETTER


def test_a_hidden_value_leaves_a_gap() -> None:
    chart = charts.line("a", alt="", categories=MONTHS, values=[1, None, 3])
    assert len(chart.dots) == 2
    assert chart.path.count("M") == 2
    lying = charts.bars("a", alt="", rows=[("held", 10, "10"), ("moved", None, "<5")])
    assert [mark.width for mark in lying.marks][1] == 0
    assert lying.values[1].text == "<5"


def test_nothing_to_show_is_no_error() -> None:
    assert charts.columns("a", alt="", categories=[], series=[]).marks == ()
    assert charts.line("a", alt="", categories=[], values=[]).path == ""
    assert charts.bars("a", alt="", rows=[]).marks == ()


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
def test_the_svg_is_well_formed_and_keeps_its_points(language: str) -> None:
    drawn = {
        "columns": charts.columns("a", alt="Visits & hours <1>", categories=MONTHS, series=PHASES),
        "bars": charts.bars("b", alt="x", rows=[("held", 1234.5, "1 234,5")]),
        "line": charts.line("c", alt="x", categories=MONTHS, values=[1.5, 2.5, 0]),
    }
    for template, chart in drawn.items():
        with translation.override(language):
            svg = render_to_string(f"evaluation/charts/{template}.svg", {"chart": chart, "ink": "#000000"})
        root = ET.fromstring(svg.strip())
        assert root.get("role") == "img"
        assert root.get("aria-label") == chart.alt
        for mark in root.iter("{http://www.w3.org/2000/svg}rect"):
            assert "," not in (mark.get("height") or "")
        assert "style=" not in svg


def test_series_are_told_apart_without_colour() -> None:
    chart = charts.columns("a", alt="", categories=MONTHS, series=PHASES)
    svg = render_to_string("evaluation/charts/columns.svg", {"chart": chart})
    assert 'fill="url(#a-2)"' in svg
    assert 'id="a-2"' in svg
