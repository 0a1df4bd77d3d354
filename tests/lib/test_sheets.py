"""What leaves for a spreadsheet is text, in every file that the house writes."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from peerhub.lib.sheets import Book, as_csv, download, harmless
from tests import factories as make
from tests.cast import Cast
from tests.house.tree import Source, sources, told

TRIGGERS = "=+-@＝＋－＠﹢﹣﹦﹫"  # the full-width and small forms are meant


@pytest.mark.parametrize(
    "text",
    [
        *(f"{sign}cmd|' /C calc'!A0" for sign in TRIGGERS),
        *(f"{blank}=1+1" for blank in ("\t", "\r", "\n", " ", "\u00a0", "\u200b", "\ufeff", "\u2060")),
        *('=HYPERLINK("http://x","y")', "@SUM(A1)", "+1+cmd", "-2+3|cmd", "\tx", "\rx", "\nx"),
    ],
)
def test_a_formula_becomes_text(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Fatima", "Fatima"), ("", ""), (None, ""), (7, "7"), ("-5", "-5"), ("+31 6 1234 5678", "+31 6 1234 5678"),
        ("(070) 123", "(070) 123"), ("a=b, c-d @ e", "a=b, c-d @ e"), ("Mon; -5 degrees", "Mon; -5 degrees"),
        ("x\x00\x0by", "xy"), ("one;=two()", "one;'=two()"), ("one\n=two()", "one\n'=two()"), ("a;＝b", "a;'＝b"),
        ('a; "@b', "a; \"'@b"),
    ],
)  # fmt: skip
def test_other_text_stays(text: object, written: str) -> None:
    assert harmless(text) == written


@given(st.text(max_size=40))
def test_nothing_begins_a_cell_that_calculates(text: str) -> None:
    """Cut at commas, semicolons, tabs or lines, as spreadsheets of different countries do."""
    written = harmless(text)
    for mark in (";", "\t", "\n"):
        for cell in written.split(mark):
            begins = cell.strip(" \"'")[:1] if not cell.strip(' "').startswith("'") else ""
            number = re.match(r"[\s\"']*[+-]\d", cell)
            assert not (begins and begins in "=@") or number, (text, written)


def test_every_cell_of_a_csv_is_quoted() -> None:
    answer = as_csv("people", ["Name"], [["=x"], ['a "b", c'], ["two\nlines"]])
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    assert [row[0] for row in csv.reader(io.StringIO(text[1:], newline=""))] == [
        "Name",
        "'=x",
        'a "b", c',
        "two\nlines",
    ]
    assert all(line.startswith('"') for line in text[1:].split("\r\n")[:-1])


def test_cells_of_a_workbook_are_text() -> None:
    book = Book()
    book.sheet("=People/[1]", ["=Name"], [["=1+1"], ["+31612345678"], [5]])
    book.sheet("=People/[1]", ["Name"])
    read = load_workbook(io.BytesIO(book.content()))
    assert len(set(read.sheetnames)) == 2
    cells = [cell for row in read.worksheets[0].iter_rows() for cell in row]
    assert [cell.value for cell in cells] == ["'=Name", "'=1+1", "+31612345678", "5"]
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("north-2026.csv", 'attachment; filename="north-2026.csv"'),
        ('x"; filename="evil.exe.csv', 'attachment; filename="x-filenameevilexe.csv"'),
        ("Zoë Łódź\r\nSet-Cookie: a=b.xlsx", 'attachment; filename="zoe-odz-set-cookie-ab.xlsx"'),
        ("../../etc/passwd.pdf", 'attachment; filename="etcpasswd.pdf"'),
        ("مرحبا.pdf", 'attachment; filename="peerhub.pdf"'),
    ],
)
def test_a_files_name_is_plain(asked: str, said: str) -> None:
    answer = download(b"x", asked, "text/plain")
    assert answer.headers["Content-Disposition"] == said
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_lists_leave_as_text(cast: Cast, login: Callable[..., Client]) -> None:
    evil = "=cmd|calc;＝1"  # full-width
    make.a_participant(cast.north, evil, request_for_help=evil)
    make.a_supporter(cast.north, evil)
    client = login(cast.amina)
    for name in ("participants_export", "supporters_export"):
        answer = client.get(reverse(f"recruitment:{name}", args=["north"]))
        cells = [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
        assert [cell for cell in cells if "cmd" in cell]
        assert not [cell for cell in cells if cell.startswith("=") or ";＝" in cell]  # the same
        assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.csv"', answer.headers["Content-Disposition"])


def writers(source: Source) -> Iterator[str]:
    """Where a file makes a table for a spreadsheet by itself, or names a download by itself."""
    for node in ast.walk(source.tree):
        text = ast.unparse(node) if isinstance(node, ast.Call | ast.Attribute) else ""
        if re.match(r"csv\.(writer|DictWriter)\b|(openpyxl\.)?Workbook\(|\w+\.to_(csv|excel)\(|xlsxwriter\.", text):
            yield f"{source.short}:{node.lineno}: {text[:60]}"  # type: ignore[attr-defined]  # both have a line
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "Content-Disposition" in node.value:
            yield f"{source.short}:{node.lineno}: {node.value[:60]}"
    for one in source.imports():
        if (one.module, *one.names) in {("csv", "writer"), ("openpyxl", "Workbook")} or one.module == "xlsxwriter":
            yield f"{source.short}:{one.line}: from {one.module} import {', '.join(one.names)}"


def test_only_one_module_writes_for_spreadsheets() -> None:
    door = "peerhub.lib.sheets"
    problems = [place for source in sources() if source.module != door for place in writers(source)]
    told(problems, "Tables for spreadsheets and downloads are made by peerhub/lib/sheets.py, which keeps text text.")
    assert [place for source in sources() if source.module == door for place in writers(source)]  # the rule sees them
