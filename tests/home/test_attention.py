"""Each kind of attention: who is named, why, with whom, what to do; and who does not see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.models import Match, SweepMark, VisitPlan
from matching.services import answer_help, ask_help, decline_match, settle_suggestion, sweep
from peerhub.home.attention import KINDS, first_rows, kinds_for
from peerhub.home.telling import Asking, Row
from peerhub.lib.dates import local_date
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from recruitment.choices import ParticipantStatus
from recruitment.models import Participant
from recruitment.services import close_campaign
from supervision.services import close_concern, record_session, take_up_concern
from tests import factories as make
from tests.cast import Cast

Login = Callable[..., Client]
ZONE = "Europe/Brussels"  # of every programme here
LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # half past midnight there, of the third


def day(days: int) -> Any:
    return make.TODAY - timedelta(days=days)


def rows(member: Member, code: str, slug: str = "north") -> list[Row]:
    """What this member is told of one kind."""
    return [entry.row for entry in first_rows(Asking(member, slug, make.TODAY, ZONE)) if entry.kind.code == code]


@pytest.fixture
def calm(cast: Cast, now: datetime) -> Cast:
    """North with nothing to look at: visits on time, Ben supervised today."""
    Match.objects.update(next_due_on=day(-2), last_held_on=day(5))
    Participant.objects.update(registered_on=day(10))
    record_session(
        programme=cast.north, kind="one_to_one", held_on=make.TODAY, minutes=60, supporters=[cast.ben_supporter],
        agreements="", by=cast.dan, now=now,
    )  # fmt: skip
    return cast


def test_calm_programme_asks_for_nothing(calm: Cast, login: Login) -> None:
    assert first_rows(Asking(calm.amina, "north", make.TODAY, ZONE)) == []
    page = login(calm.amina).get(reverse("home:overview", args=["north"]))
    assert "Nothing needs your attention" in page.content.decode()


def test_open_concern(calm: Cast, now: datetime) -> None:
    visit = make.a_visit(calm.match, day(1), has_concern=True, concern="tired")
    (row,) = rows(calm.dan, "concern")
    assert (row.title, row.owner) == ("Carla Test", "nobody yet")
    assert "Nobody follows it up yet" in row.reason
    assert row.url == reverse("supervision:concern", args=["north", visit.pk])
    assert "tired" not in row.reason
    take_up_concern(visit, by=calm.dan, now=now)
    assert rows(calm.amina, "concern")[0].owner == "Dan Test"
    close_concern(visit, outcome="done", by=calm.dan, now=now)
    assert rows(calm.dan, "concern") == []


@pytest.mark.parametrize(("late", "shown"), [(2, False), (3, True)])
def test_overdue_visit(calm: Cast, late: int, shown: bool) -> None:
    Match.objects.update(next_due_on=day(late), last_held_on=day(late + 7))
    found = rows(calm.dan, "overdue")
    assert bool(found) is shown
    if found:
        assert found[0].title == "Ben and Carla"
        assert found[0].reason == "No visit held for 10 days; agreed: every week."
        assert (found[0].owner, found[0].since) == ("Dan Test", day(3))


def test_first_visit_overdue(calm: Cast) -> None:
    match = make.a_match(calm.north, status="agreed", started_on=day(10))
    assert [row.reason for row in rows(calm.dan, "overdue")] == ["The first visit has not been held yet."]
    assert rows(calm.dan, "overdue")[0].url == reverse("matching:match", args=["north", match.pk])


def test_review_due(calm: Cast) -> None:
    VisitPlan.objects.update(review_due_on=day(-1), gate_on=day(-15))
    assert rows(calm.dan, "review") == []
    VisitPlan.objects.update(review_due_on=day(0), gate_on=day(-14))
    (row,) = rows(calm.dan, "review")
    assert row.reason.startswith("Now every week. Decide together")
    assert row.url == reverse("matching:review", args=["north", calm.match.pk])


@pytest.mark.parametrize(("ends_in", "words"), [(15, None), (14, "The year ends on"), (0, "The year ended on")])
def test_year_ending(calm: Cast, ends_in: int, words: str | None) -> None:
    VisitPlan.objects.update(ends_on=day(-ends_in))
    found = rows(calm.dan, "year")
    assert bool(found) is bool(words)
    if words:
        assert found[0].reason.startswith(words)


@pytest.mark.parametrize(
    ("days", "yes", "words"),
    [
        (3, {}, None),
        (4, {}, "Nobody has answered"),
        (4, {"supporter_accepted_on": 1}, "Ask the participant"),
        (4, {"participant_accepted_on": 1}, "has not answered yet"),
        (4, {"supporter_accepted_on": 1, "participant_accepted_on": 1}, "Introduce them"),
    ],
)
def test_proposal_waits(calm: Cast, days: int, yes: dict[str, int], words: str | None) -> None:
    match = make.a_match(calm.north, status="proposed")
    answers = {name: day(ago) for name, ago in yes.items()}
    Match.objects.filter(pk=match.pk).update(proposed_on=day(days), **answers)
    found = rows(calm.amina, "proposal")
    assert bool(found) is bool(words)
    if words:
        assert words in found[0].reason


def test_an_answer_to_learn_from(calm: Cast, now: datetime) -> None:
    match = make.a_match(calm.north, status="proposed")
    decline_match(match, by=calm.amina, now=now, side="supporter", code="too_far")
    (row,) = rows(calm.amina, "suggestion")
    assert row.reason.startswith("Not taken up by the peer supporter: too far away.")
    assert row.url == reverse("matching:match", args=["north", match.pk])
    assert rows(calm.eva, "suggestion") == []
    settle_suggestion(match, follow=False, by=calm.amina, now=now)
    assert rows(calm.amina, "suggestion") == []


@pytest.mark.parametrize(
    ("days", "status", "shown"), [(14, "submitted", 0), (15, "submitted", 1), (15, "meeting_1", 1)]
)
def test_application_waits(calm: Cast, days: int, status: str, shown: int) -> None:
    one = make.an_application(calm.north, "Ada", submitted_on=day(days), status=status)
    found = rows(calm.amina, "application")
    assert len(found) == shown
    if shown:
        assert found[0].url == reverse("recruitment:application", args=["north", one.pk])
        assert "15 days" in found[0].reason
    assert rows(calm.dan, "application") == []


def test_participant_waits(calm: Cast) -> None:
    make.a_participant(calm.north, "Fresh", registered_on=day(30))
    proposed = make.a_participant(calm.north, "Asked", registered_on=day(60))
    make.a_match(calm.north, participant=proposed, status="proposed")
    long = make.a_participant(calm.north, "Long", registered_on=day(31))
    make.a_participant(calm.north, "Gone", registered_on=day(90), status=ParticipantStatus.CLOSED)
    assert [row.title for row in rows(calm.amina, "waiting")] == ["Long Test"]
    assert rows(calm.amina, "waiting")[0].url == reverse("matching:candidates", args=["north", long.pk])
    assert rows(calm.paul, "waiting")[0].url == reverse("recruitment:participant", args=["north", long.pk])


def test_supporter_without_supervision(calm: Cast) -> None:
    lea = make.a_supporter(calm.north, "Lea")
    (row,) = rows(calm.dan, "supervision")
    assert (row.title, row.reason) == ("Lea Test", "No supervision is written down yet.")
    assert row.url.endswith(f"?supporter={lea.pk}")
    assert row.owner == "nobody yet"


def test_dead_message(calm: Cast) -> None:
    Notice.objects.create(
        programme_id=calm.north.pk, kind=Kind.VISIT_REMINDER, recipient=calm.ben_supporter.person, subject="match:1",
        period="x", status=NoticeStatus.DEAD, error="no e-mail address",
    )  # fmt: skip
    (row,) = rows(calm.amina, "message")
    assert (row.title, row.since) == ("Ben Test", local_date(timezone.now(), ZONE))
    assert "reminder of a visit" in row.reason
    Notice.objects.update(created_at=LATE)
    assert rows(calm.amina, "message")[0].since == date(2026, 3, 3)


def test_a_request_waits_until_it_is_answered(calm: Cast, now: datetime) -> None:
    fields = {"client_id": uuid4(), "kind": "pause", "text": "I am ill."}
    asked = ask_help(calm.north, by=calm.ben, now=now - timedelta(days=2), **fields)
    (row,) = rows(calm.dan, "request")
    assert (row.title, row.since) == ("Ben Test", local_date(now - timedelta(days=2), ZONE))
    assert "pause" in row.reason
    assert "ill" not in row.reason
    assert row.url == f"{reverse('matching:requests', args=['north'])}#request-{asked.pk}"
    assert not rows(calm.zoe, "request", "south")
    answer_help(asked, answer="Rest. We call Carla.", by=calm.dan, now=now)
    assert not rows(calm.dan, "request")
    ask_help(calm.north, by=calm.ben, now=LATE, **{**fields, "client_id": uuid4()})
    assert rows(calm.dan, "request")[0].since == date(2026, 3, 3)


@pytest.mark.parametrize(("ended", "shown"), [(None, False), (0, False), (1, True)])
def test_campaign_over(calm: Cast, now: datetime, ended: int | None, shown: bool) -> None:
    last = None if ended is None else day(ended)
    campaign = make.a_campaign(calm.north, "Coffee", starts_on=day(20), ends_on=last)
    found = rows(calm.amina, "campaign")
    assert bool(found) is shown
    if found:
        assert (found[0].title, found[0].since) == ("Coffee", day(1))
        assert found[0].url == reverse("recruitment:campaign", args=["north", campaign.pk])
        close_campaign(campaign, outcome="two came", by=calm.amina, now=now)
        assert rows(calm.amina, "campaign") == []


def test_everybody_is_told_only_what_is_theirs(cast: Cast) -> None:
    told = {
        name: {kind.code for kind in kinds_for(getattr(cast, name))} for name in ("amina", "dan", "paul", "eva", "ben")
    }
    assert told["amina"] == {kind.code for kind in KINDS}
    assert told["dan"] == told["amina"] - {"application", "campaign", "sweep"}
    assert told["paul"] == {"waiting", "message"}
    assert told["eva"] == told["ben"] == set()


def test_another_programme_is_told_nothing(calm: Cast) -> None:
    make.a_visit(calm.match, day(1), has_concern=True, concern="tired")
    make.a_match(calm.north, started_on=day(60))
    make.a_supporter(calm.north)
    make.an_application(calm.north, submitted_on=day(40))
    assert len(first_rows(Asking(calm.amina, "north", make.TODAY, ZONE))) >= 4
    assert first_rows(Asking(calm.zoe, "south", make.TODAY, ZONE)) == []


def test_silence_though_visits_are_planned(calm: Cast) -> None:
    Match.objects.update(next_due_on=day(-2), last_held_on=day(16))
    assert rows(calm.dan, "silent") == []
    Match.objects.update(last_held_on=day(17))
    (row,) = rows(calm.dan, "silent")
    assert (row.title, row.since) == ("Ben and Carla", day(17))
    assert "none was held for 17 days" in row.reason
    Match.objects.update(next_due_on=day(3))
    assert rows(calm.dan, "silent") == [], "what is overdue is named once"


def test_the_daily_round_stays_away(calm: Cast, now: datetime) -> None:
    sweep(now=timezone.now() - timedelta(hours=1))
    assert rows(calm.amina, "sweep") == []
    SweepMark.objects.update(swept_at=timezone.now() - timedelta(hours=3))
    (row,) = rows(calm.amina, "sweep")
    assert row.title == "Reminders are late"
    assert rows(calm.dan, "sweep") == []
