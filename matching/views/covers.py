from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.forms.plans import CoverForm, DeputyForm
from matching.models import Cover, Deputy, Match
from matching.services import arrange_cover, arrange_deputy, end_cover, end_deputy
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission

MOST = 100


@page(Permission.MATCH_MANAGE)
def cover(request: MemberRequest) -> HttpResponse:
    """Who steps in for whom, now and soon; and a deputy for a supervisor who is away."""
    form = DeputyForm(request.POST or None, today=request.today, member=request.member)
    if request.method == "POST" and attempt(form, arrange_deputy, by=request.member, now=timezone.now()):
        messages.success(request, _("Arranged. Both get a message; it ends by itself."))
        return redirect("matching:cover", request.programme.slug)
    covers = Cover.objects.visible_to(request.member).not_over(request.today).order_by("starts_on", "pk")
    people = ("match__participant_person", "match__supporter_person", "substitute_person")
    deputies = Deputy.objects.visible_to(request.member).not_over(request.today).order_by("starts_on", "pk")
    context = {
        "form": form,
        "covers": covers.select_related(*people)[:MOST],
        "deputies": deputies.select_related("supervisor__person", "deputy__person")[:MOST],
    }
    return render(request, "matching/cover.html", context)


@page(Permission.MATCH_MANAGE)
def cover_match(request: MemberRequest, match_id: int) -> HttpResponse:
    """Somebody else makes the visits of one match for a while."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    form = CoverForm(request.POST or None, today=request.today, member=request.member, without=match.supporter_id)
    if request.method == "POST" and attempt(form, arrange_cover, match=match, by=request.member, now=timezone.now()):
        messages.success(request, _("Arranged. Both get a message; it ends by itself."))
        return redirect("matching:match", request.programme.slug, match.pk)
    covers = Cover.objects.visible_to(request.member).filter(match=match).select_related("substitute_person")
    return render(request, "matching/cover_match.html", {"match": match, "form": form, "covers": covers[:MOST]})


@page(Permission.MATCH_MANAGE)
def cover_end(request: MemberRequest, pk: int) -> HttpResponse:
    """The peer supporter is back earlier."""
    row = get_object_or_404(Cover.objects.visible_to(request.member).select_related("programme"), pk=pk)
    if request.method == "POST":
        end_cover(row, by=request.member, now=timezone.now())
        messages.success(request, _("Ended. The peer supporter makes the visits again."))
    return redirect("matching:cover", request.programme.slug)


@page(Permission.MATCH_MANAGE)
def deputy_end(request: MemberRequest, pk: int) -> HttpResponse:
    """The supervisor is back earlier."""
    row = get_object_or_404(Deputy.objects.visible_to(request.member).select_related("programme"), pk=pk)
    if request.method == "POST":
        end_deputy(row, by=request.member, now=timezone.now())
        messages.success(request, _("Ended. Messages reach the supervisor again."))
    return redirect("matching:cover", request.programme.slug)
