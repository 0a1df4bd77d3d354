"""What is backed up comes back, all of it; nothing is overwritten by mistake; a broken file changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connections

from peerhub.home.dumping import people_there, tool
from peerhub.lib.commands import Wrong
from peerhub.people.models import Person
from tests.cast import assemble

OTHER = f"test_peerhub_restored_{os.getpid()}"  # one for each process that runs tests


@pytest.fixture
def here(committed: None, settings: Any) -> Iterator[Any]:
    """The test database as the commands see it, and an empty one beside it to restore into."""
    name = connections["default"].settings_dict["NAME"]
    settings.BACKUP_DATABASE = {**django_settings.BACKUP_DATABASE, "NAME": name}
    settings.OWNER_DATABASE = {**django_settings.OWNER_DATABASE, "NAME": name}
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {OTHER}")
        cursor.execute(f"CREATE DATABASE {OTHER}")
    assemble()
    yield settings
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {OTHER}")


def run(command: str, *args: str) -> dict[str, Any]:
    out = StringIO()
    call_command(command, *args, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def elsewhere(settings: Any) -> None:
    """From now on the commands work in the empty database."""
    settings.OWNER_DATABASE = {**settings.OWNER_DATABASE, "NAME": OTHER}
    settings.BACKUP_DATABASE = {**settings.BACKUP_DATABASE, "NAME": OTHER}


def test_backup_writes_one_private_file_with_every_row(here: Any, tmp_path: Path) -> None:
    file = tmp_path / "today.dump"
    answer = run("backup", str(file))
    assert answer["file"] == str(file)
    assert answer["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert answer["tables"]["people_person"] == Person.objects.count() == 9
    assert answer["rows"] == sum(answer["tables"].values())
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_backup_replaces_an_older_file_at_once(here: Any, tmp_path: Path) -> None:
    file = tmp_path / "today.dump"
    file.write_text("yesterday")
    run("backup", str(file))
    assert file.read_bytes().startswith(b"PGDMP")


def test_backup_that_cannot_be_written_leaves_nothing(here: Any, tmp_path: Path) -> None:
    for wrong in (tmp_path, tmp_path / "missing" / "today.dump"):
        with pytest.raises(CommandError, match="cannot be written") as error:
            run("backup", str(wrong))
        assert error.value.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_what_was_backed_up_comes_back(here: Any, tmp_path: Path) -> None:
    file = tmp_path / "today.dump"
    saved = run("backup", str(file))
    elsewhere(here)
    assert people_there() == 0
    restored = run("restore", str(file))
    assert (restored["tables"], restored["sha256"]) == (saved["tables"], saved["sha256"])
    again = run("backup", str(tmp_path / "again.dump"))
    assert again["tables"] == saved["tables"]


def test_restore_does_not_replace_people_unless_told(here: Any, tmp_path: Path) -> None:
    file = tmp_path / "today.dump"
    saved = run("backup", str(file))
    elsewhere(here)
    run("restore", str(file))
    with pytest.raises(CommandError, match="There are 9 people") as error:
        run("restore", str(file))
    assert error.value.returncode == 2
    assert run("restore", str(file), "--yes")["tables"] == saved["tables"]


def test_a_broken_file_changes_nothing(here: Any, tmp_path: Path) -> None:
    file, broken = tmp_path / "today.dump", tmp_path / "broken.dump"
    run("backup", str(file))
    elsewhere(here)
    run("restore", str(file))
    whole = file.read_bytes()
    for content in (b"", b"no backup at all", whole[: len(whole) // 2]):
        broken.write_bytes(content)
        with pytest.raises(CommandError, match="no backup that can be read") as error:
            run("restore", str(broken), "--yes")
        assert error.value.returncode == 2
        assert people_there() == 9
    with pytest.raises(CommandError, match="There is no file"):
        run("restore", str(tmp_path / "missing.dump"), "--yes")


def test_the_programs_fit_the_server() -> None:
    assert tool("pg_dump", 15).name == "pg_dump"
    with pytest.raises(Wrong, match="postgresql-client-99"):
        tool("pg_dump", 99)
