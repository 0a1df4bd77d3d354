"""A coordinator gives a participant a link; she opens it on her phone, sees who has looked, and leaves quickly."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from matching.models import Match
from peerhub.people.models import Link
from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")


def a_link(page: Page, participant_id: int) -> str:
    """The coordinator makes a link on the participant's page; returns the address that is shown once."""
    page.goto(f"{urlsplit(page.url).path}participants/{participant_id}/")
    page.get_by_role("link", name="Link for the participant").click()
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_alt_text("The link as a picture")).to_be_visible()
    page.get_by_role("button", name="Copy").click()
    return page.get_by_label("The link", exact=True).input_value()


def test_who_has_looked_is_seen_on_a_phone(site: Site, visitor: Callable[..., Page]) -> None:
    mark = Match.objects.get(participant_person__first_name="Mark")
    desk = visitor("coordinator")
    way = urlsplit(a_link(desk, mark.participant_id)).path

    phone = visitor(phone=True)
    told: list[str] = []
    phone.on("request", lambda request: told.append(request.headers.get("referer", "")))
    phone.goto(way)
    assert "Mark" not in phone.content(), "before it is opened it says nothing"
    phone.get_by_role("button", name="Open").click()
    phone.wait_for_url("**/with-link/file/")
    expect(phone.get_by_role("heading", name="Who can see what is written about me?")).to_be_visible()
    expect(phone.get_by_role("heading", name="Who has looked")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("keeps the files of the programme")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    token = way.split("/")[2]
    assert token not in phone.url + phone.content() + " ".join(told)
    assert not [one for one in told if one and "/l/" in one]

    phone.context.route(f"{settings.LEAVE_TO}**", lambda route: route.fulfill(body="rain", content_type="text/plain"))
    phone.get_by_role("link", name="Leave quickly").click()
    phone.wait_for_url(f"{settings.LEAVE_TO}**")
    assert not [one for one in phone.context.cookies() if one["name"] == settings.LINK_COOKIE_NAME]
    phone.goto(f"/p/{mark.programme.slug}/with-link/file/")
    expect(phone.get_by_text("This link does not open")).to_be_visible()
    assert Link.objects.filter(person=mark.participant_person, used_at=None, opens__gt=0).exists()
