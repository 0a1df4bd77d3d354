from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission
from recruitment.choices import OPEN_APPLICATION, ApplicationStatus
from recruitment.forms.applications import ApplicationForm, CampaignNamedForm, DeclineForm, MeetingForm, StepForm
from recruitment.models import Application, Campaign
from recruitment.services import (
    decide_application,
    hold_meeting,
    name_campaign,
    submit_application,
    withdraw_application,
)
from recruitment.views.lists import list_page, select, status_chips
from recruitment.views.shown import about, shown_rows, steps

GROUPS: dict[str, tuple[str, ...]] = {
    "open": OPEN_APPLICATION,
    "accepted": (ApplicationStatus.ACCEPTED,),
    "declined": (ApplicationStatus.DECLINED,),
    "withdrawn": (ApplicationStatus.WITHDRAWN,),
}
# the button of each small form: its form and its deed
DEEDS: dict[str, tuple[type[StepForm], Any, dict[str, Any]]] = {
    "meeting": (MeetingForm, hold_meeting, {}),
    "accept": (StepForm, decide_application, {"accepted": True}),
    "decline": (DeclineForm, decide_application, {"accepted": False}),
    "withdraw": (StepForm, withdraw_application, {}),
    "campaign": (CampaignNamedForm, name_campaign, {}),
}


@page(Permission.PEOPLE_VIEW)
def applications(request: MemberRequest) -> HttpResponse:
    """Everybody who offers to become a peer supporter; the open ones wait for somebody here."""
    seen = Application.objects.visible_to(request.member)
    by_status = seen.count_by_status()
    counts = {name: sum(by_status.get(status, 0) for status in group) for name, group in GROUPS.items()}
    labels = {"open": _("open"), "accepted": _("accepted"), "declined": _("not accepted"), "withdrawn": _("withdrawn")}
    found = seen.select_related("person", "campaign").named(request.finding.words).order_by("-submitted_on", "-pk")
    if request.GET.get("status") in GROUPS:
        found = found.filter(status__in=GROUPS[request.GET["status"]])
    if request.GET.get("campaign", "").isdecimal():
        found = found.filter(campaign=int(request.GET["campaign"]))
    context = list_page(request, found, chips=status_chips(request, labels, counts), selects=_selects(request))
    context["rows"] = shown_rows(context["page_obj"], request)
    return render(request, "recruitment/applications.html", context)


def _selects(request: MemberRequest) -> list[dict[str, Any]]:
    named = [(str(pk), name) for pk, name in Campaign.objects.visible_to(request.member).named_by_applications()]
    return [select(request, "campaign", _("Campaign"), [("", _("all")), *named])] if named else []


def _asked_for(request: MemberRequest) -> Campaign | None:
    """The open campaign from whose page somebody comes."""
    asked = request.GET.get("campaign", "")
    named = int(asked) if asked.isdecimal() else None
    return Campaign.objects.visible_to(request.member).open().filter(pk=named).first() if named else None


@page(Permission.PEOPLE_EDIT)
def application_new(request: MemberRequest) -> HttpResponse:
    """A coordinator writes down an application."""
    choice: dict[str, Any] = {"member": request.member, "campaign": _asked_for(request)}
    form = ApplicationForm(request.POST or None, programme=request.programme, today=request.today, **choice)
    deed = {"programme": request.programme, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and (made := attempt(form, submit_application, **deed)):
        messages.success(request, _("The application is written down. Two talks come before the decision."))
        return redirect("recruitment:application", request.programme.slug, made.pk)
    return render(request, "recruitment/application_new.html", {"form": form})


@page(Permission.PEOPLE_VIEW)
def application(request: MemberRequest, pk: int) -> HttpResponse:
    """One application: where it stands, its two meetings, and what can be done next."""
    seen = Application.objects.visible_to(request.member).select_related("person", "programme", "campaign")
    row = get_object_or_404(seen.prefetch_related("meetings__led_by"), pk=pk)
    asked = request.POST.get("deed", "")
    forms = {
        name: form(request.POST if name == asked else None, today=request.today, member=request.member, row=row)
        for name, (form, _deed, _more) in DEEDS.items()
    }
    if request.method == "POST" and _done(request, row, forms):
        return redirect("recruitment:application", request.programme.slug, row.pk)
    context = about(row, request) | {"application": row, "steps": steps(row), "forms": forms, "asked": forms.get(asked)}
    context |= {"open": row.status in OPEN_APPLICATION, "meetings": list(row.meetings.all())}
    looked_at(request, row.person_id)
    return render(request, "recruitment/application.html", context)


def _done(request: MemberRequest, row: Application, forms: dict[str, StepForm]) -> bool:
    """Do what the button asks for; only for those who may decide."""
    if not request.member.may(Permission.APPLICATION_DECIDE):
        raise PermissionDenied
    asked = request.POST.get("deed", "")
    if asked not in DEEDS:
        return False
    _form, deed, more = DEEDS[asked]
    if not attempt(forms[asked], deed, application=row, by=request.member, now=timezone.now(), **more):
        row.refresh_from_db(fields=["status"])  # a deed may have moved the row in hand before it was refused
        return False
    said = _("Saved.") if asked == "campaign" else _("Now: %(state)s.") % {"state": row.get_status_display()}
    messages.success(request, said)
    return True
