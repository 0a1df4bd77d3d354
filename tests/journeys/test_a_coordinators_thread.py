"""The main job from end to end in a browser: an application becomes a peer supporter, somebody on the waiting list is

matched with her, the first visit is logged, and the funder's PDF comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.factories import TODAY
from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")


def day(page: Page, label: str, value: date) -> None:
    """Fill a day field."""
    page.get_by_label(label).fill(value.isoformat())


def done(page: Page, button: str) -> None:
    """Press a button, say yes when it asks, and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).first.click()
        if page.locator("dialog[open]").count():
            page.locator("dialog[open] button[value=yes]").click()


def test_from_application_to_the_first_visit(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("coordinator")
    base = f"/p/{site.slug}"

    page.goto(f"{base}/applications/")
    page.get_by_role("link", name="Piet Bakker").click()
    done(page, "Accept")
    expect(page.get_by_text("accepted for training").first).to_be_visible()

    page.goto(f"{base}/training/")
    page.get_by_role("checkbox", name="Piet Bakker").check()
    done(page, "certificate")
    expect(page.get_by_text("2026-").or_(page.get_by_text(f"{TODAY.year}-")).first).to_be_visible()

    page.goto(f"{base}/matching/")
    page.get_by_role("link", name="Sanne Jansen").first.click()
    page.get_by_role("link", name="Propose", exact=False).first.click()
    done(page, "Confirm")
    page.goto(f"{base}/matches/?status=proposed")
    page.get_by_label("Find a name").fill("Sanne")
    done(page, "Show")
    assert "Sanne" not in page.url
    page.get_by_role("link", name="Sanne Jansen").click()
    page.get_by_role("button", name="Said yes by phone").click()
    page.get_by_role("button", name="Said yes", exact=True).click()
    page.get_by_role("link", name="They have met already").click()
    page.get_by_role("button", name="They have met").click()
    page.get_by_role("link", name="Tick what was explained").click()
    for box in page.locator("input[name=explained]").all():
        box.check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Write the agreement").click()
    page.get_by_label("What do you want to reach?").fill("I want to know my neighbours")
    day(page, "First visit", TODAY)
    page.get_by_role("button", name="Go on to read it").click()
    expect(page.get_by_text("I want to know my neighbours")).to_be_visible()
    page.get_by_role("button", name="Signed on paper").first.click()
    page.get_by_role("button", name="Signed on paper").click()
    expect(page.get_by_text("The PDF is being made").or_(page.get_by_role("link", name="PDF"))).to_be_visible()
    page.get_by_role("link", name="The match", exact=True).click()
    page.get_by_role("link", name="Log a visit").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    expect(page.get_by_role("heading", name="The year")).to_be_visible()
    next_week = TODAY + timedelta(days=7)
    expect(
        page.get_by_text(f"{next_week.strftime('%A')} {next_week.day} {next_week.strftime('%B')}").first
    ).to_be_visible()


def test_the_funders_report(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("coordinator")
    page.goto(f"/p/{site.slug}/reports/")
    page.get_by_role("button", name="Make the report").click()
    page.wait_for_url("**/reports/*/")
    link = page.locator("a[href$='/pdf/']")
    for _try in range(120):  # at the latest beat finds it, a minute later
        if link.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    with page.expect_download() as coming:
        link.first.click()
    with open(coming.value.path(), "rb") as pdf:
        assert pdf.read(5) == b"%PDF-"
