from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matching.forms.matches import DeclineForm
from matching.models import Match
from matching.services import accept_for_participant, accept_match, decline_match
from matching.services.proposing import reason_sentences
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission
from recruitment.querysets import open_files


@page(Permission.MATCH_ANSWER)
def proposal(request: MemberRequest, match_id: int) -> HttpResponse:
    """The peer supporter reads who asks for support, without a name, and says yes or no."""
    match = get_object_or_404(Match.objects.own(request.member).proposed().for_page(), pk=match_id)
    form = DeclineForm(request.POST if "no" in request.POST else None, today=request.today)
    if "yes" in request.POST:
        accept_match(match, by=request.member, now=timezone.now())
        messages.success(request, _("Thank you. We ask the other person too, and then plan a first meeting together."))
        return redirect("matching:today", request.programme.slug)
    if request.method == "POST" and attempt(form, decline_match, match=match, by=request.member, now=timezone.now()):
        messages.success(request, _("That is fine. We will look for somebody else."))
        return redirect("matching:today", request.programme.slug)
    open_files([match.participant], today=request.today)
    reasons = reason_sentences(match.reasons)
    return render(request, "matching/proposal.html", {"match": match, "form": form, "reasons": reasons})


@page(Permission.MATCH_MANAGE)
@require_POST
def answer(request: MemberRequest, match_id: int) -> HttpResponse:
    """The coordinator asked the participant (or the peer supporter by phone) and writes the answer down."""
    match = get_object_or_404(Match.objects.visible_to(request.member).select_related("programme"), pk=match_id)
    deed: dict[str, Any] = {"by": request.member, "now": timezone.now()}
    said = request.POST.get("answer")
    if said == "participant_yes":
        accept_for_participant(match, **deed)
    elif said == "supporter_yes":
        accept_match(match, **deed)
    elif said == "no":
        decline_match(match, reason=request.POST.get("reason", "")[:200], **deed)
    messages.success(request, _("Written down."))
    return redirect("matching:match", request.programme.slug, match.pk)
