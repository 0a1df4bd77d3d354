"""The outbox and the search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.sight import WALLS

Login = Callable[..., Client]


def notice(cast: Cast, period: str, status: str = NoticeStatus.WAITING, kind: str = Kind.VISIT_REMINDER) -> Notice:
    """A message to Ben."""
    sent_at = timezone.now() if status == NoticeStatus.SENT else None
    return Notice.objects.create(
        programme_id=cast.north.pk, kind=kind, recipient=cast.ben_supporter.person, subject="match:1", period=period,
        status=status, sent_at=sent_at, error="no e-mail address" if status == NoticeStatus.DEAD else "",
    )  # fmt: skip


def shown(client: Client, page: str, **query: str) -> list[int]:
    answer = client.get(reverse(f"home:{page}", args=["north"]), query)
    return [row.pk for row in answer.context["page_obj"]]


def test_what_could_not_be_sent_comes_first(cast: Cast, login: Login) -> None:
    dead = notice(cast, "1", NoticeStatus.DEAD)
    sent = notice(cast, "2", NoticeStatus.SENT)
    waiting = notice(cast, "3", kind=Kind.PROPOSAL)
    Notice.objects.filter(pk=dead.pk).update(created_at=timezone.now() - timedelta(days=9))
    client = login(cast.amina)
    assert shown(client, "messages") == [dead.pk, waiting.pk, sent.pk]
    assert shown(client, "messages", status="sent") == [sent.pk]
    assert shown(client, "messages", kind="proposal") == [waiting.pk]
    assert shown(client, "messages", kind="proposal", status="dead") == []


def test_outbox_of_others_is_not_seen(cast: Cast, login: Login) -> None:
    notice(cast, "1")
    url = reverse("home:messages", args=["north"])
    assert [login(who).get(url).status_code for who in (cast.zoe, cast.ben, cast.eva)] == [404, 403, 403]
    assert not login(cast.zoe).get(reverse("home:messages", args=["south"])).context["page_obj"].object_list


@pytest.mark.parametrize("count", [1, 3])
def test_outbox_asks_the_database_a_fixed_number_of_times(
    cast: Cast, login: Login, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for number in range(count):
        notice(cast, str(number))
    client = login(cast.amina)
    with django_assert_num_queries(WALLS + 9):  # type: ignore[attr-defined]  # a context manager; two are the request's savepoint
        client.get(reverse("home:messages", args=["north"]))


def found(client: Client, words: str, slug: str = "north") -> list[list[str]]:
    url = reverse("home:search", args=[slug])
    sections = client.get(found_at(client, url, words)).context["sections"]
    return [[one["row"].person.first_name for one in section["rows"]] for section in sections]


def test_search_finds_by_name_address_and_number(cast: Cast, login: Login) -> None:
    Person.objects.filter(first_name="Ben").update(phone="+31612345678")
    client = login(cast.paul)
    assert found(client, "carl") == [["Carla"], []]
    assert found(client, "ben test") == [[], ["Ben"]]
    assert found(client, "12345") == [[], ["Ben"]]
    assert found(client, "carla.") == [["Carla"], []]
    assert found(client, "") == [[], []]


def test_search_says_how_many_there_are(cast: Cast, login: Login) -> None:
    for number in range(23):
        make.a_participant(cast.north, f"Mila{number}")
    client = login(cast.amina)
    where = found_at(client, reverse("home:search", args=["north"]), "mila")
    page = client.get(where)
    section = page.context["sections"][0]
    assert (len(section["rows"]), section["total"]) == (20, 23)
    whole_list = f"{reverse('recruitment:participants', args=['north'])}?{where.partition('?')[2]}"
    assert whole_list in page.content.decode()
    assert client.get(whole_list).context["page_obj"].paginator.count == 23


def test_search_stays_in_the_programme(cast: Cast, login: Login) -> None:
    assert found(login(cast.zoe), "carla", "south") == [[], []]
    url = reverse("home:search", args=["north"])
    assert [login(who).post(url, {"find_words": "carla"}).status_code for who in (cast.zoe, cast.ben, cast.eva)] == [
        404,
        403,
        403,
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_search_asks_the_database_a_fixed_number_of_times(
    cast: Cast, login: Login, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _number in range(count):
        make.a_participant(cast.north, "Mila")
    client = login(cast.amina)
    where = found_at(client, reverse("home:search", args=["north"]), "mila")
    with django_assert_num_queries(WALLS + 9):  # type: ignore[attr-defined]  # a context manager; two are the request's savepoint
        client.get(where)
