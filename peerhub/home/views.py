from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from peerhub.home.gallery import samples
from peerhub.home.landing import contact_of, doors_of, supporter_role, this_month
from peerhub.home.outbox import outbox
from peerhub.home.overview import overview as overview_of
from peerhub.home.telling import Asking
from peerhub.notices.models import Notice
from peerhub.people.models import User
from programmes.access import MemberRequest, page
from programmes.permissions import Permission
from recruitment.models import Participant, PeerSupporter
from recruitment.querysets import named

PER_PAGE = 50
FOUND_MOST = 20


@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The front door: straight on to the one programme, or a calm list to choose from."""
    doors = doors_of(cast("User", request.user))
    if len(doors) == 1:
        return redirect(doors[0].url)
    return render(request, "home/index.html", {"doors": doors})


@never_cache
def protect(request: HttpRequest) -> HttpResponse:
    """Staff choose a second step for their log-in here, before any other page opens."""
    return render(request, "home/protect.html")


@login_not_required
@transaction.non_atomic_requests
@never_cache
def health_live(request: HttpRequest) -> HttpResponse:
    """For whatever watches over the server: “ok” when a page can be made and the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once, for administrators and for the screenshots of the tests."""
    if not cast("User", request.user).is_superuser:
        raise PermissionDenied
    return render(request, "home/gallery.html", {"samples": samples(request.GET.get("page"))})


@page(None)
def overview(request: MemberRequest) -> HttpResponse:
    """What needs attention, five numbers, the week ahead. A peer supporter has her own first page."""
    if not request.member.may(Permission.PROGRAMME_SEE):
        return redirect("matching:today", request.programme.slug)
    asking = Asking(request.member, request.programme.slug, request.today)
    chosen, number = request.GET.get("kind", ""), request.GET.get("page")
    return render(request, "home/overview.html", overview_of(asking, chosen=chosen, page_number=number))


@page(Permission.PEOPLE_VIEW)
def messages(request: MemberRequest) -> HttpResponse:
    """The outbox: what was sent, what waits, and first of all what could not be sent."""
    found = Notice.objects.visible_to(request.member).select_related("recipient")
    context = outbox(found, request.GET)
    context["page_obj"] = Paginator(context.pop("found"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "home/messages.html", context)


@page(Permission.PEOPLE_VIEW)
def search(request: MemberRequest) -> HttpResponse:
    """People by name, e-mail address or phone number, whatever their role."""
    words = request.GET.get("q", "").strip()
    slug, sections = request.programme.slug, []
    for title, model, one, many in (
        (_("Participants"), Participant, "recruitment:participant", "recruitment:participants"),
        (_("Peer supporters"), PeerSupporter, "recruitment:supporter", "recruitment:supporters"),
    ):
        mine = model.objects.visible_to(request.member).filter(named(words)).select_related("person")
        found = mine.order_by("person__first_name", "person__last_name", "pk") if words else mine.none()
        rows = [{"row": row, "url": reverse(one, args=[slug, row.pk])} for row in found[:FOUND_MOST]]
        sections.append({"title": title, "rows": rows, "total": found.count(), "url": reverse(many, args=[slug])})
    return render(request, "home/search.html", {"sections": sections, "search_query": words})


@page(None)
def me(request: MemberRequest) -> HttpResponse:
    """The page about oneself: contact person, hours this month, log-in and safety."""
    supporter = supporter_role(request.member)
    staff = request.member.may(Permission.PROGRAMME_SEE)
    context = {
        "base": "base_staff.html" if staff else "base_phone.html",
        "supporter": supporter,
        "contact": contact_of(request.member, supporter),
        "month": this_month(request.member, request.today),
    }
    return render(request, "home/me.html", context)
