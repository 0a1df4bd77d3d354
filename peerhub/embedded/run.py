"""`make run`: everything from an empty folder to a page in the browser, and back to no process at all on Ctrl-C."""

import http.client
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from peerhub.embedded import locks, paths, system
from peerhub.embedded.errors import EmbeddedError
from peerhub.embedded.lease import Lease
from peerhub.embedded.locks import Lock
from peerhub.embedded.prepare import DEMO_NOTE, Interrupted, Setup, compile_translations, demo_logins
from peerhub.embedded.supervisor import Bell, Child, Supervisor, say

NOTE = "supervisor"
LARGEST_PORT = 65535


def run() -> int:
    """Serve until asked to stop."""
    host, port = address()
    data = paths.private_dir(paths.data_dir())
    lock = Lock(data, Lock.SUPERVISOR)
    if not lock.take_within(0.5):
        raise already_running(data)
    check_port_is_free(host, port)
    for folder in ("log", "media", "mail", "beat"):
        paths.private_dir(data / folder)
    warn_about_pdf()
    locks.note(data, NOTE, {"pid": os.getpid(), "address": web_address(host, port)})
    bell = Bell()
    try:
        serve(data, host, port, bell)
    except Interrupted:
        say("Stopped before the start was complete.")
    finally:
        locks.note(data, NOTE, None)
        lock.drop()
    return 0


def serve(data: Path, host: str, port: int, bell: Bell) -> None:
    """Servers, tables, children; and all of them ended, however this ends."""
    say(f"Starting the servers in {data} …")
    lease = Lease()
    try:
        env = set_up(data, port, bell)
        supervisor = Supervisor(children(data, host, port, env), lease, bell)
        try:
            supervisor.serve(greeting(data, host, port))
        finally:
            say("Stopping …")
            supervisor.stop()
    finally:
        lease.release()
    say("Stopped; no process is left.")


def address() -> tuple[str, int]:
    """Where the pages will be: BIND and PORT."""
    host = os.environ.get("BIND") or "127.0.0.1"
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) <= LARGEST_PORT:
        raise EmbeddedError(f"PORT is “{text}”; give a number from 1 to {LARGEST_PORT}: PORT=8000 make run")
    return host, int(text)


def web_address(host: str, port: int) -> str:
    """What to type into the browser."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  # nosec B104 - compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def check_port_is_free(host: str, port: int) -> None:
    """Say now what gunicorn would say much later."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except PermissionError as error:
            raise EmbeddedError(f"Port {port} needs root; choose one above 1023: PORT=8000 make run") from error
        except OSError as error:
            other = port + 1 if port < LARGEST_PORT else 8000
            raise EmbeddedError(
                f"Port {port} on {host} cannot be used ({error.strerror}); choose another: PORT={other} make run"
            ) from error


def already_running(data: Path) -> EmbeddedError:
    """The sentence for a second start."""
    facts = locks.read_note(data, NOTE)
    where = f" at {facts['address']} (process {facts['pid']})" if facts else ""
    return EmbeddedError(
        f"peerhub already runs with {data}{where}; stop it there with Ctrl-C, or start another one: "
        "DATA=/another/folder PORT=8001 make run"
    )


def warn_about_pdf() -> None:
    """Everything but PDF works without Pango."""
    if missing := system.missing_for_pdf():
        say(f"Reports as PDF will not work until Pango is installed: {system.apt_command(missing)}")


def set_up(data: Path, port: int, bell: Bell) -> dict[str, str]:
    """Tables, translations, static files, on the first start the demo; returns the environment of the children."""
    env = {**os.environ, "DATA": str(data), "DJANGO_SETTINGS_MODULE": "peerhub.settings", "PORT": str(port)}
    env["PYTHONUNBUFFERED"] = "1"
    setup = Setup(data, env, lambda: bell.rings > 0)
    compile_translations()
    say("Bringing the tables up to date …")
    setup.manage("migrate", "--noinput", "--verbosity", "0")
    setup.collect_static_files()
    if setup.wants_demo():
        say("First start: loading the demo …")
        setup.load_demo()
    if (data / DEMO_NOTE).exists():
        env["PEERHUB_DEMO"] = "1"
    return env


def children(data: Path, host: str, port: int, env: dict[str, str]) -> list[Child]:
    """Beat, worker and web, in the order in which they stop."""
    python = sys.executable
    level = os.environ.get("LOG_LEVEL") or "WARNING"
    celery = [python, "-m", "celery", "-A", "peerhub", "--quiet"]
    beat = [*celery, "beat", "--schedule", str(data / "beat" / "schedule"), "--pidfile", "", "--loglevel", level]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", level]
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [python, "-m", "gunicorn", "peerhub.wsgi", "--bind", bind, "--workers", "2", "--timeout", "60"]
    web += ["--graceful-timeout", "5", "--max-requests", "2000", "--max-requests-jitter", "200", "--no-control-socket"]
    web += ["-c", "python:peerhub.serving"]
    web += ["--log-level", level.lower(), "--worker-tmp-dir", str(paths.run_dir())]
    log = data / "log"
    return [
        Child("beat", "The scheduler", beat, log / "beat.log", env),
        Child("worker", "The worker", worker, log / "worker.log", env),
        Child("web", "The web server", web, log / "web.log", env),
    ]


def greeting(data: Path, host: str, port: int) -> Callable[[], None]:
    """Called again and again until the pages answer; then says where they are, once."""
    told = False

    def tell() -> None:
        nonlocal told
        if not told and answers(host, port):
            told = True
            say(welcome(web_address(host, port), demo_logins(data)))

    return tell


def answers(host: str, port: int) -> bool:
    """Whether the web server gives a page."""
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=2)  # noqa: S104  # nosec B104 - compared
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(where: str, logins: list[dict[str, str]]) -> str:
    """The block that ends the start."""
    lines = ["", f"  peerhub is at  {where}", ""]
    if logins:
        widths = {name: max(len(login.get(name, "")) for login in logins) for name in ("role", "email")}
        lines.append("  Log in to the demo as")
        lines += [
            f"    {login.get('role', ''):<{widths['role']}}  {login.get('email', ''):<{widths['email']}}  "
            f"{login.get('password', '')}"
            for login in logins
        ]
        lines.append("")
    return "\n".join([*lines, "  Ctrl-C stops everything.", ""])
