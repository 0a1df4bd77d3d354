"""The list of late visits: which rows, in which order, and what each says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matching.choices import every, silence
from matching.models import Match
from peerhub.lib.dates import local_date
from peerhub.notices.choices import Kind, NoticeStatus
from programmes.access import MemberRequest
from supervision.choices import Called, CallResult
from supervision.models import ContactNote
from supervision.page import chips, days_late, named_pair, sort_select, supervisor_name
from supervision.services import REMIND_AGAIN_AFTER

SORTS: dict[str, tuple[Any, ...]] = {
    "late": ("next_due_on", "pk"),
    "held": (F("last_held_on").asc(nulls_first=True), "pk"),
    "action": (F("last_action_at").asc(nulls_first=True), "next_due_on", "pk"),
    "name": ("participant_person__first_name", "participant_person__last_name", "pk"),
}
ON_THE_WAY = (NoticeStatus.WAITING, NoticeStatus.SENDING, NoticeStatus.IN_DIGEST)


def late_matches(request: MemberRequest) -> QuerySet[Match]:
    """The late visits that the address asks for, in the order it asks for, each with what was done last."""
    asked = request.GET.get
    found = Match.objects.visible_to(request.member).overdue(request.today)
    if asked("whose") == "mine":
        found = found.followed_by(request.member)
    if asked("whose") == "nobody":
        found = found.exclude(supporter__supervisor__isnull=False, supporter__supervisor__ends_on__isnull=True)
    calls = ContactNote.objects.visible_to(request.member)
    rows = calls.on(named_pair(found, request.finding.words))
    if asked("todo") == "open":
        rows = calls.untouched(rows)
    people = ("participant_person", "supporter_person", "supporter__supervisor__person")
    return rows.select_related(*people).order_by(*SORTS.get(asked("sort", ""), SORTS["late"]))


def late_rows(matches: Iterable[Match], *, at: datetime, zone: str, slug: str) -> list[dict[str, Any]]:
    """A late visit a row: who, why, how late, who looks after it, what was done last, what can be done."""
    today = local_date(at, zone)
    return [
        {
            "pk": match.pk,
            "participant": match.participant_person,
            "supporter": match.supporter_person,
            "url": reverse("matching:match", args=[slug, match.pk]),
            "call_url": reverse("supervision:overdue_call", args=[slug, match.pk]),
            "pause_url": reverse("matching:pause", args=[slug, match.pk]),
            "due_on": match.next_due_on,
            "late": days_late(match.days_late(today)),
            "last_held_on": match.last_held_on,
            "every": every(match.interval),
            "reason": silence(match.last_held_on, match.interval, today),
            "supervisor": supervisor_name(match.supporter),
            "called": called_words(match, zone),
            "reminded": reminded_words(match, zone),
            "reminded_lately": reminded_lately(match, at),
        }
        for match in matches
    ]


def reminded_lately(match: Any, now: datetime) -> bool:
    """Whether another reminder would come too soon."""
    return bool(match.reminded_at and match.reminded_at > now - REMIND_AGAIN_AFTER)


def reminded_words(match: Any, zone: str) -> str:
    """What was sent last: by hand or by itself, when, and whether it went out."""
    if not match.reminded_at:
        return ""
    said = {"day": date_format(local_date(match.reminded_at, zone), "j F")}
    if match.reminded_status in ON_THE_WAY:
        return _("Reminder of %(day)s, on its way") % said
    by_hand = match.reminded_kind == Kind.VISIT_NUDGE
    return (_("Reminded by hand on %(day)s") if by_hand else _("Reminded on %(day)s")) % said


def called_words(match: Any, zone: str) -> str:
    """The last call: who called whom when, and what came of it."""
    if not match.called_at:
        return ""
    said = {
        "name": match.called_by,
        "whom": Called(match.called_whom).label,
        "day": date_format(local_date(match.called_at, zone), "j F"),
        "result": CallResult(match.call_result).label,
    }
    return _("%(name)s called %(whom)s on %(day)s: %(result)s") % said


def late_filters(query: QueryDict) -> dict[str, Any]:
    """Chips and orders of the list; all of them stand in the address."""
    whose, todo, sort = query.get("whose", ""), query.get("todo", ""), query.get("sort", "")
    orders = [
        ("late", _("Longest late first")),
        ("held", _("Longest without a visit first")),
        ("action", _("Longest without anybody acting first")),
        ("name", _("Name of the participant")),
    ]
    people = [("", _("Everybody")), ("mine", _("Those I supervise")), ("nobody", _("Nobody supervises"))]
    return {
        "chips": chips(query, "whose", people, whose),
        "todo_chips": chips(query, "todo", [("", _("All")), ("open", _("Nobody has acted yet"))], todo),
        "selects": [sort_select(orders, sort)],
        "hidden": [{"name": name, "value": value} for name, value in (("whose", whose), ("todo", todo)) if value],
        "filtered": bool(whose or todo),
    }


def export_rows(matches: Iterable[Match], *, today: date, zone: str) -> Iterable[list[Any]]:
    """The list as cells for a spreadsheet."""
    for match in matches:
        yield [
            match.participant_person.full_name,
            match.supporter_person.full_name,
            match.next_due_on.isoformat() if match.next_due_on else "",
            match.days_late(today),
            match.last_held_on.isoformat() if match.last_held_on else "",
            every(match.interval),
            supervisor_name(match.supporter),
            reminded_words(match, zone),
            called_words(match, zone),
        ]
