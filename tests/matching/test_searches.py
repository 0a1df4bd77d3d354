"""Earlier searches: the list, what it costs, and whether the same comes out once more."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from matching.choices import RunStatus
from matching.models import Match, PairingRun
from matching.services import ask_search, run_search, search_pairs, set_rules
from matching.services.repeating import search_again
from matching.views import searches as views
from peerhub.lib.errors import Refused
from recruitment.models import PeerSupporter
from tests import factories as make
from tests.cast import Cast
from tests.matching.pages import Login, text
from tests.sight import WALLS

pytestmark = pytest.mark.django_db
SEARCHES_QUERIES = 7
URL = reverse("matching:searches", args=["north"])


def again_url(run: PairingRun, slug: str = "north") -> str:
    return reverse("matching:search_repeat", args=[slug, run.pk])


def a_run(cast: Cast, now: datetime) -> PairingRun:
    make.a_supporter(cast.north, languages=["so"], available=[4, 11])
    make.a_participant(cast.north, languages=["so"], available=[4])
    return search_pairs(programme=cast.north, by=cast.amina, now=now)


# -- The list --------------------------------------------------------------------------------------------------------


def test_the_empty_list_says_what_will_stand_there(browser: Client) -> None:
    assert "Nobody has searched yet" in text(browser.get(URL))
    assert f'href="{URL}"' in text(browser.get(reverse("matching:board", args=["north"])))


def test_searches_are_listed_with_who_when_rules_and_what_was_found(cast: Cast, browser: Client, now: datetime) -> None:
    first = a_run(cast, now)
    set_rules(programme=cast.north, weights={}, language_level="well", by=cast.amina, now=now)
    make.a_participant(cast.north, languages=["ti"])
    second = search_pairs(programme=cast.north, by=None, now=now)
    asked = ask_search(programme=cast.north, by=cast.amina, now=now, wants={"advice": True})
    page = text(browser.get(URL))
    rows = page[page.index("<tbody>") : page.index("</tbody>")].split("<tr>")[1:]
    assert "waits for the worker" in rows[0]
    assert "to see what would help" in rows[0]
    assert "Check it" not in rows[0]
    for words in ("version 1", "a command on the server", "1 pair, 1 person left waiting"):
        assert words in rows[1], words
    for words in ("the usual rules", "Amina", "1 pair, 0 people left waiting"):
        assert words in rows[2], words
    board = reverse("matching:board", args=["north"])
    assert f"{board}?run={second.pk}#pairs-title" in rows[1]
    assert f"{board}?run={first.pk}#pairs-title" in rows[2]
    assert f"run={asked.pk}" not in page
    assert "3 in all" in page


def test_hours_are_those_of_the_programmes_clock(cast: Cast, browser: Client, now: datetime) -> None:
    """In the list and above the pairs the same: late in the evening it is the next day already."""
    run = a_run(cast, now)
    PairingRun.objects.filter(pk=run.pk).update(ran_at=datetime(2026, 3, 10, 23, 30, tzinfo=UTC))
    assert "Wednesday 11 March 2026, 00:30" in text(browser.get(URL))
    assert "11 March 2026, 00:30" in text(browser.get(reverse("matching:board", args=["north"]), {"run": run.pk}))


def test_a_search_without_a_proof_or_an_end_says_so(cast: Cast, browser: Client, now: datetime) -> None:
    run = a_run(cast, now)
    PairingRun.objects.filter(pk=run.pk).update(optimal=False)
    assert "not proven to be the best" in text(browser.get(URL))
    PairingRun.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, result={})
    page = text(browser.get(URL))
    assert "failed" in page
    assert "pairs-title" not in page


def test_the_list_is_cut_into_pages_with_the_whole_number(
    cast: Cast, browser: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 2)
    for _one in range(3):
        a_run(cast, now)
    page = text(browser.get(URL))
    assert "3 in all" in page
    assert "page 1 of 2" in page
    assert page.count("Check it<") == 2
    assert text(browser.get(URL, {"page": 2})).count("Check it<") == 1


@pytest.mark.parametrize("size", [1, 3])
def test_searches_take_a_constant_number_of_queries(
    cast: Cast, browser: Client, now: datetime, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _one in range(size):
        a_run(cast, now)
    with django_assert_num_queries(WALLS + SEARCHES_QUERIES) as seen:
        browser.get(URL)
    assert not any('"inputs"' in one["sql"] for one in seen.captured_queries), "what went in stays where it is"


# -- Once more -------------------------------------------------------------------------------------------------------


def test_the_same_comes_out_once_more_whatever_changed_since(cast: Cast, browser: Client, now: datetime) -> None:
    run = a_run(cast, now)
    PeerSupporter.objects.filter(programme=cast.north).update(available=[20])
    set_rules(programme=cast.north, weights={"times": 1}, by=cast.amina, now=now)
    before = PairingRun.objects.values().get(pk=run.pk)
    page = text(browser.post(again_url(run), follow=True))
    assert "the same, pair by pair and reason by reason (1 pair)" in page
    assert PairingRun.objects.values().get(pk=run.pk) == before
    assert PairingRun.objects.count() == 1
    assert not Match.objects.proposed().exists()


def test_what_is_not_the_same_is_said(cast: Cast, browser: Client, now: datetime) -> None:
    run = a_run(cast, now)
    run.result["matched"] = [[who, ours, score + 1] for who, ours, score in run.result["matched"]]
    run.save(update_fields=["result"])
    assert "0 of 1 pairs are the same. That should not be." in text(browser.post(again_url(run), follow=True))
    PairingRun.objects.filter(pk=run.pk).update(code_version="older")
    assert "drew other lots; both sets are as good" in text(browser.post(again_url(run), follow=True))
    PairingRun.objects.filter(pk=run.pk).update(total=1)
    assert "weighs some things differently now" in text(browser.post(again_url(run), follow=True))


def test_what_was_not_kept_cannot_be_checked(cast: Cast, browser: Client, now: datetime) -> None:
    run = a_run(cast, now)
    PairingRun.objects.filter(pk=run.pk).update(inputs=None)
    assert "What went into this search was not kept." in text(browser.post(again_url(run), follow=True))
    asked = ask_search(programme=cast.north, by=cast.amina, now=now)
    with pytest.raises(Refused, match="not done"):
        search_again(asked)
    run_search(asked, now=now)
    assert search_again(PairingRun.objects.get(pk=asked.pk)).same


def test_among_thousands_the_page_names_the_command(
    cast: Cast, browser: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.services.repeating.QUICK", 0)
    run = a_run(cast, now)
    assert f"manage.py propose north --again {run.pk}" in text(browser.post(again_url(run), follow=True))


def test_the_command_says_the_same(cast: Cast, now: datetime) -> None:
    run = a_run(cast, now)

    def again(*arguments: str) -> str:
        out = StringIO()
        call_command("propose", *arguments, stdout=out)
        return out.getvalue()

    answer: dict[str, Any] = json.loads(again("north", "--again", str(run.pk), "--json"))
    assert (answer["search"], answer["same"], answer["pairs"], answer["others"]) == (run.pk, True, 1, 0)
    assert "the same, pair by pair" in again("north", "--again", str(run.pk))
    assert not Match.objects.proposed().exists()
    with pytest.raises(CommandError, match="no search with this number"):
        again("south", "--again", str(run.pk))


# -- Walls -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ben", "dan", "eva", "tess", "paul", "stef"])
def test_searches_are_for_those_who_propose(cast: Cast, login: Login, now: datetime, who: str) -> None:
    run = a_run(cast, now)
    browser = login(getattr(cast, who))
    assert browser.get(URL).status_code == 403
    assert browser.post(again_url(run)).status_code == 403


def test_searches_of_another_programme_stay_there(cast: Cast, login: Login, now: datetime) -> None:
    run = a_run(cast, now)
    zoe = login(cast.zoe)
    assert zoe.get(URL).status_code == 404
    assert zoe.post(again_url(run, "south")).status_code == 404
    assert "Nobody has searched yet" in text(zoe.get(reverse("matching:searches", args=["south"])))
