from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.models import PairingRun
from matching.searched import again_words
from matching.services.proposing import find_pairs, propose_pairs
from matching.services.repeating import Repeated, search_again
from matching.services.searching import proof_of
from matching.services.wording import excluded_words
from peerhub.lib.commands import JsonCommand
from peerhub.lib.errors import Refused
from programmes.models import Programme
from programmes.services import programme_named

SOON_PROVEN = 1_000_000  # so many pairs of people are proven in a second


class Command(JsonCommand):
    """Propose the best set of pairs for everybody on the waiting list, with reasons; for the others, say why not."""

    help = __doc__ or ""

    def arguments(self, parser: CommandParser) -> None:
        """Which programme, and whether to write."""
        parser.add_argument("programme", metavar="PROGRAMME", help="the programme's name in addresses")
        parser.add_argument("--dry-run", action="store_true", help="only look; propose nothing")
        parser.add_argument(
            "--prove",
            action="store_true",
            help="show the proof that it is the best, made without the solver; thousands of people take a while",
        )

        parser.add_argument(
            "--again",
            type=int,
            metavar="SEARCH",
            help="make this kept search once more and say whether the same comes out; propose nothing",
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """Find the pairs and, unless it is a rehearsal, propose them.

        “optimal” is proven without trusting the solver, for all but very long lists: there only when asked for.
        """
        programme, now = programme_named(options["programme"]), timezone.now()
        if options["again"] is not None:
            return self._again(programme, options["again"])
        if options["dry_run"]:
            pairing = find_pairs(programme=programme, now=now)
        else:
            pairing, _run = propose_pairs(programme=programme, by=None, now=now)
        answer = pairing.as_dict()
        if options["prove"] or len(pairing.pool.supporters) * len(pairing.pool.participants) <= SOON_PROVEN:
            proof = proof_of(pairing)
            answer["optimal"] = answer["optimal"] and all(proof["proof"].values())
            answer |= proof if options["prove"] else {}
        return answer

    def _again(self, programme: Programme, number: int) -> dict[str, Any]:
        run = PairingRun.objects.filter(programme=programme, pk=number).first()
        if run is None:
            raise Refused(_("There is no search with this number."))
        return {"search": run.pk, **asdict(search_again(run))}

    def in_words(self, answer: dict[str, Any]) -> str:
        """A line for each pair and for each person left over; people by number, so that no name is left in a log."""
        if "search" in answer:
            return again_words(Repeated(**{name: value for name, value in answer.items() if name != "search"}))
        lines = [
            _("participant %(participant)s + peer supporter %(supporter)s: fit %(score)s") % pair
            for pair in answer["matched"]
        ]
        lines += [
            _("participant %(participant)s: nobody (%(excluded)s). %(advice)s")
            % {**one, "excluded": excluded_words(one["excluded"])}
            for one in answer["unmatched"]
        ]
        if not lines:
            return _("Nobody waits.")
        last = ngettext(
            "%(n)s pair, total fit %(total)s, found in %(seconds)s seconds. %(proof)s",
            "%(n)s pairs, total fit %(total)s, found in %(seconds)s seconds. %(proof)s",
            len(answer["matched"]),
        )
        proof = _("No other set is better.") if answer["optimal"] else _("It is not proven that this is the best set.")
        said = {"n": len(answer["matched"]), "total": answer["total"], "proof": proof}
        return "\n".join([*lines, last % {**said, "seconds": round(sum(answer["seconds"].values()), 2)}])
