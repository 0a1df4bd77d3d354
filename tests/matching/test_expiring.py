"""A proposal that nobody answers: one reminder, then it ends by itself, and nobody said no."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from matching import services
from matching.choices import MatchStatus, Side
from matching.models import Match
from matching.services.proposing import propose_pair
from matching.services.suggesting import candidates_for
from peerhub.lib.errors import Refused
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from tests import factories as make
from tests.cast import Cast

TODAY = make.TODAY
DAY = timedelta(days=1)


@pytest.fixture
def match(cast: Cast, now: datetime) -> Match:
    """Ben was asked about Anna; Olga would fit too."""
    make.a_supporter(cast.north, "Olga", languages=["ar"], available=[4])
    anna = make.a_participant(cast.north, "Anna", languages=["ar"], available=[4])
    return propose_pair(programme=cast.north, participant=anna, supporter=cast.ben_supporter, by=cast.amina, now=now)


def swept(match: Match, now: datetime, day: date) -> services.SweepResult:
    result = services.sweep(now=now, on=day, programme_id=match.programme_id)
    match.refresh_from_db()
    return result


def waiting(match: Match) -> list[str]:
    found = Notice.objects.filter(subject=f"match:{match.pk}", status=NoticeStatus.WAITING)
    return sorted(found.values_list("kind", flat=True))


def test_one_reminder_however_often_the_day_is_swept(match: Match, now: datetime) -> None:
    assert swept(match, now, TODAY + 2 * DAY).proposals_reminded == 0
    assert swept(match, now, TODAY + 3 * DAY).proposals_reminded == 1
    for days in (3, 4, 6):
        assert swept(match, now, TODAY + days * DAY).proposals_reminded == 0
    assert waiting(match) == [Kind.PROPOSAL, Kind.PROPOSAL_REMINDER]


def test_a_week_without_an_answer_ends_it_and_the_next_is_offered(match: Match, cast: Cast, now: datetime) -> None:
    assert swept(match, now, TODAY + 6 * DAY).proposals_ended == 0
    assert swept(match, now, TODAY + 7 * DAY).proposals_ended == 1
    assert (match.status, match.declined_by, match.decline_code) == (MatchStatus.DECLINED, Side.NOBODY, "")
    assert waiting(match) == [Kind.PROPOSAL_EXPIRED]
    letter = Notice.objects.get(kind=Kind.PROPOSAL_EXPIRED)
    assert (letter.recipient_id, letter.link) == (cast.amina.person_id, f"/p/north/matching/{match.participant_id}/")
    found = candidates_for(match.participant, today=TODAY + 7 * DAY)
    assert found
    assert [card.supporter.person.first_name for card in found.cards] == ["Olga"]
    again = swept(match, now, TODAY + 8 * DAY)
    assert (again.proposals_ended, again.proposals_reminded) == (0, 0)
    with pytest.raises(Refused):
        services.accept_match(match, by=cast.ben, now=now)


def test_weeks_without_a_sweep_end_it_without_a_reminder(match: Match, now: datetime) -> None:
    result = swept(match, now, TODAY + 30 * DAY)
    assert (result.proposals_ended, result.proposals_reminded) == (1, 0)


def test_each_answer_begins_the_days_anew(match: Match, cast: Cast, now: datetime) -> None:
    services.accept_match(match, by=cast.ben, now=now + 5 * DAY)
    assert waiting(match) == []
    assert swept(match, now, TODAY + 11 * DAY).proposals_ended == 0
    services.think_for_participant(match, by=cast.amina, now=now + 11 * DAY)
    assert swept(match, now, TODAY + 17 * DAY).proposals_ended == 0
    assert swept(match, now, TODAY + 18 * DAY).proposals_ended == 1


def test_two_yeses_do_not_run_out(match: Match, cast: Cast, now: datetime) -> None:
    services.accept_match(match, by=cast.ben, now=now)
    services.accept_for_participant(match, by=cast.amina, now=now)
    assert swept(match, now, TODAY + 90 * DAY).proposals_ended == 0


@pytest.mark.parametrize(("fields", "ends", "reminds"), [({"proposal_days": 3, "proposal_reminder_days": 1}, 3, 1)])
def test_the_programme_says_how_long(
    match: Match, cast: Cast, now: datetime, fields: dict[str, Any], ends: int, reminds: int
) -> None:
    type(cast.north).objects.filter(pk=cast.north.pk).update(**fields)
    assert swept(match, now, TODAY + reminds * DAY).proposals_reminded == 1
    assert swept(match, now, TODAY + ends * DAY).proposals_ended == 1
