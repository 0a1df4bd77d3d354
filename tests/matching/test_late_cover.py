"""Whoever stepped in writes down a visit of these days for two days after the last one: those days, and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from matching import services
from matching.models import Cover, Match, Visit
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from recruitment.models import PeerSupporter
from tests import factories as make
from tests.cast import Cast, member
from tests.matching.test_queue import entry, send, statuses
from tests.sight import WALLS

TODAY, DAY = make.TODAY, timedelta(days=1)
Login = Callable[..., Client]


@pytest.fixture
def olga(cast: Cast) -> PeerSupporter:
    """Another active peer supporter of North."""
    return make.a_supporter(cast.north, "Olga", login=True)


@pytest.fixture
def as_olga(olga: PeerSupporter) -> Member:
    return replace(member(olga.person.memberships.get()), today=TODAY)


def covered(cast: Cast, olga: PeerSupporter, first: int, last: int) -> Cover:
    """Olga stepped in on these days, counted from today."""
    return Cover.objects.create(
        programme=cast.north, match=cast.match, substitute=olga, substitute_person=olga.person, arranged_by=None,
        starts_on=TODAY + first * DAY, ends_on=TODAY + last * DAY, need="ring twice", arranged_at=make.timezone.now(),
    )  # fmt: skip


def log(cast: Cast, by: Member, now: datetime, on: date, **more: Any) -> Visit:
    fields = {"outcome": "held", "occurred_on": on, "minutes": 60, "place": "home", **more}
    return services.log_visit(Match.objects.get(pk=cast.match.pk), client_id=uuid4(), by=by, now=now, **fields)


def logs(cast: Cast, as_olga: Member, now: datetime) -> bool:
    return Match.objects.to_log(as_olga, now).filter(pk=cast.match.pk).exists()


@pytest.mark.parametrize(("days_ago", "taken"), [(0, True), (1, True), (2, True), (3, False)])
def test_for_two_days_after_her_last_one(
    cast: Cast, olga: PeerSupporter, as_olga: Member, now: datetime, days_ago: int, taken: bool
) -> None:
    covered(cast, olga, -6, -days_ago)
    assert logs(cast, as_olga, now) is taken
    on = TODAY - days_ago * DAY
    if taken:
        assert log(cast, as_olga, now, on).author_id == olga.person_id
        match = Match.objects.get(pk=cast.match.pk)
        assert (match.last_held_on, match.next_due_on) == (on, on + 7 * DAY)
    else:
        with pytest.raises(Refused, match="two days for late entries are over"):
            log(cast, as_olga, now, on)
        assert log(cast, cast.amina, now, on).author_id == cast.amina.person_id


def test_only_days_on_which_she_stepped_in(cast: Cast, olga: PeerSupporter, as_olga: Member, now: datetime) -> None:
    covered(cast, olga, -5, -2)
    covered(cast, olga, -20, -18)
    for on in (TODAY, TODAY - DAY, TODAY - 6 * DAY):
        with pytest.raises(Refused, match="did not step in on that day"):
            log(cast, as_olga, now, on)
    with pytest.raises(Refused, match="are over"):
        log(cast, as_olga, now, TODAY - 18 * DAY)  # of an earlier time: that is long over
    covered(cast, olga, 0, 3)
    with pytest.raises(Refused, match="did not step in"):
        log(cast, as_olga, now, TODAY - DAY)  # nor while she steps in again
    log(cast, as_olga, now, TODAY - 2 * DAY)
    log(cast, cast.ben, now, TODAY - DAY)  # the day is his own


def test_it_opens_the_sheet_and_nothing_else(cast: Cast, olga: PeerSupporter, login: Login) -> None:
    covered(cast, olga, -5, -1)
    make.an_agreement(cast.match)
    hers = login(olga.person.user)
    page = hers.get(reverse("matching:log", args=["north", cast.match.pk]))
    assert page.status_code == 200
    assert "I want to know my neighbours" not in page.content.decode()
    for name in ("year", "goals", "agreement"):
        assert hers.get(reverse(f"matching:{name}", args=["north", cast.match.pk])).status_code == 404
    assert cast.carla.person.full_name not in hers.get(reverse("matching:people", args=["north"])).content.decode()
    assert "ring twice" not in hers.get(reverse("matching:today", args=["north"])).content.decode()
    stranger = make.a_supporter(cast.north, "Fay", login=True)
    assert login(stranger.person.user).get(page.request["PATH_INFO"]).status_code == 404


def test_today_leads_to_the_sheet_of_her_last_day(cast: Cast, olga: PeerSupporter, login: Login) -> None:
    covered(cast, olga, -5, -1)
    hers, today = login(olga.person.user), reverse("matching:today", args=["north"])
    address = f"{reverse('matching:log', args=['north', cast.match.pk])}?on={TODAY - DAY}"
    text = hers.get(today).content.decode()
    assert f'href="{address}"' in text
    assert "You stepped in up to" in text
    sheet = {"client_id": str(uuid4()), "occurred_on": TODAY - DAY, "minutes": "60", "place": "home", "request": "same"}
    assert hers.post(address, sheet).headers["Location"] == today
    assert Visit.objects.get(client_id=sheet["client_id"]).author_id == olga.person_id


def test_while_she_steps_in_sending_leads_back_to_her_own_page(cast: Cast, olga: PeerSupporter, login: Login) -> None:
    covered(cast, olga, -1, 1)
    sheet = {"client_id": str(uuid4()), "occurred_on": TODAY, "minutes": "60", "place": "home", "request": "same"}
    answer = login(olga.person.user).post(reverse("matching:log", args=["north", cast.match.pk]), sheet)
    assert answer.headers["Location"] == reverse("matching:today", args=["north"])


def test_what_waited_on_her_phone(cast: Cast, olga: PeerSupporter, login: Login) -> None:
    covered(cast, olga, -5, -1)
    hers, waiting = login(olga.person.user), entry(cast.match, 1, here=True)
    assert statuses(send(hers, waiting, entry(cast.match))) == ["stored", "refused"]
    assert statuses(send(hers, waiting)) == ["duplicate"], "sent again it is known"
    assert statuses(send(hers, {**waiting, "client_id": str(uuid4())})) == ["duplicate"], "and from another window"
    other = {**waiting, "fields": {**waiting["fields"], "minutes": ["90"]}}
    for late, why in ((other, "Ask your contact person"), ({**other, "client_id": str(uuid4())}, "logged before")):
        (told,) = send(hers, late)
        assert (told["status"], "compare" in told) == ("refused", False), "no link to a page that is closed to her"
        assert why in told["reason"]
    assert Visit.objects.filter(match=cast.match, author=olga.person).count() == 1


def test_somebody_elses_visit_of_that_day_is_not_shown(cast: Cast, olga: PeerSupporter, login: Login) -> None:
    covered(cast, olga, -5, -1)
    make.a_visit(cast.match, TODAY - DAY, note="between the two of them")
    (told,) = send(login(olga.person.user), entry(cast.match, 1))
    assert (told["status"], told["reason"]) == ("refused", "A visit on this day was logged before.")


def test_after_the_two_days_her_phone_is_told_why(cast: Cast, olga: PeerSupporter, login: Login) -> None:
    covered(cast, olga, -9, -3)
    (told,) = send(login(olga.person.user), entry(cast.match, 4))
    assert told["status"] == "refused"
    assert "the two days for late entries are over. Ask your contact person" in told["reason"]
    (told,) = send(login(olga.person.user), entry(make.a_match(cast.north)))
    assert "You do not visit this person any more" in told["reason"]


@pytest.mark.parametrize(("hours", "taken"), [(1, True), (49, False)])
def test_the_match_ended_while_she_stepped_in(
    cast: Cast, olga: PeerSupporter, as_olga: Member, now: datetime, hours: int, taken: bool
) -> None:
    covered(cast, olga, -6, 9)
    last = TODAY - 3 * DAY
    services.close_match(
        cast.match, ended_on=last, end_reason="moved", back_to_waiting=False, by=cast.amina,
        now=now - timedelta(hours=hours),
    )  # fmt: skip
    assert logs(cast, as_olga, now) is taken
    if taken:
        assert log(cast, as_olga, now, last).match_id == cast.match.pk
        with pytest.raises(Refused, match="after that day"):
            log(cast, as_olga, now, last + DAY)
    else:
        with pytest.raises(Refused, match="late entries are over"):
            log(cast, as_olga, now, last)


def test_a_worry_of_hers_is_told(cast: Cast, olga: PeerSupporter, as_olga: Member, now: datetime) -> None:
    covered(cast, olga, -5, -1)
    log(cast, as_olga, now, TODAY - DAY, concern="She has no heating.")
    assert Notice.objects.get(kind=Kind.CONCERN).recipient_id == cast.dan.person_id


@pytest.mark.parametrize("rows", [1, 3])
def test_today_asks_as_often_for_one_as_for_three(
    cast: Cast, olga: PeerSupporter, login: Login, rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    covered(cast, olga, -5, -1)
    for _number in range(rows - 1):
        match = make.a_match(cast.north)
        Cover.objects.filter(pk=covered(cast, olga, -50, -49).pk).update(match=match, ends_on=TODAY - DAY)
        Cover.objects.filter(match=match).update(starts_on=TODAY - 4 * DAY)
    hers, today = login(olga.person.user), reverse("matching:today", args=["north"])
    hers.get(today)
    with django_assert_num_queries(WALLS + 11):
        assert hers.get(today).content.decode().count("You stepped in up to") == rows
