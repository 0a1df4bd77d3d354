"""What could not be sent, for administrators: of all programmes, without a name or an address; tried again once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from peerhub.home.dead_letters import without_addresses
from peerhub.lib import walls
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.people.models import History
from tests import factories as make
from tests.cast import Cast

Login = Callable[..., Client]
PAGE = reverse("admin:dead_letters")
ERROR = "550 no mailbox <ben.test@example.org>, call +31 6 1234 5678"


def dead(cast: Cast, period: str = "1", **fields: Any) -> Notice:
    """A message to Ben that could not be sent."""
    usual: dict[str, Any] = {"kind": Kind.VISIT_REMINDER, "status": NoticeStatus.DEAD, "attempts": 6, "error": ERROR}
    person = fields.pop("recipient", cast.ben_supporter.person)
    return Notice.objects.create(
        recipient=person, programme_id=person.programme_id, subject=f"match:{cast.match.pk}", period=period,
        **{**usual, **fields},
    )  # fmt: skip


def test_of_all_programmes_and_about_nobody(cast: Cast, login: Login) -> None:
    dead(cast)
    dead(cast, recipient=make.a_person(cast.south, "Sanne"), status=NoticeStatus.UNKNOWN)
    dead(cast, "2", status=NoticeStatus.WAITING)
    answer = login(cast.rania).get(PAGE)
    assert [row.programme for row in answer.context["rows"]] == ["South", "North"]
    assert answer.context["total"] == 2
    text = answer.content.decode()
    assert "550 no mailbox" in text
    for said in ("Ben", "Sanne", "Carla", "ben.test@", "1234", f"match:{cast.match.pk}"):
        assert said not in text


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_as_often_for_one_as_for_three(
    cast: Cast, login: Login, rows: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        dead(cast, str(number))
    rania = login(cast.rania)
    rania.get(PAGE)
    with django_assert_max_num_queries(16) as asked:
        assert rania.get(PAGE).content.decode().count("550 no mailbox") == rows
    assert len([one for one in asked if "notices_notice" in one["sql"]]) == 2  # the rows, and how many in all


def test_it_is_tried_again_once_and_the_log_in_is_remembered(cast: Cast, login: Login) -> None:
    notice, rania = dead(cast), login(cast.rania)
    sent = dead(cast, "2", status=NoticeStatus.WAITING)
    answer = rania.post(PAGE, {"notice": [notice.pk, sent.pk, "x", "²"]}, follow=True).content.decode()
    assert "1 message is on its way again" in answer
    assert "nothing was changed in those" in answer
    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.error) == (NoticeStatus.WAITING, 0, "")
    assert "0 messages are on their way" in rania.post(PAGE, {"notice": [notice.pk]}, follow=True).content.decode()
    line = History.objects.filter(table_name="notices_notice", row_id=notice.pk, kind="UPDATE").latest("pk")
    assert (line.user_id, line.deed) == (cast.rania.pk, "dead_letters")


def test_nobody_else_sees_it_and_the_walls_stand_again_afterwards(cast: Cast, login: Login) -> None:
    dead(cast)
    for who in (cast.amina, cast.dan, cast.ben, None):
        assert login(who).get(PAGE).status_code in (302, 403)
    rania = login(cast.rania)
    rania.get(PAGE)
    assert rania.get(reverse("home:messages", args=["north"])).status_code == 404
    with walls.inside(cast.south.pk):
        assert not Notice.objects.exists()


def test_an_address_in_an_error_is_hidden() -> None:
    assert without_addresses(ERROR) == "550 no mailbox … call …"
    assert without_addresses("Connection refused, 421 4.7.0 try later") == "Connection refused, 421 4.7.0 try later"
