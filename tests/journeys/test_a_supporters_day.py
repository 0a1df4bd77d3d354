"""A peer supporter on her phone: she logs in with a mailed code and logs a visit with three taps."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")


def letter(site: Site, to: str, words: str) -> str:
    """The newest letter to somebody with these words in its subject, as text."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for one in reversed(site.sink.letters):
            if to in str(one["To"]) and words in str(one["Subject"]).lower():
                body = one.get_body(("plain",))
                assert body
                return str(body.get_content())
        time.sleep(0.1)
    raise AssertionError([str(one["Subject"]) for one in site.sink.letters])


def test_log_in_with_a_code_and_log_a_visit(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor(phone=True)
    email, _password = site.logins["peer_supporter"]
    page.goto("/")
    page.get_by_role("link", name="Send me a code instead").click()
    page.get_by_label("Email").fill(email)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/confirm/**")
    code = re.search(r"\b([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\b", letter(site, email, "code"))
    assert code
    page.locator("input[name=code]").fill(code.group(1))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/today/")

    page.get_by_role("link", name="We met").first.click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Saved. Thank you. The next visit:")).to_be_visible()
    assert page.url.endswith("/today/")


def test_typed_text_survives_an_error(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("peer_supporter", phone=True)
    page.get_by_role("link", name="We met").first.click()
    page.get_by_label("Anything to remember?").fill("We filled in the form for the school.")
    page.get_by_label("Which day?").evaluate("field => { field.removeAttribute('max'); field.value = '2035-01-01' }")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("That day has not come yet")).to_be_visible()
    expect(page.get_by_label("Anything to remember?")).to_have_value("We filled in the form for the school.")


@pytest.mark.usefixtures("proposal")
def test_a_proposal_shows_no_name(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("peer_supporter", phone=True)
    page.get_by_role("link", name="Read and answer").click()
    assert "Karima" not in page.content()
    assert "Haddad" not in page.inner_text("main")
    page.get_by_role("button", name="Yes, I would like to").click()
    expect(page.get_by_text("Thank you. We ask the other person too")).to_be_visible()


@pytest.mark.parametrize("address", ["/today/", "/people/", "/me/"])
def test_nothing_scrolls_sideways_at_320_pixels(site: Site, visitor: Callable[..., Page], address: str) -> None:
    page = visitor("peer_supporter", phone=True)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/p/{site.slug}{address}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
