"""How long ago somebody proved who she is: by logging in, or by showing it again on the way to a page that asks."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import urlencode


def last_proof(request: HttpRequest) -> float | None:
    """When this log-in was last proved, in seconds since 1970, by the records that allauth keeps in the session."""
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return max((float(record["at"]) for record in records), default=None)


def proved_lately(request: HttpRequest) -> bool:
    """Whether the last proof is younger than ACCOUNT_REAUTHENTICATION_TIMEOUT. The log-in itself counts."""
    proved = last_proof(request)
    return proved is not None and time.time() - proved < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def proof_url(request: HttpRequest, *, back: str) -> str:
    """Where she shows again that it is she: password, second factor or an e-mailed code; then she is led ``back``."""
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    return f"{ways[0]['url']}?{urlencode({'next': back})}"
