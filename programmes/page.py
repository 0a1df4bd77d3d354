"""What the pages about access show: the table of matrix.py in the words of the programme, and who opened what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerhub.lib.member import Member
from peerhub.people.models import AccessGrant, Look
from programmes.choices import Role
from programmes.matrix import KINDS, READ, WRITE, Address, Answer, Kind, addresses, answer_to
from programmes.titles import OTHER_WORDS, OUTSIDE, PARTS, ROLE_WORDS, Part, part_of

# In the order of the columns; of the three kinds of peer supporter the one who has a match stands for all.
COLUMNS = tuple(
    next(kind for kind in KINDS if kind.role == role)
    for role in (
        Role.COORDINATOR, Role.SUPERVISOR, Role.PROFESSIONAL, Role.TRAINER, Role.PEER_SUPPORTER, Role.EVALUATOR,
        Role.STEERING_MEMBER,
    )
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One answer as people read it."""

    code: str
    label: Any
    icon: str
    tone: str


WHOLE = Cell("whole", gettext_lazy("whole page"), "check-circle-fill", "good")
READS = Cell("reads", gettext_lazy("to read"), "eye", "info")
OWN = Cell("own", gettext_lazy("own only"), "person", "warm")
NO = Cell("no", gettext_lazy("no"), "dash-circle", "quiet")
COUNTED = {"whole": gettext_lazy("whole"), "reads": gettext_lazy("to read"), "own": gettext_lazy("own only")}
LEGEND = (
    (WHOLE, gettext_lazy("sees everything on it")),
    (READS, gettext_lazy("sees everything on it and changes nothing there")),
    (OWN, gettext_lazy("sees only what is about herself or the people she supports now")),
    (NO, gettext_lazy("does not get the page")),
)


def in_reading_order() -> list[Address]:
    """Every address: the pages of a programme first, part by part, then the rest; new ones without a part last."""
    places = {part.code: number for number, part in enumerate((*PARTS, *OUTSIDE))}

    def place(address: Address) -> tuple[int, int, str]:
        part = part_of(address.name)
        if part is None:
            return len(places), 0, address.route
        names = list(part.pages)
        return places[part.code], names.index(address.name) if address.name in names else len(names), address.route

    return sorted(addresses(), key=place)


def cell_of(address: Address, kind: Kind) -> Cell:
    """What this role gets of the page; a button without a page counts by what it does."""
    read, write = answer_to(address, kind, READ), answer_to(address, kind, WRITE)
    if Answer.OWN in (read, write):
        return OWN
    if write is Answer.PAGE:
        return WHOLE
    return READS if read is Answer.PAGE else NO


def who_may_see_what(member: Member) -> dict[str, Any]:
    """Everything the page shows: columns, groups of rows, and a card for each role."""
    by_name = {one.name: one for one in addresses() if one.in_programme}
    columns = [_column(kind, member) for kind in COLUMNS]
    groups = [_group(part, by_name, columns) for part in PARTS]
    return {
        "columns": columns,
        "groups": groups,
        "cards": [_card(number, column, groups) for number, column in enumerate(columns)],
        "others": [{"icon": icon, "title": title, "text": text} for icon, title, text in OTHER_WORDS],
        "legend": [{"cell": cell, "text": text} for cell, text in LEGEND],
    }


def _column(kind: Kind, member: Member) -> dict[str, Any]:
    return {"kind": kind, "title": capfirst(str(Role(kind.role).label)), "mine": kind.role in member.roles}


def _group(part: Part, by_name: dict[str, Address], columns: list[dict[str, Any]]) -> dict[str, Any]:
    """One part of the programme: a row for each page, a cell for each role."""
    rows = []
    for name, title in part.pages.items():
        cells = [{"cell": cell_of(by_name[name], one["kind"]), "column": one} for one in columns]
        rows.append({"title": title, "cells": cells})
    return {"code": part.code, "title": part.title, "icon": part.icon, "rows": rows}


def _card(number: int, column: dict[str, Any], groups: list[dict[str, Any]]) -> dict[str, Any]:
    """One role: in words, in numbers, and page by page for a phone."""
    parts = []
    for group in groups:
        rows = [{"title": row["title"], "cell": row["cells"][number]["cell"]} for row in group["rows"]]
        parts.append({**group, "rows": rows, "some": any(row["cell"] is not NO for row in rows)})
    counts = {cell: sum(row["cell"] is cell for part in parts for row in part["rows"]) for cell in (WHOLE, READS, OWN)}
    said = [f"{count} {COUNTED[cell.code]}" for cell, count in counts.items() if count]
    total = sum(len(part["rows"]) for part in parts)
    return {
        **column,
        "text": ROLE_WORDS[column["kind"].role],
        "numbers": _("Of %(total)s pages: %(said)s.") % {"total": total, "said": ", ".join(said)},
        "parts": [part for part in parts if part["some"]],
        "closed": [part["title"] for part in parts if not part["some"]],
    }


def opened_rows(grants: Iterable[AccessGrant], member: Member, now: datetime) -> list[dict[str, Any]]:
    """Each emergency access with what was read while it lasted; all readings come in one query."""
    grants = list(grants)
    users, first = {one.by_user_id for one in grants}, min((one.opened_at for one in grants), default=now)
    looks = Look.objects.visible_to(member).filter(by_user_id__in=users, at__gte=first).select_related("person")
    read = list(looks.order_by("at", "pk"))
    return [
        {
            "grant": one,
            "open": one.ended_at is None and one.ends_at > now,
            "read": [look for look in read if look.by_user_id == one.by_user_id and _within(look, one)],
        }
        for one in grants
    ]


def _within(look: Look, grant: AccessGrant) -> bool:
    """Whether it was read because this was open: the reason stands beside the reading."""
    of_whom = grant.person_id is None or look.person_id == grant.person_id
    return of_whom and look.reason == grant.reason and grant.opened_at <= look.at <= grant.closed_at
