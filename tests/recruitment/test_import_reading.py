"""What is taken in, and what is turned away before it is opened."""

from __future__ import annotations

import io
import zipfile

import pytest

from peerhub.lib.errors import Refused
from recruitment.importing.reading import read
from tests.recruitment.workbooks import day, xlsx


def rows(data: bytes, name: str = "people.csv") -> list[list[str]]:
    return read(name, data)[0].rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_the_ways_spreadsheets_write_it(encoding: str, mark: str) -> None:
    text = f'Voornaam{mark}Opmerkingen\r\nZoë{mark}"twee\nregels, en {mark} daarna"\r\n\r\nRenée{mark}x\r\n'
    assert rows(text.encode(encoding)) == [
        ["Voornaam", "Opmerkingen"],
        ["Zoë", f"twee\nregels, en {mark} daarna".strip()],
        [],
        ["Renée", "x"],
    ]


def test_commas_within_cells_do_not_part_a_semicolon_file() -> None:
    text = "naam;beschikbaar\nAn;ma, di, wo\nBo;ma, di, vr\nCe;do, vr, za\n"
    assert rows(text.encode())[1] == ["An", "ma, di, wo"]


def test_excels_own_first_line_names_the_mark_and_keeps_the_row_numbers() -> None:
    assert rows(b"sep=;\r\nnaam;taal\r\nAn;nl\r\n") == [[], ["naam", "taal"], ["An", "nl"]]


def test_workbook_cells_become_text_and_formulas_stay_what_they_are() -> None:
    data = xlsx(People=[["a", "b", "c", "d", "e"], [day(1990, 1, 2), 637151204.0, 0, True, "=1+1"], [None, " x\u00a0"]])
    assert rows(data, "p.xlsx")[1:] == [["1990-01-02", "637151204", "0", "TRUE", "=1+1"], ["", "x"]]


def test_characters_that_cannot_be_seen_are_dropped() -> None:
    assert rows("naam,x\nA\u200bn\x07\ufeff,👩\u200d👧\n".encode())[1] == ["An", "👩\u200d👧"]


def swollen(size: int) -> bytes:
    stream = io.BytesIO(xlsx(People=[["Name"], ["An"]]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as parcel:
        parcel.writestr("xl/worksheets/sheet9.xml", b"0" * size)
    return stream.getvalue()


def with_entities() -> bytes:
    stream = io.BytesIO(xlsx(People=[["Name"], ["An"]]))
    with zipfile.ZipFile(stream, "a") as parcel:
        parcel.writestr("xl/other.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("p.xlsx", b"", "empty"),
        ("p.csv", b" \n\n", "empty"),
        ("p.csv", b",,\n,,\n", "nothing"),
        ("p.pdf", b"%PDF-1.7", "Only .xlsx"),
        ("p.xls", b"\xd0\xcf\x11\xe0" + b"0" * 50, "Only .xlsx"),
        ("p.xlsx", b"\xd0\xcf\x11\xe0" + b"0" * 50, "password"),
        ("p.xlsx", b"First name,Last name\n", "no .xlsx"),
        ("p.xlsx", b"PK\x03\x04 broken", "no .xlsx"),
        ("p.csv", b"PK\x03\x04\x00\x00", "no text file"),
        ("p.csv", b"a\x00b", "no text file"),
        ("p.csv", b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
        ("p.csv", b"a\n" * 20_001, "20,000"),
        ("p.csv", b"a," * 100 + b"a\n", "100 columns"),
        ("p.csv", b'naam;x\nAn;"' + b"y" * 200_000, "too long"),
        ("p.xlsx", swollen(8 * 1024 * 1024), "too large"),
        ("p.xlsx", with_entities(), "no spreadsheet needs"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(name: str, data: bytes, word: str) -> None:
    with pytest.raises(Refused, match=word):
        read(name, data)


def test_a_damaged_workbook_is_refused_in_words() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parcel:
        parcel.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(Refused, match="damaged"):
        read("p.xlsx", stream.getvalue())


def test_a_row_far_down_does_not_make_a_million_empty_ones() -> None:
    from openpyxl import Workbook  # noqa: PLC0415  # a cell at an address of its own

    book, stream = Workbook(), io.BytesIO()
    book.worksheets[0]["A1"], book.worksheets[0]["A900000"] = "Name", "An"
    book.save(stream)
    with pytest.raises(Refused, match="20,000"):
        read("p.xlsx", stream.getvalue())
