"""A peer supporter without a connection, in a real browser: what she writes down is neither lost nor doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page, expect

from matching.models import Match, Visit
from matching.services import log_visit
from peerhub.lib.member import Member
from tests import factories as make
from tests.journeys.site import Site
from tests.journeys.test_every_page import RULES

pytestmark = pytest.mark.xdist_group("journeys")
NOTE = "The school wrote again about the letter."
LINE = "[data-queue-words]"


def lucies() -> Match:
    return Match.objects.get(
        supporter_person__first_name="Lucie", status="active", participant_person__first_name="Abdoul"
    )


@pytest.fixture(autouse=True)
def as_it_was(site: Site) -> Iterator[None]:
    """Each test begins with the visits of the demonstration, and with a day on which none was held yet."""
    Visit.objects.filter(match=lucies(), occurred_on=make.TODAY).delete()
    before = set(Visit.objects.filter(match=lucies()).values_list("pk", flat=True))
    due = {"next_due_on": lucies().next_due_on, "last_held_on": lucies().last_held_on}
    # His card stands first, whatever a journey before this one wrote down.
    Match.objects.filter(pk=lucies().pk).update(next_due_on=make.TODAY - timedelta(days=2))
    connections.close_all()
    yield
    Visit.objects.filter(match=lucies()).exclude(pk__in=before).delete()
    Match.objects.filter(pk=lucies().pk).update(**due)
    connections.close_all()


def since(before: set[int]) -> list[Visit]:
    found = list(Visit.objects.filter(match=lucies()).exclude(pk__in=before).order_by("occurred_on"))
    connections.close_all()
    return found


def known() -> set[int]:
    return {one.pk for one in since(set())}


def free_days(number: int) -> list[date]:
    """The newest days without a visit, today first."""
    taken = {one.occurred_on for one in since(set())}
    days = (make.TODAY - timedelta(days=back) for back in range(27))
    return [day for day in days if day not in taken][:number]


def ready(visitor: Callable[..., Page]) -> Page:
    """Today, open on a phone that keeps what it needs."""
    page = visitor("peer_supporter", phone=True)
    page.wait_for_url("**/today/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # waited for by the page itself: the policy forbids what Playwright would try again by eval
    page.evaluate("""async () => {
      while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
    }""")
    expect(page.locator(LINE)).to_contain_text("Nothing waits on this phone")
    return page


def cut(page: Page) -> None:
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()


def write_down(page: Page, day: date, **more: str) -> None:
    page.get_by_role("button", name="We met").first.click()
    sheet = page.locator("form[data-sheet=held]")
    sheet.get_by_label("Which day?").fill(day.isoformat())
    for label, text in more.items():
        sheet.get_by_label(label.replace("_", " ")).fill(text)
    sheet.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()


def stored(page: Page) -> list[dict[str, Any]]:
    """Everything the browser's database holds, and whether its keys can be taken out."""
    found: list[dict[str, Any]] = page.evaluate("""async () => {
      const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
      const text = (bytes) => (bytes ? new TextDecoder("latin1").decode(bytes) : "");
      const db = await asked(indexedDB.open("peerhub"));
      const all = [];
      for (const store of db.objectStoreNames) {
        for (const row of await asked(db.transaction(store).objectStore(store).getAll())) {
          const said = JSON.stringify({ ...row, key: 0, sealed: text(row.sealed) });
          all.push({ store, extractable: row.key?.extractable ?? null, text: said });
        }
      }
      db.close();
      return all;
    }""")
    return found


def log_in(page: Page, site: Site, role: str) -> None:
    email, password = site.logins[role]
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_a_usual_visit_is_three_taps_and_one_that_did_not_happen_four(site: Site, visitor: Callable[..., Page]) -> None:
    before, page = known(), ready(visitor)
    page.evaluate("sessionStorage.taps = 0")
    count = "addEventListener('click', (event) => { if (event.isTrusted) sessionStorage.taps++; }, true)"
    page.context.add_init_script(count)
    page.goto("/")  # the app is opened by a tap on its picture: the first
    page.evaluate("sessionStorage.taps = 1")
    card = page.locator("article", has_text="Abdoul")
    card.get_by_role("link", name="We met").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    assert page.evaluate("Number(sessionStorage.taps)") == 3
    page.evaluate("sessionStorage.taps = 0")
    card.get_by_role("link", name="Did not happen").click()
    page.get_by_text("They were ill").click()
    page.get_by_text("in a week").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    # a tap on a chip is heard twice, at its words and at its button
    assert page.evaluate("Number(sessionStorage.taps)") in (4, 6)
    assert sorted(one.outcome for one in since(before)) == ["cancelled_by_participant", "held"]


def test_three_visits_survive_a_reload_and_the_end_of_the_log_in(site: Site, visitor: Callable[..., Page]) -> None:
    before, days, page = known(), free_days(3), ready(visitor)
    cut(page)
    for day in days:
        write_down(page, day, Anything_to_remember=NOTE)
    expect(page.locator(LINE)).to_contain_text("Saved on phone · 3 waiting")
    page.reload()
    expect(page.locator(LINE)).to_contain_text("3 waiting")
    expect(page.locator("[data-waiting] > li")).to_have_count(3)
    assert Axe().run(page, options=RULES).response["violations"] == []
    assert since(before) == []

    key = next(one["value"] for one in page.context.cookies() if one["name"] == "peerhub")  # type: ignore[typeddict-item]
    Session.objects.filter(session_key=key).delete()
    page.context.set_offline(False)
    expect(page.locator(LINE)).to_contain_text("log in to send", timeout=45_000)
    assert since(before) == []
    page.goto("/")
    log_in(page, site, "peer_supporter")
    expect(page.locator(LINE)).to_contain_text("Nothing waits on this phone · sent")
    made = since(before)
    assert sorted(one.occurred_on for one in made) == sorted(days)
    assert {one.note for one in made} == {NOTE}


def test_nothing_that_lies_on_the_phone_can_be_read_there(site: Site, visitor: Callable[..., Page]) -> None:
    match = lucies()
    name = (match.participant_person.first_name, match.participant_person.last_name)
    page = ready(visitor)
    cut(page)
    write_down(page, free_days(1)[0], Anything_to_remember=NOTE)
    rows = stored(page)
    assert [one["extractable"] for one in rows if one["store"] == "keys"] == [False]
    everything = " ".join(one["text"] for one in rows)
    assert len([one for one in rows if one["store"] == "entries"]) == 1
    for word in (*name, "school", "home", "Key", "Star"):
        assert word not in everything
    kept = page.evaluate("""async () => {
      const all = [];
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const asked of await cache.keys())
          all.push([new URL(asked.url).pathname, await (await cache.match(asked)).text()]);
      }
      return all;
    }""")
    assert {path for path, _text in kept if not path.startswith("/static/")} == {"/offline/"}
    assert not any(part in text for _path, text in kept for part in name)
    page.context.set_offline(False)
    expect(page.locator(LINE)).to_contain_text("Nothing waits", timeout=45_000)


def test_a_dead_battery_in_the_middle_of_a_sheet(site: Site, visitor: Callable[..., Page]) -> None:
    page = ready(visitor)
    cut(page)
    page.get_by_role("button", name="We met").first.click()
    page.locator("form[data-sheet=held]").get_by_label("Anything to remember?").fill(NOTE)
    page.wait_for_timeout(800)
    address, context = page.url, page.context
    page.close()
    again = context.new_page()
    again.goto(address)
    expect(again.get_by_text("not finished")).to_be_visible()
    again.get_by_role("button", name="Change").click()
    expect(again.locator("form[data-sheet=held]").get_by_label("Anything to remember?")).to_have_value(NOTE)


def test_another_person_on_the_same_phone_sees_and_sends_nothing(site: Site, visitor: Callable[..., Page]) -> None:
    before, page = known(), ready(visitor)
    cut(page)
    write_down(page, free_days(1)[0], Anything_to_remember=NOTE)
    page.context.clear_cookies()  # her log-in ended; she did not log out
    site.enter(page.context, "supervisor")
    page.context.set_offline(False)
    page.goto(f"/p/{site.slug}/visits/{lucies().pk}/log/")
    page.wait_for_timeout(1500)
    expect(page.locator(LINE)).to_contain_text("Nothing waits on this phone")
    page.goto("/offline/")
    expect(page.locator("[data-waiting] > li")).to_have_count(0)
    assert since(before) == []
    page.context.clear_cookies()
    site.enter(page.context, "peer_supporter")
    page.goto("/")
    expect(page.locator(LINE)).to_contain_text("Nothing waits on this phone · sent")
    assert [one.author_id for one in since(before)] == [lucies().supporter_person_id]


def test_logging_out_asks_first_and_then_leaves_nothing(site: Site, visitor: Callable[..., Page]) -> None:
    before, page = known(), ready(visitor)
    page.context.set_offline(True)
    page.get_by_role("link", name="Me", exact=True).click()
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    write_down(page, free_days(1)[0])
    # the entry cannot be sent: somebody paused nothing, but the way to the server is closed for it
    page.context.route("**/visits/sync/", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto(f"/p/{site.slug}/me/")
    expect(page.locator(LINE)).to_contain_text("1 waiting")
    dialog = page.get_by_role("dialog", name="Something is not sent yet")
    page.get_by_role("button", name="Log out").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Stay logged in").click()
    assert page.url.endswith("/me/")
    page.get_by_role("button", name="Log out").click()
    dialog.get_by_role("button", name="Log out and delete them").click()
    page.wait_for_url(lambda url: "/me/" not in url)
    assert [one for one in stored(page) if one["store"] in {"entries", "keys", "plans"}] == []
    assert since(before) == []


def test_two_versions_of_a_day_are_shown_side_by_side(site: Site, visitor: Callable[..., Page]) -> None:
    before, page, day, match = known(), ready(visitor), free_days(1)[0], lucies()
    cut(page)
    write_down(page, day, Anything_to_remember=NOTE)
    person = match.supporter_person
    log_visit(
        match, client_id=uuid4(), outcome="held", occurred_on=day, minutes=120, place="out",
        note="from the tablet", by=Member(match.programme_id, person.pk, person.user_id, "Lucie"), now=timezone.now(),
    )  # fmt: skip
    connections.close_all()
    page.context.set_offline(False)
    expect(page.locator(LINE)).to_contain_text("1 to look at", timeout=45_000)
    page.get_by_role("button", name="Look at both").click()
    expect(page.get_by_role("heading", name="Two versions of a visit")).to_be_visible()
    expect(page.get_by_text("from the tablet")).to_be_visible()
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.screenshot(path=site.folder / "compare.png", full_page=True)
    page.get_by_role("button", name="Use what I typed").click()
    expect(page.get_by_text("Corrected. Thank you.")).to_be_visible()
    expect(page.locator(LINE)).to_contain_text("Nothing waits on this phone")
    assert [(one.note, one.version) for one in since(before)] == [(NOTE, 2)]


def test_two_versions_of_a_match_that_ended_since_lead_to_no_closed_page(
    site: Site, visitor: Callable[..., Page]
) -> None:
    before, page, day, match = known(), ready(visitor), free_days(1)[0], lucies()
    cut(page)
    write_down(page, day, Anything_to_remember=NOTE)
    make.a_visit(match, day, note="from the tablet")
    connections.close_all()
    page.context.set_offline(False)
    expect(page.locator(LINE)).to_contain_text("1 to look at", timeout=45_000)
    today = timezone.localdate()
    Match.objects.filter(pk=match.pk).update(
        status="closed", ended_on=today, end_reason="moved", closing_talk_on=today, next_due_on=None
    )
    connections.close_all()
    try:
        page.get_by_role("button", name="Look at both").click()
        expect(page.get_by_text("Ask your contact person to add it.")).to_be_visible()
        expect(page.get_by_role("button", name="Look at both")).to_be_hidden()
        expect(page.get_by_role("button", name="Throw away")).to_be_visible()
    finally:
        Match.objects.filter(pk=match.pk).update(
            status="active", ended_on=None, end_reason="", closing_talk_on=None, next_due_on=today
        )
        connections.close_all()
    assert [one.note for one in since(before)] == ["from the tablet"]


def test_what_is_refused_stays_with_its_reason_until_it_is_mended(site: Site, visitor: Callable[..., Page]) -> None:
    before, page, day = known(), ready(visitor), free_days(1)[0]
    cut(page)
    write_down(page, day - timedelta(days=400), Anything_to_remember=NOTE)
    page.context.set_offline(False)
    expect(page.locator(LINE)).to_contain_text("1 to look at", timeout=45_000)
    expect(page.get_by_text("That day lies before the first visit")).to_be_visible()
    assert since(before) == []
    page.get_by_role("button", name="Change").click()
    sheet = page.locator("form[data-sheet=held]")
    expect(sheet.get_by_label("Anything to remember?")).to_have_value(NOTE)
    sheet.get_by_label("Which day?").fill(day.isoformat())
    sheet.get_by_role("button", name="Send").click()
    expect(page.locator(LINE)).to_contain_text("Nothing waits on this phone · sent")
    assert [one.note for one in since(before)] == [NOTE]


def test_replayed_in_another_order_it_is_still_once(site: Site, visitor: Callable[..., Page]) -> None:
    before, days, page = known(), free_days(2), ready(visitor)
    cut(page)
    for day in days:
        write_down(page, day)
    kept = page.evaluate("""async () => {
      const all = await peerhubQueue.list(await peerhubQueue.lastOwner());
      return all.map(({ entry, sync }) => ({ entry, sync }));
    }""")
    page.context.set_offline(False)
    expect(page.locator(LINE)).to_contain_text("Nothing waits", timeout=45_000)
    assert len(since(before)) == 2
    page.evaluate(
        """async (kept) => { const owner = await peerhubQueue.lastOwner();
          for (const { entry, sync } of kept.reverse()) await peerhubQueue.keep(owner, sync, entry);
          await Promise.all([peerhubQueue.send(), peerhubQueue.send(), peerhubQueue.send()]); }""",
        kept,
    )
    assert len(since(before)) == 2
    expect(page.locator("[data-waiting] > li")).to_have_count(0)


def test_goals_are_numbers_on_the_phone_and_arrive(site: Site, visitor: Callable[..., Page]) -> None:
    before, page = known(), ready(visitor)
    cut(page)
    page.goto(f"/p/{site.slug}/visits/{lucies().pk}/log/")
    page.get_by_text("Goal 2", exact=True).click()
    assert "Somebody to trust" not in page.locator("form[data-sheet=held]").inner_text()  # her words stay on the server
    page.get_by_role("button", name="Send").click()
    expect(page.locator(LINE)).to_contain_text("1 waiting")
    page.context.set_offline(False)
    expect(page.locator(LINE)).to_contain_text("Nothing waits on this phone", timeout=45_000)
    assert [one.goals for one in since(before)] == [[2]]


def test_a_goal_that_the_plan_lost_keeps_its_tick_when_the_entry_is_changed(
    site: Site, visitor: Callable[..., Page]
) -> None:
    before, page = known(), ready(visitor)
    cut(page)
    page.goto(f"/p/{site.slug}/visits/{lucies().pk}/log/")
    page.get_by_text("Goal 2", exact=True).click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(LINE)).to_contain_text("1 waiting")
    page.evaluate("""async () => {
      const owner = await peerhubQueue.lastOwner(), plan = await peerhubQueue.plan(owner);
      await peerhubQueue.keepPlan(owner, { ...plan, people: plan.people.map((one) => ({ ...one, goals: [] })) });
    }""")
    page.goto(f"/p/{site.slug}/today/")
    page.get_by_role("button", name="Change").click()
    sheet = page.locator("form[data-sheet=held]")
    expect(sheet.locator("input[name=goals]")).to_have_count(1)
    expect(sheet.get_by_label("Goal 2", exact=True)).to_be_checked()
    sheet.get_by_role("button", name="Send").click()
    expect(page.locator(LINE)).to_contain_text("1 waiting")
    page.context.set_offline(False)
    expect(page.locator(LINE)).to_contain_text("Nothing waits on this phone", timeout=45_000)
    assert [one.goals for one in since(before)] == [[2]]
