from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matching import queue
from matching.cards import Habit, Mark, due_words, habits_of, late_cards, marks_of, phone_plan, steps_in, today_cards
from matching.choices import MatchStatus
from matching.comparing import sheet_of, sides
from matching.forms.visits import MissedForm, VisitForm
from matching.goals import goals_of
from matching.models import Match, Visit
from matching.services import correct_visit, log_shared_visit, withdraw_visit
from peerhub.lib.phones import owner_of
from peerhub.people.choices import Reading
from peerhub.people.services import drop_draft
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission
from recruitment.querysets import open_files

RECENT = 10


@page(Permission.VISIT_LOG)
def today(request: MemberRequest) -> HttpResponse:
    """The peer supporter's phone page: a card per person, the one that is due first."""
    own = list(Match.objects.own(request.member).select_related("participant_person").order_by("next_due_on", "pk"))
    marks, slug = marks_of(match.pk for match in own), request.programme.slug
    notes = steps_in(request.member, request.today)
    cards = today_cards(own, today=request.today, slug=slug, marks=marks, notes=notes)
    goals = goals_of(request.member, marks)
    plan = phone_plan(own, marks=marks, habits=habits_of(request.member), slug=slug, goals=goals)
    late = late_cards(request.member, slug=slug, at=timezone.now())
    context = {"cards": cards, "late": late, "plan": json.dumps(plan)}
    return render(request, "matching/today.html", context)


@page(Permission.VISIT_LOG)
def people(request: MemberRequest) -> HttpResponse:
    """The people a peer supporter supports, and what she wrote about the last visits."""
    own = Match.objects.own(request.member).exclude(status=MatchStatus.PROPOSED).for_page().order_by("pk")
    recent = Visit.objects.visible_to(request.member).own(request.member).select_related("match__participant_person")
    open_files([match.participant for match in own], today=request.today)
    looked_at(request, *(match.participant_person_id for match in own))
    now = timezone.now()
    visits = [(visit, visit.may_be_changed(request.member, now)) for visit in recent[:RECENT]]
    notes = steps_in(request.member, request.today)
    rows = [(match, due_words(match, request.today), notes.get(match.pk, "")) for match in own]
    return render(request, "matching/people.html", {"rows": rows, "visits": visits})


@page(Permission.VISIT_LOG)
def log(request: MemberRequest, match_id: int) -> HttpResponse:
    """Log a visit: held, or why it did not happen. Without a script the form is sent like any other."""
    match = get_object_or_404(Match.objects.to_log(request.member, timezone.now()).for_page(), pk=match_id)
    own = list(Match.objects.own(request.member).visiting().select_related("participant_person").order_by("pk"))
    form = _sheet(request, match, own)
    if request.method == "POST" and attempt(
        form, log_shared_visit, match=match, by=request.member, now=timezone.now(), **_without_also(form)
    ):
        messages.success(request, _saved(match))
        return redirect(_back_to(request, match))
    marks = marks_of(one.pk for one in own)
    context = {
        "match": match,
        "form": form,
        "missed": "missed" in request.GET,
        "back_url": _back_to(request, match),
        "mark": marks.get(match.pk, Mark("person", "")),
    }
    return render(request, "matching/log.html", context)


def _sheet(request: MemberRequest, match: Match, own: list[Match]) -> VisitForm | MissedForm:
    day = parse_date(request.GET.get("on", "")[:10]) if _is_day(request.GET.get("on", "")) else None
    on = day if day and day <= request.today else None
    if "missed" in request.GET:
        return MissedForm(request.POST or None, today=request.today, initial={"occurred_on": on})
    habit = habits_of(request.member).get(match.pk, Habit())
    others = [(one.pk, one.participant_person.full_name) for one in own if one.pk != match.pk]
    initial = {"occurred_on": on, "minutes": habit.minutes, "place": habit.place}
    goals = goals_of(request.member, [match.pk]).get(match.pk, ())
    return VisitForm(request.POST or None, today=request.today, others=others, goals=goals, initial=initial)


def _is_day(text: str) -> bool:
    try:
        return parse_date(text[:10]) is not None
    except ValueError:  # the 31st of February
        return False


def _without_also(form: VisitForm | MissedForm) -> dict[str, Any]:
    return {"also": []} if isinstance(form, MissedForm) else {}


def _back_to(request: MemberRequest, match: Match) -> str:
    if match.supporter_person_id == request.member.person_id or not request.member.may(Permission.MATCH_VIEW):
        return reverse("matching:today", args=[request.programme.slug])
    return reverse("matching:match", args=[request.programme.slug, match.pk])


def _saved(match: Match) -> str:
    match.refresh_from_db(fields=["next_due_on"])
    if match.next_due_on is None:
        return _("Saved. Thank you.")
    return _("Saved. Thank you. The next visit: %(day)s.") % {"day": date_format(match.next_due_on, "l j F")}


@page(Permission.VISIT_LOG)
def sync(request: MemberRequest) -> JsonResponse:
    """For the script of the phone: who is logged in and how to send; then, one answer for each entry that waited."""
    owner = owner_of(request.member.user_id or 0)
    if request.method != "POST" or request.content_type != "application/json":
        return JsonResponse({"owner": owner, "token": get_token(request)})
    entries, sent_at = queue.read(request.body)
    sender = queue.Sender(request.member, request.programme, timezone.now(), sent_at)
    answers = [queue.answer(entry, sender) for entry in entries]
    for entry, told in zip(entries, answers, strict=True):
        if told["status"] in (queue.STORED, queue.DUPLICATE) and "match" in told:
            drop_draft(f"visit-{told['match']}", owner=request.member)
            if entry.get("here"):
                match = Match.objects.to_log(request.member, sender.now).filter(pk=told["match"]).first()
                messages.success(request, _saved(match) if match else _("Saved. Thank you."))
    return JsonResponse({"owner": owner, "answers": answers})


@page(Permission.VISIT_LOG)
def correct(request: MemberRequest, visit_id: int) -> HttpResponse:
    """Correct or withdraw a visit: the author for two days, after that whoever keeps the matches."""
    visit = get_object_or_404(Visit.objects.visible_to(request.member).select_related("match"), pk=visit_id)
    now, back = timezone.now(), _back_to(request, visit.match)
    if request.POST.get("deed") == "withdraw":
        withdraw_visit(visit, by=request.member, now=now)
        messages.success(request, _("The visit is withdrawn. It counts nowhere any more."))
        return redirect(back)
    form = sheet_of(visit, request.POST or None, member=request.member, today=request.today)
    version = int(request.POST.get("version", "0")[:5]) if request.POST.get("version", "").isdecimal() else 0
    if request.method == "POST" and attempt(
        form, correct_visit, visit=visit, version=version, by=request.member, now=now
    ):
        messages.success(request, _("Corrected. Thank you."))
        return redirect(back)
    looked_at(request, visit.match.participant_person_id, kind=Reading.NOTE, subject=f"visit:{visit.pk}")
    context = {"visit": visit, "form": form, "able": visit.may_be_changed(request.member, now), "back_url": back}
    if form.is_bound and version != visit.version:  # corrected elsewhere since: both are shown
        return render(request, "matching/compare.html", {**context, "rows": sides(visit, form)})
    return render(request, "matching/correct.html", context)


@page(Permission.VISIT_LOG)
def compare(request: MemberRequest, visit_id: int) -> HttpResponse:
    """Two versions of one day side by side: what stands here and what waited on the phone. Somebody chooses."""
    visit = get_object_or_404(Visit.objects.visible_to(request.member).select_related("match"), pk=visit_id)
    back, deed = _back_to(request, visit.match), request.POST.get("deed", "")
    form = sheet_of(visit, request.POST or None, member=request.member, today=request.today)
    if deed == "theirs":
        messages.success(request, _("The visit stays as it was."))
        return redirect(f"{back}?settled={_known(request)}")
    able = visit.may_be_changed(request.member, timezone.now())
    if deed == "mine" and attempt(
        form, correct_visit, visit=visit, version=visit.version, by=request.member, now=timezone.now()
    ):
        messages.success(request, _("Corrected. Thank you."))
        return redirect(f"{back}?settled={_known(request)}")
    looked_at(request, visit.match.participant_person_id, kind=Reading.NOTE, subject=f"visit:{visit.pk}")
    context = {"visit": visit, "form": form, "rows": sides(visit, form), "able": able, "back_url": back}
    return render(request, "matching/compare.html", context)


def _known(request: MemberRequest) -> str:
    try:
        return str(UUID(request.POST.get("client_id", "")))
    except ValueError:
        return ""
