"""A frozen report as templates show it, on a page and in print: figures by chapter, charts with their geometry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from peerhub.lib import charts

PRINT_INK = "#1f2a2c"
TEMPLATES = {
    "columns": "evaluation/charts/columns.svg",
    "grouped": "evaluation/charts/columns.svg",
    "bars": "evaluation/charts/bars.svg",
    "line": "evaluation/charts/line.svg",
}


def shown(figures: Mapping[str, Any]) -> dict[str, Any]:
    """What a template needs to show a report from its JSON; nothing is worked out again."""
    by_code = {figure["code"]: figure for chapter in figures["chapters"] for figure in chapter["figures"]}
    days = {name: date.fromisoformat(figures[name]) for name in ("from_on", "to_on", "as_of")}
    chapters = [
        {**chapter, "pictures": [_drawn(picture) for picture in chapter["pictures"]]} for chapter in figures["chapters"]
    ]
    headline = [by_code[code] for code in figures["headline"] if code in by_code]
    return {**figures, **days, "chapters": chapters, "headline": headline, "all_figures": list(by_code.values())}


def printed(figures: Mapping[str, Any]) -> str:
    """The HTML of the funder's PDF, in the report's own language. The same JSON gives the same HTML."""
    with translation.override(figures["language"]):
        report = shown(figures)
        for chapter in report["chapters"]:
            for picture in chapter["pictures"]:
                picture["svg"] = render_to_string(picture["template"], {"chart": picture["chart"], "ink": PRINT_INK})
        return render_to_string("evaluation/pdf/funder.html", {"report": report})


def _drawn(picture: Mapping[str, Any]) -> dict[str, Any]:
    """A picture with the geometry of its chart and the template that draws it."""
    return {
        **picture,
        "chart": _chart(picture),
        "template": TEMPLATES[picture["kind"]],
    }


def _chart(picture: Mapping[str, Any]) -> charts.Chart:
    table = picture["table"]
    alt = _("%(title)s. %(sentence)s The numbers stand in the table.") % table
    categories = [charts.Category(label, under) for label, under in picture["categories"]]
    series = [charts.Series(label, tuple(values)) for label, values in picture["series"]]
    if picture["kind"] == "bars":
        rows = [
            (category.label, value, words)
            for category, value, words in zip(categories, series[0].values, picture["words"], strict=True)
        ]
        return charts.bars(picture["code"], alt=alt, rows=rows)
    if picture["kind"] == "line":
        return charts.line(picture["code"], alt=alt, categories=categories, values=series[0].values)
    stacked = picture["kind"] == "columns"
    return charts.columns(picture["code"], alt=alt, categories=categories, series=series, stacked=stacked)
