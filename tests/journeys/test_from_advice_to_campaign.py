"""Nobody fits: a campaign begins from the advice, with the keys alone, and an application names it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")


def press(page: Page, there: Locator) -> None:
    """Reach it with the keyboard and press Enter."""
    there.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_advice_to_campaign_to_application(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("coordinator")
    page.goto(f"/p/{site.slug}/matching/advice/")
    line = page.get_by_role("article").filter(has_text="who speaks Ukrainian")
    expect(page.get_by_role("article").filter(has_text="who speaks Dari")).to_contain_text("Who speaks Dari? (running)")

    press(page, line.get_by_role("button", name="Start a campaign"))
    expect(page.get_by_role("heading", name="Plan a campaign")).to_be_visible()
    assert urlsplit(page.url)[2:] == (f"/p/{site.slug}/campaigns/new/", "", ""), "nothing of anybody in the address"
    name = page.get_by_label("Name", exact=False).first
    expect(name).to_have_value("Peer supporters: Ukrainian, near 2512 Centre West, Monday morning")
    expect(page.get_by_label("How many people")).to_have_value("1")
    expect(page.get_by_role("checkbox", name="Monday morning")).to_be_checked()
    name.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Who speaks Ukrainian?")
    press(page, page.get_by_role("button", name="Save the campaign"))
    expect(page.get_by_role("heading", name="Who speaks Ukrainian?")).to_be_visible()
    expect(page.get_by_text("Looked for: 1. Found: 0.")).to_be_visible()
    campaign = page.url

    press(page, page.get_by_role("link", name="Write down an application"))
    chosen = page.get_by_label("Through which campaign")
    expect(chosen.locator("option:checked")).to_have_text("Who speaks Ukrainian?")
    page.get_by_label("First name").focus()
    page.keyboard.type("Daryna")
    press(page, page.get_by_role("button", name="Save the application"))
    press(page, page.get_by_role("link", name="Who speaks Ukrainian?"))
    assert page.url == campaign
    press(page, page.get_by_role("link", name="1 applied"))
    expect(page.get_by_role("link", name="Daryna")).to_be_visible()
    expect(page.get_by_text("1 in all")).to_be_visible()

    page.goto(f"/p/{site.slug}/matching/advice/")
    press(page, line.get_by_role("link", name="Who speaks Ukrainian?"))
    assert page.url == campaign


def test_the_smallest_phone_with_letters_twice_as_large(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("coordinator", phone=True)
    page.set_viewport_size({"width": 320, "height": 640})
    wrong = []
    for name, address, _role in site.pages:
        if name.startswith(("campaign", "advice", "application")):
            page.goto(address)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{name}: {wide}"] if wide > 321 else []
    assert not wrong


def test_close_with_what_came_of_it_and_open_again(site: Site, visitor: Callable[..., Page]) -> None:
    """On a phone: nothing scrolls sideways, and the question before opening again is asked."""
    page = visitor("coordinator", phone=True)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/p/{site.slug}/campaigns/?status=running")
    page.get_by_role("link", name="Who speaks Dari?").click()
    for _page in ("campaign", "close"):
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
        if _page == "campaign":
            press(page, page.get_by_role("link", name="Close", exact=True))
    press(page, page.get_by_role("button", name="Close the campaign"))
    expect(page.get_by_text("Say in a few words what came of it.").first).to_be_visible()
    page.get_by_label("What came of it").fill("One came to a first talk.")
    press(page, page.get_by_role("button", name="Close the campaign"))
    expect(page.get_by_text("closed on")).to_be_visible()
    button = page.get_by_role("button", name="Open again").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("closed on")).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(page.get_by_text("Open again. Applications may name it.")).to_be_visible()
    expect(page.get_by_text("One came to a first talk.").first).to_be_visible()
