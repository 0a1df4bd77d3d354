from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from evaluation.choices import Audience, ReportStatus
from evaluation.models import Report
from evaluation.services import make_report, render_report
from peerhub.lib.commands import JsonCommand, Wrong, day
from programmes.models import Programme
from programmes.services import programme_named

NUMBERS = ("value", "n", "missing", "low", "high", "suppressed")


class Command(JsonCommand):
    """Freeze the figures of a period and write them as a PDF."""

    help = __doc__ or ""

    def arguments(self, parser: CommandParser) -> None:
        """The programme, for whom, which days, where to."""
        parser.add_argument("programme", metavar="PROGRAMME")
        parser.add_argument("--audience", default=Audience.FUNDER.value, help="who reads it: funder")
        parser.add_argument("--from", dest="from_on", metavar="DATE", required=True, help="first day (2026-01-01)")
        parser.add_argument("--to", dest="to_on", metavar="DATE", required=True, help="last day, included")
        parser.add_argument("--output", metavar="FILE", required=True, help="the PDF to write")
        parser.add_argument("--locale", default="", help="language; the programme's own when not given")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Make it here and now; when anything fails, neither a report nor a file is left."""
        programme = programme_named(options["programme"])
        from_on, to_on = day(options["from_on"]), day(options["to_on"])
        output = Path(options["output"])
        if not output.parent.is_dir() or output.is_dir():
            raise Wrong(f"“{output}” cannot be written; give a file in a folder that exists.")
        now = timezone.now()
        with transaction.atomic():
            report = make_report(
                programme=programme,
                audience=options["audience"],
                from_on=from_on,
                to_on=to_on,
                language=options["locale"] or _language_of(programme),
                by=None,
                now=now,
            )
            render_report(report, now=now)
            if report.status != ReportStatus.READY:
                raise Wrong(f"The PDF could not be made: {report.error}")
            _write(output, bytes(report.pdf or b""))
        return _answer(report, output)


def _language_of(programme: Programme) -> str:
    """The programme's own language, as soon as peerhub speaks it."""
    return programme.language if programme.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _write(output: Path, content: bytes) -> None:
    """The whole file or none."""
    beside = output.with_name(f".{output.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(output)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Wrong(f"“{output}” cannot be written: {error.strerror}.") from error


def _answer(report: Report, output: Path) -> dict[str, Any]:
    found = [figure for chapter in report.figures["chapters"] for figure in chapter["figures"]]
    return {
        "file": str(output),
        "sha256": report.sha256,
        "pages": report.pages,
        "figures": {figure["code"]: {name: figure[name] for name in NUMBERS} for figure in found},
    }
