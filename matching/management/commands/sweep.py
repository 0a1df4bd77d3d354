from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from matching.services import sweep
from peerhub.lib.commands import JsonCommand, day
from programmes.services import programme_named


class Command(JsonCommand):
    """Do what the day asks for: end pauses, take steps, write reminders. Running it again changes nothing."""

    help = __doc__ or ""
    in_the_database = False  # it commits in chunks, and opens the walls for each itself

    def arguments(self, parser: CommandParser) -> None:
        """A day other than today, one programme only."""
        parser.add_argument("--on", metavar="DATE", help="as if it were this day (2026-01-31)")
        parser.add_argument("--programme", metavar="PROGRAMME", help="only this programme")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Sweep and count."""
        on = day(options["on"]) if options["on"] else None
        programme = programme_named(options["programme"]) if options["programme"] else None
        result = sweep(now=timezone.now(), on=on, programme_id=programme.pk if programme else None)
        answer = result.as_dict()
        answer["on"] = on or timezone.now().date()
        return answer
