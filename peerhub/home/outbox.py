"""The list of messages with its filters."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.http import QueryDict
from django.utils.translation import gettext as _

from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice


def outbox(found: QuerySet[Notice], query: QueryDict) -> dict[str, Any]:
    """Messages of one kind or status, or all; those that could not be sent come first, then the newest."""
    kind, status = query.get("kind", ""), query.get("status", "")
    if kind in Kind.values:
        found = found.filter(kind=kind)
    if status in NoticeStatus.values:
        found = found.filter(status=status)
    dead_first = Case(When(status=NoticeStatus.DEAD, then=Value(0)), default=Value(1))
    params = query.copy()
    params.pop("page", None)
    return {
        "found": found.order_by(dead_first, "-created_at", "-pk"),
        "selects": [
            _select("status", _("Status"), NoticeStatus.choices, status),
            _select("kind", _("Kind"), Kind.choices, kind),
        ],
        "querystring": params.urlencode(),
    }


def _select(name: str, label: str, choices: list[tuple[str, Any]], chosen: str) -> dict[str, Any]:
    options = [
        {"value": value, "label": words, "selected": value == chosen} for value, words in [("", _("All")), *choices]
    ]
    return {"name": name, "label": label, "options": options}
