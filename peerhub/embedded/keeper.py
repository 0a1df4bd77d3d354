"""The keeper: the one process per data folder that owns the servers, as long as somebody needs them.

Whoever needs the servers shares the lock USERS (`lease.py`). When nobody holds it any more, because the last user
finished or was killed, the keeper stops the servers and ends. It starts again a server that died. When it is killed
itself, the kernel ends the servers, and the next user starts a new keeper. So no command ever takes the database away
from another one, and nothing is left behind.
"""

import os
import shutil
import signal
import time
from pathlib import Path
from types import FrameType

from peerhub.embedded import locks, paths
from peerhub.embedded.errors import EmbeddedError
from peerhub.embedded.locks import Lock
from peerhub.embedded.postgres import Postgres
from peerhub.embedded.restarts import Restarts
from peerhub.embedded.valkey import Valkey

GLANCE = 0.05  # seconds between looks at the lock and the servers
NOTE = "keeper"
SERVERS: dict[str, type[Postgres] | type[Valkey]] = {"postgres": Postgres, "valkey": Valkey}


class Keeper:
    """Servers of one data folder; `temporary` ones are quick, unsafe against power loss, and vanish with their data."""

    def __init__(self, data: Path, names: list[str], *, fast: bool, temporary: bool) -> None:
        self.data = data
        self.names = names
        self.fast = fast
        self.temporary = temporary
        self.asked_to_stop = False
        self.servers: list[Postgres | Valkey] = []

    def run(self) -> int:
        """Serve until nobody needs it; 2 when a server cannot run, the sentence being in the note."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        own = Lock(self.data, Lock.KEEPER)
        if not own.take_within(2.0):
            return 0  # another keeper was quicker
        users = Lock(self.data, Lock.USERS)
        try:
            self._start()
            locks.note(self.data, NOTE, {"pid": os.getpid(), "servers": self.names})
            while not self.asked_to_stop and not users.take(wait=False):
                self._look_after()
                time.sleep(GLANCE)
        except EmbeddedError as error:
            locks.note(self.data, NOTE, {"failed": str(error)})
            return 2
        except Exception as error:
            locks.note(
                self.data, NOTE, {"failed": f"The servers failed: {error}; see {self.data / 'log' / 'keeper.log'}"}
            )
            raise
        else:
            locks.note(self.data, NOTE, None)
            return 0
        finally:
            self._stop()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def _start(self) -> None:
        self.restarts = {name: Restarts(SERVERS[name].name, self.data / "log" / f"{name}.log") for name in self.names}
        for name in self.names:
            server = SERVERS[name](self.data, fast=self.fast)
            self.servers.append(server)
            server.start()

    def _look_after(self) -> None:
        """Start again what died."""
        for name, server in zip(self.names, self.servers, strict=True):
            if server.ended():
                time.sleep(self.restarts[name].pause())
                server.start()

    def _stop(self) -> None:
        """The broker first, then the database."""
        for server in reversed(self.servers):
            server.stop()
            if self.temporary:
                server.remove()
        if self.temporary:
            shutil.rmtree(paths.run_dir(), ignore_errors=True)
            shutil.rmtree(self.data, ignore_errors=True)
