"""A new key: every text is sealed anew, also when the command is killed; the backup holds no key and no word."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from matching.models import Visit
from peerhub.home.rotating import SEALED, keys_in_use
from peerhub.lib import keyring
from peerhub.lib.keyring import lock, unlock
from peerhub.people.models import SensitiveNote
from supervision.services import close_concern
from tests import factories as make
from tests.cast import Cast, assemble
from tests.house.tree import ROOT
from tests.journeys.site import database_url

MANY = 3000


@pytest.fixture
def file(settings: Any, tmp_path: Path) -> Path:
    """A ring of its own for this test."""
    settings.NOTES_KEYS, settings.NOTES_KEYS_FILE = [], tmp_path / "keys" / "notes.json"
    return tmp_path / "keys" / "notes.json"


def run(*args: str) -> dict[str, Any]:
    out = StringIO()
    call_command("rotate_keys", *args, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def notes(cast: Cast, count: int) -> list[SensitiveNote]:
    """So many notes about Carla."""
    about = {"programme_id": cast.north.pk, "person": cast.carla.person, "author_id": cast.dan.person_id}
    made = [SensitiveNote(**about, kind="facts", written_at=timezone.now()) for _ in range(count)]
    for number, one in enumerate(made):
        one.sealed = lock(f"hedgehog {number}", place=one.place)
    return SensitiveNote.objects.bulk_create(made)


def texts() -> set[str]:
    return {unlock(note.sealed, place=note.place) for note in SensitiveNote.objects.all()}


def test_everything_sealed_is_known() -> None:
    """A column that may hold a sealed text only is one of those that get a new key."""
    from tests.house.tree import our_models  # noqa: PLC0415  # beside its one use

    found = {
        (model, one.name)
        for model in our_models() for one in model._meta.constraints if one.name.endswith("_sealed")
    }  # fmt: skip
    assert {model for model, _name in found} == {one.model for one in SEALED}


def test_every_table_gets_the_new_key(cast: Cast, file: Path, now: datetime) -> None:
    notes(cast, 3)
    visit = make.a_visit(cast.match, make.TODAY, has_concern=True, concern="no heating")
    follow_up = close_concern(visit, outcome="We called.", by=cast.dan, now=now)
    first = keyring.ring().current.id
    answer = run()
    assert answer["new_key"]
    assert answer["key"] != first
    assert answer["resealed"] == {"people_sensitivenote": 3, "matching_visit": 1, "supervision_followup": 1}
    assert answer["texts_by_key"] == {answer["key"]: 5} == dict(keys_in_use())
    assert texts() == {"hedgehog 0", "hedgehog 1", "hedgehog 2"}
    visit.refresh_from_db()
    follow_up.refresh_from_db()
    assert unlock(visit.concern, place=visit.concern_place) == "no heating"
    assert unlock(follow_up.outcome, place=follow_up.outcome_place) == "We called."


def test_a_text_that_does_not_open_is_counted_and_left(cast: Cast, file: Path) -> None:
    one, other = notes(cast, 2)
    SensitiveNote.objects.filter(pk=one.pk).update(sealed=other.sealed)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("rotate_keys", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert ended.value.code == 1
    assert (answer["resealed"], answer["unreadable"]) == ({"people_sensitivenote": 1}, {"people_sensitivenote": 1})
    one.refresh_from_db()
    assert one.sealed == other.sealed
    assert not keyring.ring().unfinished  # it holds no later rotation back


def test_a_second_rotation_at_the_same_time_is_refused(cast: Cast, file: Path) -> None:
    notes(cast, 1)
    with keyring.turning(), pytest.raises(CommandError, match="Another rotation is going on"):
        run()


def test_old_keys_stay_until_they_are_forgotten(cast: Cast, file: Path) -> None:
    notes(cast, 1)
    run()
    assert run("--forget")["forgotten"] == [], "replaced just now"
    kept = json.loads(file.read_text())
    for key in kept["keys"]:
        key["made_at"] = "2026-01-01T00:00:00+00:00"
    file.write_text(json.dumps(kept))
    assert len(run("--forget")["forgotten"]) == 2
    assert texts() == {"hedgehog 0"}


def test_keys_in_the_environment(cast: Cast, file: Path, settings: Any) -> None:
    one, two = (f"{name}:{base64.b64encode(os.urandom(32)).decode()}" for name in ("one", "two"))
    settings.NOTES_KEYS = [one]
    notes(cast, 2)
    settings.NOTES_KEYS = [two, one]
    answer = run()
    assert (answer["key"], answer["new_key"], answer["resealed"]) == ("two", False, {"people_sensitivenote": 2})
    assert run()["resealed"] == {}
    with pytest.raises(CommandError, match="stand in NOTES_KEYS"):
        run("--forget")
    settings.NOTES_KEYS = [two]
    assert texts() == {"hedgehog 0", "hedgehog 1"}


def test_a_missing_ring_is_a_sentence(cast: Cast, file: Path, settings: Any) -> None:
    settings.NOTES_KEYS_MADE_HERE = False
    with pytest.raises(CommandError, match="There is no file of keys") as error:
        run()
    assert error.value.returncode == 2


def test_killed_half_way_and_called_again(committed: None, file: Path, record_property: Any) -> None:
    cast = assemble()
    notes(cast, MANY)
    first = keyring.ring().current.id
    environment = {
        **os.environ,
        "DATABASE_URL": database_url("default"),
        "DATABASE_OWNER_URL": database_url("owner"),
        "NOTES_KEYS_FILE": str(file),
    }
    connection.close()
    going = subprocess.Popen([sys.executable, "manage.py", "rotate_keys"], cwd=ROOT, env=environment)
    for _moment in range(3000):
        left = SensitiveNote.objects.filter(sealed__startswith=f"key1:{first}:").count()
        if left < MANY or going.poll() is not None:
            break
        time.sleep(0.01)
    going.kill()
    going.wait()
    left = SensitiveNote.objects.filter(sealed__startswith=f"key1:{first}:").count()
    assert 0 < left < MANY, "it was killed half-way"
    assert keyring.ring().unfinished
    assert len(texts()) == MANY, "all of them open, whichever key they lie under"
    answer = run()
    assert not answer["new_key"], "the rotation is finished, not begun anew"
    assert answer["resealed"] == {"people_sensitivenote": left}
    assert answer["texts_by_key"] == {answer["key"]: MANY}
    assert not keyring.ring().unfinished
    assert len(texts()) == MANY
    record_property(
        "measured", f"rotation killed after {MANY - left} of {MANY} notes, the rest sealed by a second call"
    )


def test_the_backup_holds_no_word_and_no_key(committed: None, file: Path, settings: Any, tmp_path: Path) -> None:
    name = connections["default"].settings_dict["NAME"]
    settings.BACKUP_DATABASE = {**django_settings.BACKUP_DATABASE, "NAME": name}
    cast = assemble()
    notes(cast, 2)
    visit = make.a_visit(cast.match, make.TODAY, has_concern=True, concern="hedgehog in the kitchen")
    close_concern(Visit.objects.get(pk=visit.pk), outcome="hedgehog is safe", by=cast.dan, now=timezone.now())
    backup = tmp_path / "today.dump"
    call_command("backup", str(backup), "--json", stdout=StringIO())
    unpacking = [str(_pg_restore()), "--file=-", str(backup)]  # the archive itself is compressed
    plain: bytes = subprocess.run(unpacking, capture_output=True, check=True).stdout
    assert all(note.sealed.encode() in plain for note in SensitiveNote.objects.all())
    assert b"hedgehog" not in plain
    kept = [key["key"] for key in json.loads(file.read_text())["keys"]]
    assert kept
    assert not [key for key in kept if key.encode() in plain or base64.b64decode(key) in plain]
    assert not [key for key in kept if key.encode() in backup.read_bytes()]


def _pg_restore() -> Path:
    from peerhub.home.dumping import tool  # noqa: PLC0415  # beside its one use

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return tool("pg_restore", int(cursor.fetchone()[0]) // 10_000)
