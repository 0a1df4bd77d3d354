"""How allauth behaves here: nobody signs up alone, and letters carry no names."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from peerhub.home.devices import block_of


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Log-ins are given by a programme, so the sign-up page is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes a log-in for herself."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Only people with a log-in get a letter: asking with a stranger's address sends nothing to the stranger."""
        if "unknown_account" in template_prefix:
            return
        super().send_mail(template_prefix, email, context)

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """The list of devices keeps a block of addresses, which tells a town, and no address, which tells a house."""
        response: HttpResponse = super().post_login(request, user, **more)
        for row in UserSession.objects.filter(session_key=request.session.session_key):
            UserSession.objects.filter(pk=row.pk).update(ip=block_of(row.ip))
        return response

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """Password and second factor as everywhere; an e-mailed code for those who have no second factor."""
        ways: list[dict[str, str]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and not any(way["id"].startswith("mfa") for way in ways):
            ways.append({"id": "code", "description": _("Send me a code"), "url": reverse("home:prove")})
        return ways
