"""A coordinator moves a slider with the keyboard, sees what it would change, saves it with a reason, and goes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")


def press(page: Page, name: str, *, confirm: bool = False) -> None:
    """Reach a button with the keyboard and press it."""
    button = page.get_by_role("button", name=name, exact=True).first
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
        if confirm:
            expect(page.locator("dialog[open]")).to_be_visible()
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")


def test_sliders_by_keyboard(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("coordinator")
    page.goto(f"/p/{site.slug}/matching/rules/")
    slider, number = page.get_by_role("slider", name="Short way"), page.get_by_label("Short way, in points")
    before = int(slider.input_value())
    slider.focus()
    page.keyboard.press("End")
    expect(number).to_have_value("100")
    page.keyboard.press("ArrowLeft")
    expect(number).to_have_value("99")
    page.keyboard.press("Tab")
    expect(number).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("70")
    expect(slider).to_have_value("70")

    press(page, "Try it")
    result = page.get_by_role("status").filter(has_text="Worked out on today's waiting list")
    expect(result).to_be_visible()
    expect(page.get_by_role("slider", name="Short way")).to_have_value("70")

    press(page, "Save as a new version", confirm=True)
    expect(page.get_by_text("Say in a few words why").first).to_be_visible()
    expect(page.get_by_label("Short way, in points")).to_have_value("70")
    page.get_by_label("Why do you change this?").fill("Long ways fail")
    press(page, "Save as a new version", confirm=True)
    expect(page.get_by_text("It holds from now on.")).to_be_visible()
    newest = page.get_by_role("listitem").filter(has_text="holds now").first
    expect(newest).to_contain_text(f"Short way: {before} → 70")
    expect(newest).to_contain_text("Long ways fail")

    page.get_by_role("link", name="Use this version again").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Short way: 70 → {before}")).to_be_visible()
    press(page, "Yes, use it again")
    expect(page.get_by_text("the same as version")).to_be_visible()
    expect(page.get_by_role("slider", name="Short way")).to_have_value(str(before))


def test_without_a_script(site: Site, visitor: Callable[..., Page]) -> None:
    """The same page where no script runs: the number alone is changed, and counts."""
    page = visitor("coordinator")
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"/p/{site.slug}/matching/rules/")
    page.get_by_label("Shared interests, in points").fill("77")
    assert page.get_by_role("slider", name="Shared interests").input_value() != "77"
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("Worked out on today's waiting list")).to_be_visible()
    expect(page.get_by_role("slider", name="Shared interests")).to_have_value("77")
    expect(page.get_by_label("Shared interests, in points")).to_have_value("77")
