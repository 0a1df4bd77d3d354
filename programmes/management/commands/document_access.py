from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import translation

from peerhub.lib.commands import JsonCommand, Wrong
from programmes import matrix
from programmes.page import in_reading_order
from programmes.titles import part_of, title_of

PAGE = Path(settings.BASE_DIR) / "docs" / "access.md"
OPENING = """# Who may see what

This page is written by `manage.py document_access` from the guards of the pages (`@page(Permission.X)`), the table of
rights (`programmes/permissions.py`) and the exceptions below (`programmes/matrix.py`). A test fails when it is not
current, when an address is missing, or when a page answers anybody otherwise (`tests/test_access.py`).

| word | means |
|---|---|
| page | the page or the download, with every row of the programme that it is about; or it leads on to such a page |
| own rows | the page with one's own rows only; another supporter's row is 404 |
| 403 | “this is not for you”: a member of the programme without the right |
| 404 | as if it did not exist: a stranger to the programme, or a row that is not there for this visitor |
| 405 | the address does not know this method |
| log-in | led to the log-in |
| set up 2nd factor | led to the set-up of the second factor |

In every page of a programme a row of another programme is 404 for whoever may open the page. Where GET and POST get the
same answers, one line stands for both. HEAD and OPTIONS get no more than GET; other methods change nothing.
"""


class Command(JsonCommand):
    """Write docs/access.md, who may see what, from the code itself, or say whether it is current."""

    help = __doc__ or ""
    in_the_database = False  # it reads the code

    def arguments(self, parser: CommandParser) -> None:
        """Only look."""
        parser.add_argument(
            "--check", action="store_true", help="write nothing; end with 2 when the page is not current"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """Write the page, or compare it."""
        with translation.override("en"):
            text = page()
        if options["check"] and (not PAGE.exists() or PAGE.read_text() != text):
            raise Wrong("docs/access.md is not current. Write it: manage.py document_access")
        if not options["check"]:
            PAGE.write_text(text)
        return {"file": str(PAGE.relative_to(settings.BASE_DIR)), "addresses": len(in_reading_order())}


def page() -> str:
    """The whole page."""
    return "\n".join([OPENING, *table(), "", "## Exceptions, each with its reason", "", *exceptions(), ""])


def table() -> list[str]:
    """One line for each address, or one for each method where their answers differ."""
    head = ["part", "page", "address", "method", *(str(kind.words) for kind in matrix.KINDS)]
    lines = [line_of(head), "|" + "---|" * len(head)]
    for address in in_reading_order():
        part = part_of(address.name)
        said = [str(part.title) if part else "", str(title_of(address.name)), f"`/{address.route}`".replace("|", "\\|")]
        answers = [(method, answers_of(address, method)) for method in matrix.METHODS]
        for same, group in groupby(answers, key=lambda one: one[1]):
            methods = ", ".join(method.upper() for method, _same in group)
            lines.append(line_of([*said, methods, *same]))
    return lines


def answers_of(address: matrix.Address, method: str) -> list[str]:
    """What each kind of visitor gets."""
    return [str(matrix.answer_to(address, kind, method)) for kind in matrix.KINDS]


def line_of(cells: list[str]) -> str:
    """A line of the table."""
    return f"| {' | '.join(cells)} |"


def exceptions() -> list[str]:
    """What the guards and the rights do not say."""
    rows = [
        *((name, "POST", f"needs “{right}”: {why}") for name, (right, why) in matrix.WRITES_NEED.items()),
        *((name, "GET, POST", f"own rows for everybody: {why}") for name, why in matrix.OWN_ONLY.items()),
        *((name, "GET, POST", f"own rows for one role: {why}") for (name, _role), why in matrix.OWN_FOR.items()),
        *((name, method.upper(), f"405: {why}") for name, (method, why) in matrix.NO_METHOD.items()),
        *((name, "GET, POST", f"404 without a second factor: {why}") for name, why in matrix.OF_THE_FACTOR.items()),
        *((one.name, ", ".join(one.methods).upper(), f"{one.answer}: {one.reason}") for one in matrix.EXCEPTIONS),
        *((name, "GET, POST", f"also for holders of a link: {what}") for name, what in matrix.FOR_LINK_HOLDERS.items()),
    ]
    lines = ["| page | method | answer and reason |", "|---|---|---|"]
    return lines + [
        line_of([str(title_of(name)), method.replace("GET AND", "GET and"), why]) for name, method, why in rows
    ]
