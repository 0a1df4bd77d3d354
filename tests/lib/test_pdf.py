"""A PDF is tagged, has our fonts and the same bytes each time, and reaches nothing but our own files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from peerhub.lib.pdf import OWN, ForbiddenAddressError, own_file, render

PAGE = """<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>Verslag</title>
<link rel="stylesheet" href="css/report.css"></head><body><h1>Één jaar</h1><p>Gewoon <b>vet</b> Čeština مرحبا</p>
<table><thead><tr><th scope="col">Wat</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
<img alt="Een staaf" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9'%3E%3C/svg%3E">
</body></html>"""


def test_tagged_with_language_title_and_our_fonts() -> None:
    made = render(PAGE)
    reader = PdfReader(BytesIO(made.content))
    assert len(reader.pages) == made.pages
    root: Any = reader.root_object
    assert root["/Lang"] == "nl"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title == "Verslag"
    assert b"/Figure" in _structure(reader)
    assert b"/TH" in _structure(reader)
    fonts = {str(font["/BaseFont"]) for page in reader.pages for font in _fonts(page)}
    assert fonts
    assert all("Noto-Sans" in name for name in fonts), fonts


def test_the_same_bytes_a_second_later() -> None:
    first = render(PAGE)
    time.sleep(1.1)
    assert render(PAGE) == first
    assert "SOURCE_DATE_EPOCH" not in os.environ


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.png",
        "https://example.org/x.css",
        "file:///etc/passwd",
        "../manage.py",
        "css/../../manage.py",
        "/etc/passwd",
        "css/missing.css",
        "data:text/html,x",
    ],
)
def test_nothing_else_can_be_reached(address: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        render(f'<html lang="en"><head><title>x</title></head><body><img alt="" src="{address}"></body></html>')


def test_own_files_are_found_by_their_name() -> None:
    path, kind = own_file(f"{OWN}css/report.css")
    assert (path.name, kind) == ("report.css", "text/css")
    with pytest.raises(ForbiddenAddressError):
        own_file(f"{OWN}js/page.js")


def test_the_site_runs_without_weasyprint() -> None:
    code = "import sys; import peerhub.lib.pdf; sys.exit('weasyprint' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def _fonts(page: Any) -> list[dict[str, object]]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def _structure(reader: PdfReader) -> bytes:
    """The names of the tags, as the file holds them."""
    most = len(reader.xref_objStm) + sum(len(found) for found in reader.xref.values())
    things: list[Any] = [reader.get_object(number) for number in range(1, most + 1)]
    elements = [thing for thing in things if isinstance(thing, dict) and thing.get("/Type") == "/StructElem"]
    return b" ".join(str(element["/S"]).encode() for element in elements)
