from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.forms.beginning import HandOverForm
from matching.forms.matches import CloseForm, ReasonForm
from matching.models import Match
from matching.services import close_match, hand_over_match, let_participant_go, let_supporter_go
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission
from recruitment.models import Participant, PeerSupporter


@page(Permission.MATCH_MANAGE)
def close(request: MemberRequest, match_id: int) -> HttpResponse:
    """The closing talk, or another end of a match."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    form = CloseForm(request.POST or None, today=request.today)
    if request.method == "POST" and attempt(form, close_match, match=match, by=request.member, now=timezone.now()):
        messages.success(request, _("The match is closed. Thank both of them."))
        return redirect("matching:match", request.programme.slug, match.pk)
    return render(request, "matching/close.html", {"match": match, "form": form})


@page(Permission.MATCH_PROPOSE)
def hand_over(request: MemberRequest, match_id: int) -> HttpResponse:
    """Another peer supporter goes on."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    form = HandOverForm(request.POST or None, today=request.today, member=request.member, but=match.supporter_id)
    deed = {"match": match, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and (new := attempt(form, hand_over_match, **deed)):
        messages.success(request, _("Handed over. The other peer supporter is asked now."))
        return redirect("matching:match", request.programme.slug, new.pk)
    return render(request, "matching/hand_over.html", {"match": match, "form": form})


@page(Permission.PEOPLE_EDIT)
def leave_supporter(request: MemberRequest, pk: int) -> HttpResponse:
    """A peer supporter stops."""
    supporter = get_object_or_404(PeerSupporter.objects.visible_to(request.member).select_related("person"), pk=pk)
    form = ReasonForm(request.POST or None, today=request.today)
    deed = {"supporter": supporter, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, let_supporter_go, **deed):
        messages.success(request, _("The peer supporter has stopped. Her log-in gives no right here any more."))
        return redirect("recruitment:supporter", request.programme.slug, supporter.pk)
    return render(request, "matching/leave_supporter.html", {"supporter": supporter, "form": form})


@page(Permission.PEOPLE_EDIT)
def leave_participant(request: MemberRequest, pk: int) -> HttpResponse:
    """Somebody on the waiting list no longer needs support."""
    participant = get_object_or_404(Participant.objects.visible_to(request.member).select_related("person"), pk=pk)
    form = ReasonForm(request.POST or None, today=request.today)
    deed = {"participant": participant, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, let_participant_go, **deed):
        messages.success(request, _("The participant is off the waiting list."))
        return redirect("recruitment:participant", request.programme.slug, participant.pk)
    return render(request, "matching/leave_participant.html", {"participant": participant, "form": form})
