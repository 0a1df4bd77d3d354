from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from matching.models import PairingRun
from matching.searched import again_words, search_list, search_rows
from matching.services.repeating import is_quick_again, search_again
from programmes.access import MemberRequest, page
from programmes.permissions import Permission

PER_PAGE = 25


@page(Permission.MATCH_PROPOSE)
def searches(request: MemberRequest) -> HttpResponse:
    """Every search that was kept, the newest first: who, when, by which rules, and what it found."""
    page_obj = Paginator(search_list(request), PER_PAGE).get_page(request.GET.get("page"))
    context = {"rows": search_rows(request, page_obj), "page_obj": page_obj}
    return render(request, "matching/searches.html", context)


@page(Permission.MATCH_PROPOSE)
def search_repeat(request: MemberRequest, pk: int) -> HttpResponse:
    """Make a kept search once more and say whether the same comes out. Nothing is written, nothing is proposed."""
    run = get_object_or_404(PairingRun.objects.visible_to(request.member), pk=pk)
    if request.method == "POST" and is_quick_again(run):
        done = search_again(run)
        (messages.success if done.same else messages.warning)(request, again_words(done))
    elif request.method == "POST":
        command = f"manage.py propose {request.programme.slug} --again {run.pk}"
        said = _("So many waited that this takes minutes. Whoever looks after the server can do it: %(command)s")
        messages.info(request, said % {"command": command})
    return redirect("matching:searches", request.programme.slug)
