from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from peerhub.home.dumping import back_up
from peerhub.lib.commands import JsonCommand


class Command(JsonCommand):
    """Copy the whole database into one file, while people go on working. An older file of this name is replaced."""

    help = __doc__ or ""
    in_the_database = False

    def arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", metavar="FILE", type=Path, help="the file to write; only its owner may read it")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Copy, count and check."""
        done = back_up(options["file"].absolute())
        return {"file": str(done.file), "rows": done.rows, "sha256": done.sha256, "tables": done.tables}
