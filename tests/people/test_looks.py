"""Who looked at whose file is written down, once per request and person, and stays."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, transaction

from peerhub.people.choices import Reading
from peerhub.people.models import Look
from peerhub.people.services import record_looks
from tests.cast import Cast


def test_record_looks(cast: Cast, now: datetime) -> None:
    carla, ben = cast.carla.person_id, cast.ben.person_id
    record_looks([carla, ben, carla], kind=Reading.EXPORT, by=cast.amina, now=now, deed="recruitment:export")
    found = Look.objects.visible_to(cast.amina)
    assert {(look.person_id, look.kind, look.by_id, look.by_name) for look in found} == {
        (carla, "export", cast.amina.person_id, "Amina Test"),
        (ben, "export", cast.amina.person_id, "Amina Test"),
    }
    assert [look.person_id for look in Look.objects.visible_to(cast.ben)] == [ben], "what concerns himself"
    assert not Look.objects.visible_to(cast.zoe).exists()


def test_looking_twice_is_two_looks_and_at_oneself_none(cast: Cast, now: datetime) -> None:
    for _time in range(2):
        record_looks([cast.carla.person_id, cast.amina.person_id], kind=Reading.FILE, by=cast.amina, now=now)
    assert [look.person_id for look in Look.objects.all()] == [cast.carla.person_id] * 2


@pytest.mark.parametrize("done", ["update", "delete"])
def test_what_was_written_stays(cast: Cast, now: datetime, done: str) -> None:
    record_looks([cast.carla.person_id], kind=Reading.FILE, by=cast.amina, now=now)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Look.objects.all().update(by_name="somebody else") if done == "update" else Look.objects.all().delete()
