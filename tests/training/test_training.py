from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from peerhub.lib.errors import Refused
from programmes.choices import Role
from programmes.models import Membership
from recruitment.choices import SupporterStatus
from recruitment.models import PeerSupporter
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.sight import WALLS
from training.models import Certificate
from training.services import award_certificate, award_certificates

Login = Callable[..., Client]
YESTERDAY = make.TODAY - timedelta(days=1)


def address(name: str = "training", *args: object) -> str:
    return reverse(f"training:{name}", args=["north", *args])


def a_learner(cast: Cast, name: str = "", **fields: Any) -> PeerSupporter:
    """Somebody in training."""
    return make.a_supporter(cast.north, name, status=SupporterStatus.IN_TRAINING, **fields)


def given_by_tess(cast: Cast) -> Certificate:
    """Ben's certificate, given by the trainer."""
    Certificate.objects.filter(supporter=cast.ben_supporter).update(assessed_by=cast.tess.person_id)
    return Certificate.objects.get(supporter=cast.ben_supporter)


def test_page_lists_learners_and_certificates(cast: Cast, login: Login) -> None:
    given_by_tess(cast)
    a_learner(cast, "Ines")
    page = login(cast.tess).get(address()).content.decode()
    assert "Ines Test" in page
    assert f"T-{cast.ben_supporter.pk}" in page
    assert "the latest 1 of 1" in page


def test_empty_page_says_why(cast: Cast, login: Login) -> None:
    assert "Nobody is in training" in login(cast.tess).get(address()).content.decode()


def test_a_trainer_sees_the_certificates_she_gave(cast: Cast, login: Login) -> None:
    certificate = Certificate.objects.get(supporter=cast.ben_supporter)
    pages = (address(), address("certificate", certificate.pk))
    assert "Ben Test" not in login(cast.tess).get(pages[0]).content.decode()
    assert login(cast.tess).get(pages[1]).status_code == 404  # not found
    for page in pages:
        assert "Ben Test" in login(cast.dan).get(page).content.decode()  # who keeps the files sees all
    given_by_tess(cast)
    for page in pages:
        assert "Ben Test" in login(cast.tess).get(page).content.decode()


def test_search_finds_names_and_numbers(cast: Cast, login: Login) -> None:
    given_by_tess(cast)
    a_learner(cast, "Ines")
    client = login(cast.tess)
    response = client.get(found_at(client, address(), f"T-{cast.ben_supporter.pk}"))
    assert len(response.context["certificates"]) == 1
    assert not response.context["page_obj"].object_list


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_database_as_often_for_three_as_for_one(
    cast: Cast, login: Login, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows):
        a_learner(cast)
        make.a_supporter(cast.north)
    client = login(cast.tess)
    with django_assert_num_queries(WALLS + 9):
        client.get(address())


def test_several_are_certified_at_once(cast: Cast, login: Login) -> None:
    ines, omar, wait = a_learner(cast, "Ines"), a_learner(cast, "Omar"), a_learner(cast, "Wait")
    typed = {"supporters": [ines.pk, omar.pk], "awarded_on": YESTERDAY.isoformat()}
    said = login(cast.tess).post(address(), typed, follow=True).content.decode()
    assert "2 people are certified." in said
    certified = Certificate.objects.filter(awarded_on=YESTERDAY).values_list("supporter", flat=True)
    assert set(certified) == {ines.pk, omar.pk}
    wait.refresh_from_db()
    assert wait.status == SupporterStatus.IN_TRAINING


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"supporters": []}, "Tick those who passed"),
        ({"awarded_on": (make.TODAY + timedelta(days=1)).isoformat()}, "has not come yet"),
        ({"awarded_on": ""}, "This field is required"),
    ],
)
def test_errors_keep_the_ticks(cast: Cast, login: Login, change: dict[str, Any], sentence: str) -> None:
    ines = a_learner(cast, "Ines")
    typed = {"supporters": [ines.pk], "awarded_on": YESTERDAY.isoformat(), **change}
    page = login(cast.tess).post(address(), typed).content.decode()
    assert sentence in page
    assert (f'id="tick-{ines.pk}" checked' in page) == bool(typed["supporters"])
    assert Certificate.objects.count() == 1


def test_who_may_read_and_who_may_assess(cast: Cast, login: Login) -> None:
    ines = a_learner(cast, "Ines")
    assert login(cast.dan).get(address()).status_code == 200
    typed = {"supporters": [ines.pk], "awarded_on": YESTERDAY.isoformat()}
    assert login(cast.dan).post(address(), typed).status_code == 403
    other = make.a_supporter(cast.south, status=SupporterStatus.IN_TRAINING)
    response = login(cast.tess).post(address(), {**typed, "supporters": [other.pk]})
    assert "supporters" in response.context["form"].errors


def test_certificate_can_be_printed(cast: Cast, login: Login) -> None:
    certificate = given_by_tess(cast)
    page = login(cast.tess).get(address("certificate", certificate.pk)).content.decode()
    assert "Ben Test" in page
    assert certificate.number in page
    assert "data-print" in page


@pytest.mark.parametrize("name", ["training", "certificate"])
def test_strangers_and_peer_supporters_stay_outside(cast: Cast, login: Login, name: str) -> None:
    args = [Certificate.objects.get(supporter=cast.ben_supporter).pk] if name == "certificate" else []
    assert login(cast.zoe).get(address(name, *args)).status_code == 404
    assert login(cast.ben).get(address(name, *args)).status_code == 403


def test_certificate_of_another_programme_is_not_found(cast: Cast, login: Login) -> None:
    other = make.a_supporter(cast.south).certificates.get()
    assert login(cast.tess).get(address("certificate", other.pk)).status_code == 404


# -- The deeds ------------------------------------------------------------------------------------------------------


def test_award_makes_an_active_member(cast: Cast, now: datetime) -> None:
    row = a_learner(cast)
    certificate = award_certificate(row, awarded_on=make.TODAY, by=cast.tess, now=now)
    assert (row.status, certificate.assessed_by_id) == ("active", cast.tess.person_id)
    assert Membership.objects.current().filter(person=row.person, role=Role.PEER_SUPPORTER).exists()


def test_award_twice_is_refused(cast: Cast, now: datetime) -> None:
    row = a_learner(cast)
    award_certificate(row, awarded_on=make.TODAY, by=cast.tess, now=now)
    with pytest.raises(Refused, match="already has a certificate"):
        award_certificate(row, awarded_on=make.TODAY, by=cast.tess, now=now)


def test_award_to_somebody_who_stopped_changes_nothing(cast: Cast, now: datetime) -> None:
    row = make.a_supporter(cast.north, status=SupporterStatus.ENDED)
    with pytest.raises(Refused):
        award_certificate(row, awarded_on=make.TODAY, by=cast.tess, now=now)
    assert not row.certificates.exists()


def test_award_on_a_day_to_come_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="has not come yet"):
        award_certificate(a_learner(cast), awarded_on=make.TODAY + timedelta(days=1), by=cast.tess, now=now)


def test_several_are_all_certified_or_none(cast: Cast, now: datetime) -> None:
    learner = a_learner(cast)
    with pytest.raises(Refused):
        award_certificates([learner, cast.ben_supporter], awarded_on=make.TODAY, by=cast.tess, now=now)
    assert not learner.certificates.exists()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("certificate_one_valid", {}),
        ("certificate_days", {"revoked_on": YESTERDAY}),
        ("certificate_sessions", {"revoked_on": make.TODAY, "sessions_attended": 8}),
        ("training_certificate_number", {"revoked_on": make.TODAY, "number": "same"}),
    ],
)
def test_the_database_refuses(cast: Cast, constraint: str, fields: dict[str, Any]) -> None:
    Certificate.objects.filter(supporter=cast.ben_supporter).update(number="same")
    row = {"supporter": cast.ben_supporter, "number": "other", "awarded_on": make.TODAY, **fields}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Certificate.objects.create(programme=cast.north, **row)
