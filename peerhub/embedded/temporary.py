"""Runs a command with servers of its own: `python -m peerhub.embedded exec [--temporary [--durable]] -- CMD…`."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from peerhub.embedded import process
from peerhub.embedded.errors import EmbeddedError
from peerhub.embedded.lease import Lease


def execute(command: Sequence[str], *, temporary: bool, durable: bool) -> int:
    """Run the command while the servers serve; its exit code is ours. Temporary data are gone afterwards.

    `durable` keeps the safety against power loss that temporary servers otherwise give up, for honest measurements.
    """
    program = shutil.which(command[0])
    if program is None:
        raise EmbeddedError(f"There is no program “{command[0]}”.")
    fast = temporary and not durable
    with _folder(temporary), _lease(fast=fast, temporary=temporary):
        child = process.launch([program, *command[1:]], on_parent_death=signal.SIGTERM)
        with _passing_on(child):
            code = child.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def _folder(temporary: bool) -> Iterator[None]:
    """DATA points to a fresh private folder."""
    if not temporary:
        yield
        return
    before = os.environ.get("DATA")
    data = Path(tempfile.mkdtemp(prefix="peerhub-"))
    os.environ["DATA"] = str(data)
    try:
        yield
    finally:
        shutil.rmtree(data, ignore_errors=True)
        if before is None:
            del os.environ["DATA"]
        else:
            os.environ["DATA"] = before


@contextmanager
def _lease(*, fast: bool, temporary: bool) -> Iterator[None]:
    lease = Lease(fast=fast, temporary=temporary)
    try:
        yield
    finally:
        lease.release()


@contextmanager
def _passing_on(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Signals go to the command; Ctrl-C reaches it from the terminal by itself."""

    def pass_on(number: int, frame: FrameType | None) -> None:
        child.send_signal(number)

    def leave_to_child(number: int, frame: FrameType | None) -> None:
        pass

    before = {
        number: signal.signal(number, handler)
        for number, handler in (
            (signal.SIGTERM, pass_on),
            (signal.SIGHUP, pass_on),
            (signal.SIGINT, leave_to_child),
        )
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
