"""Sensitive notes: few read them, each reading is written down, and the database holds no word of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from peerhub.lib.errors import Refused
from peerhub.lib.keyring import unlock
from peerhub.lib.member import Member
from peerhub.lib.sealing import Unreadable
from peerhub.people.choices import ConsentPurpose, NoteKind
from peerhub.people.models import History, Look, Person, SensitiveNote
from peerhub.people.services import correct_note, open_grant, outline_of, read_note, write_note
from programmes.services import open_notes
from tests import factories as make
from tests.cast import Cast

WORDS = "HEDGEHOG said she sleeps at a friend's."


def written(cast: Cast, now: datetime, *, by: Member | None = None, kind: str = "facts", text: str = WORDS) -> Any:
    """A note about Carla."""
    return write_note(cast.carla.person, key=uuid4(), kind=kind, text=text, by=by or cast.amina, now=now)


def every_text_of_the_database() -> str:
    """All rows of all tables, as the web role reads them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        said = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            said.append(cursor.fetchone()[0])
        return "\n".join(said)


def test_a_note_is_written_and_read(cast: Cast, now: datetime) -> None:
    note = written(cast, now)
    (version,) = read_note(note, by=cast.dan, now=now, deed="x")
    assert (version.text, version.missing) == (WORDS, "")
    look = Look.objects.get()
    assert (look.person_id, look.kind, look.subject) == (cast.carla.person_id, "note", f"note:{note.pk}")
    assert look.by_id == cast.dan.person_id


def test_sent_twice_is_one_note(cast: Cast, now: datetime) -> None:
    same = {"key": uuid4(), "kind": "facts", "text": WORDS, "by": cast.amina, "now": now}
    assert write_note(cast.carla.person, **same) == write_note(cast.carla.person, **same)
    with pytest.raises(Refused, match="sent before"):  # the same key about somebody else
        write_note(Person.objects.get(pk=cast.ben.person_id), **same)


def test_what_cannot_be_written(cast: Cast, now: datetime) -> None:
    for text in ("", "   ", "x" * 8001):
        with pytest.raises(Refused):
            written(cast, now, text=text)
    for member, kind in ((cast.amina, "supervision"), (cast.paul, "facts"), (cast.ben, "facts"), (cast.eva, "facts")):
        with pytest.raises(Refused, match="those who may read it"):
            written(cast, now, by=member, kind=kind)
    assert not SensitiveNote.objects.exists()


def test_a_correction_is_a_new_version_and_the_old_stays(cast: Cast, now: datetime) -> None:
    note = written(cast, now)
    newer = correct_note(note, text="It was her sister's.", by=cast.dan, now=now + timedelta(hours=1))
    assert [one.text for one in read_note(newer, by=cast.amina, now=now)] == ["It was her sister's.", WORDS]
    assert list(SensitiveNote.objects.newest()) == [newer]
    with pytest.raises(Refused, match="in the meantime"):
        correct_note(note, text="Something else.", by=cast.amina, now=now)
    with pytest.raises(Refused, match="may read it at any time"):
        correct_note(newer, text="Something else.", by=cast.paul, now=now)


def test_who_sees_which(cast: Cast, now: datetime) -> None:
    facts, between = written(cast, now), written(cast, now, by=cast.dan, kind="supervision")
    seen = {
        name: set(SensitiveNote.objects.visible_to(getattr(cast, name)))
        for name in ("amina", "dan", "paul", "ben", "tess", "eva", "stef", "zoe")
    }
    assert seen.pop("dan") == {facts, between}
    assert seen.pop("amina") == {facts}, "what stays between peer supporter and supervisor stays there"
    assert not any(seen.values()), seen


def test_the_outline_says_no_word(cast: Cast, now: datetime) -> None:
    note = written(cast, now)
    outline = outline_of(cast.carla.person, reader=cast.paul)
    assert [(row["note"], row["readable"]) for row in outline["rows"]] == [(note, False)]
    assert "sealed" in outline["rows"][0]["note"].get_deferred_fields()
    assert outline["closed"]
    assert not Look.objects.exists(), "that there is a note is no reading"


def test_no_word_stands_in_any_table(cast: Cast, now: datetime, login: Any) -> None:
    note = written(cast, now)
    correct_note(note, text=f"{WORDS} Again.", by=cast.dan, now=now)
    login(cast.dan).get(reverse("recruitment:note", args=["north", note.pk]))
    make.a_consent(cast.carla.person, purpose=ConsentPurpose.RECORD_SENSITIVE)
    page = reverse("recruitment:note_new", args=["north", cast.carla.person_id])
    assert login(cast.dan).post(page, {"key": uuid4(), "kind": "needs", "text": WORDS}).status_code == 302
    assert SensitiveNote.objects.count() == 3
    everything = every_text_of_the_database()
    assert note.sealed in everything
    assert "HEDGEHOG" not in everything
    lines = History.objects.filter(table_name="people_sensitivenote")
    assert lines.count() == 3
    assert "sealed" not in str(list(lines.filter(kind="INSERT").values_list("changes", flat=True)))


def test_a_text_moved_to_another_row_does_not_open(cast: Cast, now: datetime) -> None:
    note, other = written(cast, now), written(cast, now, text="Something harmless.")
    with connection.cursor() as cursor:
        moving = "UPDATE people_sensitivenote SET sealed = (SELECT sealed FROM people_sensitivenote WHERE id = %s)"
        cursor.execute(f"{moving} WHERE id = %s", [note.pk, other.pk])
    other.refresh_from_db()
    assert other.sealed == note.sealed
    with pytest.raises(Unreadable):
        unlock(other.sealed, place=other.place)
    (version,) = read_note(other, by=cast.dan, now=now)
    assert version.text == ""
    assert "changed outside peerhub" in version.missing


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM people_sensitivenote",
        "UPDATE people_sensitivenote SET person_id = person_id",
        "UPDATE people_sensitivenote SET author_id = author_id, sealed = sealed",
        "UPDATE people_accessgrant SET ends_at = ends_at",
        "UPDATE people_accessgrant SET reason = 'another reason'",
        "DELETE FROM people_accessgrant",
    ],
)
def test_what_was_written_stays(cast: Cast, now: datetime, statement: str) -> None:
    written(cast, now)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_plain_text_is_not_taken_by_the_database(cast: Cast, now: datetime) -> None:
    with pytest.raises(DatabaseError, match="note_is_sealed"), transaction.atomic():
        SensitiveNote.objects.create(
            programme_id=cast.north.pk, person=cast.carla.person, kind=NoteKind.FACTS, sealed=WORDS,
            author_id=cast.amina.person_id, written_at=now,
        )  # fmt: skip


# -- The pages -------------------------------------------------------------------------------------------------------


def test_reading_a_page_is_exactly_one_look(cast: Cast, now: datetime, login: Any) -> None:
    note = correct_note(written(cast, now), text="Second.", by=cast.amina, now=now)
    url = reverse("recruitment:note", args=["north", note.pk])
    page = login(cast.dan).get(url).content.decode()
    assert "Second." in page
    assert "HEDGEHOG" in page, "the version before stands below"
    assert Look.objects.count() == 1
    client: Client = login(cast.amina)
    assert client.post(url, {"text": " "}).status_code == 200
    assert Look.objects.count() == 2
    assert client.post(url, {"text": "Third."}).status_code == 302
    assert Look.objects.count() == 2, "who corrects and is led on reads on the next page"


def test_nothing_is_shown_that_cannot_be_written_down(cast: Cast, now: datetime, login: Any) -> None:
    """A trigger that stands in the way of the line takes the page with it."""
    note = written(cast, now)
    client: Client = login(cast.dan)
    client.raise_request_exception = False
    long_name = "x" * 90  # no room for it in the line
    with pytest.raises(DatabaseError), transaction.atomic():
        read_note(note, by=cast.dan, now=now, deed=long_name)
    assert not Look.objects.exists()


def test_the_file_shows_kind_and_day_alone(cast: Cast, now: datetime, login: Any) -> None:
    written(cast, now)
    about_ben = write_note(
        Person.objects.get(pk=cast.ben.person_id), key=uuid4(), kind="supervision", text="BADGER", by=cast.dan, now=now
    )
    files = [
        reverse("recruitment:participant", args=["north", cast.carla.pk]),
        reverse("recruitment:supporter", args=["north", cast.ben_supporter.pk]),
    ]
    for name in ("amina", "dan", "paul"):
        pages = "".join(login(getattr(cast, name)).get(url).content.decode() for url in files)
        assert "what was seen or said" in pages
        assert "between peer supporter and supervisor" in pages
        assert not [word for word in ("HEDGEHOG", "BADGER", about_ben.sealed[:20]) if word in pages]
        way = reverse("recruitment:note", args=["north", about_ben.pk])
        assert (way in pages) == (name == "dan")
    assert not Look.objects.filter(kind="note").exists(), "the file was read, no note was"


def test_who_may_open_the_page(cast: Cast, now: datetime, login: Any) -> None:
    url = reverse("recruitment:note", args=["north", written(cast, now).pk])
    said = {
        name: login(getattr(cast, name)).get(url).status_code for name in ("amina", "dan", "paul", "ben", "eva", "zoe")
    }
    assert said == {"amina": 200, "dan": 200, "paul": 404, "ben": 403, "eva": 403, "zoe": 404}


def test_a_lost_key_is_a_sentence(cast: Cast, now: datetime, login: Any, settings: Any, tmp_path: Path) -> None:
    note = written(cast, now)
    settings.NOTES_KEYS, settings.NOTES_KEYS_FILE = [], tmp_path / "notes.json"
    answer = login(cast.dan).get(reverse("recruitment:note", args=["north", note.pk]))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "The key of this note is not here" in page
    assert "Save the new version" not in page


def test_an_open_grant_is_found_by_whoever_opened(cast: Cast, now: datetime) -> None:
    written(cast, now)
    grant = open_notes(cast.carla.person, reason="She is in hospital and cannot say.", by=cast.paul, now=now)
    assert open_grant(cast.carla.person_id, reader=cast.paul) == grant
    assert open_grant(cast.carla.person_id, reader=cast.amina) is None
