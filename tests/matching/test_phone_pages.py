"""The phone's pages: cards with pictures, what is usual, one-tap links, hours, work beside visits, asking for help."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching import cards, services
from matching.hours import answer_time, hours_of, year_in
from matching.models import HelpRequest, Match, Visit, Work
from peerhub.lib.errors import Refused
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from tests import factories as make
from tests.cast import Cast

TODAY = make.TODAY
Login = Any


def page(name: str, *more: int) -> str:
    return reverse(f"matching:{name}", args=["north", *more])


def work(cast: Cast, now: datetime, **more: Any) -> Work:
    fields = {"client_id": uuid4(), "kind": "call", "occurred_on": TODAY, "minutes": 20, **more}
    return services.log_work(cast.north, by=cast.ben, now=now, **fields)


def ask(cast: Cast, now: datetime, **more: Any) -> HelpRequest:
    fields = {"client_id": uuid4(), "kind": "help", "text": "How far do I go?", **more}
    return services.ask_help(cast.north, by=cast.ben, now=now, **fields)


# -- Today -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [1, 3])
def test_today_asks_as_often_for_one_person_as_for_three(cast: Cast, login: Login, people: int) -> None:
    for _number in range(people - 1):
        make.a_match(cast.north, cast.ben_supporter)
    ben = login(cast.ben)
    ben.get(page("today"))
    with CaptureQueriesContext(connection) as queries:
        assert ben.get(page("today")).status_code == 200
    mine = [one["sql"] for one in queries if "matching_" in one["sql"]]
    # the matches, what is usual, their goals, what just ended, whom she covers, whom she covered until just now
    assert len(mine) == 6, mine


@pytest.mark.parametrize("people", [1, 3])
def test_the_sheet_asks_as_often_for_one_person_as_for_three(cast: Cast, login: Login, people: int) -> None:
    for _number in range(people - 1):
        make.a_match(cast.north, cast.ben_supporter)
    ben = login(cast.ben)
    ben.get(page("log", cast.match.pk))
    with CaptureQueriesContext(connection) as queries:
        assert ben.get(page("log", cast.match.pk)).status_code == 200
    mine = [one["sql"] for one in queries if "matching_" in one["sql"]]
    assert len(mine) == 4, mine  # the match, one's other people, what is usual, the goals


def test_the_plan_that_a_phone_keeps_has_no_name(cast: Cast, login: Login) -> None:
    text = login(cast.ben).get(page("today")).content.decode()
    found = re.search(r'data-plan="([^"]*)"', text)
    assert found
    plan = json.loads(found.group(1).replace("&quot;", '"'))
    assert [one["match"] for one in plan["people"]] == [cast.match.pk]
    for name in (cast.carla.person.first_name, cast.carla.person.last_name):
        assert name not in found.group(1)


def test_titles_of_phone_pages_name_nobody(cast: Cast, login: Login) -> None:
    ben = login(cast.ben)
    for address in (
        page("today"),
        page("people"),
        page("log", cast.match.pk),
        page("hours"),
        page("ask"),
        page("work"),
    ):
        title = re.search(r"<title>(.*?)</title>", ben.get(address).content.decode(), re.DOTALL)
        assert title
        assert cast.carla.person.first_name not in title.group(1)


def test_marks_stay_and_differ() -> None:
    first = cards.marks_of([7, 19, 31])
    assert len({mark.word for mark in first.values()}) == 3  # 7, 19 and 31 would all begin at the same picture
    assert cards.marks_of([7, 19, 31, 40])[19] == first[19]
    assert len(cards.marks_of(range(40))) == 40


def test_what_is_usual_is_her_own_habit() -> None:
    assert cards.habit_in([]) == cards.Habit(60, "home")
    assert cards.habit_in([(75, "out"), (60, "home"), (75, "out")]) == cards.Habit(75, "out")


def test_the_sheet_is_filled_with_what_is_usual(cast: Cast, login: Login) -> None:
    for days in (21, 14):
        make.a_visit(cast.match, TODAY - timedelta(days=days), minutes=75, place="out")
    text = login(cast.ben).get(f"{page('log', cast.match.pk)}?held&on={TODAY - timedelta(days=1)}").content.decode()
    assert re.search(
        r'name="minutes"[^>]*value="75"[^>]*checked|value="75"[^>]*checked[^>]*name="minutes"|checked[^>]*value="75"',
        text,
    )
    assert f'value="{(TODAY - timedelta(days=1)).isoformat()}"' in text


@pytest.mark.parametrize("on", ["2026-02-31", "x", "", "2090-01-01", "2026-01-01x", "0"])
def test_a_link_with_a_strange_day_opens_the_sheet_of_today(cast: Cast, login: Login, on: str) -> None:
    answer = login(cast.ben).get(page("log", cast.match.pk), {"missed": "", "on": on})
    assert answer.status_code == 200
    assert "What happened?" in answer.content.decode()


def test_a_sheet_without_a_script_is_sent_like_any_form(cast: Cast, login: Login) -> None:
    sheet = {"client_id": str(uuid4()), "occurred_on": TODAY.isoformat(), "why": "not_there", "again": "2"}
    answer = login(cast.ben).post(f"{page('log', cast.match.pk)}?missed", sheet)
    assert answer.status_code == 302
    visit = Visit.objects.get(client_id=sheet["client_id"])
    assert (visit.outcome, visit.why, visit.again_on) == ("missed", "not_there", TODAY + timedelta(days=2))


def test_a_new_day_before_the_visit_is_told_at_its_field(cast: Cast, login: Login) -> None:
    sheet = {
        "client_id": str(uuid4()),
        "occurred_on": TODAY.isoformat(),
        "why": "me_ill",
        "again_on": TODAY.isoformat(),
    }
    answer = login(cast.ben).post(f"{page('log', cast.match.pk)}?missed", sheet)
    assert "The new day comes after" in answer.content.decode()


# -- Hours and work --------------------------------------------------------------------------------------------------


def test_hours_count_visits_and_work_and_a_shared_visit_once(cast: Cast, now: datetime, login: Login) -> None:
    other = make.a_match(cast.north, cast.ben_supporter)
    Visit.objects.all().delete()
    fields = {"outcome": "held", "occurred_on": TODAY, "minutes": 90, "place": "out", "also": [other.pk]}
    services.log_shared_visit(cast.match, client_id=uuid4(), by=cast.ben, now=now, **fields)
    done = work(cast, now)
    lines, whole = hours_of(cast.ben, TODAY.year)
    assert [(line.visits, line.minutes) for line in lines] == [(2, 110)]
    assert whole.total == "1 h 50"
    table = login(cast.ben).get(page("hours_export")).content.decode()
    assert table.count('"visit"') == 2
    assert '"20"' in table
    assert cast.carla.person.first_name not in table
    services.withdraw_work(done, by=cast.ben, now=now)
    assert hours_of(cast.ben, TODAY.year)[1].minutes == 90
    with pytest.raises(Refused):
        services.withdraw_work(done, by=cast.ben, now=now)


def test_hours_of_a_year_without_any_are_empty_and_strange_years_are_this_one(cast: Cast, login: Login) -> None:
    assert "No hours in this year yet" in login(cast.ben).get(page("hours"), {"year": "2001"}).content.decode()
    assert [year_in(text, date(2026, 1, 1)) for text in ("2025", "1999", "2027", "x", "²²²²")] == [2025, *[2026] * 4]


def test_work_is_written_down_once_and_moves_no_due_date(cast: Cast, now: datetime, login: Login) -> None:
    due = Match.objects.get(pk=cast.match.pk).next_due_on
    key = uuid4()
    assert work(cast, now, client_id=key).pk == work(cast, now, client_id=key, minutes=99).pk
    assert Match.objects.get(pk=cast.match.pk).next_due_on == due
    with pytest.raises(Refused, match="not come yet"):
        work(cast, now, occurred_on=TODAY + timedelta(days=1))
    ben = login(cast.ben)
    ben.post(page("work"), {"deed": "withdraw", "pk": Work.objects.get().pk})
    assert not Work.objects.own(cast.ben).exists()
    assert login(cast.dan).post(page("work"), {"deed": "withdraw", "pk": Work.objects.get().pk}).status_code == 404


# -- Asking for help -------------------------------------------------------------------------------------------------


def test_the_supervisor_hears_and_the_answer_comes_back(cast: Cast, now: datetime, login: Login) -> None:
    key = uuid4()
    asked = ask(cast, now, client_id=key)
    assert ask(cast, now, client_id=key).pk == asked.pk
    told = Notice.objects.get(kind=Kind.HELP_ASKED)
    assert told.recipient_id == cast.dan.person_id
    dan = login(cast.dan)
    assert "How far do I go?" in dan.get(page("requests")).content.decode()
    dan.post(page("requests"), {"request_id": asked.pk, "answer": "To the door."})
    assert "To the door." in login(cast.ben).get(page("ask")).content.decode()
    assert Notice.objects.get(kind=Kind.HELP_ANSWERED).recipient_id == cast.ben.person_id
    with pytest.raises(Refused, match="answered before"):
        services.answer_help(asked, answer="again", by=cast.amina, now=now)
    assert "Nobody waits" in dan.get(page("requests")).content.decode()


def test_the_clocks_of_a_page_are_the_programmes(cast: Cast, now: datetime, login: Login) -> None:
    late = datetime(2026, 7, 7, 21, 30, tzinfo=UTC)
    HelpRequest.objects.filter(pk=ask(cast, now).pk).update(asked_at=late)
    for zone, said in (("Europe/Brussels", "7 July, 23:30"), ("Europe/Helsinki", "8 July, 00:30")):
        cast.north.timezone = zone
        cast.north.save()
        assert said in login(cast.dan).get(page("requests")).content.decode()
        assert said in login(cast.ben).get(page("ask")).content.decode()
        assert timezone.get_current_timezone_name() == "UTC", "for this page only"


def test_an_empty_answer_is_none(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="Write an answer"):
        services.answer_help(ask(cast, now), answer=" ", by=cast.dan, now=now)


def test_a_pause_is_asked_of_the_coordinators(cast: Cast, now: datetime, login: Login) -> None:
    sheet = {"client_id": str(uuid4()), "kind": "pause", "text": "I am ill until the end of the month."}
    login(cast.ben).post(page("ask"), sheet)
    assert [one.recipient_id for one in Notice.objects.filter(kind=Kind.HELP_ASKED)] == [cast.amina.person_id]
    assert 'value="pause"' in login(cast.ben).get(page("ask"), {"for": "pause"}).content.decode()


def test_how_long_an_answer_takes_is_said_from_three_answers_on(cast: Cast, now: datetime) -> None:
    for hours in (2, 5, 30):
        assert answer_time(cast.ben) == ""
        services.answer_help(ask(cast, now), answer="Yes.", by=cast.dan, now=now + timedelta(hours=hours))
    assert answer_time(cast.ben) == "An answer usually comes within 5 hours (the last 3 requests)."


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_requests_asks_as_often_for_one_as_for_three(
    cast: Cast, now: datetime, login: Login, rows: int
) -> None:
    for _number in range(rows):
        ask(cast, now)
    dan = login(cast.dan)
    dan.get(page("requests"))
    with CaptureQueriesContext(connection) as queries:
        dan.get(page("requests"))
    assert len([one for one in queries if "matching_" in one["sql"]]) == 2


def test_nobody_reads_what_another_asked(cast: Cast, now: datetime, login: Login) -> None:
    ask(cast, now, text="about my own house")
    other = make.a_supporter(cast.north, "Olga", login=True)
    text = login(other.person.user).get(page("ask")).content.decode()
    assert "about my own house" not in text


# -- What a phone keeps ----------------------------------------------------------------------------------------------


def test_the_page_that_a_phone_keeps_is_the_same_for_everybody(cast: Cast, login: Login) -> None:
    kept = [
        client.get(reverse("phone:offline")).content for client in (login(None), login(cast.ben), login(cast.amina))
    ]
    assert len(set(kept)) == 1
    assert b"csrfmiddlewaretoken" not in kept[0]
    assert cast.carla.person.first_name.encode() not in kept[0]


def test_the_worker_names_all_it_keeps_and_is_versioned(cast: Cast, login: Login) -> None:
    answer = login(None).get(reverse("phone:worker"), {"language": "en"})
    script = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert re.search(r'const VERSION = "[0-9a-f]{16}";', script)
    shell = json.loads(re.search(r"const SHELL = (\[.*?\]);", script).group(1))  # type: ignore[union-attr]  # it is there
    assert not any(address.startswith("/p/") for address in shell)
    asked = login(None).get(reverse("phone:worker"), {"language": "<script>"}).content.decode()
    assert "<script>" not in asked
    assert login(None).post(reverse("phone:worker")).status_code == 405
