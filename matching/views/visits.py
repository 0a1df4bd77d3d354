from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matching.cards import today_cards
from matching.choices import MatchStatus
from matching.forms.visits import MissedForm, VisitForm
from matching.models import Match, Visit
from matching.services import log_visit
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission
from recruitment.querysets import open_files

RECENT = 10


@page(Permission.VISIT_LOG)
def today(request: MemberRequest) -> HttpResponse:
    """The peer supporter's phone page: a card per person, the one that is due first."""
    own = Match.objects.own(request.member).for_page().order_by("next_due_on", "pk")
    cards = today_cards(own, today=request.today, slug=request.programme.slug)
    return render(request, "matching/today.html", {"cards": cards})


@page(Permission.VISIT_LOG)
def people(request: MemberRequest) -> HttpResponse:
    """The people a peer supporter supports, and what she wrote about the last visits."""
    own = Match.objects.own(request.member).exclude(status=MatchStatus.PROPOSED).for_page().order_by("pk")
    recent = Visit.objects.visible_to(request.member).select_related("match__participant_person")[:RECENT]
    open_files([match.participant for match in own], today=request.today)
    looked_at(request, *(match.participant_person_id for match in own))
    return render(request, "matching/people.html", {"matches": own, "visits": recent})


@page(Permission.VISIT_LOG)
def log(request: MemberRequest, match_id: int) -> HttpResponse:
    """Log a visit: held, or why it did not happen."""
    match = get_object_or_404(Match.objects.visible_to(request.member).for_page(), pk=match_id)
    missed = "missed" in request.GET
    form = (MissedForm if missed else VisitForm)(request.POST or None, today=request.today)
    if request.method == "POST" and attempt(form, log_visit, match=match, by=request.member, now=timezone.now()):
        match.refresh_from_db(fields=["next_due_on"])
        messages.success(request, _saved(match))
        home = ("matching:today",) if match.supporter_person_id == request.member.person_id else ("matching:match",)
        return redirect(*home, request.programme.slug, *([match.pk] if home[0] == "matching:match" else []))
    return render(request, "matching/log.html", {"match": match, "form": form, "missed": missed})


def _saved(match: Match) -> str:
    if match.next_due_on is None:
        return _("Saved. Thank you.")
    return _("Saved. Thank you. The next visit: %(day)s.") % {"day": date_format(match.next_due_on, "l j F")}
