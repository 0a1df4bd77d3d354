"""Other processes that work in the test database: a worker, a sweep."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.db import connection

from tests.house.tree import ROOT

PATIENCE = 60.0


def environment(**more: str) -> dict[str, str]:
    """As this process, but with the test database as its database."""
    known = connection.settings_dict
    who = quote(str(known["USER"])) + (f":{quote(str(known['PASSWORD']))}" if known["PASSWORD"] else "")
    port = f":{known['PORT']}" if known["PORT"] else ""
    url = f"postgres://{who}@{port}/{quote(str(known['NAME']))}?host={quote(str(known['HOST']))}"
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "peerhub.settings", **more}


def environment_of_nobody() -> dict[str, str]:
    """As this process, but without its servers: whoever starts with it makes servers of its own."""
    ours = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL", "REDIS_URL", "DATA", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in ours}


def start(*arguments: str, **more: str) -> subprocess.Popen[str]:
    """A Python module run in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment(**more), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


@contextmanager
def running(*arguments: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is gone afterwards, with all its children."""
    process = start(*arguments, **more)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def until(happened: Callable[[], Any], *, what: str, process: subprocess.Popen[str] | None = None) -> Any:
    """Wait until something happened; fail with words when it does not, or when the process ended before."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = happened()
        if found:
            return found
        if process and process.poll() is not None:
            raise AssertionError(f"the process ended before {what}:\n{process.communicate()[0]}")
        time.sleep(0.05)
    raise AssertionError(f"{PATIENCE:g} seconds passed before {what}")


def waiting_for_a_lock() -> int:
    """How many sessions of this database wait for another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])
