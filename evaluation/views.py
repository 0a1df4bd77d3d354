from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation import services
from evaluation.choices import Audience, ReportStatus
from evaluation.forms import AnswersForm, PeriodForm, ReportForm
from evaluation.instruments import INSTRUMENTS, LADDER
from evaluation.models import Report, Response
from evaluation.page import TONES, found_reports, instrument_chips, report_filters, report_rows, sheet_rows
from evaluation.reports.funder import gather
from evaluation.reports.shape import Period
from evaluation.reports.showing import shown
from peerhub.lib.sheets import download
from peerhub.people.choices import Reading
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission
from recruitment.models import Participant

PER_PAGE = 25


@page(Permission.REPORT_VIEW)
def evaluation(request: MemberRequest) -> HttpResponse:
    """The figures of a period, as they stand now: the same numbers that a report of today would freeze."""
    form = PeriodForm(request.GET if "from_on" in request.GET else None, today=request.today)
    days = form.cleaned_data if form.is_valid() else PeriodForm.usual(request.today)
    figures = gather(request.programme, Period(days["from_on"], days["to_on"]), as_of=request.today)
    return render(request, "evaluation/evaluation.html", {"form": form, "report": shown(figures.as_json())})


@page(Permission.EVALUATION_RECORD)
def answers(request: MemberRequest, participant_id: int) -> HttpResponse:
    """Write down how a participant answered a questionnaire, and see what was answered before."""
    people = Participant.objects.visible_to(request.member).select_related("person", "programme")
    participant = get_object_or_404(people, pk=participant_id)
    instrument = INSTRUMENTS.get(request.GET.get("instrument", ""), LADDER)
    form = AnswersForm(request.POST or None, instrument=instrument, today=request.today)
    deed = {"participant": participant, "instrument": instrument.code, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, services.record_answers, **deed):
        messages.success(request, _("The answers are written down."))
        return redirect(request.get_full_path())
    looked_at(request, participant.person_id, kind=Reading.NOTE, subject=f"answers:{instrument.code}")
    sheets = Response.objects.visible_to(request.member).filter(participant=participant)
    context = {
        "participant": participant,
        "form": form,
        "instrument_name": _(instrument.name),
        "chips": instrument_chips(instrument.code),
        "sheets": sheet_rows(sheets),
    }
    return render(request, "evaluation/answers.html", context)


@page(Permission.REPORT_VIEW)
def reports(request: MemberRequest) -> HttpResponse:
    """Reports made so far, and the form to ask for another."""
    may_make = request.member.may(Permission.REPORT_MAKE)
    if request.method == "POST" and not may_make:
        raise PermissionDenied
    initial = {"language": request.programme.language}
    form = ReportForm(request.POST or None, today=request.today, initial=initial)
    deed = {"programme": request.programme, "audience": Audience.FUNDER, "by": request.member, "now": timezone.now()}
    made = attempt(form, services.make_report, **deed) if request.method == "POST" else None
    if made:
        return redirect("evaluation:report", request.programme.slug, made.pk)
    found = found_reports(Report.objects.visible_to(request.member), request.GET)
    page_obj = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = report_rows(list(page_obj.object_list))
    context = {"form": form, "may_make": may_make, "rows": rows, "page_obj": page_obj, **report_filters(request.GET)}
    return render(request, "evaluation/reports.html", context)


@page(Permission.REPORT_VIEW)
def report(request: MemberRequest, pk: int) -> HttpResponse:
    """One report: its frozen figures, and its PDF as soon as there is one."""
    found = get_object_or_404(Report.objects.visible_to(request.member).light().select_related("made_by"), pk=pk)
    tone, icon = TONES[ReportStatus(found.status)]
    context = {"row": found, "tone": tone, "icon": icon, "report": shown(found.figures)}
    return render(request, "evaluation/report.html", context)


@page(Permission.REPORT_VIEW)
def report_pdf(request: MemberRequest, pk: int) -> HttpResponse:
    """The PDF to take away."""
    found = get_object_or_404(Report.objects.visible_to(request.member).ready(), pk=pk)
    name = f"{request.programme.slug}-{found.from_on}-{found.to_on}-{found.language}.pdf"
    return download(bytes(found.pdf or b""), name, "application/pdf")
