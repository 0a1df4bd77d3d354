"""Files that only their owner may read: written whole, and made once, whoever comes first. Knows no Django."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def draft_of(path: Path, content: bytes) -> Path:
    """A draft beside ``path``, whole and on the disk, that only its owner may read.

    Raises OSError; then nothing of it stays, as it may hold half a key and fill a full disk.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def make_once(path: Path, content: bytes) -> None:
    """Put it there unless it is there already: of two processes at the same time one wins for both. Raises OSError."""
    draft = draft_of(path, content)
    try:
        with suppress(FileExistsError):  # the other process was first
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
