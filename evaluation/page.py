"""What the pages of evaluation show: sheets already answered, rows of the list of reports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from evaluation import instruments
from evaluation.choices import ReportStatus
from evaluation.models import Report, Response
from evaluation.querysets import ReportQuerySet

TONES = {
    ReportStatus.PENDING: ("info", "hourglass-split"),
    ReportStatus.READY: ("good", "check-circle"),
    ReportStatus.FAILED: ("danger", "x-circle"),
}
SORTS = {"newest": ("-pk",), "period": ("-to_on", "-from_on", "-pk")}


def sheet_rows(responses: QuerySet[Response]) -> list[dict[str, Any]]:
    """A person's sheets, the latest first: which questionnaire, when, and its score where it has one."""
    rows = []
    for response in responses:
        instrument = instruments.INSTRUMENTS.get(response.instrument)
        found = instruments.score(instrument, response.answers) if instrument else None
        rows.append({
            "name": _(instrument.name) if instrument else response.instrument,
            "wave": response.get_wave_display(),
            "answered_on": response.answered_on,
            "score": found.score if found else None,
            "scale": f"{instrument.low}–{instrument.high}" if instrument else "",
            "answered": _("%(n)s of %(all)s answered") % {"n": found.n_answered, "all": found.n_items} if found else "",
        })  # fmt: skip
    return rows


def instrument_chips(chosen: str) -> list[dict[str, Any]]:
    """The questionnaires to choose from."""
    return [
        {"label": _(one.name), "url": f"?instrument={one.code}", "active": one.code == chosen}
        for one in instruments.INSTRUMENTS.values()
    ]


def found_reports(reports: ReportQuerySet, query: QueryDict) -> QuerySet[Report]:
    """Reports as the filters of the list say, without their PDFs."""
    status, sort = query.get("status", ""), query.get("sort", "newest")
    if status in ReportStatus.values:
        reports = reports.filter(status=status)
    return reports.light().defer("figures").select_related("made_by").order_by(*SORTS.get(sort, SORTS["newest"]))


def report_filters(query: QueryDict) -> dict[str, Any]:
    """The filters of the list of reports, as they stand in the address."""
    status, sort = query.get("status", ""), query.get("sort", "newest")
    params = query.copy()
    params.pop("page", None)
    chips = []
    for value, label in [("", _("All")), *ReportStatus.choices]:
        link = params.copy()
        link["status"] = value
        chips.append({"label": label, "url": f"?{link.urlencode()}", "active": value == status})
    sorts = [("newest", _("Newest first")), ("period", _("Latest period first"))]
    options = [{"value": value, "label": label, "selected": value == sort} for value, label in sorts]
    return {
        "chips": chips,
        "selects": [{"name": "sort", "label": _("Sort by"), "options": options}],
        "hidden": [{"name": "status", "value": status}] if status else [],
        "querystring": params.urlencode(),
    }


def report_rows(reports: list[Report]) -> list[dict[str, Any]]:
    """A report a row, with the tone of its state."""
    rows = []
    for report in reports:
        tone, icon = TONES[ReportStatus(report.status)]
        rows.append({"report": report, "tone": tone, "icon": icon, "label": report.get_status_display()})
    return rows
