"""What would help: in words, with links, at once or by the worker; and where nobody speaks one language."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from matching.models import Match, PairingRun
from matching.pairing import whatif
from matching.pairing.rules import TooMany, find_candidates
from matching.services import advising, ask_search, run_search
from matching.services.advising import find_help
from matching.tasks import search_pending
from programmes.models import Place, Programme
from recruitment.models import Campaign
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.matching.pages import Login, text
from tests.matching.pools import make_pool
from tests.sight import WALLS

pytestmark = pytest.mark.django_db
ADVICE_QUERIES = 15
URL = reverse("matching:advice", args=["north"])
EXPORT = reverse("matching:advice_export", args=["north"])


def nobody_speaks_dari(programme: Programme, place: str = "Schilderswijk", size: int = 4) -> None:
    """So many wait who speak Dari alone, free on Tuesday evening, at one place; the peer supporters speak Dutch."""
    Place.objects.create(
        organisation=programme.organisation, postcode="2525", name=place, latitude=52.07, longitude=4.29
    )
    make.a_supporter(programme, languages=["nl"], available=[5], postcode="2525", max_travel_minutes=30)
    for number in range(size):
        make.a_participant(
            programme, f"Waiting{number}", languages=["prs"], available=[5], postcode="2525",
            request_for_help="SECRETWISH",
        )  # fmt: skip


def test_nobody_waits_and_everybody_is_matched_are_said(cast: Cast, browser: Client) -> None:
    assert "Nobody waits" in text(browser.get(URL))
    make.a_supporter(cast.north, languages=["so"], available=[4])
    make.a_participant(cast.north, languages=["so"], available=[4])
    assert "Everybody can be matched" in text(browser.get(URL))


def test_a_waiting_list_in_which_nobody_speaks_one_language(cast: Cast, browser: Client, now: datetime) -> None:
    """The reason is the language, for each of them; the advice names it, the place and how many she would help."""
    cast.north.max_matches = 4
    cast.north.save()
    nobody_speaks_dari(cast.north)
    found = find_help(programme=cast.north, now=now)
    ours = len(found.pool.supporters)
    assert [one.excluded for one in found.unmatched] == [{"language": ours}] * 4
    assert {(one.relax, one.possible) for one in found.unmatched} == {("language", 0)}
    page = text(browser.get(URL))
    assert "4 of 4 who wait would be left over" in page
    assert "One peer supporter who speaks Dari, lives near 2525 Schilderswijk and is free on Tuesday evening" in page
    assert "would allow four more matches." in page
    assert "With an interpreter, or without the rule of a common language:" in page
    assert page.count(f"no common language {ours}") == 4
    for one in found.unmatched:
        assert reverse("matching:candidates", args=["north", one.participant]) in page
    assert f"{reverse('recruitment:supporters', args=['north'])}?status=in_training&amp;language=prs" in page
    assert reverse("recruitment:application_new", args=["north"]) in page
    assert reverse("recruitment:campaign_new", args=["north"]) in page
    assert not PairingRun.objects.exists()


def test_the_advice_comes_true(cast: Cast, now: datetime) -> None:
    """Somebody like that is found: so many more are matched as was said."""
    nobody_speaks_dari(cast.north)
    said = find_help(programme=cast.north, now=now)
    make.a_supporter(cast.north, languages=["prs"], available=[5], postcode="2525", max_travel_minutes=30,
                     max_matches=cast.north.max_matches)  # fmt: skip
    after = find_help(programme=cast.north, now=now)
    assert len(after.matched) - len(said.matched) == said.beside["advice"]["wanted"][0]["matches"]


def test_the_table_to_take_away_names_nobody_and_calculates_nothing(cast: Cast, browser: Client) -> None:
    nobody_speaks_dari(cast.north, place='=HYPERLINK("http://evil")')
    answer = browser.get(EXPORT)
    table = answer.content.decode("utf-8-sig")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(table)))
    wanted = next(row for row in rows if row[0] == "Peer supporter to look for")
    assert (wanted[2], wanted[3], wanted[5]) == (str(min(4, cast.north.max_matches)), "Dari", "Tuesday evening")
    assert any(row[0] == "Change for everybody" and "interpreter" in row[1] for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "Waiting" not in table
    assert "SECRETWISH" not in table


def test_a_line_starts_a_campaign_and_then_leads_to_it(cast: Cast, browser: Client) -> None:
    """What the line says is posted, so no address holds it; as long as that campaign is open, no second one begins."""
    nobody_speaks_dari(cast.north)
    (line,) = browser.get(URL).context["wanted"]
    facts = [(field["name"], field["value"]) for field in line["begin"]]
    assert facts == [
        ("wanted", "1"), ("support_kind", "one_to_one"), ("postcode", "2525"), ("languages", "prs"),
        ("available", "5"), ("language_level", "well"),
    ]  # fmt: skip
    new = reverse("recruitment:campaign_new", args=["north"])
    form = browser.post(new, {"from_advice": "1", **dict(facts)}).context["form"]
    typed = {field.html_name: field.value() for field in form if field.value() not in (None, "", [])}
    browser.post(new, typed)
    made = Campaign.objects.get()
    page = text(browser.get(URL))
    link = reverse("recruitment:campaign", args=["north", made.pk])
    assert f'<a href="{link}">{made.name}</a> <span class="text-quiet">(running)' in page
    assert "Start a campaign" not in page
    assert next(row for row in exported(browser) if row[0] == "Peer supporter to look for")[7] == made.name
    Campaign.objects.update(available=[8])
    page = text(browser.get(URL))
    assert "For the same language, but another place or time:" in page
    assert "Start a campaign" in page
    Campaign.objects.update(available=[5], status="closed", closed_on=made.starts_on, outcome="nobody came")
    page = text(browser.get(URL))
    assert link not in page
    assert "Start a campaign" in page


def test_monday_morning_is_a_time_too(cast: Cast, browser: Client) -> None:
    """The first slot of the week has the number 0; it is posted like any other."""
    make.a_supporter(cast.north, languages=["nl"], available=[0])
    make.a_participant(cast.north, languages=["prs"], available=[0])
    (line,) = browser.get(URL).context["wanted"]
    assert {"name": "available", "value": "0"} in line["begin"]


def exported(browser: Client) -> list[list[str]]:
    return list(csv.reader(io.StringIO(browser.get(EXPORT).content.decode("utf-8-sig"))))


def test_people_left_over_are_found_by_name(cast: Cast, browser: Client) -> None:
    nobody_speaks_dari(cast.north)
    page = text(browser.get(found_at(browser, URL, "waiting2")))
    rows = page[page.index("People left over") :]
    assert "Waiting2" in rows
    assert "Waiting1" not in rows
    assert "Nobody has this name" in text(browser.get(found_at(browser, URL, "nobody at all")))


@pytest.mark.parametrize("size", [1, 3])
def test_advice_takes_a_constant_number_of_queries(
    cast: Cast, browser: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    nobody_speaks_dari(cast.north, size=size)
    with django_assert_num_queries(WALLS + ADVICE_QUERIES):
        browser.get(URL)


@pytest.mark.parametrize("who", ["ben", "dan", "eva", "tess", "paul", "stef"])
def test_advice_is_for_those_who_propose(cast: Cast, login: Login, who: str) -> None:
    browser = login(getattr(cast, who))
    assert [browser.get(URL).status_code, browser.get(EXPORT).status_code, browser.post(URL).status_code] == [403] * 3
    assert not PairingRun.objects.exists()


def test_a_stranger_finds_nothing(cast: Cast, login: Login) -> None:
    zoe = login(cast.zoe)
    assert [zoe.get(URL).status_code, zoe.get(EXPORT).status_code] == [404, 404]


# -- Where many wait -----------------------------------------------------------------------------------------------


def test_the_worker_looks_where_many_wait(cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advising, "FEW", 0)
    nobody_speaks_dari(cast.north)
    assert "Find out what would help" in text(browser.get(URL))
    assert "Dari" not in browser.get(EXPORT).content.decode()
    browser.post(URL)
    assert "A search is running already" in text(browser.post(URL, follow=True))
    page = text(browser.get(URL))
    assert 'http-equiv="refresh"' in page
    assert "<progress" in page
    assert search_pending() == 1
    page = text(browser.get(URL))
    assert "who speaks Dari" in page
    assert "Start a campaign" in page
    assert "Look again" in page
    assert "refresh" not in page
    assert "Dari" in browser.get(EXPORT).content.decode()
    browser.post(URL)
    page = text(browser.get(URL))
    assert "who speaks Dari" in page, "what was found before stays until there is something newer"
    assert "refresh" not in page, "nobody who reads or filters is interrupted"
    assert "Show how far it is" in page


def test_a_failed_search_is_said(cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advising, "FEW", 0)
    make.a_participant(cast.north)
    browser.post(URL)
    PairingRun.objects.update(status="failed")
    assert "The last search failed" in text(browser.get(URL))


def test_progress_goes_on_while_advice_is_sought(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_speaks_dari(cast.north)
    run = ask_search(programme=cast.north, by=None, now=now, wants={"advice": True})
    seen: list[int] = []
    most_matched = whatif.most_matched

    def look(*given: Any, **named: Any) -> int:
        seen.append(PairingRun.objects.values_list("progress", flat=True).get(pk=run.pk))
        return most_matched(*given, **named)

    monkeypatch.setattr(whatif, "most_matched", look)
    run_search(run, now=timezone.now())
    assert seen == sorted(seen)
    assert len(set(seen)) > 4
    run.refresh_from_db()
    assert run.result["advice"]["left"] == 4
    assert not Match.objects.proposed().exists()


def test_a_change_that_opens_too_many_pairs_is_left_out_and_said(
    cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = make_pool([{"slots": 0b100}, {}], [{"slots": 0b001}, {"slots": 0b010}])
    with pytest.raises(TooMany):
        find_candidates(pool, without=["times"], most=3)
    assert len(find_candidates(pool, without=["times"], most=4)) == 4
    found = whatif.relaxed(make_pool([{"slots": 0b100}], [{}, {}]), most=1)
    assert [one.code for one in found if not one.tried] == ["times"]
    monkeypatch.setattr(whatif.relaxed, "__kwdefaults__", {**(whatif.relaxed.__kwdefaults__ or {}), "most": 1})
    nobody_speaks_dari(cast.north)
    assert "Not tried, because too many pairs would be possible: With an interpreter" in text(browser.get(URL))
