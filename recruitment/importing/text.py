"""Cells as people type them: cleaned of what cannot be seen, and made comparable."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\ufeff\u200b\u200e\u200f\u061c\u2028-\u202e\u2060\u2066-\u2069]"
)
SPACES = re.compile(r"[\s\u00a0\u202f\u2007]+")
LONE = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


def words(text: str) -> frozenset[str]:
    """A table of words written in one string, parted by bars."""
    return frozenset(text.split("|"))


NOTHING = words(
    "n a|na|nvt|n v t|n b|none|null|nil|unknown|onbekend|niet bekend|geen|inconnu|inconnue|neant|neant|aucun|aucune"
    "|sans|nan|pas connu"
    "|not known|no data"
)
MISSING_CELLS = frozenset({"#N/A", "#N/B", "#NB", "#NV"})
ERROR_CELL = re.compile(
    r"#(?:REF|VALUE|NAME|DIV/0|NULL|NUM|SPILL|CALC|VERW|WAARDE|NAAM|DEEL/0|LEEG|GETAL|VALEUR|NOM|NUL|NOMBRE)[!?]"
)


Row = list[str]


class Unclear(ValueError):  # a sentence for people, as Refused is
    """A given value cannot be understood; the message says what it is and how to write it."""


@dataclass(frozen=True)
class Read:
    """A value as understood. ``shown`` is set when it was repaired; ``left`` holds words that fit no field."""

    value: Any
    shown: str = ""
    left: str = ""


@dataclass(frozen=True)
class Grid:
    """One sheet as text: row 1 of the spreadsheet is ``rows[0]``; empty rows in between are empty lists."""

    name: str
    rows: list[Row]
    hidden: bool = False


@dataclass
class Notes:
    """What is said about one row besides its values."""

    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    repaired: dict[str, list[str]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def clean(text: str) -> str:
    """Text without control characters, Windows line ends and the apostrophe that an export put before a formula."""
    text = UNSEEN.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@":
        text = text[1:]
    return text


def line(text: str) -> str:
    """One line: every run of blanks, also non-breaking ones, is one space."""
    return SPACES.sub(" ", text).strip()


def plain(text: str) -> str:
    """For comparing: lower case, without accents and punctuation, words parted by one space."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(LONE))
    bare = "".join(mark for mark in bare if not unicodedata.combining(mark))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


def says_nothing(text: str) -> bool:
    """Whether a cell is a way of leaving it open: “-”, “?”, “n.v.t.”, “inconnu”."""
    return not text.strip(" -–—?./_\n\t") or plain(text) in NOTHING or text.strip().upper() in MISSING_CELLS


def refuse_machine_text(text: str) -> None:
    """Raise Unclear for a formula or a cell in which the spreadsheet itself shows an error."""
    if text.startswith("="):
        raise Unclear(_("the cell holds a formula, not a value. Paste it as a value."))
    if ERROR_CELL.fullmatch(text.strip().upper()):
        raise Unclear(_("the spreadsheet shows the error %(text)s here.") % {"text": text.strip()})
