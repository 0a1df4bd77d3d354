from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from peerhub.home.rotating import keys_in_use, rotate
from peerhub.lib import walls
from peerhub.lib.commands import JsonCommand, Wrong
from peerhub.lib.keyring import KeyMissing


class Command(JsonCommand):
    """Make a new key for sensitive texts and seal all of them under it, while people go on working.

    It may be stopped at any time and called again: it then goes on where it was. Former keys are kept, because older
    backups need them. With keys in NOTES_KEYS, put the new one first there and restart before you call it. Ends with 1
    when a text could not be opened.
    """

    help = __doc__ or ""
    in_the_database = False  # each batch is a transaction of its own

    def arguments(self, parser: CommandParser) -> None:
        """Whether former keys may go."""
        parser.add_argument(
            "--forget",
            action="store_true",
            help="take out keys that no text needs and that were replaced over a day ago; older backups then stay shut",
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """Rotate and count."""
        began = time.perf_counter()
        try:
            done = rotate(now=timezone.now(), forget=options["forget"])
        except KeyMissing as error:
            raise Wrong(str(error)) from error
        with walls.everywhere(deed="rotate_keys"):
            used = keys_in_use()
        answer = {
            "key": done.key,
            "new_key": done.made,
            "resealed": dict(done.resealed),
            "unreadable": dict(done.unreadable),
            "texts_by_key": dict(used),
            "forgotten": done.forgotten,
            "seconds": round(time.perf_counter() - began, 2),
        }
        return {**answer, "exit_code": 1} if done.unreadable else answer

    def in_words(self, answer: dict[str, Any]) -> str:
        """A line for each number."""
        lines = [f"{'new key' if answer['new_key'] else 'key'}: {answer['key']}"]
        lines += [f"{table}: {count} texts sealed anew" for table, count in sorted(answer["resealed"].items())]
        lines += [f"{table}: {count} texts do not open" for table, count in sorted(answer["unreadable"].items())]
        lines += [f"key {name} is gone" for name in answer["forgotten"]]
        return "\n".join([*lines, f"done in {answer['seconds']} seconds"])
