"""Every page, as the people who use it see it.

No accessibility violation that axe knows, nothing that scrolls sideways, nothing the content policy refuses (the window
complains, and the fixture fails the test).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize(("scheme", "phone"), [("light", False), ("dark", True)], ids=["light desk", "dark phone"])
def test_pages_are_accessible_and_fit(site: Site, visitor: Callable[..., Page], scheme: str, *, phone: bool) -> None:
    windows = {role: visitor(role or None, phone=phone) for role in ("", "coordinator", "peer_supporter")}
    wrong = []
    for name, address, role in site.pages:
        page = windows[role]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
        answer = page.goto(address)
        if answer is None or answer.status != 200:
            wrong.append(f"{name}: answered {answer and answer.status}")
            continue
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            wrong.append(f"{name}: scrolls sideways")
        for found in Axe().run(page, options=RULES).response["violations"]:
            where = found["nodes"][0]
            wrong.append(
                f"{name}: {found['id']} ({len(found['nodes'])} ×) {where['target']} {where.get('failureSummary', '')}"
            )
    assert not wrong, "\n".join(wrong)


def test_the_smallest_phone_with_letters_twice_as_large(site: Site, visitor: Callable[..., Page]) -> None:
    """Lists with buttons and tables as cards: nothing scrolls sideways where little room is left."""
    wrong = []
    for role, names in (("peer_supporter", ("today/", "hours/", "me/")), ("coordinator", ("supervision/", "overdue/"))):
        page = visitor(role, phone=True)
        page.set_viewport_size({"width": 320, "height": 640})
        for name in names:
            answer = page.goto(f"/p/{site.slug}/{name}")
            assert answer
            assert answer.status == 200, name
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{name}: {wide}"] if wide > 321 else []
    assert not wrong
