"""From the proposal to the closing talk: each deed, done twice, and in the wrong state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from matching import services
from matching.choices import Explained, MatchStatus
from matching.models import Match, Segment
from peerhub.lib.errors import Refused
from peerhub.people.models import StateChange
from recruitment.choices import ParticipantStatus, SupporterStatus
from tests import factories as make
from tests.cast import Cast

TODAY = make.TODAY
DAY = timedelta(days=1)


def proposed(cast: Cast, **fields: Any) -> Match:
    return make.a_match(cast.north, status=MatchStatus.PROPOSED, **fields)


def test_both_say_yes_and_meet_and_agree(cast: Cast, now: datetime) -> None:
    match = proposed(cast)
    services.accept_match(match, by=cast.ben, now=now)
    services.accept_for_participant(match, by=cast.amina, now=now)
    services.introduce_match(match, introduced_on=TODAY, by=cast.amina, now=now)
    services.explain_to_participant(match, explained=Explained.values, by=cast.amina, now=now)
    agreement = services.write_agreement(
        match, goals=[("work", "a job of my own")], first_visit_on=TODAY + 7 * DAY, by=cast.amina, now=now
    )
    services.confirm_agreement(agreement, side="participant", way="paper", by=cast.amina, now=now)
    services.confirm_agreement(agreement, side="supporter", way="paper", by=cast.amina, now=now)
    match.refresh_from_db()
    assert (match.status, match.next_due_on) == (MatchStatus.AGREED, TODAY + 7 * DAY)
    assert match.participant.status == ParticipantStatus.SUPPORTED
    history = StateChange.objects.of(match).values_list("after", flat=True)
    assert list(history) == [
        "agreed", "supporter_agreed", "participant_agreed", "agreement_written", "explained", "introduced",
        "participant_yes", "supporter_yes",
    ]  # fmt: skip


@pytest.mark.parametrize("deed", [services.accept_match, services.accept_for_participant, services.decline_match])
def test_answers_count_once(cast: Cast, now: datetime, deed: Callable[..., None]) -> None:
    match = proposed(cast)
    deed(match, by=cast.amina, now=now)
    with pytest.raises(Refused):
        deed(match, by=cast.amina, now=now)
    with pytest.raises(Refused):
        deed(cast.match, by=cast.amina, now=now)


def test_no_introduction_without_two_yeses(cast: Cast, now: datetime) -> None:
    match = proposed(cast)
    services.accept_match(match, by=cast.amina, now=now)
    with pytest.raises(Refused, match="Both say yes"):
        services.introduce_match(match, introduced_on=TODAY, by=cast.amina, now=now)


def test_introduction_once_and_not_tomorrow(cast: Cast, now: datetime) -> None:
    match = make.a_match(cast.north, status=MatchStatus.INTRODUCED)
    with pytest.raises(Refused, match="cannot become"):
        services.introduce_match(match, introduced_on=TODAY, by=cast.amina, now=now)
    with pytest.raises(Refused, match="not come yet"):
        services.introduce_match(match, introduced_on=TODAY + DAY, by=cast.amina, now=now)


def test_agreeing_twice_or_with_a_paused_supporter(cast: Cast, now: datetime) -> None:
    paused = make.a_supporter(cast.north, status=SupporterStatus.PAUSED)
    match = make.a_match(cast.north, paused, status=MatchStatus.INTRODUCED)
    days: dict[str, Any] = {"agreed_on": TODAY, "first_visit_on": TODAY}
    with pytest.raises(Refused, match="confirm the agreement"):
        services.agree_match(match, by=cast.amina, now=now, **days)
    confirmed = {"supporter_agreed_on": TODAY, "participant_agreed_on": TODAY, "oriented_on": TODAY}
    Match.objects.filter(pk=match.pk).update(**confirmed, explanation_waived="knows the programme")
    match.refresh_from_db()
    with pytest.raises(Refused, match="not active"):
        services.agree_match(match, by=cast.amina, now=now, **days)
    with pytest.raises(Refused, match="cannot become"):
        services.agree_match(cast.match, by=cast.amina, now=now, **days)
    with pytest.raises(Refused, match="comes after"):
        services.agree_match(match, agreed_on=TODAY, first_visit_on=TODAY - DAY, by=cast.amina, now=now)


def test_closing(cast: Cast, now: datetime) -> None:
    how: dict[str, Any] = {"ended_on": TODAY, "end_reason": "goals_reached", "by": cast.amina, "now": now}
    services.close_match(cast.match, back_to_waiting=False, **how)
    assert (cast.match.status, cast.match.next_due_on) == (MatchStatus.CLOSED, None)
    cast.carla.refresh_from_db()
    assert (cast.carla.status, cast.carla.closed_on) == (ParticipantStatus.CLOSED, TODAY)
    with pytest.raises(Refused):
        services.close_match(cast.match, back_to_waiting=False, **how)


def test_closing_back_to_the_waiting_list(cast: Cast, now: datetime) -> None:
    services.close_match(
        cast.match, ended_on=TODAY, end_reason="no_click", back_to_waiting=True, by=cast.amina, now=now
    )
    cast.carla.refresh_from_db()
    assert cast.carla.status == ParticipantStatus.WAITING


def test_closing_a_paused_match_ends_its_pause(cast: Cast, now: datetime) -> None:
    services.pause_match(cast.match, starts_on=TODAY, expected_on=TODAY + DAY, reason="x", by=cast.amina, now=now)
    services.close_match(cast.match, ended_on=TODAY, end_reason="moved", back_to_waiting=False, by=cast.amina, now=now)
    assert cast.match.pauses.get().resumed_on == TODAY


def test_pausing_twice_and_resuming_twice(cast: Cast, now: datetime) -> None:
    how: dict[str, Any] = {
        "starts_on": TODAY,
        "expected_on": TODAY + 7 * DAY,
        "reason": "ill",
        "by": cast.amina,
        "now": now,
    }
    services.pause_match(cast.match, **how)
    with pytest.raises(Refused):
        services.pause_match(cast.match, **how)
    services.resume_match(cast.match, resumed_on=TODAY, by=cast.amina, now=now)
    with pytest.raises(Refused, match="not paused"):
        services.resume_match(cast.match, resumed_on=TODAY, by=cast.amina, now=now)


@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [(1, 5, "begins today"), (0, 0, "ends after"), (0, 91, "90 days"), (-28, 3, "after the last visit")],
)
def test_pauses_that_cannot_be(cast: Cast, now: datetime, starts: int, ends: int, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        services.pause_match(
            cast.match,
            starts_on=TODAY + starts * DAY,
            expected_on=TODAY + ends * DAY,
            reason="x",
            by=cast.amina,
            now=now,
        )


def test_reviews(cast: Cast, now: datetime) -> None:
    how: dict[str, Any] = {"held_on": TODAY, "reason": "going well", "by": cast.dan, "now": now}
    with pytest.raises(Refused, match="only if"):
        services.record_review(cast.match, decision="step_down", request_allows=False, **how)
    with pytest.raises(Refused, match="as frequent"):
        services.record_review(cast.match, decision="step_back", request_allows=False, **how)
    gate = cast.match.plan.gate_on
    assert gate
    services.record_review(cast.match, decision="hold", request_allows=False, **how)
    cast.match.plan.refresh_from_db()
    assert cast.match.plan.gate_on == gate + 28 * DAY
    with pytest.raises(Refused, match="this day already"):
        services.record_review(cast.match, decision="hold", request_allows=False, **how)
    other = make.a_match(cast.north, status=MatchStatus.AGREED)
    with pytest.raises(Refused, match="while visits"):
        services.record_review(other, decision="hold", request_allows=False, **how)
    assert not Segment.objects.filter(plan=cast.match.plan, reason="step_down").exists()


def test_nobody_leaves_with_open_matches(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="open matches"):
        services.let_supporter_go(cast.ben_supporter, reason="moves", by=cast.amina, now=now)
    services.close_match(cast.match, ended_on=TODAY, end_reason="moved", back_to_waiting=True, by=cast.amina, now=now)
    services.let_supporter_go(cast.ben_supporter, reason="moves", by=cast.amina, now=now)
    assert not cast.ben_supporter.person.memberships.current().exists()
    with pytest.raises(Refused):
        services.let_supporter_go(cast.ben_supporter, reason="moves", by=cast.amina, now=now)


def test_off_the_waiting_list(cast: Cast, now: datetime) -> None:
    match = proposed(cast)
    with pytest.raises(Refused, match="open proposal"):
        services.let_participant_go(match.participant, reason="found work", by=cast.amina, now=now)
    services.decline_match(match, by=cast.amina, now=now, reason="lives next door")
    services.let_participant_go(match.participant, reason="found work", by=cast.amina, now=now)
    with pytest.raises(Refused):
        services.let_participant_go(match.participant, reason="found work", by=cast.amina, now=now)
