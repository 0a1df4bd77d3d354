"""A web application that breaks while a name is in the address and an e-mail address in the error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer, or break."""
    if environ["PATH_INFO"] == "/broken/":
        raise ValueError("fatima@example.org is not there\n2026-01-01 CRITICAL root nothing to see")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
