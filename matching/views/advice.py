from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.advised import advice_shown, found_for, rows_to_take_away
from matching.services import ask_search
from peerhub.lib.finding import without_words
from peerhub.lib.sheets import as_csv
from programmes.access import MemberRequest, page
from programmes.permissions import Permission


@page(Permission.MATCH_PROPOSE)
def advice(request: MemberRequest) -> HttpResponse:
    """What would help those for whom nobody is found: one change for everybody, or one more peer supporter."""
    if request.method == "POST":
        ask_search(programme=request.programme, by=request.member, now=timezone.now(), wants={"advice": True})
        messages.success(request, _("The worker looks for it now."))
        return redirect("matching:advice", request.programme.slug)
    context = found_for(request)
    if context["result"]:
        context |= advice_shown(request, context["result"])
    key = request.finding.key
    context |= {
        "q": request.finding.words,
        "clear_url": without_words(request),
        "querystring": f"find={key}" * bool(key),
    }
    return render(request, "matching/advice.html", context)


@page(Permission.MATCH_PROPOSE)
def advice_export(request: MemberRequest) -> HttpResponse:
    """The advice to take away, without a name: for those who look for peer supporters."""
    result = found_for(request)["result"]
    header = [_("What"), _("Advice"), _("More matches"), _("Language"), _("Near"), _("Free on"), _("Gender")]
    header.append(_("Campaign"))
    rows = rows_to_take_away(request, result) if result else []
    return as_csv(f"recruitment-advice-{request.programme.slug}-{request.today}", header, rows)
