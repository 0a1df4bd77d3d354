"""Typed reading of the environment, for settings only. A wrong value stops the start with one clear sentence."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The value as it stands, or the default when unset or empty."""
    return os.environ.get(name) or default


def flag(name: str, *, default: bool = False) -> bool:
    """1/true/yes/on or 0/false/no/off."""
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} is “{value}”; write 1 or 0.")
    return default


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is “{value}”; write a whole number.") from error


def one_of(name: str, known: tuple[str, ...]) -> str:
    """One of a few words, whatever the capitals; the first of them when unset."""
    value = text(name, known[0])
    found = next((word for word in known if word.lower() == value.lower()), None)
    if found is None:
        raise ImproperlyConfigured(f"{name} is “{value}”; write one of {', '.join(known)}.")
    return found


def words(name: str, default: str = "") -> list[str]:
    """A list of words parted by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def postgres(name: str, fallback: dict[str, str]) -> dict[str, Any]:
    """Connection settings from a postgres:// address, or the embedded server's when the variable is unset."""
    url = text(name)
    if not url:
        return dict(fallback)
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgres://user:password@host:5432/database.")
    options = dict(parse_qsl(parts.query))
    return {
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }
