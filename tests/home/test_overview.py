"""The overview: numbers equal the lists behind them, in the same number of queries however much there is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Match
from tests import factories as make
from tests.cast import Cast
from tests.sight import WALLS

Login = Callable[..., Client]


def url(slug: str = "north") -> str:
    return reverse("home:overview", args=[slug])


def fill(cast: Cast, count: int) -> None:
    """So many of everything that needs attention."""
    for number in range(count):
        match = make.a_match(cast.north, make.a_supporter(cast.north, supervisor=cast.ben_supporter.supervisor))
        Match.objects.filter(pk=match.pk).update(next_due_on=make.TODAY - timedelta(days=20))
        make.a_visit(match, make.TODAY - timedelta(days=40 + number), "missed", has_concern=True, concern="worry")
        make.a_participant(cast.north, registered_on=make.TODAY - timedelta(days=50))
        make.a_campaign(cast.north, starts_on=make.TODAY - timedelta(days=30), ends_on=make.TODAY - timedelta(days=9))
        make.an_application(cast.north, submitted_on=make.TODAY - timedelta(days=30))
        make.a_match(cast.north, status="proposed", started_on=make.TODAY - timedelta(days=20))


@pytest.mark.parametrize("count", [1, 3])
def test_overview_asks_the_database_a_fixed_number_of_times(
    cast: Cast, login: Login, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    fill(cast, count)
    client = login(cast.amina)
    with django_assert_num_queries(WALLS + 24):  # type: ignore[attr-defined]  # a context manager; two are the request's savepoint
        client.get(url())


def test_numbers_equal_the_lists_behind_them(cast: Cast, login: Login) -> None:
    fill(cast, 3)
    client = login(cast.amina)
    cards = client.get(url()).context["cards"]
    assert [card["value"] for card in cards] == [6, 7, 4, 4, 3]
    for card in cards:
        page = client.get(card["url"])
        assert page.context["page_obj"].paginator.count == card["value"], card["url"]


def test_chips_count_every_row_and_lead_to_all_of_them(
    cast: Cast, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("peerhub.home.attention.PER_PAGE", 4)
    fill(cast, 7)
    client = login(cast.amina)
    first = client.get(url()).context
    counted = {chip["url"]: chip["count"] for chip in first["chips"]}
    assert counted["?kind=overdue"] == 8
    assert counted["?"] == first["total"] == sum(count for chip, count in counted.items() if chip != "?")
    assert len([entry for entry in first["entries"] if entry.kind.code == "overdue"]) == 3
    pages = [client.get(url(), {"kind": "overdue", "page": number}).context["entries"] for number in (1, 2)]
    assert [len(entries) for entries in pages] == [4, 4]
    assert {entry.kind.code for entries in pages for entry in entries} == {"overdue"}


def test_week_ahead_counts_visits_per_day(cast: Cast, login: Login) -> None:
    make.a_match(cast.north)
    Match.objects.update(next_due_on=make.TODAY + timedelta(days=2))
    week = login(cast.dan).get(url()).context["week"]
    assert [one["count"] for one in week] == [0, 0, 2, 0, 0, 0, 0]
    assert week[2]["length"] == 100


def test_each_role_sees_what_is_hers(cast: Cast, login: Login) -> None:
    fill(cast, 1)
    cards = {
        name: len(login(getattr(cast, name)).get(url()).context["cards"]) for name in ("amina", "dan", "paul", "eva")
    }
    assert cards == {"amina": 5, "dan": 5, "paul": 3, "eva": 0}
    page = login(cast.eva).get(url())
    assert page.context["week"] is None
    assert page.context["entries"] == []


def test_zoe_sees_nothing_of_north(cast: Cast, login: Login) -> None:
    fill(cast, 2)
    client = login(cast.zoe)
    assert client.get(url()).status_code == 404
    south = client.get(url("south"))
    assert [card["value"] for card in south.context["cards"]] == [0] * 5
    assert not re.search(r"Ben|Carla|Person\d", south.content.decode())


def test_peer_supporter_is_led_to_today(cast: Cast, login: Login) -> None:
    assert login(cast.ben).get(url()).headers["Location"] == reverse("matching:today", args=["north"])
