"""Campaigns: what happens to them, and what came in through each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.people.models import StateChange
from recruitment.choices import CampaignState
from recruitment.models import Application, Campaign, Participant
from recruitment.services import (
    add_participant,
    close_campaign,
    name_campaign,
    reopen_campaign,
    save_campaign,
    save_participant,
    start_campaign,
    submit_application,
)
from tests import factories as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
PLAN: dict[str, Any] = {"name": "Dari evenings", "wanted": 2, "starts_on": TODAY, "languages": ["prs"]}


def changes(row: Campaign) -> list[tuple[str, str, str]]:
    return list(StateChange.objects.of(row).order_by("pk").values_list("before", "after", "reason"))


def closed(cast: Cast, now: datetime) -> Campaign:
    row = make.a_campaign(cast.north)
    close_campaign(row, outcome="two came", by=cast.amina, now=now)
    return row


# -- The deeds ------------------------------------------------------------------------------------------------------


def test_start_campaign(cast: Cast, now: datetime) -> None:
    row = start_campaign(programme=cast.north, by=cast.amina, now=now, **PLAN)
    assert (row.name, row.languages, row.is_open, row.state_on(TODAY)) == (
        "Dari evenings", ["prs"], True, CampaignState.RUNNING,
    )  # fmt: skip
    assert changes(row) == [("", "open", "")]


def test_start_campaign_twice_is_refused(cast: Cast, now: datetime) -> None:
    start_campaign(programme=cast.north, by=cast.amina, now=now, **PLAN)
    with pytest.raises(Refused, match="a campaign of this name already"):
        start_campaign(programme=cast.north, by=cast.amina, now=now, **PLAN)
    start_campaign(programme=cast.south, by=cast.zoe, now=now, **PLAN)
    assert Campaign.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"wanted": None}, "how many people"),
        ({"ends_on": TODAY - timedelta(days=1)}, "last day is the first or later"),
        ({"cost": -1}, "zero or more"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(
    cast: Cast, now: datetime, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        start_campaign(programme=cast.north, by=cast.amina, now=now, **{**PLAN, **fields})
    row = make.a_campaign(cast.north)
    with pytest.raises(Refused, match=sentence):
        save_campaign(row, by=cast.amina, now=now, **{"starts_on": TODAY, **fields})
    row.refresh_from_db()
    assert row.wanted == 3


def test_save_campaign_and_not_when_it_is_closed(cast: Cast, now: datetime) -> None:
    row = make.a_campaign(cast.north)
    for message in ("come and see", "come and see", "come"):  # twice the same harms nothing
        save_campaign(row, message=message, by=cast.amina, now=now)
    assert row.message == "come"
    close_campaign(row, outcome="two came", by=cast.amina, now=now)
    with pytest.raises(Refused, match="Open it again first"):
        save_campaign(row, message="late", by=cast.amina, now=now)
    row.refresh_from_db()
    assert row.message == "come"


def test_close_campaign_with_what_came_of_it(cast: Cast, now: datetime) -> None:
    row = make.a_campaign(cast.north)
    close_campaign(row, outcome="two came", cost=80, by=cast.amina, now=now)
    today = local_date(now, cast.north.timezone)  # towards midnight it is tomorrow there
    assert (row.state_on(TODAY), row.closed_on, row.outcome, row.cost) == (CampaignState.CLOSED, today, "two came", 80)
    assert changes(row) == [("open", "closed", "two came")]


def test_close_campaign_twice_or_empty_or_before_its_start_is_refused(cast: Cast, now: datetime) -> None:
    row, later = closed(cast, now), make.a_campaign(cast.north, starts_on=TODAY + timedelta(days=2))
    with pytest.raises(Refused, match="Nothing was changed"):
        close_campaign(row, outcome="again", by=cast.amina, now=now)
    with pytest.raises(Refused, match="has not begun"):
        close_campaign(later, outcome="called off", by=cast.amina, now=now)
    reopen_campaign(row, by=cast.amina, now=now)
    with pytest.raises(Refused, match="what came of it"):
        close_campaign(row, outcome="  ", by=cast.amina, now=now)
    row.refresh_from_db()
    assert (row.is_open, row.outcome) == (True, "two came")


def test_reopen_campaign_and_twice_is_refused(cast: Cast, now: datetime) -> None:
    row = closed(cast, now)
    reopen_campaign(row, by=cast.amina, now=now)
    assert (row.is_open, row.closed_on, row.outcome) == (True, None, "two came")
    with pytest.raises(Refused):
        reopen_campaign(row, by=cast.amina, now=now)


def test_name_campaign_later_and_take_it_away(cast: Cast, now: datetime) -> None:
    row, application = make.a_campaign(cast.north), make.an_application(cast.north)
    name_campaign(application, campaign=row, by=cast.amina, now=now)
    assert application.campaign == row
    with pytest.raises(Refused, match="so before"):
        name_campaign(application, campaign=row, by=cast.amina, now=now)
    name_campaign(application, campaign=None, by=cast.amina, now=now)
    assert application.campaign is None
    with pytest.raises(Refused, match="so before"):
        name_campaign(application, campaign=None, by=cast.amina, now=now)


def test_nobody_names_a_closed_campaign(cast: Cast, now: datetime) -> None:
    """It may have been closed while the form was open; who named it before keeps it."""
    row, application = closed(cast, now), make.an_application(cast.north)
    person = {"first_name": "Fatima", "email": "f@example.org"}
    how: dict[str, Any] = {"by": cast.amina, "now": now, "campaign": row}
    with pytest.raises(Refused, match="closed meanwhile"):
        name_campaign(application, **how)
    with pytest.raises(Refused, match="closed meanwhile"):
        submit_application(programme=cast.north, person_fields=person, submitted_on=TODAY, **how)
    with pytest.raises(Refused, match="closed meanwhile"):
        add_participant(programme=cast.north, person_fields=person, registered_on=TODAY, **how)
    with pytest.raises(Refused, match="closed meanwhile"):
        save_participant(cast.carla, person_fields={}, **how)
    assert not Application.objects.filter(campaign=row).exists()
    Participant.objects.filter(pk=cast.carla.pk).update(campaign=row)
    cast.carla.refresh_from_db()
    save_participant(cast.carla, person_fields={}, channel_text="the square", **how)
    assert cast.carla.channel_text == "the square"


# -- Which campaigns, and what they brought -------------------------------------------------------------------------


def test_the_state_follows_from_the_days(cast: Cast, now: datetime) -> None:
    day = timedelta(days=1)
    made = {
        "planned": make.a_campaign(cast.north, starts_on=TODAY + day),
        "running": make.a_campaign(cast.north, starts_on=TODAY, ends_on=TODAY),
        "over": make.a_campaign(cast.north, starts_on=TODAY - day, ends_on=TODAY - day),
        "closed": closed(cast, now),
    }
    assert {state: row.state_on(TODAY) for state, row in made.items()} == {state: state for state in made}
    found = {state: Campaign.objects.in_state(state, TODAY).get() for state in made}
    assert found == made
    assert Campaign.objects.count_by_state(TODAY) == dict.fromkeys(made, 1)
    make.a_campaign(cast.north, starts_on=TODAY - 90 * day)  # without a last day it runs on
    assert Campaign.objects.count_by_state(TODAY)["running"] == 2


def test_numbers_count_people_and_not_papers(cast: Cast) -> None:
    row, other = make.a_campaign(cast.north), make.a_campaign(cast.north)
    accepted = {"campaign": row, "status": "accepted", "decided_on": TODAY}
    for status in ("active", "paused", "in_training", "ended"):
        make.an_application(cast.north, person=make.a_supporter(cast.north, status=status).person, **accepted)
    twice = cast.ben_supporter.person
    for _paper in range(2):
        make.an_application(cast.north, person=twice, **accepted)
    make.a_supporter(cast.north, person=twice, status="ended")
    make.an_application(cast.north, campaign=row)
    make.an_application(cast.north, campaign=row, status="declined", decline_reason="skills", decided_on=TODAY)
    make.an_application(cast.north, campaign=other)
    make.a_participant(cast.north, campaign=row)
    make.a_match(cast.north, cast.ben_supporter, make.a_participant(cast.north, campaign=row))
    found: Any = Campaign.objects.with_numbers().get(pk=row.pk)
    numbers = (found.applied, found.deciding, found.selected, found.learning, found.supporting)
    assert numbers == (7, 1, 5, 1, 3)
    assert (found.asked, found.supported) == (2, 1)


@pytest.mark.parametrize(
    ("differs", "same"),
    [
        ({}, True),
        ({"available": [5, 8]}, True),  # other times as well
        ({"available": [8]}, False),
        ({"available": []}, False),
        ({"languages": ["prs", "ar"]}, False),
        ({"postcode": "2526"}, False),
        ({"gender": "woman"}, False),
        ({"support_kind": "group"}, False),
    ],
)
def test_whom_it_looks_for(differs: dict[str, Any], same: bool) -> None:
    row = Campaign(**{"languages": ["prs"], "postcode": "2525", "available": [5], "gender": "", **differs})
    assert row.looks_for(languages=["prs"], slots=[5], postcode="2525", gender="", kind="one_to_one") is same
    assert not row.looks_for(languages=["prs"], slots=[5, 11], postcode="2525", gender="", kind="one_to_one")


def test_an_application_names_a_campaign_of_its_own_programme(cast: Cast) -> None:
    row = make.an_application(cast.north)
    Application.objects.filter(pk=row.pk).update(campaign=make.a_campaign(cast.south))
    with pytest.raises(IntegrityError, match="same_programme"):
        connection.check_constraints()


@pytest.mark.parametrize("who", ["amina", "dan", "paul", "tess", "eva", "stef", "ben", "zoe"])
def test_the_team_sees_them_and_nobody_else(cast: Cast, who: str) -> None:
    row = make.a_campaign(cast.north)
    seen = Campaign.objects.visible_to(getattr(cast, who))
    assert list(seen) == ([] if who in ("ben", "zoe") else [row])


def test_a_campaign_somebody_came_through_stays(cast: Cast) -> None:
    row = make.a_campaign(cast.north)
    make.an_application(cast.north, campaign=row)
    with pytest.raises(Exception, match="protected"), transaction.atomic():
        row.delete()
