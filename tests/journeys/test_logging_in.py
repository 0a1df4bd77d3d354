"""Logging in as people do it: with an app, with a recovery code, with a passkey, and for the first time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from playwright.sync_api import Browser, Page, expect

from peerhub.people.models import User
from programmes.choices import Role
from programmes.models import Membership, Programme
from tests import factories as make
from tests.journeys.site import Site
from tests.second_steps import code_of

pytestmark = pytest.mark.xdist_group("journeys")
PASSWORD = "a sentence nobody else would say"


@pytest.fixture
def newcomer(site: Site) -> User:
    """Somebody new on the team, with a password and nothing more."""
    programme = Programme.objects.get(slug=site.slug)
    person = make.a_person(programme)
    person.user = User.objects.create_user(person.email)
    person.user.password = make_password(PASSWORD, hasher=Argon2PasswordHasher())  # type: ignore[arg-type]  # or its name
    person.user.save()
    person.save()
    Membership.objects.create(programme=programme, person=person, role=Role.COORDINATOR, starts_on=make.TODAY)
    return person.user


@pytest.fixture
def window(site: Site, browser: Browser) -> Iterator[Page]:
    """A browser with a device for passkeys in it; they belong to a name (localhost), not to a number."""
    complaints: list[str] = []
    context = browser.new_context(base_url=site.url.replace("127.0.0.1", "localhost"), locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    chromium = context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    chromium.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**device, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    yield page
    page.screenshot(path=site.folder / "logging-in.png")
    context.close()
    assert not complaints, complaints


def with_password(page: Page, user: User) -> None:
    """E-mail address and password on the log-in page."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def log_out(page: Page) -> None:
    """Say goodbye."""
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Log out").click()
    page.wait_for_url("**/accounts/login/**")


def second_step(page: Page, code: str) -> None:
    """The code after the password."""
    page.wait_for_url("**/2fa/authenticate/")
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_an_authenticator_app_from_the_first_log_in(site: Site, newcomer: User, window: Page) -> None:
    page = window
    with_password(page, newcomer)
    expect(page.get_by_role("heading", name="Protect your log-in")).to_be_visible()
    page.goto(f"/p/{site.slug}/participants/")
    expect(page.get_by_role("heading", name="Protect your log-in")).to_be_visible()
    page.get_by_role("link", name="Authenticator app").click()
    expect(page.locator("img.qr")).to_be_visible()
    assert page.locator("img.qr").evaluate("picture => picture.naturalWidth") > 0
    page.get_by_text("You cannot scan the picture?").click()
    seed = page.locator("#authenticator_secret").inner_text()
    page.locator("input[name=code]").fill(code_of(seed))
    page.get_by_role("button", name="Switch it on").click()
    codes = page.locator("#recovery_codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(f"**/p/{site.slug}/")

    log_out(page)
    with_password(page, newcomer)
    second_step(page, code_of(seed, steps=1))  # the phone's clock is half a minute ahead
    page.wait_for_url(f"**/p/{site.slug}/")

    log_out(page)
    with_password(page, newcomer)
    second_step(page, codes[3])
    page.wait_for_url(f"**/p/{site.slug}/")

    log_out(page)
    with_password(page, newcomer)
    second_step(page, codes[3])
    expect(page.get_by_text("Incorrect code").first).to_be_visible()
    page.goto(f"/p/{site.slug}/participants/")
    page.wait_for_url("**/2fa/authenticate/**")  # still at the door
    letters = [one for one in site.sink.letters if newcomer.email in str(one["To"])]
    assert any("Authenticator app set up" in str(one["Subject"]) for one in letters)


def test_a_passkey_and_nothing_else(site: Site, newcomer: User, window: Page) -> None:
    page = window
    with_password(page, newcomer)
    page.get_by_role("link", name="Passkey").click()
    page.get_by_label("Name of the device").fill("My laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator("#recovery_codes code")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(f"**/p/{site.slug}/")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("heading", name="My laptop")).to_be_visible()

    log_out(page)
    page.get_by_role("button", name="Log in with this device").click()
    page.wait_for_url(f"**/p/{site.slug}/")

    log_out(page)  # and as the second step after the password
    with_password(page, newcomer)
    expect(page.get_by_text("Use your passkey below")).to_be_visible()
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(f"**/p/{site.slug}/")


def test_a_refused_passkey_says_so(site: Site, visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.goto("/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no key')); }")
    page.get_by_role("button", name="Log in with this device").click()
    expect(page.get_by_text("your device gave no passkey")).to_be_visible()
