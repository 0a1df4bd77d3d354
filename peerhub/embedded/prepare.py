"""What has to be in place before the pages answer: tables, translations, static files, the demo."""

import hashlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from peerhub.embedded import paths, process
from peerhub.embedded.errors import EmbeddedError

DEMO_NOTE = "demo-logins.json"


class Interrupted(Exception):
    """Somebody asked to stop while things were being set up."""


def compile_translations(folder: Path = paths.REPO / "locale") -> None:
    """Turn each .po that is newer than its .mo into the form Django reads; fuzzy entries stay out."""
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(f".mo.{os.getpid()}")
        try:
            with source.open("rb") as file:
                catalog = read_po(file, abort_invalid=True)
            with draft.open("wb") as out:
                write_mo(out, catalog)
            draft.replace(target)
        except OSError as error:
            raise EmbeddedError(f"Cannot write {target} ({error.strerror}); make its folder writable.") from error
        except ValueError as error:
            raise EmbeddedError(f"The translation {source} cannot be read: {error}") from error


class Setup:
    """The steps of a start. Each runs to its end or is ended when `stopping` says so; none outlives this process."""

    def __init__(self, data: Path, env: Mapping[str, str], stopping: Callable[[], bool]) -> None:
        self.data = data
        self.env = env
        self.stopping = stopping
        self.log = data / "log" / "setup.log"

    def manage(self, *arguments: str, demo: bool = False) -> bytes:
        """Run a command of manage.py and return what it printed; its complaints go to the log."""
        env = {**self.env, "PEERHUB_DEMO": "1"} if demo else self.env
        command = [sys.executable, str(paths.REPO / "manage.py"), *arguments]
        with process.open_log(self.log) as complaints, tempfile.TemporaryFile() as answer:
            program = process.launch(command, mode="session", env=env, output=answer, errors=complaints, cwd=paths.REPO)
            while program.poll() is None:
                if self.stopping():
                    process.stop(program, (signal.SIGTERM, 3))
                    process.kill_group(program.pid)
                    raise Interrupted
                time.sleep(0.02)
            answer.seek(0)
            printed = answer.read()
        if program.returncode != 0:
            raise EmbeddedError(
                f"“manage.py {arguments[0]}” failed; see {self.log}. It last said: {process.last_line(self.log)}"
            )
        return printed

    def collect_static_files(self) -> None:
        """Gather the static files in `<data>/static` when they changed."""
        if mark := static_files_changed(self.data):
            self.manage("collectstatic", "--noinput", "--verbosity", "0")
            (self.data / "static.stamp").write_text(mark)

    def wants_demo(self) -> bool:
        """Whether this start loads it: the first one here, never in a real place; DEMO=0 or 1 decides."""
        asked = os.environ.get("DEMO", "")
        if (self.data / DEMO_NOTE).exists() or asked == "0":
            return False
        https = os.environ.get("HTTPS", "").lower() in {"1", "true", "yes", "on"}
        real = https or os.environ.get("DATABASE_URL") or os.environ.get("ALLOWED_HOSTS")
        return asked == "1" or not real

    def load_demo(self) -> None:
        """Load the demo and keep its log-ins, readable by the owner only; that note says that it succeeded."""
        answer = self.manage("demo", "--json", demo=True)
        try:
            json.loads(answer)["logins"]
        except (ValueError, KeyError, TypeError) as error:
            raise EmbeddedError(f"“manage.py demo --json” did not answer with log-ins; see {self.log}.") from error
        draft = self.data / f"{DEMO_NOTE}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(answer)
        draft.replace(self.data / DEMO_NOTE)


def static_files_changed(data: Path) -> str:
    """A mark of the static files as they are now, when it differs from the one collected last; else empty."""
    seen = hashlib.sha256((paths.REPO / "requirements.txt").read_bytes())
    for path in sorted((paths.REPO / "static").rglob("*")):
        if path.is_file():
            status = path.stat()
            seen.update(f"{path.relative_to(paths.REPO)} {status.st_size} {status.st_mtime_ns}\n".encode())
    mark = seen.hexdigest()
    stamp = data / "static.stamp"
    same = stamp.exists() and stamp.read_text() == mark and (data / "static").is_dir()
    return "" if same else mark


def demo_logins(data: Path) -> list[dict[str, str]]:
    """The demo's log-ins as kept; none when there is no demo."""
    try:
        logins = json.loads((data / DEMO_NOTE).read_text())["logins"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [{name: str(value) for name, value in login.items()} for login in logins]
