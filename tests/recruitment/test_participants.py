from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Match
from peerhub.lib.errors import Refused
from peerhub.people.models import Person, StateChange
from programmes.models import Place
from recruitment.choices import ParticipantStatus
from recruitment.models import Participant
from recruitment.services import add_participant, close_participant, save_participant
from tests import factories as make
from tests.cast import Cast
from tests.finding import query_of
from tests.sight import WALLS

Login = Callable[..., Client]
NOOR = {"first_name": "Noor", "last_name": "Bakker", "email": "noor@example.org"}


def address(name: str, *args: object) -> str:
    return reverse(f"recruitment:{name}", args=["north", *args])


def typed(**changes: Any) -> dict[str, Any]:
    """A filled-in form."""
    when = {"registered_on": make.TODAY.isoformat(), "available": ["0", "4"]}
    return {**NOOR, **when, "channel": "self", "languages": ["nl", "ar"], **changes}


def test_list_says_who_waits_and_for_how_long(cast: Cast, login: Login) -> None:
    where = {"postcode": "4331", "name": "Middelburg", "latitude": 51, "longitude": 3}
    Place.objects.create(organisation=cast.north.organisation, **where)
    make.a_participant(cast.north, "Dora", languages=["ti"], postcode="4331", request_for_help="papers")
    page = login(cast.amina).get(address("participants")).content.decode()
    for words in ("Dora Test", "Tigrinya", "4331 Middelburg", "30 days", "papers", "2 in all"):
        assert words in page


def test_list_puts_the_longest_waiting_first_and_the_others_behind(cast: Cast, login: Login) -> None:
    make.a_participant(cast.north, "Early", registered_on=make.TODAY - timedelta(days=90))
    make.a_participant(cast.north, "Late", registered_on=make.TODAY)
    make.a_participant(cast.north, "Gone", status="closed", registered_on=make.TODAY - timedelta(days=200))
    client = login(cast.amina)
    assert _names(client, "") == ["Early", "Late", "Carla", "Gone"]
    assert _names(client, "?sort=newest") == ["Late", "Carla", "Early", "Gone"]
    assert _names(client, "?sort=name") == ["Carla", "Early", "Gone", "Late"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("?status=waiting", ["Dora", "Emi"]),
        ("?status=supported", ["Carla"]),
        ("?language=ar", ["Carla"]),
        ("?wish=woman", ["Emi"]),
        ("?wish=older", ["Emi"]),
        ("?wish=none", ["Dora", "Carla"]),
        ("?status=nonsense", ["Dora", "Emi", "Carla"]),
    ],
)
def test_filters_stand_in_the_address(cast: Cast, login: Login, filters: str, found: list[str]) -> None:
    make.a_participant(cast.north, "Dora", languages=["ti"])
    make.a_participant(cast.north, "Emi", wishes_gender="woman", wishes_age="older")
    assert _names(login(cast.amina), filters) == found


def test_words_are_kept_and_the_address_gets_a_key(cast: Cast, login: Login) -> None:
    make.a_participant(cast.north, "Dora", languages=["ti"])
    make.a_participant(cast.north, "Emi", wishes_gender="woman", wishes_age="older")
    client = login(cast.amina)
    assert _names(client, query_of(client, address("participants"), "dor tes")) == ["Dora"]


def test_pages_of_25_with_the_total(cast: Cast, login: Login) -> None:
    for _number in range(30):
        make.a_participant(cast.north)
    response = login(cast.amina).get(address("participants"), {"page": 2, "status": "waiting"})
    assert len(response.context["rows"]) == 5
    assert "30 in all" in response.content.decode()
    assert "?status=waiting&amp;page=1" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_often_for_three_as_for_one(
    cast: Cast, login: Login, rows: int, django_assert_num_queries: Any
) -> None:
    Person.objects.filter(pk=cast.carla.person_id).update(postcode="4331")
    for _number in range(rows - 1):
        make.a_participant(cast.north, languages=["nl"], postcode="4331")
    client = login(cast.amina)
    with django_assert_num_queries(WALLS + 11):
        client.get(address("participants"))


def test_export_holds_what_is_shown_and_no_formula(cast: Cast, login: Login) -> None:
    make.a_participant(cast.north, "=cmd|calc", request_for_help="@SUM(1)", languages=["nl"])
    response = login(cast.amina).get(address("participants_export"), {"status": "waiting"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Disposition"].endswith('.csv"')
    assert len(rows) == 2
    assert rows[1][0] == "'=cmd|calc Test"
    assert rows[1][3:6] == [(make.TODAY - timedelta(days=30)).isoformat(), "30", "waiting"]
    assert rows[1][6] == "'@SUM(1)"


def test_a_new_participant_comes_on_the_waiting_list_and_is_asked_first(cast: Cast, login: Login) -> None:
    client, told = login(cast.amina), typed(phone="06 12345678", postcode="4331 ab", request_for_help="debts")
    response = client.post(address("participant_new"), told)
    made = Participant.objects.get(person__first_name="Noor")
    assert response.url == address("consent_ask", made.person_id, "support")
    assert (made.status, made.available, made.request_for_help) == (ParticipantStatus.WAITING, [], "")
    assert (made.person.phone, made.person.languages, made.person.postcode) == ("+31612345678", ["nl", "ar"], "")
    make.a_consent(made.person)
    client.post(address("participant_edit", made.pk), told)
    made.refresh_from_db()
    assert (made.available, made.request_for_help, made.person.postcode) == ([0, 4], "debts", "4331 AB")


def test_an_error_keeps_everything_that_was_typed(cast: Cast, login: Login) -> None:
    response = login(cast.amina).post(address("participant_new"), typed(phone="12", languages=["nl", "vi"]))
    page = response.content.decode()
    assert "is no telephone number that works" in page
    assert "+31 6" in page
    assert 'value="Noor"' in page
    assert 'value="vi" id="id_languages_24" checked' in page
    assert not Participant.objects.filter(person__first_name="Noor").exists()


def test_age_limits_name_the_guardian(cast: Cast, login: Login) -> None:
    child = make.TODAY - timedelta(days=15 * 365)
    page = login(cast.amina).post(address("participant_new"), typed(born_on=child.isoformat())).content.decode()
    assert "talk with the guardian" in page


def test_upper_age_counts_on_the_day_of_registration(cast: Cast, login: Login) -> None:
    cast.north.max_age = 30
    cast.north.save()
    born_on = make.TODAY.replace(year=make.TODAY.year - 31, day=1)
    client = login(cast.amina)
    refused = client.post(address("participant_new"), typed(born_on=born_on.isoformat()))
    assert "up to 30 years" in refused.content.decode()
    two_years_ago = (make.TODAY - timedelta(days=730)).isoformat()
    client.post(address("participant_new"), typed(born_on=born_on.isoformat(), registered_on=two_years_ago))
    assert Participant.objects.filter(person__first_name="Noor").exists()


@pytest.mark.parametrize(
    ("field", "value"), [("registered_on", make.TODAY + timedelta(days=1)), ("born_on", make.TODAY + timedelta(days=1))]
)
def test_days_to_come_are_refused(cast: Cast, login: Login, field: str, value: Any) -> None:
    response = login(cast.amina).post(address("participant_new"), typed(**{field: value.isoformat()}))
    assert field in response.context["form"].errors


def test_somebody_twice_is_refused_and_the_form_stays(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    client.post(address("participant_new"), typed())
    page = client.post(address("participant_new"), typed()).content.decode()
    assert "already is a participant here" in page
    assert 'value="Noor"' in page
    assert Person.objects.filter(first_name="Noor").count() == 1


def test_page_of_one_participant(cast: Cast, login: Login) -> None:
    row = make.a_participant(cast.north, "Dora", safe_contact="letters", request_for_help="papers", available=[4])
    page = login(cast.amina).get(address("participant", row.pk)).content.decode()
    assert "Do not contact by: letters" in page
    assert reverse("matching:candidates", args=["north", row.pk]) in page
    assert reverse("matching:leave_participant", args=["north", row.pk]) in page


def test_correcting_is_written_down(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    shown = client.get(address("participant_edit", cast.carla.pk)).content.decode()
    assert 'value="Carla"' in shown
    changed = typed(first_name="Carola", wishes_gender="woman")
    assert client.post(address("participant_edit", cast.carla.pk), changed).status_code == 302
    cast.carla.refresh_from_db()
    assert (cast.carla.person.first_name, cast.carla.wishes_gender) == ("Carola", "woman")
    page = client.get(address("participant", cast.carla.pk)).content.decode()
    assert "Corrected" in page
    assert "Amina Test" in page


@pytest.mark.parametrize(
    "name", ["participants", "participants_export", "participant", "participant_new", "participant_edit"]
)
def test_strangers_and_peer_supporters_stay_outside(cast: Cast, login: Login, name: str) -> None:
    args = [cast.carla.pk] if name in ("participant", "participant_edit") else []
    assert login(cast.zoe).get(address(name, *args)).status_code == 404
    assert login(cast.ben).get(address(name, *args)).status_code == 403
    assert login(cast.eva).get(address(name, *args)).status_code == 403


def test_professionals_read_and_do_not_write(cast: Cast, login: Login) -> None:
    client = login(cast.paul)
    assert client.get(address("participants")).status_code == 200
    assert address("participant_new") not in client.get(address("participants")).content.decode()
    assert client.post(address("participant_new"), typed()).status_code == 403


def test_participants_of_another_programme_are_not_found(cast: Cast, login: Login) -> None:
    other = make.a_participant(cast.south, "Sam")
    assert login(cast.amina).get(address("participant", other.pk)).status_code == 404


# -- The deeds ------------------------------------------------------------------------------------------------------


def _add(cast: Cast, now: datetime, **changes: Any) -> Participant:
    fields = {**NOOR, **changes}
    return add_participant(programme=cast.north, person_fields=fields, registered_on=make.TODAY, by=cast.amina, now=now)


def test_add_participant_writes_the_beginning_down(cast: Cast, now: datetime) -> None:
    row = _add(cast, now)
    change = StateChange.objects.of(row).get()
    assert (change.before, change.after, change.by_id) == ("", "waiting", cast.amina.person_id)


def test_add_participant_done_twice_is_refused(cast: Cast, now: datetime) -> None:
    _add(cast, now)
    with pytest.raises(Refused, match="already is a participant"):
        _add(cast, now, first_name="NOOR")


def test_somebody_who_left_may_come_back_as_the_same_person(cast: Cast, now: datetime) -> None:
    first = _add(cast, now)
    close_participant(first, closing_reason="moved away", by=cast.amina, now=now)
    again = _add(cast, now)
    assert again.person_id == first.person_id


def test_close_participant_and_twice(cast: Cast, now: datetime) -> None:
    row = _add(cast, now)
    close_participant(row, closing_reason="found a job", by=cast.amina, now=now)
    assert (row.status, row.closed_on, row.closing_reason) == ("closed", make.TODAY, "found a job")
    with pytest.raises(Refused):
        close_participant(row, closing_reason="again", by=cast.amina, now=now)


def test_close_participant_who_is_supported_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="Close the match first"):
        close_participant(cast.carla, closing_reason="x", by=cast.amina, now=now)


def test_save_participant_refuses_days_that_do_not_fit(cast: Cast, now: datetime) -> None:
    row = make.a_participant(cast.north, status="closed", closed_on=make.TODAY - timedelta(days=5))
    with pytest.raises(Refused, match="does not fit"):
        save_participant(row, person_fields={"first_name": "New"}, registered_on=make.TODAY, by=cast.amina, now=now)
    assert Person.objects.get(pk=row.person_id).first_name != "New"


def _names(client: Client, filters: str) -> list[str]:
    response = client.get(address("participants") + filters)
    return [row.person.first_name for row in response.context["rows"]]


def test_the_last_visit_held_stands_on_both_lists_and_in_their_tables(cast: Cast, login: Login) -> None:
    held_on = make.TODAY - timedelta(days=16)
    Match.objects.filter(pk=cast.match.pk).update(last_held_on=held_on)
    ended = make.a_match(cast.north, participant=make.a_participant(cast.north, "Nora"))
    Match.objects.filter(pk=ended.pk).update(last_held_on=None)
    amina = login(cast.amina)
    for name, person in (("participants", cast.carla.person), ("supporters", cast.ben_supporter.person)):
        answer = amina.get(address(name))
        said = {shown.person.pk: (shown.last_visit_on, shown.visited) for shown in answer.context["rows"]}
        assert said[person.pk] == (held_on, "16 days ago")
        assert "16 days ago" in answer.content.decode()
        assert (None, "") in said.values()
        assert held_on.isoformat() in amina.get(address(f"{name}_export")).content.decode()
