"""As whom PostgreSQL runs, and under which names it sees its clients.

An ordinary user runs it as himself. Root cannot: the server refuses. So, in this order:

1. In a user namespace where root is an ordinary user (`launch.py`). Everything stays in the data folder, root's own,
   even when the project lies in a folder that nobody else may enter; no user is made, no parent folder is touched. The
   server sees root's connections as that user, and everybody else's as `nobody`, which is mapped to no role.
2. Where namespaces are forbidden: as the system user `peerhub` (made when missing), with the cluster under
   /var/lib/peerhub, since that user may not be able to enter the project. `pg` and the socket in the data folder then
   are links. PEERHUB_PG_USER names another user and asks for this way.

A user without a name in /etc/passwd, as containers like them, goes the first way too: PostgreSQL asks for a name.
"""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from peerhub.embedded.errors import EmbeddedError
from peerhub.embedded.process import command_line

STATE = Path("/var/lib/peerhub")
SYSTEM_USER = "peerhub"
NOBODY = 65534  # what unmapped users look like inside a namespace


@dataclass(frozen=True)
class Account:
    """How to launch the server, and what it calls its clients."""

    mode: str
    client: str
    home: Path | None = None
    """The folder of cluster and socket when they cannot lie in the data folder."""
    uid: int = -1
    gid: int = -1


def account_for(data: Path, program: Path) -> Account:
    """The first way that works here, tried out with `program` and `data`."""
    named = os.environ.get("PEERHUB_PG_USER", "")
    if not named and os.geteuid() != 0 and (name := _name(os.geteuid())):
        return Account("plain", name)
    moved = (data / "pg").is_symlink()
    if not named and not moved:
        for uid in _ordinary_uids():
            if _may(f"namespace:{uid}", program, data):
                return Account(f"namespace:{uid}", pwd.getpwuid(uid).pw_name)
            break
    if os.geteuid() != 0:
        raise EmbeddedError(
            "This user has no name in /etc/passwd and namespaces are forbidden; set DATABASE_URL to a PostgreSQL."
        )
    if (data / "pg").is_dir() and not moved:
        raise EmbeddedError(
            f"PostgreSQL does not run as root, user namespaces are forbidden here; run as the owner of {data / 'pg'}, "
            "or allow them: sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000"
        )
    return _system_account(data, named or SYSTEM_USER)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


def _ordinary_uids() -> list[int]:
    """Users one may be inside the namespace, lowest first."""
    return sorted(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid not in {0, NOBODY})


def _may(mode: str, program: Path, folder: Path) -> bool:
    """Whether the server could reach its program and write into the folder in this mode."""
    trial: list[str | Path] = ["/bin/sh", "-c", 'test -x "$0" && test -w "$1"', program, folder]
    line = command_line(trial, mode=mode, on_parent_death=signal.SIGKILL)
    return subprocess.run(line, capture_output=True, check=False, cwd="/").returncode == 0


def _system_account(data: Path, name: str) -> Account:
    """The system user with a folder of its own under /var/lib."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = _make_user(name)
    home = STATE / hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    try:
        STATE.mkdir(mode=0o755, exist_ok=True)
        for folder in (home, home / "run"):
            folder.mkdir(mode=0o700, exist_ok=True)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
    except OSError as error:
        raise EmbeddedError(f"Cannot write to {STATE} ({error.strerror}); set DATABASE_URL to a PostgreSQL.") from error
    return Account(f"user:{entry.pw_uid}:{entry.pw_gid}", "root", home, entry.pw_uid, entry.pw_gid)


def _make_user(name: str) -> pwd.struct_passwd:
    tool = shutil.which("useradd") or "/usr/sbin/useradd"
    command = [tool, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(name)
    except (OSError, KeyError, subprocess.CalledProcessError) as error:
        raise EmbeddedError(
            f"PostgreSQL does not run as root, user namespaces are forbidden and the user “{name}” cannot be made; "
            f"run as another user, or make it: useradd --system {name}"
        ) from error


def reachable_bin(account: Account, folder: Path) -> Path:
    """PostgreSQL's programs where the account can reach them: the folder itself, or a copy of the installation."""
    if account.home is None or _may(account.mode, folder / "postgres", account.home):
        return folder
    root = folder.parent  # bin/ lies beside lib/ and share/; the wheel keeps its libraries two levels up
    copy = account.home / "installation" / root.parent.name / root.name
    if not copy.exists():
        draft = account.home / "installation.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(root, draft / root.parent.name / root.name, symlinks=True)
        libraries = root.parent.with_name(root.parent.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        shutil.rmtree(account.home / "installation", ignore_errors=True)
        draft.rename(account.home / "installation")
    for path in [account.home / "installation", *(account.home / "installation").rglob("*")]:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    return copy / "bin"
