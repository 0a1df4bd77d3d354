"""The board with the keys alone: three steps to a proposal, a week grid, the second step that shows the messages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")
MOST_TABS = 120
HERE = "() => (document.activeElement.innerText || document.activeElement.getAttribute('aria-label') || '').trim()"


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus begins with these words."""
    for _step in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(HERE).startswith(words):
            return
    raise AssertionError(f"no way to “{words}” with the Tab key")


def choose(page: Page, name: str) -> None:
    """Walk the waiting list with the arrow keys and open somebody with Enter."""
    page.locator("[data-arrows] a").first.focus()
    while name not in page.evaluate(HERE):
        before = page.evaluate(HERE)
        page.keyboard.press("ArrowDown")
        assert page.evaluate(HERE) != before, f"{name} does not wait"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Who would fit {name}?")).to_be_visible()


def test_three_candidates_side_by_side(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("coordinator")
    page.goto(f"/p/{site.slug}/matching/")
    choose(page, "Bart Willems")
    boxes = page.locator("input[name=with]")
    for number in range(3):
        boxes.nth(number).focus()
        page.keyboard.press("Space")
    expect(boxes.nth(3)).to_be_disabled()
    tab_to(page, "Compare on a week grid")
    page.keyboard.press("Enter")
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader", name="Monday")).to_be_visible()
    assert table.get_by_role("rowheader", name="Bart Willems").count() == 3  # morning, afternoon, evening
    expect(table.get_by_text("both free").first).to_be_visible()
    expect(page.get_by_text("3 times in common, up to 12 hours a week").first).to_be_visible()


def test_what_is_not_known_is_never_a_no(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("coordinator")
    page.goto(f"/p/{site.slug}/matching/")
    choose(page, "Olena Shevchenko")
    expect(page.get_by_text("Nobody comes into question now")).to_be_visible()
    page.goto(f"/p/{site.slug}/matching/")
    choose(page, "Yusra Khalil")
    expect(page.get_by_text("What is not known rules nobody out.")).to_be_visible()
    page.locator("input[name=with]").first.check()
    page.get_by_role("button", name="Compare on a week grid").click()
    expect(page.get_by_text("It is not known when the participant is free.")).to_be_visible()


def test_three_steps_to_a_proposal_without_a_mouse(site: Site, visitor: Callable[..., Page]) -> None:
    page, other = visitor("coordinator"), visitor("coordinator")
    page.goto(f"/p/{site.slug}/matching/")
    expect(page.get_by_text("0 candidates").first).to_be_visible()

    choose(page, "Bart Willems")
    expect(page.get_by_role("heading", name="What it costs the others")).to_be_visible()
    expect(page.get_by_text("best for this person").first).to_be_visible()
    assert page.locator("article:has(.score)").count() == 5

    tab_to(page, "Propose")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Who gets which message")).to_be_visible()
    expect(page.get_by_text("by e-mail to halima.yusuf@demo.example")).to_be_visible()
    expect(page.get_by_text("Would you like to support somebody?")).to_be_visible()
    expect(page.get_by_text("The participant hears nothing before the peer supporter says yes")).to_be_visible()
    other.goto(page.url)  # a colleague looks at the same pair

    tab_to(page, "Confirm")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 proposal is made.")).to_be_visible()
    other.get_by_role("button", name="Confirm").click()
    expect(other.get_by_text("This proposal is made already")).to_be_visible()


def test_not_suitable_is_decided_with_the_keys_and_leads_back(site: Site, visitor: Callable[..., Page]) -> None:
    """From a candidate to the decision, filled in, and back to the same person with the same filter."""
    page = visitor("coordinator")
    page.goto(f"/p/{site.slug}/matching/?sort=candidates")
    choose(page, "Yusra Khalil")
    name = page.locator("article:has(.score) h3").first.inner_text().strip()
    tab_to(page, "Not suitable")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Decide about two people")).to_be_visible()
    expect(page.get_by_label("These two").or_(page.locator("input[name=kind][value=forbidden]"))).to_be_checked()
    assert page.locator("select[name=supporter] option:checked").inner_text() == name
    page.get_by_label("Because of").select_option("neighbours")
    page.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    tab_to(page, "Yes, write it down")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Who would fit Yusra Khalil?")).to_be_visible()
    expect(page.get_by_text("not suitable, says the team: 1")).to_be_visible()
    assert "sort=candidates" in page.url
