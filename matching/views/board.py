from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.boards import about_for, proposals_for, result_for, waiting_for
from matching.forms.board import BoardForm, ProposeForm
from matching.models import Match, PairingRun
from matching.services.proposing import candidates_for, find_pairs, propose_pair, propose_pairs
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission
from recruitment.models import Participant


@page(Permission.MATCH_PROPOSE)
def board(request: MemberRequest) -> HttpResponse:
    """Who waits, with how many candidates; the best pairs for all at once; proposals that wait for an answer."""
    form = BoardForm(request.POST if "propose" in request.POST else None)
    result: dict[str, Any] = {}
    if "find" in request.POST:
        pairing = find_pairs(programme=request.programme, now=timezone.now())
        result = result_for(request, pairing.as_result(), pairing.matched) | {"fingerprint": pairing.fingerprint}
    elif request.method == "POST":
        done = attempt(form, propose_pairs, programme=request.programme, by=request.member, now=timezone.now())
        if done:
            return redirect(f"{request.path}?{urlencode({'run': done[1].pk})}")
    elif request.GET.get("run", "").isdecimal():
        run = get_object_or_404(PairingRun.objects.visible_to(request.member), pk=request.GET["run"])
        result = result_for(request, run.result) | {"run": run}
    context = {"form": form, "result": result, **waiting_for(request), **proposals_for(request)}
    return render(request, "matching/board.html", context)


@page(Permission.MATCH_PROPOSE)
def candidates(request: MemberRequest, participant_id: int) -> HttpResponse:
    """Up to five peer supporters for somebody who waits, with reasons, and why others do not come into question."""
    everybody = Participant.objects.visible_to(request.member).select_related("person", "programme")
    everybody = everybody.with_file(request.today)
    participant = get_object_or_404(everybody, pk=participant_id)
    form = ProposeForm(request.POST or None, member=request.member)
    deed = {"programme": request.programme, "participant": participant, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, propose_pair, **deed):
        messages.success(request, _("The proposal is made. The peer supporter gets a message and can answer it."))
        return redirect("matching:board", request.programme.slug)
    looked_at(request, participant.person_id)
    found = candidates_for(participant, today=request.today)
    live = Match.objects.visible_to(request.member).live().filter(participant=participant).first()
    context = {
        "participant": participant,
        "form": form,
        "found": found,
        "live": live,
        **about_for(request, participant),
    }
    return render(request, "matching/candidates.html", context)
