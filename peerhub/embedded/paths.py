"""Where everything lies, and the connection facts that settings and supervisor share.

One folder, `DATA` (default `var/` beside manage.py), holds all that peerhub keeps on this machine; only its owner may
enter it.
"""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Literal

from peerhub.embedded.errors import EmbeddedError
from peerhub.lib.secret_files import make_once

REPO = Path(__file__).resolve().parent.parent.parent
DATABASE = "peerhub"
PRIVATE = 0o700
SOCKET_LIMIT = 103  # sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
Role = Literal["owner", "web", "backup"]


def data_dir() -> Path:
    """The folder of all data: `DATA`, or `var/` in the repository. It need not exist yet."""
    return Path(os.environ.get("DATA") or REPO / "var").absolute()


def private_dir(path: Path) -> Path:
    """Make a folder only its owner may enter; one that belongs to somebody else is refused."""
    try:
        path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        status = path.stat()
        if status.st_uid != os.geteuid():
            raise EmbeddedError(
                f"{path} belongs to another user; give a folder of your own: DATA=/some/folder make run"
            )
        if status.st_mode & 0o777 != PRIVATE:
            path.chmod(PRIVATE)
    except OSError as error:
        raise EmbeddedError(
            f"Cannot write to {path} ({error.strerror}); give a writable folder: DATA=/some/folder make run"
        ) from error
    return path


def run_dir() -> Path:
    """The folder of the sockets: `<data>/run`, or a private temporary one when that path is too long for a socket."""
    wanted = data_dir() / "run"
    if len(os.fsencode(wanted / LONGEST_SOCKET_NAME)) <= SOCKET_LIMIT:
        return wanted
    mark = hashlib.sha256(os.fsencode(data_dir())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"peerhub-{os.geteuid()}-{mark}"


def valkey_socket() -> Path:
    """The broker's socket."""
    return run_dir() / "valkey.sock"


def postgres_params(role: Role) -> dict[str, str]:
    """Django's connection settings for one of the three roles; who may be whom is decided by the operating system."""
    return {
        "HOST": str(run_dir()),
        "PORT": "5432",
        "NAME": DATABASE,
        "USER": f"peerhub_{role}",
        "PASSWORD": "",
    }


def broker_url() -> str:
    """Address of the broker for Celery."""
    return f"redis+socket://{valkey_socket()}?virtual_host=0"


def cache_url() -> str:
    """Address of the cache: the same server, another database."""
    return f"unix://{valkey_socket()}?db=1"


def secret_key() -> str:
    """The key in `<data>/secret.key`, made once; of two processes that make it at the same time one wins for both."""
    path = data_dir() / "secret.key"
    if not path.exists():
        private_dir(data_dir())
        try:
            make_once(path, secrets.token_urlsafe(64).encode())
        except OSError as error:
            raise EmbeddedError(
                f"Cannot write {path} ({error.strerror}); give a writable folder: DATA=/some/folder, or set SECRET_KEY"
            ) from error
    return path.read_text().strip()
