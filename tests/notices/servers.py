"""Real HTTP servers on this machine: a gateway for text messages, a push service. Both keep what they receive."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Mailroom:
    """What a server was told, and how it answers."""

    url: str = ""
    status: int = 201
    hangs_up: bool = False
    got: list[Received] = field(default_factory=list)


@contextmanager
def listening(room: Mailroom) -> Iterator[Mailroom]:
    """A server that answers as the room says, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            room.got.append(Received(self.command, self.path, headers, self.rfile.read(length)))
            if room.hangs_up:  # it took the message, and the line broke
                self.close_connection = True
                return
            self.send_response(room.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT = do_POST  # noqa: N815  # names of the library

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    room.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield room
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
