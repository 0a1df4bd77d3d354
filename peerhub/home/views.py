from __future__ import annotations

from typing import Any, cast

from allauth.account.utils import get_next_redirect_url
from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from peerhub.home.devices import devices_of
from peerhub.home.drafts import KEY, fields_of, offered
from peerhub.home.events import written
from peerhub.home.gallery import samples
from peerhub.home.landing import contact_of, doors_of, next_session, supporter_role, this_month
from peerhub.home.overview import overview as overview_of
from peerhub.home.proving import CodeForm, code_is_enough, prove_with, send_code, waiting
from peerhub.home.sessions import Timed
from peerhub.home.telling import Asking
from peerhub.home.who_changed import lines_about, lines_in_words
from peerhub.home.who_sees import looked, sight_of
from peerhub.lib import reporting
from peerhub.lib.errors import Refused
from peerhub.lib.finding import without_words
from peerhub.lib.moments import moment
from peerhub.lib.proof import proof_url
from peerhub.people.choices import Purpose, Reading
from peerhub.people.models import Look, Person, User
from peerhub.people.services import drop_draft, end_sessions, keep_draft
from programmes.access import LinkRequest, MemberRequest, before_link, end_link, exchange, link_page, looked_at, page
from programmes.permissions import Permission
from recruitment.models import Participant, PeerSupporter
from recruitment.querysets import named

PER_PAGE = 50
FOUND_MOST = 20
FOUND = 302


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


@login_not_required
@transaction.non_atomic_requests
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to tell about a hole, for those who look for one (RFC 9116)."""
    languages = [code for code, _name in settings.LANGUAGES]
    text = reporting.security_txt(
        contacts=settings.SECURITY_CONTACT, public_url=settings.PUBLIC_URL, languages=languages, at=timezone.now()
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@login_not_required
@transaction.non_atomic_requests
def security_policy(request: HttpRequest) -> HttpResponse:
    """SECURITY.md: how to tell, and what holds against whom."""
    text = (settings.BASE_DIR / "SECURITY.md").read_text()
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


@before_link
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Before a one-time link is opened: looked at, however often and by whomever, it is neither found nor used.

    Programs that look at mail and browsers that fetch ahead stop here; only the button opens it.
    """
    if request.method != "POST":
        return render(request, "home/link.html")
    answer = exchange(request, token, now=timezone.now())
    written("link_opened" if answer.status_code == FOUND else "link_refused", request)
    return answer


@before_link
def link_leave(request: HttpRequest) -> HttpResponse:
    """Leave quickly: the open link ends, and the way leads to a page that anybody may be looking at."""
    answer = redirect(settings.LEAVE_TO)
    end_link(request, answer)
    return answer


@link_page(Purpose.SEE_MY_FILE)
def link_file(request: LinkRequest) -> HttpResponse:
    """Who can see what is kept about the holder of the link, and who has looked, newest first."""
    person = request.link.person
    return render(request, "home/link_file.html", {"first_name": person.first_name, **_file_of(request, person)})


@page(None)
def my_file(request: MemberRequest) -> HttpResponse:
    """Who can see what is kept about oneself, and who has looked."""
    me = get_object_or_404(Person.objects.visible_to(request.member), pk=request.member.person_id)
    staff = request.member.may(Permission.PROGRAMME_SEE)
    context = {"base": "base_staff.html" if staff else "base_phone.html", **_file_of(request, me)}
    return render(request, "home/my_file.html", context)


@page(Permission.PEOPLE_VIEW)
def who_sees(request: MemberRequest, pk: int) -> HttpResponse:
    """Who can see what is kept about a person, and who has looked: for those who keep the files."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=pk)
    return render(request, "home/who_sees.html", {"person": person, **_file_of(request, person)})


@page(Permission.PEOPLE_VIEW)
def who_changed(request: MemberRequest, pk: int) -> HttpResponse:
    """Who changed what that is kept about a person, newest first."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=pk)
    page_obj = Paginator(lines_about(person, request.member), PER_PAGE).get_page(request.GET.get("page"))
    looked_at(request, person.pk, kind=Reading.HISTORY)
    lines = lines_in_words(page_obj, request.member, zone=request.programme.timezone)
    return render(request, "home/who_changed.html", {"person": person, "page_obj": page_obj, "lines": lines})


def _file_of(request: MemberRequest | LinkRequest, person: Person) -> dict[str, Any]:
    looks = Look.objects.visible_to(request.member).filter(person=person)
    page_obj = Paginator(looks, PER_PAGE).get_page(request.GET.get("page"))
    full = request.member.may(Permission.PEOPLE_VIEW)
    return {
        "sight": sight_of(person, today=request.today),
        "looks": looked(page_obj, person, full=full),
        "page_obj": page_obj,
    }


@never_cache
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once, for administrators and for the screenshots of the tests."""
    if not cast("User", request.user).is_superuser:
        raise PermissionDenied
    return render(request, "home/gallery.html", {"samples": samples(request.GET.get("page"))})


@never_cache
def stay(request: HttpRequest) -> JsonResponse:
    """How long the session lasts still. Asked with a POST, somebody is here and it lasts longer."""
    left = cast("Timed", request).left
    return JsonResponse({"left": left.seconds, "fixed": left.fixed})


@never_cache
def devices(request: HttpRequest) -> HttpResponse:
    """Where one is logged in, each with a button; and one for a lost phone that ends all the others."""
    user, this = cast("User", request.user), request.session.session_key or ""
    if request.method == "POST":
        end_sessions(user_id=user.pk, but=this)
        flash.success(request, _("You are logged out everywhere else. This device stays logged in."))
        return redirect("home:devices")
    rows = devices_of(user, this=this, now=timezone.now())
    return render(request, "home/devices.html", {"devices": rows})


@never_cache
def device_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Log one device out; its next click leads to the log-in page."""
    user, this = cast("User", request.user), request.session.session_key or ""
    if request.method == "POST" and end_sessions(user_id=user.pk, only=pk, but=this):
        flash.success(request, _("That device is logged out."))
    elif request.method == "POST":
        flash.info(request, _("That device is not logged in any more."))
    return redirect("home:devices")


@never_cache
def prove(request: HttpRequest) -> HttpResponse:
    """A fresh code by e-mail, asked on the way to a page that wants to be sure."""
    address, back = cast("User", request.user).email, get_next_redirect_url(request) or "/"
    if not code_is_enough(request):
        return redirect(proof_url(request, back=back))
    typed = "code" in request.POST
    action = "reauthenticate" if typed else "request_login_code"
    if request.method == "POST" and (
        too_often := consume_or_429(request, action=action, key=address, user=request.user)
    ):
        return cast("HttpResponse", too_often)
    form = CodeForm(request.POST if typed else None)
    if typed and form.is_valid():
        if prove_with(request, form.cleaned_data["code"]):
            return redirect(back)
        form.add_error("code", _("This is not the code, or it is too old. Look again, or ask for a new one."))
    elif request.method == "POST" and not typed:
        send_code(request, address)
    return render(request, "home/prove.html", {"form": form, "waiting": waiting(request), "back": back})


@page(None)
def draft(request: MemberRequest) -> HttpResponse:
    """What was typed into a form: given back, kept while typing, or thrown away. Only scripts come here."""
    asked = request.GET.dict() | request.POST.dict()
    key = asked.get("key", "")
    if not KEY.fullmatch(key):
        return HttpResponseBadRequest("key")
    if request.method != "POST":
        return JsonResponse(offered(key, member=request.member, programme=request.programme))
    if "throw" in asked:
        drop_draft(key, owner=request.member)
        return stay(request)
    try:
        keep_draft(key, fields=fields_of(asked.get("fields", "")), by=request.member, now=timezone.now())
    except Refused as refusal:
        return JsonResponse({"refused": str(refusal)}, status=413)
    return stay(request)


@page(None)
def overview(request: MemberRequest) -> HttpResponse:
    """What needs attention, five numbers, the week ahead. A peer supporter has her own first page."""
    if not request.member.may(Permission.PROGRAMME_SEE):
        return redirect("matching:today", request.programme.slug)
    asking = Asking(request.member, request.programme.slug, request.today, request.programme.timezone)
    chosen, number = request.GET.get("kind", ""), request.GET.get("page")
    return render(request, "home/overview.html", overview_of(asking, chosen=chosen, page_number=number))


@page(Permission.PEOPLE_VIEW)
def search(request: MemberRequest) -> HttpResponse:
    """People by name, e-mail address or phone number, whatever their role."""
    words = request.finding.words
    slug, sections = request.programme.slug, []
    for title, model, one, many in (
        (_("Participants"), Participant, "recruitment:participant", "recruitment:participants"),
        (_("Peer supporters"), PeerSupporter, "recruitment:supporter", "recruitment:supporters"),
    ):
        mine = model.objects.visible_to(request.member).filter(named(words)).select_related("person")
        found = mine.order_by("person__first_name", "person__last_name", "pk") if words else mine.none()
        rows = [{"row": row, "url": reverse(one, args=[slug, row.pk])} for row in found[:FOUND_MOST]]
        sections.append({"title": title, "rows": rows, "total": found.count(), "url": reverse(many, args=[slug])})
    context = {"sections": sections, "search_query": words, "clear_url": without_words(request)}
    return render(request, "home/search.html", context)


@page(None)
def me(request: MemberRequest) -> HttpResponse:
    """The page about oneself: contact person, hours this month, log-in and safety."""
    supporter = supporter_role(request.member)
    staff = request.member.may(Permission.PROGRAMME_SEE)
    session = next_session(request.member, supporter, timezone.now())
    context = {
        "base": "base_staff.html" if staff else "base_phone.html",
        "supporter": supporter,
        "contact": contact_of(request.member, supporter),
        "month": this_month(request.member, request.today) if supporter else None,
        "session": session,
        "session_at": moment(session.starts_at, request.programme.timezone) if session else "",
    }
    return render(request, "home/me.html", context)
