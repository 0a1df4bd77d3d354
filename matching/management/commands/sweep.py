from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from matching.services import sweep
from peerhub.lib import walls
from peerhub.lib.commands import JsonCommand, day
from peerhub.lib.dates import local_date
from programmes.models import Programme
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
        now = timezone.now()
        result = sweep(now=now, on=on, programme_id=programme.pk if programme else None)
        with walls.everywhere(deed="sweep"):
            zones = [programme.timezone] if programme else Programme.objects.values_list("timezone", flat=True)
            days = {on or local_date(now, zone) for zone in zones}
        return {**result.as_dict(), "on": ", ".join(str(one) for one in sorted(days))}
