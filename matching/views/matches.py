from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.choices import MatchStatus
from matching.forms.matches import IntroduceForm, MatchForm, PauseForm, ResumeForm, ReviewForm
from matching.models import Match
from matching.page import match_page, match_rows
from matching.services import introduce_match, pause_match, record_review, resume_match
from peerhub.people.choices import Reading
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission

PER_PAGE = 25
SORTS = {"due": ("next_due_on", "pk"), "name": ("participant_person__first_name", "pk"), "newest": ("-pk",)}


@page(Permission.MATCH_VIEW)
def matches(request: MemberRequest) -> HttpResponse:
    """All matches of the programme, those with a visit due first."""
    words, status, sort = request.finding.words, request.GET.get("status", "open"), request.GET.get("sort", "due")
    found = Match.objects.visible_to(request.member).for_list()
    if status == "open":
        found = found.live()
    elif status in MatchStatus.values:
        found = found.filter(status=status)
    for word in words.split():
        person = Q(participant_person__first_name__icontains=word) | Q(participant_person__last_name__icontains=word)
        other = Q(supporter_person__first_name__icontains=word) | Q(supporter_person__last_name__icontains=word)
        found = found.filter(person | other)
    page_obj = Paginator(found.order_by(*SORTS.get(sort, SORTS["due"])), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "matching/matches.html", match_rows(request, page_obj, status=status, sort=sort, q=words))


@page(Permission.MATCH_VIEW)
def match(request: MemberRequest, match_id: int) -> HttpResponse:
    """One match: who, where it stands, what comes next, the year as a picture, and all that happened."""
    one = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    people = [one.participant_person_id, one.supporter_person_id][: 2 if request.member.reason else 1]
    looked_at(request, *people, kind=Reading.NOTE, subject=f"match:{one.pk}")
    return render(request, "matching/match.html", match_page(one, request.member, request.today))


def _deed(request: MemberRequest, match_id: int, form_class: type[MatchForm], deed: Any, done: str) -> HttpResponse:
    one = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    form = form_class(request.POST or None, today=request.today)
    if request.method == "POST" and attempt(form, deed, match=one, by=request.member, now=timezone.now()):
        messages.success(request, done)
        return redirect("matching:match", request.programme.slug, one.pk)
    name = request.resolver_match.url_name if request.resolver_match else ""
    return render(request, f"matching/{name}.html", {"match": one, "form": form})


@page(Permission.MATCH_MANAGE)
def introduce(request: MemberRequest, match_id: int) -> HttpResponse:
    """They met for the first time, with somebody of the team."""
    return _deed(
        request,
        match_id,
        IntroduceForm,
        introduce_match,
        _("They have met. Now explain what is to be known, and write the agreement."),
    )


@page(Permission.REVIEW_DECIDE)
def review(request: MemberRequest, match_id: int) -> HttpResponse:
    """May the visits become less frequent?"""
    return _deed(request, match_id, ReviewForm, record_review, _("The review is recorded."))


@page(Permission.MATCH_MANAGE)
def pause(request: MemberRequest, match_id: int) -> HttpResponse:
    """No visits for a while."""
    return _deed(request, match_id, PauseForm, pause_match, _("Visits are paused. Nothing is due until then."))


@page(Permission.MATCH_MANAGE)
def resume(request: MemberRequest, match_id: int) -> HttpResponse:
    """Visits begin again."""
    return _deed(request, match_id, ResumeForm, resume_match, _("Visits begin again."))
