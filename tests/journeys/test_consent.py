"""Somebody who asks for support sits beside the coordinator: they read one text at a time on her phone, and answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from peerhub.people.models import Person
from recruitment.models import Participant
from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")


def tap(page: Page, name: str) -> None:
    """Press a button, say yes when it asks, and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()
        if page.locator("dialog[open]").count():
            page.locator("dialog[open] button[value=yes]").click()


def test_consent_is_read_given_and_taken_back_on_a_phone(site: Site, visitor: Callable[..., Page]) -> None:
    page, base = visitor("coordinator", phone=True), f"/p/{site.slug}"
    page.goto(f"{base}/participants/new/")
    page.get_by_label("First name").fill("Nour")
    page.get_by_label("Last name").fill("Consenting")
    expect(page.get_by_label("Asks for help with")).to_have_count(0)
    tap(page, "Put on the waiting list")

    expect(page.get_by_role("heading", name="Support and a file")).to_be_visible()
    expect(page.get_by_text("May we keep a file and look for a peer supporter for you?")).to_be_visible()
    expect(page.get_by_label("Who heard it?")).to_be_hidden()
    page.get_by_text("said aloud", exact=True).click()
    page.get_by_label("Who heard it?").select_option(label="Dan Peeters")
    tap(page, "Yes")
    expect(page.get_by_role("heading", name="Writing down sensitive things")).to_be_visible()
    tap(page, "No")
    expect(page.get_by_role("heading", name="Questions about how it goes")).to_be_visible()
    page.get_by_role("link", name="Later").click()

    nour = Participant.objects.get(person__last_name="Consenting")
    page.goto(f"{base}/participants/{nour.pk}/edit/")
    page.get_by_label("Asks for help with").fill("letters from the school")
    tap(page, "Save")
    expect(page.get_by_text("letters from the school")).to_be_visible()

    page.goto(f"{base}/evaluation/answers/{nour.pk}/")
    page.locator(".form-check-label").first.click()
    page.get_by_text("at the start", exact=True).click()
    tap(page, "Save the answers")
    expect(page.get_by_text("has not said yes to questions about how it goes").first).to_be_visible()

    page.goto(f"{base}/consents/{nour.person_id}/")
    expect(page.get_by_text("said aloud, heard by Dan Peeters")).to_be_visible()
    tap(page, "Take back")
    page.goto(f"{base}/participants/{nour.pk}/")
    expect(page.get_by_text("This file is closed.")).to_be_visible()
    expect(page.get_by_text("letters from the school")).to_have_count(0)
    expect(page.get_by_text("Took back: support and a file")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_turned_18_is_asked_alone(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("coordinator")
    page.goto(f"/p/{site.slug}/?kind=of_age")
    mehmet = Person.objects.get(first_name="Mehmet", last_name="Yilmaz")
    row = page.locator(".attention > li", has_text="Mehmet Yilmaz")
    expect(row.get_by_text("Turned 18 on")).to_be_visible()
    row.get_by_role("link", name="Ask", exact=True).click()
    page.wait_for_url(f"**/consents/{mehmet.pk}/")
    page.get_by_role("link", name=re.compile("^Ask.*Support and a file")).click()
    tap(page, "Yes")
    page.goto(f"/p/{site.slug}/consents/{mehmet.pk}/")
    expect(
        page.locator("section", has=page.get_by_role("heading", name="Support and a file")).get_by_text("yes")
    ).to_be_visible()
