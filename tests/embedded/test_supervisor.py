"""Children are started again, given up in the end, and never outlive their supervisor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from peerhub.embedded import paths
from peerhub.embedded.errors import EmbeddedError
from peerhub.embedded.restarts import Restarts
from peerhub.embedded.run import welcome
from tests.embedded.conftest import at_work, until

PROGRAM = """
import os, sys
from pathlib import Path
from peerhub.embedded import locks, paths
from peerhub.embedded.lease import Lease
from peerhub.embedded.supervisor import Bell, Child, Supervisor
data = paths.private_dir(paths.data_dir())
paths.private_dir(data / "log")
shell = ["/bin/sh", "-c", sys.argv[1]]
children = [Child(name, name, shell, data / "log" / f"{name}.log", dict(os.environ)) for name in ("beat", "web")]
bell = Bell()
supervisor = Supervisor(children, Lease(), bell)
try:
    supervisor.serve(lambda: None)
finally:
    supervisor.stop()
"""


@pytest.fixture
def no_servers(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://web@localhost/peerhub")
    monkeypatch.setenv("REDIS_URL", "redis://localhost/0")


def supervise(script: str) -> subprocess.Popen[str]:
    """A supervisor of two children that run this shell script."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, script],
        cwd=paths.REPO,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


@pytest.mark.parametrize("number", [2, 15, 1])
def test_children_end_with_every_signal(data: Path, no_servers: None, number: int) -> None:
    supervisor = supervise("sleep 60 & echo up; wait")
    assert supervisor.stdout
    assert {supervisor.stdout.readline(), supervisor.stdout.readline()} == {"  beat | up\n", "   web | up\n"}
    supervisor.send_signal(number)
    assert supervisor.wait(10) == 0
    assert at_work(data) == [], "not even what the children had started"
    supervisor.communicate()


def test_children_end_when_the_supervisor_is_killed(data: Path, no_servers: None) -> None:
    supervisor = supervise("echo up; exec sleep 60")
    assert supervisor.stdout
    supervisor.stdout.readline()
    supervisor.stdout.readline()
    supervisor.kill()
    supervisor.communicate()
    assert until(lambda: at_work(data) == [], 5)


def test_a_child_that_ignores_requests_is_killed(data: Path, no_servers: None) -> None:
    supervisor = supervise("trap '' TERM; echo up; while true; do sleep 0.1; done")
    assert supervisor.stdout
    supervisor.stdout.readline()
    supervisor.stdout.readline()
    supervisor.terminate()
    assert not until(lambda: supervisor.poll() is not None, 1), "the children get time to end by themselves"
    supervisor.terminate()
    assert supervisor.wait(5) == 0
    assert at_work(data) == []
    supervisor.communicate()


def test_five_deaths_within_a_minute_are_enough(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("starting\nno such module: peerhub\n")
    restarts = Restarts("The web server", log)
    pauses = [restarts.pause() for _ in range(4)]
    assert pauses == sorted(pauses)
    with pytest.raises(EmbeddedError, match=r"The web server ended 5 times within a minute .* no such module: peerhub"):
        restarts.pause()


def test_the_welcome_names_address_and_log_ins() -> None:
    shown = welcome(
        "http://127.0.0.1:8000", [{"role": "coordinator", "email": "c@demo.example", "password": "abcd-efgh"}]
    )
    assert "http://127.0.0.1:8000" in shown
    assert "coordinator  c@demo.example  abcd-efgh" in shown
