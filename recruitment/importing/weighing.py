"""An .xlsx is a zip of XML: what it would become is weighed in pieces before a spreadsheet library unpacks it.

Such a library builds each row as a tree in memory; a few kilobytes that were made for it would become gigabytes. Names
of parts and tags are not believed, sizes that a zip states are binding: unpacking stops there.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any
from xml.parsers import expat  # nothing that declares entities reaches it

from django.utils.translation import gettext as _

from peerhub.lib.errors import Refused

MOST_UNZIPPED = 50 * 1024 * 1024
MOST_PARTS = 500  # files in the zip; a workbook of twenty sheets has about a hundred
MOST_RATIO = 200
RATIO_FROM = 2 * 1024 * 1024
MOST_TAGS = 5_000_000
MOST_CHILDREN = 20_000  # of one tag: a spreadsheet ends at column 16,384
MOST_ROWS_OR_TEXTS = 250_000
LIST_TAGS = ("sheetData", "sst")
DEEPEST = 64
LONGEST_TOKEN = 256 * 1024  # a cell holds at most 32,767 characters
CHUNK = 64 * 1024
ZIP = b"PK\x03\x04"
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
PACKING = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
BROKEN = (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, RuntimeError, zlib.error)


class _TooMuchError(Exception):
    """More than any list of people needs."""


class _OddError(Exception):
    """Something that no spreadsheet writes."""


def weigh(data: bytes) -> None:
    """Raise Refused, with one sentence, for a workbook that is none, locked, too large, or made to do harm."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parcel:
            parts = parcel.infolist()
            if "[Content_Types].xml" not in parcel.namelist() or any(part.flag_bits & 1 for part in parts):
                raise Refused(_("This is no .xlsx workbook, or it has a password. Save it again as .xlsx."))
            _look_at_sizes(parts)
            tags = 0
            for part in parts:
                tags += _tags_of(parcel, part, MOST_TAGS - tags)
    except _TooMuchError as error:
        raise Refused(_("This workbook is too large once unpacked. Keep only the sheets with people.")) from error
    except _OddError as error:
        sentence = _("This workbook holds parts that no spreadsheet needs. Save it again as .xlsx.")
        raise Refused(sentence) from error
    except BROKEN as error:
        raise Refused(_("This is no .xlsx workbook. Save it again as .xlsx.")) from error


def _look_at_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """By the zip's table of contents, before anything is unpacked."""
    swells = any(one.file_size > max(RATIO_FROM, MOST_RATIO * max(one.compress_size, 1)) for one in parts)
    if swells or len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNZIPPED:
        raise _TooMuchError


def _tags_of(parcel: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    """How many tags a part has; nothing is built from them."""
    if part.compress_type not in PACKING:
        raise _OddError
    counting: _Counting | None = None
    with parcel.open(part) as stream:
        before = b""
        while piece := stream.read(CHUNK):
            seen = before + piece.replace(b"\x00", b"").upper()  # UTF-16 is seen through
            if any(word in seen for word in FORBIDDEN) or (not before and piece.startswith(ZIP)):
                raise _OddError
            if not before and seen.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith(b"<"):
                counting = _Counting(most)
            if counting:
                counting.feed(piece)
            before = seen[-16:] or b" "
    return counting.tags if counting else 0


class _Counting:
    """Counts tags, children and depth of one XML part while it streams by."""

    def __init__(self, most: int) -> None:
        self.most, self.tags, self.since = most, 0, 0
        self.children: list[int] = []
        self.limits: list[int] = []
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._opens
        self.parser.EndElementHandler = self._closes

    def feed(self, piece: bytes) -> None:
        """Read on. A damaged part is left to the library, which says so; it has got no further than this either."""
        self.since = len(piece) - piece.rfind(b">") if b">" in piece else self.since + len(piece)
        if self.since > LONGEST_TOKEN:
            raise _TooMuchError
        try:
            self.parser.Parse(piece, False)  # expat's way
        except expat.ExpatError as error:
            raise Refused(_("This workbook is damaged and cannot be opened. Save it again as .xlsx.")) from error

    def _opens(self, name: str, _attributes: Any) -> None:
        self.tags += 1
        if self.children:
            self.children[-1] += 1
            if self.children[-1] > self.limits[-1]:
                raise _TooMuchError
        if self.tags > self.most or len(self.children) >= DEEPEST:
            raise _TooMuchError
        self.children.append(0)
        self.limits.append(MOST_ROWS_OR_TEXTS if name.rpartition(":")[2] in LIST_TAGS else MOST_CHILDREN)

    def _closes(self, _name: str) -> None:
        self.children.pop()
        self.limits.pop()
