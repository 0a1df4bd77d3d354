"""The only place that makes PDFs: tagged, with our own fonts, from our own files, the same bytes every time.

WeasyPrint is imported when a PDF is made and not before, so that the site runs on a machine without Pango.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.contrib.staticfiles import finders

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

OWN = "https://static.invalid/"
CLOCK = "SOURCE_DATE_EPOCH"
PICTURE = "data:image/svg+xml"
KINDS = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png"}


class ForbiddenAddressError(ValueError):
    """A document asked for something that is not one of our static files."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished document: its bytes, their SHA-256 in hexadecimal, and how many pages it has."""

    content: bytes
    sha256: str
    pages: int


def own_file(url: str) -> tuple[Path, str]:
    """The static file, and its kind, that an address of a document stands for. Nothing else can be named."""
    name = unquote(url.removeprefix(OWN).split("#")[0])
    found = finders.find(name) if url.startswith(OWN) and ".." not in name and not name.startswith("/") else None
    kind = KINDS.get(Path(name).suffix)
    if not isinstance(found, str) or kind is None:
        raise ForbiddenAddressError(f"not one of our static files: {url[:80]}")
    return Path(found), kind


def render(html: str) -> Pdf:
    """A PDF/UA-1 document of this HTML: A4 and typography come from its style sheet, language and title from its head.

    Addresses in the HTML are relative to the static files (``css/report.css``); pictures may also stand in the HTML
    itself as SVG. The network and the rest of the disk cannot be reached. Raises ForbiddenAddressError for others.
    """
    from weasyprint import HTML  # noqa: PLC0415  # needs Pango, which a web server may lack
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  # the same
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415  # the same

    page = HTML(string=html, base_url=OWN, url_fetcher=_fetcher(), media_type="print")
    try:
        with _still_clock():
            document = page.render(font_config=FontConfiguration())
            content = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    except FatalURLFetchingError as error:  # no Exception, so that it stops WeasyPrint; outside it is an ordinary error
        raise ForbiddenAddressError(str(error)) from error
    return Pdf(content, hashlib.sha256(content).hexdigest(), len(document.pages))


@contextmanager
def _still_clock() -> Iterator[None]:
    """Fonts made for a document carry the second they were made in, unless this variable says another one."""
    before = os.environ.get(CLOCK)
    os.environ[CLOCK] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[CLOCK]
        else:
            os.environ[CLOCK] = before


def _fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415  # as above

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint is not typed
        """Answers with our static files and refuses everything else, loudly."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url.startswith(PICTURE):
                return super().fetch(url, headers)
            try:
                path, kind = own_file(url)
            except ForbiddenAddressError as error:
                raise FatalURLFetchingError(str(error)) from error
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return OwnFiles(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
