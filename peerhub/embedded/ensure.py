"""For manage.py and the tests: have the servers, if this command needs them, for as long as this process lives."""

import atexit
import os
from collections.abc import Sequence

from peerhub.embedded import paths
from peerhub.embedded.lease import Lease

WITHOUT_DATABASE = {
    "help",
    "version",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "makemessages",
    "makemigrations",
    "startapp",
    "startproject",
}
ASKS_ONLY = {"-h", "--help", "--version"}
_held: list[Lease] = []


def needs_servers(arguments: Sequence[str]) -> bool:
    """Whether `manage.py` with these arguments reads or writes data."""
    if not arguments or ASKS_ONLY & set(arguments):
        return False
    return arguments[0] not in WITHOUT_DATABASE or "--database" in arguments


def ensure_running() -> Lease:
    """Find the servers running, or start them; given back when this process ends, however it ends."""
    if not _held:
        _held.append(Lease())
        atexit.register(_give_back, os.getpid())
    return _held[0]


def ensure_for(arguments: Sequence[str]) -> None:
    """What manage.py calls with the words after its name."""
    if demo_is_loaded():
        os.environ.setdefault("PEERHUB_DEMO", "1")
    if needs_servers(arguments):
        ensure_running()


def demo_is_loaded() -> bool:
    """Whether the data of this machine are the demo's."""
    return not os.environ.get("DATABASE_URL") and (paths.data_dir() / "demo-logins.json").exists()


def _give_back(pid: int) -> None:
    if pid == os.getpid():  # not in a forked child
        while _held:
            _held.pop().release()
