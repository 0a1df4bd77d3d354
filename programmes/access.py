"""The door: who is asking, in which programme, and whether the page is for them.

The only place that sets ``request.member``. A stranger to the programme gets 404, as if it did not exist;
a member without the right gets 403.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from peerhub.lib import walls
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.finding import Finding, finding_of, is_search, to_found
from peerhub.lib.member import Member
from peerhub.lib.proof import proof_url, proved_lately
from peerhub.people.choices import Opened, Purpose, Reading
from peerhub.people.models import AccessGrant, Link, User
from peerhub.people.services import hash_of, link_of, open_link, record_looks
from programmes.by_link import OpenLink, in_own_session, tells_nobody
from programmes.choices import Role
from programmes.matrix import FOR_LINK_HOLDERS
from programmes.models import Membership, Programme
from programmes.permissions import OPENED_PERMISSIONS, Permission, permissions_of
from programmes.titles import title_of


class MemberRequest(HttpRequest):
    """A request that came through the door."""

    member: Member
    programme: Programme
    today: date
    finding: Finding
    opened: AccessGrant  # set for an administrator who opened the programme's files for an hour
    not_done: bool  # set when a deed was refused or put off: what was typed is kept


class LinkRequest(HttpRequest):
    """A request of somebody who holds a one-time link: the member is the link's person, without any role or right."""

    link: Link
    member: Member
    programme: Programme
    today: date


Fresh = bool | Literal["post"]
View = Callable[..., HttpResponse]
P = ParamSpec("P")
WITHOUT_WALLS = ("/health/",)  # answers also when the database does not
READS = ("GET", "HEAD", "OPTIONS")
AT_THE_DOOR = ("/accounts/", "/admin/")  # where log-ins are looked for and given


def behind_walls(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """One request, one transaction, one context: the database shows only the programmes of whoever is logged in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT_WALLS):
            return get_response(request)
        user = request.session.get(SESSION_KEY)
        with walls.of_request(int(user) if user else None, door=request.path.startswith(AT_THE_DOOR)):
            return get_response(request)

    return middleware


@dataclass(frozen=True)
class Guard:
    """What a page asks for; tests read it off the view to build the table of who may see what."""

    permission: Permission | None
    fresh: Fresh = False
    link: str = ""  # the purpose of the link that opens it; empty for pages of a log-in


def member_of(user: User, slug: str) -> tuple[Member, Programme]:
    """The member this log-in is in the programme. Raises Http404 without a current role there: one query."""
    rows = list(
        Membership.objects.current()
        .filter(programme__slug=slug, person__user=user)
        .select_related("programme", "person")
    )
    if not rows:
        raise Http404
    person, programme = rows[0].person, rows[0].programme
    roles = frozenset(row.role for row in rows)
    member = Member(
        programme_id=programme.pk,
        person_id=person.pk,
        user_id=user.pk,
        name=person.full_name,
        roles=roles,
        permissions=permissions_of(roles),
        today=local_date(timezone.now(), programme.timezone),
    )
    return member, programme


def opened_for(user: User, slug: str) -> tuple[Member, Programme, AccessGrant]:
    """An administrator without a role, in a programme whose files she opened and gave a reason for: she reads only.

    Raises Http404 when nothing is open, or not any more: the database's clock decides.
    """
    programme = Programme.objects.filter(slug=slug).first() if user.is_superuser else None
    mine = AccessGrant.objects.filter(by_user=user, kind=Opened.FILES, programme_id=programme.pk if programme else 0)
    grant = mine.open_now().first() if programme else None
    if programme is None or grant is None:
        raise Http404
    member = Member(
        programme_id=programme.pk,
        person_id=0,  # nobody of the programme
        user_id=user.pk,
        name=user.email,
        permissions=OPENED_PERMISSIONS,
        reason=grant.reason,
    )
    return member, programme, grant


def page(
    permission: Permission | None,
    *,
    fresh: Fresh = False,
) -> Callable[[Callable[Concatenate[MemberRequest, P], HttpResponse]], View]:
    """Make a function the page of a programme: only members come in, and only with ``permission``.

    The URL's ``slug`` names the programme; the view receives the rest of the URL's arguments. A deed that is Refused
    becomes a sentence on the page the person came from. The words of a search are kept in the session, and the page
    finds them as ``request.finding.words``. Times of the day on the page are those of the programme's time zone.

    With ``fresh`` the last proof of identity must be younger than a quarter of an hour, or she is asked for it first
    and then led back; “post” asks only those who change something. The demonstration does not ask.

    An administrator without a role comes in while she has the programme's files open: to pages that her few rights
    open, to read; pages about oneself (``permission`` None) she does not have.
    """

    def wrap(view: Callable[Concatenate[MemberRequest, P], HttpResponse]) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if any("\0" in value for value in request.GET.values()):
                raise BadRequest  # the database knows no such letter; nobody typed it
            asking = cast("MemberRequest", request)
            _come_in(asking, slug)
            deed = request.resolver_match.view_name if request.resolver_match else ""
            walls.narrow(asking.programme.pk, person=asking.member.person_id or None, deed=deed)
            asking.today = local_date(timezone.now(), asking.programme.timezone)
            _check(asking, permission)
            if is_search(request):
                return to_found(request)
            asking.finding = finding_of(request)
            if asking.finding.stale and request.method == "GET":
                messages.info(request, _("The words of that search are no longer kept. Type them again."))
            if _must_prove(request, fresh):
                return _prove_first(asking, slug)
            try:
                with timezone.override(asking.programme.timezone):
                    return view(asking, *args, **kwargs)
            except Refused as refusal:
                asking.not_done = True
                messages.error(request, str(refusal))
                return HttpResponseRedirect(_came_from(request, slug))

        guarded.guard = Guard(permission, fresh)  # type: ignore[attr-defined]  # read by the table of who may see what
        return guarded

    return wrap


def _come_in(request: MemberRequest, slug: str) -> None:
    """By a role, or as an administrator who opened the files."""
    user = cast("User", request.user)
    try:
        request.member, request.programme = member_of(user, slug)
    except Http404:
        request.member, request.programme, request.opened = opened_for(user, slug)


def _check(request: MemberRequest, permission: Permission | None) -> None:
    """Whether the page is for her. An administrator with open files has no pages about herself, and only reads."""
    if permission is None and request.member.reason:
        raise Http404
    reads = request.method in READS or is_search(request) or not request.member.reason
    if not reads or (permission is not None and not request.member.may(permission)):
        raise PermissionDenied


def _must_prove(request: HttpRequest, fresh: Fresh) -> bool:
    asks = request.method == "POST" if fresh == "post" else bool(fresh)
    return asks and not settings.DEMO and not proved_lately(request)


def _prove_first(request: MemberRequest, slug: str) -> HttpResponse:
    """Ask who she is and lead back. A form is not sent on by itself: she sees it again, filled, and sends it."""
    if request.method == "GET":
        return HttpResponseRedirect(proof_url(request, back=request.get_full_path()))
    request.not_done = True
    messages.info(request, _("Please show that it is you, then send the form again. What you typed is kept."))
    return HttpResponseRedirect(proof_url(request, back=_came_from(request, slug)))


def _came_from(request: HttpRequest, slug: str) -> str:
    """The page of ours that a refused deed was asked from; the programme's home when that is not known."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if came_from and ours and request.method == "POST" else f"/p/{slug}/"


def deed_in_words(deed: str) -> tuple[str, bool]:
    """What history calls a deed, as the title of its page (empty for none), and whether it was done by link."""
    name, by_link, _rest = deed.partition(walls.BY_LINK)
    return str(title_of(name)), bool(by_link)


def looked_at(request: MemberRequest, *people: int, kind: Reading = Reading.FILE, subject: str = "") -> None:
    """Write down that this response shows what is kept about these people (their keys): once each, in its transaction.

    Every page says so that shows a text somebody would not like to see in wrong hands; lists of names do not.
    """
    deed = request.resolver_match.view_name if request.resolver_match else ""
    record_looks(people, kind=kind, by=request.member, now=timezone.now(), deed=deed, subject=subject)


# -- Pages for holders of a one-time link ----------------------------------------------------------------------------


def link_page(purpose: Purpose) -> Callable[[Callable[[LinkRequest], HttpResponse]], View]:
    """Make a function the page behind links of this purpose; its address lies in the programme and holds no token.

    The view receives ``request.link`` and ``request.member``, the link's person without a role: ``visible_to`` shows
    her own rows. History writes her name and “by link”. A log-in in the same browser is put aside, and a deed that is
    Refused is undone whole, the use of the link with it, and becomes a sentence on this same page. Whoever has no such
    link open gets the answer that an unknown link gets.
    """

    def wrap(view: Callable[[LinkRequest], HttpResponse]) -> View:
        @tells_nobody
        @wraps(view)
        def guarded(request: HttpRequest, slug: str) -> HttpResponse:
            now = timezone.now()
            held = OpenLink.of(request, now=now)
            if held is None:
                return no_link(request)
            with walls.with_link(held.token_hash):
                link = link_of(held.token_hash, since=held.began, now=now)
                programme = _programme_of(request, link) if link and link.purpose == purpose else None
                if link is None or programme is None or programme.slug != slug:
                    return no_link(request)
                held.touch(now=now)
                return in_own_session(request, held, lambda: _shown(request, link, programme, view))

        guarded.guard = Guard(None, link=str(purpose))  # type: ignore[attr-defined]  # as of page()
        return guarded

    return wrap


def before_link(view: View) -> View:
    """Make a function a page on the way into a link or out of it: for everybody, apart from any log-in."""

    @tells_nobody
    @wraps(view)
    def apart_from_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return in_own_session(request, None, lambda: view(request, *args, **kwargs))

    return apart_from_all


def exchange(request: HttpRequest, token: str, *, now: datetime) -> HttpResponse:
    """The token of a link becomes a session of half an hour, and the way leads on to an address without it."""
    link = open_link(token, now=now)
    name = next((name for name, what in FOR_LINK_HOLDERS.items() if link and what == link.purpose), "")
    if link is None or not name:
        return no_link(request)
    if before := OpenLink.of(request, now=now):
        before.end()
    slug = Programme.objects.values_list("slug", flat=True).get(pk=link.programme_id)
    response = HttpResponseRedirect(reverse(name, args=[slug]))
    OpenLink.begin(link.token_hash, now=now).give_to(response)
    return response


def end_link(request: HttpRequest, response: HttpResponse) -> None:
    """Whoever leaves takes the open link along: the next one at this phone finds none."""
    if held := OpenLink.of(request, now=timezone.now()):
        held.end()
    response.delete_cookie(settings.LINK_COOKIE_NAME, samesite="Strict")


def no_link(request: HttpRequest) -> HttpResponse:
    """The one answer to a link that is unknown, ended, taken back, used up or for something else."""
    return in_own_session(request, None, lambda: render(request, "programmes/no_link.html", status=404))


def _programme_of(request: HttpRequest, link: Link) -> Programme:
    """From here on exactly the programme of the link is in sight, and history knows who acts."""
    deed = request.resolver_match.view_name if request.resolver_match else ""
    walls.narrow(link.programme_id, person=link.person_id, deed=f"{deed}{walls.BY_LINK}")
    return Programme.objects.get(pk=link.programme_id)


def _shown(
    request: HttpRequest, link: Link, programme: Programme, view: Callable[[LinkRequest], HttpResponse]
) -> HttpResponse:
    asking = cast("LinkRequest", request)
    asking.link, asking.programme = link, programme
    asking.member = Member(link.programme_id, link.person_id, None, link.person.full_name)
    asking.today = local_date(timezone.now(), programme.timezone)
    try:
        with transaction.atomic(), timezone.override(programme.timezone):
            return view(asking)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(request.path)
    except Http404:
        return no_link(request)


# -- The address of a calendar: read by a program, many times a day, without any session (docs/adr/0019) --------------


class CalendarRequest(HttpRequest):
    """A request of a program that holds the link of a calendar: the member is its owner, as a peer supporter."""

    link: Link
    member: Member
    programme: Programme
    today: date
    language: str


def calendar_page(view: Callable[[CalendarRequest], HttpResponse]) -> View:
    """Make a function the address of a calendar: GET alone, for whoever holds the token, and only for her own days.

    No session is read or begun and no cookie set; a log-in in the same browser makes no difference. Unknown, ended,
    taken back, for something else, a role or a log-in that ended: one answer, and it says nothing.
    """

    @login_not_required
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        asking, now, key = cast("CalendarRequest", request), timezone.now(), hash_of(token)
        with walls.with_link(key):
            link = Link.objects.filter(token_hash=key, purpose=Purpose.CALENDAR).usable(now).first()
            if link and _is_hers_still(asking, link, now):
                with translation.override(asking.language):
                    said = view(asking)
            else:
                said = HttpResponse("not found\n", status=404, content_type="text/plain; charset=utf-8")
        said.headers["Referrer-Policy"] = "no-referrer"
        said.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return said

    return guarded


def _is_hers_still(request: CalendarRequest, link: Link, now: datetime) -> bool:
    """Whether its owner may log in and is a peer supporter today; from here on only her programme is in sight."""
    deed = request.resolver_match.view_name if request.resolver_match else ""
    walls.narrow(link.programme_id, person=link.person_id, deed=f"{deed}{walls.BY_LINK}")
    held = Membership.objects.current().filter(programme_id=link.programme_id, person_id=link.person_id)
    hers = held.filter(role=Role.PEER_SUPPORTER, person__user__is_active=True)
    row = hers.select_related("programme", "person__user").first()
    if row is None or row.person.user is None:
        return False
    request.link, request.programme = link, row.programme
    request.today = local_date(now, row.programme.timezone)
    request.language = row.person.user.language or settings.LANGUAGE_CODE
    roles = frozenset({str(row.role)})
    request.member = Member(
        link.programme_id, link.person_id, row.person.user.pk, row.person.full_name, roles, permissions_of(roles),
        today=request.today,
    )  # fmt: skip
    return True


def attempt(form: Form, deed: Callable[..., Any], **more: Any) -> Any:
    """Do a deed with a form's answers; a refusal becomes an error of the form, so that what was typed stays.

    Returns what the deed returns (True when it returns nothing), or None when it was not done.
    """
    if not form.is_valid():
        return None
    try:
        done = deed(**form.cleaned_data, **more)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    return True if done is None else done
