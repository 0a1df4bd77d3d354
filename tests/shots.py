"""Pictures of every page, for people to look at: ``make shots``. Two sizes, light and dark, with a contact sheet.

Not a test: it runs the same site as the journeys, in a database of its own, and writes into var/shots.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")
django.setup()

from django.conf import settings  # noqa: E402  # after setup
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from tests.conftest import BOTH  # noqa: E402
from tests.journeys.conftest import CHROMIUM, DESK, FLAGS, PHONE  # noqa: E402
from tests.journeys.site import Site  # noqa: E402


def take(browser: Browser, site: Site, folder: Path, wanted: list[tuple[str, str, str]]) -> list[str]:
    """Take the pictures; returns pages that scroll sideways or failed."""
    bad = []
    for scheme in ("light", "dark"):
        for size, viewport in (("phone", PHONE), ("desk", DESK)):
            windows = {}
            for name, address, role in wanted:
                if role not in windows:
                    context = browser.new_context(viewport=viewport, base_url=site.url, color_scheme=scheme)  # type: ignore[arg-type]
                    windows[role] = context.new_page()
                    if role:
                        site.enter(context, role)
                page = windows[role]
                answer = page.goto(address)
                page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)
                wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
                if wide or not answer or answer.status != 200:
                    bad.append(f"{name} {size}: {'sideways' if wide else answer and answer.status}")
            for page in windows.values():
                page.context.close()
    return bad


def main() -> None:
    """Take all pictures (or the named ones) and write the contact sheet."""
    only = set(sys.argv[1:])
    folder = settings.BASE_DIR / "var" / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    made = setup_databases(verbosity=0, interactive=False, aliases=BOTH, serialized_aliases=set())
    site = Site(Path(tempfile.mkdtemp(prefix="shots-")))
    try:
        site.start()
        program = next(found for name in CHROMIUM if (found := shutil.which(name)))
        wanted = [one for one in site.pages if not only or one[0] in only]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            bad = take(browser, site, folder, wanted)
            browser.close()
    finally:
        site.stop()
        from django.db import connections  # noqa: PLC0415  # closed last

        connections.close_all()
        teardown_databases(made, verbosity=0)
    pictures = sorted(folder.glob("*.png"))
    rows = "".join(
        f'<figure><img src="{one.name}" width="300"><figcaption>{one.stem}</figcaption></figure>' for one in pictures
    )
    (folder / "index.html").write_text(f"<!doctype html><title>peerhub</title>{rows}")
    sys.stdout.write(f"{len(pictures)} pictures in {folder}\n" + "".join(f"  look at: {one}\n" for one in bad))


if __name__ == "__main__":
    main()
