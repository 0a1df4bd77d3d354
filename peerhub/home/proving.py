"""A fresh e-mailed code, for those who have no password and no second factor to show that it is still they."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

STATE = "proof_code"


class CodeForm(forms.Form):
    """The code from the letter."""

    code = forms.CharField(
        label=_("The code from the e-mail"),
        max_length=20,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


def code_is_enough(request: HttpRequest) -> bool:
    """Whether a mailed code may stand for a proof: not where a second factor is set up."""
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    return any(way["url"] == reverse("home:prove") for way in ways)


def send_code(request: HttpRequest, address: str) -> None:
    """Send a code to the log-in's own address. The session keeps only what the code can be compared with."""
    adapter = get_adapter(request)
    code = adapter.generate_login_code()
    request.session[STATE] = {
        "mark": _mark(code),
        "at": time.time(),
        "tries": settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS,
    }
    adapter.send_mail("account/email/login_code", address, {"request": request, "code": code})


def waiting(request: HttpRequest) -> bool:
    """Whether a code was sent that can still be typed."""
    state: dict[str, Any] = request.session.get(STATE, {})
    young = time.time() - state.get("at", 0) < settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    return bool(young and state.get("tries", 0) > 0)


def prove_with(request: HttpRequest, code: str) -> bool:
    """Whether the typed code is the one that was sent; if so, the proof is written down as allauth does it."""
    if not waiting(request):
        return False
    state = request.session[STATE]
    if not constant_time_compare(state["mark"], _mark(code)):
        request.session[STATE] = {**state, "tries": state["tries"] - 1}
        return False
    del request.session[STATE]
    record_authentication(request, request.user, method="code", reauthenticated=True)
    return True


def _mark(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac("peerhub.proof", plain, algorithm="sha256").hexdigest()
