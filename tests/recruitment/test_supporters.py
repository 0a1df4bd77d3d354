from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from peerhub.lib.errors import Refused
from peerhub.notices.models import Notice
from peerhub.people.models import Person, StateChange
from programmes.choices import Role
from programmes.models import Membership
from recruitment.choices import SupporterStatus
from recruitment.models import PeerSupporter
from recruitment.services import (
    activate_supporter,
    add_supporter,
    end_supporter,
    invite_supporter,
    pause_supporter,
    resume_supporter,
    save_supporter,
    take_on_supporter,
)
from tests import factories as make
from tests.cast import Cast
from tests.finding import query_of
from tests.sight import WALLS

Login = Callable[..., Client]


def address(name: str, *args: object) -> str:
    return reverse(f"recruitment:{name}", args=["north", *args])


def typed(**changes: Any) -> dict[str, Any]:
    """A filled-in form."""
    started_on = make.TODAY.isoformat()
    return {"first_name": "Ines", "last_name": "Silva", "started_on": started_on, "languages": ["pt"], **changes}


def test_list_filters_sorts_and_counts(cast: Cast, login: Login) -> None:
    make.a_supporter(cast.north, "Ines", status=SupporterStatus.IN_TRAINING, started_on=make.TODAY, languages=["pt"])
    client = login(cast.amina)
    assert _names(client, "") == ["Ben", "Ines"]
    assert _names(client, "?sort=newest") == ["Ines", "Ben"]
    assert _names(client, "?status=in_training") == ["Ines"]
    assert _names(client, "?language=ar") == ["Ben"]
    assert _names(client, query_of(client, address("supporters"), "ine")) == ["Ines"]
    page = client.get(address("supporters")).content.decode()
    assert "2 in all" in page
    assert "Dan Test" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_often_for_three_as_for_one(
    cast: Cast, login: Login, rows: int, django_assert_num_queries: Any
) -> None:
    Person.objects.filter(pk=cast.ben_supporter.person_id).update(postcode="4331")
    for _number in range(rows - 1):
        make.a_supporter(cast.north, supervisor=cast.ben_supporter.supervisor, postcode="4331")
    client = login(cast.amina)
    with django_assert_num_queries(WALLS + 10):
        client.get(address("supporters"))


def test_export_holds_what_is_shown(cast: Cast, login: Login) -> None:
    make.a_supporter(cast.north, "-Ines", status=SupporterStatus.IN_TRAINING)
    response = login(cast.amina).get(address("supporters_export"), {"status": "in_training"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Name", "'-Ines Test"]


def test_a_new_peer_supporter_begins_in_training(cast: Cast, login: Login) -> None:
    dan = Membership.objects.get(person_id=cast.dan.person_id)
    response = login(cast.amina).post(address("supporter_new"), typed(supervisor=dan.pk, available=["20"]))
    made = PeerSupporter.objects.get(person__first_name="Ines")
    assert response.url == address("supporter", made.pk)
    assert (made.status, made.supervisor_id, made.available) == ("in_training", dan.pk, [20])


def test_only_those_who_supervise_now_are_offered(cast: Cast, login: Login) -> None:
    ended = make.a_member(cast.north, Role.SUPERVISOR, "Former")
    Membership.objects.filter(pk=ended.pk).update(ends_on=make.TODAY)
    choices = login(cast.amina).get(address("supporter_new")).context["form"].fields["supervisor"].queryset
    assert {one.person.first_name for one in choices} == {"Amina", "Dan"}


def test_a_supervisor_of_another_programme_is_refused_and_the_rest_stays(cast: Cast, login: Login) -> None:
    zoe = Membership.objects.get(person_id=cast.zoe.person_id)
    response = login(cast.amina).post(address("supporter_new"), typed(supervisor=zoe.pk))
    assert "supervisor" in response.context["form"].errors
    assert 'value="Ines"' in response.content.decode()


def test_page_of_one_peer_supporter(cast: Cast, login: Login) -> None:
    page = login(cast.amina).get(address("supporter", cast.ben_supporter.pk)).content.decode()
    assert "Dan Test" in page
    assert "One e-mail goes to" in page
    assert reverse("matching:leave_supporter", args=["north", cast.ben_supporter.pk]) in page


def test_correcting_keeps_what_was_there(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    url = address("supporter_edit", cast.ben_supporter.pk)
    shown = client.get(url).content.decode()
    assert 'value="4" id="id_available_4" checked' in shown
    dan = cast.ben_supporter.supervisor_id
    assert f'<option value="{dan}" selected>' in shown
    assert client.post(url, typed(first_name="Benno", supervisor=dan, max_matches=2)).status_code == 302
    cast.ben_supporter.refresh_from_db()
    assert (cast.ben_supporter.max_matches, cast.ben_supporter.supervisor_id) == (2, dan)


def test_invitation_pause_and_back(cast: Cast, login: Login) -> None:
    client, pk = login(cast.amina), cast.ben_supporter.pk
    said = client.post(address("supporter_invite", pk), follow=True).content.decode()
    assert f"on its way to {cast.ben_supporter.person.email}" in said
    assert "went out today already" in client.post(address("supporter_invite", pk), follow=True).content.decode()
    assert "Paused." in client.post(address("supporter_pause", pk), follow=True).content.decode()
    assert "Active again." in client.post(address("supporter_resume", pk), follow=True).content.decode()
    assert "Nothing was changed" in client.post(address("supporter_resume", pk), follow=True).content.decode()


@pytest.mark.parametrize("name", ["supporter_invite", "supporter_pause", "supporter_resume"])
def test_reading_the_address_of_a_deed_does_nothing(cast: Cast, login: Login, name: str) -> None:
    response = login(cast.amina).get(address(name, cast.ben_supporter.pk))
    assert response.url == address("supporter", cast.ben_supporter.pk)
    assert not StateChange.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        *("supporters", "supporters_export", "supporter_new", "supporter", "supporter_edit"),
        *("supporter_invite", "supporter_pause", "supporter_resume"),
    ],
)
def test_strangers_and_peer_supporters_stay_outside(cast: Cast, login: Login, name: str) -> None:
    args = [] if name in ("supporters", "supporters_export", "supporter_new") else [cast.ben_supporter.pk]
    for method in ("get", "post"):
        assert getattr(login(cast.zoe), method)(address(name, *args)).status_code == 404
        assert getattr(login(cast.ben), method)(address(name, *args)).status_code == 403


def test_peer_supporters_of_another_programme_are_not_found(cast: Cast, login: Login) -> None:
    other = make.a_supporter(cast.south, "Sam")
    assert login(cast.amina).get(address("supporter", other.pk)).status_code == 404


# -- The deeds ------------------------------------------------------------------------------------------------------


def test_add_supporter_twice_is_refused(cast: Cast, now: datetime) -> None:
    person = make.a_person(cast.north)
    add_supporter(programme=cast.north, person=person, started_on=make.TODAY, by=cast.amina, now=now)
    with pytest.raises(Refused, match="already is a peer supporter"):
        add_supporter(programme=cast.north, person=person, started_on=make.TODAY, by=cast.amina, now=now)


def test_take_on_supporter_uses_a_person_the_programme_knows(cast: Cast, now: datetime) -> None:
    person = cast.carla.person
    known = {"first_name": person.first_name, "last_name": person.last_name, "email": person.email}
    made = take_on_supporter(programme=cast.north, person_fields=known, started_on=make.TODAY, by=cast.amina, now=now)
    assert made.person_id == person.pk
    with pytest.raises(Refused, match="already is a peer supporter"):
        take_on_supporter(programme=cast.north, person_fields=known, started_on=make.TODAY, by=cast.amina, now=now)


def test_activate_supporter_gives_the_role_once(cast: Cast, now: datetime) -> None:
    row = make.a_supporter(cast.north, status=SupporterStatus.IN_TRAINING)
    activate_supporter(row, by=cast.amina, now=now)
    assert Membership.objects.current().filter(person=row.person, role=Role.PEER_SUPPORTER).count() == 1
    with pytest.raises(Refused):
        activate_supporter(row, by=cast.amina, now=now)


def test_pause_twice_and_resume_twice_are_refused(cast: Cast, now: datetime) -> None:
    pause_supporter(cast.ben_supporter, by=cast.amina, now=now)
    with pytest.raises(Refused):
        pause_supporter(cast.ben_supporter, by=cast.amina, now=now)
    resume_supporter(cast.ben_supporter, by=cast.amina, now=now)
    with pytest.raises(Refused):
        resume_supporter(cast.ben_supporter, by=cast.amina, now=now)


def test_nobody_in_training_becomes_active_or_paused_without_a_certificate(cast: Cast, now: datetime) -> None:
    row = make.a_supporter(cast.north, status=SupporterStatus.IN_TRAINING)
    for deed in (resume_supporter, pause_supporter):
        with pytest.raises(Refused):
            deed(row, by=cast.amina, now=now)


def test_end_supporter_takes_the_role_and_is_done_once(cast: Cast, now: datetime) -> None:
    row = make.a_supporter(cast.north)
    end_supporter(row, by=cast.amina, now=now, reason="moved")
    assert (row.status, row.ended_on) == ("ended", make.TODAY)
    assert not Membership.objects.current().filter(person=row.person).exists()
    with pytest.raises(Refused):
        end_supporter(row, by=cast.amina, now=now)


def test_invitation_is_one_message_a_day_and_gives_a_login(cast: Cast, now: datetime) -> None:
    row = make.a_supporter(cast.north)
    invite_supporter(row, by=cast.amina, now=now)
    row.person.refresh_from_db()
    assert row.person.user is not None
    with pytest.raises(Refused, match="today already"):
        invite_supporter(row, by=cast.amina, now=now)
    assert Notice.objects.filter(recipient=row.person).count() == 1
    invite_supporter(row, by=cast.amina, now=now + timedelta(days=1))
    assert Notice.objects.filter(recipient=row.person).count() == 2


def test_invitation_in_training_without_address_or_with_a_shared_one_is_refused(cast: Cast, now: datetime) -> None:
    learner = make.a_supporter(cast.north, status=SupporterStatus.IN_TRAINING)
    silent = make.a_supporter(cast.north, person=make.a_person(cast.north, email=""))
    shared = make.a_supporter(cast.north, person=make.a_person(cast.north, email=cast.ben_supporter.person.email))
    for row, sentence in ((learner, "certificate"), (silent, "no e-mail address"), (shared, "logs in with this")):
        with pytest.raises(Refused, match=sentence):
            invite_supporter(row, by=cast.amina, now=now)
    assert not Notice.objects.exists()


def test_save_supporter_refuses_days_that_do_not_fit(cast: Cast, now: datetime) -> None:
    row = make.a_supporter(cast.north, status=SupporterStatus.ENDED, ended_on=make.TODAY - timedelta(days=9))
    with pytest.raises(Refused, match="does not fit"):
        save_supporter(row, person_fields={"first_name": "New"}, started_on=make.TODAY, by=cast.amina, now=now)


def _names(client: Client, filters: str) -> list[str]:
    response = client.get(address("supporters") + filters)
    return [row.person.first_name for row in response.context["rows"]]


def test_what_matching_asks_is_written_down_and_read_back(cast: Cast, login: Login) -> None:
    browser = login(cast.amina)
    supporter = make.a_supporter(cast.north, "Noor", languages=["nl"])
    page_of = f"/p/north/supporters/{supporter.pk}/"
    filled = {
        "first_name": "Noor", "started_on": str(make.TODAY), "languages": ["ar"], "languages_little": ["nl"],
        "offers": ["one_to_one", "group"], "group_places": "6", "interests": ["cooking", "music"],
        "travel_mode": "car", "wishes_age": "older", "placement_ends_on": str(make.TODAY + timedelta(days=90)),
        "vetting_passed": "True", "vetting_seen_on": str(make.TODAY), "vetting_until_on": "",
    }  # fmt: skip
    assert browser.post(f"{page_of}edit/", filled).status_code == 302
    supporter.refresh_from_db()
    assert (supporter.offers, supporter.group_places, supporter.travel_mode) == (["one_to_one", "group"], 6, "car")
    assert (supporter.vetting_passed, supporter.vetting_seen_on) == (True, make.TODAY)
    assert supporter.person.languages == ["ar", "nl"]
    page = browser.get(page_of).content.decode()
    for words in ("Dutch (a little)", "by car", "a group with a leader", "cooking, music", "in order"):
        assert words in page
    form = browser.get(f"{page_of}edit/").context["form"]
    assert form["vetting_passed"].value() == "True"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"vetting_passed": "True"}, "vetting_seen_on"),
        ({"vetting_seen_on": str(make.TODAY)}, "vetting_seen_on"),
        ({"vetting_until_on": str(make.TODAY)}, "vetting_until_on"),
        ({"vetting_passed": "False", "vetting_seen_on": str(make.TODAY + timedelta(days=1))}, "vetting_seen_on"),
    ],
)
def test_a_certificate_of_conduct_has_a_day_and_a_result(
    cast: Cast, login: Login, typed: dict[str, str], field: str
) -> None:
    browser = login(cast.amina)
    supporter = make.a_supporter(cast.north, "Noor")
    filled = {"first_name": "Noor", "started_on": str(make.TODAY), **typed}
    answer = browser.post(f"/p/north/supporters/{supporter.pk}/edit/", filled)
    assert list(answer.context["form"].errors) == [field]
