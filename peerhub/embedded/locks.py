"""Locks between processes. The kernel drops them when their holder ends, however it ends: none can be left behind."""

import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any

from peerhub.embedded import paths


class Lock:
    """One lock file in `<data>/lock`. USERS is shared by whoever needs the servers; the others have one holder."""

    USERS = "users"
    KEEPER = "keeper"
    START = "start"
    SUPERVISOR = "supervisor"

    def __init__(self, data: Path, name: str) -> None:
        self.path = paths.private_dir(data / "lock") / name
        self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take the lock; False when it is taken and `wait` is off."""
        try:
            fcntl.flock(self.file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def take_within(self, seconds: float) -> bool:
        """Take the lock, past those who only look whether it is free."""
        end = time.monotonic() + seconds
        while not self.take(wait=False):
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def drop(self) -> None:
        """Let go of it for good."""
        if self.file >= 0:
            os.close(self.file)
            self.file = -1


def is_free(data: Path, name: str) -> bool:
    """Whether nobody holds the lock right now."""
    lock = Lock(data, name)
    free = lock.take(wait=False)
    lock.drop()
    return free


def note(data: Path, name: str, facts: dict[str, Any] | None) -> None:
    """Leave a note beside the locks for other processes, whole or not at all; None takes it away."""
    path = data / "lock" / f"{name}.json"
    if facts is None:
        path.unlink(missing_ok=True)
        return
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(facts))
    draft.replace(path)


def read_note(data: Path, name: str) -> dict[str, Any]:
    """The note another process left; empty when there is none."""
    try:
        facts = json.loads((data / "lock" / f"{name}.json").read_text())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
