"""Somebody steps in for a while: what she sees, from which day to which, and who gets the messages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from matching import services
from matching.models import Cover, Deputy, Match, Visit
from matching.services.deputising import who_hears
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from programmes.models import Membership
from recruitment.models import PeerSupporter
from tests import factories as make
from tests.cast import Cast, member

TODAY = make.TODAY
DAY = timedelta(days=1)


@pytest.fixture
def olga(cast: Cast) -> PeerSupporter:
    """Another active peer supporter of North."""
    return make.a_supporter(cast.north, "Olga", login=True)


@pytest.fixture
def as_olga(olga: PeerSupporter) -> Member:
    return replace(member(olga.person.memberships.get()), today=TODAY)


def arranged(cast: Cast, olga: PeerSupporter, now: datetime, first: int = 0, last: int = 6) -> Cover:
    return services.arrange_cover(
        cast.match, substitute=olga, starts_on=TODAY + first * DAY, ends_on=TODAY + last * DAY, need="ring twice",
        by=cast.amina, now=now,
    )  # fmt: skip


def sees(who: Member, cast: Cast) -> bool:
    return Match.objects.visible_to(who).filter(pk=cast.match.pk).exists()


def test_who_visits_is_the_substitute_on_these_days_alone(cast: Cast, olga: PeerSupporter, now: datetime) -> None:
    arranged(cast, olga, now, 0, 6)
    found = [services.who_visits(cast.match, today=TODAY + day * DAY).pk for day in (0, 6, 7)]
    assert found == [olga.person_id, olga.person_id, cast.ben.person_id]


def test_she_sees_the_match_on_these_days_and_not_the_day_after(
    cast: Cast, olga: PeerSupporter, as_olga: Member, now: datetime
) -> None:
    assert not sees(as_olga, cast)
    arranged(cast, olga, now, 1, 6)
    found = {}
    for day in (0, 1, 6, 7):
        found[day] = sees(replace(as_olga, today=TODAY + day * DAY), cast)
        assert sees(replace(cast.ben, today=TODAY + day * DAY), cast), "who is covered keeps sight"
    assert found == {0: False, 1: True, 6: True, 7: False}


def test_the_door_knows_the_day_of_the_programme(
    cast: Cast, olga: PeerSupporter, as_olga: Member, now: datetime, login: Callable[..., Client]
) -> None:
    cast.north.timezone = "America/New_York"
    cast.north.save()
    arranged(cast, olga, now, 1, 1)
    page = reverse("matching:year", args=["north", cast.match.pk])
    midnight = datetime.combine(TODAY + 2 * DAY, datetime.min.time(), tzinfo=UTC)
    for hours, status in ((3, 200), (6, 404)):  # 03:00 in Greenwich is still the evening before in New York
        with time_machine.travel(midnight + timedelta(hours=hours), tick=False):
            assert login(as_olga).get(page).status_code == status


def test_she_reads_no_earlier_notes_and_her_visit_counts(
    cast: Cast, olga: PeerSupporter, as_olga: Member, now: datetime
) -> None:
    earlier = Visit.objects.get(match=cast.match)
    arranged(cast, olga, now)
    assert not Visit.objects.visible_to(as_olga).exists()
    services.log_visit(
        Match.objects.visible_to(as_olga).get(), client_id=uuid.uuid4(), outcome="held", occurred_on=TODAY, minutes=60,
        place="home", request="same", by=as_olga, now=now,
    )  # fmt: skip
    match = Match.objects.get(pk=cast.match.pk)
    assert (match.last_held_on, match.next_due_on) == (TODAY, TODAY + 7 * DAY)
    assert earlier not in Visit.objects.visible_to(as_olga)
    assert Visit.objects.visible_to(as_olga).count() == 1
    assert not Visit.objects.visible_to(replace(as_olga, today=TODAY + 7 * DAY)).exists()


def test_a_cover_of_other_days_and_somebody_elses_of_today_do_not_add_up(
    cast: Cast, olga: PeerSupporter, as_olga: Member, now: datetime
) -> None:
    arranged(cast, olga, now, 5, 6)
    arranged(cast, make.a_supporter(cast.north, "Petra", login=True), now, 0, 1)
    assert not sees(as_olga, cast)
    assert not Match.objects.own(as_olga).exists()


def reminded(cast: Cast, due: int, now: datetime) -> set[int]:
    """Who is reminded of a visit that is due so many days from today."""
    Notice.objects.all().delete()
    Match.objects.filter(pk=cast.match.pk).update(next_due_on=TODAY + due * DAY)
    services.sweep(now=now)
    found = Notice.objects.filter(kind=Kind.VISIT_REMINDER, subject=f"match:{cast.match.pk}")
    return set(found.values_list("recipient_id", flat=True))


def test_reminders_follow_the_substitute(cast: Cast, olga: PeerSupporter, now: datetime) -> None:
    ben = cast.ben.person_id
    assert reminded(cast, 1, now) == {ben}
    arranged(cast, olga, now, 0, 0)
    assert reminded(cast, 0, now) == {olga.person_id}
    assert reminded(cast, -3, now) == {olga.person_id}, "a visit that was due before is hers as well now"
    assert reminded(cast, 1, now) == {ben}, "the day after it is his again"


def test_before_her_first_day_nobody_is_reminded_of_her_visit(cast: Cast, olga: PeerSupporter, now: datetime) -> None:
    arranged(cast, olga, now, 1, 6)
    assert reminded(cast, 1, now) == set()
    services.sweep(now=now + DAY)
    assert Notice.objects.get(kind=Kind.VISIT_REMINDER).recipient_id == olga.person_id


def test_both_are_told_once(cast: Cast, olga: PeerSupporter, now: datetime) -> None:
    arranged(cast, olga, now)
    told = Notice.objects.filter(kind=Kind.COVER).values_list("recipient_id", flat=True)
    assert sorted(told) == sorted([olga.person_id, cast.ben.person_id])
    with pytest.raises(Refused, match="some of these days"):
        arranged(cast, olga, now, 6, 9)
    with pytest.raises(Refused, match="half a year"):
        arranged(cast, olga, now, 10, 300)
    assert Cover.objects.count() == 1


def test_not_just_anybody_steps_in(cast: Cast, now: datetime) -> None:
    elsewhere = make.a_supporter(cast.south)
    learning = make.a_supporter(cast.north, status="in_training")
    for somebody, sentence in ((cast.ben_supporter, "other than"), (elsewhere, "active"), (learning, "active")):
        with pytest.raises(Refused, match=sentence):
            arranged(cast, somebody, now)
    with pytest.raises(Refused, match="last day"):
        arranged(cast, make.a_supporter(cast.north), now, -5, -1)


def test_back_earlier(cast: Cast, olga: PeerSupporter, as_olga: Member, now: datetime) -> None:
    cover = arranged(cast, olga, now)
    services.end_cover(cover, by=cast.amina, now=now)
    assert sees(as_olga, cast), "today is still hers"
    with pytest.raises(Refused, match="over already"):
        services.end_cover(cover, by=cast.amina, now=now)
    later = arranged(cast, olga, now, 20, 22)
    services.end_cover(later, by=cast.amina, now=now)
    assert list(Cover.objects.all()) == [cover], "one that has not begun never begins"


# -- A supervisor who is away ------------------------------------------------------------------------------------------


def deputised(cast: Cast, now: datetime, first: int = 0, last: int = 6) -> Deputy:
    dan, amina = (Membership.objects.get(person_id=one.person_id) for one in (cast.dan, cast.amina))
    return services.arrange_deputy(
        dan, deputy=amina, starts_on=TODAY + first * DAY, ends_on=TODAY + last * DAY, by=cast.amina, now=now
    )


def test_a_deputy_hears_instead_of_the_supervisor_until_her_last_day(cast: Cast, now: datetime) -> None:
    deputised(cast, now, 1, 6)
    for day, who in ((0, cast.dan), (1, cast.amina), (6, cast.amina), (7, cast.dan)):
        assert [person.pk for person in who_hears(cast.match, now=now + day * DAY)] == [who.person_id]
    Match.objects.filter(pk=cast.match.pk).update(next_due_on=TODAY - 5 * DAY)
    services.sweep(now=now + DAY)
    late = Notice.objects.get(kind=Kind.VISIT_OVERDUE, subject=f"match:{cast.match.pk}")
    assert late.recipient_id == cast.amina.person_id


def test_her_list_of_those_she_follows_grows_for_these_days(cast: Cast, now: datetime) -> None:
    amina = replace(cast.amina, today=TODAY)
    assert not Match.objects.followed_by(amina).exists()
    deputised(cast, now)
    assert list(Match.objects.followed_by(amina)) == [cast.match]
    assert not Match.objects.followed_by(replace(amina, today=TODAY + 7 * DAY)).exists()
    assert cast.match in Match.objects.followed_by(cast.dan)


def test_who_may_stand_in(cast: Cast, now: datetime) -> None:
    dan = Membership.objects.get(person_id=cast.dan.person_id)
    days = {"starts_on": TODAY, "ends_on": TODAY + DAY, "by": cast.amina, "now": now}
    with pytest.raises(Refused, match="for herself"):
        services.arrange_deputy(dan, deputy=dan, **days)
    for somebody in (cast.zoe, cast.eva):
        with pytest.raises(Refused, match="supervisor or coordinator"):
            services.arrange_deputy(dan, deputy=Membership.objects.get(person_id=somebody.person_id), **days)
    row = deputised(cast, now)
    with pytest.raises(Refused, match="some of these days"):
        deputised(cast, now, 3, 4)
    services.end_deputy(row, by=cast.amina, now=now)
    with pytest.raises(Refused, match="over already"):
        services.end_deputy(row, by=cast.amina, now=now)


def test_her_card_says_for_whom_until_when_and_what_to_know(
    cast: Cast, olga: PeerSupporter, now: datetime, login: Callable[..., Client]
) -> None:
    arranged(cast, olga, now)
    for name in ("today", "people"):
        text = login(olga.person.user).get(reverse(f"matching:{name}", args=["north"])).content.decode()
        assert "You step in for Ben up to and including" in text
        assert "ring twice" in text
        assert "ring twice" not in login(cast.ben).get(reverse(f"matching:{name}", args=["north"])).content.decode()
