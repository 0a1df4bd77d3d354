"""Files → sheets of text rows. What a stranger uploads is weighed before it is opened; formulas are never evaluated."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from peerhub.lib.errors import Refused
from recruitment.importing.headings import known_headings
from recruitment.importing.text import Grid, Row, clean
from recruitment.importing.weighing import weigh

MOST_BYTES = 5 * 1024 * 1024
MOST_EXACT = 1e15  # beyond it a spreadsheet has lost digits
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CELLS = 5_000_000  # looked at, empty ones too
LOWEST_ROW = 1_048_576  # as far down as a spreadsheet goes
MOST_CONTROLS = 0.01  # of a text; more of them make it something else
MOST_SHEETS = 20
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
# what files of other kinds begin with, whatever their name says
NO_TEXT = (b"PK\x03\x04", OLD_EXCEL, b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\v")
DELIMITERS = (";", ",", "\t", "|")


def read(name: str, data: bytes) -> list[Grid]:
    """The sheets of an uploaded .xlsx or .csv file, as text. Raises Refused with one sentence for anything else."""
    if len(data) > MOST_BYTES:
        raise Refused(_("This file is larger than 5 MB. Leave out pictures, or split it."))
    if not data.strip():
        raise Refused(_("This file is empty."))
    kind = PurePath(name).suffix.lower()
    if kind == ".xlsx":
        grids = _workbook(data)
    elif kind in {".csv", ".txt", ".tsv"}:
        grids = [Grid(PurePath(name).stem[:80], _within(_csv_rows(data)))]
    else:
        raise Refused(_("Only .xlsx and .csv files can be read. Save the workbook as .xlsx and try again."))
    if not any(any(row) for grid in grids for row in grid.rows):
        raise Refused(_("There is nothing in this file."))
    return grids


def _workbook(data: bytes) -> list[Grid]:
    if data.startswith(OLD_EXCEL):
        raise Refused(_("This is an old Excel file, or it has a password. Save it as .xlsx without a password."))
    weigh(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = book.worksheets
        names = [(clean(str(sheet.title)), sheet.sheet_state != "visible") for sheet in sheets[: MOST_SHEETS + 1]]
        grids = [Grid(name, _sheet_rows(sheet), hidden) for (name, hidden), sheet in zip(names, sheets, strict=False)]
    except Refused:
        raise
    except Exception as error:  # openpyxl raises anything on a damaged file; the answer is the same
        raise Refused(_("This workbook is damaged and cannot be opened. Save it again as .xlsx.")) from error
    if len(grids) > MOST_SHEETS:
        raise Refused(_("This workbook has more than 20 sheets. Keep only those with people."))
    return grids


def _sheet_rows(sheet: Any) -> list[Row]:
    sheet.reset_dimensions()  # the size a file claims for itself is not to be trusted
    return _within(_texts(sheet))


def _texts(sheet: Any) -> Iterator[Row]:
    """The rows as text. Raises Refused when there is no end of empty cells: they cost time and hold nobody."""
    looked_at = 0
    for row in sheet.iter_rows(values_only=True, max_row=LOWEST_ROW):
        looked_at += len(row) + 1
        if looked_at > MOST_CELLS:
            raise Refused(_("This workbook is too large once unpacked. Keep only the sheets with people."))
        yield [as_text(value) for value in row] if any(value is not None for value in row) else []


def as_text(value: Any) -> str:
    """A cell as text: dates in ISO, whole numbers without a point, formulas as they are written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < MOST_EXACT else repr(value)
    return clean(str(getattr(value, "text", value)))


def _within(rows: Iterable[Row]) -> list[Row]:
    """The rows up to the last filled one, each without empty cells at its end. Raises Refused beyond the limits."""
    kept: list[Row] = []
    gap = 0
    for row in rows:
        filled = _trimmed(row)
        if not filled:
            gap += 1
            continue
        if len(filled) > MOST_COLUMNS:
            raise Refused(_("A sheet has more than 100 columns. Keep only the columns about people."))
        if len(kept) + gap + 1 > MOST_ROWS:
            raise Refused(_("A sheet has more than 20,000 rows. Split the file."))
        kept += [[] for _gap in range(gap)] + [filled]
        gap = 0
    return kept


def _trimmed(row: Row) -> Row:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _csv_rows(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    first, _newline, rest = text.partition("\n")
    named = first.strip().lower().startswith("sep=") and first.strip()[4:5]
    if named:
        text = "\n" + rest  # Excel's own line: no row of people, but a row in the file
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=named or _delimiter(text)):
            yield [clean(cell) for cell in row]
    except csv.Error as error:
        sentence = _("This file is no CSV that can be read: a cell is too long or a quote is never closed.")
        raise Refused(sentence) from error


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, Excel's UTF-16, and otherwise Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    controls = len(data) - len(data.translate(None, CONTROLS))
    if b"\x00" in data or data.startswith(NO_TEXT) or controls > len(data) * MOST_CONTROLS + 8:
        raise Refused(_("This is no text file, although its name says .csv. Save it again as CSV or .xlsx."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """The mark that makes known headings of one of the first rows; else the one that parts rows most evenly."""

    def worth(mark: str) -> tuple[int, float]:
        try:
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
            rows = [row for row, _number in zip(lines, range(40), strict=False) if row]
        except csv.Error:
            return 0, 0
        columns, times = Counter(len(row) for row in rows).most_common(1)[0] if rows else (1, 0)
        return known_headings(rows), (columns - 1) * times / max(len(rows), 1)

    return max(DELIMITERS, key=worth)
