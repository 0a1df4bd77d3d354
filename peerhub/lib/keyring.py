"""The keys of sensitive texts. They lie outside the database and outside every backup of it.

A text is sealed with AES-256-GCM to its own row, under the newest key of the ring; older keys still open what was
sealed before (docs/adr/0013). The ring stands in the environment (NOTES_KEYS) or in a file that only its owner may
read.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import json
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from peerhub.lib.sealing import Unreadable
from peerhub.lib.secret_files import draft_of, make_once

MARK = "key1:"  # says how it was sealed, so that another way can follow
NONCE, LONG = 12, 32
ID = re.compile(r"[a-z0-9-]{1,20}")
KEPT_FOR = timedelta(days=1)  # a process that is busy may still hold the key it began with


class KeyMissing(Unreadable):
    """The key of a text is not in the ring: it was lost, or the ring of another place is used."""


@dataclass(frozen=True)
class Key:
    """One key and since when it is there."""

    id: str
    secret: bytes
    made_at: str = ""


@dataclass(frozen=True)
class Ring:
    """All keys, the one that seals first. ``unfinished``: texts are on their way from the older keys to it."""

    keys: tuple[Key, ...]
    unfinished: bool = False

    @property
    def current(self) -> Key:
        """The key that seals."""
        return self.keys[0]

    def key(self, key_id: str) -> Key:
        """The key with this name. Raises KeyMissing."""
        found = next((key for key in self.keys if key.id == key_id), None)
        if found is None:
            raise KeyMissing(f"The key “{key_id}” is not here. Put back the file of keys, or name it in NOTES_KEYS.")
        return found


# -- Texts -----------------------------------------------------------------------------------------------------------


def lock(text: str, *, place: str) -> str:
    """Seal a text to its row (“table:key of the row:programme”) under the newest key; nothing stays nothing."""
    if not text:
        return ""
    key = ring(make=True).current
    nonce = os.urandom(NONCE)
    closed = AESGCM(key.secret).encrypt(nonce, text.encode(), _bound(key.id, place))
    return f"{MARK}{key.id}:{base64.b64encode(nonce + closed).decode()}"


def unlock(sealed: str, *, place: str) -> str:
    """What was sealed to this row. Raises KeyMissing without its key, Unreadable when it was changed or moved."""
    if not sealed:
        return ""
    try:
        raw = base64.b64decode(sealed.removeprefix(MARK).partition(":")[2], validate=True)
        key = ring().key(key_of(sealed))
        return AESGCM(key.secret).decrypt(raw[:NONCE], raw[NONCE:], _bound(key.id, place)).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable("This text was changed, or it belongs to another row.") from error


def key_of(sealed: str) -> str:
    """The name of the key that opens a text."""
    if not sealed.startswith(MARK):
        raise Unreadable("This text was not sealed by peerhub.")
    return sealed.removeprefix(MARK).partition(":")[0]


def sealed_with(key: Key) -> str:
    """How every text begins that this key sealed."""
    return f"{MARK}{key.id}:"


def _bound(key_id: str, place: str) -> bytes:
    return f"{MARK}{key_id}:{place}".encode()


# -- The ring --------------------------------------------------------------------------------------------------------


def ring(*, make: bool = False) -> Ring:
    """The keys as they are now; a file that changed is read anew. With ``make`` a first key is made where none is.

    Raises KeyMissing when there is none and none may be made.
    """
    if settings.NOTES_KEYS:
        return _from_words(tuple(settings.NOTES_KEYS))
    path = Path(settings.NOTES_KEYS_FILE)
    if make and not path.exists() and settings.NOTES_KEYS_MADE_HERE:
        _write_first(path)
    try:
        status = path.stat()
    except OSError as error:
        raise KeyMissing(
            f"There is no file of keys: {path}. Put it back; without it no sensitive text opens."
        ) from error
    return _from_file(path, status.st_mtime_ns, status.st_ino)


def complaint(words: Sequence[str], path: Path, *, made_here: bool) -> str:
    """Why a place cannot start with these keys, as a sentence; empty when it can."""
    if words:
        try:
            _from_words(tuple(words))
        except KeyMissing as error:
            return str(error)
        return ""
    if not made_here and not path.exists():
        return (
            "NOTES_KEYS is missing: sensitive notes need a key outside the database. "
            'Give one as name:key, as in "first:$(openssl rand -base64 32)", and keep a copy away from the backups.'
        )
    if path.exists() and path.stat().st_mode & 0o077:
        return f"{path} can be read by others: chmod 600 it."
    return ""


def _from_words(words: tuple[str, ...]) -> Ring:
    keys = tuple(_key(*word.partition(":")[::2]) for word in words)
    if len({key.id for key in keys}) < len(keys):
        raise KeyMissing("NOTES_KEYS names a key twice.")
    return Ring(keys)


def _key(key_id: str, secret: str, made_at: str = "") -> Key:
    try:
        raw = base64.b64decode(secret, validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if not ID.fullmatch(key_id) or len(raw) != LONG:
        raise KeyMissing(
            "NOTES_KEYS holds a key that cannot be used: write name:key, the key being 32 random bytes in base64 "
            "(openssl rand -base64 32), the name small letters and digits."
        )
    return Key(key_id, raw, made_at)


@lru_cache(maxsize=8)
def _from_file(path: Path, _changed: int, _file: int) -> Ring:
    try:
        kept = json.loads(path.read_text())
        keys = tuple(_key(one["id"], one["key"], one["made_at"]) for one in kept["keys"])
        return Ring(keys, bool(kept["unfinished"])) if keys else _none(path)
    except (ValueError, KeyError, TypeError) as error:
        raise KeyMissing(f"{path} is no file of keys. Put back the right one.") from error


def _none(path: Path) -> Ring:
    raise KeyMissing(f"There is no key in {path}. Put back the right file.")


# -- Changing it -----------------------------------------------------------------------------------------------------


@contextmanager
def turning() -> Iterator[None]:
    """Only one process changes the file of keys at a time. Raises BlockingIOError for the second."""
    path = Path(settings.NOTES_KEYS_FILE)
    with path.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def begin(*, now: datetime) -> Key:
    """A new key seals from now on; the others still open. The ring is unfinished until ``finish``."""
    old = ring(make=True)
    _replace(replace(old, keys=(_new(now.isoformat()), *old.keys), unfinished=True))
    return ring().current


def finish() -> None:
    """Every text lies under the newest key."""
    _replace(replace(ring(), unfinished=False))


def forget(needed: set[str], *, now: datetime) -> list[str]:
    """Take out the keys that no text needs; those replaced within a day stay. Returns their names."""
    old = ring()
    kept, gone = [old.current], list[Key]()
    for newer, key in zip(old.keys, old.keys[1:], strict=False):
        replaced = datetime.fromisoformat(newer.made_at) if newer.made_at else now
        (kept if key.id in needed or now - replaced < KEPT_FOR else gone).append(key)
    if gone:
        _replace(replace(old, keys=tuple(kept)))
    return [key.id for key in gone]


def _new(made_at: str) -> Key:
    return Key(secrets.token_hex(4), os.urandom(LONG), made_at)


def _write_first(path: Path) -> None:
    """Of two processes that make the first key at the same time one wins for both."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_once(path, _in_words(Ring((_new(""),))))


def _replace(new: Ring) -> None:
    path = Path(settings.NOTES_KEYS_FILE)
    draft_of(path, _in_words(new)).replace(path)


def _in_words(new: Ring) -> bytes:
    keys = [{"id": key.id, "key": base64.b64encode(key.secret).decode(), "made_at": key.made_at} for key in new.keys]
    return json.dumps({"unfinished": new.unfinished, "keys": keys}).encode()
