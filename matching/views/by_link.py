from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from matching.agreements import agreement_words, as_read
from matching.choices import DeclineCode, Side, Way
from matching.models import Match
from matching.proposals import answer_page
from matching.sending import link_for
from matching.services import accept_for_participant, confirm_agreement, decline_match, think_for_participant
from peerhub.people.choices import Purpose
from peerhub.people.services import use_link
from programmes.access import LinkRequest, MemberRequest, link_page, page
from programmes.permissions import Permission


def _hers(request: LinkRequest) -> Match:
    """The match that the link is about; hers, or none."""
    key = request.link.subject.removeprefix("match:")
    found = Match.objects.visible_to(request.member).for_page()
    return get_object_or_404(found, pk=int(key) if key.isdecimal() else 0)


@page(Permission.MATCH_MANAGE)
@require_POST
def give_link(request: MemberRequest, match_id: int) -> HttpResponse:
    """A one-time link for the participant's own phone, shown once: to answer a proposal, or to confirm an agreement."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    shown = link_for(match, by=request.member, now=timezone.now())
    return render(request, "matching/give_link.html", {"match": match, **shown})


@link_page(Purpose.ANSWER_PROPOSAL)
def link_answer(request: LinkRequest) -> HttpResponse:
    """The participant answers on her own phone: yes, no, or I want to think."""
    match = _hers(request)
    how: dict[str, Any] = {"by": request.member, "now": timezone.now()}
    if request.method == "POST":
        if "think" in request.POST:
            think_for_participant(match, **how)
            return redirect("matching:link_answer", request.programme.slug)
        use_link(request.link, **how)
        if "yes" in request.POST:
            accept_for_participant(match, **how)
        else:
            code = request.POST.get("no", "")
            decline_match(match, side=Side.PARTICIPANT, code=code if code in DeclineCode.values else "", **how)
        return redirect("matching:link_answer", request.programme.slug)
    return render(
        request, "matching/link_answer.html", answer_page(match, why="why" in request.GET, today=request.today)
    )


@link_page(Purpose.CONFIRM_AGREEMENT)
def link_agree(request: LinkRequest) -> HttpResponse:
    """The participant reads the agreement on her own phone and confirms it."""
    words = agreement_words(_hers(request), request.member)
    if words["agreement"] is None:
        raise Http404
    if request.method == "POST":
        how: dict[str, Any] = {"by": request.member, "now": timezone.now()}
        as_read(words["agreement"], request.POST)
        confirm_agreement(words["agreement"], side=Side.PARTICIPANT, way=Way.LINK, **how)
        use_link(request.link, **how)
        return redirect("matching:link_agree", request.programme.slug)
    return render(request, "matching/link_agree.html", words)
