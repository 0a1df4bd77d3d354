from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from evaluation.instruments import (
    INSTRUMENTS,
    UnknownInstrumentError,
    WrongAnswerError,
    in_order,
    instrument_named,
    score,
)
from peerhub.lib.commands import JsonCommand, Wrong


class Command(JsonCommand):
    """Score one sheet of answers, without storing anything."""

    help = __doc__ or ""
    in_the_database = False

    def arguments(self, parser: CommandParser) -> None:
        """The questionnaire and its answers by item code."""
        parser.add_argument("code", metavar="CODE", help=f"questionnaire: {', '.join(INSTRUMENTS)}")
        parser.add_argument("--answers", required=True, metavar="JSON", help='as {"ucla3_1": 2, "ucla3_2": null}')

    def answer(self, **options: Any) -> dict[str, Any]:
        """The score, or none where the questionnaire's rule forbids one."""
        try:
            answers = json.loads(options["answers"])
        except json.JSONDecodeError as error:
            raise Wrong(f'--answers is no JSON ({error.msg}); write it as {{"ucla3_1": 2}}.') from error
        if not isinstance(answers, dict):
            raise Wrong('--answers is no object; write it as {"ucla3_1": 2}.')
        try:
            instrument = instrument_named(options["code"])
            return score(instrument, in_order(instrument, answers)).as_dict()
        except (UnknownInstrumentError, WrongAnswerError) as error:
            raise Wrong(str(error)) from error
