"""What can be done about a late visit: remind, note a call, assign; alone, or several at once after a look."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from matching.choices import MatchStatus
from matching.models import Match
from matching.services import arrange_deputy, log_visit, pause_match
from peerhub.home.attention import overdue_visits
from peerhub.lib.errors import Refused
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from programmes.choices import Role
from programmes.models import Membership, Programme
from recruitment.services import change_supervisor
from supervision.models import ContactNote
from supervision.services import REMIND_AGAIN_AFTER, note_call, remind_supporter, write_summaries
from tests import factories as make
from tests.cast import Cast, assemble

Login = Callable[..., Client]
MONDAY_MORNING = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)


def late(match: Match, days: int = 10) -> Match:
    """The match's visit was due so many days ago."""
    Match.objects.filter(pk=match.pk).update(next_due_on=make.TODAY - timedelta(days=days))
    match.refresh_from_db()
    return match


@pytest.fixture
def overdue(cast: Cast) -> Cast:
    """Ben's visit to Carla is ten days late."""
    late(cast.match)
    return cast


def act(client: Client, **data: object) -> object:
    return client.post(reverse("supervision:overdue_act", args=["north"]), data)


def rows(client: Client, **query: str) -> list[dict[str, object]]:
    return list(client.get(reverse("supervision:overdue", args=["north"]), query).context["rows"])


def test_reminding_writes_one_message_to_the_peer_supporter(overdue: Cast, now: datetime) -> None:
    remind_supporter(overdue.match, by=overdue.dan, now=now)
    notice = Notice.objects.get(kind=Kind.VISIT_NUDGE)
    assert (notice.recipient_id, notice.due_on) == (overdue.ben.person_id, overdue.match.next_due_on)
    assert notice.link == reverse("matching:log", args=["north", overdue.match.pk])


def test_not_twice_within_two_days_whoever_asks(overdue: Cast, now: datetime) -> None:
    remind_supporter(overdue.match, by=overdue.dan, now=now)
    with pytest.raises(Refused, match="less than two days ago"):
        remind_supporter(overdue.match, by=overdue.amina, now=now + REMIND_AGAIN_AFTER - timedelta(minutes=1))
    remind_supporter(overdue.match, by=overdue.dan, now=now + REMIND_AGAIN_AFTER + timedelta(minutes=1))
    assert Notice.objects.filter(kind=Kind.VISIT_NUDGE).count() == 2


def test_nothing_is_reminded_of_that_is_not_due(cast: Cast, now: datetime) -> None:
    late(cast.match, -3)
    with pytest.raises(Refused, match="No visit is due"):
        remind_supporter(cast.match, by=cast.dan, now=now)
    Match.objects.filter(pk=cast.match.pk).update(status=MatchStatus.PAUSED, next_due_on=None)
    with pytest.raises(Refused):
        remind_supporter(cast.match, by=cast.dan, now=now)
    assert not Notice.objects.filter(kind=Kind.VISIT_NUDGE).exists()


def test_two_clicks_at_once_send_one(committed: None, now: datetime) -> None:
    cast = assemble()
    late(cast.match)
    together = Barrier(4)

    def click() -> bool:
        together.wait()
        try:
            remind_supporter(cast.match, by=cast.dan, now=now)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as hands:
        done = [one.result() for one in [hands.submit(click) for _hand in range(4)]]
    assert (sum(done), Notice.objects.filter(kind=Kind.VISIT_NUDGE).count()) == (1, 1)


@pytest.mark.parametrize("end", ["held", "missed", "paused"])
def test_a_reminder_by_hand_is_not_sent_when_the_answer_came_first(overdue: Cast, now: datetime, end: str) -> None:
    remind_supporter(overdue.match, by=overdue.dan, now=now)
    if end == "paused":
        days = {"starts_on": make.TODAY, "expected_on": make.TODAY + timedelta(days=9)}
        pause_match(overdue.match, **days, reason="away", by=overdue.dan, now=now)
    else:
        more = {"minutes": 60, "place": "home", "request": "same"} if end == "held" else {}
        log_visit(
            overdue.match, client_id=uuid4(), outcome=end, occurred_on=make.TODAY, by=overdue.ben, now=now, **more
        )
    assert Notice.objects.get(kind=Kind.VISIT_NUDGE).status == NoticeStatus.CANCELLED


def test_a_call_moves_the_last_action_and_nothing_else(overdue: Cast, login: Login, now: datetime) -> None:
    client, key = login(overdue.dan), uuid4()
    url = reverse("supervision:overdue_call", args=["north", overdue.match.pk])
    assert client.get(url).status_code == 200
    typed = {"client_id": str(key), "called": "supporter", "result": "no_answer", "note": ""}
    for _time in range(2):  # a double click
        assert client.post(url, typed).status_code == 302
    assert ContactNote.objects.count() == 1
    (row,) = rows(client)
    assert str(row["called"]).startswith("Dan called the peer supporter on")
    assert (row["late"], rows(client, todo="open")) == ("10 days late", [])
    assert overdue.match.next_due_on == Match.objects.get(pk=overdue.match.pk).next_due_on


def test_a_call_of_half_past_midnight_is_one_of_the_new_day(overdue: Cast, login: Login, now: datetime) -> None:
    """In Greenwich it was still the day the visit was due, on which nothing was late yet."""
    note_call(overdue.match, client_id=uuid4(), called="supporter", result="spoke", note="", by=overdue.dan, now=now)
    due = Match.objects.get(pk=overdue.match.pk).next_due_on
    assert due
    evening = datetime(due.year, due.month, due.day, 23, 30, tzinfo=ZoneInfo("Europe/Brussels"))
    for hours, left in ((0, [overdue.match.pk]), (1, [])):
        ContactNote.objects.update(noted_at=evening + timedelta(hours=hours))
        assert [row["pk"] for row in rows(login(overdue.dan), todo="open")] == left


def test_no_call_is_noted_where_no_visits_are_made(overdue: Cast, now: datetime) -> None:
    Match.objects.filter(pk=overdue.match.pk).update(status=MatchStatus.PAUSED, next_due_on=None)
    with pytest.raises(Refused):
        note_call(
            overdue.match, client_id=uuid4(), called="supporter", result="spoke", note="", by=overdue.dan, now=now
        )


def test_assigning_changes_who_looks_after_her(overdue: Cast, now: datetime) -> None:
    amina = Membership.objects.get(person_id=overdue.amina.person_id)
    change_supervisor(overdue.ben_supporter, supervisor=amina, by=overdue.amina, now=now)
    assert overdue.ben_supporter.supervisor_id == amina.pk
    with pytest.raises(Refused, match="so before"):
        change_supervisor(overdue.ben_supporter, supervisor=amina, by=overdue.amina, now=now)
    for stranger in (overdue.zoe, overdue.eva):
        role = Membership.objects.get(person_id=stranger.person_id)
        with pytest.raises(Refused, match="Choose a supervisor"):
            change_supervisor(overdue.ben_supporter, supervisor=role, by=overdue.amina, now=now)


def test_one_click_reminds_and_comes_back_to_the_same_filters(overdue: Cast, login: Login) -> None:
    client = login(overdue.dan)
    answer = act(client, one=overdue.match.pk, kept_whose="mine")
    assert answer.headers["Location"] == reverse("supervision:overdue", args=["north"]) + "?whose=mine"
    page = client.get(reverse("supervision:overdue", args=["north"])).content.decode()
    assert "1 reminder is on its way" in page
    assert "Reminded less than two days ago" in page
    (row,) = rows(client, whose="mine")
    assert (row["reminded_lately"], "on its way" in str(row["reminded"])) == (True, True)
    act(client, one=overdue.match.pk)
    again = client.get(reverse("supervision:overdue", args=["north"])).content.decode()
    assert "A reminder went out less than two days ago" in again


def test_several_are_shown_and_counted_before_they_are_reminded(overdue: Cast, login: Login, now: datetime) -> None:
    others = [late(make.a_match(overdue.north), 9) for _other in range(3)]
    remind_supporter(others[0], by=overdue.dan, now=now - timedelta(hours=3))
    keys = [overdue.match.pk, *(one.pk for one in others)]
    client = login(overdue.dan)
    look = act(client, deed="remind", match=keys)
    assert ([row["pk"] for row in look.context["rows"]], len(look.context["left_out"])) == (
        [keys[0], keys[2], keys[3]], 1,
    )  # fmt: skip
    assert "Send 3 reminders?" in look.content.decode()
    assert Notice.objects.filter(kind=Kind.VISIT_NUDGE).count() == 1
    act(client, deed="remind", match=[row["pk"] for row in look.context["rows"]], sure="1")
    assert Notice.objects.filter(kind=Kind.VISIT_NUDGE).count() == 4


def test_several_are_given_to_a_colleague(overdue: Cast, login: Login) -> None:
    amina = Membership.objects.get(person_id=overdue.amina.person_id)
    client = login(overdue.amina)
    other = late(make.a_match(overdue.north), 9)
    asked = {"deed": "assign", "supervisor": amina.pk, "match": [overdue.match.pk, other.pk]}
    assert "Give 2 matches to Amina Test?" in act(client, **asked).content.decode()
    act(client, **asked, sure="1")
    assert {row["supervisor"] for row in rows(client)} == {"Amina Test"}
    assert act(login(overdue.dan), **asked).status_code == 403


def test_nothing_is_done_to_another_programmes_matches(overdue: Cast, login: Login) -> None:
    south = late(make.a_match(overdue.south), 9)
    act(login(overdue.dan), one=south.pk)
    act(login(overdue.dan), deed="remind", match=[south.pk], sure="1")
    assert not Notice.objects.exists()


def test_filters_sorts_and_the_table_to_take_away(overdue: Cast, login: Login, now: datetime) -> None:
    alone = late(make.a_match(overdue.north, make.a_supporter(overdue.north, "Ole")), 20)
    Match.objects.filter(pk=alone.pk).update(last_held_on=make.TODAY - timedelta(days=27))
    remind_supporter(alone, by=overdue.dan, now=now)
    client = login(overdue.dan)
    assert [row["pk"] for row in rows(client)] == [alone.pk, overdue.match.pk]
    assert [row["pk"] for row in rows(client, sort="action")] == [overdue.match.pk, alone.pk]
    assert [row["pk"] for row in rows(client, whose="nobody")] == [alone.pk]
    assert [row["pk"] for row in rows(client, todo="open")] == [overdue.match.pk]
    assert rows(client)[0]["reason"] == "No visit held for 27 days; agreed: every week."
    table = client.get(reverse("supervision:overdue_export", args=["north"]), {"whose": "mine"}).content.decode()
    assert "Carla Test" in table
    assert "Ole Test" not in table


def test_number_list_and_summary_are_one(overdue: Cast, login: Login) -> None:
    since = make.TODAY - MONDAY_MORNING.date()
    for days in (1, 3, 9, 30):  # one of them still has patience
        late(make.a_match(overdue.north), days + since.days)
    with time_machine.travel(MONDAY_MORNING, tick=False):
        client = login(overdue.amina)
        cards = client.get(reverse("home:overview", args=["north"])).context["cards"]
        number = next(card["value"] for card in cards if card["url"] == reverse("supervision:overdue", args=["north"]))
        length = client.get(reverse("supervision:overdue", args=["north"])).context["page_obj"].paginator.count
        attention = overdue_visits(overdue.amina, MONDAY_MORNING.date()).count()
        write_summaries(now=MONDAY_MORNING)
    told = Notice.objects.get(kind=Kind.OVERDUE_SUMMARY, recipient_id=overdue.amina.person_id)
    assert number == length == attention == told.number == 4


def test_the_summary_comes_on_monday_where_the_programme_is_once_and_not_empty(overdue: Cast) -> None:
    late(overdue.match, 400)
    sunday_in_brussels = MONDAY_MORNING.replace(hour=0) - timedelta(hours=2)
    for too_early in (sunday_in_brussels, MONDAY_MORNING.replace(hour=4), MONDAY_MORNING + timedelta(days=1)):
        assert write_summaries(now=too_early) == 0
    assert write_summaries(now=MONDAY_MORNING) == 2
    write_summaries(now=MONDAY_MORNING + timedelta(hours=3))
    told = {notice.recipient_id: notice for notice in Notice.objects.filter(kind=Kind.OVERDUE_SUMMARY)}
    assert set(told) == {overdue.amina.person_id, overdue.dan.person_id}, "South has nothing overdue and hears nothing"
    assert told[overdue.dan.person_id].link.endswith("?whose=mine")
    Programme.objects.update(timezone="Pacific/Auckland")  # Monday is over there before it is 7 o'clock UTC
    Notice.objects.all().delete()
    assert write_summaries(now=MONDAY_MORNING - timedelta(hours=11)) == 2


def test_a_deputy_finds_and_is_told_what_she_stands_in_for(overdue: Cast, login: Login) -> None:
    late(overdue.match, 400)
    dina = make.a_member(overdue.north, Role.SUPERVISOR)
    hers = make.a_match(overdue.north, make.a_supporter(overdue.north, "Hind", supervisor=dina))
    late(hers, 380)
    boss = Membership.objects.get(pk=overdue.ben_supporter.supervisor_id)
    days = {"starts_on": MONDAY_MORNING.date(), "ends_on": MONDAY_MORNING.date() + timedelta(days=6)}

    def mine() -> set[int]:
        rows = login(dina.person.user).get(reverse("supervision:overdue", args=["north"]), {"whose": "mine"})
        return {row["pk"] for row in rows.context["rows"]}

    with time_machine.travel(MONDAY_MORNING, tick=False):
        assert mine() == {hers.pk}
        arrange_deputy(boss, deputy=dina, by=overdue.amina, now=MONDAY_MORNING, **days)
        assert mine() == {hers.pk, overdue.match.pk}
        write_summaries(now=MONDAY_MORNING)
        told = dict(Notice.objects.filter(kind=Kind.OVERDUE_SUMMARY).values_list("recipient_id", "number"))
        assert told == {overdue.amina.person_id: 2, boss.person_id: 1, dina.person_id: 2}
    after = MONDAY_MORNING + timedelta(days=7)
    with time_machine.travel(after, tick=False):
        assert mine() == {hers.pk}
        write_summaries(now=after)
        told = dict(Notice.objects.filter(due_on=after.date()).values_list("recipient_id", "number"))
        assert told[dina.person_id] == 1
