"""Sessions are written down once, with those who were there; who had none lately is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from peerhub.lib.errors import Refused
from recruitment.choices import SupporterStatus
from supervision.models import SupervisionSession
from supervision.services import record_session
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.sight import WALLS

Login = Callable[..., Client]


def record(cast: Cast, now: datetime, **fields: Any) -> SupervisionSession:
    """Dan sat together with Ben today."""
    usual = {
        "kind": "one_to_one",
        "held_on": make.TODAY,
        "minutes": 45,
        "agreements": "",
        "supporters": [cast.ben_supporter],
    }
    return record_session(programme=cast.north, by=cast.dan, now=now, **{**usual, **fields})


def test_a_session_is_written_down(cast: Cast, now: datetime) -> None:
    session = record(cast, now, agreements=" Call the school. ")
    assert (session.led_by_id, session.agreements) == (cast.dan.person_id, "Call the school.")
    assert list(session.supporters.all()) == [cast.ben_supporter]


def test_the_same_session_twice_is_one(cast: Cast, now: datetime) -> None:
    record(cast, now)
    with pytest.raises(Refused, match="before"):
        record(cast, now, minutes=60)
    assert SupervisionSession.objects.count() == 1
    record(cast, now, kind="team_meeting")
    assert SupervisionSession.objects.count() == 2


def test_wrong_sessions_are_refused(cast: Cast, now: datetime) -> None:
    stranger, second = make.a_supporter(cast.south), make.a_supporter(cast.north)
    wrongs: tuple[dict[str, Any], ...] = (
        {"held_on": make.TODAY + timedelta(days=2)},
        {"supporters": []},
        {"supporters": [stranger]},
        {"supporters": [cast.ben_supporter, second]},
    )
    for wrong in wrongs:
        with pytest.raises(Refused):
            record(cast, now, **wrong)
    assert not SupervisionSession.objects.exists()


@pytest.mark.parametrize("broken", [{"minutes": 4}, {"minutes": 481}, {"kind": "party"}])
def test_the_database_refuses_what_makes_no_sense(cast: Cast, now: datetime, broken: dict[str, Any]) -> None:
    session = record(cast, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupervisionSession.objects.filter(pk=session.pk).update(**broken)


def test_list_names_who_had_no_supervision_lately(cast: Cast, login: Login, now: datetime) -> None:
    long_ago = make.a_supporter(cast.north, "Lea")
    make.a_supporter(cast.north, "Nia", started_on=make.TODAY - timedelta(days=5))
    make.a_supporter(cast.north, "Pia", status=SupporterStatus.PAUSED)
    record(cast, now, supporters=[long_ago], held_on=make.TODAY - timedelta(days=31))
    client, url = login(cast.dan), reverse("supervision:sessions", args=["north"])
    named = client.get(url).context["unsupervised"]
    assert [row["supporter"].person.first_name for row in named["rows"]] == ["Ben", "Lea"]
    record(cast, now)
    assert client.get(url).context["unsupervised"]["total"] == 1


def test_list_filters_by_kind_and_name(cast: Cast, login: Login, now: datetime) -> None:
    lea = make.a_supporter(cast.north, "Lea")
    team = record(cast, now, kind="team_meeting", supporters=[lea, cast.ben_supporter])
    alone = record(cast, now)
    client, url = login(cast.dan), reverse("supervision:sessions", args=["north"])

    def found(words: str = "", **query: str) -> list[int]:
        page = client.get(found_at(client, url, words) if words else url, query or None)
        return [session.pk for session in page.context["page_obj"]]

    assert found() == [alone.pk, team.pk]
    assert found(kind="team_meeting") == [team.pk] == found("lea")
    assert found("dan ben") == [alone.pk, team.pk]


def test_page_saves_and_keeps_what_was_typed(cast: Cast, login: Login) -> None:
    client, url = login(cast.dan), reverse("supervision:session_new", args=["north"])
    fields = {"kind": "one_to_one", "held_on": str(make.TODAY), "minutes": 50, "supporters": [cast.ben_supporter.pk]}
    tomorrow = {**fields, "held_on": str(make.TODAY + timedelta(days=2)), "agreements": "A long text"}
    answer = client.post(url, tomorrow)
    assert "A long text" in answer.content.decode()
    assert "has not come yet" in answer.content.decode()
    assert client.post(url, fields).status_code == 302
    assert SupervisionSession.objects.get().minutes == 50


def test_page_offers_only_own_people(cast: Cast, login: Login) -> None:
    stranger = make.a_supporter(cast.south, "Sam")
    url = reverse("supervision:session_new", args=["north"])
    page = login(cast.dan).get(url, {"supporter": cast.ben_supporter.pk}).context["form"]
    assert [one.pk for one in page.fields["supporters"].queryset] == [cast.ben_supporter.pk]
    assert page["supporters"].value() == [str(cast.ben_supporter.pk)]
    fields = {"kind": "one_to_one", "held_on": str(make.TODAY), "minutes": 50, "supporters": [stranger.pk]}
    assert login(cast.dan).post(url, fields).status_code == 200
    assert not SupervisionSession.objects.exists()


def test_others_see_nothing(cast: Cast, login: Login, now: datetime) -> None:
    record(cast, now)
    urls = [reverse(f"supervision:{name}", args=["north"]) for name in ("sessions", "session_new")]
    for who, status in ((cast.zoe, 404), (cast.ben, 403), (cast.eva, 403), (cast.tess, 403)):
        assert [login(who).get(url).status_code for url in urls] == [status, status]
    assert not login(cast.zoe).get(reverse("supervision:sessions", args=["south"])).context["page_obj"].object_list


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_database_a_fixed_number_of_times(
    cast: Cast, login: Login, count: int, django_assert_num_queries: Callable[[int], object], now: datetime
) -> None:
    for _number in range(count):
        record(cast, now, supporters=[make.a_supporter(cast.north), cast.ben_supporter], kind="intervision")
        make.a_supporter(cast.north)
    client = login(cast.dan)
    with django_assert_num_queries(WALLS + 13):  # type: ignore[attr-defined]  # a context manager; two are the request's savepoint
        client.get(reverse("supervision:sessions", args=["north"]))
