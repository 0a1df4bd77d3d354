"""The beginning of a match in a browser: a no in two taps, a yes by link on her own phone, both confirm, the PDF."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connections
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from matching.models import Match
from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")


def of(name: str) -> int:
    """The number of the open proposal or match of this participant."""
    found = Match.objects.live().get(participant_person__first_name=name).pk
    connections.close_all()  # opened inside Playwright's loop; nobody outside could close them
    return found


def test_she_says_yes_by_her_link(site: Site, visitor: Callable[..., Page]) -> None:
    desk = visitor("coordinator")
    desk.goto(f"/p/{site.slug}/matches/{of('Maria')}/")
    desk.get_by_role("button", name="Let her answer on her own phone").click()
    address = desk.get_by_label("The address").input_value()
    phone = visitor(phone=True)
    phone.goto(address)
    phone.get_by_role("button").last.click()  # the way in
    expect(phone.get_by_role("heading", name="We found somebody who could support you")).to_be_visible()
    phone.get_by_role("button", name="Yes", exact=True).click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    desk.goto(f"/p/{site.slug}/matches/{of('Maria')}/")
    expect(desk.get_by_role("link", name="Plan the meeting")).to_be_visible()


def test_both_confirm_and_the_agreement_is_printed(site: Site, visitor: Callable[..., Page]) -> None:
    desk = visitor("coordinator")
    desk.goto(f"/p/{site.slug}/matches/{of('Leyla')}/agreement/")
    desk.get_by_role("button", name="Signed on paper").click()
    link = desk.locator("a[href$='/agreement.pdf']")
    for _try in range(120):  # at the latest beat finds it, a minute later
        if link.count():
            break
        desk.wait_for_timeout(1000)
        desk.reload()
    with desk.expect_download() as coming:
        link.click()
    text = " ".join(page.extract_text() for page in PdfReader(coming.value.path()).pages)
    assert "Our agreement" in text
    assert "Leyla Aydin" in text


@pytest.mark.usefixtures("proposal")
def test_a_no_is_two_taps(site: Site, visitor: Callable[..., Page]) -> None:
    phone = visitor("peer_supporter", phone=True)
    phone.goto(f"/p/{site.slug}/today/")
    phone.get_by_role("link", name="Read and answer").click()
    assert "Karima" not in phone.content()
    phone.get_by_text("my times have changed").click()
    phone.get_by_role("button", name="No, not this time").click()
    expect(phone.get_by_text("That is fine. We will look for somebody else.")).to_be_visible()
