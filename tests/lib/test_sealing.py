"""Sealed texts: they say nothing, open for their own purpose alone, and notice every change."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from peerhub.lib.sealing import MARK, Unreadable, seal, unseal

TEXT = "Her neighbour helps. Hé, ça va? سلام"


def test_opens_for_what_it_was_sealed() -> None:
    assert unseal(seal(TEXT, purpose="draft:1:visit-2"), purpose="draft:1:visit-2") == TEXT


def test_says_nothing_and_never_the_same() -> None:
    first, second = (seal(TEXT, purpose="a") for _time in range(2))
    assert first != second
    assert b"neighbour" not in base64.urlsafe_b64decode(first.removeprefix(MARK))


def test_opens_for_nothing_else() -> None:
    with pytest.raises(Unreadable):
        unseal(seal(TEXT, purpose="draft:1:visit-2"), purpose="draft:3:visit-2")


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(seal(TEXT, purpose="a").removeprefix(MARK)))
    raw[place] ^= 1
    with pytest.raises(Unreadable):
        unseal(MARK + base64.urlsafe_b64encode(bytes(raw)).decode(), purpose="a")


@pytest.mark.parametrize("rubbish", ["", MARK, f"{MARK}AAAA", f"{MARK}é", "plain text"])
def test_rubbish_does_not_open(rubbish: str) -> None:
    with pytest.raises(Unreadable):
        unseal(rubbish, purpose="a")


def test_a_former_key_still_opens_and_a_forgotten_one_does_not(settings: Any) -> None:
    sealed, former = seal(TEXT, purpose="a"), settings.SECRET_KEY
    settings.SECRET_KEY = "another key of at least fifty characters, for a rotation"
    with pytest.raises(Unreadable):
        unseal(sealed, purpose="a")
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed, purpose="a") == TEXT
