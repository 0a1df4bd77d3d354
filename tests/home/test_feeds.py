"""A peer supporter's days in her own calendar: what the link shows, to whom, and when it shows nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.models import Match
from matching.services import arrange_cover
from peerhub.home.feeds import entries_of
from peerhub.lib.dates import local_date
from peerhub.lib.logs import scrub
from peerhub.people.choices import Purpose
from peerhub.people.models import History, Link, User
from peerhub.people.services import end_calendar, make_link, read_calendar, renew_calendar, revoke_links
from peerhub.people.services.linking import hash_of
from programmes.services import end_role, give_role
from supervision.services import cancel_session, plan_session
from tests import factories as make
from tests.cast import Cast, member
from tests.lib.ics import events

Login = Callable[..., Client]
TODAY, DAY = make.TODAY, timedelta(days=1)
PAGE = "/p/north/me/calendar/"
FEED = 19  # link, role, matches, cover, visits, sessions; the rest are contexts of the walls and their savepoints


@pytest.fixture
def way(cast: Cast, now: datetime) -> str:
    """The way of Ben's calendar."""
    return way_of(cast.ben_supporter.person, now)


def way_of(person: Any, now: datetime) -> str:
    return urlsplit(renew_calendar(person, by=None, now=now)).path


def shown(way: str, client: Client | None = None) -> list[dict[str, str]]:
    """What a calendar takes from there, by day."""
    answer = (client or Client()).get(way)
    assert answer.status_code == 200, answer.content
    return sorted(events(answer.content), key=lambda one: "".join(v for k, v in one.items() if k.startswith("DTSTART")))


def days(way: str) -> list[tuple[str, str]]:
    """Word and day of each."""
    return [
        (one["SUMMARY"], next(value for name, value in one.items() if name.startswith("DTSTART"))) for one in shown(way)
    ]


def due(cast: Cast, in_days: int) -> None:
    Match.objects.filter(pk=cast.match.pk).update(next_due_on=TODAY + in_days * DAY)


def session(cast: Cast, now: datetime, **fields: Any) -> Any:
    usual: dict[str, Any] = {"kind": "intervision", "minutes": 90, "place": "The Corner House, 12 Church Street"}
    usual |= {"starts_at": now + 3 * DAY, "supporters": [cast.ben_supporter], "programme": cast.north, "by": cast.dan}
    return plan_session(now=now, **{**usual, **fields})


def test_it_shows_the_day_that_is_due_the_visits_held_and_supervision(cast: Cast, way: str, now: datetime) -> None:
    due(cast, 4)
    at = session(cast, now, link="https://meet.example.org/abc").starts_at
    held = f"{TODAY - 28 * DAY:%Y%m%d}"  # the first visit, by the cast
    assert days(way) == [
        ("Visit", held), ("Supervision", f"{at.astimezone(ZoneInfo('UTC')):%Y%m%dT%H%M%SZ}"),
        ("Visit", f"{TODAY + 4 * DAY:%Y%m%d}"),
    ]  # fmt: skip


def test_it_names_nobody_and_no_place(cast: Cast, way: str, now: datetime) -> None:
    due(cast, 4)
    session(cast, now, link="https://meet.example.org/abc")
    Match.objects.filter(pk=cast.match.pk).update(meeting_at=now + DAY, meeting_place="The Corner House")
    answer = Client().get(way)
    text = answer.content.decode()
    people = ("Ben", "Carla", "Dan", "Amina", "Test", "North", "@example.org")
    assert not [word for word in (*people, "Corner", "Church", "meet.example.org", "intervision") if word in text]
    assert {one["SUMMARY"] for one in events(answer.content)} == {"Visit", "Supervision"}
    assert len(events(answer.content)) == 4
    pks = {str(cast.match.pk), str(cast.ben.person_id)}
    assert not [one for one in events(answer.content) if one["UID"].partition("@")[0] in pks]


def test_a_month_back_and_half_a_year_ahead(cast: Cast, way: str, now: datetime) -> None:
    today = local_date(now, cast.north.timezone)
    for number, in_days in enumerate((179, 181)):
        session(cast, now, starts_at=now + in_days * DAY + timedelta(minutes=number))
    old = make.a_match(cast.north, cast.ben_supporter, started_on=today - 31 * DAY)
    Match.objects.filter(pk=cast.match.pk).update(next_due_on=today - 31 * DAY)
    Match.objects.filter(pk=old.pk).update(next_due_on=None)
    said = days(way)
    assert [word for word, _day in said] == ["Visit", "Supervision"]  # the visit of 28 days ago, and one session
    make.a_visit(old, today - 30 * DAY)
    make.a_visit(old, today - 32 * DAY)
    Match.objects.filter(pk=old.pk).update(next_due_on=None)
    assert len(days(way)) == len(said) + 1


def test_what_was_moved_stays_the_same_and_what_was_cancelled_is_gone(cast: Cast, way: str, now: datetime) -> None:
    due(cast, 4)
    planned = session(cast, now)
    before = {one["UID"] for one in shown(way)}
    due(cast, 9)
    assert {one["UID"] for one in shown(way)} == before
    cancel_session(planned, by=cast.dan, now=now)
    assert [word for word, _day in days(way)] == ["Visit", "Visit"]
    assert {one["UID"] for one in shown(way_of(cast.ben_supporter.person, now))} < before, "also with a new link"


def test_two_who_meet_cannot_be_told_from_their_calendars(cast: Cast, way: str, now: datetime) -> None:
    olga = make.a_supporter(cast.north, "Olga", login=True)
    session(cast, now, supporters=[cast.ben_supporter, olga])
    hers = {one["UID"] for one in shown(way_of(olga.person, now))}
    assert len(hers) == 1
    assert not hers & {one["UID"] for one in shown(way)}


def test_a_visit_stands_with_whoever_makes_it(cast: Cast, way: str, now: datetime) -> None:
    due(cast, 4)
    olga = make.a_supporter(cast.north, "Olga", login=True)
    hers = way_of(olga.person, now)
    arrange_cover(
        cast.match, substitute=olga, starts_on=TODAY, ends_on=TODAY + 5 * DAY, need="", by=cast.amina, now=now
    )  # fmt: skip
    visit = ("Visit", f"{TODAY + 4 * DAY:%Y%m%d}")
    assert (visit in days(way), days(hers)) == (False, [visit])
    due(cast, 6)  # she is back by then
    visit = ("Visit", f"{TODAY + 6 * DAY:%Y%m%d}")
    assert (visit in days(way), days(hers)) == (True, [])


def test_an_hour_keeps_its_hour_over_the_change_of_the_clocks(cast: Cast, now: datetime) -> None:
    zone = ZoneInfo("Europe/Brussels")
    with time_machine.travel(datetime(2026, 3, 20, 9, tzinfo=zone), tick=False):
        early = timezone.now()
        for day in (28, 29):
            session(cast, early, starts_at=datetime(2026, 3, day, 10, tzinfo=zone))
        said = days(way_of(cast.ben_supporter.person, early))
    assert [when for word, when in said if word == "Supervision"] == ["20260328T090000Z", "20260329T080000Z"]


def test_near_midnight_the_day_is_that_of_the_programme(cast: Cast, now: datetime) -> None:
    zone = ZoneInfo(cast.north.timezone)
    at = datetime.combine(TODAY + 180 * DAY, datetime.min.time(), zone) + timedelta(hours=23, minutes=59)
    session(cast, now, starts_at=at)
    session(cast, now, starts_at=at + timedelta(minutes=1))
    ben = replace(cast.ben, today=TODAY)
    found = [one for one in entries_of(ben, today=TODAY, zone=cast.north.timezone) if one.is_timed]
    assert [one.starts for one in found] == [at]


# -- What shows nothing ----------------------------------------------------------------------------------------------


def refused(way: str, client: Client | None = None) -> tuple[int, bytes, dict[str, str]]:
    """All that somebody who guesses gets to see."""
    answer = (client or Client()).get(way)
    return answer.status_code, answer.content, dict(answer.headers)


NOTHING = "/l/nobodys-token/calendar.ics"


def test_everything_that_does_not_hold_gets_one_answer(cast: Cast, now: datetime) -> None:
    ben = cast.ben_supporter.person
    ended = make_link(purpose=Purpose.CALENDAR, person=ben, by=None, now=now - timedelta(days=401))
    first = way_of(ben, now)
    second = way_of(ben, now)
    assert shown(second), "the new one shows"
    revoke_links(ben, by=cast.amina, now=now)
    other = urlsplit(make_link(purpose=Purpose.SEE_MY_FILE, person=ben, by=None, now=now)).path + "calendar.ics"
    token = Link.objects.first()
    assert token
    ways = [
        first,
        second,
        urlsplit(ended).path,
        other,
        f"/l/{token.token_hash}/calendar.ics",
        f"/l/{'x' * 43}/calendar.ics",
    ]
    seen = [refused(one) for one in ways]
    assert seen == [refused(NOTHING)] * len(ways)
    assert seen[0][:2] == (404, b"not found\n")


def test_it_ends_with_the_role_and_does_not_come_back_with_it(cast: Cast, way: str, now: datetime) -> None:
    assert shown(way)
    role = cast.ben_supporter.person.memberships.get()
    end_role(membership=role, by=cast.amina, now=now)
    assert refused(way) == refused(NOTHING)
    role.ends_on = None  # as if somebody took the end back in the administration
    role.save()
    assert refused(way) == refused(NOTHING)


def test_another_role_is_not_enough(cast: Cast, way: str, now: datetime) -> None:
    ben = cast.ben_supporter.person
    give_role(programme=cast.north, person=ben, role="coordinator", by=None, now=now)
    assert shown(way)
    ben.memberships.filter(role="peer_supporter").update(ends_on=TODAY)
    assert refused(way) == refused(NOTHING)


@pytest.mark.parametrize("end", ["locked", "taken away"])
def test_it_ends_with_the_log_in(cast: Cast, way: str, end: str) -> None:
    user = cast.user(cast.ben)
    if end == "locked":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        user.people.update(user=None)
    assert refused(way) == refused(NOTHING)


def test_in_two_programmes_there_are_two_and_each_shows_its_own(cast: Cast, way: str, now: datetime) -> None:
    again = make.a_supporter(cast.south, "Benny")
    again.person.user = cast.user(cast.ben)
    again.person.save()
    south = make.a_match(cast.south, again, started_on=TODAY - 26 * DAY)
    Match.objects.filter(pk=south.pk).update(next_due_on=TODAY + 2 * DAY)
    due(cast, 4)
    there = way_of(again.person, now)
    assert days(there) == [("Visit", f"{TODAY - 26 * DAY:%Y%m%d}"), ("Visit", f"{TODAY + 2 * DAY:%Y%m%d}")]
    assert ("Visit", f"{TODAY + 4 * DAY:%Y%m%d}") in days(way)
    assert not set(days(way)) & set(days(there))
    end_role(membership=again.person.memberships.get(), by=None, now=now)
    assert refused(there) == refused(NOTHING)
    assert shown(way), "her other programme goes on"


def test_it_is_no_way_in(cast: Cast, way: str) -> None:
    """Neither does the calendar's token open a page, nor a log-in change what it shows."""
    client = Client()
    assert client.post(way.removesuffix("calendar.ics")).status_code == 404
    assert client.get("/p/north/today/").status_code == 302
    assert [client.post(way).status_code, client.put(way).status_code, client.delete(way).status_code] == [405] * 3


def test_it_begins_no_session_and_tells_nobody(cast: Cast, way: str, login: Login) -> None:
    sessions = Session.objects.count()
    answer = Client().get(way)
    assert not answer.cookies
    assert Session.objects.count() == sessions
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    amina = login(cast.amina)
    assert shown(way, amina) == shown(way)
    assert refused(NOTHING, amina)[:2] == refused(NOTHING)[:2]
    assert way.split("/")[2] not in scrub(f"GET {way} 200")


def test_unchanged_it_is_not_sent_again(cast: Cast, way: str) -> None:
    due(cast, 4)
    first = Client().get(way)
    same = Client().get(way, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    due(cast, 5)
    assert Client().get(way, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    head = Client().head(way)
    assert (head.status_code, head.content) == (200, b"")


def test_that_it_was_asked_is_written_once_a_day(cast: Cast, way: str, now: datetime) -> None:
    link = Link.objects.get()
    changes = History.objects.filter(table_name="people_link", row_id=link.pk, kind="UPDATE")
    for minutes, opens in ((1, 1), (2, 1), (24 * 60, 1), (24 * 60 + 2, 2)):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            Client().get(way)
        link.refresh_from_db()
        assert (link.opens, changes.count()) == (opens, opens)
    read_calendar(link, now=now)
    link.refresh_from_db()
    assert link.opens == 2


def test_who_asks_too_often_waits_and_shuts_no_other_door(cast: Cast, way: str) -> None:
    answers = [Client(REMOTE_ADDR="198.51.100.7").get(NOTHING).status_code for _time in range(61)]
    assert answers == [404] * 60 + [429]
    assert Client(REMOTE_ADDR="203.0.113.9").get(way).status_code == 200
    log_in = {"login": "guess@example.org", "password": "wrong"}
    assert Client(REMOTE_ADDR="198.51.100.7").post("/accounts/login/", log_in).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_feed_asks_as_often_for_one_as_for_three(
    cast: Cast, way: str, now: datetime, rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(rows):
        session(cast, now, starts_at=now + (number + 2) * DAY)
        match = make.a_match(cast.north, cast.ben_supporter, started_on=TODAY - 7 * DAY)
        Match.objects.filter(pk=match.pk).update(next_due_on=TODAY + number * DAY)
    Client().get(way)
    with django_assert_num_queries(FEED):
        assert len(shown(way)) == 2 + 4 * rows


# -- The page ----------------------------------------------------------------------------------------------------------


def test_the_link_is_shown_once_and_the_old_one_ends(cast: Cast, login: Login) -> None:
    ben = login(cast.ben)
    assert "Your link is off" in ben.get(PAGE).content.decode()
    first = ben.post(PAGE, {"deed": "make"}).context["address"]
    way = urlsplit(first).path
    assert first.startswith("http")
    assert shown(way)
    page = ben.get(PAGE).content.decode()
    assert "Your link is on" in page
    assert way.split("/")[2] not in page
    assert not Link.objects.filter(token_hash__contains=way.split("/")[2]).exists()
    assert Link.objects.get().token_hash == hash_of(way.split("/")[2])
    second = urlsplit(ben.post(PAGE, {"deed": "make"}).context["address"]).path
    assert refused(way) == refused(NOTHING)
    assert shown(second)
    assert ben.post(PAGE, {"deed": "end"}).headers["Location"] == PAGE
    assert refused(second) == refused(NOTHING)
    assert ben.post(PAGE, {"deed": "end"}).status_code == 302  # twice is no error
    assert "Your link is off" in ben.get(PAGE).content.decode()


def test_me_leads_there_and_it_says_what_a_calendar_may_show(cast: Cast, login: Login) -> None:
    ben = login(cast.ben)
    assert f'href="{PAGE}"' in ben.get(reverse("home:me", args=["north"])).content.decode()
    assert "No name, no address, no note" in ben.get(PAGE).content.decode()


def test_a_lost_phone_ends_it_too(cast: Cast, way: str, login: Login) -> None:
    login(cast.ben)
    login(cast.amina).post(reverse("recruitment:supporter_logout", args=["north", cast.ben_supporter.pk]))
    assert refused(way) == refused(NOTHING)


def test_switched_off_twice_and_by_somebody_else(cast: Cast, way: str, now: datetime) -> None:
    olga = make.a_supporter(cast.north, "Olga", login=True).person
    assert not end_calendar(olga, by=cast.amina, now=now), "there is none"
    assert shown(way)
    ben = cast.ben_supporter.person
    assert [end_calendar(ben, by=cast.ben, now=now) for _time in range(2)] == [True, False]
    assert refused(way) == refused(NOTHING)


def test_there_is_one_at_a_time(cast: Cast, way: str, now: datetime) -> None:
    with pytest.raises(IntegrityError, match="link_one_calendar"), transaction.atomic():
        make_link(purpose=Purpose.CALENDAR, person=cast.ben_supporter.person, by=None, now=now)
    make_link(purpose=Purpose.SEE_MY_FILE, person=cast.ben_supporter.person, by=None, now=now)
    zoe = member(make.a_supporter(cast.south, login=True).person.memberships.get())
    assert not Link.objects.visible_to(zoe).exists()
