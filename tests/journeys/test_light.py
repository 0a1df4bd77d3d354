"""What a phone has to load: bytes over the line, compressed as they are sent, as Chromium counts them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")
MOST_PAGE = 30_000
MOST_FIRST = 100_000


def loaded(page: Page, address: str) -> dict[str, int]:
    """Bytes of each answer as they came over the line, the lines before its content included, by its address."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    line.on("Network.responseReceived", lambda told: names.update({told["requestId"]: told["response"]["url"]}))

    def whole(told: dict[str, Any]) -> None:
        sizes[names.get(told["requestId"], "?")] = int(told["encodedDataLength"])

    line.on("Network.loadingFinished", whole)
    page.goto(address)
    expect(page.locator("[data-queue-words]")).not_to_be_empty()
    page.wait_for_timeout(500)
    return sizes


@pytest.mark.parametrize("address", ["/today/", "/me/"])
def test_the_first_load_of_a_phone_is_light(site: Site, visitor: Callable[..., Page], address: str) -> None:
    page = visitor(phone=True)
    site.enter(page.context, "peer_supporter")
    sizes = loaded(page, f"/p/{site.slug}{address}")
    own = next(size for url, size in sizes.items() if url.endswith(address))
    told = "\n".join(f"{size:7} {url}" for url, size in sorted(sizes.items(), key=lambda one: -one[1]))
    assert 1_000 < own <= MOST_PAGE, told
    assert sum(sizes.values()) <= MOST_FIRST, told
    assert not any("bootstrap.bundle" in url for url in sizes)
    print(f"\n{address}: page {own} bytes, first load {sum(sizes.values())} bytes\n{told}")  # noqa: T201  # with -s
