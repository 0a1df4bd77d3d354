"""Sealed texts: they say nothing, open at their own place alone, and notice every change."""

from __future__ import annotations

from typing import Any

import pytest

from peerhub.lib.sealing import Unreadable, seal, unseal

TEXT = "Her neighbour helps. Hé, ça va? سلام"


def test_opens_where_it_was_sealed() -> None:
    assert unseal(seal(TEXT, bound_to="draft:1:visit-2"), bound_to="draft:1:visit-2") == TEXT


def test_says_nothing_and_never_the_same() -> None:
    first, second = (seal(TEXT, bound_to="a") for _time in range(2))
    assert first != second
    assert b"neighbour" not in first


def test_opens_nowhere_else() -> None:
    with pytest.raises(Unreadable):
        unseal(seal(TEXT, bound_to="draft:1:visit-2"), bound_to="draft:3:visit-2")


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(seal(TEXT, bound_to="a"))
    sealed[place] ^= 1
    with pytest.raises(Unreadable):
        unseal(bytes(sealed), bound_to="a")


@pytest.mark.parametrize("rubbish", [b"", b"\x01", b"\x01" * 13, b"plain text"])
def test_rubbish_does_not_open(rubbish: bytes) -> None:
    with pytest.raises(Unreadable):
        unseal(rubbish, bound_to="a")


def test_a_former_key_still_opens_and_a_forgotten_one_does_not(settings: Any) -> None:
    sealed, former = seal(TEXT, bound_to="a"), settings.SECRET_KEY
    settings.SECRET_KEY = "another key of at least fifty characters, for a rotation"
    with pytest.raises(Unreadable):
        unseal(sealed, bound_to="a")
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed, bound_to="a") == TEXT
