"""A report is frozen, its PDF made once, the same bytes each time; a failure is remembered and tried again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from evaluation import services
from evaluation.choices import ReportStatus
from evaluation.models import Report
from evaluation.reports.showing import printed
from evaluation.services import make_report, render_report
from evaluation.tasks import render_pending
from peerhub.lib.errors import Refused
from peerhub.lib.pdf import render
from peerhub.notices.models import Notice
from tests import factories as make
from tests.cast import Cast, assemble

Login = Callable[..., Client]
YEAR_AGO = make.TODAY - timedelta(days=365)


def a_report(cast: Cast, now: datetime, **more: Any) -> Report:
    asked = {"programme": cast.north, "audience": "funder", "from_on": YEAR_AGO, "to_on": make.TODAY, "language": "en"}
    return make_report(by=cast.eva, now=now, **{**asked, **more})


@pytest.fixture(autouse=True)
def _two_languages(settings: Any) -> None:
    """As it will be when the Dutch catalogue is whole."""
    settings.LANGUAGES = [("en", "English"), ("nl", "Dutch")]


def figure(report: Report, code: str) -> dict[str, Any]:
    found = [one for chapter in report.figures["chapters"] for one in chapter["figures"] if one["code"] == code]
    one: dict[str, Any] = found[0]
    return one


def test_the_figures_are_frozen(cast: Cast, now: datetime) -> None:
    report = a_report(cast, now)
    make.a_visit(cast.match, make.TODAY)
    report.refresh_from_db()
    assert report.status == ReportStatus.PENDING
    assert figure(report, "visits_held")["value"] == 1


def test_asked_twice_while_it_is_made_is_refused(cast: Cast, now: datetime) -> None:
    a_report(cast, now)
    with pytest.raises(Refused, match="being made"):
        a_report(cast, now)
    assert a_report(cast, now, language="nl").language == "nl"


@pytest.mark.parametrize(
    "wrong",
    [
        {"from_on": make.TODAY, "to_on": YEAR_AGO},
        {"to_on": make.TODAY + timedelta(days=2)},
        {"audience": "press"},
        {"language": "xx"},
    ],
)
def test_a_report_that_cannot_be_is_refused(cast: Cast, now: datetime, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        a_report(cast, now, **wrong)
    assert not Report.objects.exists()


def test_rendering_stores_the_pdf_and_tells_who_asked(cast: Cast, now: datetime) -> None:
    report = render_report(a_report(cast, now), now=now)
    assert report.status == ReportStatus.READY
    assert bytes(report.pdf or b"").startswith(b"%PDF-")
    assert (report.pages or 0) > 3
    notice = Notice.objects.get(kind="report_ready")
    assert notice.recipient_id == cast.eva.person_id
    assert notice.link == reverse("evaluation:report", args=["north", report.pk])


def test_rendering_twice_is_refused(cast: Cast, now: datetime) -> None:
    report = render_report(a_report(cast, now), now=now)
    with pytest.raises(Refused, match="finished"):
        render_report(report, now=now)
    assert Notice.objects.filter(kind="report_ready").count() == 1


def test_while_somebody_is_at_work_it_is_refused(cast: Cast, now: datetime) -> None:
    report = a_report(cast, now)
    services._take(report, now=now)
    with pytest.raises(Refused):
        render_report(report, now=now + timedelta(minutes=1))
    assert render_report(report, now=now + services.LEASE).status == ReportStatus.READY


def test_a_worker_back_from_the_dead_stores_nothing(cast: Cast, now: datetime) -> None:
    report = a_report(cast, now)
    first = services._take(report, now=now)
    services._take(report, now=now + services.LEASE)
    services._store(report, attempt=first, pdf=render("<html lang=en><title>x</title></html>"), now=now)
    report.refresh_from_db()
    assert report.status == ReportStatus.PENDING


def test_the_same_figures_give_the_same_bytes_in_each_language(cast: Cast, now: datetime) -> None:
    for language in ("en", "nl"):
        report = a_report(cast, now, language=language)
        first = render_report(report, now=now)
        make.a_visit(cast.match, make.TODAY - timedelta(days=len(language) + (language == "nl")))
        assert render(printed(first.figures)).sha256 == first.sha256
        assert f'<html lang="{language}">' in printed(first.figures)


def test_a_failure_is_remembered_and_given_up_after_three(cast: Cast, now: datetime) -> None:
    report = a_report(cast, now)
    Report.objects.filter(pk=report.pk).update(figures={})
    for attempt in range(1, 4):
        now += timedelta(hours=1)
        render_report(report, now=now)
        assert report.attempts == attempt
        assert "KeyError" in report.error
        assert report.status == (ReportStatus.FAILED if attempt == 3 else ReportStatus.PENDING)
    with pytest.raises(Refused):
        render_report(report, now=now + timedelta(hours=1))


def test_no_names_stand_in_the_report(cast: Cast, now: datetime) -> None:
    report = a_report(cast, now)
    text = printed(report.figures) + json.dumps(report.figures)
    assert not [name for name in ("Amina", "Ben ", "Carla", "Dan ", "Test", "@") if name in text]


def test_small_numbers_do_not_stand_in_it_either(cast: Cast, now: datetime) -> None:
    found = figure(a_report(cast, now), "supported")
    assert (found["value"], found["n"], found["shown"], found["suppressed"]) == (None, None, "<5", True)


def test_the_task_makes_what_waits_and_may_run_again(cast: Cast, now: datetime) -> None:
    a_report(cast, now)
    assert render_pending() == 1
    assert render_pending() == 0


@pytest.mark.usefixtures("committed")
def test_two_workers_make_one_pdf(now: datetime) -> None:
    report = a_report(assemble(), now)
    worked: list[int] = []

    def work() -> None:
        worked.append(render_pending())
        connection.close()

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.refresh_from_db()
    assert (sum(worked), report.attempts, report.status) == (1, 1, ReportStatus.READY)


def test_the_database_keeps_a_ready_report_whole(cast: Cast, now: datetime) -> None:
    report = a_report(cast, now)
    rows = Report.objects.filter(pk=report.pk)
    for wrong, name in (
        ({"status": "ready"}, "report_ready_has_pdf"),
        ({"status": "lost"}, "report_status_known"),
        ({"to_on": date(2000, 1, 1)}, "report_days_in_order"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**wrong)


def commanded(output: Path, *more: str) -> dict[str, Any]:
    out = StringIO()
    period = ["--from", str(YEAR_AGO), "--to", str(make.TODAY)]
    call_command(
        "report", "north", "--audience", "funder", *period, "--output", str(output), "--json", *more, stdout=out
    )
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_the_command_writes_the_file_and_the_figures(cast: Cast, tmp_path: Path) -> None:
    output = tmp_path / "report.pdf"
    answer = commanded(output, "--locale", "nl")
    report = Report.objects.get()
    assert answer["sha256"] == report.sha256
    assert output.read_bytes() == bytes(report.pdf or b"")
    assert (answer["file"], answer["pages"], report.language) == (str(output), report.pages, "nl")
    assert answer["figures"]["visits_held"] == {
        "value": 1.0, "n": 1, "missing": 0, "low": None, "high": None, "suppressed": False,
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


@pytest.mark.parametrize(
    ("programme", "more"),
    [
        ("nowhere", {}),
        ("north", {"--from": "yesterday"}),
        ("north", {"--from": "2026-03-01", "--to": "2026-02-01"}),
        ("north", {"--to": "2999-01-01"}),
        ("north", {"--audience": "press"}),
        ("north", {"--locale": "xx"}),
        ("north", {"--output": "/nowhere/at/all.pdf"}),
    ],
)
def test_bad_input_leaves_nothing(cast: Cast, tmp_path: Path, programme: str, more: dict[str, str]) -> None:
    usual = {"--from": str(YEAR_AGO), "--to": str(make.TODAY), "--output": str(tmp_path / "x.pdf")}
    arguments = [word for pair in {**usual, **more}.items() for word in pair]
    with pytest.raises(CommandError) as failure:
        call_command("report", programme, *arguments, "--json")
    assert failure.value.returncode == 2
    assert "\n" not in str(failure.value)
    assert not Report.objects.exists()
    assert not list(tmp_path.iterdir())
