"""What every page needs around it: who is here, the way through the programme, languages. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from peerhub.home.sessions import Left
from peerhub.lib.member import Member
from peerhub.lib.phones import owner_of
from programmes.models import Programme
from programmes.permissions import Permission


class Rights:
    """``{% if can.people_view %}`` in templates."""

    def __init__(self, member: Member | None) -> None:
        self.member = member

    def __getitem__(self, name: str) -> bool:
        return bool(self.member and self.member.may(name.replace("_", ".")))


def _sections() -> list[tuple[str, list[tuple[str, str, str, Permission]]]]:
    return [
        ("", [(_("Needs attention"), "home:overview", "bell", Permission.PROGRAMME_SEE)]),
        (
            _("Recruit and train"),
            [
                (_("Campaigns"), "recruitment:campaigns", "bullseye", Permission.PROGRAMME_SEE),
                (_("Applications"), "recruitment:applications", "journal-check", Permission.PEOPLE_VIEW),
                (_("Training"), "training:training", "mortarboard", Permission.TRAINING_VIEW),
                (_("Peer supporters"), "recruitment:supporters", "person-heart", Permission.PEOPLE_VIEW),
            ],
        ),
        (
            _("Support"),
            [
                (_("Participants"), "recruitment:participants", "people", Permission.PEOPLE_VIEW),
                (_("Matching"), "matching:board", "link-45deg", Permission.MATCH_PROPOSE),
                (_("What would help"), "matching:advice", "lightbulb", Permission.MATCH_PROPOSE),
                (_("Decisions about pairs"), "matching:marks", "intersect", Permission.MATCH_PROPOSE),
                (_("Matches"), "matching:matches", "calendar-check", Permission.MATCH_VIEW),
                (_("Who works with whom"), "matching:connections", "people", Permission.MATCH_VIEW),
            ],
        ),
        (
            _("Supervise and learn"),
            [
                (_("Overdue visits"), "supervision:overdue", "clock", Permission.VISIT_VIEW),
                (_("Concerns"), "supervision:concerns", "shield-exclamation", Permission.CONCERN_FOLLOW),
                (_("Requests"), "matching:requests", "life-preserver", Permission.CONCERN_FOLLOW),
                (_("Supervision"), "supervision:sessions", "chat-dots", Permission.SUPERVISION_LOG),
                (_("Figures"), "evaluation:evaluation", "bar-chart", Permission.REPORT_VIEW),
                (_("Reports"), "evaluation:reports", "file-earmark-pdf", Permission.REPORT_VIEW),
            ],
        ),
        (
            _("Programme"),
            [
                (_("Import people"), "recruitment:imports", "upload", Permission.PEOPLE_IMPORT),
                (_("Team"), "programmes:team", "person", Permission.PROGRAMME_SEE),
                (_("Who may see what"), "programmes:access", "eye", Permission.PROGRAMME_SEE),
                (_("Emergency access"), "programmes:openings", "key", Permission.ACCESS_WATCH),
                (_("Consent texts"), "recruitment:consent_texts", "hand-thumbs-up", Permission.PROGRAMME_SET),
                (_("Text of agreements"), "matching:agreement_text", "file-earmark-text", Permission.PROGRAMME_SET),
                (_("Messages"), "home:messages", "envelope", Permission.PEOPLE_VIEW),
                (_("How we match"), "matching:rules", "sliders", Permission.MATCH_PROPOSE),
                (_("Settings"), "programmes:settings", "gear", Permission.PROGRAMME_SET),
            ],
        ),
    ]


def _rail(request: HttpRequest, member: Member, programme: Programme) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = []
    for title, entries in _sections():
        items = []
        for label, name, icon, right in entries:
            if not member.may(right) or (name == "home:overview" and member.reason):  # nothing waits for who looks in
                continue
            url = reverse(name, args=[programme.slug])
            deeper = request.path.startswith(url) and name != "home:overview"
            items.append({"label": label, "url": url, "icon": icon, "active": deeper or request.path == url})
        if items:
            sections.append({"title": title, "items": items})
    _only_the_nearest(item for section in sections for item in section["items"])
    return sections


def _only_the_nearest(items: Iterable[dict[str, Any]]) -> None:
    """A page below another one marks its own entry alone."""
    active = sorted((item for item in items if item["active"]), key=lambda item: len(item["url"]))
    for item in active[:-1]:
        item["active"] = False


def _phone_tabs(request: HttpRequest, programme: Programme) -> list[dict[str, Any]]:
    entries = [
        (_("Today"), "matching:today", "calendar-check"),
        (_("My people"), "matching:people", "people"),
        (_("Me"), "home:me", "person"),
    ]
    tabs = []
    for label, name, icon in entries:
        url = reverse(name, args=[programme.slug])
        tabs.append({"label": label, "url": url, "icon": icon, "active": request.path == url})
    return tabs


def house(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    member: Member | None = getattr(request, "member", None)
    programme: Programme | None = getattr(request, "programme", None)
    left: Left | None = getattr(request, "left", None)
    context: dict[str, Any] = {
        "session_left": str(left.seconds) if left and request.user.is_authenticated else "",
        "session_fixed": bool(left and left.fixed),
        "owner": owner_of(request.user.pk) if left and request.user.is_authenticated else "",
        "member": member,
        "programme": programme,
        "can": Rights(member),
        "demo": settings.DEMO,
        "languages": [
            (code, get_language_info(code)["name_local"], code == get_language()) for code, _name in settings.LANGUAGES
        ],
    }
    context["opened"] = getattr(request, "opened", None)  # an administrator reads for an hour
    if getattr(request, "link", None):
        context["leave_url"] = reverse("home:link_leave")
    elif member and programme:
        context["draft_url"] = reverse("home:draft", args=[programme.slug]) if member.person_id else ""
        context["rail"] = SimpleLazyObject(lambda: _rail(request, member, programme))
        context["phone_tabs"] = SimpleLazyObject(lambda: _phone_tabs(request, programme))
        if member.may(Permission.VISIT_LOG):
            context["sync_url"] = reverse("matching:sync", args=[programme.slug])
            context["ask_url"] = reverse("matching:ask", args=[programme.slug])
        if member.may(Permission.PEOPLE_VIEW):
            context["search_url"] = reverse("home:search", args=[programme.slug])
    return context
