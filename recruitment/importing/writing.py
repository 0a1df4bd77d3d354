"""Workbooks that leave the house: the refused rows with their reasons, and an empty template. Formulas stay text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Font

from recruitment.importing.headings import Sheet

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
HARMLESS = re.compile(r"[+-]?\d[\d ().,/-]*")
TEMPLATES = {
    "en": {
        "Peer supporters": "@|Lived experience|Skills|Available|Hours per week|Max people|Max travel (min)"
        "|Wants to support|Started|#",
        "Participants": "@|Asks for help with|Available|Prefers|Found through|Registered on|Children"
        "|Do not contact by|#",
        "@": "First name|Last name|E-mail|Phone|Date of birth|Gender|Languages|Postcode",
        "#": "Remarks",
    },
    "nl": {
        "Peer supporters": "@|Ervaring|Vaardigheden|Beschikbaar|Uren per week|Max. mensen"
        "|Max. reistijd (min)|Voorkeur|Gestart op|#",
        "Deelnemers": "@|Hulpvraag|Beschikbaar|Voorkeur|Gevonden via|Aangemeld op|Kinderen|Niet contacteren via|#",
        "@": "Voornaam|Achternaam|E-mail|Telefoon|Geboortedatum|Geslacht|Talen|Postcode",
        "#": "Opmerkingen",
    },
    "fr": {
        "Pair-aidants": "@|Vécu|Compétences|Disponibilités|Heures par semaine|Max. personnes"
        "|Trajet max (min)|Préférence|Début|#",
        "Personnes accompagnées": "@|Demande d'aide|Disponibilités|Préférence|Trouvé par|Inscrit le|Enfants"
        "|Ne pas contacter par|#",
        "@": "Prénom|Nom de famille|E-mail|Téléphone|Date de naissance|Sexe|Langues|Code postal",
        "#": "Remarques",
    },
}


def safe(text: str) -> str:
    """Text that no spreadsheet will run: an apostrophe before what would be a formula. Numbers and phones stay."""
    if text.startswith(DANGEROUS) and not HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def _text_cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=safe(ILLEGAL_CHARACTERS_RE.sub("", text)))
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _bytes(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _title(name: str, taken: set[str]) -> str:
    """A sheet's name as spreadsheets allow it, once per workbook."""
    title = re.sub(r"[\\/*?:\[\]]", " ", name).strip(" '")[:28] or "Sheet"
    while title.casefold() in taken:
        title = f"{title[:26]} {len(taken)}"
    taken.add(title.casefold())
    return title


def refused_book(sheets: Sequence[Sheet], refused: Iterable[dict[str, Any]]) -> bytes:
    """The rows that need a look, in their original columns, with the row number and the reason after them."""
    book, taken = Workbook(write_only=True), set[str]()
    reasons = {(row["sheet"], row["row"]): row["reasons"] for row in refused}
    for sheet in sheets:
        rows = [(number, cells) for number, cells in sheet.rows if (sheet.name, number) in reasons]
        if not rows:
            continue
        page = book.create_sheet(_title(sheet.name, taken))
        page.freeze_panes = "A2"
        heads = [*sheet.headings, _("Row in your file"), _("Reason")]
        page.append([_text_cell(page, heading, bold=True) for heading in heads])
        for number, cells in rows:
            texts = [
                *cells,
                *[""] * (len(sheet.headings) - len(cells)),
                str(number),
                " ".join(reasons[sheet.name, number]),
            ]
            page.append([_text_cell(page, text) for text in texts])
    if not taken:
        page = book.create_sheet(_("Nothing refused"))
    return _bytes(book)


def template_book(language: str) -> bytes:
    """An empty workbook with the headings that are understood, in the programme's language.

    In TEMPLATES, ``@`` stands for the columns about the person and ``#`` for the last one.
    """
    book = Workbook(write_only=True)
    sheets = TEMPLATES.get(language, TEMPLATES["en"])
    for name in (title for title in sheets if title not in {"@", "#"}):
        page = book.create_sheet(name)
        page.freeze_panes = "A2"
        headings = sheets[name].replace("@", sheets["@"]).replace("#", sheets["#"])
        page.append([_text_cell(page, heading, bold=True) for heading in headings.split("|")])
    return _bytes(book)
