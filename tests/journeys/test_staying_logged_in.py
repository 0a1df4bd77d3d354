"""The end of a log-in in a browser: the warning, staying, two tabs, and texts that come back. The browser's clock is

moved; on the server somebody's last sign of life is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from playwright.sync_api import Page, expect

from peerhub.people.models import User
from tests.factories import TODAY
from tests.journeys.site import Site
from tests.journeys.test_every_page import RULES
from tests.second_steps import code_of, give_app

pytestmark = pytest.mark.xdist_group("journeys")
NOTE = "We filled in the form for the school."


def away(page: Page, minutes: int, seconds: int = 0) -> None:
    """So much time goes by without a sign of life, on both clocks."""
    key = next(one["value"] for one in page.context.cookies() if one["name"] == "peerhub")  # type: ignore[typeddict-item]
    session = SessionStore(key)
    session["seen"] -= minutes * 60 + seconds
    session.save()
    for one in page.context.pages:
        one.clock.fast_forward((minutes * 60 + seconds) * 1000)


def log_in(page: Page, site: Site, role: str, *, steps: int = 0) -> None:
    """By hand, with the app; a code works once, so who comes in again within half a minute takes the next (steps)."""
    email, password = site.logins[role]
    give_app(User.objects.get(email=email))
    connections.close_all()  # opened inside Playwright's loop; nobody outside could close them
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url("**/2fa/authenticate/**")
    page.locator("input[name=code]").fill(code_of(steps=steps))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def opened(page: Page, address: str) -> Page:
    page.clock.install()
    page.goto(address)
    return page


@pytest.mark.parametrize(("scheme", "phone"), [("light", False), ("dark", True)], ids=["light desk", "dark phone"])
def test_a_warning_that_can_be_answered(site: Site, visitor: Callable[..., Page], scheme: str, *, phone: bool) -> None:
    page = opened(visitor("coordinator", phone=phone), f"/p/{site.slug}/team/")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
    dialog = page.get_by_role("alertdialog", name="You will be logged out in 2 minutes")
    away(page, 27)
    expect(dialog).to_be_hidden()
    page.get_by_label("First name").focus()
    away(page, 1, 5)
    expect(dialog).to_be_visible()
    expect(page.get_by_role("button", name="Stay logged in")).to_be_focused()
    assert Axe().run(page, options=RULES).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    page.screenshot(path=site.folder / f"warning-{scheme}.png")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("First name")).to_be_focused()
    away(page, 20)
    assert page.goto(f"/p/{site.slug}/team/").status == 200  # type: ignore[union-attr]  # an answer came
    assert "/team/" in page.url


def test_escape_means_somebody_is_here_and_tabs_agree(site: Site, visitor: Callable[..., Page]) -> None:
    first = opened(visitor("coordinator"), f"/p/{site.slug}/team/")
    second = opened(first.context.new_page(), f"/p/{site.slug}/matches/")
    away(first, 28, 5)
    for tab in (first, second):
        expect(tab.locator("[data-session-dialog]")).to_be_visible()
    second.bring_to_front()
    second.keyboard.press("Escape")
    for tab in (first, second):
        expect(tab.locator("[data-session-dialog]")).to_be_hidden()
    # One tab is asleep while somebody works in the other: it asks the server and stays quiet.
    second.clock.fast_forward(29 * 60 * 1000)
    second.wait_for_timeout(500)
    expect(second.locator("[data-session-dialog]")).to_be_hidden()


def test_nobody_answers_and_nothing_is_lost(site: Site, visitor: Callable[..., Page]) -> None:
    page = opened(visitor("coordinator"), f"/p/{site.slug}/supervision/new/")
    page.get_by_label("What was agreed?").fill("Rest first.")
    with page.expect_response("**/draft/"):
        page.clock.fast_forward(2000)
    page.route("**/draft/", lambda route: route.abort())  # no connection for a moment
    page.get_by_label("What was agreed?").press_sequentially(" Then the school.")
    with page.expect_event("requestfailed"):
        page.clock.fast_forward(2000)
    page.unroute("**/draft/")
    with page.expect_response("**/draft/"):  # on the server too only then do the last two minutes begin
        away(page, 28, 10)
    expect(page.locator("[data-session-dialog]")).to_be_visible()
    away(page, 2)
    page.wait_for_url("**/accounts/login/**")
    expect(page.get_by_text("You were away for a while, so we logged you out. What you typed is kept.")).to_be_visible()
    page.screenshot(path=site.folder / "logged-out.png")
    log_in(page, site, "coordinator")
    assert page.url.endswith("/supervision/new/")
    expect(page.get_by_label("What was agreed?")).to_have_value("Rest first. Then the school.")
    expect(page.get_by_text("We kept what you typed on")).to_be_visible()
    page.screenshot(path=site.folder / "kept.png")
    page.get_by_role("button", name="Throw away").click()
    expect(page.get_by_label("What was agreed?")).to_have_value("")
    expect(page.get_by_text("We kept what you typed on")).to_be_hidden()
    page.reload()
    expect(page.get_by_label("What was agreed?")).to_have_value("")


def test_typed_on_the_phone_and_sent_from_the_tablet(site: Site, visitor: Callable[..., Page]) -> None:
    phone, tablet = visitor("peer_supporter", phone=True), visitor("peer_supporter")
    phone.get_by_role("link", name="We met").last.click()
    with phone.expect_response("**/draft/"):
        phone.get_by_label("Anything to remember?").fill(NOTE)
    tablet.goto(phone.url)
    expect(tablet.get_by_label("Anything to remember?")).to_have_value(NOTE)
    assert Axe().run(tablet, options=RULES).response["violations"] == []
    assert tablet.evaluate(
        "[sessionStorage.length, Object.keys(localStorage).filter((key) => key !== 'peerhub.theme').length]"
    ) == [0, 0]
    yesterday = TODAY - timedelta(days=1)
    tablet.get_by_label("Which day?").fill(yesterday.isoformat())
    tablet.get_by_role("button", name="Send").click()
    expect(tablet.get_by_text("Saved. Thank you.")).to_be_visible()
    with phone.expect_response("**/draft/?key=*") as answer:
        phone.reload()
    assert answer.value.json() == {}


def test_sent_right_after_the_last_word_leaves_no_draft(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor("coordinator")
    page.goto(f"/p/{site.slug}/supervision/new/")
    page.get_by_label("What was agreed?").fill("Rest first.")
    page.wait_for_timeout(1490)  # the save leaves at the same moment as the form
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save the session").click()
    expect(page.get_by_text("The session is written down.")).to_be_visible()
    page.goto(f"/p/{site.slug}/supervision/new/")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("What was agreed?")).to_have_value("")


def test_a_device_is_logged_out_from_another(site: Site, visitor: Callable[..., Page]) -> None:
    here, lost = visitor("peer_supporter"), visitor("peer_supporter", phone=True)
    here.goto("/accounts/sessions/")
    here.get_by_role("button", name="I lost my phone").click()
    here.locator("dialog[open] button[value=yes]").click()
    expect(here.get_by_text("You are logged out everywhere else.")).to_be_visible()
    lost.reload()
    assert "/accounts/login/" in lost.url


def test_without_scripts_nothing_is_missing_but_the_warning(site: Site, visitor: Callable[..., Page]) -> None:
    browser = visitor().context.browser
    assert browser
    with browser.new_context(java_script_enabled=False, base_url=site.url) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        log_in(page, site, "coordinator", steps=1)
        page.goto(f"/p/{site.slug}/supervision/new/")
        expect(page.locator("[data-session-dialog]")).to_be_hidden()
        expect(page.locator("[data-draft-note]")).to_be_hidden()
        page.get_by_label("What was agreed?").fill("Without scripts.")
        page.get_by_role("button", name="Save the session").click()  # nobody took part: an error
        expect(page.get_by_label("What was agreed?")).to_have_value("Without scripts.")
