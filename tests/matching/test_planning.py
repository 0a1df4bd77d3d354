"""Deeds that change a plan: reviews of every kind, second thoughts, a longer year; and what the database refuses."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from matching import services
from matching.choices import MatchStatus
from matching.models import Match, Review, Segment, Visit
from peerhub.lib.errors import Refused
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from peerhub.people.models import StateChange
from tests import factories as make
from tests.cast import Cast

TODAY = make.TODAY


def reviewed(cast: Cast, decision: str, now: datetime, *, allows: bool = True) -> Review:
    return services.record_review(
        cast.match, held_on=TODAY, decision=decision, request_allows=allows, reason="as agreed", by=cast.dan, now=now
    )


def stand(cast: Cast) -> Match:
    return Match.objects.select_related("plan").get(pk=cast.match.pk)


def at_the_gate(cast: Cast, now: datetime) -> None:
    """The review allows it, and today is the day."""
    plan = cast.match.plan
    plan.gate_on, plan.review_due_on = TODAY, TODAY - timedelta(days=14)
    plan.save()
    reviewed(cast, "step_down", now)
    services.sweep(now=now)


def test_her_wish_is_a_step_at_once_also_in_the_first_months(cast: Cast, now: datetime) -> None:
    before = cast.match.next_due_on
    reviewed(cast, "wish", now, allows=False)
    match = stand(cast)
    assert (match.interval, match.grace, match.next_due_on) == (14, 4, before), "the open date stays"
    part = match.plan.segments.latest("starts_on")
    assert (part.reason, part.starts_on) == ("wish", TODAY)
    assert Notice.objects.filter(kind=Kind.FREQUENCY_CHANGED, recipient_id=match.supporter_person_id).count() == 1
    with pytest.raises(Refused, match="review of this day"):
        reviewed(cast, "wish", now)


def test_her_wish_waits_for_an_open_concern(cast: Cast, now: datetime) -> None:
    Visit.objects.filter(match=cast.match).update(has_concern=True)
    with pytest.raises(Refused, match="concern is open"):
        reviewed(cast, "wish", now)
    assert stand(cast).interval == 7


def test_an_early_end_asks_for_the_closing_talk_and_keeps_the_original_end(cast: Cast, now: datetime) -> None:
    planned = cast.match.plan.ends_on
    reviewed(cast, "end_early", now)
    match = stand(cast)
    assert (match.next_due_on, match.plan.ends_on, match.plan.gate_on) == (None, TODAY, None)
    assert match.plan.starts_on + (planned - match.plan.starts_on) == planned
    services.sweep(now=now)
    assert Notice.objects.filter(kind=Kind.YEAR_ENDS, subject=f"match:{match.pk}").count() == 1
    assert match in Match.objects.year_over(TODAY)


def test_the_step_is_told_to_both_and_can_be_taken_back(cast: Cast, now: datetime) -> None:
    at_the_gate(cast, now)
    match = stand(cast)
    assert (match.interval, match.grace) == (14, 4)
    told = set(Notice.objects.filter(kind=Kind.FREQUENCY_CHANGED).values_list("recipient_id", flat=True))
    assert told == {match.supporter_person_id, cast.dan.person_id}
    services.undo_step(cast.match, reason="she cried at the door", by=cast.dan, now=now)
    match = stand(cast)
    assert (match.interval, match.grace) == (7, 2)
    assert match.plan.review_due_on == TODAY + timedelta(weeks=4)
    change = StateChange.objects.get(after="undone")
    assert (change.before, change.reason) == ("step_down", "she cried at the door")
    with pytest.raises(Refused, match="no step"):
        services.undo_step(cast.match, reason="again", by=cast.dan, now=now)


def test_a_step_is_taken_back_within_two_weeks_only(cast: Cast, now: datetime) -> None:
    at_the_gate(cast, now)
    with pytest.raises(Refused, match="two weeks"):
        services.undo_step(cast.match, reason="late", by=cast.dan, now=now + timedelta(days=15))
    services.undo_step(cast.match, reason="in time", by=cast.dan, now=now + timedelta(days=14))
    assert stand(cast).interval == 7
    assert list(cast.match.plan.segments.values_list("reason", flat=True)) == ["initial", "step_down", "undone"]


def test_a_year_is_made_longer_once(cast: Cast, now: datetime) -> None:
    before = cast.match.plan.ends_on
    with pytest.raises(Refused, match="at most"):
        services.extend_plan(cast.match, months=4, reason="x", by=cast.dan, now=now)
    extension = services.extend_plan(cast.match, months=2, reason="exams in May", by=cast.dan, now=now)
    match = stand(cast)
    assert (extension.from_on, extension.months) == (before, 2)
    assert match.plan.ends_on > before + timedelta(days=55)
    with pytest.raises(Refused, match="before"):
        services.extend_plan(cast.match, months=1, reason="x", by=cast.dan, now=now)
    closed = make.a_match(cast.north, status="closed")
    with pytest.raises(Refused, match="under way"):
        services.extend_plan(closed, months=1, reason="x", by=cast.dan, now=now)


def missed(cast: Cast, on: date, now: datetime) -> None:
    services.log_visit(
        Match.objects.get(pk=cast.match.pk),
        client_id=uuid.uuid4(),
        outcome="missed",
        occurred_on=on,
        by=cast.ben,
        now=now,
    )


def test_three_missed_in_a_row_are_a_signal_and_end_nothing(cast: Cast, now: datetime) -> None:
    for ago in (20, 13):
        missed(cast, TODAY - timedelta(days=ago), now)
    assert not Notice.objects.filter(kind=Kind.NO_CONTACT).exists()
    missed(cast, TODAY - timedelta(days=6), now)
    assert [notice.recipient_id for notice in Notice.objects.filter(kind=Kind.NO_CONTACT)] == [cast.dan.person_id]
    missed(cast, TODAY, now)
    services.sweep(now=now)
    assert Notice.objects.filter(kind=Kind.NO_CONTACT).count() == 1, "once for each silence"
    match = stand(cast)
    assert (match.status, match.next_due_on) == (MatchStatus.ACTIVE, TODAY + timedelta(days=7))
    assert match in Match.objects.silent(TODAY)


def test_a_supporter_who_could_not_leaves_the_date_as_it_is(cast: Cast, now: datetime) -> None:
    before = cast.match.next_due_on
    services.log_visit(
        cast.match, client_id=uuid.uuid4(), outcome="cancelled_by_supporter", occurred_on=TODAY, by=cast.ben, now=now
    )
    assert stand(cast).next_due_on == before


def test_a_pause_beyond_the_limit_needs_the_supervisors_word(cast: Cast, now: datetime) -> None:
    days = {"starts_on": TODAY, "expected_on": TODAY + timedelta(days=91)}
    with pytest.raises(Refused, match="90 days at most"):
        services.pause_match(cast.match, **days, reason="a birth", by=cast.amina, now=now)
    services.pause_match(cast.match, **days, reason="a birth", longer=True, by=cast.amina, now=now)
    assert stand(cast).status == MatchStatus.PAUSED


def test_a_planned_pause_can_be_dropped(cast: Cast, now: datetime) -> None:
    soon = TODAY + timedelta(days=5)
    services.pause_match(
        cast.match, starts_on=soon, expected_on=soon + timedelta(days=9), reason="x", by=cast.amina, now=now
    )
    with pytest.raises(Refused, match="planned or under way"):
        services.pause_match(cast.match, starts_on=TODAY, expected_on=soon, reason="x", by=cast.amina, now=now)
    end = stand(cast).plan.ends_on
    services.resume_match(cast.match, resumed_on=TODAY, by=cast.amina, now=now)
    assert not cast.match.pauses.exists()
    assert stand(cast).plan.ends_on == end


# -- What the database itself refuses ----------------------------------------------------------------------------------


def a_review(match: Match, decision: str, *, allows: bool) -> Review:
    return Review.objects.create(
        programme_id=match.programme_id, match=match, held_on=TODAY, decision=decision, request_allows=allows,
        recorded_at=timezone.now(),
    )  # fmt: skip


def refused(name: str, match: Match, **fields: object) -> None:
    common = {"programme_id": match.programme_id, "plan": match.plan, "starts_on": TODAY, "interval": 14}
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Segment.objects.create(**{**common, **fields})
    assert f'"{name}"' in str(refusal.value)


def test_a_step_needs_a_review_of_the_same_match(cast: Cast) -> None:
    other = make.a_match(cast.north)
    elsewhere = a_review(other, "step_down", allows=True)
    refused("segment_review_allows", cast.match, reason="step_down", review=elsewhere, allows_decrease=True)


def test_a_step_needs_a_review_that_decided_it(cast: Cast) -> None:
    held = a_review(cast.match, "hold", allows=True)
    for reason in ("step_down", "wish"):
        refused("segment_review_allows", cast.match, reason=reason, review=held, allows_decrease=True)
    refused("segment_step_down_has_review", cast.match, reason="step_down", review=None, allows_decrease=True)


def test_under_another_name_nothing_becomes_less_frequent(cast: Cast) -> None:
    for reason in ("hold", "step_back", "undone"):
        refused("segment_grows_by_steps", cast.match, reason=reason)


def test_a_review_keeps_its_word_once_a_step_was_taken_by_it(cast: Cast, now: datetime) -> None:
    at_the_gate(cast, now)
    review = Review.objects.get(match=cast.match)
    review.reason = "written more clearly"
    review.save()
    with pytest.raises(IntegrityError, match="review_keeps_its_word"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(decision="hold")
