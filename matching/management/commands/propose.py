from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.services.proposing import find_pairs, propose_pairs
from matching.services.searching import proof_of
from matching.services.wording import excluded_words
from peerhub.lib.commands import JsonCommand
from programmes.services import programme_named


class Command(JsonCommand):
    """Propose the best set of pairs for everybody on the waiting list, with reasons; for the others, say why not."""

    help = __doc__ or ""

    def arguments(self, parser: CommandParser) -> None:
        """Which programme, and whether to write."""
        parser.add_argument("programme", metavar="PROGRAMME", help="the programme's name in addresses")
        parser.add_argument("--dry-run", action="store_true", help="only look; propose nothing")
        parser.add_argument(
            "--prove", action="store_true", help="prove once more, without the solver, that it is the best"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """Find the pairs and, unless it is a rehearsal, propose them."""
        programme, now = programme_named(options["programme"]), timezone.now()
        if options["dry_run"]:
            pairing = find_pairs(programme=programme, now=now)
        else:
            pairing, _run = propose_pairs(programme=programme, by=None, now=now)
        return pairing.as_dict() | (proof_of(pairing) if options["prove"] else {})

    def in_words(self, answer: dict[str, Any]) -> str:
        """A line for each pair and for each person left over; people by number, so that no name is left in a log."""
        lines = [
            _("participant %(participant)s + peer supporter %(supporter)s: fit %(score)s") % pair
            for pair in answer["matched"]
        ]
        lines += [
            _("participant %(participant)s: nobody (%(excluded)s). %(advice)s")
            % {**one, "excluded": excluded_words(one["excluded"])}
            for one in answer["unmatched"]
        ]
        return "\n".join(lines) or _("Nobody waits.")
