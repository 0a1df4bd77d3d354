"""Where somebody who found a hole can tell: the lines of security.txt (RFC 9116)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

VALID_FOR = timedelta(days=180)  # the standard asks for less than a year
POLICY = "/.well-known/security-policy.md"


def contact_address(text: str) -> str:
    """A contact as an address that programs understand; a bare e-mail address becomes one."""
    return text if text.startswith(("mailto:", "https:", "tel:")) else f"mailto:{text}"


def security_txt(*, contacts: Sequence[str], public_url: str, languages: Sequence[str], at: datetime) -> str:
    """The whole file. Without a contact of the place, its page about security says how to tell."""
    expires = datetime.combine(at.date() + VALID_FOR, time(0), tzinfo=at.tzinfo)
    policy = f"{public_url}{POLICY}"
    lines = [f"Contact: {contact_address(one)}" for one in contacts] or [f"Contact: {policy}"]
    lines += [
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
        f"Canonical: {public_url}/.well-known/security.txt",
        f"Policy: {policy}",
    ]
    return "\n".join(lines) + "\n"
