"""Each rule that the database holds for programmes, broken on purpose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from programmes.models import Membership, Organisation, Place, Programme
from tests import factories as make
from tests.cast import Cast


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("programme_ages_in_order", {"min_age": 40, "max_age": 30}),
        ("programme_ladder_has_phases", {"phase_months": [3, 3]}),
        ("programme_ladder_has_phases", {"ladder": [], "phase_months": [], "grace_days": []}),
        ("programme_ladder_has_grace", {"grace_days": [2, 4]}),
        ("programme_min_weekly_range", {"min_weekly_months": 37}),
        ("programme_after_missed_range", {"after_missed_days": 0}),
        ("programme_pause_range", {"max_pause_days": 0}),
        ("programme_resume_range", {"resume_after_days": 366}),
        ("programme_resume_visits_range", {"resume_visits": 13}),
        ("programme_extension_range", {"extension_months": 13}),
        ("programme_reminds_in_time", {"proposal_days": 3, "proposal_reminder_days": 3}),
        ("programme_suppress_range", {"suppress_below": 1}),
        ("programme_suppress_range", {"suppress_below": 51}),
        ("programme_grace_range", {"consent_grace_days": 366}),
        ("programme_language_known", {"language": "xx"}),
        ("programmes_programme_slug", {"slug": "south"}),
    ],
)
def test_programmes(cast: Cast, constraint: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Programme.objects.filter(pk=cast.north.pk).update(**fields)


def test_names_within_an_organisation_differ(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="programme_name_once"), transaction.atomic():
        Programme.objects.create(organisation=cast.north.organisation, name="North", slug="north-2")
    with pytest.raises(IntegrityError, match="programmes_organisation_name"), transaction.atomic():
        Organisation.objects.create(name=cast.north.organisation.name)


def test_a_time_zone_is_one_that_exists(cast: Cast) -> None:
    cast.north.timezone = "Mars/Olympus"
    with pytest.raises(ValidationError, match="is no time zone"):
        cast.north.full_clean()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("membership_role_known", {"role": "boss"}),
        ("membership_days_in_order", {"starts_on": make.TODAY, "ends_on": make.TODAY - timedelta(days=1)}),
    ],
)
def test_memberships(cast: Cast, constraint: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Membership.objects.filter(person_id=cast.dan.person_id).update(**fields)


def test_one_role_once_at_a_time(cast: Cast) -> None:
    held = Membership.objects.get(person_id=cast.dan.person_id)
    again = {"programme": cast.north, "person": held.person, "role": held.role, "starts_on": make.TODAY}
    with pytest.raises(IntegrityError, match="membership_once"), transaction.atomic():
        Membership.objects.create(**again)
    Membership.objects.filter(pk=held.pk).update(ends_on=make.TODAY)
    Membership.objects.create(**again)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("place_once", {}),
        ("place_on_earth", {"postcode": "4332", "latitude": 91}),
        ("place_on_earth", {"postcode": "4332", "longitude": -181}),
    ],
)
def test_places(cast: Cast, constraint: str, fields: dict[str, Any]) -> None:
    row = {
        "organisation": cast.north.organisation,
        "postcode": "4331",
        "name": "Middelburg",
        "latitude": 51.5,
        "longitude": 3.6,
    }
    Place.objects.create(**row)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Place.objects.create(**{**row, **fields})


def test_every_rule_is_tried_here() -> None:
    source = open(__file__, encoding="utf-8").read()  # noqa: SIM115  # this very file
    models = (Organisation, Programme, Membership, Place)
    missing = [rule.name for model in models for rule in model._meta.constraints if f'"{rule.name}"' not in source]
    assert missing == []
