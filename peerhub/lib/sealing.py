"""Texts that lie in the database, sealed: whoever reads a copy of it cannot read them."""

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
    """A sealed text cannot be opened: it was changed or moved, or SECRET_KEY is no longer the same."""


def seal(text: str, *, purpose: str) -> str:
    """Encrypt and sign with AES-256-GCM; the key follows from SECRET_KEY, and it opens for the same purpose only.

    A purpose that names the row ("draft of person 7, visit-12") opens nowhere else than in this row.
    """
    nonce = os.urandom(NONCE)
    closed = AESGCM(_key(settings.SECRET_KEY, purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return MARK + base64.urlsafe_b64encode(nonce + closed).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed. Raises Unreadable when it was not sealed here, for this purpose, and left as it was.

    Former keys (SECRET_KEY_FALLBACKS) still open.
    """
    if not sealed.startswith(MARK):
        raise Unreadable("This text was not sealed by peerhub.")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(MARK))
            return AESGCM(_key(secret, purpose)).decrypt(raw[:NONCE], raw[NONCE:], purpose.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise Unreadable("This text cannot be opened: was SECRET_KEY changed?")


def _key(secret: str, purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"peerhub:{purpose}".encode())
    return derived.derive(secret.encode())
