"""Files that only their owner may read: whole or not there, and made once however many come at the same time."""

from __future__ import annotations

import resource
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from peerhub.lib.secret_files import draft_of, make_once


def test_a_draft_is_whole_and_for_its_owner(tmp_path: Path) -> None:
    draft = draft_of(tmp_path / "key", b"words")
    assert (draft.read_bytes(), draft.stat().st_mode & 0o777, draft.parent) == (b"words", 0o600, tmp_path)
    assert not (tmp_path / "key").exists()


def test_one_of_many_wins_for_all(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: make_once(path, b"%d" % n * 1000), range(64)))
    first = path.read_bytes()
    assert first == first[: len(first) // 1000] * 1000, "one of them whole, no mixture"
    make_once(path, b"too late")
    assert path.read_bytes() == first
    assert list(tmp_path.iterdir()) == [path], "no draft stays behind"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        make_once(tmp_path / "nowhere" / "key", b"words")


def test_what_could_not_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    """The system takes the first hundred bytes of a file and no more, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    told = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            draft_of(tmp_path / "key", b"words" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, told)
    assert list(tmp_path.iterdir()) == []
