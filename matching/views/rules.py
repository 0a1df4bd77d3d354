from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.forms.rules import AgainForm, RulesForm
from matching.models import MatchingRules
from matching.ruled import (
    ALWAYS,
    changes,
    current,
    effect_shown,
    keep_reason,
    trial_of,
    trial_shown,
    tried_values,
    versions_for,
)
from matching.services import ask_search, set_rules
from matching.services.ruling import decided, rules_with
from matching.services.running import is_quick
from matching.services.trying import try_rules
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission


@page(Permission.MATCH_PROPOSE)
def rules(request: MemberRequest) -> HttpResponse:
    """What must hold and what counts how much; tried on the waiting list before it is saved as a new version."""
    saving, now = "save" in request.POST, timezone.now()
    run = trial_of(request, request.GET.get("run", ""))
    form = RulesForm(request.POST or None, rules=current(request), saving=saving, values=tried_values(request, run))
    deed = {"programme": request.programme, "by": request.member, "now": now}
    context: dict[str, Any] = {"form": form, "always": ALWAYS, **(trial_shown(request, run) if run else {})}
    if request.method == "POST" and saving and (made := attempt(form, set_rules, **deed)):
        messages.success(request, _("Saved as version %(n)s. It holds from now on.") % {"n": made.version})
        return redirect("matching:rules", request.programme.slug)
    if request.method == "POST" and not saving and (tried := attempt(form, _tried, request=request)):
        if tried is not True and "run" in tried:
            return redirect(f"{request.path}?run={tried['run']}")
        context["effect"] = tried
    return render(request, "matching/rules.html", context | versions_for(request))


def _tried(request: MemberRequest, *, reason: str, seen: int | None, **asked: Any) -> dict[str, Any]:
    """What these rules would change: at once, or by the worker where many wait."""
    if is_quick(request.programme):
        effect = try_rules(programme=request.programme, today=request.today, **asked)
        return effect_shown(request, effect.as_dict())
    rules_with(current(request), **asked)  # what cannot be meant is refused now, not by the worker
    wants = {"effect": dict(asked), "seen": seen}
    run = ask_search(programme=request.programme, by=request.member, now=timezone.now(), wants=wants)
    keep_reason(request, run, reason)
    return {"run": run.pk}


@page(Permission.MATCH_PROPOSE)
def rules_again(request: MemberRequest, pk: int) -> HttpResponse:
    """Use an earlier version again: what that would change, and why."""
    row = get_object_or_404(MatchingRules.objects.visible_to(request.member), pk=pk)
    now, back = current(request), reverse("matching:rules", args=[request.programme.slug])
    usual = {"reason": _("As in version %(n)s again.") % {"n": row.version}, "seen": now.version}
    form = AgainForm(request.POST or None, initial=usual)
    deed = {"programme": request.programme, "by": request.member, "now": timezone.now(), **decided(row)}
    if request.method == "POST" and (made := attempt(form, set_rules, **deed)):
        said = {"n": made.version, "old": row.version}
        messages.success(request, _("Saved as version %(n)s, the same as version %(old)s.") % said)
        return redirect(back)
    context = {"form": form, "row": row, "changes": changes(now, row), "back_url": back}
    if context["changes"] and is_quick(request.programme):
        effect = try_rules(programme=request.programme, today=request.today, **decided(row))
        context["effect"] = effect_shown(request, effect.as_dict())
    return render(request, "matching/rules_again.html", context)
