from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.choices import UNDERWAY
from matching.forms.matches import ReviewForm
from matching.forms.plans import ExtendForm, UndoForm
from matching.models import Match, Visit
from matching.page import evidence_rows
from matching.picture import read_out, year_picture
from matching.services import extend_plan, record_review, undo_step
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission


@page(Permission.REVIEW_DECIDE)
def review(request: MemberRequest, match_id: int) -> HttpResponse:
    """May the visits become less frequent? Beside the form: what the last visits say."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    form = ReviewForm(request.POST or None, today=request.today)
    if request.method == "POST" and attempt(form, record_review, match=match, by=request.member, now=timezone.now()):
        messages.success(request, _("The review is recorded."))
        return redirect("matching:match", request.programme.slug, match.pk)
    return render(request, "matching/review.html", {"match": match, "form": form, "evidence": evidence_rows(match)})


@page(Permission.REVIEW_DECIDE)
def undo(request: MemberRequest, match_id: int) -> HttpResponse:
    """A step to fewer visits was too early: take it back."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    form = UndoForm(request.POST or None, today=request.today)
    if request.method == "POST" and attempt(form, undo_step, match=match, by=request.member, now=timezone.now()):
        messages.success(request, _("The step is taken back. Visits are as often as before."))
        return redirect("matching:match", request.programme.slug, match.pk)
    return render(request, "matching/undo.html", {"match": match, "form": form})


@page(Permission.REVIEW_DECIDE)
def extend(request: MemberRequest, match_id: int) -> HttpResponse:
    """The year becomes longer by some months, once."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    form = ExtendForm(request.POST or None, today=request.today)
    if request.method == "POST" and attempt(form, extend_plan, match=match, by=request.member, now=timezone.now()):
        messages.success(request, _("The year is longer now. Reports count the extra months apart."))
        return redirect("matching:match", request.programme.slug, match.pk)
    return render(request, "matching/extend.html", {"match": match, "form": form})


@page(Permission.VISIT_LOG)
def year(request: MemberRequest, match_id: int) -> HttpResponse:
    """The year with somebody, for who makes the visits: the picture, and words to read out when it changes."""
    match = get_object_or_404(
        Match.objects.visible_to(request.member).filter(status__in=UNDERWAY).for_page(), pk=match_id
    )
    visits = Visit.objects.visible_to(request.member).filter(match=match)
    picture = year_picture(match, visits, request.today) if hasattr(match, "plan") else None
    context = {"match": match, "year": picture, "read_out": read_out(match, request.today)}
    return render(request, "matching/year.html", context)
