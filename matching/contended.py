"""Two pairs of one list that want the same place or the same person, in words: who goes first, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.services.contending import LOCKED, PERSON, WAITING, Lost, Pair
from matching.services.wording import listed
from recruitment.models import Participant, PeerSupporter

People = Sequence[tuple[Participant, PeerSupporter]]


def words_for(lost: Lost | None, pair: Pair, people: People) -> str:
    """What is said at a pair that others go before; empty where none do."""
    if lost is None:
        return ""
    theirs, ours = _names(people)
    if lost.what == PERSON:
        said = {"participant": theirs[pair[0]], "supporter": ours[lost.to[0][1]]}
        return _("%(participant)s is in this list with %(supporter)s already. One proposal at a time.") % said
    said = {"supporter": ours[pair[1]], "names": listed([theirs[one] for one, _ours in lost.to])}
    goes = ngettext(
        "The last free place of %(supporter)s goes to %(names)s.",
        "The last free places of %(supporter)s go to %(names)s.",
        len(lost.to),
    )
    return f"{goes % said} {_why(lost.because)}"


def _why(because: str) -> str:
    if because == LOCKED:
        return _("The team decided that those two belong together.")
    if because == WAITING:
        return _("Who has waited longer goes first. Choose somebody else for this person.")
    return _("Both have waited as long; who stands first in the list goes first. Choose somebody else for this person.")


def goes_first(lost: Mapping[Pair, Lost], people: People) -> dict[Pair, str]:
    """What is said at the pairs that go first: for whom the place was ticked, too."""
    theirs, ours = _names(people)
    without: dict[Pair, list[Pair]] = {}
    for pair, one in lost.items():
        for before in one.to:
            without.setdefault(before, []).append(pair)
    return {before: _first(before, pairs, theirs, ours) for before, pairs in without.items()}


def _first(before: Pair, pairs: Iterable[Pair], theirs: Mapping[int, str], ours: Mapping[int, str]) -> str:
    said = []
    if names := [theirs[one] for one, _ours in pairs if one != before[0]]:
        said.append(_("Goes first: the last free place was ticked for %(names)s, too.") % {"names": listed(names)})
    if names := [ours[other] for one, other in pairs if one == before[0]]:
        said.append(_("Goes first: she was ticked with %(names)s, too.") % {"names": listed(names)})
    return " ".join(said)


def _names(people: People) -> tuple[dict[int, str], dict[int, str]]:
    theirs = {participant.pk: participant.person.full_name for participant, _supporter in people}
    return theirs, {supporter.pk: supporter.person.full_name for _participant, supporter in people}
