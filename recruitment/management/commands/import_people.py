"""Import peer supporters and participants from a workbook or CSV; looks only, unless --apply is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from peerhub.lib.commands import JsonCommand, Wrong
from programmes.services import programme_named
from recruitment.importing.headings import PARTICIPANT, SUPPORTER
from recruitment.services.importing import apply_import, draft_upload, preview, read_upload

FIGURES = ("new", "update", "same_person", "duplicate", "refused", "empty")


def content_of(path: str) -> bytes:
    """The bytes of a file named on the command line."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Wrong(f"“{path}” cannot be read: {error.strerror}.") from error


class Command(JsonCommand):
    help = __doc__

    def arguments(self, parser: CommandParser) -> None:
        """The file, the programme, and how to read it."""
        parser.add_argument("file", help=".xlsx or .csv")
        parser.add_argument("programme", help="the programme's name in addresses")
        parser.add_argument("--apply", action="store_true", help="make the people; without it nothing is kept")
        parser.add_argument(
            "--locale", default="", help="how dates are written: nl, fr, en or en-us (default: the programme's)"
        )
        parser.add_argument("--sheet", default="", help="take this sheet only")
        parser.add_argument("--role", default="", choices=["", SUPPORTER, PARTICIPANT], help="whom the sheet lists")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Preview the file, or import its good rows in one transaction."""
        programme, now = programme_named(options["programme"]), timezone.now()
        upload = {name: options[name] for name in ("locale", "role", "sheet")}
        upload |= {"programme": programme, "name": Path(options["file"]).name, "data": content_of(options["file"])}
        with transaction.atomic():
            batch = read_upload(**upload, by=None, now=now) if options["apply"] else draft_upload(**upload)
            if not any(sheet["role"] for sheet in batch.mapping["sheets"]):
                raise Wrong("No sheet says whether it lists peer supporters or participants. Give --role.")
            outcome = apply_import(batch, by=None, now=now) if options["apply"] else preview(batch, now=now)
        return {"applied": options["apply"], **outcome}

    def in_words(self, answer: dict[str, Any]) -> str:
        """The figures, then each row that was not simply new."""
        lines = [", ".join(f"{answer['counts'][name]} {name.replace('_', ' ')}" for name in FIGURES)]
        lines += [
            f"{row['sheet']} {row['row']}: {row['status']}: {row['name']}: {' '.join(row['reasons'])}"
            for row in answer["rows"]
            if row["status"] not in {"new", "empty"}
        ]
        lines += [f"Sheet left out: {name}" for name in answer["left_out"]]
        lines.append("Imported." if answer["applied"] else "Nothing was changed. Add --apply to import.")
        return "\n".join(lines)
