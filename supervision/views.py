from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.models import Match, Visit
from peerhub.lib.finding import without_words
from peerhub.lib.sheets import as_csv
from peerhub.notices.models import Reach
from peerhub.people.choices import Reading
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission
from recruitment.choices import SupporterStatus
from recruitment.models import PeerSupporter
from supervision import services
from supervision.acting import Asked, those_who_supervise
from supervision.choices import SessionKind
from supervision.forms import CallForm, CloseConcernForm, MoveSessionForm, PlanSessionForm, SessionForm
from supervision.lateness import export_rows, late_filters, late_matches, late_rows
from supervision.models import ContactNote, PlannedSession, SupervisionSession
from supervision.page import (
    chips,
    concern_row,
    first_guess,
    in_state,
    kind_chips,
    planned_rows,
    session_rows,
    unsupervised,
    without_page,
)

PER_PAGE = 25


@page(Permission.VISIT_VIEW)
def overdue(request: MemberRequest) -> HttpResponse:
    """Matches in which a visit is later than its due date and the grace of their own frequency, the latest first."""
    page_obj = Paginator(late_matches(request), PER_PAGE).get_page(request.GET.get("page"))
    zone, slug = request.programme.timezone, request.programme.slug
    context = {
        "rows": late_rows(page_obj.object_list, at=timezone.now(), zone=zone, slug=slug),
        "page_obj": page_obj,
        "supervisors": those_who_supervise(request.member),
        "q": request.finding.words,
        "clear_url": without_words(request),
        "querystring": without_page(request.GET),
        **late_filters(request.GET),
    }
    return render(request, "supervision/overdue.html", context)


@page(Permission.VISIT_VIEW, fresh=True)
def overdue_export(request: MemberRequest) -> HttpResponse:
    """The list as it is filtered, all pages, for a spreadsheet."""
    header = [_("Participant"), _("Peer supporter"), _("Due"), _("Days late"), _("Last visit held"), _("How often"),
              _("Supervisor"), _("Last reminder"), _("Last call")]  # fmt: skip
    rows = export_rows(late_matches(request), today=request.today, zone=request.programme.timezone)
    return as_csv(f"overdue-{request.programme.slug}-{request.today}", header, rows)


@page(Permission.SUPERVISION_LOG)
def overdue_act(request: MemberRequest) -> HttpResponse:
    """Remind or assign: one row at once, several after a look at who they are."""
    if request.method != "POST":
        return redirect("supervision:overdue", request.programme.slug)
    asked = Asked.of(request)
    if asked.deed == "assign" and not request.member.may(Permission.PEOPLE_EDIT):
        raise PermissionDenied
    if asked.needs_a_look:
        return render(request, "supervision/overdue_act.html", asked.page())
    done, left_out = asked.do(now=timezone.now())
    for level, words in asked.words(done, left_out):
        messages.add_message(request, level, words)
    return redirect(asked.back)


@page(Permission.SUPERVISION_LOG)
def overdue_call(request: MemberRequest, match_id: int) -> HttpResponse:
    """Write down a call about a late visit; earlier calls stand below."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    form = CallForm(request.POST or None)
    deed = {"match": match, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, services.note_call, **deed):
        messages.success(request, _("The call is written down. The due date stays as it is."))
        return redirect("supervision:overdue", request.programme.slug)
    calls = ContactNote.objects.visible_to(request.member).filter(match=match).select_related("noted_by")[:PER_PAGE]
    careful = Reach.objects.visible_to(request.member).filter(person=match.participant_person_id, no_call=True)
    looked_at(request, match.participant_person_id, kind=Reading.NOTE, subject=f"match:{match.pk}")
    context = {"form": form, "match": match, "calls": calls, "no_call": careful.exists()}
    return render(request, "supervision/overdue_call.html", context)


@page(Permission.CONCERN_FOLLOW, fresh=True)
def concerns(request: MemberRequest) -> HttpResponse:
    """What peer supporters are worried about: the open ones first."""
    state = request.GET.get("state", "open")
    found = Visit.objects.visible_to(request.member).with_concern()
    rows = in_state(found, state).select_related("author", "match__participant_person", "follow_up__taken_up_by")
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    states = [("open", _("Open")), ("new", _("New")), ("taken_up", _("Taken up")), ("settled", _("Settled")),
              ("all", _("All"))]  # fmt: skip
    context = {
        "rows": [
            concern_row(visit, today=request.today, programme=request.programme) for visit in page_obj.object_list
        ],
        "page_obj": page_obj,
        "chips": chips(request.GET, "state", states, state),
        "state": state,
        "querystring": without_page(request.GET),
    }
    return render(request, "supervision/concerns.html", context)


@page(Permission.CONCERN_FOLLOW, fresh=True)
def concern(request: MemberRequest, visit_id: int) -> HttpResponse:
    """One concern: what was written, who follows it up, and how it ended."""
    found = Visit.objects.visible_to(request.member).with_concern()
    people = ("author", "match__participant_person", "match__supporter_person", "follow_up__taken_up_by")
    visit = get_object_or_404(found.select_related(*people), pk=visit_id)
    deed = request.POST.get("deed")
    form = CloseConcernForm(request.POST if deed == "close" else None)
    if deed == "take_up":
        services.take_up_concern(visit, by=request.member, now=timezone.now())
        messages.success(request, _("You follow this up now. The others see your name here."))
        return redirect("supervision:concern", request.programme.slug, visit.pk)
    if deed == "close" and attempt(form, services.close_concern, visit=visit, by=request.member, now=timezone.now()):
        messages.success(request, _("The concern is closed. Thank you."))
        return redirect("supervision:concerns", request.programme.slug)
    row = concern_row(visit, today=request.today, programme=request.programme)
    said = services.read_concern(visit, by=request.member, now=timezone.now())
    return render(request, "supervision/concern.html", {**row, "form": form, "said": said})


@page(Permission.SUPERVISION_LOG)
def sessions(request: MemberRequest) -> HttpResponse:
    """Sessions of supervision, newest first, and who has not had one lately."""
    words, kind = request.finding.words, request.GET.get("kind", "")
    found = SupervisionSession.objects.visible_to(request.member).named(words)
    if kind in SessionKind.values:
        found = found.filter(kind=kind)
    rows = found.select_related("led_by").prefetch_related("supporters__person")
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    planned = PlannedSession.objects.visible_to(request.member).to_settle(now).prefetch_related("supporters__person")
    taught = {supporter.person_id for session in page_obj for supporter in session.supporters.all()}
    looked_at(request, *taught, kind=Reading.NOTE)
    context = {
        "rows": session_rows(page_obj.object_list),
        "page_obj": page_obj,
        "chips": kind_chips(request.GET, kind),
        "hidden": [{"name": "kind", "value": kind}] if kind else [],
        "q": words,
        "clear_url": without_words(request),
        "querystring": without_page(request.GET),
        "planned": planned_rows(planned[:PER_PAGE], request.programme.timezone, now),
        "unsupervised": unsupervised(request.member, request.programme, today=request.today, most=PER_PAGE),
    }
    return render(request, "supervision/sessions.html", context)


@page(Permission.SUPERVISION_LOG)
def session_new(request: MemberRequest) -> HttpResponse:
    """Write down a session: kind, day, length, who took part, what was agreed."""
    current = PeerSupporter.objects.visible_to(request.member).exclude(status=SupporterStatus.ENDED)
    form = SessionForm(
        request.POST or None,
        today=request.today,
        supporters=current.select_related("person"),
        planned=PlannedSession.objects.visible_to(request.member),
        initial=first_guess(request),
    )
    more = {"programme": request.programme, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, services.record_session, **more):
        messages.success(request, _("The session is written down."))
        return redirect("supervision:sessions", request.programme.slug)
    return render(request, "supervision/session_new.html", {"form": form})


@page(Permission.SUPERVISION_LOG)
def session_plan(request: MemberRequest) -> HttpResponse:
    """Plan a session that is to come: when, where or by which link, for whom."""
    current = PeerSupporter.objects.visible_to(request.member).exclude(status=SupporterStatus.ENDED)
    zone = request.programme.timezone
    form = PlanSessionForm(
        request.POST or None, today=request.today, timezone=zone, supporters=current.select_related("person")
    )
    more = {"programme": request.programme, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, services.plan_session, **more):
        messages.success(request, _("Planned. It stands on the phone of each of them now, and each gets a message."))
        return redirect("supervision:sessions", request.programme.slug)
    return render(request, "supervision/session_plan.html", {"form": form})


@page(Permission.SUPERVISION_LOG)
def session_move(request: MemberRequest, pk: int) -> HttpResponse:
    """Another day, hour or place for a planned session; those it is for are told."""
    found = PlannedSession.objects.visible_to(request.member).prefetch_related("supporters__person")
    session, zone = get_object_or_404(found, pk=pk), request.programme.timezone
    form = MoveSessionForm(request.POST or None, session=session, today=request.today, timezone=zone)
    more = {"session": session, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, services.move_session, **more):
        messages.success(request, _("Moved. Each of them gets a message; if it is soon, call them, too."))
        return redirect("supervision:sessions", request.programme.slug)
    row = planned_rows([session], zone, timezone.now())[0]
    return render(request, "supervision/session_move.html", {"form": form, **row})


@page(Permission.SUPERVISION_LOG)
def session_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    """A planned session does not take place."""
    session = get_object_or_404(PlannedSession.objects.visible_to(request.member), pk=pk)
    if request.method == "POST":
        services.cancel_session(session, by=request.member, now=timezone.now())
        messages.success(request, _("Cancelled. Those who knew of it get a message; if it is soon, call them, too."))
    return redirect("supervision:sessions", request.programme.slug)
