"""Each rule that the database holds for recruitment, broken on purpose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from recruitment.models import Application, ImportBatch, Participant, PeerSupporter, SelectionMeeting
from tests import factories as make
from tests.cast import Cast

TODAY, YESTERDAY = make.TODAY, make.TODAY - timedelta(days=1)
DECIDED = {"status": "declined", "decline_reason": "skills", "decided_on": TODAY}


def refused(constraint: str) -> Any:
    """The database names this rule; deferred rules are asked at once."""
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("application_status_known", {"status": "lost", "decided_on": TODAY}),
        ("application_declined_has_reason", {"status": "declined", "decided_on": TODAY}),
        ("application_declined_has_reason", {"decline_reason": "skills"}),
        ("application_decided_has_day", {"status": "withdrawn"}),
        ("application_decided_has_day", {"decided_on": TODAY}),
        ("application_days_in_order", {**DECIDED, "decided_on": YESTERDAY}),
        ("application_hours", {"hours_per_week": 41}),
        ("application_hours", {"hours_per_week": 0}),
    ],
)
def test_applications(cast: Cast, constraint: str, fields: dict[str, Any]) -> None:
    with refused(constraint), transaction.atomic():
        make.an_application(cast.north, submitted_on=TODAY, **fields)


def test_one_open_application_each(cast: Cast) -> None:
    first = make.an_application(cast.north, submitted_on=TODAY)
    with refused("application_once_open"), transaction.atomic():
        make.an_application(cast.north, person=first.person)
    Application.objects.filter(pk=first.pk).update(**DECIDED)
    make.an_application(cast.north, person=first.person)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("meeting_once", {"number": 1, "held_on": YESTERDAY}),
        ("meeting_on_another_day", {"number": 2, "held_on": TODAY}),
        ("meeting_first_or_second", {"number": 3, "held_on": YESTERDAY}),
    ],
)
def test_meetings(cast: Cast, constraint: str, fields: dict[str, Any]) -> None:
    application = make.an_application(cast.north)
    row = {"programme": cast.north, "application": application, "led_by_id": cast.amina.person_id}
    SelectionMeeting.objects.create(**row, number=1, held_on=TODAY)
    with refused(constraint), transaction.atomic():
        SelectionMeeting.objects.create(**row, **fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("supporter_status_known", {"status": "lost"}),
        ("supporter_ended_has_day", {"status": "ended"}),
        ("supporter_ended_has_day", {"ended_on": TODAY}),
        ("supporter_days_in_order", {"status": "ended", "started_on": TODAY, "ended_on": YESTERDAY}),
        ("supporter_hours", {"hours_per_week": 41}),
        ("supporter_matches", {"max_matches": 0}),
        ("supporter_travel", {"max_travel_minutes": 241}),
        ("supporter_wish_known", {"wishes_gender": "nobody"}),
        ("supporter_age_wish_known", {"wishes_age": "wiser"}),
        ("supporter_travel_mode_known", {"travel_mode": "horse"}),
        ("supporter_offers_something", {"offers": []}),
        ("supporter_offers_something", {"offers": ["money"]}),
        ("supporter_hosts", {"hosts_people": 0}),
        ("supporter_group", {"group_places": 51}),
        ("supporter_vetting_has_day", {"vetting_passed": True}),
        ("supporter_vetting_has_day", {"vetting_seen_on": TODAY}),
        (
            "supporter_vetting_days_in_order",
            {"vetting_passed": True, "vetting_seen_on": TODAY, "vetting_until_on": YESTERDAY},
        ),
    ],
)
def test_supporters(cast: Cast, constraint: str, fields: dict[str, Any]) -> None:
    with refused(constraint), transaction.atomic():
        PeerSupporter.objects.filter(pk=cast.ben_supporter.pk).update(**fields)


def test_one_open_time_as_peer_supporter_each(cast: Cast) -> None:
    with refused("supporter_once_open"), transaction.atomic():
        make.a_supporter(cast.north, person=cast.ben_supporter.person, status="in_training")


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("participant_status_known", {"status": "lost"}),
        ("participant_closed_has_reason", {"status": "closed", "closed_on": TODAY}),
        ("participant_closed_has_reason", {"status": "closed", "closing_reason": "moved"}),
        ("participant_closed_has_reason", {"closed_on": TODAY}),
        (
            "participant_days",
            {"status": "closed", "closing_reason": "moved", "registered_on": TODAY, "closed_on": YESTERDAY},
        ),
        ("participant_children", {"children": 21}),
        ("participant_gender_wish_known", {"wishes_gender": "nobody"}),
        ("participant_age_wish_known", {"wishes_age": "wiser"}),
        ("participant_support_kind_known", {"support_kind": "money"}),
    ],
)
def test_participants(cast: Cast, constraint: str, fields: dict[str, Any]) -> None:
    with refused(constraint), transaction.atomic():
        Participant.objects.filter(pk=cast.carla.pk).update(**fields)


def test_one_open_trajectory_each(cast: Cast) -> None:
    with refused("participant_once_open"), transaction.atomic():
        make.a_participant(cast.north, person=cast.carla.person)


def test_imports(cast: Cast) -> None:
    with refused("import_status_known"), transaction.atomic():
        ImportBatch.objects.create(programme=cast.north, file_name="people.xlsx", status="lost")


def test_every_rule_is_tried_here() -> None:
    source = open(__file__, encoding="utf-8").read()  # noqa: SIM115  # this very file
    models = (Application, SelectionMeeting, PeerSupporter, Participant, ImportBatch)
    missing = [rule.name for model in models for rule in model._meta.constraints if f'"{rule.name}"' not in source]
    assert missing == []


def test_rows_point_within_their_programme(cast: Cast) -> None:
    stranger = make.a_person(cast.south)
    make.a_participant(cast.north, person=stranger)
    with refused("same_programme"):
        connection.check_constraints()
