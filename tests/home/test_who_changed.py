"""Who changed what in somebody's file: the history of the database in words, within what the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from matching.services import log_visit
from peerhub.home.who_changed import lines_about, lines_in_words
from peerhub.lib import walls
from peerhub.people.choices import Purpose
from peerhub.people.models import Look, Person
from peerhub.people.services import make_link
from recruitment.models import Participant
from tests import factories as make
from tests.cast import Cast

Login = Callable[..., Client]


def test_a_correction_says_who_what_and_why(cast: Cast, login: Login) -> None:
    carla = cast.carla.person
    walls.narrow(cast.north.pk, person=cast.amina.person_id, deed="recruitment:participant_edit")
    walls.because("she called")
    Person.objects.filter(pk=carla.pk).update(phone="0612345678")
    Participant.objects.filter(pk=cast.carla.pk).update(remarks="fled from him")
    lines = lines_in_words(lines_about(carla, cast.amina)[:2], cast.amina, zone="UTC")
    remarks, phone = lines
    assert [(one.name, one.before, one.after) for one in phone.changes] == [("Phone", "—", "0612345678")]
    assert (phone.by, phone.reason, phone.deed) == ("Amina Test", "she called", "Correct what is written")
    assert [(one.name, one.is_told) for one in remarks.changes] == [("Remarks", False)]
    page = login(cast.amina).get(f"/p/north/people/{carla.pk}/changes/").content.decode()
    assert "0612345678" in page
    assert "fled from him" not in page
    assert Look.objects.get(person=carla).kind == "history"


def test_what_the_holder_of_a_link_does_says_so(cast: Cast) -> None:
    make_link(purpose=Purpose.SEE_MY_FILE, person=cast.carla.person, by=cast.amina, now=timezone.now())
    walls.narrow(cast.north.pk, person=cast.carla.person_id, deed="home:link_file by link")
    Person.objects.filter(pk=cast.carla.person_id).update(phone="0612345678")
    line = lines_in_words(lines_about(cast.carla.person, cast.amina)[:1], cast.amina, zone="UTC")[0]
    assert line.by == "Carla Test, by one-time link"


def test_nobody_reads_more_history_than_rows(cast: Cast) -> None:
    held = {"outcome": "held", "occurred_on": make.TODAY, "minutes": 60, "place": "home", "note": "tea"}
    log_visit(cast.match, client_id=uuid4(), **held, by=cast.ben, now=timezone.now())  # type: ignore[arg-type]  # named as it takes them
    tables = {
        who: set(lines_about(cast.carla.person, member).values_list("table_name", flat=True))
        for who, member in (("amina", cast.amina), ("paul", cast.paul), ("ben", cast.ben), ("zoe", cast.zoe))
    }
    assert "matching_visit" in tables["amina"]
    assert "matching_visit" not in tables["paul"], "a professional reads no visit"
    assert "recruitment_participant" in tables["paul"]
    assert tables["ben"] == tables["zoe"] == set()


def test_lists_are_told_in_words(cast: Cast) -> None:
    walls.narrow(cast.north.pk, person=cast.amina.person_id, deed="recruitment:participant_edit")
    Participant.objects.filter(pk=cast.carla.pk).update(available=[5, 20])
    (line,) = lines_in_words(lines_about(cast.carla.person, cast.amina)[:1], cast.amina, zone="UTC")
    told = {one.name: one.after for one in line.changes}
    assert told["Usually free"] == "Tuesday evening, Sunday evening"
