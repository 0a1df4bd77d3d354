"""How allauth behaves here: nobody signs up alone, and letters carry no names."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


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
