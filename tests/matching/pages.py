"""What the tests of matching's pages share: a page's text on one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

Login = Callable[[Any], Client]


def text(response: Any) -> str:
    """A page that opened, its white space made even."""
    assert response.status_code == 200
    return " ".join(response.content.decode().split())
