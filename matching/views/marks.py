from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.choices import MarkKind
from matching.forms.rules import MarkForm
from matching.marked import CONSEQUENCES, asked_of, back_of, chips_of, chosen_of, mark_rows
from matching.models import PairMark
from matching.services import lift_mark, mark_pair
from peerhub.lib.finding import without_words
from programmes.access import MemberRequest, attempt, looked_at, page
from programmes.permissions import Permission

PER_PAGE = 25


@page(Permission.MATCH_PROPOSE)
def marks(request: MemberRequest) -> HttpResponse:
    """Pairs that the team or one of the two decided about: those that stand, and those that were lifted."""
    show, words = request.GET.get("show", ""), request.finding.words
    everything = PairMark.objects.visible_to(request.member)
    found = everything.for_list().named(words)
    if show in ("", "lifted"):
        found = found.filter(lifted_at__isnull=show == "")
    page_obj = Paginator(found.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    rows = mark_rows(request, page_obj)
    looked_at(request, *(pk for row in rows for pk in row["people"]))
    chips, querystring = chips_of(request, everything, show)
    context = {
        "rows": rows, "page_obj": page_obj, "chips": chips, "querystring": querystring, "q": words, "show": show,
        "clear_url": without_words(request), "hidden": [{"name": "show", "value": show}] if show else [],
        "any": any(chip["count"] for chip in chips),
    }  # fmt: skip
    return render(request, "matching/marks.html", context)


@page(Permission.MATCH_PROPOSE)
def mark_new(request: MemberRequest) -> HttpResponse:
    """Decide about two people: first what it means is shown, then it is written down."""
    words, initial = request.finding.words, asked_of(request)
    form = MarkForm(request.POST or None, member=request.member, words=words, initial=initial)
    back = back_of(request)
    if "back" in request.POST or (request.method == "POST" and not form.is_valid()):
        return render(request, "matching/mark_new.html", {"form": form, "q": words, **back})
    if request.method == "POST" and "sure" not in request.POST:
        return render(request, "matching/mark_new.html", {"form": form, "asked": chosen_of(form), **back})
    deed = {"programme": request.programme, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, mark_pair, **deed):
        messages.success(request, _("It is written down and holds for every search from now on."))
        return redirect(back["back_url"])
    kept = [{"name": name, "value": value} for name, value in initial.items() if value] + back["carried"]
    context = {"form": form, "q": words, "hidden": kept, "clear_url": without_words(request), **back}
    return render(request, "matching/mark_new.html", context)


@page(Permission.MATCH_PROPOSE)
def mark_lift(request: MemberRequest, pk: int) -> HttpResponse:
    """Lift what was decided about two people; the row stays as history."""
    row = get_object_or_404(PairMark.objects.visible_to(request.member).for_list(), pk=pk)
    if request.method == "POST":
        lift_mark(row, by=request.member, now=timezone.now())
        messages.success(request, _("Lifted. From now on a search looks at these two as at any others."))
        return redirect("matching:marks", request.programme.slug)
    looked_at(request, row.supporter_person_id, row.participant_person_id)
    context: dict[str, Any] = {"row": row, "is_conflict": row.kind == MarkKind.CONFLICT}
    context["means"] = CONSEQUENCES[MarkKind(row.kind)]
    return render(request, "matching/mark_lift.html", context)
