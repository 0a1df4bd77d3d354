from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import connections

from peerhub.home.dumping import people_there, put_back
from peerhub.lib.commands import JsonCommand, Wrong


class Command(JsonCommand):
    """Put a backup back, all of it or nothing. Stop the web server and the worker first."""

    help = __doc__ or ""
    in_the_database = False

    def arguments(self, parser: CommandParser) -> None:
        """From where, and whether what is there may go."""
        parser.add_argument("file", metavar="FILE", type=Path, help="a file that backup wrote")
        parser.add_argument("--yes", action="store_true", help="replace the people who are in the database now")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Check, replace and count."""
        file = options["file"].absolute()
        if not file.is_file():
            raise Wrong(f"There is no file {file}.")
        if (people := people_there()) and not options["yes"]:
            raise Wrong(f"There are {people} people in this database. Say --yes to replace them by those in the file.")
        for connection in connections.all():
            connection.close()
        done = put_back(file)
        return {"file": str(done.file), "rows": done.rows, "sha256": done.sha256, "tables": done.tables}
