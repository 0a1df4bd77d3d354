"""From two yeses to the introduction: who is responsible, who learns the name when, and what a no tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from matching import services
from matching.choices import Explained, MatchStatus, Side
from matching.models import Match, PairMark
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.models import Consent, Look, StateChange
from programmes.choices import Role
from programmes.models import Membership
from tests import factories as make
from tests.cast import Cast

TODAY = make.TODAY
DAY = timedelta(days=1)


def proposed(cast: Cast, **fields: Any) -> Match:
    return make.a_match(cast.north, cast.ben_supporter, status=MatchStatus.PROPOSED, **fields)


def answered(cast: Cast, now: datetime) -> Match:
    match = proposed(cast)
    services.accept_match(match, by=cast.ben, now=now)
    services.accept_for_participant(match, by=cast.amina, now=now)
    return match


def team(cast: Cast, who: Member) -> Membership:
    return Membership.objects.get(person_id=who.person_id)


def test_the_professional_she_works_with_becomes_responsible(cast: Cast, now: datetime) -> None:
    services.connect(cast.ben_supporter, professional=team(cast, cast.paul), starts_on=TODAY, by=cast.amina, now=now)
    assert answered(cast, now).responsible_id == cast.paul.person_id


def test_one_professional_at_a_time(cast: Cast, now: datetime) -> None:
    how: dict[str, Any] = {"starts_on": TODAY, "by": cast.amina, "now": now}
    made = services.connect(cast.ben_supporter, professional=team(cast, cast.paul), **how)
    with pytest.raises(Refused, match="works with somebody already"):
        services.connect(cast.ben_supporter, professional=team(cast, cast.dan), **how)
    services.end_connection(made, by=cast.amina, now=now)
    with pytest.raises(Refused, match="ended before"):
        services.end_connection(made, by=cast.amina, now=now)
    services.connect(cast.ben_supporter, professional=team(cast, cast.dan), **how)
    other = make.a_supporter(cast.north)
    with pytest.raises(Refused, match="not come yet"):
        services.connect(other, professional=team(cast, cast.dan), **{**how, "starts_on": TODAY + DAY})
    with pytest.raises(Refused, match="of the team"):
        services.connect(other, professional=team(cast, cast.zoe), **how)


def test_responsible_is_somebody_of_the_team(cast: Cast, now: datetime) -> None:
    match = proposed(cast)
    services.name_responsible(match, responsible=cast.paul.person_id, by=cast.amina, now=now)
    assert match.responsible_id == cast.paul.person_id
    with pytest.raises(Refused, match="responsible already"):
        services.name_responsible(match, responsible=cast.paul.person_id, by=cast.amina, now=now)
    for stranger in (cast.zoe.person_id, match.participant_person_id, 0):
        with pytest.raises(Refused, match="of the team"):
            services.name_responsible(match, responsible=stranger, by=cast.amina, now=now)
    services.decline_match(match, by=cast.amina, now=now)
    with pytest.raises(Refused, match="has ended"):
        services.name_responsible(match, responsible=cast.dan.person_id, by=cast.amina, now=now)


def test_the_name_is_opened_once_after_two_yeses_and_written_down(cast: Cast, now: datetime) -> None:
    match = proposed(cast)
    services.accept_match(match, by=cast.ben, now=now)
    with pytest.raises(Refused, match="after both said yes"):
        services.reveal_match(match, by=cast.ben, now=now)
    services.accept_for_participant(match, by=cast.amina, now=now)
    with pytest.raises(Refused, match="Only the peer supporter"):
        services.reveal_match(match, by=cast.amina, now=now)
    services.reveal_match(match, by=cast.ben, now=now)
    with pytest.raises(Refused, match="after both said yes"):
        services.reveal_match(match, by=cast.ben, now=now)
    look = Look.objects.get(person=match.participant_person_id)
    assert (look.by_id, look.subject, look.deed) == (cast.ben.person_id, f"match:{match.pk}", "reveal_match")
    assert StateChange.objects.of(match).filter(after="revealed", by=cast.ben.person_id).count() == 1


def test_a_yes_to_the_name_is_kept_with_who_when_and_the_words(cast: Cast, now: datetime) -> None:
    match = proposed(cast)
    services.accept_for_participant(match, by=cast.amina, now=now)
    said = StateChange.objects.of(match).get(after="participant_yes")
    words = "May we tell her or him your name and introduce you?"
    assert (said.by_id, said.at, said.reason) == (cast.amina.person_id, now, f"The team asked her: “{words}”")


def test_the_name_stays_closed_when_her_yes_to_a_file_is_taken_back(cast: Cast, now: datetime) -> None:
    match = answered(cast, now)
    Consent.objects.filter(person=match.participant_person_id).update(withdrawn_on=TODAY)
    with pytest.raises(Refused, match="cannot be shown now"):
        services.reveal_match(match, by=cast.ben, now=now)
    match.refresh_from_db()
    assert not match.is_revealed
    assert not Look.objects.filter(person=match.participant_person_id).exists()


def test_thinking_is_said_once_and_ends_with_the_answer(cast: Cast, now: datetime) -> None:
    match = proposed(cast)
    services.think_for_participant(match, by=cast.amina, now=now)
    assert match.thinking_on == TODAY
    with pytest.raises(Refused, match="answered before"):
        services.think_for_participant(match, by=cast.amina, now=now)
    services.accept_for_participant(match, by=cast.amina, now=now)
    assert match.thinking_on is None
    with pytest.raises(Refused):
        services.think_for_participant(match, by=cast.amina, now=now)


def test_a_meeting_is_planned_after_two_yeses(cast: Cast, now: datetime) -> None:
    where: dict[str, Any] = {"meeting_place": "The Corner House", "staff": cast.dan.person_id, "by": cast.amina}
    with pytest.raises(Refused, match="Both say yes"):
        services.plan_meeting(proposed(cast), meeting_at=now + DAY, **where, now=now)
    match = answered(cast, now)
    with pytest.raises(Refused, match="still to come"):
        services.plan_meeting(match, meeting_at=now, **where, now=now)
    with pytest.raises(Refused, match="of the team"):
        services.plan_meeting(match, meeting_at=now + DAY, **{**where, "staff": cast.ben.person_id}, now=now)
    services.plan_meeting(match, meeting_at=now + DAY, **where, now=now)
    with pytest.raises(Refused, match="planned already"):
        services.plan_meeting(match, meeting_at=now + DAY, **where, now=now)
    services.plan_meeting(match, meeting_at=now + 2 * DAY, **where, now=now)
    services.introduce_match(match, introduced_on=TODAY, by=cast.amina, now=now)
    assert (match.introduced_by_id, match.responsible_id) == (cast.dan.person_id, cast.dan.person_id)
    assert match.is_revealed
    with pytest.raises(Refused, match="they have met"):
        services.plan_meeting(match, meeting_at=now + 3 * DAY, **where, now=now)


def test_the_second_yes_takes_the_last_place(cast: Cast, now: datetime) -> None:
    first, second = proposed(cast), proposed(cast)
    for match in (first, second):
        services.accept_match(match, by=cast.ben, now=now)
    cast.ben_supporter.max_matches = 2  # one place is Carla's
    cast.ben_supporter.save(update_fields=["max_matches"])
    services.accept_for_participant(first, by=cast.amina, now=now)
    with pytest.raises(Refused, match="no free place"):
        services.accept_for_participant(second, by=cast.amina, now=now)


@pytest.mark.parametrize("deed", [services.accept_match, services.think_for_participant, services.decline_match])
def test_no_answer_after_a_no(cast: Cast, now: datetime, deed: Callable[..., None]) -> None:
    match = proposed(cast)
    services.decline_match(match, by=cast.ben, now=now, side=Side.SUPPORTER, code="not_now")
    with pytest.raises(Refused):
        deed(match, by=cast.ben, now=now)


def test_changed_times_become_a_suggestion_that_somebody_confirms(cast: Cast, now: datetime) -> None:
    anna = make.a_participant(cast.north, "Anna", available=[4, 9])
    match = make.a_match(cast.north, cast.ben_supporter, anna, status=MatchStatus.PROPOSED)
    services.decline_match(match, by=cast.ben, now=now, side=Side.SUPPORTER, code="times")
    found = services.suggestion_of(match)
    assert found
    assert "Tuesday afternoon" in found.text
    assert (found.times, Match.objects.telling().count()) == ((4,), 1)
    services.settle_suggestion(match, follow=True, by=cast.amina, now=now)
    cast.ben_supporter.refresh_from_db()
    assert cast.ben_supporter.available == [0]
    with pytest.raises(Refused, match="looked at this answer before"):
        services.settle_suggestion(match, follow=True, by=cast.amina, now=now)


def test_too_far_shortens_the_way_only_when_confirmed(cast: Cast, now: datetime) -> None:
    reasons = [{"for": False, "code": "far", "params": {"minutes": 40}}]
    for follow, most in ((False, None), (True, 39)):
        match = proposed(cast, reasons=reasons)
        services.decline_match(match, by=cast.ben, now=now, side=Side.SUPPORTER, code="too_far")
        services.settle_suggestion(match, follow=follow, by=cast.amina, now=now)
        cast.ben_supporter.refresh_from_db()
        assert cast.ben_supporter.max_travel_minutes == most


def test_not_the_two_of_us_becomes_a_mark(cast: Cast, now: datetime) -> None:
    match = proposed(cast)
    services.decline_match(match, by=cast.ben, now=now, side=Side.PARTICIPANT, code="not_again")
    services.settle_suggestion(match, follow=True, by=cast.amina, now=now)
    mark = PairMark.objects.standing().get()
    assert (mark.kind, mark.said_by, mark.participant_person) == ("forbidden", "participant", match.participant_person)


@pytest.mark.parametrize("code", ["", "not_now", "other"])
def test_other_reasons_suggest_nothing(cast: Cast, now: datetime, code: str) -> None:
    match = proposed(cast)
    services.decline_match(match, by=cast.ben, now=now, side=Side.SUPPORTER, code=code)
    assert services.suggestion_of(match) is None
    with pytest.raises(Refused):
        services.settle_suggestion(match, follow=True, by=cast.amina, now=now)


def test_somebody_of_the_team_supports_for_the_time_being(cast: Cast, now: datetime, login: Any) -> None:
    tess = make.a_supporter(cast.north, person=team(cast, cast.paul).person)
    match = make.a_match(cast.north, tess, status=MatchStatus.ACTIVE)
    page = login(cast.amina).get(f"/p/north/matches/{match.pk}/").content.decode()
    assert "of the team, for now" in page
    assert "of the team, for now" not in login(cast.amina).get(f"/p/north/matches/{cast.match.pk}/").content.decode()


def test_handing_over_links_the_two_matches(cast: Cast, now: datetime) -> None:
    olga = make.a_supporter(cast.north, "Olga", languages=["ar"], available=[4])
    how: dict[str, Any] = {"ended_on": TODAY, "by": cast.amina, "now": now}
    with pytest.raises(Refused, match="another peer supporter"):
        services.hand_over_match(cast.match, supporter=cast.ben_supporter, **how)
    new = services.hand_over_match(cast.match, supporter=olga, **how)
    cast.match.refresh_from_db()
    assert (cast.match.status, cast.match.end_reason, new.status) == ("closed", "handed_over", "proposed")
    assert (new.predecessor, new.participant, new.supporter) == (cast.match, cast.carla, olga)
    assert (new.explained, new.is_revealed) == (Explained.values, False)
    with pytest.raises(Refused):
        services.hand_over_match(cast.match, supporter=olga, **how)


def test_nobody_is_closed_when_the_other_has_no_place(cast: Cast, now: datetime) -> None:
    speaks_nothing_common = make.a_supporter(cast.north, "Olga", languages=["so"])
    with pytest.raises(Refused, match="no language"):
        services.hand_over_match(cast.match, supporter=speaks_nothing_common, ended_on=TODAY, by=cast.amina, now=now)
    cast.match.refresh_from_db()
    assert cast.match.status == MatchStatus.ACTIVE


def test_a_roleless_person_is_no_staff(cast: Cast) -> None:
    assert not Membership.objects.team().filter(role=Role.PEER_SUPPORTER).exists()
