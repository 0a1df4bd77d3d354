"""A real mail server that keeps what it receives."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Letterbox:
    """Keeps letters; says no as long as it is told to."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.tried: list[Message] = []
        self.refuses = False
        self.drops = False

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """One letter comes in."""
        self.tried.append(message_from_bytes(envelope.content))
        if self.refuses:
            return "451 not now"
        if self.drops:  # it took the letter, and the line broke before it could say so
            server.transport.abort()
            return "250 kept"
        self.letters.append(message_from_bytes(envelope.content))
        return "250 kept"

    def texts(self) -> list[str]:
        """Subject and every part of each letter, as a person would read them."""
        return [
            "\n".join([str(letter["Subject"]), *(_read(part) for part in letter.walk() if not part.is_multipart())])
            for letter in self.letters
        ]


def _read(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode() if isinstance(content, bytes) else ""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def letterbox(settings: Any) -> Iterator[Letterbox]:
    """A mail server on this machine, and settings that send there."""
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.EMAIL_USE_TLS = False
    yield box
    controller.stop()
