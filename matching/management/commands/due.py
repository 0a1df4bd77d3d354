from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from matching.models import Match
from matching.services.planning import coming_dates
from peerhub.lib.commands import JsonCommand, Wrong, day


class Command(JsonCommand):
    """The visit plan of a match as it stands: every day a visit is due if each is held on its day."""

    help = __doc__ or ""

    def arguments(self, parser: CommandParser) -> None:
        """Which match, and how far to look."""
        parser.add_argument("match", metavar="MATCH", type=int, help="the number of the match")
        parser.add_argument("--until", metavar="DATE", help="up to and including this day")

    def answer(self, **options: Any) -> dict[str, Any]:
        """The days from the open due date on."""
        match = Match.objects.filter(pk=options["match"]).select_related("plan").first()
        if match is None:
            raise Wrong(f"There is no match {options['match']}.")
        plan = getattr(match, "plan", None)
        until = day(options["until"]) if options["until"] else None
        due = [match.next_due_on] if match.next_due_on else []
        if plan:
            due = coming_dates(match)
        return {
            "match": match.pk,
            "interval": match.interval,
            "due": [str(one) for one in due if until is None or one <= until],
            "ends": str(plan.ends_on) if plan else None,
            "last_day": str(plan.ends_on - timedelta(days=1)) if plan else None,
        }

    def in_words(self, answer: dict[str, Any]) -> str:
        """One day a line."""
        return "\n".join(answer["due"]) or "No visit is due."
