from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matching.choices import DeclineCode, Side
from matching.forms.beginning import DeclineForm
from matching.models import Match
from matching.proposals import DEEDS, proposal_page
from matching.services import accept_match, decline_match, reveal_match, settle_suggestion
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission


@page(Permission.MATCH_ANSWER)
def proposal(request: MemberRequest, match_id: int) -> HttpResponse:
    """The peer supporter reads who asks for support, without a name, and says yes or no; after two yeses, who it is."""
    match = get_object_or_404(Match.objects.own(request.member).proposed().for_page(), pk=match_id)
    form = DeclineForm(request.POST if "no" in request.POST else None, today=request.today)
    deed: dict[str, Any] = {"by": request.member, "now": timezone.now()}
    if "yes" in request.POST:
        accept_match(match, **deed)
        messages.success(request, _("Thank you. We ask the other person too, and then plan a first meeting together."))
        return redirect("matching:today", request.programme.slug)
    if "reveal" in request.POST:
        reveal_match(match, **deed)
        return redirect("matching:proposal", request.programme.slug, match.pk)
    if request.method == "POST" and attempt(form, decline_match, match=match, side=Side.SUPPORTER, **deed):
        messages.success(request, _("That is fine. We will look for somebody else."))
        return redirect("matching:today", request.programme.slug)
    return render(request, "matching/proposal.html", proposal_page(match, request.programme, request.today, form))


@page(Permission.MATCH_MANAGE)
@require_POST
def answer(request: MemberRequest, match_id: int) -> HttpResponse:
    """The coordinator asked the participant (or the peer supporter by phone) and writes the answer down."""
    match = get_object_or_404(Match.objects.visible_to(request.member).select_related("programme"), pk=match_id)
    said, code = request.POST.get("answer", ""), request.POST.get("code", "")
    if said in DEEDS:
        DEEDS[said](match, by=request.member, now=timezone.now())
    elif said in ("supporter_no", "participant_no"):
        decline_match(
            match, side=said.removesuffix("_no"), code=code if code in DeclineCode.values else "",
            reason=request.POST.get("reason", "")[:200], by=request.member, now=timezone.now(),
        )  # fmt: skip
    messages.success(request, _("Written down."))
    return redirect("matching:match", request.programme.slug, match.pk)


@page(Permission.MATCH_MANAGE)
@require_POST
def suggestion(request: MemberRequest, match_id: int) -> HttpResponse:
    """What follows from the reason of a no: done, or left as it is."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    settle_suggestion(match, follow="follow" in request.POST, by=request.member, now=timezone.now())
    messages.success(request, _("Written down."))
    return redirect("matching:match", request.programme.slug, match.pk)
