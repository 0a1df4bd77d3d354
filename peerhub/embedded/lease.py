"""Using the servers: while a lease is held they run; the first to come has them started, the last to leave stopped."""

import os
import subprocess
import sys
import time

from peerhub.embedded import locks, paths, process
from peerhub.embedded.errors import EmbeddedError
from peerhub.embedded.keeper import NOTE
from peerhub.embedded.locks import Lock

START_PATIENCE = 400.0
STOP_PATIENCE = 20.0
GRACE = 1.0  # seconds after which a keeper that still serves has other users


def wanted() -> list[str]:
    """The servers that are ours to run: those the environment does not name an address for."""
    return [
        name
        for name, variable in (("postgres", "DATABASE_URL"), ("valkey", "REDIS_URL"))
        if not os.environ.get(variable)
    ]


class Lease:
    """A share in the servers of `DATA`, held until `release` or the end of this process."""

    def __init__(self, *, fast: bool = False, temporary: bool = False) -> None:
        self.data = paths.private_dir(paths.data_dir())
        self.names = wanted()
        self.options = [flag for flag, on in (("--fast", fast), ("--temporary", temporary)) if on]
        self.users: Lock | None = None
        self.keeper: subprocess.Popen[bytes] | None = None
        if self.names:
            self._take()

    def _take(self) -> None:
        for folder in (self.data / "log", paths.run_dir()):
            paths.private_dir(folder)
        self.users = Lock(self.data, Lock.USERS)
        self.users.take(shared=True)  # waits for a keeper that is just stopping
        try:
            self.renew()
        except BaseException:
            self.release()
            raise

    def renew(self) -> None:
        """Make sure that a keeper serves; starts one when there is none."""
        if not self.names:
            return
        start = Lock(self.data, Lock.START)
        start.take()
        try:
            if locks.is_free(self.data, Lock.KEEPER):
                self._start_keeper()
            self._wait_until_ready()
        finally:
            start.drop()

    def serving(self) -> bool:
        """Whether the keeper is still there."""
        return not self.names or not locks.is_free(self.data, Lock.KEEPER)

    def _start_keeper(self) -> None:
        locks.note(self.data, NOTE, None)
        command = [sys.executable, "-m", "peerhub.embedded", "keep", *self.options, *self.names]
        with process.open_log(self.data / "log" / "keeper.log") as log:
            self.keeper = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=paths.REPO,
                env={**os.environ, "DATA": str(self.data)},
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_PATIENCE
        while time.monotonic() < end:
            facts = locks.read_note(self.data, NOTE)
            if "failed" in facts:
                raise EmbeddedError(str(facts["failed"]))
            if "pid" in facts:
                missing = set(self.names) - set(facts["servers"])
                if missing:
                    raise EmbeddedError(
                        f"The servers of {self.data} already run without {' and '.join(sorted(missing))} for a command "
                        "with other DATABASE_URL or REDIS_URL; wait for it to end, or set the same."
                    )
                return
            if self.keeper and self.keeper.poll() not in {None, 0}:
                reason = process.last_line(self.data / "log" / "keeper.log")
                raise EmbeddedError(f"The servers could not start; see {self.data / 'log' / 'keeper.log'}: {reason}")
            ended = self.keeper is None or self.keeper.poll() == 0
            if ended and locks.is_free(self.data, Lock.KEEPER):  # the keeper we found was just told to stop
                self._start_keeper()
            time.sleep(0.01)
        raise EmbeddedError(f"The servers took longer than {START_PATIENCE:.0f} s to start; see {self.data / 'log'}.")

    def release(self) -> None:
        """Give the share back; when it was the last one, wait until the servers are gone."""
        if self.users is None:
            return
        self.users.drop()
        self.users = None
        begun = time.monotonic()
        while time.monotonic() < begun + STOP_PATIENCE and not self._over():
            if time.monotonic() > begun + GRACE and self.data.exists() and self._others():
                return
            time.sleep(0.02)

    def _over(self) -> bool:
        """Whether the keeper has ended. Temporary data may be gone a moment before it."""
        if self.keeper:
            return self.keeper.poll() is not None
        return not self.data.exists() or locks.is_free(self.data, Lock.KEEPER)

    def _others(self) -> bool:
        """Whether somebody else has a share: a keeper that stops holds the lock alone."""
        users = Lock(self.data, Lock.USERS)
        shared = users.take(shared=True, wait=False)
        users.drop()
        return shared
