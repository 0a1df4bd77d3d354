"""Encrypts single texts with a key made from SECRET_KEY; what was sealed for one place opens nowhere else.

AES-256-GCM: a changed byte, another place or another key does not open, and says so. The first byte names the way it
was sealed, so that a later one can live beside it.
"""

import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

WAY = b"\x01"
NONCE = 12
KEY = 32


class Unreadable(Exception):
    """The text was sealed with another key, for another place, or was changed since."""


@cache
def _key(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY, salt=None, info=b"peerhub sealing").derive(secret.encode()))


def seal(text: str, *, bound_to: str) -> bytes:
    """The text as bytes that say nothing, to be opened with the same ``bound_to`` (its row, say) and nowhere else."""
    nonce = os.urandom(NONCE)
    return WAY + nonce + _key(settings.SECRET_KEY).encrypt(nonce, text.encode(), bound_to.encode())


def unseal(sealed: bytes | memoryview, *, bound_to: str) -> str:
    """The text again. Former keys (SECRET_KEY_FALLBACKS) still open. Raises Unreadable."""
    sealed = bytes(sealed)
    nonce, text = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            if sealed[:1] == WAY:
                return _key(secret).decrypt(nonce, text, bound_to.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise Unreadable
