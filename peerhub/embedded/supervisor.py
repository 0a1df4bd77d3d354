"""Web, worker and beat as children of one process: started, watched, started again, ended together.

Each child leads its own session, so Ctrl-C reaches only the supervisor, and the kernel ends it when the supervisor is
killed. Children write straight into their logs, which the supervisor follows to the terminal; a slow terminal or a dead
supervisor blocks nobody.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from peerhub.embedded import paths, process
from peerhub.embedded.lease import Lease
from peerhub.embedded.restarts import Restarts

TICK = 0.1
INSIST = 2  # rings that mean: at once
PATIENCE = 9.0  # seconds for running work to end; unfinished tasks are delivered again (task_acks_late)


@dataclass
class Child:
    """One long-running program."""

    name: str
    title: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str]
    program: process.Program | None = None
    read: int = 0
    due: float | None = 0.0
    """When to start it next; None while it runs."""

    def __post_init__(self) -> None:
        self.restarts = Restarts(self.title, self.log)

    def start(self) -> None:
        """Start it and follow its log from here."""
        with process.open_log(self.log) as log:
            self.read = os.fstat(log.fileno()).st_size
            self.program = process.launch(self.command, mode="session", env=self.env, output=log, cwd=paths.REPO)
        self.due = None

    def look_after(self) -> None:
        """Start it when it is time; count it when it died."""
        if self.due is not None:
            if time.monotonic() >= self.due:
                self.start()
        elif self.program and self.program.poll() is not None:
            process.kill_group(self.program.pid)
            self.due = time.monotonic() + self.restarts.pause()

    def ask_to_end(self) -> None:
        """Politely; see `end` for the rest."""
        self.due = float("inf")
        if self.program and self.program.poll() is None:
            self.program.terminate()

    def end(self) -> None:
        """Gone, with everything it started."""
        if self.program:
            process.kill_group(self.program.pid)
            self.program.wait()

    def gone(self) -> bool:
        """Whether it has ended."""
        return self.program is None or self.program.poll() is not None

    def show(self) -> None:
        """Pass new lines of the log on to the terminal, each with the child's name before it."""
        try:
            with self.log.open("rb") as file:
                file.seek(self.read)
                text = file.read(65536)
        except OSError:
            return
        whole = text[: text.rfind(b"\n") + 1]
        self.read += len(whole)
        if whole:
            say("\n".join(f"{self.name:>6} | {line}" for line in whole.decode(errors="replace").splitlines()))


class Bell:
    """How often somebody asked to stop: Ctrl-C, SIGTERM, a closed terminal. A signal only counts, nothing more."""

    def __init__(self) -> None:
        self.rings = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ring)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        self.rings += 1


class Supervisor:
    """Keeps the children and the servers' keeper alive until the bell rings."""

    def __init__(self, children: list[Child], lease: Lease, bell: Bell) -> None:
        self.children = children  # in the order in which they end
        self.lease = lease
        self.bell = bell

    def serve(self, on_tick: Callable[[], None]) -> None:
        """Until asked to stop, or until something died too often (EmbeddedError)."""
        while not self.bell.rings:
            for child in self.children:
                child.look_after()
                child.show()
            if not self.lease.serving():
                self.lease.renew()
            on_tick()
            time.sleep(TICK)

    def stop(self) -> None:
        """End the scheduler, then the others, together within `PATIENCE`; a second Ctrl-C ends them at once."""
        end = time.monotonic() + PATIENCE
        first, *rest = self.children
        first.ask_to_end()
        self._wait_for([first], time.monotonic() + 1.5)
        for child in rest:
            child.ask_to_end()
        self._wait_for(self.children, end)
        for child in self.children:
            child.end()
            child.show()

    def _wait_for(self, children: list[Child], end: float) -> None:
        while not all(child.gone() for child in children) and time.monotonic() < end and self.bell.rings < INSIST:
            time.sleep(0.02)


def say(text: str) -> None:
    """To the terminal, at once; a closed terminal is no reason to fail."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        pass
