from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.choices import LIVE
from matching.forms.plans import GoalForm
from matching.goals import goal_lines
from matching.models import Match, PersonalGoal, Visit
from matching.services import move_goal
from peerhub.people.choices import Reading
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission


@page(Permission.VISIT_LOG)
def goals(request: MemberRequest, match_id: int) -> HttpResponse:
    """How far each personal goal is, by the visits that touched it; it is moved on or closed here."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    mine = PersonalGoal.objects.visible_to(request.member).filter(match=match).select_related("match")
    form = GoalForm(request.POST or None, goals=mine)
    if request.method == "POST" and attempt(form, move_goal, by=request.member, now=timezone.now()):
        messages.success(request, _("Written down. Her own words stay as they are."))
        return redirect("matching:goals", request.programme.slug, match.pk)
    staff = request.member.may(Permission.PROGRAMME_SEE)
    looked_at(request, match.participant_person_id, kind=Reading.NOTE, subject=f"match:{match.pk}")
    visits = Visit.objects.visible_to(request.member).filter(match=match)
    back = reverse("matching:people", args=[request.programme.slug])
    context = {
        "base": "base_staff.html" if staff else "base_phone.html",
        "back_url": reverse("matching:match", args=[request.programme.slug, match.pk]) if staff else back,
        "lines": goal_lines(match, request.member, visits),
        "open": match.status in LIVE,
    }
    return render(request, "matching/goals.html", {"match": match, "form": form, **context})
