"""What happens in evaluation: answers are written down, a report is frozen, its PDF is made."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from evaluation.choices import REPORT_MOVES, Audience, ReportStatus, Wave
from evaluation.instruments import UnknownInstrumentError, WrongAnswerError, in_order, instrument_named
from evaluation.models import Report, Response
from evaluation.reports.funder import gather
from evaluation.reports.shape import Period
from evaluation.reports.showing import printed
from peerhub.lib import walls
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.lib.pdf import Pdf, render
from peerhub.notices.choices import Kind
from peerhub.notices.services import write
from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import require
from peerhub.people.services import move, record_change
from programmes.models import Programme
from recruitment.choices import ParticipantStatus
from recruitment.models import Participant

logger = logging.getLogger(__name__)

RENDER_TASK = "evaluation.tasks.render_pending"
LEASE = timedelta(minutes=6)  # longer than a task may run
MOST_ATTEMPTS = 3
FIRST_WAIT = timedelta(minutes=1)


@transaction.atomic
def record_answers(
    participant: Participant,
    *,
    instrument: str,
    wave: str,
    answers: Mapping[str, int | None],
    answered_on: date,
    by: Member,
    now: datetime,
) -> Response:
    """Write down how a participant answered a questionnaire at the start, half-way or at the end.

    Questions may stay open; whether there is a score then is the questionnaire's own rule. Raises Refused without her
    yes to being asked (support never depends on it), when the answers were recorded before, when none was given, for a
    day that cannot be, and for a trajectory that is closed, except for the answers at the end.
    """
    try:
        questionnaire = instrument_named(instrument)
        sheet = in_order(questionnaire, answers)
    except (UnknownInstrumentError, WrongAnswerError) as error:
        raise Refused(str(error)) from error
    require(participant.person_id, ConsentPurpose.EVALUATION, today=local_date(now, participant.programme.timezone))
    _check(participant, sheet, wave=wave, answered_on=answered_on, now=now)
    try:
        with transaction.atomic():
            response = Response.objects.create(
                programme_id=participant.programme_id,
                participant=participant,
                instrument=questionnaire.code,
                instrument_version=questionnaire.version,
                wave=wave,
                answered_on=answered_on,
                answers=sheet,
                recorded_by_id=by.person_id,
                recorded_at=now,
            )
    except IntegrityError as error:
        raise Refused(_("These answers were recorded before. Nothing was changed.")) from error
    record_change(response, before="", after=wave, by=by, now=now)
    return response


def _check(participant: Participant, sheet: list[int | None], *, wave: str, answered_on: date, now: datetime) -> None:
    if all(answer is None for answer in sheet):
        raise Refused(_("No question was answered yet."))
    if wave not in Wave.values:
        raise Refused(_("Say when the questions were answered: at the start, half-way or at the end."))
    if answered_on > local_date(now, participant.programme.timezone):
        raise Refused(_("That day is still to come. Please check the day."))
    if answered_on < participant.registered_on:
        raise Refused(_("That day lies before this person was registered. Please check the day."))
    if participant.status == ParticipantStatus.CLOSED and wave != Wave.END:
        raise Refused(_("This trajectory is closed. Only answers at the end can still be written down."))


@transaction.atomic
def make_report(
    *, programme: Programme, audience: str, from_on: date, to_on: date, language: str, by: Member | None, now: datetime
) -> Report:
    """Freeze the figures of a period for an audience; the PDF is made from them afterwards, by the worker.

    What changes in the programme later does not change this report. Raises Refused for a period that is no period or
    not over yet, and while the same report is being made.
    """
    today = local_date(now, programme.timezone)
    if to_on < from_on:
        raise Refused(_("The period ends after it begins."))
    if to_on > today:
        raise Refused(_("A report looks back: the last day can be today, not later."))
    if audience not in Audience.values:
        raise Refused(_("There is no report for “%(audience)s”; there is one for: funder.") % {"audience": audience})
    if language not in dict(settings.LANGUAGES):
        there = ", ".join(code for code, _name in settings.LANGUAGES)
        raise Refused(
            _("There is no report in “%(language)s”; there is: %(there)s.") % {"language": language, "there": there}
        )
    Programme.objects.select_for_update().get(pk=programme.pk)
    asked = {"programme": programme, "audience": audience, "from_on": from_on, "to_on": to_on, "language": language}
    if Report.objects.filter(**asked, status=ReportStatus.PENDING).exists():
        raise Refused(_("This report is being made. It will be in the list in a moment."))
    with translation.override(language):
        figures = gather(programme, Period(from_on, to_on), as_of=today).as_json()
    report = Report.objects.create(**asked, figures=figures, made_by_id=by.person_id if by else None, made_at=now)
    record_change(report, before="", after=ReportStatus.PENDING, by=by, now=now)
    transaction.on_commit(_wake_the_worker, robust=True)
    return report


def _wake_the_worker() -> None:
    """Do not wait for the next minute; without a broker the worker finds the row by itself later."""
    current_app.send_task(RENDER_TASK, retry=False)


def render_report(report: Report, *, now: datetime) -> Report:
    """Make the PDF of a frozen report: take the row for some minutes, render, store, tell the person who asked.

    Three transactions, so that nothing stays locked while the PDF is made and a worker that dies loses only its lease.
    A failure is written in the row and tried again later, three times in all. Raises Refused when the report is
    finished or somebody is at work on it.
    """
    with _at_work(report):
        attempt = _take(report, now=now)
    try:
        pdf = render(printed(report.figures))
    except Exception as error:  # whatever went wrong, the row must remember it
        logger.exception("report %s could not be made", report.pk)
        with _at_work(report):
            _failed(report, attempt=attempt, error=error, now=now)
            report.refresh_from_db()
    else:
        with _at_work(report):
            _store(report, attempt=attempt, pdf=pdf, now=now)
            report.refresh_from_db()
    return report


def _at_work(report: Report) -> Any:
    """One transaction that sees the report's programme and nothing else."""
    return walls.inside(report.programme_id, deed="render_report")


@transaction.atomic
def _take(report: Report, *, now: datetime) -> int:
    """Take the lease and count the attempt; its number fences off a worker that comes back from the dead."""
    free = Report.objects.to_render(now).filter(pk=report.pk)
    if not free.update(leased_until=now + LEASE, attempts=F("attempts") + 1):
        raise Refused(_("This report is finished, or it is being made now."))
    report.refresh_from_db()
    return report.attempts


@transaction.atomic
def _store(report: Report, *, attempt: int, pdf: Pdf, now: datetime) -> None:
    if not _still_mine(report, attempt):
        return
    move(
        report,
        ReportStatus.READY,
        moves=REPORT_MOVES,
        by=None,
        now=now,
        pdf=pdf.content,
        sha256=pdf.sha256,
        pages=pdf.pages,
        leased_until=None,
        error="",
    )
    if report.made_by:
        link = reverse("evaluation:report", args=[report.programme.slug, report.pk])
        write(
            kind=Kind.REPORT_READY,
            recipient=report.made_by,
            subject=f"report:{report.pk}",
            period="once",
            link=link,
            now=now,
        )


@transaction.atomic
def _failed(report: Report, *, attempt: int, error: Exception, now: datetime) -> None:
    if not _still_mine(report, attempt):
        return
    words = f"{type(error).__name__}: {error}"[:300]
    if attempt >= MOST_ATTEMPTS:
        move(report, ReportStatus.FAILED, moves=REPORT_MOVES, by=None, now=now, error=words, leased_until=None)
    else:
        later = now + FIRST_WAIT * 4 ** (attempt - 1)
        Report.objects.filter(pk=report.pk).update(error=words, leased_until=later)


def _still_mine(report: Report, attempt: int) -> bool:
    mine = Report.objects.filter(pk=report.pk, status=ReportStatus.PENDING, attempts=attempt)
    return mine.select_for_update().exists()
