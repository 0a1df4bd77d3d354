"""The pages of evaluation: the figures on screen, the list of reports, one report and its PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from evaluation.choices import ReportStatus
from evaluation.models import Report
from evaluation.services import make_report, render_report
from tests import factories as make
from tests.cast import Cast
from tests.sight import WALLS

Login = Callable[..., Client]
PERIOD = {"from_on": (make.TODAY - timedelta(days=100)).isoformat(), "to_on": make.TODAY.isoformat()}


def a_report(cast: Cast, now: datetime, language: str = "en") -> Report:
    start = make.TODAY - timedelta(days=100)
    asked = {"programme": cast.north, "audience": "funder", "from_on": start, "to_on": make.TODAY, "language": language}
    return make_report(by=cast.eva, now=now, **asked)


def test_the_figures_are_on_screen_for_a_chosen_period(cast: Cast, login: Login) -> None:
    text = login(cast.eva).get(reverse("evaluation:evaluation", args=["north"]), PERIOD).content.decode()
    assert "1 visit was held." in text
    assert "fewer than 5" in text.lower()
    assert 'role="img"' in text
    assert "Carla" not in text


def test_a_period_without_rows_says_so(cast: Cast, login: Login) -> None:
    url = reverse("evaluation:evaluation", args=["south"])
    assert "No visits were logged in this period." in login(cast.zoe).get(url).content.decode()


def test_a_period_that_is_none_keeps_the_usual_one_and_says_why(cast: Cast, login: Login) -> None:
    wrong = {"from_on": PERIOD["to_on"], "to_on": PERIOD["from_on"]}
    text = login(cast.eva).get(reverse("evaluation:evaluation", args=["north"]), wrong).content.decode()
    assert "The period ends after it begins." in text


@pytest.mark.parametrize("matches", [1, 3])
def test_the_figures_take_the_same_queries_however_many_rows(
    cast: Cast, login: Login, matches: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(matches - 1):
        make.a_match(cast.north)
    browser = login(cast.eva)
    with django_assert_num_queries(WALLS + 18):
        browser.get(reverse("evaluation:evaluation", args=["north"]), PERIOD)


@pytest.mark.parametrize("reports", [1, 3])
def test_the_list_takes_the_same_queries_however_many_rows(
    cast: Cast, login: Login, now: datetime, reports: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(reports):
        render_report(a_report(cast, now), now=now)
    browser = login(cast.eva)
    with django_assert_num_queries(WALLS + 7):
        text = browser.get(reverse("evaluation:reports", args=["north"])).content.decode()
    assert f"{reports} in all" in text


def test_the_list_is_filtered_by_state(cast: Cast, login: Login, now: datetime) -> None:
    render_report(a_report(cast, now), now=now)
    url = reverse("evaluation:reports", args=["north"])
    report_url = reverse("evaluation:report", args=["north", Report.objects.get().pk])
    browser = login(cast.eva)
    assert report_url in browser.get(url, {"status": "ready", "sort": "period"}).content.decode()
    nothing = browser.get(url, {"status": "failed"}).content.decode()
    assert report_url not in nothing
    assert "Nothing fits these filters" in nothing


def test_asking_for_a_report_leads_to_it(cast: Cast, login: Login) -> None:
    browser = login(cast.eva)
    url = reverse("evaluation:reports", args=["north"])
    answer = browser.post(url, {**PERIOD, "language": "en"})
    report = Report.objects.get()
    assert answer.headers["Location"] == reverse("evaluation:report", args=["north", report.pk])
    again = browser.post(url, {**PERIOD, "language": "en"})
    assert "being made" in again.content.decode()
    assert PERIOD["from_on"] in again.content.decode()


def test_a_report_being_made_looks_again_by_itself(cast: Cast, login: Login, now: datetime) -> None:
    report = a_report(cast, now)
    url = reverse("evaluation:report", args=["north", report.pk])
    pdf_url = reverse("evaluation:report_pdf", args=["north", report.pk])
    browser = login(cast.stef)
    waiting = browser.get(url).content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert pdf_url not in waiting
    assert browser.get(pdf_url).status_code == 404
    render_report(report, now=now)
    ready = browser.get(url).content.decode()
    assert 'http-equiv="refresh"' not in ready
    assert pdf_url in ready
    sent = browser.get(pdf_url)
    assert sent.headers["Content-Disposition"].startswith('attachment; filename="north-')
    assert sent.headers["Content-Type"] == "application/pdf"
    assert sent.content.startswith(b"%PDF-")


def test_a_report_that_failed_says_what_to_do(cast: Cast, login: Login, now: datetime) -> None:
    report = a_report(cast, now)
    Report.objects.filter(pk=report.pk).update(status=ReportStatus.FAILED)
    text = login(cast.eva).get(reverse("evaluation:report", args=["north", report.pk])).content.decode()
    assert "make the report again" in text


def test_who_may_see_and_who_may_make(cast: Cast, login: Login, now: datetime) -> None:
    report = a_report(cast, now)
    expected = {"amina": 200, "dan": 200, "eva": 200, "stef": 200, "ben": 403, "tess": 403, "paul": 403, "zoe": 404}
    for page, arguments in (("evaluation", []), ("reports", []), ("report", [report.pk])):
        url = reverse(f"evaluation:{page}", args=["north", *arguments])
        for name, status in expected.items():
            assert login(getattr(cast, name)).get(url).status_code == status, (page, name)
    assert login(cast.zoe).get(reverse("evaluation:report", args=["south", report.pk])).status_code == 404
    assert login(cast.stef).post(reverse("evaluation:reports", args=["north"]), PERIOD).status_code == 403
