"""What a person types, and the one sentence that answers when it cannot be done."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from peerhub.embedded import ensure, locks, paths, prepare
from peerhub.embedded.locks import Lock
from tests.embedded.conftest import at_work, embedded, until


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The complaint: one line, exit code 2."""
    assert done.returncode == 2, done
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_exec_hands_back_the_exit_code_and_leaves_nothing(data: Path) -> None:
    done = embedded("exec", "--temporary", "--", "sh", "-c", "echo $DATA; exit 7")
    assert done.returncode == 7
    folder = Path(done.stdout.strip())
    assert folder != data
    assert not folder.exists()
    assert at_work(folder) == []


def test_exec_killed_takes_servers_and_data_with_it(data: Path) -> None:
    line = [
        sys.executable,
        "-m",
        "peerhub.embedded",
        "exec",
        "--temporary",
        "--",
        "sh",
        "-c",
        "echo $DATA; exec sleep 60",
    ]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=paths.REPO) as starter:
        assert starter.stdout
        folder = Path(starter.stdout.readline().strip())
        assert (folder / "pg" / "PG_VERSION").exists()
        starter.kill()
    assert until(lambda: not at_work(folder), 15), at_work(folder)
    assert until(lambda: not folder.exists(), 5)


def test_exec_passes_sigterm_on(data: Path) -> None:
    line = [
        sys.executable,
        "-m",
        "peerhub.embedded",
        "exec",
        "--temporary",
        "--",
        "sh",
        "-c",
        "echo $DATA; exec sleep 60",
    ]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=paths.REPO) as starter:
        assert starter.stdout
        folder = Path(starter.stdout.readline().strip())
        starter.terminate()
        assert starter.wait(15) == 128 + signal.SIGTERM
    assert not folder.exists()


def test_an_unknown_program_is_named(data: Path) -> None:
    assert "no-such-program" in one_sentence(embedded("exec", "--temporary", "--", "no-such-program"))


def test_a_port_in_use_is_said_before_anything_starts(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = embedded("run", env={**os.environ, "PORT": str(port)})
    assert f"PORT={port + 1} make run" in one_sentence(done)
    assert not (data / "pg").exists()


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_a_port_that_is_none(data: Path, port: str) -> None:
    assert port in one_sentence(embedded("run", env={**os.environ, "PORT": port}))


def test_a_second_supervisor_is_refused(data: Path) -> None:
    first = Lock(data, Lock.SUPERVISOR)
    assert first.take(wait=False)
    locks.note(data, "supervisor", {"pid": 4711, "address": "http://127.0.0.1:8000"})
    said = one_sentence(embedded("run"))
    assert "already runs" in said
    assert "http://127.0.0.1:8000 (process 4711)" in said
    first.drop()


def test_a_folder_that_cannot_be_written(data: Path) -> None:
    done = embedded("exec", "--", "true", env={**os.environ, "DATA": "/proc/peerhub"})
    said = one_sentence(done)
    assert "/proc/peerhub" in said
    assert "DATA=" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else(data: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    assert "belongs to another user" in one_sentence(embedded("exec", "--", "true"))


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ([], False),
        (["help"], False),
        (["migrate", "--help"], False),
        (["makemigrations", "--check"], False),
        (["collectstatic", "--noinput"], False),
        (["check"], False),
        (["check", "--database", "default"], True),
        (["migrate"], True),
        (["sweep", "--json"], True),
        (["shell"], True),
    ],
)
def test_which_commands_need_the_servers(words: list[str], needed: bool) -> None:
    assert ensure.needs_servers(words) is needed


def test_the_secret_key_is_made_once_and_private(data: Path) -> None:
    keys: list[str] = []
    makers = [threading.Thread(target=lambda: keys.append(paths.secret_key())) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(set(keys)) == 1
    assert len(keys[0]) >= 50
    assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in data.iterdir()] == ["secret.key"]


def test_translations_compile_without_gettext(tmp_path: Path) -> None:
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "visit"\nmsgstr "bezoek"\n\n'
        '#, fuzzy\nmsgid "match"\nmsgstr "lucifer"\n'
    )
    prepare.compile_translations(tmp_path)
    compiled = (folder / "django.mo").read_bytes()
    assert b"bezoek" in compiled
    assert b"lucifer" not in compiled


def test_make_alone_lists_the_commands_on_one_screen() -> None:
    shown = subprocess.run(["make"], cwd=paths.REPO, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "check", "fix", "bench", "shots", "shell", "lock", "messages", "clean"):
        assert f"\n  {target} " in shown
    assert shown.count("\n") < 24


def test_make_says_which_package_brings_venv() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Makefile").write_text((paths.REPO / "Makefile").read_text())
        (Path(folder) / "requirements.txt").touch()  # make looks for it first
        poor = Path(folder) / "python3"
        poor.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; *) exit 0;; esac\n')
        poor.chmod(0o755)
        done = subprocess.run(
            ["make", "run", f"PYTHON={poor}"], cwd=folder, capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert "apt-get install python3-venv" in done.stderr
