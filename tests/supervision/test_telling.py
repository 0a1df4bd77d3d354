"""Those a session is for hear when it is planned, moved, cancelled and near: each once, and only what still holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.moments import moment
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice, Reach
from peerhub.notices.services import claim, send
from peerhub.people.models import StateChange
from recruitment.models import PeerSupporter
from supervision.models import PlannedSession
from supervision.services import cancel_session, move_session, plan_session, record_session, remind_of_sessions
from supervision.tasks import remind_of_sessions as the_task
from tests import factories as make
from tests.cast import Cast
from tests.notices.conftest import Letterbox, letterbox  # noqa: F401  # a fixture

Login = Callable[..., Client]
DAY = timedelta(days=1)


def plan(cast: Cast, now: datetime, *more: PeerSupporter, **fields: Any) -> PlannedSession:
    """Dan and Ben, and who else, are to sit together in three days."""
    usual: dict[str, Any] = {"kind": "intervision", "minutes": 45, "place": "the library", "starts_at": now + 3 * DAY}
    usual |= {"supporters": [cast.ben_supporter, *more], "programme": cast.north, "by": cast.dan, "now": now}
    return plan_session(**{**usual, **fields})


def move(cast: Cast, session: PlannedSession, now: datetime, **fields: Any) -> None:
    usual: dict[str, Any] = {"starts_at": session.starts_at + DAY, "minutes": 45, "place": "the library"}
    move_session(session, by=cast.dan, now=now, **{**usual, **fields})


def waiting(who: PeerSupporter) -> list[str]:
    """What is on its way to her."""
    return list(Notice.objects.still_to_go().filter(recipient=who.person).order_by("pk").values_list("kind", flat=True))


def sent(now: datetime) -> None:
    for notice in claim(now=now):
        send(notice, now=now)


def test_planned_it_is_told_to_those_it_is_for(cast: Cast, letterbox: Letterbox, now: datetime) -> None:  # noqa: F811
    olga, fay = make.a_supporter(cast.north, "Olga"), make.a_supporter(cast.north, "Fay")
    session = plan(cast, now, olga)
    assert [waiting(one) for one in (cast.ben_supporter, olga, fay)] == [["session_planned"], ["session_planned"], []]
    notice = Notice.objects.get(recipient=olga.person)
    assert (notice.subject, notice.link) == (f"session:{session.pk}", "/p/north/me/")
    sent(now)
    text = letterbox.texts()[0]
    assert "Supervision is planned" in text
    assert not [word for word in ("Dan", "Ben", "Olga", "library", "intervision") if word in text]


def test_moved_it_is_told_to_those_who_had_heard_of_it(cast: Cast, letterbox: Letterbox, now: datetime) -> None:  # noqa: F811
    olga = make.a_supporter(cast.north, "Olga")
    Reach.objects.create(programme_id=cast.north.pk, person=olga.person, timezone="UTC", digest_at=(now + DAY).time())
    session = plan(cast, now, olga)
    sent(now)  # to Ben; Olga's letter of the day is still to come
    move(cast, session, now)
    assert (waiting(cast.ben_supporter), waiting(olga)) == (["session_moved"], ["session_planned"])
    assert {one.due_on for one in Notice.objects.still_to_go()} == {
        local_date(session.starts_at + DAY, cast.north.timezone)
    }
    session.refresh_from_db()
    assert session.version == 2
    sent(now)
    move(cast, session, now, starts_at=session.starts_at - DAY)  # and back: that is a word of its own
    assert waiting(cast.ben_supporter) == ["session_moved"]
    assert Notice.objects.filter(kind=Kind.SESSION_MOVED, recipient=cast.ben_supporter.person).count() == 2
    assert [one.after for one in StateChange.objects.filter(subject="supervision.plannedsession").order_by("pk")] == [
        "planned", "moved", "moved",
    ]  # fmt: skip


def test_cancelled_before_it_was_heard_of_nothing_is_said(cast: Cast, now: datetime) -> None:
    session = plan(cast, now)
    cancel_session(session, by=cast.dan, now=now)
    assert waiting(cast.ben_supporter) == []
    assert [one.status for one in Notice.objects.all()] == [NoticeStatus.CANCELLED]


def test_cancelled_afterwards_it_is_said_once(cast: Cast, letterbox: Letterbox, now: datetime) -> None:  # noqa: F811
    session = plan(cast, now)
    sent(now)
    move(cast, session, now)
    cancel_session(session, by=cast.dan, now=now)
    assert waiting(cast.ben_supporter) == ["session_cancelled"]
    with pytest.raises(Refused, match="cancelled before"):
        cancel_session(session, by=cast.dan, now=now)
    assert Notice.objects.filter(kind=Kind.SESSION_CANCELLED).count() == 1
    sent(now)
    assert "does not take place" in letterbox.texts()[-1]


def test_one_planned_before_there_were_messages_is_cancelled_with_a_word(cast: Cast, now: datetime) -> None:
    session = plan(cast, now)
    Notice.objects.all().delete()
    cancel_session(session, by=cast.dan, now=now)
    assert waiting(cast.ben_supporter) == ["session_cancelled"]


def test_one_that_is_over_and_was_not_held_is_told_to_nobody(cast: Cast, now: datetime) -> None:
    session = plan(cast, now - 4 * DAY)
    cancel_session(session, by=cast.dan, now=now)
    assert waiting(cast.ben_supporter) == []


def test_written_down_nothing_is_said_about_it_any_more(cast: Cast, now: datetime) -> None:
    session = plan(cast, now)
    record_session(
        programme=cast.north, kind="intervision", held_on=make.TODAY, minutes=45, supporters=[cast.ben_supporter],
        agreements="", by=cast.dan, now=now, planned=session,
    )  # fmt: skip
    assert waiting(cast.ben_supporter) == []


def test_whoever_left_is_not_told(cast: Cast, now: datetime) -> None:
    olga = make.a_supporter(cast.north, "Olga")
    session = plan(cast, now, olga)
    Notice.objects.all().delete()
    PeerSupporter.objects.filter(pk=olga.pk).update(status="ended", ended_on=make.TODAY)
    move(cast, session, now)
    assert (waiting(cast.ben_supporter), waiting(olga)) == (["session_moved"], [])


def test_what_cannot_be_moved(cast: Cast, now: datetime) -> None:
    session = plan(cast, now)
    plan(cast, now, starts_at=now + 5 * DAY)
    same = {"starts_at": session.starts_at}
    wrongs: tuple[tuple[dict[str, Any], str], ...] = (
        (same, "Nothing is different"), ({"starts_at": now - DAY}, "over"), ({"place": " "}, "Say where"),
        ({"place": "", "link": "http://open.example.org"}, "Say where"),
        ({"starts_at": now + 5 * DAY}, "at that moment"),
    )  # fmt: skip
    for wrong, why in wrongs:
        with pytest.raises(Refused, match=why):
            move(cast, session, now, **wrong)
    with pytest.raises(Refused, match="began"):
        move(cast, session, session.starts_at + timedelta(minutes=1))
    cancel_session(session, by=cast.dan, now=now)
    with pytest.raises(Refused, match="cancelled"):
        move(cast, session, now)
    session.refresh_from_db()
    assert session.version == 1


# -- The day before ----------------------------------------------------------------------------------------------------

ZONE = ZoneInfo("Europe/Brussels")
BEGAN = datetime(2026, 3, 20, 9, tzinfo=ZONE)
AT_TEN = datetime(2026, 3, 30, 10, tzinfo=ZONE)  # a Monday, the clocks changed the night before the Sunday


def reminded(cast: Cast) -> int:
    return Notice.objects.filter(kind=Kind.SESSION_REMINDER, recipient=cast.ben_supporter.person).count()


def test_on_the_day_before_from_nine_in_the_morning(cast: Cast, now: datetime) -> None:
    plan(cast, BEGAN, starts_at=AT_TEN)
    for at, times in (((28, 23), 0), ((29, 8), 0), ((29, 9), 1), ((29, 18), 1), ((30, 9), 1)):
        remind_of_sessions(now=datetime(2026, 3, *at, tzinfo=ZONE))
        assert reminded(cast) == times, at


def test_whoever_heard_of_it_just_now_is_not_reminded(cast: Cast, now: datetime) -> None:
    session = plan(cast, datetime(2026, 3, 29, 8, tzinfo=ZONE), starts_at=AT_TEN)
    assert remind_of_sessions(now=datetime(2026, 3, 29, 12, tzinfo=ZONE)) == 0
    Notice.objects.update(created_at=BEGAN)
    assert remind_of_sessions(now=datetime(2026, 3, 29, 12, tzinfo=ZONE)) == 1
    cancel_session(session, by=cast.dan, now=datetime(2026, 3, 29, 13, tzinfo=ZONE))
    assert "session_reminder" not in waiting(cast.ben_supporter)
    assert remind_of_sessions(now=datetime(2026, 3, 29, 14, tzinfo=ZONE)) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_as_often_for_one_as_for_three(
    cast: Cast, now: datetime, rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    others = [make.a_supporter(cast.north) for _time in range(rows - 1)]
    plan(cast, BEGAN, *others, starts_at=AT_TEN)
    with django_assert_num_queries(
        6
    ):  # with its savepoint; the sessions of tomorrow, what was told, to whom, the letters
        assert remind_of_sessions(now=AT_TEN - DAY) == rows


def test_the_task_writes_what_is_due(cast: Cast, now: datetime) -> None:
    zone = ZoneInfo(cast.north.timezone)
    at = datetime.combine(now.astimezone(zone).date() + DAY, datetime.min.time(), zone) + timedelta(hours=10)
    plan(cast, now - 3 * DAY, starts_at=at)
    Notice.objects.update(created_at=now - 3 * DAY)
    assert the_task() == (1 if now.astimezone(zone).hour >= 9 else 0)


def test_tomorrows_list_counts_it(cast: Cast, login: Login, now: datetime) -> None:
    zone = ZoneInfo(cast.north.timezone)
    day = now.astimezone(zone).date() + 2 * DAY
    plan(cast, now - 3 * DAY, starts_at=datetime(day.year, day.month, day.day, 10, tzinfo=zone))
    Notice.objects.update(created_at=now - 3 * DAY, status=NoticeStatus.SENT, sent_at=now - 3 * DAY)
    text = login(cast.amina).get(reverse("home:messages_tomorrow", args=["north"])).content.decode()
    assert "eminder of supervision" in text
    assert not reminded(cast), "looking writes nothing"


# -- The page ----------------------------------------------------------------------------------------------------------


def test_the_page_moves_it_and_says_what_happens(cast: Cast, login: Login, now: datetime) -> None:
    session = plan(cast, now, starts_at=(now + 3 * DAY).replace(second=0, microsecond=0))
    dan, sessions = login(cast.dan), reverse("supervision:sessions", args=["north"])
    address = reverse("supervision:session_move", args=["north", session.pk])
    assert f'href="{address}"' in dan.get(sessions).content.decode()
    page = dan.get(address)
    assert moment(session.starts_at, cast.north.timezone) in page.content.decode()
    form = page.context["form"]
    filled = {name: form[name].value() for name in form.fields}
    assert "Nothing is different" in dan.post(address, filled).content.decode()
    answer = dan.post(address, {**filled, "time": "07:05", "day": (now + 9 * DAY).date()}, follow=True)
    assert "Each of them gets a message" in answer.content.decode()
    session.refresh_from_db()
    local = session.starts_at.astimezone(ZoneInfo(cast.north.timezone))
    assert (local.date(), f"{local:%H:%M}", session.place) == ((now + 9 * DAY).date(), "07:05", "the library")
    assert moment(session.starts_at, cast.north.timezone) in answer.content.decode()
    assert [login(who).get(address).status_code for who in (cast.zoe, cast.ben, cast.eva)] == [404, 403, 403]


def test_a_wish_about_supervision_holds_for_all_its_words(cast: Cast, login: Login) -> None:
    text = login(cast.ben).get(reverse("home:my_messages", args=["north"])).content.decode()
    assert "Supervision is planned" in text
    assert "Reminder of supervision" not in text
