"""Private servers and the command line of `peerhub.embedded`; nothing here uses Django's database."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from peerhub.embedded import paths
from peerhub.embedded.lease import Lease

OUTSIDE = {
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_BACKUP_URL",
    "REDIS_URL",
    "PORT",
    "BIND",
    "DEMO",
    "DJANGO_SETTINGS_MODULE",
}


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of this test alone; servers still in it afterwards are a failure."""
    folder = Path(tempfile.mkdtemp(prefix="peerhub-test-"))
    for name in OUTSIDE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA", str(folder))
    yield folder
    left = until(lambda: not at_work(folder), 15) or at_work(folder)
    shutil.rmtree(folder, ignore_errors=True)
    assert left is True, left


@pytest.fixture
def lease(data: Path) -> Iterator[Lease]:
    """Servers running in `data`."""
    held = Lease()
    yield held
    held.release()


def embedded(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """`python -m peerhub.embedded …`, to its end."""
    line = [sys.executable, "-m", "peerhub.embedded", *arguments]
    return subprocess.run(line, cwd=paths.REPO, capture_output=True, text=True, timeout=60, check=False, **options)


def query(sql: str, role: paths.Role = "owner") -> list[tuple[Any, ...]]:
    """What the database answers to one of the three roles."""
    facts = paths.postgres_params(role)
    with closing(
        psycopg2.connect(host=facts["HOST"], port=facts["PORT"], user=facts["USER"], dbname=facts["NAME"])
    ) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait for something, and say whether it came."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def at_work(folder: Path) -> list[str]:
    """Command lines of living processes that run with this data folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        mine = entry.name != str(os.getpid()) and f"DATA={folder}".encode() in environment
        if line and (mine or f"{folder}/" in line):
            found.append(line)
    return found


def keeper_pid(folder: Path) -> int:
    """The process that owns the servers."""
    return int(json.loads((folder / "lock" / "keeper.json").read_text())["pid"])


def postmaster_pid(folder: Path) -> int:
    """The database server's first process."""
    return int((folder / "pg" / "postmaster.pid").read_text().split()[0])


def kill(pid: int) -> None:
    """kill -9."""
    os.kill(pid, signal.SIGKILL)
