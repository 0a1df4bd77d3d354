"""Answers are written down: once a wave, on a day that can be, by those who may."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from evaluation.models import Response
from evaluation.services import record_answers
from peerhub.lib.errors import Refused
from peerhub.people.consent import may
from peerhub.people.models import Consent, StateChange
from recruitment.choices import ParticipantStatus
from tests import factories as make
from tests.cast import Cast

Login = Callable[..., Client]
LONELY = {"ucla3_1": 3, "ucla3_2": None, "ucla3_3": 2}


def deed(cast: Cast, now: datetime, **more: Any) -> Response:
    usual = {"instrument": "ucla3", "wave": "start", "answers": LONELY, "answered_on": make.TODAY}
    return record_answers(cast.carla, by=cast.amina, now=now, **{**usual, **more})


def test_answers_are_stored_in_the_order_of_the_instrument(cast: Cast, now: datetime) -> None:
    response = deed(cast, now)
    assert response.answers == [3, None, 2]
    assert response.recorded_by_id == cast.amina.person_id
    change = StateChange.objects.get(subject="evaluation.response", subject_id=response.pk)
    assert change.after == "start"


def test_done_twice_is_refused(cast: Cast, now: datetime) -> None:
    deed(cast, now)
    with pytest.raises(Refused, match="recorded before"):
        deed(cast, now, answers={"ucla3_1": 1})
    assert Response.objects.get().answers == [3, None, 2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"answers": {}},
        {"answers": {"ucla3_1": 9}},
        {"instrument": "rses"},
        {"wave": "sometime"},
        {"answered_on": make.TODAY + timedelta(days=2)},
        {"answered_on": make.TODAY - timedelta(days=300)},
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, now: datetime, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        deed(cast, now, **wrong)
    assert not Response.objects.exists()


def test_a_closed_trajectory_takes_only_answers_at_the_end(cast: Cast, now: datetime) -> None:
    gone = make.a_participant(cast.north, status=ParticipantStatus.CLOSED)
    usual = {
        "instrument": "ladder",
        "answers": {"ladder_1": 3},
        "answered_on": make.TODAY,
        "by": cast.amina,
        "now": now,
    }
    with pytest.raises(Refused, match="closed"):
        record_answers(gone, wave="middle", **usual)
    assert record_answers(gone, wave="end", **usual).answers == [3]


def test_the_database_keeps_one_sheet_a_wave(cast: Cast, now: datetime) -> None:
    first = deed(cast, now)
    first.pk = None
    with pytest.raises(IntegrityError, match="response_once_a_wave"), transaction.atomic():
        first.save(force_insert=True)
    first.wave = "never"
    with pytest.raises(IntegrityError, match="response_wave_known"), transaction.atomic():
        first.save(force_insert=True)


def test_the_page_records_and_keeps_what_was_typed(cast: Cast, login: Login) -> None:
    browser = login(cast.dan)
    url = reverse("evaluation:answers", args=["north", cast.carla.pk]) + "?instrument=ucla3"
    typed = {"wave": "start", "answered_on": make.TODAY.isoformat(), "ucla3_1": "3", "ucla3_2": "2", "ucla3_3": "2"}
    assert "How often do you feel left out?" in browser.get(url).content.decode()
    assert browser.post(url, typed).status_code == 302
    assert Response.objects.get().answers == [3, 2, 2]
    again = browser.post(url, {**typed, "ucla3_1": "1"}).content.decode()
    assert "recorded before" in again
    assert re.search(r'name="ucla3_1"[^>]*value="1"[^>]*checked', again) or re.search(r'checked[^>]*value="1"', again)
    assert "score 7 (3–9)" in " ".join(again.split())


def test_only_those_who_may_record(cast: Cast, login: Login) -> None:
    url = reverse("evaluation:answers", args=["north", cast.carla.pk])
    expected = {"amina": 200, "dan": 200, "eva": 403, "ben": 403, "paul": 403, "zoe": 404}
    for name, status in expected.items():
        assert login(getattr(cast, name)).get(url).status_code == status, name
    elsewhere = reverse("evaluation:answers", args=["south", cast.carla.pk])
    assert login(cast.zoe).get(elsewhere).status_code == 404


def test_answers_are_kept_only_with_a_yes_to_evaluation(cast: Cast, now: datetime) -> None:
    person = cast.carla.person
    Consent.objects.filter(person=person, purpose="evaluation").update(withdrawn_on=make.TODAY)
    with pytest.raises(Refused, match="support does not"):
        deed(cast, now)
    assert may(person.pk, "support", today=make.TODAY), "support does not depend on it"
    make.a_consent(person, purpose="evaluation")
    assert deed(cast, now).pk
