"""The forms in which somebody proves who she is, and more: failures are written down, guessing is limited."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import ConfirmLoginCodeForm
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.core.cache import cache

from peerhub.home.events import written

# Who is here knows the password already: six digits are no match for a patient guesser.
PER_DAY = {"code": "30/d/key"}
VALID_FOR = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)


class _WrittenDown:
    """A form whose failure is a line in the log."""

    what = ""
    user: Any = None

    def is_valid(self) -> bool:
        """As ever; a failure is written down."""
        valid: bool = super().is_valid()  # type: ignore[misc]  # a form's
        if not valid:
            written(
                f"log-in failed: {self.what}", context.request, getattr(self.user, "pk", None), level=logging.WARNING
            )
        return valid


class MailedCode(_WrittenDown, ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    """The code from a letter."""

    what = "mailed code"


class _FewGuesses:
    """A form for a code, which takes thirty wrong ones a day from one person."""

    user: Any

    def clean_code(self) -> str:
        """Right codes do not count; each is taken once, as long as the app's clock could still show it."""
        allowance = ratelimit.consume(
            context.request, app="peerhub", action="code", config=PER_DAY, key=str(self.user.pk)
        )
        if not allowance:
            raise get_account_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]  # a form's
        if not cache.add(f"used-code:{self.user.pk}:{normalize_user_code(code)}", 1, timeout=VALID_FOR):
            raise get_adapter().validation_error("incorrect_code")
        allowance.rollback()
        return code


class SecondStep(_WrittenDown, _FewGuesses, AuthenticateForm):  # type: ignore[misc]
    """The code of an app, or a recovery code."""

    what = "second step"


class SecondStepAgain(_WrittenDown, _FewGuesses, ReauthenticateForm):  # type: ignore[misc]
    """The same code, asked for again before a change."""

    what = "second step, again"


class SecondStepByKey(_WrittenDown, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey or security key after the password."""

    what = "second step, key"


class SecondStepByKeyAgain(_WrittenDown, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The same key, asked for again before a change."""

    what = "second step, key again"


class Passkey(_WrittenDown, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of a password."""

    what = "passkey"
