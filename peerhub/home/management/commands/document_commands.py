from __future__ import annotations

from argparse import Action
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandParser

from peerhub.lib.commands import JsonCommand, Wrong

PAGE = Path(settings.BASE_DIR) / "docs" / "commands.md"
OPENING = """# Commands for operators

This page is written by `manage.py document_commands`; a test checks that it is current.

Run them as `.venv/bin/python manage.py …` after any `make` target. Without `DATABASE_URL` they find the embedded
servers running, or start them for as long as they need them. Each takes `--help`. With `--json` exactly one JSON object
is printed, and nothing else. Input that cannot be used ends with 2 and one line on standard error that says what is
wrong and what would be right; nothing half-done remains. PROGRAMME is the programme's name in addresses. Names inside
JSON may grow in number and never change their meaning.
"""
USUAL = frozenset(vars(BaseCommand().create_parser("manage.py", "any").parse_args([]))) | {"help", "version", "json"}


class Command(JsonCommand):
    """Write docs/commands.md from the commands themselves, or say whether it is current."""

    help = __doc__ or ""
    in_the_database = False

    def arguments(self, parser: CommandParser) -> None:
        """Only look."""
        parser.add_argument(
            "--check", action="store_true", help="write nothing; end with 2 when the page is not current"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """Write the page, or compare it."""
        names, text = our_commands(), page()
        if options["check"] and (not PAGE.exists() or PAGE.read_text() != text):
            raise Wrong("docs/commands.md is not current. Write it: manage.py document_commands")
        if not options["check"]:
            PAGE.write_text(text)
        return {"file": str(PAGE.relative_to(settings.BASE_DIR)), "commands": sorted(names)}


def our_commands() -> dict[str, BaseCommand]:
    """The commands of the house that answer with data, by name."""
    ours = {config.name for config in apps.get_app_configs() if not config.name.startswith(("django", "allauth"))}
    loaded = {name: load_command_class(app, name) for name, app in get_commands().items() if app in ours}
    return {name: command for name, command in sorted(loaded.items()) if isinstance(command, JsonCommand)}


def page() -> str:
    """The whole page."""
    return "\n".join([OPENING, *(section(name, command) for name, command in our_commands().items())])


def section(name: str, command: BaseCommand) -> str:
    """One command: what it does, how it is called, what each argument means."""
    actions = [one for one in command.create_parser("manage.py", name)._actions if one.dest not in USUAL]  # noqa: SLF001  # argparse has no public list
    call = " ".join([f"manage.py {name}", *(called(one) for one in actions), "[--json]"])
    lines = [f"## {name}", "", " ".join(command.help.split()), "", f"`{call}`", ""]
    if actions:
        lines += ["| argument | meaning |", "|---|---|"]
        lines += [f"| `{called(one).strip('[]')}` | {one.help or ''} |" for one in actions]
        lines.append("")
    return "\n".join(lines)


def called(action: Action) -> str:
    """An argument as one types it; square brackets around what may be left out."""
    value = "" if action.nargs == 0 else str(action.metavar or action.dest).upper()
    if not action.option_strings:
        return value
    words = f"{action.option_strings[-1]} {value}".strip()
    return words if action.required else f"[{words}]"
