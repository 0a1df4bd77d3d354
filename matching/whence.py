"""Where somebody was on the board: the filters, the search and the page in the address, carried on to the next page."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from programmes.access import MemberRequest

RUN = re.compile(r"\d{1,18}", re.ASCII)
OF_RUN = ("run", "pairs")  # the search that is looked at, and the page of its pairs
KEPT = ("find", "show", "language", "kind", "sort", *OF_RUN)
CARRIED = (*KEPT, "page")
PERSON = "person"  # on whose page of candidates she was
BOARD = "board"  # all of it in one, for pages whose own fields have the same names


def kept_in(sent: QueryDict) -> dict[str, str]:
    """What of the board stands in an address or a form."""
    kept = {name: str(sent[name]) for name in CARRIED if sent.get(name)}
    if not RUN.fullmatch(kept.get("run", "0")):
        del kept["run"]
    return kept


def sent_with(request: MemberRequest) -> QueryDict:
    """What came with a request: the form that was sent, else the address."""
    return request.POST if request.method == "POST" else request.GET


def carried(request: MemberRequest, **more: str) -> list[dict[str, str]]:
    """The same as hidden fields of a form, and ``more``."""
    return [{"name": name, "value": value} for name, value in (kept_in(sent_with(request)) | more).items()]


def board_url(request: MemberRequest, ticked: Any = ()) -> str:
    """The board as it was; with only these pairs ticked, where some are named."""
    asked = [*kept_in(sent_with(request)).items(), *(("pair", one) for one in ticked)]
    return reverse("matching:board", args=[request.programme.slug]) + (f"?{urlencode(asked)}" if asked else "")


def person_url(request: MemberRequest, participant: int, *, but: str = "", in_one: bool = False) -> str:
    """Somebody's candidates, with the board as it was beside them; ``but`` is left out, where a page means its own.

    ``in_one``: it was carried as one field.
    """
    sent = sent_with(request)
    board = QueryDict(str(sent.get(BOARD, ""))[:500]) if in_one else sent
    kept = {name: value for name, value in kept_in(board).items() if name != but}
    address = reverse("matching:candidates", args=[request.programme.slug, participant])
    return address + (f"?{urlencode(kept)}" if kept else "")
