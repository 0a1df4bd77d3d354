"""What the operators' commands share: one JSON object on standard output, one line on standard error, exit code 2."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from datetime import date
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from peerhub.lib import walls
from peerhub.lib.errors import Refused


class Wrong(CommandError):
    """The input cannot be used; the message says what is wrong and what would be right. Exit code 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=2)


class JsonCommand(BaseCommand):
    """A command that answers with data: in words, or with ``--json`` as one object.

    Subclasses write ``arguments`` and ``answer``; ``in_words`` turns the answer into lines for people.
    """

    requires_system_checks: list[str] = []
    in_the_database = True  # its work is one transaction that sees every programme

    def arguments(self, parser: CommandParser) -> None:
        """The command's own arguments."""

    def answer(self, **options: Any) -> dict[str, Any]:
        """Do the work and return what happened."""
        raise NotImplementedError

    def in_words(self, answer: dict[str, Any]) -> str:
        """The answer as lines for people."""
        return "\n".join(f"{name}: {value}" for name, value in answer.items() if not isinstance(value, list | dict))

    def add_arguments(self, parser: CommandParser) -> None:
        """Everything a command of the house takes."""
        self.arguments(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer, in the form that was asked for; what is refused becomes one line and exit code 2."""
        context = walls.everywhere(deed=self._name) if self.in_the_database else nullcontext()
        try:
            with context:
                answer = self.answer(**options)
        except Refused as refusal:
            self.fail(str(refusal))
        except Wrong as wrong:
            self.fail(str(wrong))
        unhealthy = answer.pop("exit_code", 0)
        words = json.dumps(answer, default=str, ensure_ascii=False) if options["json"] else self.in_words(answer)
        self.stdout.write(words)
        if unhealthy:
            sys.exit(1)

    @property
    def _name(self) -> str:
        return type(self).__module__.rpartition(".")[2]

    def fail(self, sentence: str) -> NoReturn:
        """One line on standard error, exit code 2."""
        raise CommandError(" ".join(sentence.split()), returncode=2)


def day(text: str) -> date:
    """A date as typed on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Wrong(f"“{text}” is no date; write it as 2026-01-31.") from error
