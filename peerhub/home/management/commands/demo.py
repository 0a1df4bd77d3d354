from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from peerhub.home.demo import cast, staging
from peerhub.lib.commands import JsonCommand
from peerhub.lib.errors import Refused
from programmes.models import Programme


class Command(JsonCommand):
    """Put the demonstration on: a programme in mid-year with fictitious people, and a log-in for each role."""

    help = __doc__ or ""

    def arguments(self, parser: CommandParser) -> None:
        """Begin anew."""
        parser.add_argument("--reset", action="store_true", help="remove the demonstration and make it again")

    def answer(self, **options: Any) -> dict[str, Any]:
        """The programme and the log-ins; an existing demonstration is left as it is. Refused in a real place."""
        if settings.REAL_PLACE:
            raise Refused(_("This is a real place (ALLOWED_HOSTS or HTTPS is set): no demonstration here."))
        if options["reset"]:
            staging.take_away()
        if not Programme.objects.filter(slug=cast.SLUG).exists():
            staging.put_on(now=timezone.now())
        return {"programme": cast.SLUG, "logins": staging.logins()}

    def in_words(self, answer: dict[str, Any]) -> str:
        """A line for each log-in."""
        lines = [f"{one['role']:<16} {one['email']:<32} {one['password']}" for one in answer["logins"]]
        return "\n".join(["Log in to the demonstration as:", *lines])
