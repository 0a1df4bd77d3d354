"""The overview of a programme: five numbers that equal the lists behind them, what needs attention, the week ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from matching.choices import MatchStatus
from matching.models import Match
from peerhub.home import attention
from peerhub.home.telling import Asking
from peerhub.lib.member import Member
from programmes.permissions import Permission
from recruitment.models import Participant, PeerSupporter

WEEK = 7


@dataclass(frozen=True)
class Card:
    """One number; its link leads to the list of exactly these rows."""

    code: str
    label: Any
    page: str
    query: str
    permission: Permission
    icon: str = ""
    tone: str = ""


CARDS = (
    Card("waiting_all", _("people waiting"), "recruitment:participants", "?status=waiting", Permission.PEOPLE_VIEW,
         "hourglass-split"),
    Card("supporters", _("active peer supporters"), "recruitment:supporters", "?status=active", Permission.PEOPLE_VIEW,
         "person-heart"),
    Card("matches", _("active matches"), "matching:matches", "?status=active", Permission.MATCH_VIEW, "link-45deg"),
    Card("overdue", _("overdue visits"), "supervision:overdue", "", Permission.VISIT_VIEW, "clock-history", "danger"),
    Card("concern", _("open concerns"), "supervision:concerns", "", Permission.CONCERN_FOLLOW, "shield-exclamation",
         "danger"),
)  # fmt: skip


def _lists(member: Member, today: date) -> dict[str, QuerySet[Any]]:
    """What is counted: the lists behind the cards, and every kind of attention."""
    lists: dict[str, QuerySet[Any]] = {
        "waiting_all": Participant.objects.visible_to(member).waiting(),
        "supporters": PeerSupporter.objects.visible_to(member).active(),
        "matches": Match.objects.visible_to(member).filter(status=MatchStatus.ACTIVE),
    }
    return lists | {kind.code: kind.find(member, today) for kind in attention.kinds_for(member)}


def overview(asking: Asking, *, chosen: str, page_number: str | None) -> dict[str, Any]:
    """Everything the overview shows, in a number of queries that does not depend on how much there is."""
    member = asking.member
    numbers = attention.counts(member, _lists(member, asking.today))
    kinds = attention.kinds_for(member)
    kind = next((one for one in kinds if one.code == chosen), None)
    entries, page_obj = attention.page_of(kind, asking, page_number) if kind else (attention.first_rows(asking), None)
    total = sum(numbers[one.code] for one in kinds)
    return {
        "cards": _cards(asking, numbers),
        "entries": entries,
        "page_obj": page_obj,
        "querystring": f"kind={kind.code}" if kind else "",
        "shown": len(entries),
        "total": total,
        "chips": _chips(kinds, numbers, chosen=kind.code if kind else "", total=total),
        "week": _week(asking) if member.may(Permission.MATCH_VIEW) else None,
    }


def _cards(asking: Asking, numbers: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "value": numbers[card.code],
            "label": card.label,
            "url": reverse(card.page, args=[asking.slug]) + card.query,
            "icon": card.icon,
            "tone": card.tone if numbers[card.code] else "",
        }
        for card in CARDS
        if asking.member.may(card.permission)
    ]


def _chips(kinds: list[attention.Kind], numbers: dict[str, int], *, chosen: str, total: int) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = [{"label": _("All"), "url": "?", "count": total, "active": not chosen}]
    for kind in kinds:
        if numbers[kind.code] or kind.code == chosen:
            count, active = numbers[kind.code], kind.code == chosen
            links.append({"label": kind.label, "url": f"?kind={kind.code}", "count": count, "active": active})
    return links


def _week(asking: Asking) -> list[dict[str, Any]]:
    """How many visits are due on each of the next seven days; the bar is measured against the fullest day."""
    days = [asking.today + timedelta(days=number) for number in range(WEEK)]
    due = Match.objects.visible_to(asking.member).visiting().filter(next_due_on__range=(days[0], days[-1]))
    per_day: dict[date, int] = dict(due.order_by().values_list("next_due_on").annotate(how_many=Count("pk")))
    most = max(per_day.values(), default=1)
    return [
        {"label": date_format(day, "D j M"), "count": per_day.get(day, 0), "length": per_day.get(day, 0) * 100 // most}
        for day in days
    ]
