"""Workbooks for the tests of the import: a coordinator's, with her usual slips, and bytes of other kinds."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook


def words(text: str) -> list[str]:
    return text.split("|")


def day(year: int, month: int, number: int) -> datetime:
    """A date cell: a spreadsheet knows no time zones."""
    return datetime(year, month, number)  # noqa: DTZ001


SUPPORTER_HEADINGS = words(
    "First name|Last name|E-mail|Phone|Date of birth|Gender|Languages|Postcode|Lived experience|Skills|Available"
    "|Hours per week|Max people|Max travel (min)|Wants to support|Started|Remarks"
)
PARTICIPANT_HEADINGS = words(
    "First name|Last name|E-mail|Phone|Date of birth|Gender|Languages|Postcode|Asks for help with|Available|Prefers"
    "|Found through|Registered on|Children|Do not contact by|Remarks"
)
EMOJI = "😀 " * 400


def xlsx(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of these sheets, row by row."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def supporter(first: str | None, last: str, **more: Any) -> list[Any]:
    """A row of the supporters' sheet."""
    row = {
        "E-mail": f"{first}.{last}@example.org".lower().replace(" ", "").replace("ç", "c"),
        "Date of birth": day(1990, 4, 11),
        "Gender": "F",
        "Languages": "Dutch, Tarifit",
        "Postcode": "2521",
        "Available": "Mon evening, Thu morning",
        "Hours per week": 6,
        "Max people": 2,
        "Max travel (min)": 30,
        "Started": day(2024, 6, 7),
        "First name": first,
        "Last name": last,
        **more,
    }
    return [row.get(heading) for heading in SUPPORTER_HEADINGS]


def participant(first: str | None, last: str, **more: Any) -> list[Any]:
    """A row of the participants' sheet."""
    row = {
        "E-mail": f"{first}.{last}.p@example.org".lower().replace(" ", "").replace("ç", "c"),
        "Date of birth": day(1985, 7, 19),
        "Gender": "F",
        "Languages": "Arabic",
        "Postcode": "2515",
        "Asks for help with": "find a GP; housing",
        "Available": "Wed morning",
        "Found through": "food bank",
        "Registered on": day(2025, 12, 2),
        "Children": 0,
        "First name": first,
        "Last name": last,
        **more,
    }
    return [row.get(heading) for heading in PARTICIPANT_HEADINGS]


def with_slips(today: date) -> bytes:
    """One slip of each kind; the comments say the spreadsheet's row."""
    yasmina = {"E-mail": "yasmina@example.org", "Date of birth": day(1993, 4, 11)}
    copied = participant("Nadia", "Kowalska", Phone="0639436991")
    supporters = [
        SUPPORTER_HEADINGS,
        supporter("Yasmina", "Haddad", **yasmina),  # 2
        supporter("Zeynep", "Said", Phone=637151204),  # 3: number without its zero
        supporter("Karima", "M'Barek", **{"E-mail": "karima(at)example.org"}),  # 4: no address
        supporter("Ifrah", "Demir", Remarks='=HYPERLINK("http://example.org","click")'),  # 5: formula
        supporter("Leyla", "Aydin", Languages="NL / arabisch;Tarifit "),  # 6
        supporter("Rachida", "Nowak", **{"E-mail": "yasmina@example.org"}),  # 7: somebody else's address
        supporter("Naima", "van den Berg", **{"Date of birth": "31-02-1988"}),  # 8: no such day
    ]
    participants = [
        PARTICIPANT_HEADINGS,
        participant("Hodan", "Ouali", **{"Registered on": "12/11/25", "Prefers": "older than me"}),  # 2: two readings
        copied,  # 3
        participant("Agnieszka", "Aydin", **{"Date of birth": day(today.year + 1, 5, 1)}),  # 4: not born yet
        participant("Amal", "Ouali", **{"Date of birth": day(today.year - 16, 3, 14)}),  # 5: sixteen
        [],  # 6
        participant("Yasmina", "Haddad", Languages="French, Turkish", **yasmina),  # 7: a supporter too
        participant("Ferweyni", "Çelik", Postcode=None),  # 8
        participant("Ferweyni", "El Amrani", Remarks=EMOJI, **{"E-mail": None}),  # 9
        participant(None, "de Vries"),  # 10
        participant("Youssef", "d'Hondt", Languages="Klingon"),  # 11
        copied,  # 12: typed twice
    ]
    return xlsx(Supporters=supporters, Participants=participants)
