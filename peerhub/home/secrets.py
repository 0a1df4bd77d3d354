"""Small secrets that lie in the database, sealed: whoever reads a copy of it cannot read them."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "gcm1:"  # says how it was sealed, so that another way can follow
NONCE = 12


class Unreadable(Exception):
    """A sealed secret cannot be opened: it was changed, or SECRET_KEY is no longer the one it was sealed with."""


def seal(text: str, *, purpose: str) -> str:
    """Encrypt and sign with AES-256-GCM; the key follows from SECRET_KEY, and it opens for the same purpose only."""
    nonce = os.urandom(NONCE)
    closed = AESGCM(_key(purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return MARK + base64.urlsafe_b64encode(nonce + closed).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed. Raises Unreadable when it was not sealed here, for this purpose, and left as it was."""
    if not sealed.startswith(MARK):
        raise Unreadable("This secret was not sealed by peerhub.")
    try:
        raw = base64.urlsafe_b64decode(sealed.removeprefix(MARK))
        return AESGCM(_key(purpose)).decrypt(raw[:NONCE], raw[NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable("This secret cannot be opened: was SECRET_KEY changed?") from error


def _key(purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"peerhub:{purpose}".encode())
    return derived.derive(settings.SECRET_KEY.encode())
