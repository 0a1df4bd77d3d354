"""Our own broker: Valkey or Redis on a socket, no TCP port, every change on disk within a second.

What is due stands in PostgreSQL; the broker only carries calls. So a store it cannot read any more (another version
wrote it, the disk filled up) is set aside and a fresh one begun, instead of keeping peerhub from starting.
"""

import signal
import socket
import time
from pathlib import Path

from peerhub.embedded import binaries, paths, process
from peerhub.embedded.errors import EmbeddedError

PATIENCE = 30.0
PONG = b"+PONG"


class Valkey:
    """The broker of one data folder."""

    name = "The broker"

    def __init__(self, data: Path, *, fast: bool = False) -> None:
        self.store = data / "valkey"
        self.log = data / "log" / "valkey.log"
        self.fast = fast
        self.server = binaries.valkey_server()
        self.program: process.Program | None = None

    def start(self) -> None:
        """Start it and wait until it answers; one that was left behind by a crash goes first."""
        end = time.monotonic() + 5
        while self._answers():
            if time.monotonic() > end:
                self._ask(b"SHUTDOWN\r\n")
            time.sleep(0.05)
        if self._start_once():
            return
        aside = self.store.with_name(f"valkey.unread-{time.time_ns()}")
        self.store.rename(aside)
        if not self._start_once():
            raise EmbeddedError(
                f"The broker does not start; see {self.log}. It last said: {process.last_line(self.log)}"
            )

    def _start_once(self) -> bool:
        paths.private_dir(self.store)
        settings = {
            "port": "0",
            "unixsocket": str(paths.valkey_socket()),
            "unixsocketperm": "700",
            "dir": str(self.store),
            "appendonly": "no" if self.fast else "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "databases": "16",
        }
        command: list[str | Path] = [self.server]
        for name, value in settings.items():
            command += [f"--{name}", value]
        with process.open_log(self.log) as log:
            self.program = process.launch(command, on_parent_death=signal.SIGTERM, output=log, cwd=self.store)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.program.poll() is None:
            if self._answers():
                return True
            time.sleep(0.02)
        self.stop()
        return False

    def _answers(self) -> bool:
        """Whether the server behind the socket says PONG; one that still loads its store does not."""
        return self._ask(b"PING\r\n").startswith(PONG)

    def _ask(self, line: bytes) -> bytes:
        """The first bytes of the answer; none when nobody is there."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(1)
            try:
                client.connect(str(paths.valkey_socket()))
                client.sendall(line)
                return client.recv(64)
            except OSError:
                return b""

    def ended(self) -> bool:
        """Whether the server that was started is gone."""
        return self.program is not None and self.program.poll() is not None

    def stop(self) -> None:
        """End it; the append-only file is flushed first."""
        if self.program:
            process.stop(self.program, (signal.SIGTERM, 5))

    def remove(self) -> None:
        """Nothing lies outside the data folder."""
