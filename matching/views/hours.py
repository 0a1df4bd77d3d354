from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.forms.visits import AnswerForm, AskForm, WorkForm
from matching.hours import answer_time, hours_of, rows_to_take_away, year_in
from matching.models import HelpRequest, Work
from matching.services import answer_help, ask_help, log_work, withdraw_work
from peerhub.lib.sheets import as_csv
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission

PER_PAGE = 25
RECENT = 10


@page(Permission.VISIT_LOG)
def hours(request: MemberRequest) -> HttpResponse:
    """One's own hours: each month of a year, the year, and the work that was written down beside the visits."""
    year = year_in(request.GET.get("year", ""), request.today)
    lines, whole = hours_of(request.member, year)
    context = {
        "lines": lines,
        "whole": whole,
        "year": year,
        "before": year - 1,
        "after": year + 1 if year < request.today.year else None,
        "works": Work.objects.own(request.member)[:RECENT],
    }
    return render(request, "matching/hours.html", context)


@page(Permission.VISIT_LOG)
def hours_export(request: MemberRequest) -> HttpResponse:
    """The entries of a year to take away, without a name."""
    year = year_in(request.GET.get("year", ""), request.today)
    header = [_("Day"), _("What"), _("Where"), _("Minutes")]
    return as_csv(f"my-hours-{year}", header, rows_to_take_away(request.member, year))


@page(Permission.VISIT_LOG)
def work(request: MemberRequest) -> HttpResponse:
    """Write down work beside the visits, or take it back."""
    now, slug = timezone.now(), request.programme.slug
    if request.POST.get("deed") == "withdraw":
        row = get_object_or_404(Work.objects.own(request.member), pk=_number(request.POST.get("pk", "")))
        withdraw_work(row, by=request.member, now=now)
        messages.success(request, _("It is withdrawn and no longer counts."))
        return redirect("matching:hours", slug)
    form = WorkForm(request.POST or None, today=request.today)
    if request.method == "POST" and attempt(form, log_work, programme=request.programme, by=request.member, now=now):
        messages.success(request, _("Saved. It counts in your hours."))
        return redirect("matching:hours", slug)
    return render(request, "matching/work.html", {"form": form})


def _number(text: str) -> int:
    return int(text[:18]) if text.isdecimal() and text.isascii() else 0


@page(Permission.VISIT_LOG)
def ask(request: MemberRequest) -> HttpResponse:
    """Ask the contact person for help or for a pause, and read the answers."""
    kind = "pause" if request.GET.get("for") == "pause" else "help"
    form = AskForm(request.POST or None, initial={"kind": kind})
    if request.method == "POST" and attempt(
        form, ask_help, programme=request.programme, by=request.member, now=timezone.now()
    ):
        messages.success(request, _("Sent. Your contact person gets a message now."))
        return redirect("matching:ask", request.programme.slug)
    asked = HelpRequest.objects.own(request.member).select_related("answered_by").order_by("-asked_at")[:RECENT]
    return render(request, "matching/ask.html", {"form": form, "asked": asked, "usual": answer_time(request.member)})


@page(Permission.CONCERN_FOLLOW)
def requests(request: MemberRequest) -> HttpResponse:
    """What peer supporters ask for: the open ones first, each with a place for the answer."""
    found = HelpRequest.objects.visible_to(request.member).select_related("asked_by", "answered_by", "programme")
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = get_object_or_404(found, pk=form.cleaned_data["request_id"])
        answer_help(row, answer=form.cleaned_data["answer"], by=request.member, now=timezone.now())
        messages.success(request, _("Answered. A message is on its way."))
        return redirect("matching:requests", request.programme.slug)
    state = "all" if request.GET.get("state") == "all" else "open"
    rows = found.open() if state == "open" else found.order_by("-asked_at", "-pk")
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    chips = [{"label": label, "url": f"?state={value}", "active": value == state}
             for value, label in (("open", _("Open")), ("all", _("All")))]  # fmt: skip
    context = {"page_obj": page_obj, "rows": page_obj.object_list, "chips": chips, "form": form, "state": state}
    return render(request, "matching/requests.html", context)
