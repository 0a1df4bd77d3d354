from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matching.agreements import agreement_page, agreement_words, as_read, write_down_look
from matching.choices import Side, Way
from matching.forms.beginning import AgreementForm, ConnectForm, ExplainForm, MeetingForm, TextForm, team_choices
from matching.models import Agreement, Connection, Match
from matching.progress import meeting_event
from matching.services import (
    confirm_agreement,
    connect,
    current_text,
    end_connection,
    explain_to_participant,
    name_responsible,
    plan_meeting,
    write_agreement,
    write_text,
)
from peerhub.lib.sheets import download
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission

PER_PAGE = 25


def _match(request: MemberRequest, match_id: int) -> Match:
    return get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)


@page(Permission.MATCH_MANAGE)
@require_POST
def responsible(request: MemberRequest, match_id: int) -> HttpResponse:
    """Who of the team is responsible for this match."""
    chosen = request.POST.get("responsible", "")
    one = _match(request, match_id)
    name_responsible(one, responsible=int(chosen) if chosen.isdecimal() else 0, by=request.member, now=timezone.now())
    messages.success(request, _("Written down."))
    return redirect("matching:match", request.programme.slug, one.pk)


@page(Permission.MATCH_MANAGE)
def plan(request: MemberRequest, match_id: int) -> HttpResponse:
    """When and where they meet for the first time, and who of the team is there."""
    one = _match(request, match_id)
    form = MeetingForm(
        request.POST or None,
        today=request.today,
        team=team_choices(request.member),
        timezone=request.programme.timezone,
        initial={"staff": one.responsible_id or request.member.person_id},
    )
    if request.method == "POST" and attempt(form, plan_meeting, match=one, by=request.member, now=timezone.now()):
        messages.success(request, _("The meeting is planned. Tell the participant; the peer supporter sees it."))
        return redirect("matching:match", request.programme.slug, one.pk)
    return render(request, "matching/plan.html", {"match": one, "form": form})


@page(Permission.VISIT_LOG)
def meeting_file(request: MemberRequest, match_id: int) -> HttpResponse:
    """The meeting as an appointment for one's own calendar: neutral words, nobody's name."""
    supporter = request.member.may(Permission.MATCH_ANSWER)
    found = Match.objects.own(request.member) if supporter else Match.objects.visible_to(request.member)
    one = get_object_or_404(found, pk=match_id)
    if one.meeting_at is None:
        raise Http404
    return download(meeting_event(one, one.meeting_at), "coffee.ics", "text/calendar")


@page(Permission.MATCH_MANAGE)
def explain(request: MemberRequest, match_id: int) -> HttpResponse:
    """What was explained to the participant before anything is agreed."""
    one = _match(request, match_id)
    form = ExplainForm(
        request.POST or None,
        today=request.today,
        initial={"explained": one.explained, "waived": one.explanation_waived},
    )
    deed = {"match": one, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, explain_to_participant, **deed):
        messages.success(request, _("Written down. Now the agreement can be written."))
        return redirect("matching:match", request.programme.slug, one.pk)
    return render(request, "matching/explain.html", {"match": one, "form": form})


@page(Permission.MATCH_MANAGE)
def agree(request: MemberRequest, match_id: int) -> HttpResponse:
    """Goals in her own words, the first visit, what else was agreed."""
    one = _match(request, match_id)
    form = AgreementForm(request.POST or None, today=request.today)
    if request.method == "POST" and attempt(form, write_agreement, match=one, by=request.member, now=timezone.now()):
        messages.success(request, _("Written. Now both read it and confirm it."))
        return redirect("matching:agreement", request.programme.slug, one.pk)
    return render(request, "matching/agree.html", {"match": one, "form": form})


@page(Permission.VISIT_LOG)
def agreement(request: MemberRequest, match_id: int) -> HttpResponse:
    """What the two agree; the peer supporter confirms here, the team records what was signed on paper."""
    one = _match(request, match_id)
    if request.method == "POST":
        found = get_object_or_404(Agreement.objects.visible_to(request.member), match=one)
        side, way = request.POST.get("paper", ""), Way.PAPER
        if "confirm" in request.POST or not request.member.may(Permission.MATCH_MANAGE):
            side, way = Side.SUPPORTER, Way.PORTAL
        as_read(found, request.POST)
        confirm_agreement(found, side=side, way=way, by=request.member, now=timezone.now())
        messages.success(request, _("Thank you. It is confirmed."))
        return redirect("matching:agreement", request.programme.slug, one.pk)
    return render(request, "matching/agreement.html", agreement_page(one, request.member))


@page(Permission.VISIT_LOG)
def sign(request: MemberRequest, match_id: int) -> HttpResponse:
    """The phone is handed to the participant: the agreement in large letters, and one button."""
    one = _match(request, match_id)
    if request.method == "POST":
        found = get_object_or_404(Agreement.objects.visible_to(request.member), match=one)
        as_read(found, request.POST)
        confirm_agreement(found, side=Side.PARTICIPANT, way=Way.HANDED, by=request.member, now=timezone.now())
        return redirect("matching:sign", request.programme.slug, one.pk)
    return render(request, "matching/sign.html", agreement_words(one, request.member))


@page(Permission.VISIT_LOG)
def agreement_pdf(request: MemberRequest, match_id: int) -> HttpResponse:
    """The agreement as it was printed once both had confirmed it."""
    one = _match(request, match_id)
    found = get_object_or_404(Agreement.objects.visible_to(request.member).filter(pdf__isnull=False), match=one)
    write_down_look(one, request.member)
    return download(bytes(found.pdf or b""), f"agreement-{one.pk}.pdf", "application/pdf")


@page(Permission.MATCH_VIEW)
def connections(request: MemberRequest) -> HttpResponse:
    """Who of the team works with which peer supporter."""
    may = request.member.may(Permission.MATCH_MANAGE)
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = ConnectForm(request.POST or None, today=request.today, member=request.member) if may else None
    if form and request.method == "POST" and attempt(form, connect, by=request.member, now=timezone.now()):
        messages.success(request, _("Written down."))
        return redirect("matching:connections", request.programme.slug)
    people = ("supporter__person", "professional__person")
    found = Connection.objects.visible_to(request.member).current().select_related(*people)
    page_obj = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "matching/connections.html", {"page_obj": page_obj, "form": form})


@page(Permission.MATCH_MANAGE)
@require_POST
def connection_end(request: MemberRequest, pk: int) -> HttpResponse:
    """They no longer work together."""
    found = get_object_or_404(Connection.objects.visible_to(request.member).select_related("programme"), pk=pk)
    end_connection(found, by=request.member, now=timezone.now())
    messages.success(request, _("Ended. Matches keep whoever is responsible for them."))
    return redirect("matching:connections", request.programme.slug)


@page(Permission.PROGRAMME_SET)
def agreement_text(request: MemberRequest) -> HttpResponse:
    """What every agreement of the programme says; a change is a new version."""
    language = request.programme.language
    text = current_text(request.programme, language=language, now=timezone.now())
    form = TextForm(request.POST or None, today=request.today, initial={"language": language, "body": text.body})
    deed = {"programme": request.programme, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, write_text, **deed):
        messages.success(request, _("Saved as a new version."))
        return redirect("matching:agreement_text", request.programme.slug)
    return render(request, "matching/agreement_text.html", {"form": form, "text": text})
