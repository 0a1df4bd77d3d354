"""History by trigger: whoever writes, and however, it is written down; nobody on the web's side can change it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from matching.choices import MATCH_MOVES, MatchStatus
from matching.models import PairingRun, Visit
from peerhub.lib import walls
from peerhub.lib.privacy import classified
from peerhub.people.models import History, Person
from peerhub.people.services import move
from tests import factories as make
from tests.cast import Cast
from tests.house.tree import our_models, told

pytestmark = pytest.mark.django_db
# Tables without triggers, each with the reason.
NOT_KEPT = {
    "people_statechange": "history itself, only ever added to",
    "people_history": "history itself, written by triggers",
    "people_draft": "written with every pause in typing, read by nobody else, gone after a week",
    "people_look": "who looked, only ever added to",
}
TRIGGERS = """
    SELECT c.relname, t.tgname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgname LIKE 'history_%' AND t.tgenabled = 'O'
"""


def lines(row: Any) -> list[History]:
    """The history of a row, oldest first."""
    return list(reversed(History.objects.of(row)))


def kinds(table: str) -> dict[str, int]:
    """How many lines of each kind a table has."""
    found: dict[str, int] = {}
    for kind in History.objects.filter(table_name=table).values_list("kind", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return found


def people(cast: Cast, count: int) -> list[Person]:
    return Person.objects.bulk_create(
        [Person(programme_id=cast.north.pk, first_name=f"Bulk{number}") for number in range(count)]
    )


def test_many_rows_are_paired_at_once() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, proconfig, prosrc FROM pg_proc WHERE proname LIKE 'history_of_%'")
        for name, settings, source in cursor.fetchall():
            assert "enable_nestloop=off" in settings, name
            assert "USING (id) OFFSET 0) j" in source, name


def test_every_model_with_personal_data_has_history() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        found = {(table, name): source for table, name, source in cursor.fetchall()}
    problems = []
    for model in our_models():
        known, table = classified(model), model._meta.db_table
        if table in NOT_KEPT or not (known.personal or known.sensitive):
            continue
        problems += [
            f'{model._meta.label}: no history of {kind}; add walls.Wall("{table}", quiet=[…]) to a migration'
            for kind in ("insert", "update", "delete") if (table, f"history_{kind}") not in found
        ]  # fmt: skip
        columns = {
            str(getattr(model._meta.get_field(name), "column", "")) for name in known.sensitive
            if model._meta.get_field(name).concrete and not model._meta.get_field(name).many_to_many
        }  # fmt: skip
        source = found.get((table, "history_update"), "")
        loud = [name for name in sorted(columns) if f"'{name}'" not in source.partition("BEGIN")[0]]
        problems += [f"{model._meta.label}.{name} is sensitive: name it in quiet=[…] of its Wall" for name in loud]
    told(problems, "Who changed what is written down by the database, and what is sensitive is not written down twice.")


def test_of_large_columns_only_that_they_changed_is_kept_and_they_never_become_json(cast: Cast) -> None:
    many = PairingRun.objects.bulk_create(
        PairingRun(programme=cast.north, result={"pairs": [number]}, status="running") for number in range(3)
    )
    run, other, _untouched = many
    PairingRun.objects.filter(pk=run.pk).update(
        result={"pairs": [1, 2]}, inputs=b"numbers", inputs_hash="x", progress=9
    )
    PairingRun.objects.filter(pk=run.pk).update(progress=10)
    PairingRun.objects.filter(pk=run.pk).update(inputs=b"others")
    PairingRun.objects.filter(pk__in=[other.pk, run.pk]).update(result={"pairs": [1, 2]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'history_of_matching_pairingrun'")
        (source,) = cursor.fetchone()
    assert "to_jsonb(n)" not in source
    said = [line.changes for line in lines(run)]
    first = {"result": None, "inputs": None, "inputs_hash": ["", "x"], "progress": [100, 9]}
    assert said == [{}, first, {"progress": [9, 10]}, {"inputs": None}], "the same result again is no change"
    assert [line.changes for line in lines(other)] == [{}, {"result": None}]
    key = other.pk
    other.delete()
    gone = History.objects.get(table_name="matching_pairingrun", row_id=key, kind="DELETE").changes
    assert gone
    assert gone["status"] == "running"
    assert not {"result", "inputs"} & set(gone)


def test_every_way_of_writing_is_written_down(cast: Cast, record_property: Any) -> None:
    counted: dict[str, dict[str, int]] = {}
    before = kinds("people_person")

    def told_by(way: str) -> None:
        now = kinds("people_person")
        counted[way] = {kind: now[kind] - before.get(kind, 0) for kind in now if now[kind] != before.get(kind, 0)}
        before.update(now)

    one = make.a_person(cast.north, "Single")
    told_by("save, new")
    one.last_name = "Changed"
    one.save()
    told_by("save, changed")
    many = people(cast, 300)
    told_by("bulk_create of 300")
    Person.objects.filter(pk__in=[row.pk for row in many]).update(postcode="2525")
    told_by("queryset.update of 300")
    Person.objects.filter(pk__in=[row.pk for row in many]).update(postcode="2525")
    told_by("the same again")
    for row in many:
        row.phone = "1"
    Person.objects.bulk_update(many, ["phone"])
    told_by("bulk_update of 300")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET last_name = 'raw' WHERE first_name LIKE 'Bulk%'")
        told_by("raw UPDATE of 300")
        cursor.execute(
            "INSERT INTO people_person (programme_id, first_name, last_name, email, phone, gender, languages,"
            " languages_little, postcode)"
            " SELECT %s, 'Raw', '', '', '', '', '{}', '{}', '' FROM generate_series(1, 300)", [cast.north.pk],
        )  # fmt: skip
        told_by("raw INSERT of 300")
        cursor.execute("DELETE FROM people_person WHERE first_name = 'Raw'")
        told_by("raw DELETE of 300")
    Person.objects.filter(first_name__startswith="Bulk").delete()
    told_by("queryset.delete of 300")
    one.delete()
    told_by("delete")
    record_property("measured", f"history rows per kind of write: {json.dumps(counted)}")
    assert counted == {
        "save, new": {"INSERT": 1},
        "save, changed": {"UPDATE": 1},
        "bulk_create of 300": {"INSERT": 300},
        "queryset.update of 300": {"UPDATE": 300},
        "the same again": {},
        "bulk_update of 300": {"UPDATE": 300},
        "raw UPDATE of 300": {"UPDATE": 300},
        "raw INSERT of 300": {"INSERT": 300},
        "raw DELETE of 300": {"DELETE": 300},
        "queryset.delete of 300": {"DELETE": 300},
        "delete": {"DELETE": 1},
    }


def test_a_change_says_from_what_to_what(cast: Cast) -> None:
    person = make.a_person(cast.north, "Nadia", phone="1")
    Person.objects.filter(pk=person.pk).update(phone="2", gender="woman")
    line = lines(person)[-1]
    assert line.changes == {"phone": ["1", "2"], "gender": None}, "of what is sensitive only that it changed"


def test_note_texts_are_not_kept(cast: Cast) -> None:
    visit = make.a_visit(cast.match, make.TODAY, note="a secret")
    Visit.objects.filter(pk=visit.pk).update(note="another secret")
    visit.delete()
    kept = json.dumps([line.changes for line in History.objects.filter(table_name="matching_visit")])
    assert "secret" not in kept


def test_the_actor_the_deed_and_the_reason(cast: Cast, login: Any, now: datetime) -> None:
    client: Client = login(cast.amina)
    address = reverse("recruitment:supporter_pause", args=["north", cast.ben_supporter.pk])
    assert client.post(address, {"reason": "she has exams"}).status_code == 302
    line = lines(cast.ben_supporter)[-1]
    assert (line.user_id, line.person_id) == (cast.amina.user_id, cast.amina.person_id)
    assert line.deed == "recruitment:supporter_pause"
    with walls.inside(cast.north.pk, deed="a task"):
        move(
            cast.match,
            MatchStatus.PAUSED,
            moves=MATCH_MOVES,
            by=cast.amina,
            now=now,
            reason="a journey",
            next_due_on=None,
        )
    line = lines(cast.match)[-1]
    assert (line.deed, line.reason) == ("a task", "a journey")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people_history SET reason = 'forged'",
        "DELETE FROM people_history",
        "TRUNCATE people_history",
        "INSERT INTO people_history (table_name, row_id, kind, at, deed, reason, tx) SELECT '', 1, '', now(), '', '', 1",  # noqa: E501  # one statement
        "ALTER TABLE people_person DISABLE TRIGGER ALL",
        "DROP TRIGGER history_update ON people_person",
        "SET session_replication_role = replica",
        "ALTER TABLE people_person NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY web ON people_person",
        "SET ROLE peerhub_owner",
        "SET SESSION AUTHORIZATION peerhub_owner",
    ],
)
def test_the_web_role_cannot_touch_history(cast: Cast, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_history_of_another_programme_is_not_read(cast: Cast) -> None:
    make.a_person(cast.south, "Soraya")
    with walls.inside(cast.north.pk):
        assert not History.objects.filter(programme_id=cast.south.pk).exists()
        assert History.objects.exists()
