"""Keys outside the database: what they seal opens in its own row alone; the file is made once and is private."""

from __future__ import annotations

import base64
import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from peerhub.lib import keyring
from peerhub.lib.keyring import KeyMissing, lock, unlock
from peerhub.lib.sealing import Unreadable

PLACE = "people_sensitivenote:1:1"


def secret() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def file(settings: Any, tmp_path: Path) -> Path:
    """A ring of its own for this test."""
    settings.NOTES_KEYS, settings.NOTES_KEYS_FILE = [], tmp_path / "keys" / "notes.json"
    settings.NOTES_KEYS_MADE_HERE = True
    return tmp_path / "keys" / "notes.json"


def test_a_text_comes_back_and_looks_like_nothing(file: Path) -> None:
    sealed = lock("she hides the letters ❤", place=PLACE)
    assert "letters" not in sealed
    assert unlock(sealed, place=PLACE) == "she hides the letters ❤"
    assert lock("she hides the letters ❤", place=PLACE) != sealed, "the same text never looks the same"
    assert (lock("", place=PLACE), unlock("", place=PLACE)) == ("", "")


def test_it_opens_nowhere_else(file: Path) -> None:
    sealed = lock("x", place=PLACE)
    with pytest.raises(Unreadable, match="changed, or it belongs to another row"):
        unlock(sealed, place="people_sensitivenote:2:1")


def test_a_changed_letter_is_noticed(file: Path) -> None:
    sealed = lock("a longer sentence", place=PLACE)
    for changed in (sealed[:-6] + "AAAA==", sealed[:30] + "?" + sealed[31:], sealed[:-40]):
        with pytest.raises(Unreadable):
            unlock(changed, place=PLACE)
    with pytest.raises(Unreadable, match="not sealed by peerhub"):
        unlock("plain", place=PLACE)


def test_the_name_of_the_key_is_bound_too(file: Path) -> None:
    sealed = lock("x", place=PLACE)
    first = keyring.ring().current
    second = keyring.begin(now=timezone.now())
    with pytest.raises(Unreadable):
        unlock(sealed.replace(first.id, second.id), place=PLACE)
    assert unlock(sealed, place=PLACE) == "x", "the former key still opens"


def test_the_file_is_made_at_the_first_text_and_private(file: Path) -> None:
    assert not file.exists()
    lock("x", place=PLACE)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in file.parent.iterdir()] == ["notes.json"], "no draft is left"


def test_of_many_that_make_it_at_once_one_wins(file: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        sealed = list(many.map(lambda number: lock(str(number), place=PLACE), range(32)))
    assert len({keyring.key_of(one) for one in sealed}) == 1
    assert [unlock(one, place=PLACE) for one in sealed] == [str(number) for number in range(32)]


def test_reading_makes_no_key(file: Path) -> None:
    sealed = lock("x", place=PLACE)
    file.unlink()
    with pytest.raises(KeyMissing, match="There is no file of keys"):
        unlock(sealed, place=PLACE)
    assert not file.exists()


def test_another_key_is_not_this_one(file: Path) -> None:
    sealed = lock("x", place=PLACE)
    file.unlink()
    lock("y", place=PLACE)
    with pytest.raises(KeyMissing, match="is not here"):
        unlock(sealed, place=PLACE)


def test_keys_from_the_environment_seal_with_the_first(file: Path, settings: Any) -> None:
    first, second = f"2026:{secret()}", f"2025:{secret()}"
    settings.NOTES_KEYS = [second]
    old = lock("x", place=PLACE)
    settings.NOTES_KEYS = [first, second]
    assert keyring.key_of(lock("y", place=PLACE)) == "2026"
    assert unlock(old, place=PLACE) == "x"
    assert not file.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-key"], "cannot be used"),
        ([f"Capital:{secret()}"], "cannot be used"),
        (["short:AAAA"], "cannot be used"),
        ([f"one:{secret()}", f"one:{secret()}"], "twice"),
        ([], "NOTES_KEYS is missing"),
    ],
)
def test_what_stops_the_start_of_a_real_place(words: list[str], said: str, file: Path) -> None:
    assert said in keyring.complaint(words, file, made_here=False)


def test_a_good_ring_and_a_file_for_all_to_read(file: Path) -> None:
    assert keyring.complaint([f"one:{secret()}"], file, made_here=False) == ""
    assert keyring.complaint([], file, made_here=True) == ""
    lock("x", place=PLACE)
    assert keyring.complaint([], file, made_here=False) == ""
    file.chmod(0o644)
    assert "chmod 600" in keyring.complaint([], file, made_here=False)


@pytest.mark.parametrize("content", ["", "{}", '{"keys": [], "unfinished": false}', '{"keys": 1, "unfinished": 1}'])
def test_a_broken_file_is_said_in_a_sentence(content: str, file: Path) -> None:
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(KeyMissing, match="Put back the right"):
        lock("x", place=PLACE)


def test_forgetting_keeps_what_is_needed_and_what_is_young(file: Path) -> None:
    now = timezone.now()
    lock("x", place=PLACE)
    first = keyring.ring().current.id
    second = keyring.begin(now=now - timedelta(days=3)).id
    third = keyring.begin(now=now).id
    keyring.finish()
    assert keyring.forget({first}, now=now) == [], "the first is needed, the second was replaced just now"
    assert keyring.forget(set(), now=now) == [first]
    assert [key["id"] for key in json.loads(file.read_text())["keys"]] == [third, second]
