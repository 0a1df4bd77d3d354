from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.boards import proposals_for, result_for, waiting_for
from matching.chosen import about_for, candidates_of, excluded_for, week_for
from matching.models import PairingRun
from matching.second_step import became_of, messages_for, pairs_in
from matching.services import ask_search, search_pairs
from matching.services.looking import look_around
from matching.services.proposing import propose_chosen
from matching.services.running import is_quick
from matching.whence import board_url, person_url
from programmes.access import MemberRequest, looked_at, page
from programmes.permissions import Permission
from recruitment.models import Participant


@page(Permission.MATCH_PROPOSE)
def board(request: MemberRequest) -> HttpResponse:
    """Who waits, with how many candidates; the best pairs for all at once; proposals that wait for an answer."""
    if request.method == "POST":
        search = search_pairs if is_quick(request.programme) else ask_search
        run = search(programme=request.programme, by=request.member, now=timezone.now())
        return redirect(f"{request.path}?{urlencode({'run': run.pk})}#pairs-title")
    look = look_around(request.programme, today=request.today)
    result: dict[str, Any] = {}
    if request.GET.get("run", "").isdecimal():
        runs = PairingRun.objects.visible_to(request.member).defer("inputs")
        result = result_for(request, get_object_or_404(runs, pk=request.GET["run"]), look)
        looked_at(request, *result.get("read", ()))
    context = {"result": result, **waiting_for(request, look), **proposals_for(request)}
    return render(request, "matching/board.html", context)


@page(Permission.MATCH_PROPOSE)
def candidates(request: MemberRequest, participant_id: int) -> HttpResponse:
    """Up to five peer supporters for somebody who waits, with reasons, and why others do not come into question."""
    participant = _participant(request, participant_id)
    looked_at(request, participant.person_id)
    look = look_around(request.programme, today=request.today)
    context = {
        "participant": participant,
        **waiting_for(request, look, chosen=participant.pk),
        **about_for(request, participant, look),
        **candidates_of(request, participant, look),
    }
    return render(request, "matching/candidates.html", context)


@page(Permission.MATCH_PROPOSE)
def excluded(request: MemberRequest, participant_id: int) -> HttpResponse:
    """Everybody who does not come into question for somebody for one reason: the list behind a count."""
    participant = _participant(request, participant_id)
    found = excluded_for(request, participant, request.GET.get("code", ""))
    context = {"participant": participant, "back_url": person_url(request, participant.pk, but="page"), **found}
    return render(request, "matching/excluded.html", context)


@page(Permission.MATCH_PROPOSE)
def week(request: MemberRequest, participant_id: int) -> HttpResponse:
    """The free times of somebody who waits beside those of up to three peer supporters."""
    participant = _participant(request, participant_id)
    looked_at(request, participant.person_id)
    context = {"participant": participant, "back_url": person_url(request, participant.pk)}
    return render(request, "matching/week.html", context | week_for(request, participant))


@page(Permission.MATCH_PROPOSE)
def propose(request: MemberRequest) -> HttpResponse:
    """The second step: who will receive which message. Confirmed, the proposals are made, each by itself."""
    now = timezone.now()
    pairs = pairs_in(request, request.POST if request.method == "POST" else request.GET)
    if not pairs:
        messages.warning(request, _("Tick at least one pair. Nothing was proposed."))
        return redirect("matching:board", request.programme.slug)
    if request.method != "POST":
        return render(request, "matching/propose.html", messages_for(request, pairs, now))
    keys = [(participant.pk, supporter.pk) for participant, supporter in pairs]
    outcomes = propose_chosen(programme=request.programme, pairs=keys, by=request.member, now=now)
    made = sum(one.match is not None for one in outcomes)
    if made == len(outcomes):
        said = ngettext("%(n)s proposal is made.", "%(n)s proposals are made.", made) % {"n": made}
        messages.success(request, said)
        return redirect(board_url(request))
    return render(request, "matching/propose.html", became_of(request, pairs, outcomes))


def _participant(request: MemberRequest, pk: int) -> Participant:
    visible = Participant.objects.visible_to(request.member).select_related("person", "programme")
    return get_object_or_404(visible.with_file(request.today), pk=pk)
