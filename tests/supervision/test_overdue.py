"""Overdue is measured by the match's own frequency; page, queryset and property say the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from matching.choices import MatchStatus
from matching.models import Match
from matching.taper import Rules, grace
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.sight import WALLS

Login = Callable[..., Client]


def late(match: Match, days: int, interval: int = 7) -> Match:
    """The match's visit was due so many days ago."""
    Match.objects.filter(pk=match.pk).update(
        next_due_on=make.TODAY - timedelta(days=days), interval=interval, grace=grace(Rules(), interval)
    )
    match.refresh_from_db()
    return match


def url() -> str:
    return reverse("supervision:overdue", args=["north"])


@pytest.mark.parametrize(
    ("interval", "days", "shown"), [(7, 2, 0), (7, 3, 1), (14, 4, 0), (14, 5, 1), (28, 7, 0), (28, 8, 1)]
)
def test_patience_grows_with_the_days_between_visits(
    cast: Cast, login: Login, interval: int, days: int, shown: int
) -> None:
    match = late(cast.match, days, interval)
    rows = login(cast.dan).get(url()).context["rows"]
    assert len(rows) == shown == int(match.is_overdue(make.TODAY))


def test_row_says_who_since_when_and_with_whom(cast: Cast, login: Login) -> None:
    late(cast.match, 10)
    row = login(cast.dan).get(url()).context["rows"][0]
    assert row["participant"].first_name == "Carla"
    assert (row["late"], row["every"], row["supervisor"]) == ("10 days late", "every week", "Dan Test")
    assert row["url"] == reverse("matching:match", args=["north", cast.match.pk])


def test_paused_matches_are_not_overdue(cast: Cast, login: Login) -> None:
    Match.objects.filter(pk=cast.match.pk).update(status=MatchStatus.PAUSED, next_due_on=None)
    assert login(cast.dan).get(url()).context["rows"] == []


def test_search_filter_sort_and_total(cast: Cast, login: Login) -> None:
    late(cast.match, 5)
    other = late(
        make.a_match(cast.north, make.a_supporter(cast.north, "Ole"), make.a_participant(cast.north, "Anna")), 9
    )
    client = login(cast.dan)

    def found(words: str = "", **query: str) -> list[int]:
        page = client.get(found_at(client, url(), words) if words else url(), query or None)
        return [int(row["url"].rstrip("/").rsplit("/")[-1]) for row in page.context["rows"]]

    assert found() == [other.pk, cast.match.pk]
    assert found(sort="name") == [other.pk, cast.match.pk]
    assert (found("carla"), found("ole"), found("nobody")) == ([cast.match.pk], [other.pk], [])
    assert found(whose="mine") == [cast.match.pk]
    assert client.get(url()).context["page_obj"].paginator.count == 2


def test_second_page(cast: Cast, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supervision.views.PER_PAGE", 1)
    late(cast.match, 5)
    late(make.a_match(cast.north), 9)
    answer = login(cast.dan).get(url(), {"page": 2})
    assert [row["participant"].first_name for row in answer.context["rows"]] == ["Carla"]
    assert "2 in all" in answer.content.decode()


def test_others_see_nothing(cast: Cast, login: Login) -> None:
    late(cast.match, 10)
    assert login(cast.zoe).get(url()).status_code == 404
    assert login(cast.zoe).get(reverse("supervision:overdue", args=["south"])).context["rows"] == []
    assert [login(who).get(url()).status_code for who in (cast.ben, cast.paul, cast.eva, cast.tess)] == [403] * 4


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_database_a_fixed_number_of_times(
    cast: Cast, login: Login, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _number in range(count):
        late(make.a_match(cast.north, make.a_supporter(cast.north, supervisor=cast.ben_supporter.supervisor)), 9)
    client = login(cast.dan)
    with django_assert_num_queries(WALLS + 8):  # type: ignore[attr-defined]  # a context manager; two are the request's savepoint
        client.get(url())
