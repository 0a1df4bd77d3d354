"""Files made to do harm are turned away in a sentence, soon, and without filling the memory."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopFutureHandlers
from django.test import Client
from django.urls import reverse

from peerhub.lib.errors import Refused
from peerhub.lib.uploads import MOST, BoundedUploadHandler
from recruitment.importing import weighing
from recruitment.importing.reading import read
from tests.cast import Cast
from tests.house.tree import ROOT
from tests.recruitment.workbooks import xlsx

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def book(parts: dict[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of one sheet in which some parts are others, or more."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(People=[["Name"], ["An"]]))) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.infolist():
            if part.filename not in parts:
                new.writestr(part.filename, old.read(part), zipfile.ZIP_DEFLATED)
        for name, content in parts.items():
            new.writestr(name, content, packing)
    return stream.getvalue()


def sheet(rows: str) -> bytes:
    return f'<?xml version="1.0"?><worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>'.encode()


def nested() -> bytes:
    return book({"xl/embeddings/inner.xlsx": xlsx(People=[["Name"], ["An"]])}, packing=zipfile.ZIP_STORED)


def lying() -> bytes:
    """The table of contents says a few bytes; the part unpacks to far more."""
    data = bytearray(book({"xl/media/x.bin": b"0" * 9_000_000}))
    at = data.rindex(b"xl/media/x.bin") - 46  # its entry in the table at the end
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(data)


def hidden_entities(encoding: str, name: str) -> bytes:
    """A billion laughs behind a long comment, in a part with an unsuspicious name."""
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    comment = f"<!--{'x' * 70_000}-->"
    text = f'<?xml version="1.0" encoding="{encoding}"?>{comment}<!DOCTYPE a [<!ENTITY a0 "ha">{lines}]><a>&a9;</a>'
    return book({name: text.encode(encoding)})


def external_entity() -> bytes:
    text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    return book({"xl/sharedStrings.xml": text.encode()})


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "ratio": (lambda: book({SHEET: sheet("<row/>" * 1_500_000)}), "too large"),
    "total": (lambda: book({f"xl/media/{n}": b"0" * 1_999_999 for n in range(30)}), "too large"),
    "many parts": (lambda: book({f"xl/media/{n}.bin": b"" for n in range(600)}), "too large"),
    "nested": (nested, "no spreadsheet needs"),
    "lying size": (lying, "no .xlsx"),
    "other packing": (lambda: book({"xl/x.bin": b"x" * 99}, packing=zipfile.ZIP_LZMA), "no spreadsheet needs"),
    "entities": (lambda: hidden_entities("utf-8", "xl/notes.dat"), "no spreadsheet needs"),
    "entities in utf-16": (lambda: hidden_entities("utf-16", "xl/sharedStrings.xml"), "no spreadsheet needs"),
    "external entity": (external_entity, "no spreadsheet needs"),
    "one endless row": (lambda: book({SHEET: sheet(f"<row>{'<c/>' * 400_000}</row>")}), "too large"),
    "endless texts": (lambda: book({"xl/sharedStrings.xml": sheet("<si/>" * 300_000)}), "too large"),
    "deep": (lambda: book({SHEET: sheet("<a>" * 500_000)}), "too large"),
    "many attributes": (
        lambda: book({SHEET: sheet("<row " + " ".join(f"a{n}='1'" for n in range(200_000)) + "/>")}),
        "too large",
    ),
    "a far row": (
        lambda: book({SHEET: sheet('<row r="999999999999"><c t="inlineStr"><is><t>x</t></is></c></row>')}),
        "nothing",
    ),
    "far empty cells": (
        lambda: book({SHEET: sheet("".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(1, 60_000)))}),
        "too large",
    ),
    "many columns": (
        lambda: book({SHEET: sheet(f"<row>{'<c><v>1</v></c>' * 200}</row>")}),
        "100 columns",
    ),
    "cut off": (lambda: book({SHEET: sheet("<row>")[:-30]}), "damaged|nothing"),
    "no xml": (lambda: book({SHEET: b"<<<<"}), "damaged"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_a_sentence_and_soon(name: str) -> None:
    make, words = BOMBS[name]
    data = make()
    assert len(data) < 5 * 1024 * 1024
    started = time.process_time()
    with pytest.raises(Refused, match=words):
        read("people.xlsx", data)
    assert time.process_time() - started < 8  # of the processor, which a busy machine does not change


def test_the_ratio_is_judged_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object) -> None:
        raise AssertionError("unpacked")

    data = BOMBS["ratio"][0]()
    monkeypatch.setattr(zipfile.ZipFile, "open", never)
    with pytest.raises(Refused, match="too large"):
        read("people.xlsx", data)


WATCHED = """
import json, resource, sys, django; django.setup()
from peerhub.lib.errors import Refused
from recruitment.importing.reading import read
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    said = sum(len(grid.rows) for grid in read("people.xlsx", data))
except Refused as refusal:
    said = str(refusal)
print(json.dumps([said, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024]))
"""


def heavy() -> bytes:
    """As much as passes: twenty thousand rows, each with its own texts, and a list of texts besides."""
    rows = []
    for number in range(1, 19_000):
        cells = [f"<c t='inlineStr'><is><t>words {number} {column} \U0001f600</t></is></c>" for column in range(17)]
        rows.append(f"<row r='{number}'>{''.join(cells)}</row>")
    texts = f"<sst {MAIN}>" + "".join(f"<si><t>{n}</t></si>" for n in range(240_000)) + "</sst>"
    return book({SHEET: sheet("".join(rows)), "xl/sharedStrings.xml": texts.encode()})


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["heavy", "one endless row", "endless texts", "deep", "many attributes", "ratio", "far empty cells"]
)
def test_memory_stays_bounded(tmp_path: Path, name: str) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(heavy() if name == "heavy" else BOMBS[name][0]())
    limit = 1_500 * 1024 * 1024
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(file)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    said, grown = json.loads(done.stdout)
    assert grown < 300, (name, said, grown)  # megabytes
    assert said == 18_999 if name == "heavy" else isinstance(said, str)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("people.csv", b"\x89PNG\r\n" + b"x" * 60, "no text file"),
        ("people.csv", b"GIF89a" + b"x" * 60, "no text file"),
        ("people.csv", b"\xff\xd8\xff\xe0" + b"x" * 60, "no text file"),
        ("people.csv", bytes(range(1, 9)) * 40, "no text file"),
        ("people.csv", xlsx(People=[["Name"], ["An"]]), "no text file"),
        ("people.xlsx", b"Name;Language\nAn;nl\n", "no .xlsx"),
        ("people.xlsx", b"%PDF-1.7 " + b"x" * 60, "no .xlsx"),
        ("people.xlsm", xlsx(People=[["Name"], ["An"]]), "Only .xlsx"),
        ("people.xlsx.exe", xlsx(People=[["Name"], ["An"]]), "Only .xlsx"),
        ("people.csv", b"a\x00b;c\n", "no text file"),
        ("people.csv", b"name\n" + b"x" * 200_000, "too long"),
    ],
)
def test_what_a_file_is_is_seen_from_what_it_holds(name: str, data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read(name, data)


def test_an_ordinary_workbook_passes() -> None:
    rows = [[f"value {row} {column}" for column in range(60)] for row in range(2_000)]
    assert read("people.xlsx", xlsx(People=rows, More=rows))[1].rows == rows
    assert weighing.MOST_TAGS > 60 * 20_000 * 3


def test_a_request_without_end_is_cut_off(cast: Cast, login: Callable[..., Client]) -> None:
    client, url = login(cast.amina), reverse("recruitment:imports", args=["north"])
    large = SimpleUploadedFile("people.csv", b"x" * (MOST + 1))
    assert client.post(url, {"file": large, "locale": cast.north.language}).status_code == 400
    many = {f"file{number}": SimpleUploadedFile("people.csv", b"a;b") for number in range(6)}
    assert client.post(url, {**many, "locale": cast.north.language}).status_code == 400
    medium = SimpleUploadedFile("people.csv", b"x" * (6 * 1024 * 1024))
    assert "larger than 5 MB" in client.post(url, {"file": medium, "locale": cast.north.language}).content.decode()


def test_a_request_that_says_less_than_it_sends_is_cut_off() -> None:
    handler = BoundedUploadHandler()
    handler.handle_raw_input(None, {}, 10, b"")
    with pytest.raises(StopFutureHandlers):
        handler.new_file("file", "people.csv", "text/csv", 10)
    handler.receive_data_chunk(b"x" * MOST, 0)
    with pytest.raises(RequestDataTooBig):
        handler.receive_data_chunk(b"x", MOST)
