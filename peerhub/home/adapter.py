"""How allauth behaves here: nobody signs up alone, letters carry no names, what happens is written down."""

from __future__ import annotations

import logging
import time
from smtplib import SMTPException
from typing import Any, cast

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.internal.stagekit import clear_login
from allauth.core import context as current
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from peerhub.home import second_factor
from peerhub.home.demo.cast import DOMAIN
from peerhub.home.devices import block_of
from peerhub.home.events import address_of, written
from peerhub.lib.sealing import seal, unseal
from peerhub.people.models import User
from peerhub.people.services import end_invitation

# allauth tells about a change by asking for a letter; what stands here is written down as well.
ADDED = {"mfa/email/totp_activated": "authenticator app added", "mfa/email/webauthn_added": "passkey added"}
REMOVED = {"mfa/email/totp_deactivated": "authenticator app removed", "mfa/email/webauthn_removed": "passkey removed"}
CHANGED = {
    "account/email/password_changed": "password changed",
    "account/email/password_set": "password chosen",
    "account/email/password_reset": "password changed by mailed link",
    "account/email/email_changed": "e-mail address changed",
    "mfa/email/recovery_codes_generated": "recovery codes renewed",
}
CARRIES_A_KEY = ("account/email/login_code", "account/email/password_reset_key")
SECRETS = "second factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Log-ins are given by a programme, so the sign-up page is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes a log-in for herself."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """After the log-in one goes on to a page of ours, never to another host."""
        request = current.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address as far as it can be trusted."""
        return address_of(request)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Who has logged in just now is not asked again at once; otherwise before every change of the log-in.

        allauth would let those pass who have neither password nor factor; a mailed code is asked of them.
        """
        request = current.request
        records = get_authentication_records(request, request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        if request.user.is_authenticated and not get_reauthentication_flows(request.user):
            raise ReauthenticationRequired
        return cast("bool", super().is_reauthentication_required(app=app, **more))

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        """Every way in comes by here, once the person has proved who she is and before the second step."""
        if not user.is_active or (settings.REAL_PLACE and user.email.endswith(f"@{DOMAIN}")):
            written("log-in refused: locked", request, user.pk, level=logging.WARNING)
            clear_login(request)
            return redirect("account_inactive")
        if user.invitation_has_ended(timezone.now()):
            written("log-in refused: invitation ended", request, user.pk)
            clear_login(request)
            messages.error(request, _("Your invitation has ended. Ask your coordinator to invite you again."))
            return redirect("account_login")
        return cast("HttpResponse | None", super().pre_login(request, user, **hooks))

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        """She is in: the invitation has done its work.

        The list of devices keeps a block of addresses, which tells a town, and no address, which tells a house.
        """
        end_invitation(user)
        written("logged in", request, user.pk)
        response = cast("HttpResponse", super().post_login(request, user, **hooks))
        for row in UserSession.objects.filter(session_key=request.session.session_key):
            UserSession.objects.filter(pk=row.pk).update(ip=block_of(row.ip))
        return response

    def logout(self, request: HttpRequest) -> None:
        """The session ends on the server too."""
        written("logged out", request, request.user.pk)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password, or an address that nobody has: looked up alike, so that both take the same time."""
        known = User.objects.filter(email__iexact=credentials.get("email", "")).values_list("pk", flat=True).first()
        written("log-in failed: password", request, known, level=logging.WARNING)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Only people with a log-in get a letter: asking with a stranger's address sends nothing to the stranger.

        Whose invitation has ended is told so in the letter, instead of getting a code or a link that opens nothing.
        """
        if "unknown_account" in template_prefix:
            return
        if template_prefix in CARRIES_A_KEY:
            user = User.objects.filter(email__iexact=email).first()
            if user and user.invitation_has_ended(timezone.now()):
                template_prefix, context = "account/email/invitation_ended", {"request": current.request}
        super().send_mail(template_prefix, email, context)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """Password and second factor as everywhere; an e-mailed code for those who have no second factor."""
        ways: list[dict[str, str]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and not any(way["id"].startswith("mfa") for way in ways):
            ways.append({"id": "code", "description": _("Send me a code"), "url": reverse("home:prove")})
        return ways

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Write down what changed, keep the session in step, and tell her by letter; without post the change stands."""
        if event := (ADDED | REMOVED | CHANGED).get(template_prefix):
            written(event, self.request, user.pk)
        if template_prefix in ADDED:
            second_factor.proved(self.request)
        elif template_prefix in REMOVED:
            second_factor.forget(self.request)
        try:
            super().send_notification_mail(template_prefix, user, context, email or user.email)
        except (OSError, SMTPException):
            written("letter about a change not sent", self.request, user.pk, level=logging.ERROR)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of apps and recovery codes are sealed."""

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  # allauth's name
        """What a passkey is called until she says something better."""
        return _("My device %(number)s") % {"number": user.authenticator_set.filter(type=type).count() + 1}  # type: ignore[attr-defined]

    def encrypt(self, text: str) -> str:
        """As it lies in the database."""
        return seal(text, purpose=SECRETS)

    def decrypt(self, encrypted_text: str) -> str:
        """As the check of a code needs it."""
        return unseal(encrypted_text, purpose=SECRETS)
