"""One running site for all journeys (and for nobody after them), and the system's Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from matching.choices import MatchStatus
from matching.models import Match
from tests.conftest import empty_tables
from tests.journeys.site import Site

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="package")
def site(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """peerhub as people run it, with the demonstration in the test database."""
    running = Site(tmp_path_factory.mktemp("site"))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        empty_tables()
        try:
            running.start()
            yield running
        finally:
            running.stop()
            empty_tables()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert program, "There is no Chromium on this machine. Install it with: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visitor(site: Site, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens a window for somebody: ``visitor("coordinator")``, ``visitor("peer_supporter", phone=True)``."""
    contexts = []
    complaints: list[str] = []

    def open_for(role: str | None = None, *, phone: bool = False) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            base_url=site.url,
            locale="en-GB",
            timezone_id="Europe/Amsterdam",  # where the demonstration is
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if role:
            site.enter(context, role)
            page.goto("/")
        return page

    yield open_for
    if any(getattr(context, "pages", None) for context in contexts):
        folder = Path(site.folder)
        for number, context in enumerate(contexts):
            for page in context.pages:
                page.screenshot(path=folder / f"{request.node.name[:60]}-{number}.png")
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def proposal(site: Site) -> None:
    """Karima is proposed to the peer supporter, who has not answered yet, whatever a journey before this one did."""
    Match.objects.filter(participant_person__first_name="Karima").update(
        status=MatchStatus.PROPOSED, supporter_accepted_on=None, declined_by="", decline_code="", decline_reason=""
    )
    connections.close_all()  # opened inside Playwright's loop; nobody outside could close them
