"""Take postcode areas with their coordinates into the organisation of a programme, for travel times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from peerhub.lib.commands import JsonCommand
from programmes.services import programme_named
from recruitment.management.commands.import_people import content_of
from recruitment.services.places import save_places


class Command(JsonCommand):
    help = __doc__

    def arguments(self, parser: CommandParser) -> None:
        """The file and the programme."""
        parser.add_argument("file", help=".csv or .xlsx with postcode, place, latitude, longitude")
        parser.add_argument("programme", help="the programme's name in addresses")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Keep the places; known postcodes are corrected."""
        programme = programme_named(options["programme"])
        counts = save_places(programme=programme, name=Path(options["file"]).name, data=content_of(options["file"]))
        return {"organisation": programme.organisation.name, "counts": counts}

    def in_words(self, answer: dict[str, Any]) -> str:
        """How many places are new and how many were corrected."""
        return f"{answer['organisation']}: {answer['counts']['new']} new, {answer['counts']['update']} known."
