"""Our own PostgreSQL: made once, started again after anything, reached by a socket that only its owner may open.

* initdb works in `pg.new`, which is then renamed: a kill in the middle leaves nothing half made.
* Peer authentication: the operating system says who connects; there is no password and no TCP port.
* After a `kill -9` the server's children may still be leaving, and the pid in `postmaster.pid` may by now be somebody
  else's program. Both are settled by looking who works in the folder, not by believing the file.
* Its log holds no data of people: neither statements nor the details of errors.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg2

from peerhub.embedded import account, binaries, paths, process
from peerhub.embedded.errors import EmbeddedError

ADMIN = "postgres"
ROLES = (ADMIN, "peerhub_owner", "peerhub_web", "peerhub_backup")
ROLES_SQL = Path(__file__).with_name("roles.sql")
LOCALE = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"}
PATIENCE = 300.0  # seconds for recovery after a crash
FIRST_BUILTIN_LOCALE = 17
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}
RISKY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "1h"}


class Postgres:
    """The server of one data folder. `fast` gives up safety against power loss, for tests."""

    name = "PostgreSQL"

    def __init__(self, data: Path, *, fast: bool = False) -> None:
        self.data = data
        self.fast = fast
        self.cluster = data / "pg"
        self.log = data / "log" / "postgres.log"
        found = binaries.postgres_bin(self.cluster)
        self.account = account.account_for(data, found / "postgres")
        self.bin = account.reachable_bin(self.account, found)
        self.base = self.account.home or data
        self.socket_dir = self.account.home / "run" if self.account.home else paths.run_dir()
        self.program: process.Program | None = None

    def prepare(self) -> None:
        """Make the cluster unless it is there, and write down who may be whom."""
        real = self.base / "pg"
        if not (real / "PG_VERSION").exists():
            self._initdb(real)
        if self.account.home:
            _link(self.cluster, real)
            _link(paths.run_dir() / ".s.PGSQL.5432", self.socket_dir / ".s.PGSQL.5432")
        roles = ",".join(ROLES[1:])
        access = f"local all {ADMIN} peer map=peerhub\nlocal all {roles} peer map=peerhub\n"
        names = "".join(f'peerhub "{self.account.client}" {role}\n' for role in ROLES)
        for file, text in (("pg_hba.conf", access), ("pg_ident.conf", names)):
            (real / file).write_text(text)

    def _initdb(self, real: Path) -> None:
        draft = real.with_name("pg.new")
        shutil.rmtree(draft, ignore_errors=True)
        command: list[str | Path] = [
            self.bin / "initdb",
            "-D",
            draft,
            "-U",
            ADMIN,
            "--encoding=UTF8",
            "--data-checksums",
        ]
        command += ["--auth-local=peer", "--auth-host=reject", "--no-instructions"]
        if binaries.major(self.bin) >= FIRST_BUILTIN_LOCALE:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--no-sync"] if self.fast else []
        line = process.command_line(command, mode=self.account.mode, on_parent_death=signal.SIGTERM)
        made = subprocess.run(
            line, env={**_clean_env(), **LOCALE}, capture_output=True, text=True, check=False, cwd="/"
        )
        if made.returncode != 0:
            reason = (made.stderr.strip() or made.stdout.strip() or "no reason given").splitlines()[-1]
            raise EmbeddedError(f"PostgreSQL could not make its data folder {real}: {reason}")
        draft.rename(real)

    def start(self) -> None:
        """Start the server and wait until it answers; tried again while leftovers of a crash still leave."""
        self.prepare()
        end = time.monotonic() + 15
        while not self._start_once():
            if time.monotonic() > end:
                raise EmbeddedError(
                    f"PostgreSQL does not start; see {self.log}. It last said: {process.last_line(self.log)}"
                )
            time.sleep(0.2)
        self._provision()

    def _start_once(self) -> bool:
        real = self.base / "pg"
        process.clear_out(real)
        (real / "postmaster.pid").unlink(missing_ok=True)  # nobody works here, so the file is stale
        settings = {**SETTINGS, **(RISKY if self.fast else {})}
        settings["unix_socket_directories"] = '"' + str(self.socket_dir).replace('"', '""') + '"'
        command: list[str | Path] = [self.bin / "postgres", "-D", real]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with process.open_log(self.log) as log:
            self.program = process.launch(
                command,
                mode=self.account.mode,
                on_parent_death=signal.SIGINT,
                env={**_clean_env(), **LOCALE},
                output=log,
                cwd=Path("/"),
            )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.program.poll() is None:
            try:
                with self.connect("postgres"):
                    return True
            except psycopg2.OperationalError:
                time.sleep(0.02)
        self.stop()
        return False

    @contextmanager
    def connect(self, database: str) -> Iterator[Any]:
        """A connection as superuser, each statement on its own."""
        connection = psycopg2.connect(
            host=str(self.socket_dir), port=5432, user=ADMIN, dbname=database, connect_timeout=5, options=""
        )
        try:
            connection.autocommit = True
            yield connection
        finally:
            connection.close()

    def _provision(self) -> None:
        """The database and its roles."""
        with self.connect("postgres") as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [paths.DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {paths.DATABASE} TEMPLATE template0")
        with self.connect(paths.DATABASE) as connection, connection.cursor() as cursor:
            cursor.execute(ROLES_SQL.read_text())

    def ended(self) -> bool:
        """Whether the server that was started is gone."""
        return self.program is not None and self.program.poll() is not None

    def stop(self) -> None:
        """End it in order: clients are cut off, data written; harder when that takes too long."""
        if self.program:
            process.stop(self.program, (signal.SIGINT, 10), (signal.SIGQUIT, 3))

    def remove(self) -> None:
        """Take away what lies outside the data folder."""
        if self.account.home:
            shutil.rmtree(self.account.home, ignore_errors=True)
            with suppress(OSError):  # another data folder may still be there
                self.account.home.parent.rmdir()


def _clean_env() -> dict[str, str]:
    """The environment without libpq's variables, which would change where the programs connect."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _link(link: Path, target: Path) -> None:
    if not link.is_symlink() or link.readlink() != target:
        link.unlink(missing_ok=True)
        link.symlink_to(target)
