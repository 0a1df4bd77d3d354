"""No page of the log-in and the administrator's asks for what its policy forbids, in light and in dark.

Pages of programmes are walked in test_every_page.py, where the window complains alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, Page

from tests.house.test_pages import addresses
from tests.journeys.site import Site
from tests.test_settings import PUBLIC
from tests.visitors import FRAMEWORK

pytestmark = pytest.mark.xdist_group("journeys")
TELLS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`POLICY ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""
# Opening these ends the visit, or hands over a file.
NOT_WALKED = {"account_logout", "admin:logout", "home:link_leave"}  # the last leads away, to another site
FEWEST = 60


def framework() -> Iterator[tuple[str, str]]:
    """The addresses that are not of a programme: log-in, account, second factor, the administrator's pages."""
    for one in addresses():
        if "<slug:slug>" in one.route or one.name in NOT_WALKED:
            continue
        keys = {"object_id": 1} if "<path:object_id>" in one.route else {}
        try:
            yield one.name, reverse(one.name, kwargs=FRAMEWORK.get(one.name, keys))
        except NoReverseMatch:
            continue


def who_sees(name: str) -> tuple[str, ...]:
    """Who finds something behind an address of the framework."""
    if name.startswith("admin:"):
        return ("administrator",)
    return ("", "coordinator") if name in PUBLIC else ("coordinator",)


def walked(page: Page, address: str) -> bool:
    """Whether a page was shown there."""
    answer = page.goto(address, wait_until="load", timeout=30_000)
    kind = answer.headers.get("content-type", "") if answer else ""
    return bool(answer and answer.status < 400 and "html" in kind)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_asked_that_the_policy_forbids(site: Site, visitor: Callable[..., Page], scheme: str) -> None:
    said: list[str] = []
    shown: set[str] = set()
    windows = {role: visitor(role or None) for role in ("", "coordinator", "administrator")}
    for page in windows.values():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
        page.add_init_script(TELLS)
        page.on("console", lambda message: said.append(message.text) if "policy" in message.text.lower() else None)
    ways = [(name, address, role) for name, address in framework() for role in who_sees(name)]
    for name, address, role in ways:
        before = len(said)
        if walked(windows[role], address):
            shown.add(f"{name} {role}")
        said[before:] = [f"{name} ({role or 'nobody'}): {text}" for text in said[before:]]
    print(f"CSP violations: {len(said)} on {len(shown)} pages, {scheme}")  # noqa: T201  # the number is the result
    assert not said, "\n".join(said)
    assert len(shown) >= FEWEST
    assert {"admin:index administrator", "account_login "} <= shown


def test_a_violation_would_be_heard(site: Site, browser: Browser) -> None:
    context, said = browser.new_context(base_url=site.url), list[str]()
    page = context.new_page()
    page.add_init_script(TELLS)
    page.on("console", lambda message: said.append(message.text) if "POLICY" in message.text else None)
    page.goto("/accounts/login/")
    page.evaluate("document.body.append(Object.assign(new Image(), { src: 'https://example.org/x.png' }))")
    page.wait_for_timeout(300)
    context.close()
    assert said
    assert "img-src" in said[0]
