from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from peerhub.lib.sheets import as_csv
from programmes.access import MemberRequest, attempt, page
from programmes.permissions import Permission
from recruitment.campaign_page import campaign_shown, first_words, plan_of, shown_campaigns, ways_of
from recruitment.choices import CampaignPurpose, CampaignState, SupportKind
from recruitment.forms.campaigns import CampaignForm, CloseCampaignForm, WantedForm
from recruitment.models import Campaign
from recruitment.querysets import CampaignQuerySet
from recruitment.services import close_campaign, reopen_campaign, save_campaign, start_campaign
from recruitment.views.lists import list_page, select, status_chips

ORDERS: dict[str, tuple[str, ...]] = {
    "": ("-starts_on", "-pk"),
    "name": ("name", "pk"),
    "applied": ("-applied", "-starts_on", "-pk"),
}

# What stands in the form where the advice says nothing; one peer supporter is what each of its lines looks for.
NOTHING_SAID: dict[str, Any] = {
    "wanted": 1,
    "support_kind": SupportKind.ONE_TO_ONE,
    "languages": [],
    "language_level": "",
    "postcode": "",
    "available": [],
    "gender": "",
}


def _found(request: MemberRequest) -> CampaignQuerySet:
    """The campaigns that the address asks for, in the order it asks for."""
    asked = request.GET.get
    found = Campaign.objects.visible_to(request.member).titled(request.finding.words).with_numbers()
    found = found.in_state(asked("status", ""), request.today)
    if asked("purpose") in CampaignPurpose.values:
        found = found.filter(purpose=asked("purpose"))
    return found.order_by(*ORDERS.get(asked("sort", ""), ORDERS[""]))


def _selects(request: MemberRequest) -> list[dict[str, Any]]:
    purposes = [("", _("all")), *CampaignPurpose.choices]
    orders = [("", _("newest")), ("name", _("name")), ("applied", _("most applications"))]
    return [select(request, "purpose", _("What it is for"), purposes), select(request, "sort", _("Order"), orders)]


def _seen(request: MemberRequest) -> CampaignQuerySet:
    return Campaign.objects.visible_to(request.member).select_related("programme")


@page(Permission.PROGRAMME_SEE)
def campaigns(request: MemberRequest) -> HttpResponse:
    """How people are found: what runs, what is planned, and what earlier campaigns brought."""
    counts = Campaign.objects.visible_to(request.member).count_by_state(request.today)
    chips = status_chips(request, dict(CampaignState.choices), counts)
    context = list_page(request, _found(request), chips=chips, selects=_selects(request))
    context["rows"] = shown_campaigns(context["page_obj"], request)
    context["ways"] = ways_of(request) if request.member.may(Permission.PEOPLE_VIEW) else []
    return render(request, "recruitment/campaigns.html", context)


@page(Permission.PEOPLE_EXPORT)
def campaigns_export(request: MemberRequest) -> HttpResponse:
    """The list as it is filtered, all pages, for a spreadsheet. No person stands in it."""
    header = [_("Name"), _("What it is for"), _("Status"), _("First day"), _("Last day"), _("Whom it looks for")]
    header += [_("Looked for"), _("Applied"), _("Accepted"), _("In training"), _("Peer supporters now")]
    header += [_("Asked for support"), _("Cost"), _("Ways to reach them"), _("What came of it")]
    rows = (
        [
            one.row.name, one.row.get_purpose_display(), one.state, one.row.starts_on.isoformat(),
            one.row.ends_on.isoformat() if one.row.ends_on else "", one.who, one.row.wanted, *one.numbers,
            one.row.cost, ", ".join(one.row.channel_words), one.row.outcome,
        ]
        for one in shown_campaigns(_found(request), request)
    )  # fmt: skip
    return as_csv(f"campaigns-{request.programme.slug}-{request.today}", header, rows)


@page(Permission.PROGRAMME_SEE)
def campaign(request: MemberRequest, pk: int) -> HttpResponse:
    """One campaign: whom it looks for, its plan in words, and what came in through it."""
    row = get_object_or_404(_seen(request).with_numbers(), pk=pk)
    context = campaign_shown(row, request) | {"campaign": row, "plan": plan_of(row, CampaignForm.PLAN)}
    return render(request, "recruitment/campaign.html", context)


@page(Permission.PEOPLE_EDIT)
def campaign_new(request: MemberRequest) -> HttpResponse:
    """Plan a campaign; from a line of the advice with what that line says, which stands in no address."""
    if "from_advice" in request.POST:
        return render(request, "recruitment/campaign_new.html", {"form": _from_advice(request), "advised": True})
    form = CampaignForm(request.POST or None, initial={"starts_on": request.today})
    deed = {"programme": request.programme, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and (made := attempt(form, start_campaign, **deed)):
        messages.success(request, _("The campaign is written down. Choose it on each application it brings."))
        return redirect("recruitment:campaign", request.programme.slug, made.pk)
    return render(request, "recruitment/campaign_new.html", {"form": form})


def _from_advice(request: MemberRequest) -> CampaignForm:
    """The form as the advice fills it in; what does not fit its fields is left out."""
    asked = WantedForm(request.POST)
    asked.is_valid()
    wanted = {name: asked.cleaned_data.get(name) or empty for name, empty in NOTHING_SAID.items()}
    more = {"purpose": CampaignPurpose.SUPPORTERS, "starts_on": request.today}
    return CampaignForm(initial=wanted | first_words(wanted, request) | more)


@page(Permission.PEOPLE_EDIT)
def campaign_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Go on planning, or correct what is written."""
    row = get_object_or_404(_seen(request), pk=pk)
    if request.method == "GET" and not row.is_open:
        messages.info(request, _("This campaign is closed. Open it again first; then it can be changed."))
        return redirect("recruitment:campaign", request.programme.slug, row.pk)
    form = CampaignForm(request.POST or None, row=row)
    if request.method == "POST" and attempt(form, save_campaign, campaign=row, by=request.member, now=timezone.now()):
        messages.success(request, _("Saved."))
        return redirect("recruitment:campaign", request.programme.slug, row.pk)
    return render(request, "recruitment/campaign_edit.html", {"form": form, "campaign": row})


@page(Permission.PEOPLE_EDIT)
def campaign_close(request: MemberRequest, pk: int) -> HttpResponse:
    """Close it, with what came of it."""
    row = get_object_or_404(_seen(request), pk=pk)
    if request.method == "GET" and not row.can_close(request.today):
        messages.info(request, _("A campaign is closed once, on its first day or later."))
        return redirect("recruitment:campaign", request.programme.slug, row.pk)
    form = CloseCampaignForm(request.POST or None, initial={"outcome": row.outcome, "cost": row.cost})
    if request.method == "POST" and attempt(form, close_campaign, campaign=row, by=request.member, now=timezone.now()):
        messages.success(request, _("Closed. What came of it stays here for the next one."))
        return redirect("recruitment:campaign", request.programme.slug, row.pk)
    return render(request, "recruitment/campaign_close.html", {"form": form, "campaign": row})


@page(Permission.PEOPLE_EDIT)
def campaign_reopen(request: MemberRequest, pk: int) -> HttpResponse:
    """It goes on after all."""
    row = get_object_or_404(_seen(request), pk=pk)
    if request.method == "POST":
        reopen_campaign(row, by=request.member, now=timezone.now())
        messages.success(request, _("Open again. Applications may name it."))
    return redirect("recruitment:campaign", request.programme.slug, row.pk)
