"""The only place that writes tables for spreadsheets. What people typed stays text there, whatever it begins with."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
STARTS_FORMULA = ("=", "+", "-", "@")
CUTS_CELL = ("\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?\d[\d ().,/-]*")  # a number or a telephone number calls nothing
# A spreadsheet of another country may cut cells at ; where the file means a comma: what follows begins a cell then.
WITHIN = re.compile(r"([;\t\r\n][\s\"']*)(?=[=@\uFF1D\uFF20\uFE66\uFE6B]|[+\-\uFF0B\uFF0D\uFE62\uFE63](?!\d))")


def harmless(value: Any) -> str:
    """A cell as text that no spreadsheet calculates: an apostrophe stands before what could be a formula.

    Full-width and small forms of the signs count, also behind spaces and invisible characters. Numbers stay.
    """
    text = ILLEGAL_CHARACTERS_RE.sub("", "" if value is None else str(value))
    text = WITHIN.sub(r"\1'", text)
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", text[:100]) if unicodedata.category(sign) != "Cf")
    if text.startswith(CUTS_CELL) or (seen.lstrip().startswith(STARTS_FORMULA) and not NUMBER.fullmatch(text)):
        return f"'{text}"
    return text


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to take away. Its name is made of letters, digits and hyphens, whatever is asked; it names nobody."""
    stem, _dot, ending = name.rpartition(".")
    response = HttpResponse(content, content_type=kind)
    safe_name = f"{slugify(stem)[:100] or 'peerhub'}.{slugify(ending)}"
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=safe_name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def as_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A table to open in a spreadsheet."""
    stream = io.StringIO(newline="")
    stream.write("\ufeff")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    for row in (header, *rows):
        writer.writerow([harmless(value) for value in row])
    return download(stream.getvalue().encode(), f"{name}.csv", CSV)


class Book:
    """A workbook of text cells, sheet by sheet."""

    def __init__(self) -> None:
        self.book = Workbook(write_only=True)
        self.taken: set[str] = set()

    def sheet(self, name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]] = ()) -> None:
        """One more sheet, its headings in bold and always in sight."""
        page = self.book.create_sheet(self._title(name))
        page.freeze_panes = "A2"
        page.append([_text_cell(page, heading, bold=True) for heading in headings])
        for row in rows:
            page.append([_text_cell(page, value) for value in row])

    def content(self) -> bytes:
        """The finished file."""
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()

    def _title(self, name: str) -> str:
        """A sheet's name as spreadsheets allow it, once per workbook."""
        title = re.sub(r"[\\/*?:\[\]\x00-\x1f]", " ", name).strip(" '")[:28] or "Sheet"
        while title.casefold() in self.taken:
            title = f"{title[:26]} {len(self.taken)}"
        self.taken.add(title.casefold())
        return title


def _text_cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=harmless(value))
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    return cell
