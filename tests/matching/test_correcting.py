"""Corrections and withdrawals: who may, until when, what happens to the plan, and that nobody overwrites anybody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from matching import services
from matching.choices import Outcome
from matching.models import Match, Visit
from peerhub.lib.errors import Refused
from peerhub.lib.keyring import unlock
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from peerhub.people.models import StateChange
from tests import factories as make
from tests.cast import Cast

TODAY = make.TODAY
HELD = {"outcome": "held", "occurred_on": TODAY, "minutes": 60, "place": "home", "request": "same"}


def a_logged_visit(cast: Cast, now: datetime, **fields: Any) -> Visit:
    return services.log_visit(cast.match, client_id=uuid4(), by=cast.ben, now=now, **{**HELD, **fields})


def correct(visit: Visit, by: Any, now: datetime, **fields: Any) -> Visit:
    return services.correct_visit(visit, version=1, by=by, now=now, **{**HELD, **fields})


def test_a_correction_is_stored_and_written_down(cast: Cast, now: datetime) -> None:
    visit = a_logged_visit(cast, now)
    done = correct(visit, cast.ben, now + timedelta(hours=1), minutes=90, note="the right length")
    assert (done.minutes, done.note, done.version) == (90, "the right length", 2)
    assert StateChange.objects.filter(subject="matching.visit", subject_id=visit.pk, reason="corrected").count() == 1


def test_another_day_moves_the_next_one(cast: Cast, now: datetime) -> None:
    visit = a_logged_visit(cast, now)
    correct(visit, cast.ben, now, occurred_on=TODAY - timedelta(days=2))
    match = Match.objects.get(pk=cast.match.pk)
    assert (match.last_held_on, match.next_due_on) == (TODAY - timedelta(days=2), TODAY + timedelta(days=5))


def test_done_twice_the_second_correction_sees_that_it_came_second(cast: Cast, now: datetime) -> None:
    visit = a_logged_visit(cast, now)
    correct(visit, cast.ben, now, minutes=90)
    with pytest.raises(services.ChangedMeanwhile):
        correct(visit, cast.amina, now, minutes=45)
    assert Visit.objects.get(pk=visit.pk).minutes == 90


@pytest.mark.parametrize(("hours", "who", "may"), [(47, "ben", True), (49, "ben", False), (49, "amina", True)])
def test_two_days_for_the_author_then_the_coordinator(
    cast: Cast, now: datetime, hours: int, who: str, may: bool
) -> None:
    visit, later = a_logged_visit(cast, now), now + timedelta(hours=hours)
    member = getattr(cast, who)
    assert visit.may_be_changed(member, later) is may
    if may:
        correct(visit, member, later, minutes=45)
    else:
        with pytest.raises(Refused, match="two days"):
            correct(visit, member, later, minutes=45)


def test_a_day_with_a_visit_is_no_place_to_correct_to(cast: Cast, now: datetime) -> None:
    a_logged_visit(cast, now, occurred_on=TODAY - timedelta(days=1))
    visit = a_logged_visit(cast, now)
    with pytest.raises(services.SameDay):
        correct(visit, cast.ben, now, occurred_on=TODAY - timedelta(days=1))


def test_a_worry_stays_whatever_is_corrected_and_a_new_one_is_told(cast: Cast, now: datetime) -> None:
    visit = a_logged_visit(cast, now)
    correct(visit, cast.ben, now, concern="no heating")
    assert Notice.objects.filter(kind=Kind.CONCERN).count() == 1
    done = services.correct_visit(visit, version=2, by=cast.ben, now=now, **HELD)
    assert done.has_concern
    assert unlock(done.concern, place=done.concern_place) == "no heating"
    services.withdraw_visit(visit, by=cast.ben, now=now)
    assert Visit.objects.with_open_concern().filter(pk=visit.pk).exists()


def test_what_is_added_to_a_worry_is_told_again_and_never_hidden(cast: Cast, now: datetime) -> None:
    visit = a_logged_visit(cast, now, concern="no heating")
    correct(visit, cast.ben, now, concern="bruises")
    assert Notice.objects.filter(kind=Kind.CONCERN).count() == 2
    services.settle_concern(Visit.objects.get(pk=visit.pk), by=cast.dan, now=now)
    with pytest.raises(Refused, match="was settled"):
        services.correct_visit(visit, version=2, by=cast.ben, now=now, **{**HELD, "concern": "and again"})
    assert services.correct_visit(visit, version=2, by=cast.ben, now=now, **HELD).version == 3  # the rest may change


def test_a_mistake_withdrawn_leaves_the_day_that_a_pause_gave(cast: Cast, now: datetime) -> None:
    """Resumed today, so the next visit is due; a “nobody was there” by mistake changes nothing for good."""
    match = Match.objects.get(pk=cast.match.pk)
    start = TODAY - timedelta(days=3)
    services.pause_match(match, starts_on=start, expected_on=TODAY, reason="away", by=cast.amina, now=now)
    match.refresh_from_db()
    services.resume_match(match, resumed_on=TODAY, by=cast.amina, now=now)
    before = Match.objects.get(pk=match.pk).next_due_on
    assert before is not None
    assert before >= TODAY
    slip = {"outcome": "missed", "occurred_on": TODAY}
    visit = services.log_visit(match, client_id=uuid4(), by=cast.ben, now=now, **slip)
    services.withdraw_visit(visit, by=cast.ben, now=now)
    assert Match.objects.get(pk=match.pk).next_due_on == before


def test_a_withdrawn_visit_counts_nowhere(cast: Cast, now: datetime) -> None:
    before = Match.objects.get(pk=cast.match.pk)
    visit = a_logged_visit(cast, now)
    services.withdraw_visit(visit, by=cast.ben, now=now)
    after = Match.objects.get(pk=cast.match.pk)
    assert (after.last_held_on, after.next_due_on) == (before.last_held_on, before.next_due_on)
    assert Visit.objects.get(pk=visit.pk).outcome == Outcome.WITHDRAWN
    assert not Visit.objects.standing().filter(pk=visit.pk).exists()
    with pytest.raises(Refused, match="withdrawn before"):
        services.withdraw_visit(visit, by=cast.ben, now=now)
    assert a_logged_visit(cast, now).occurred_on == TODAY  # the day is free again


def test_a_new_day_that_was_agreed_on_is_the_next_due_date(cast: Cast, now: datetime) -> None:
    visit = a_logged_visit(cast, now, outcome="missed", again_on=TODAY + timedelta(days=3))
    assert Match.objects.get(pk=cast.match.pk).next_due_on == TODAY + timedelta(days=3)
    services.withdraw_visit(visit, by=cast.ben, now=now)
    match = Match.objects.get(pk=cast.match.pk)
    assert match.last_held_on
    assert match.next_due_on == match.last_held_on + timedelta(days=7)


def test_a_new_day_far_away_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="far away"):
        a_logged_visit(cast, now, outcome="missed", again_on=TODAY + timedelta(days=61))


def test_the_visit_that_began_the_year_keeps_its_day(cast: Cast, now: datetime) -> None:
    match = make.a_match(cast.north, cast.ben_supporter, status="agreed", started_on=TODAY - timedelta(days=2))
    first = services.log_visit(match, client_id=uuid4(), by=cast.ben, now=now, **HELD)
    with pytest.raises(Refused, match="year began"):
        services.withdraw_visit(first, by=cast.ben, now=now)
    assert correct(first, cast.ben, now, minutes=30).minutes == 30


def test_one_entry_for_several_people(cast: Cast, now: datetime) -> None:
    other = make.a_match(cast.north, cast.ben_supporter)
    fields = {**HELD, "note": "about the first alone", "activities": ["cooking"], "also": [other.pk]}
    key = uuid4()
    for _again in range(2):
        services.log_shared_visit(cast.match, client_id=key, by=cast.ben, now=now, **fields)
    first, second = (Visit.objects.get(match=one, occurred_on=TODAY) for one in (cast.match, other))
    assert (first.note, first.shared_id) == ("about the first alone", None)
    assert (second.note, second.shared_id, second.activities) == ("", key, ["cooking"])
    services.log_visit(other, client_id=uuid4(), by=cast.ben, now=now, **{**HELD, "occurred_on": TODAY - timedelta(1)})
    with pytest.raises(Refused):  # one of them cannot be: none is made
        services.log_shared_visit(
            cast.match, client_id=uuid4(), by=cast.ben, now=now,
            **{**fields, "occurred_on": TODAY - timedelta(days=1)},
        )  # fmt: skip
    assert not Visit.objects.filter(match=cast.match, occurred_on=TODAY - timedelta(days=1)).exists()


def sheet(**fields: Any) -> dict[str, Any]:
    return {
        **{name: str(value) for name, value in HELD.items() if name != "outcome"},
        "client_id": str(uuid4()),
        **fields,
    }


def test_the_page_shows_both_when_somebody_was_faster(cast: Cast, now: datetime, login: Any) -> None:
    visit = a_logged_visit(cast, now)
    ben: Client = login(cast.ben)
    page = reverse("matching:correct", args=["north", visit.pk])
    assert 'name="version" value="1"' in ben.get(page).content.decode()
    correct(visit, cast.amina, now, minutes=120)
    shown = ben.post(page, sheet(minutes="45", version="1")).content.decode()
    assert "Two versions of a visit" in shown
    assert "2 hours" in shown
    assert "45 min" in shown
    compare = reverse("matching:compare", args=["north", visit.pk])
    answer = ben.post(compare, sheet(minutes="45", deed="mine"))
    assert answer.status_code == 302
    assert Visit.objects.get(pk=visit.pk).minutes == 45


def test_keeping_what_stands_changes_nothing_and_settles_the_entry(cast: Cast, now: datetime, login: Any) -> None:
    visit, typed = a_logged_visit(cast, now), sheet(minutes="45", deed="theirs")
    answer = login(cast.ben).post(reverse("matching:compare", args=["north", visit.pk]), typed)
    assert answer.headers["Location"].endswith(f"?settled={typed['client_id']}")
    assert Visit.objects.get(pk=visit.pk).minutes == 60


def test_a_visit_is_withdrawn_on_its_page(cast: Cast, now: datetime, login: Any) -> None:
    visit = a_logged_visit(cast, now)
    page = reverse("matching:correct", args=["north", visit.pk])
    ben: Client = login(cast.ben)
    assert page in ben.get(reverse("matching:people", args=["north"])).content.decode()
    ben.post(page, {"deed": "withdraw"})
    assert Visit.objects.get(pk=visit.pk).outcome == Outcome.WITHDRAWN
    assert page not in ben.get(reverse("matching:people", args=["north"])).content.decode()


def test_after_two_days_the_page_says_whom_to_ask(cast: Cast, now: datetime, login: Any) -> None:
    visit = a_logged_visit(cast, now)
    Visit.objects.filter(pk=visit.pk).update(recorded_at=now - timedelta(days=3))
    page = login(cast.ben).get(reverse("matching:correct", args=["north", visit.pk])).content.decode()
    assert "ask your contact person" in page
    assert "Save the correction" not in page
