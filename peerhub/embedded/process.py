"""Starting, watching and ending programs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

LAUNCHER = Path(__file__).with_name("launch.py")
Program = subprocess.Popen[bytes]
LOG_LIMIT = 5_000_000  # bytes; a longer log is set aside as `.1` when its program starts


def command_line(command: Sequence[str | Path], *, mode: str, on_parent_death: signal.Signals) -> list[str]:
    """The command under `launch.py`, which ties it to this process."""
    bound = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(int(on_parent_death)), mode]
    return [*bound, *map(str, command)]


def launch(
    command: Sequence[str | Path],
    *,
    mode: str = "plain",
    on_parent_death: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
    errors: IO[bytes] | None = None,
    cwd: Path | None = None,
) -> Program:
    """Start a program that does not outlive this process. Call it from the main thread: the kernel watches that."""
    return subprocess.Popen(
        command_line(command, mode=mode, on_parent_death=on_parent_death),
        stdin=subprocess.DEVNULL if output else None,
        stdout=output,
        stderr=errors or (subprocess.STDOUT if output else None),
        env=env,
        cwd=cwd,
    )


def open_log(path: Path) -> IO[bytes]:
    """The log file, open for appending and readable by its owner only."""
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_name(path.name + ".1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab", buffering=0)


def last_line(path: Path) -> str:
    """The last line that says something, for error sentences."""
    try:
        lines = [line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        return ""
    return lines[-1] if lines else ""


def stop(program: Program, *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn and give it its seconds, then SIGKILL."""
    for number, seconds in steps:
        if program.poll() is not None:
            return
        program.send_signal(number)
        try:
            program.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if program.poll() is None:
        program.kill()
        program.wait()


def kill_group(group: int) -> None:
    """End whatever is left of a process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def working_in(folder: Path) -> list[int]:
    """Servers at work in `folder`: PostgreSQL's processes all stand in their data folder. Empty without /proc."""
    found = []
    wanted = os.path.realpath(folder)
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str((entry / "cwd").readlink()) == wanted and (entry / "exe").readlink().name == "postgres":
                found.append(int(entry.name))
        except OSError:
            continue  # gone meanwhile, a zombie, or somebody else's
    return found


def clear_out(folder: Path, patience: float = 10.0) -> None:
    """Wait until no server works in `folder` any more; whoever is still there after `patience` seconds is killed."""
    end = time.monotonic() + patience
    while left := working_in(folder):
        if time.monotonic() > end:
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        time.sleep(0.02)
