"""A peer supporter's own days in the calendar she uses anyway: the page with its link, and what the link shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import cast

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from matching.choices import VISITING
from matching.models import Cover, Match, Visit
from peerhub.lib import calendars
from peerhub.lib.calendars import Entry
from peerhub.lib.dates import local_date
from peerhub.lib.member import Member
from peerhub.people.choices import Purpose
from peerhub.people.models import Link, Person
from peerhub.people.services import end_calendar, read_calendar, renew_calendar
from programmes.access import CalendarRequest, MemberRequest, calendar_page, page
from programmes.permissions import Permission
from supervision.models import PlannedSession

DAY, BACK, AHEAD = timedelta(days=1), timedelta(days=30), timedelta(days=180)
MEETING_MINUTES = 60
NAME = "peerhub"  # of the calendar: what it is called stands beside every day in it


@page(Permission.MATCH_ANSWER)
def my_calendar(request: MemberRequest) -> HttpResponse:
    """The link for one's own calendar: made and shown once, made anew, switched off."""
    me = get_object_or_404(Person.objects.visible_to(request.member), pk=request.member.person_id)
    now, deed, address = timezone.now(), request.POST.get("deed"), ""
    if deed == "end":
        if end_calendar(me, by=request.member, now=now):
            flash.success(request, _("The link is switched off. Your calendar shows nothing new any more."))
        return redirect("home:my_calendar", request.programme.slug)
    if deed == "make":
        address = renew_calendar(me, by=request.member, now=now)
    links = Link.objects.visible_to(request.member).filter(person=me, purpose=Purpose.CALENDAR)
    link, zone = links.usable(now).first(), request.programme.timezone
    context = {
        "made_on": local_date(link.made_at, zone) if link else None,
        "looked_on": local_date(link.opened_at, zone) if link and link.opened_at else None,
        "until": local_date(link.expires_at, zone) if link else None,
        "address": address,
        "direct": address.replace("https://", "webcal://").replace("http://", "webcal://"),
    }
    return render(request, "home/my_calendar.html", context)


@calendar_page
def feed(request: CalendarRequest) -> HttpResponse:
    """The days themselves, for a program. What was not changed since it last asked is not sent again."""
    as_of = datetime.combine(request.today, time(), UTC)  # a day long the same, so that unchanged is seen as unchanged
    entries = entries_of(request.member, today=request.today, zone=request.programme.timezone)
    content = calendars.feed(entries, name=NAME, as_of=as_of)
    read_calendar(request.link, now=timezone.now())
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Language"] = request.language
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["ETag"] = etag = f'"{sha256(content).hexdigest()}"'
    return cast("HttpResponse", get_conditional_response(request, etag=etag, response=answer))


def entries_of(member: Member, *, today: date, zone: str) -> list[Entry]:
    """Visits that are due or were held, the first meeting, supervision: her own, a month back and half a year ahead.

    Four questions by index, however many matches and sessions there are. Words that are the same for everybody.
    """
    first, last = today - BACK, today + AHEAD
    mine = Match.objects.own(member).values_list("pk", "supporter_person_id", "status", "next_due_on", "meeting_at")
    covers: dict[int, list[Cover]] = {}
    rows = list(mine.order_by("pk"))
    for cover in Cover.objects.visible_to(member).filter(match__in=[row[0] for row in rows]):
        covers.setdefault(cover.match_id, []).append(cover)
    found = []
    for pk, supporter_id, status, due_on, meeting_at in rows:
        hers = supporter_id == member.person_id
        if status in VISITING and due_on and hers != _is_covered(covers.get(pk, []), due_on):
            found.append(Entry(_uid(member, "due", pk), _("Visit"), due_on))
        if hers and meeting_at:
            found.append(Entry(_uid(member, "meeting", pk), _("Visit"), meeting_at, MEETING_MINUTES))
    found += [*_held(member, first), *_sessions(member, first, last)]
    return [one for one in found if first <= _day(one.starts, zone) <= last]


def _is_covered(covers: list[Cover], day: date) -> bool:
    """Whether somebody else makes the visit of that day."""
    return any(cover.starts_on <= day <= cover.ends_on for cover in covers)


def _held(member: Member, since: date) -> Iterator[Entry]:
    """What she wrote down herself; an activity with several people is one."""
    mine = Visit.objects.own(member).held().filter(occurred_on__gte=since, shared_id=None)
    for pk, day in mine.order_by("occurred_on", "pk").values_list("pk", "occurred_on"):
        yield Entry(_uid(member, "held", pk), _("Visit"), day)


def _sessions(member: Member, first: date, last: date) -> Iterator[Entry]:
    """Supervision that is planned for her or was; one that was cancelled is simply not there."""
    days = {"starts_at__date__gte": first - DAY, "starts_at__date__lte": last + DAY}  # by UTC; the zone decides below
    mine = PlannedSession.objects.visible_to(member).filter(**days, cancelled_at=None).distinct()
    for pk, starts, minutes in mine.order_by("starts_at", "pk").values_list("pk", "starts_at", "minutes"):
        yield Entry(_uid(member, "session", pk), _("Supervision"), starts, minutes)


def _day(starts: datetime | date, zone: str) -> date:
    return local_date(starts, zone) if isinstance(starts, datetime) else starts


def _uid(member: Member, kind: str, pk: int) -> str:
    """The same whenever it is asked for, another one for everybody else: two calendars do not show that two meet."""
    about = f"{member.person_id}:{kind}:{pk}"
    return salted_hmac("peerhub.calendar", about, algorithm="sha256").hexdigest()[:32]
