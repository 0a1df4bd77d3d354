from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from peerhub.lib.sheets import as_csv
from peerhub.people.choices import Reading
from peerhub.people.services import log_out_everywhere
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission
from recruitment.choices import SupporterStatus
from recruitment.consent_page import stand_rows
from recruitment.forms.people import SupporterForm
from recruitment.models import PeerSupporter
from recruitment.querysets import PeerSupporterQuerySet
from recruitment.services import (
    invite_supporter,
    pause_supporter,
    resume_supporter,
    save_supporter,
    take_on_supporter,
)
from recruitment.views.lists import language_select, list_page, select, status_chips
from recruitment.views.shown import about, short_days, shown_rows, week


def _found(request: MemberRequest) -> PeerSupporterQuerySet:
    """The peer supporters that the address asks for, in the order it asks for."""
    asked = request.GET.get
    found = PeerSupporter.objects.visible_to(request.member).select_related("person", "supervisor__person")
    found = found.with_last_visit().named(request.finding.words).speaking(asked("language", ""))
    if asked("status") in SupporterStatus.values:
        found = found.filter(status=asked("status"))
    if asked("sort") == "newest":
        return found.order_by("-started_on", "-pk")
    return found.order_by("person__first_name", "person__last_name", "pk")


def _one(request: MemberRequest, pk: int) -> PeerSupporter:
    seen = PeerSupporter.objects.visible_to(request.member)
    return get_object_or_404(seen.select_related("person", "programme", "supervisor__person"), pk=pk)


def _selects(request: MemberRequest) -> list[dict[str, Any]]:
    spoken = PeerSupporter.objects.visible_to(request.member).languages_spoken()
    orders = [("", _("name")), ("newest", _("newest"))]
    return [language_select(request, spoken), select(request, "sort", _("Order"), orders)]


@page(Permission.PEOPLE_VIEW)
def supporters(request: MemberRequest) -> HttpResponse:
    """Everybody who supports others, is in training for it, or did so before."""
    counts = PeerSupporter.objects.visible_to(request.member).count_by_status()
    chips = status_chips(request, dict(SupporterStatus.choices), counts)
    context = list_page(request, _found(request), chips=chips, selects=_selects(request))
    context["rows"] = shown_rows(context["page_obj"], request)
    return render(request, "recruitment/supporters.html", context)


@page(Permission.PEOPLE_EXPORT, fresh=True)
def supporters_export(request: MemberRequest) -> HttpResponse:
    """The list as it is filtered, all pages, for a spreadsheet."""
    header = [_("Name"), _("Languages"), _("Place"), _("With us since"), _("Status"), _("Supervisor"),
              _("Last visit held")]  # fmt: skip
    shown_all = shown_rows(_found(request), request)
    looked_at(request, *(shown.person.pk for shown in shown_all), kind=Reading.EXPORT)
    rows = (
        [
            shown.person.full_name,
            shown.languages,
            shown.place,
            shown.row.started_on.isoformat(),
            shown.row.get_status_display(),
            shown.row.supervisor.person.full_name if shown.row.supervisor else "",
            shown.last_visit_on.isoformat() if shown.last_visit_on else "",
        ]
        for shown in shown_all
    )
    return as_csv(f"peer-supporters-{request.programme.slug}-{request.today}", header, rows)


@page(Permission.PEOPLE_VIEW)
def supporter(request: MemberRequest, pk: int) -> HttpResponse:
    """One peer supporter: who, where she stands, what comes next, what happened."""
    row = _one(request, pk)
    context = about(row, request) | {"supporter": row, "week": week(row), "days": short_days()}
    context["consents"] = stand_rows(row.person, request)
    looked_at(request, row.person_id)
    return render(request, "recruitment/supporter.html", context)


@page(Permission.PEOPLE_EDIT)
def supporter_new(request: MemberRequest) -> HttpResponse:
    """Somebody begins in training without an application."""
    form = SupporterForm(request.POST or None, programme=request.programme, today=request.today, member=request.member)
    deed = {"programme": request.programme, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and (made := attempt(form, take_on_supporter, **deed)):
        messages.success(request, _("%(name)s is in training now.") % {"name": made.person.full_name})
        return redirect("recruitment:supporter", request.programme.slug, made.pk)
    return render(request, "recruitment/supporter_new.html", {"form": form})


@page(Permission.PEOPLE_EDIT)
def supporter_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Correct what is written about a peer supporter; choose the supervisor."""
    row, member = _one(request, pk), request.member
    form = SupporterForm(request.POST or None, programme=request.programme, today=request.today, member=member, row=row)
    if request.method == "POST" and attempt(form, save_supporter, supporter=row, by=member, now=timezone.now()):
        messages.success(request, _("Saved."))
        return redirect("recruitment:supporter", request.programme.slug, row.pk)
    looked_at(request, row.person_id)
    return render(request, "recruitment/supporter_edit.html", {"form": form, "supporter": row})


@page(Permission.PEOPLE_EDIT)
def supporter_invite(request: MemberRequest, pk: int) -> HttpResponse:
    """Send one e-mail that says how to log in."""
    row = _one(request, pk)
    if request.method == "POST":
        invite_supporter(row, by=request.member, now=timezone.now())
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": row.person.email})
    return redirect("recruitment:supporter", request.programme.slug, row.pk)


@page(Permission.PEOPLE_EDIT)
def supporter_pause(request: MemberRequest, pk: int) -> HttpResponse:
    """No new proposals for a while."""
    row = _one(request, pk)
    if request.method == "POST":
        pause_supporter(row, by=request.member, now=timezone.now())
        messages.success(request, _("Paused. There are no new proposals until you say so; visits go on."))
    return redirect("recruitment:supporter", request.programme.slug, row.pk)


@page(Permission.PEOPLE_EDIT)
def supporter_resume(request: MemberRequest, pk: int) -> HttpResponse:
    """Back from a pause."""
    row = _one(request, pk)
    if request.method == "POST":
        resume_supporter(row, by=request.member, now=timezone.now())
        messages.success(request, _("Active again."))
    return redirect("recruitment:supporter", request.programme.slug, row.pk)


@page(Permission.TEAM_MANAGE, fresh=True)
def supporter_logout(request: MemberRequest, pk: int) -> HttpResponse:
    """Log a peer supporter out everywhere: a phone was lost, or she left."""
    row = _one(request, pk)
    if request.method == "POST":
        here = request.session.session_key or ""
        log_out_everywhere(row.person, by=request.member, now=timezone.now(), but=here)
        messages.success(request, _("%(name)s is logged out everywhere.") % {"name": row.person.full_name})
    return redirect("recruitment:supporter", request.programme.slug, row.pk)
