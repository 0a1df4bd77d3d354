"""A visit made before a match ended is written down late: for two days, with a clear sentence after them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from matching import services
from matching.models import Match, PersonalGoal, Visit
from peerhub.lib.errors import Refused
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from tests import factories as make
from tests.cast import Cast
from tests.matching.test_queue import entry, send, statuses

TODAY = make.TODAY
ENDED = TODAY - timedelta(days=1)
Login = Any


def close(cast: Cast, at: datetime, ended_on: date = ENDED) -> None:
    services.close_match(
        cast.match, ended_on=ended_on, end_reason="moved", back_to_waiting=False, by=cast.amina, now=at
    )  # fmt: skip


def log(cast: Cast, now: datetime, on: date = ENDED, by: Any = None, **more: Any) -> Visit:
    fields = {"outcome": "held", "occurred_on": on, "minutes": 60, "place": "home", **more}
    return services.log_visit(
        Match.objects.get(pk=cast.match.pk), client_id=uuid4(), by=by or cast.ben, now=now, **fields
    )


@pytest.mark.parametrize(("hours", "taken"), [(0, True), (47, True), (48, False), (49, False)])
def test_two_days_from_the_moment_at_which_the_end_was_written_down(
    cast: Cast, now: datetime, hours: int, taken: bool
) -> None:
    last = TODAY - timedelta(days=3)
    close(cast, now - timedelta(hours=hours), last)
    Visit.objects.filter(match=cast.match, occurred_on=last).delete()
    if taken:
        visit = log(cast, now, on=last)
        match = Match.objects.get(pk=cast.match.pk)
        assert (match.status, match.last_held_on, match.next_due_on) == ("closed", last, None)
        assert visit.minutes == 60
    else:
        with pytest.raises(Refused, match="the two days for late entries are over"):
            log(cast, now, on=last)
        assert log(cast, now, on=last, by=cast.amina).author_id == cast.amina.person_id


def test_not_after_the_last_day_and_a_missed_one_asks_for_nothing_new(cast: Cast, now: datetime) -> None:
    close(cast, now)
    with pytest.raises(Refused, match="after that day cannot be written down"):
        log(cast, now, on=TODAY)
    with pytest.raises(Refused, match="after that day"):
        log(cast, now, on=TODAY, by=cast.amina)
    missed = {"outcome": "missed", "minutes": None, "place": "", "why": "not_there"}
    log(cast, now, **missed, again_on=TODAY + timedelta(days=3))
    match = Match.objects.get(pk=cast.match.pk)
    assert (match.next_due_on, match.ended_on) == (None, ENDED)


def test_a_worry_in_a_late_entry_is_told(cast: Cast, now: datetime) -> None:
    close(cast, now)
    log(cast, now, concern="She has no heating.")
    assert Notice.objects.get(kind=Kind.CONCERN).recipient_id == cast.dan.person_id


def test_nobody_else_and_no_other_page_opens_again(cast: Cast, login: Login, now: datetime) -> None:
    close(cast, now)
    olga = make.a_supporter(cast.north, "Olga", login=True)
    address = reverse("matching:log", args=["north", cast.match.pk])
    assert login(olga.person.user).get(address).status_code == 404
    assert login(cast.zoe).get(address).status_code == 404
    ben = login(cast.ben)
    assert ben.get(address).status_code == 200
    for name in ("year", "goals", "agreement"):
        assert ben.get(reverse(f"matching:{name}", args=["north", cast.match.pk])).status_code == 404
    assert cast.carla.person.full_name not in ben.get(reverse("matching:people", args=["north"])).content.decode()


def test_today_says_until_when_and_leads_to_the_sheet_of_the_last_day(cast: Cast, login: Login, now: datetime) -> None:
    close(cast, now)
    ben, today = login(cast.ben), reverse("matching:today", args=["north"])
    text = ben.get(today).content.decode()
    address = f"{reverse('matching:log', args=['north', cast.match.pk])}?on={ENDED.isoformat()}"
    assert address in text
    sheet = {"client_id": str(uuid4()), "occurred_on": ENDED.isoformat(), "minutes": "60", "place": "home",
             "request": "same"}  # fmt: skip
    assert ben.post(address, sheet).headers["Location"] == today
    assert Visit.objects.get(client_id=sheet["client_id"]).match_id == cast.match.pk


def test_what_waited_on_the_phone_is_taken_or_says_what_to_do(cast: Cast, login: Login, now: datetime) -> None:
    ben = login(cast.ben)
    close(cast, now)
    before, after = entry(cast.match, 1, here=True), entry(cast.match)
    told = send(ben, before, after)
    assert statuses(told) == ["stored", "refused"]
    assert "after that day" in told[1]["reason"]
    assert statuses(send(ben, before)) == ["duplicate"]
    Visit.objects.filter(client_id=before["client_id"]).delete()


def test_on_the_phone_two_days_after_the_end_the_reason_is_said(cast: Cast, login: Login, now: datetime) -> None:
    close(cast, now - timedelta(hours=60), TODAY - timedelta(days=3))
    (told,) = send(login(cast.ben), entry(cast.match, 4))
    assert told["status"] == "refused"
    assert "the two days for late entries are over. Ask your contact person" in told["reason"]
    stranger = make.a_match(cast.north)
    (told,) = send(login(cast.ben), entry(stranger))
    assert "You do not visit this person any more" in told["reason"]


def test_a_coordinator_corrects_a_visit_of_a_match_that_ended(cast: Cast, now: datetime) -> None:
    visit = make.a_visit(cast.match, ENDED)
    close(cast, now)
    fields = {"outcome": "held", "minutes": 90, "place": "out"}
    services.correct_visit(visit, version=1, occurred_on=ENDED - timedelta(days=1), by=cast.amina, now=now, **fields)
    match = Match.objects.get(pk=cast.match.pk)
    assert (match.last_held_on, match.next_due_on) == (ENDED - timedelta(days=1), None)


def test_what_waited_keeps_its_goals(cast: Cast, login: Login, now: datetime) -> None:
    make.an_agreement(cast.match)
    close(cast, now)
    ben, waiting = login(cast.ben), entry(cast.match, 1, fields={"goals": ["1"]})
    assert statuses(send(ben, waiting)) == ["stored"]
    assert Visit.objects.get(client_id=waiting["client_id"]).goals == [1]
    assert "Which goals" in send(ben, entry(cast.match, 2, fields={"goals": ["7"]}))[0]["reason"]
    assert PersonalGoal.objects.filter(match=cast.match).count() == 1


def test_sent_again_it_is_known_and_never_leads_to_a_closed_page(cast: Cast, login: Login, now: datetime) -> None:
    make.an_agreement(cast.match)
    ben, waiting = login(cast.ben), entry(cast.match, 1, fields={"goals": ["1"]}, here=True)
    assert statuses(send(ben, waiting)) == ["stored"]
    close(cast, now)
    assert statuses(send(ben, waiting)) == ["duplicate"]
    same_day = {**waiting, "client_id": str(uuid4())}
    assert statuses(send(ben, same_day)) == ["duplicate"]
    other = {**waiting, "fields": {**waiting["fields"], "has_concern": ["on"], "concern": ["She has bruises."]}}
    for late in (other, {**other, "client_id": str(uuid4())}):
        (told,) = send(ben, late)
        assert (told["status"], "compare" in told) == ("refused", False)
    assert "Ask your contact person to correct it" in send(ben, other)[0]["reason"]
    assert Visit.objects.filter(match=cast.match, occurred_on=ENDED).count() == 1


def test_sent_again_after_the_two_days_it_stands_all_the_same(cast: Cast, login: Login, now: datetime) -> None:
    last = TODAY - timedelta(days=3)
    ben, waiting = login(cast.ben), entry(cast.match, 3, here=True)
    assert statuses(send(ben, waiting)) == ["stored"]
    close(cast, now - timedelta(hours=60), last)
    assert statuses(send(ben, waiting)) == ["duplicate"]
    assert "two days for late entries are over" in send(ben, entry(cast.match, 4))[0]["reason"]


def test_a_late_visit_where_none_was_before_is_corrected_and_withdrawn(cast: Cast, now: datetime) -> None:
    match = make.a_match(cast.north, cast.ben_supporter, status="agreed")
    services.close_match(
        match, ended_on=ENDED, end_reason="moved", back_to_waiting=False, by=cast.amina, now=now
    )  # fmt: skip
    fields = {"outcome": "held", "minutes": 60, "place": "home"}
    visit = services.log_visit(match, client_id=uuid4(), occurred_on=ENDED, by=cast.ben, now=now, **fields)
    before = ENDED - timedelta(days=1)
    visit = services.correct_visit(visit, version=1, occurred_on=before, by=cast.amina, now=now, **fields)
    match.refresh_from_db()
    assert (match.last_held_on, match.next_due_on, match.status) == (before, None, "closed")
    services.withdraw_visit(visit, by=cast.amina, now=now)
    match.refresh_from_db()
    assert match.last_held_on is None


def test_a_new_day_they_had_agreed_on_may_lie_after_the_year(cast: Cast, now: datetime) -> None:
    close(cast, now)
    cast.match.plan.ends_on = TODAY
    cast.match.plan.save(update_fields=["ends_on"])
    visit = log(cast, now, outcome="missed", minutes=None, place="", why="not_there", again_on=TODAY)
    assert visit.again_on == TODAY
    assert Match.objects.get(pk=cast.match.pk).next_due_on is None
