"""What the lists of recruitment share: filters that live in the address, paging, the rows as a table to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from peerhub.people.choices import Language
from programmes.access import MemberRequest

PER_PAGE = 25


def address(request: HttpRequest, **changes: str) -> str:
    """The filters of this list as a query string without the page, with some of them changed."""
    kept = {name: value for name, value in request.GET.items() if name != "page" and value}
    return urlencode({name: value for name, value in {**kept, **changes}.items() if value})


def status_chips(request: HttpRequest, labels: Mapping[str, Any], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """A chip for everybody and one for each state, with how many there are."""
    chosen = request.GET.get("status", "")
    entries = [("", _("All"), sum(counts.values()))]
    entries += [(value, str(label), counts.get(value, 0)) for value, label in labels.items()]
    return [
        {"label": label, "url": f"?{address(request, status=value)}", "active": value == chosen, "count": count}
        for value, label, count in entries
    ]


def select(request: HttpRequest, name: str, label: str, options: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """One choice of the filter bar."""
    chosen = request.GET.get(name, "")
    shown = [{"value": value, "label": text, "selected": value == chosen} for value, text in options]
    return {"name": name, "label": label, "options": shown}


def language_select(request: HttpRequest, spoken: Sequence[str]) -> dict[str, Any]:
    """The languages that people of this list speak."""
    known = [(code, label) for code, label in Language.choices if code in spoken]
    return select(request, "language", _("Language"), [("", _("all languages")), *known])


def list_page(
    request: MemberRequest, found: Any, *, chips: list[dict[str, Any]], selects: list[dict[str, Any]]
) -> dict[str, Any]:
    """What every list hands to its template."""
    return {
        "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "q": request.finding.words,
        "chips": chips,
        "selects": selects,
        "hidden": [{"name": "status", "value": request.GET["status"]}] if request.GET.get("status") else [],
        "querystring": address(request),
        "clear_url": request.path if address(request) else "",
    }
