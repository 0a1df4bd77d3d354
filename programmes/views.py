from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from peerhub.people.models import AccessGrant
from peerhub.people.services import log_out_everywhere
from programmes.access import MemberRequest, attempt, page
from programmes.forms import SettingsForm, TeamForm
from programmes.models import Membership
from programmes.page import opened_rows, who_may_see_what
from programmes.permissions import Permission
from programmes.services import add_team_member, end_opening, end_role, set_programme

PER_PAGE = 25


@page(Permission.PROGRAMME_SEE, fresh="post")
def team(request: MemberRequest) -> HttpResponse:
    """Who does what here, and a form to add somebody."""
    if request.method == "POST" and not request.member.may(Permission.TEAM_MANAGE):
        raise PermissionDenied
    form = TeamForm(request.POST or None)
    deed = {"programme": request.programme, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and (made := attempt(form, add_team_member, **deed)):
        said = {"name": made.person.full_name, "role": made.get_role_display()}
        messages.success(request, _("%(name)s is in the team now (%(role)s). No message was sent.") % said)
        return redirect("programmes:team", request.programme.slug)
    current = Membership.objects.visible_to(request.member).current().team().select_related("person")
    members = list(current.order_by("person__first_name", "person__last_name", "pk"))
    return render(request, "programmes/team.html", {"form": form, "members": members})


@page(Permission.TEAM_MANAGE, fresh=True)
def team_end(request: MemberRequest, pk: int) -> HttpResponse:
    """End one role of one person."""
    membership = get_object_or_404(Membership.objects.visible_to(request.member).team().select_related("person"), pk=pk)
    if request.method == "POST":
        end_role(membership=membership, by=request.member, now=timezone.now())
        said = {"name": membership.person.full_name, "role": membership.get_role_display()}
        messages.success(request, _("%(name)s no longer has the role “%(role)s”.") % said)
        if membership.person_id == request.member.person_id:
            return redirect("/")
    return redirect("programmes:team", request.programme.slug)


@page(Permission.PROGRAMME_SEE)
def access(request: MemberRequest) -> HttpResponse:
    """Who may see what: the table that the tests hold against every page, in plain words."""
    return render(request, "programmes/access.html", who_may_see_what(request.member))


@page(Permission.TEAM_MANAGE, fresh=True)
def team_logout(request: MemberRequest, pk: int) -> HttpResponse:
    """Log somebody of the team out everywhere: a phone was lost, or she left."""
    membership = get_object_or_404(Membership.objects.visible_to(request.member).team().select_related("person"), pk=pk)
    if request.method == "POST":
        here = request.session.session_key or ""
        log_out_everywhere(membership.person, by=request.member, now=timezone.now(), but=here)
        messages.success(request, _("%(name)s is logged out everywhere.") % {"name": membership.person.full_name})
    return redirect("programmes:team", request.programme.slug)


@page(Permission.ACCESS_WATCH)
def openings(request: MemberRequest) -> HttpResponse:
    """Emergency access: who opened what, why, what was read, until when."""
    found = AccessGrant.objects.visible_to(request.member).select_related("person")
    page_obj = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = opened_rows(page_obj.object_list, request.member, timezone.now())
    return render(request, "programmes/openings.html", {"rows": rows, "page_obj": page_obj})


@page(Permission.NOTE_ASK)
def opening_end(request: MemberRequest, pk: int) -> HttpResponse:
    """End an emergency access early: one's own, or anybody's for those who watch over access."""
    grant = get_object_or_404(AccessGrant.objects.visible_to(request.member), pk=pk)
    if request.method == "POST":
        end_opening(grant, by=request.member, now=timezone.now())
        messages.success(request, _("Closed. From now on it opens nothing."))
    if request.member.may(Permission.ACCESS_WATCH):
        return redirect("programmes:openings", request.programme.slug)
    return redirect("home:overview", request.programme.slug)


@page(Permission.PROGRAMME_SET)
def settings(request: MemberRequest) -> HttpResponse:
    """The rules of the programme."""
    form = SettingsForm(request.POST or None, programme=request.programme)
    deed = {"programme": request.programme, "by": request.member, "now": timezone.now()}
    if request.method == "POST" and attempt(form, set_programme, **deed):
        messages.success(request, _("Saved. Plans that run keep the steps they began with."))
        return redirect("programmes:settings", request.programme.slug)
    return render(request, "programmes/settings.html", {"form": form})
