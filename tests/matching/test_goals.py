"""Goals touched in a visit: chips on the sheet, numbers on the phone, how far each has come, moved on or closed."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching import services
from matching.models import Match, PersonalGoal, Visit
from peerhub.lib.errors import Refused
from tests import factories as make
from tests.cast import Cast
from tests.matching.test_queue import entry, send, statuses

TODAY = make.TODAY
WORDS = ("Find a job with people", "Read the letters from school alone", "Know somebody in this street")
Login = Any


def page(name: str, *more: int) -> str:
    return reverse(f"matching:{name}", args=["north", *more])


@pytest.fixture
def goals(cast: Cast) -> list[PersonalGoal]:
    """Carla's three goals."""
    make.an_agreement(cast.match)
    PersonalGoal.objects.filter(match=cast.match).delete()
    common = {"programme": cast.north, "match": cast.match, "domain": "work"}
    numbered = enumerate(WORDS, start=1)
    return [PersonalGoal.objects.create(**common, number=number, own_words=said) for number, said in numbered]


def log(cast: Cast, now: datetime, **more: Any) -> Visit:
    fields = {"outcome": "held", "occurred_on": TODAY, "minutes": 60, "place": "home", **more}
    return services.log_visit(cast.match, client_id=uuid4(), by=cast.ben, now=now, **fields)


def test_the_sheet_offers_the_open_goals_and_keeps_those_ticked(
    cast: Cast, login: Login, goals: list[PersonalGoal], now: datetime
) -> None:
    services.move_goal(goals[2], status="dropped", by=cast.ben, now=now)
    ben = login(cast.ben)
    text = ben.get(page("log", cast.match.pk)).content.decode()
    assert WORDS[0] in text
    assert WORDS[2] not in text
    sheet = {"client_id": str(uuid4()), "occurred_on": TODAY.isoformat(), "minutes": "60", "place": "home",
             "request": "same", "goals": ["2", "1"]}  # fmt: skip
    assert ben.post(page("log", cast.match.pk), sheet).status_code == 302
    visit = Visit.objects.get(client_id=sheet["client_id"])
    assert visit.goals == [1, 2]
    text = login(cast.dan).get(page("match", cast.match.pk)).content.decode()
    assert "about goals 1, 2" in text
    assert "in 1 visit, on" in text


def test_goals_of_a_visit_that_did_not_happen_or_of_somebody_else_are_none(
    cast: Cast, goals: list[PersonalGoal], now: datetime
) -> None:
    assert log(cast, now, outcome="missed", goals=[1], minutes=None, place="").goals == []
    with pytest.raises(Refused, match="no goal of this person"):
        log(cast, now, goals=[1, 4])
    visit = log(cast, now, goals=[3, 1, 3])
    assert visit.goals == [1, 3]
    fields = {"outcome": "held", "occurred_on": TODAY, "minutes": 60, "place": "home"}
    services.correct_visit(visit, version=1, by=cast.ben, now=now, **fields, goals=[2])
    visit.refresh_from_db()
    assert visit.goals == [2]
    with pytest.raises(Refused, match="no goal of this person"):
        services.correct_visit(visit, version=2, by=cast.ben, now=now, **fields, goals=[7])
    with pytest.raises(IntegrityError, match="visit_goals_have_numbers"), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(goals=[0])


def test_an_activity_with_several_is_about_the_goals_of_the_first(
    cast: Cast, goals: list[PersonalGoal], now: datetime
) -> None:
    other = make.a_match(cast.north, cast.ben_supporter)
    fields = {"outcome": "held", "occurred_on": TODAY, "minutes": 60, "place": "out", "goals": [1]}
    services.log_shared_visit(cast.match, client_id=uuid4(), also=[other.pk], by=cast.ben, now=now, **fields)
    assert Visit.objects.get(match=other, occurred_on=TODAY).goals == []


def test_the_phone_keeps_numbers_and_no_words(cast: Cast, login: Login, goals: list[PersonalGoal]) -> None:
    found = re.search(r'data-plan="([^"]*)"', login(cast.ben).get(page("today")).content.decode())
    assert found
    plan = json.loads(found.group(1).replace("&quot;", '"'))
    assert plan["people"][0]["goals"] == [1, 2, 3]
    assert not any(said in found.group(1) for said in WORDS)


def test_what_waited_on_the_phone_brings_its_goals_also_one_reached_since(
    cast: Cast, login: Login, goals: list[PersonalGoal], now: datetime
) -> None:
    ben, waiting = login(cast.ben), entry(cast.match, fields={"goals": ["1", "3"]})
    services.move_goal(goals[2], status="reached", by=cast.dan, now=now)
    assert statuses(send(ben, waiting)) == ["stored"]
    assert statuses(send(ben, waiting)) == ["duplicate"]
    assert Visit.objects.get(client_id=waiting["client_id"]).goals == [1, 3]
    other = entry(cast.match, fields={"goals": ["2"]})
    told = send(ben, other)
    assert statuses(told) == ["conflict"]
    both = ben.post(told[0]["compare"], {**other["fields"], "client_id": other["client_id"], "version": "1"})
    assert WORDS[2] in both.content.decode()
    assert WORDS[1] in both.content.decode()
    strange = entry(cast.match, 1, fields={"goals": ["8"]})
    assert "Which goals" in send(ben, strange)[0]["reason"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_goals_asks_as_often_for_one_as_for_three(
    cast: Cast, login: Login, goals: list[PersonalGoal], rows: int
) -> None:
    PersonalGoal.objects.filter(match=cast.match, number__gt=rows).delete()
    ben = login(cast.ben)
    ben.get(page("goals", cast.match.pk))
    with CaptureQueriesContext(connection) as queries:
        text = ben.get(page("goals", cast.match.pk)).content.decode()
    assert text.count('name="goal"') == rows
    assert len([one for one in queries if "matching_" in one["sql"]]) == 3  # the match, its visits, its goals


def test_a_goal_is_moved_on_and_closed_by_who_visits(cast: Cast, login: Login, goals: list[PersonalGoal]) -> None:
    ben, address = login(cast.ben), page("goals", cast.match.pk)
    assert ben.post(address, {"goal": goals[0].pk, "status": "in_progress"}).status_code == 302
    assert ben.post(address, {"goal": goals[0].pk, "status": "reached"}).status_code == 302
    goals[0].refresh_from_db()
    assert goals[0].status == "reached"
    again = ben.post(address, {"goal": goals[0].pk, "status": "open"})
    assert again.status_code == 200
    assert again.context["form"].non_field_errors()
    assert ben.post(address, {"goal": "0", "status": "reached"}).status_code == 200


def test_nobody_moves_a_goal_of_another_match_or_of_one_that_ended(
    cast: Cast, login: Login, goals: list[PersonalGoal], now: datetime
) -> None:
    olga = make.a_supporter(cast.north, "Olga", login=True)
    hers = make.a_match(cast.north, olga)
    client = login(olga.person.user)
    assert client.post(page("goals", cast.match.pk), {"goal": goals[0].pk, "status": "reached"}).status_code == 404
    assert client.post(page("goals", hers.pk), {"goal": goals[0].pk, "status": "reached"}).status_code == 200
    services.close_match(
        cast.match, ended_on=TODAY, end_reason="moved", back_to_waiting=False, by=cast.amina, now=now
    )  # fmt: skip
    ended = PersonalGoal.objects.select_related("match").get(pk=goals[0].pk)
    with pytest.raises(Refused, match="has ended"):
        services.move_goal(ended, status="reached", by=cast.amina, now=now)
    text = login(cast.amina).get(page("goals", cast.match.pk)).content.decode()
    assert WORDS[0] in text
    assert 'name="status"' not in text
    ended.refresh_from_db()
    assert ended.status == "open"
    assert Match.objects.get(pk=cast.match.pk).status == "closed"


def test_who_only_steps_in_sees_no_goals(cast: Cast, login: Login, goals: list[PersonalGoal], now: datetime) -> None:
    olga = make.a_supporter(cast.north, "Olga", login=True)
    services.arrange_cover(
        cast.match, substitute=olga, starts_on=TODAY, ends_on=TODAY + timedelta(days=5), need="", by=cast.amina, now=now
    )
    text = login(olga.person.user).get(page("goals", cast.match.pk)).content.decode()
    assert "No goals here" in text
    assert WORDS[0] not in login(olga.person.user).get(page("log", cast.match.pk)).content.decode()
