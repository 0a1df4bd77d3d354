"""One count of places for proposals and for the second yes; and a pair that nobody answered may be asked again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from matching import services
from matching.choices import DeclineCode, MatchStatus, Side
from matching.models import Match
from matching.services.places import has_place
from matching.services.pools import ASK_AGAIN
from matching.services.proposing import propose_chosen, propose_pair
from matching.services.suggesting import candidates_for
from peerhub.lib.errors import Refused
from recruitment.choices import SupportKind
from recruitment.models import Participant, PeerSupporter
from tests import factories as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
DAY = timedelta(days=1)


def anna_and(cast: Cast, **fields: object) -> tuple[PeerSupporter, Participant]:
    supporter = make.a_supporter(cast.north, "Olga", languages=["so"], available=[4], **fields)
    return supporter, make.a_participant(cast.north, "Anna", languages=["so"], available=[4])


def both_yes(match: Match, cast: Cast, now: datetime) -> None:
    services.accept_match(match, by=cast.amina, now=now)
    services.accept_for_participant(match, by=cast.amina, now=now)


# -- Places --------------------------------------------------------------------------------------------------------


def test_what_was_proposed_by_weight_can_be_said_yes_to(cast: Cast, now: datetime) -> None:
    """Two people visited once in four weeks weigh 60 hundredths: of two places one is free, though heads fill both."""
    supporter, anna = anna_and(cast, max_matches=2)
    for _one in range(2):
        make.a_match(cast.north, supporter, started_on=TODAY - 300 * DAY, interval=28, next_due_on=TODAY)
    Match.objects.filter(supporter=supporter).update(
        supporter_accepted_on=TODAY - 310 * DAY, participant_accepted_on=TODAY - 310 * DAY
    )
    match = propose_pair(programme=cast.north, participant=anna, supporter=supporter, by=cast.amina, now=now)
    both_yes(match, cast, now)
    assert match.is_answered


def test_a_yes_to_a_bed_does_not_take_the_place_of_a_visit(cast: Cast, now: datetime) -> None:
    """She hosts somebody and supports one person: each kind has places of its own."""
    supporter, anna = anna_and(
        cast, max_matches=1, offers=[SupportKind.ONE_TO_ONE, SupportKind.HOSTING], hosts_people=1
    )
    hosted = make.a_match(cast.north, supporter, kind=SupportKind.HOSTING)
    Match.objects.filter(pk=hosted.pk).update(supporter_accepted_on=TODAY, participant_accepted_on=TODAY)
    match = propose_pair(programme=cast.north, participant=anna, supporter=supporter, by=cast.amina, now=now)
    both_yes(match, cast, now)
    assert match.is_answered


def test_the_second_yes_is_refused_when_the_weekly_places_are_taken(cast: Cast, now: datetime) -> None:
    supporter, anna = anna_and(cast, max_matches=2)
    match = propose_pair(programme=cast.north, participant=anna, supporter=supporter, by=cast.amina, now=now)
    for _one in range(2):
        other = make.a_match(cast.north, supporter, interval=7)
        Match.objects.filter(pk=other.pk).update(
            supporter_accepted_on=other.proposed_on, participant_accepted_on=other.proposed_on
        )
    services.accept_match(match, by=cast.amina, now=now)
    with pytest.raises(Refused, match="no free place"):
        services.accept_for_participant(match, by=cast.amina, now=now)


def test_one_rule_says_whether_there_is_a_place(cast: Cast) -> None:
    supporter, _anna = anna_and(cast, max_matches=2, offers=["one_to_one", "group"], group_places=4)
    for kind, load, free in (
        ("one_to_one", 100, True),
        ("one_to_one", 101, False),
        ("group", 300, True),
        ("group", 301, False),
        ("hosting", 0, False),
    ):
        assert has_place(supporter, kind, load=load, programme=cast.north) is free, (kind, load)


# -- Several at once -----------------------------------------------------------------------------------------------


def test_several_are_proposed_and_each_says_what_became_of_it(cast: Cast, now: datetime) -> None:
    supporter, anna = anna_and(cast, max_matches=1)
    other = make.a_participant(cast.north, "Basma", languages=["so"], available=[4])
    third = make.a_participant(cast.north, "Carmen", languages=["es"], available=[4])
    pairs = [(anna.pk, supporter.pk), (other.pk, supporter.pk), (third.pk, supporter.pk)]
    done = propose_chosen(programme=cast.north, pairs=pairs, by=cast.amina, now=now)
    assert [one.match is not None for one in done] == [True, False, False]
    assert "no free place" in done[1].why_not
    assert "no language in common" in done[2].why_not
    assert Match.objects.proposed().get().participant == anna


def test_done_twice_nothing_is_made_twice(cast: Cast, now: datetime) -> None:
    supporter, anna = anna_and(cast)
    pairs = [(anna.pk, supporter.pk)]
    propose_chosen(programme=cast.north, pairs=pairs, by=cast.amina, now=now)
    again = propose_chosen(programme=cast.north, pairs=pairs, by=cast.amina, now=now)
    assert again[0].match is None
    assert "made already" in again[0].why_not
    assert Match.objects.proposed().count() == 1


def test_somebody_who_found_another_meanwhile_is_left_out(cast: Cast, now: datetime) -> None:
    supporter, anna = anna_and(cast)
    make.a_match(cast.north, None, anna, status=MatchStatus.PROPOSED)
    done = propose_chosen(programme=cast.north, pairs=[(anna.pk, supporter.pk)], by=cast.amina, now=now)
    assert done[0].match is None
    assert "has a match or an open proposal already" in done[0].why_not


# -- Nobody answered -----------------------------------------------------------------------------------------------


def ran_out(cast: Cast, now: datetime) -> Match:
    supporter, anna = anna_and(cast)
    match = propose_pair(programme=cast.north, participant=anna, supporter=supporter, by=cast.amina, now=now)
    services.sweep(now=now, on=TODAY + 7 * DAY, programme_id=cast.north.pk)
    match.refresh_from_db()
    assert match.declined_by == Side.NOBODY
    return match


def comes_into_question(match: Match, days: int) -> bool:
    found = candidates_for(match.participant, today=TODAY + days * DAY)
    assert found
    return match.supporter_id in [card.supporter.pk for card in found.cards]


def test_a_pair_that_ran_out_may_be_asked_again_after_a_month(cast: Cast, now: datetime) -> None:
    match = ran_out(cast, now)
    wait = 7 + ASK_AGAIN.days
    assert [comes_into_question(match, days) for days in (8, wait - 1, wait)] == [False, False, True]
    again = {"programme": cast.north, "participant": match.participant, "supporter": match.supporter, "by": cast.amina}
    with pytest.raises(Refused, match="less than a month ago"):
        propose_pair(**again, now=now + (wait - 1) * DAY)
    assert propose_pair(**again, now=now + wait * DAY).pk != match.pk


def test_a_no_stays_a_no(cast: Cast, now: datetime) -> None:
    supporter, anna = anna_and(cast)
    match = propose_pair(programme=cast.north, participant=anna, supporter=supporter, by=cast.amina, now=now)
    services.decline_match(match, by=cast.amina, now=now, side=Side.SUPPORTER, code=DeclineCode.NOT_NOW)
    assert not comes_into_question(match, 400)
