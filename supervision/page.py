"""What the pages of supervision show: rows of the lists, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.models import Visit
from matching.querysets import MatchQuerySet
from peerhub.lib.dates import local_date
from peerhub.lib.member import Member
from peerhub.lib.moments import moment
from programmes.access import MemberRequest
from programmes.models import Programme
from recruitment.models import PeerSupporter
from supervision.choices import SessionKind
from supervision.models import FollowUp, PlannedSession, SupervisionSession
from supervision.querysets import SUPERVISION_EVERY_DAYS

CONCERN_TONES = {
    "new": ("danger", "shield-exclamation", gettext_lazy("new")),
    "taken_up": ("info", "person-check", gettext_lazy("taken up")),
    "settled": ("good", "check-circle", gettext_lazy("settled")),
}


def days_late(days: int) -> str:
    """“1 day late”."""
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}


def days_long(days: int) -> str:
    """“12 days”."""
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def chips(query: QueryDict, name: str, choices: Iterable[tuple[str, Any]], chosen: str) -> list[dict[str, Any]]:
    """A row of links that set one filter and keep the others."""
    links = []
    for value, label in choices:
        params = query.copy()
        params.pop("page", None)
        params[name] = value
        links.append({"label": label, "url": f"?{params.urlencode()}", "active": value == chosen})
    return links


def without_page(query: QueryDict) -> str:
    """The filters of this list, for the links of its pager."""
    params = query.copy()
    params.pop("page", None)
    return params.urlencode()


def sort_select(choices: Iterable[tuple[str, Any]], chosen: str) -> dict[str, Any]:
    """The choice of an order, beside the search field."""
    options = [{"value": value, "label": label, "selected": value == chosen} for value, label in choices]
    return {"name": "sort", "label": _("Sort by"), "options": options}


def named_pair(found: MatchQuerySet, text: str) -> MatchQuerySet:
    """Matches in which one of the two has every typed word in the name."""
    for word in text.split():
        participant = Q(participant_person__first_name__icontains=word) | Q(
            participant_person__last_name__icontains=word
        )
        supporter = Q(supporter_person__first_name__icontains=word) | Q(supporter_person__last_name__icontains=word)
        found = found.filter(participant | supporter)
    return found


def supervisor_name(supporter: PeerSupporter) -> str:
    """The supervisor who still holds the role, or nothing."""
    supervisor = supporter.supervisor
    return supervisor.person.full_name if supervisor and supervisor.ends_on is None else ""


def concern_state(visit: Visit, follow_up: FollowUp | None) -> str:
    """New, taken up or settled."""
    if visit.concern_settled_at:
        return "settled"
    return "taken_up" if follow_up else "new"


def in_state(found: QuerySet[Visit], state: str) -> QuerySet[Visit]:
    """Concerns in one state; the open ones, longest first, come before the settled ones, newest first."""
    if state in ("open", "new", "taken_up"):
        found = found.filter(concern_settled_at__isnull=True)
    if state in ("new", "taken_up"):
        found = found.filter(follow_up__isnull=state == "new")
    if state == "settled":
        found = found.filter(concern_settled_at__isnull=False)
    return found.order_by(F("concern_settled_at").desc(nulls_first=True), "occurred_on", "pk")


def concern_row(visit: Visit, *, today: date, programme: Programme) -> dict[str, Any]:
    """One concern: who raised it, when, how long it has been open, who follows it up."""
    follow_up: FollowUp | None = getattr(visit, "follow_up", None)
    tone, icon, label = CONCERN_TONES[concern_state(visit, follow_up)]
    until = local_date(visit.concern_settled_at, programme.timezone) if visit.concern_settled_at else today
    return {
        "visit": visit,
        "url": reverse("supervision:concern", args=[programme.slug, visit.pk]),
        "author": visit.author,
        "participant": visit.match.participant_person,
        "on": visit.occurred_on,
        "open_for": days_long(max(0, (until - visit.occurred_on).days)),
        "follow_up": follow_up,
        "tone": tone,
        "icon": icon,
        "label": label,
    }


def unsupervised(member: Member, programme: Programme, *, today: date, most: int) -> dict[str, Any]:
    """Peer supporters who have had no supervision lately: how many, and the first of them."""
    since = today - timedelta(days=SUPERVISION_EVERY_DAYS)
    sessions = SupervisionSession.objects.visible_to(member)
    found = sessions.without(PeerSupporter.objects.visible_to(member), since).select_related("person")
    new = reverse("supervision:session_new", args=[programme.slug])
    rows = [
        {"supporter": one, "last_on": one.last_session_on, "url": f"{new}?supporter={one.pk}"}  # type: ignore[attr-defined]  # annotated
        for one in found[:most]
    ]
    return {"rows": rows, "total": found.count(), "days": SUPERVISION_EVERY_DAYS}


def session_rows(sessions: Iterable[SupervisionSession]) -> list[dict[str, Any]]:
    """A session a row, with the names of those who took part (fetched together with the sessions)."""
    return [
        {"session": session, "names": [one.person.full_name for one in session.supporters.all()]}
        for session in sessions
    ]


def planned_rows(sessions: Iterable[PlannedSession], zone: str, now: datetime) -> list[dict[str, Any]]:
    """A planned session a row: when, as the clocks of the programme show it, for whom, and whether it has begun."""
    return [
        {
            "session": session,
            "when": moment(session.starts_at, zone),
            "begun": session.starts_at <= now,
            "names": [one.person.full_name for one in session.supporters.all()],
        }
        for session in sessions
    ]


def first_guess(request: MemberRequest) -> dict[str, Any]:
    """What the sheet of a session is filled with: somebody named in the address, or all of what was planned."""
    if request.GET.get("supporter", "").isdecimal():
        return {"supporters": [request.GET["supporter"]]}
    asked = request.GET.get("planned", "")
    planned = PlannedSession.objects.visible_to(request.member).filter(pk=int(asked[:18]) if asked.isdecimal() else 0)
    session = planned.prefetch_related("supporters").first()
    if session is None:
        return {}
    day = local_date(session.starts_at, request.programme.timezone)
    guess = {
        "planned": session.pk,
        "kind": session.kind,
        "minutes": session.minutes,
        "supporters": [one.pk for one in session.supporters.all()],
    }
    return {**guess, "held_on": day} if day <= request.today else guess


def kind_chips(query: QueryDict, chosen: str) -> list[dict[str, Any]]:
    """All kinds of sessions as one row of links."""
    return chips(query, "kind", [("", _("All")), *SessionKind.choices], chosen)
