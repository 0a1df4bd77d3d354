from __future__ import annotations

from typing import Any

from django.utils import timezone

from peerhub.home.watching import health
from peerhub.lib.commands import JsonCommand


class Command(JsonCommand):
    """Say whether everything works: database, broker, worker, messages, keys. Ends with 1 when something is wrong."""

    help = __doc__ or ""
    in_the_database = False

    def answer(self, **options: Any) -> dict[str, Any]:
        """Look at everything once."""
        answer = health(timezone.now())
        return {**answer, "exit_code": 1} if answer["wrong"] else answer

    def in_words(self, answer: dict[str, Any]) -> str:
        """One line for each thing, and last what is wrong."""
        words = {"database": "database", "broker": "broker", "worker": "worker"}
        lines = [f"{label}: {'works' if answer[name] else 'does not answer'}" for name, label in words.items()]
        lines.append(f"last heartbeat: {answer['beat_last'] or 'never'}")
        lines.append(f"oldest message waits: {answer['outbox_oldest']} seconds")
        lines.append(f"messages that could not be sent: {answer['dead_letters']} (look at /admin/dead-letters/)")
        for programme, swept_at in (answer["sweeps"] or {}).items():
            lines.append(f"last sweep in {programme}: {swept_at or 'never'}")
        missing = ", ".join(answer["keys_missing"] or [])
        lines.append(f"keys of sensitive texts: {'here' if answer['keys'] else f'missing: {missing}'}")
        return "\n".join([*lines, "wrong: " + ", ".join(answer["wrong"]) if answer["wrong"] else "all is well"])
