"""What a real place refuses to start with: a key that can be guessed, database roles that may do too much."""

from __future__ import annotations

from typing import Any

SHORTEST_KEY = 50
FEWEST_DIFFERENT = 10
# Words of keys that stand in instructions and repositories, where everybody can read them.
KNOWN_WORDS = (
    *("django-insecure", "insecure", "changeme", "change-me", "change_me", "secret", "example", "password"),
    *("placeholder", "default", "replace", "your-key", "yourkey", "only-for-", "qwerty"),
)
SIGNS_ITSELF = {"sslcert", "passfile", "service"}  # ways to say who one is without a password in the address


def weakness_of_key(key: str) -> str:
    """Why this SECRET_KEY could be guessed, as a sentence; empty when it could not."""
    if len(key) < SHORTEST_KEY:
        return f"SECRET_KEY is too short: give at least {SHORTEST_KEY} random characters."
    if len(set(key)) < FEWEST_DIFFERENT:
        return "SECRET_KEY repeats itself: give random characters, for example from: openssl rand -base64 48"
    known = next((word for word in KNOWN_WORDS if word in key.lower()), "")
    if known:
        return f"SECRET_KEY holds “{known}”, as keys in instructions do: make your own with: openssl rand -base64 48"
    return ""


def weakness_of_roles(web: dict[str, Any], owner: dict[str, Any] | None, web_role: str) -> str:
    """Why these database connections of a real place are not apart or not locked, as a sentence; else empty."""
    for name, database in (("DATABASE_URL", web), ("DATABASE_OWNER_URL", owner)):
        if database and _open_to_the_network(database):
            return f"{name} has no password, and the server is reached over the network: give the role one."
    if owner and owner["USER"] == web["USER"]:
        return "DATABASE_URL and DATABASE_OWNER_URL name the same role: pages would own the tables. Give each its own."
    if web["USER"] != web_role:
        return (
            f"DATABASE_URL names “{web['USER'] or 'nobody'}”, not the web role “{web_role}”: only that role is held "
            "back by the walls. Name it there, or the other one in DATABASE_WEB_ROLE."
        )
    return ""


def _open_to_the_network(database: dict[str, Any]) -> bool:
    """Whether anybody who reaches the port could be this role. Behind a socket the operating system knows who asks."""
    host = str(database["HOST"])
    by_socket = not host or host.startswith(("/", "@"))
    return not by_socket and not database["PASSWORD"] and not SIGNS_ITSELF & set(database.get("OPTIONS", {}))
