"""A whole running peerhub for journeys and screenshots: web server, worker, mail sink, and the demonstration inside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext

from peerhub.home.demo import cast, staging
from peerhub.people.models import User
from tests.journeys.pages import pages
from tests.second_steps import log_in

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40


class Sink:
    """Keeps every letter that is sent."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """A letter came in."""
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def database_url(alias: str) -> str:
    """The address of the database a Django connection uses now."""
    params = connections[alias].settings_dict
    where = f"{quote(params['USER'])}:{quote(params['PASSWORD'])}@"
    host = params["HOST"]
    if host.startswith("/"):
        return f"postgres://{where}/{params['NAME']}?host={quote(host)}"
    return f"postgres://{where}{host}:{params['PORT'] or 5432}/{params['NAME']}"


@dataclass
class Site:
    """Processes of one running peerhub."""

    folder: Path
    sink: Sink = field(default_factory=Sink)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    url: str = ""
    logins: dict[str, tuple[str, str]] = field(default_factory=dict)
    slug: str = cast.SLUG
    pages: list[tuple[str, str, str]] = field(default_factory=list)

    def start(self) -> None:
        """Put the demonstration on and start everything; returns when the log-in page answers."""
        staging.put_on(now=timezone.now())
        self.logins = {one["role"]: (one["email"], one["password"]) for one in staging.logins()}
        self.pages = pages(self.slug)
        self._post = Controller(self.sink, hostname="127.0.0.1", port=free_port())
        self._post.start()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        env = self._environment(port)
        self._run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], env)
        web = [
            sys.executable,
            "-m",
            "gunicorn",
            "peerhub.wsgi",
            "-b",
            f"127.0.0.1:{port}",
            "-w",
            "2",
            "--log-level",
            "warning",
            "-c",
            "python:peerhub.serving",
        ]
        worker = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "peerhub",
            "worker",
            "-c",
            "1",
            "-l",
            "warning",
            "--without-gossip",
            "-B",  # beat as well: a report whose call was lost is found a minute later
            "-s",
            str(self.folder / "beat"),
        ]
        for name, command in (("web", web), ("worker", worker)):
            log = (self.folder / f"{name}.log").open("wb")
            self.processes.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log))
        self._wait()

    def _environment(self, port: int) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
            "DATABASE_URL": database_url("default"),
            "DATABASE_OWNER_URL": database_url("owner"),
            "REDIS_PREFIX": f"journeys-{port}",  # several sites may run beside each other, each with its own worker
            "SECRET_KEY": settings.SECRET_KEY,
            "STATIC_ROOT": str(self.folder / "static"),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self._post.port),
            "PEERHUB_DEMO": "0",  # as in a real place: staff need their second factor
        }

    def enter(self, context: BrowserContext, role: str) -> None:
        """Bring somebody in without the log-in page: the cookie of a session that has proved a real second factor."""
        client = Client()
        log_in(client, User.objects.get(email=self.logins[role][0]))
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.url}])
        connections.close_all()  # opened inside Playwright's loop; nobody outside could close them

    def _run(self, command: list[str], env: dict[str, str]) -> None:
        subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=120)

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.2)
        raise AssertionError((self.folder / "web.log").read_text())

    def stop(self) -> None:
        """Stop everything."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
        self._post.stop()
