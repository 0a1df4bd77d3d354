"""A big load is the owner's: no line in history, and the tables stand as they stood, also when it breaks off."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from matching.models import Match
from peerhub.home.generating import COPIED, by_the_owner
from peerhub.lib import walls
from peerhub.people.models import History
from tests import factories as make

SHAPE = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated::text FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text, '' FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1, 2, 3
"""

SPELLING = re.compile(r"::(character varying|text)(\[\])?|[()]")


@pytest.fixture(autouse=True)
def small_is_big(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty matches are a big load, and thirty lives are lived."""
    monkeypatch.setattr("peerhub.home.management.commands.generate.BIG", 50)
    monkeypatch.setattr("peerhub.home.generating.programmes.LIVED", 30)


def shape() -> list[tuple[str, ...]]:
    """Every constraint, index and trigger there is; the database writes the types of words in two ways that are one."""
    with connection.cursor() as cursor:
        cursor.execute(SHAPE)
        return [(*row[:2], SPELLING.sub("", row[2]), *row[3:]) for row in cursor.fetchall()]


def generate(matches: int) -> int:
    out = StringIO()
    call_command("generate", "--matches", str(matches), "--weeks", "3", "--json", stdout=out)
    return int(json.loads(out.getvalue())["matches"])


def lines_about_matches() -> int:
    with walls.everywhere(deed="test"):
        return History.objects.filter(table_name="matching_match", kind="INSERT").count()


def broken_off() -> None:
    """Something goes wrong in the middle of a load."""
    with by_the_owner(COPIED), walls.everywhere(deed="test"):
        make.a_match(make.a_programme("south"))
        raise ZeroDivisionError


def test_the_tables_stand_as_they_stood() -> None:
    before = shape()
    assert len(before) > 400
    assert generate(75) == 75
    assert shape() == before
    with walls.everywhere(deed="test"):
        assert Match.objects.count() == 75
    assert lines_about_matches() == 0
    assert connections["default"].settings_dict["USER"] != connections["owner"].settings_dict["USER"]


def test_beside_real_programmes_it_goes_the_slow_way() -> None:
    with walls.everywhere(deed="test"):
        make.a_programme("north")
    assert generate(75) == 75
    assert lines_about_matches() == 75


def test_a_programme_begun_meanwhile_is_seen_before_anything_is_written() -> None:
    """Its row is written, not yet committed, when the load looks first; the load then waits for the table."""
    before, begun = shape(), Event()

    def begin() -> None:
        try:
            with transaction.atomic(), walls.everywhere(deed="test"):
                make.a_programme("north")
                begun.set()
                wait_until_somebody_waits()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as hands:
        programme = hands.submit(begin)
        assert begun.wait(20)
        with pytest.raises(CommandError, match="began a programme meanwhile"):
            generate(75)
        programme.result()
    assert shape() == before
    with walls.everywhere(deed="test"):
        assert not Match.objects.exists()
    assert generate(75) == 75, "said again, it goes the slow way"
    assert lines_about_matches() == 75


def wait_until_somebody_waits() -> None:
    """Until a lock is asked for that is not given."""
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise TimeoutError


def test_broken_off_nothing_has_changed() -> None:
    before = shape()
    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert shape() == before
    with walls.everywhere(deed="test"):
        assert not Match.objects.exists()
