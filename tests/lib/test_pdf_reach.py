"""Whatever a document asks for: nothing but our own static files is read, and no other machine hears of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from peerhub.lib.pdf import OWN, ForbiddenAddressError, own_file, render
from tests.house.tree import ROOT

HEARD: list[str] = []


class Listener(BaseHTTPRequestHandler):
    """Writes down who asks, and leads on to a file of this machine."""

    def do_GET(self) -> None:
        HEARD.append(self.path)
        self.send_response(302)
        self.send_header("Location", "file:///etc/passwd")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Nothing on the screen."""


@pytest.fixture(scope="module")
def outside() -> Iterator[str]:
    """Another machine's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def page(body: str = "", head: str = "") -> str:
    return f'<!DOCTYPE html><html lang="en"><head><title>x</title>{head}</head><body>{body}</body></html>'


def svg(inner: str) -> str:
    """A picture in the document with something in it."""
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"'
    return "data:image/svg+xml," + quote(f"<svg {space}>{inner}</svg>")


def drawn(inner: str) -> str:
    """A page with that picture."""
    return page(f'<img alt="" src="{svg(inner)}">')


ASKING = {
    "picture": lambda url: page(f'<img alt="" src="{url}/a.png">'),
    "picture in other sizes": lambda url: page(f'<img alt="" src="{url}/a.png" srcset="{url}/b.png 2x">'),
    "style sheet": lambda url: page(head=f'<link rel="stylesheet" href="{url}/a.css">'),
    "imported style": lambda url: page(head=f"<style>@import url({url}/a.css);</style>"),
    "imported in quotes": lambda url: page(head=f'<style>@import "{url}/a.css" print;</style>'),
    "background": lambda url: page(f'<p style="background: url({url}/a.png)">x</p>'),
    "border": lambda url: page(f'<p style="border: 3px solid; border-image: url({url}/a.png) 3">x</p>'),
    "mark of a list": lambda url: page(f'<ul style="list-style-image: url({url}/a.png)"><li>x</li></ul>'),
    "generated content": lambda url: page("<p>x</p>", f"<style>p::before {{ content: url({url}/a.png) }}</style>"),
    "font": lambda url: page(
        "<p>x</p>", f"<style>@font-face {{ font-family: f; src: url({url}/a.woff2) }} p {{ font-family: f }}</style>"
    ),
    "attachment of the head": lambda url: page(head=f'<link rel="attachment" href="{url}/a">'),
    "attachment of a link": lambda url: page(f'<a rel="attachment" href="{url}/a">x</a>'),
    "object": lambda url: page(f'<object data="{url}/a.svg" type="image/svg+xml"></object>'),
    "embedded": lambda url: page(f'<embed src="{url}/a.svg" type="image/svg+xml">'),
    "drawing with a picture": lambda url: drawn(f'<image href="{url}/a.png" width="9" height="9"/>'),
    "drawing with an old link": lambda url: drawn(f'<image xlink:href="{url}/a.png" width="9" height="9"/>'),
    "drawing that uses another": lambda url: drawn(f'<use href="{url}/a.svg#x"/>'),
    "drawing with a style": lambda url: drawn(f"<style>@import url({url}/a.css);</style>"),
    "drawing in the page": lambda url: page(f'<svg width="9" height="9"><image href="{url}/a.png" width="9"/></svg>'),
    "base": lambda url: page('<img alt="" src="a.png">', f'<base href="{url}/">'),
}
# What WeasyPrint leaves out of the document without an error, because it does not read it or draws on without it.
LEFT_OUT = {
    *("drawing with a picture", "drawing with an old link", "drawing in the page"),
    *("drawing that uses another", "drawing with a style"),
}


@pytest.mark.parametrize("way", ASKING)
def test_no_other_machine_is_asked(way: str, outside: str) -> None:
    """The listener would lead on to a file of this machine; it hears nothing at all."""
    HEARD.clear()
    try:
        made = render(ASKING[way](outside))
    except ForbiddenAddressError:
        made = None
    assert HEARD == []
    assert made is None or way in LEFT_OUT, f"{way}: made, and not refused"


@pytest.mark.parametrize("way", ASKING)
def test_no_file_of_this_machine_is_read(way: str, tmp_path: Path) -> None:
    secret = "CANARY-OF-THIS-MACHINE"
    for name in ("a.png", "a.css", "a.svg", "a.woff2", "a", "b.png"):
        (tmp_path / name).write_text(f"/* {secret} */")
    try:
        made = render(ASKING[way](f"file://{tmp_path}"))
    except ForbiddenAddressError:
        return
    assert secret.encode() not in made.content
    assert way in LEFT_OUT


def test_the_listener_would_hear(outside: str) -> None:
    import urllib.error  # noqa: PLC0415  # beside its use
    import urllib.request  # noqa: PLC0415

    HEARD.clear()
    with pytest.raises(urllib.error.URLError):  # urllib refuses to be led to a file
        urllib.request.urlopen(f"{outside}/a.png", timeout=5)
    assert HEARD == ["/a.png"]


@pytest.mark.parametrize(
    "name",
    [
        "../manage.py", "css/../../manage.py", "%2e%2e/manage.py", "css/%2e%2e/%2e%2e/manage.py",
        "css/..%2f..%2fmanage.py",
        "%252e%252e/manage.py", "/etc/passwd", "//etc/passwd",
        "css//../report.css", "..\\manage.py", "css/\0.css",
        "css/report.css%00.png", "js/page.js", "manifest.webmanifest", "css/", "", "css/report.css?x=../../manage.py",
    ],
)  # fmt: skip
def test_no_way_leads_out_of_the_static_files(name: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        own_file(OWN + name)


@pytest.mark.parametrize(
    "address",
    ["data:text/html,x", "data:text/css,p{}", "data:,x", "data:application/pdf,x", "DATA:text/css,p{}", "ftp://x/a.png",
     "javascript:alert(1)", "https://static.invalid.example.org/css/report.css", "HTTPS://static.invalid@127.0.0.1/a.png"],
)  # fmt: skip
def test_of_data_in_the_page_only_drawings_are_taken(address: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        render(page(f'<img alt="" src="{address}">'))


def test_a_link_among_the_static_files_leads_nowhere_else(settings: object, tmp_path: Path) -> None:
    """No static file of ours is a link to something else of this machine."""
    links = [path for path in (ROOT / "static").rglob("*") if path.is_symlink()]
    assert links == []
