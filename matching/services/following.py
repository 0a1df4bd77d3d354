"""A no with a reason may tell something for the next search. A coordinator decides whether anything follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from matching.choices import DeclineCode, MarkKind, MarkReason, SaidBy, Side
from matching.models import Match
from matching.services.marking import mark_pair
from matching.services.wording import listed
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.services import record_change
from recruitment.choices import slot_label
from recruitment.models import Participant, PeerSupporter


@dataclass(frozen=True)
class Suggestion:
    """What could be changed after this no, in words; ``times`` or ``minutes`` is what would be written."""

    text: str
    times: tuple[int, ...] = ()
    minutes: int | None = None
    forbids: bool = False

    @property
    def changes_something(self) -> bool:
        """Whether anything would be written; otherwise it is for reading only."""
        return bool(self.times) or self.minutes is not None or self.forbids


def suggestion_of(match: Match) -> Suggestion | None:
    """What follows from the reason of this no; None when none was given from which something could follow."""
    if match.decline_code == DeclineCode.TIMES:
        return _times(match)
    if match.decline_code == DeclineCode.TOO_FAR:
        return _way(match)
    if match.decline_code == DeclineCode.NOT_AGAIN:
        return Suggestion(_("Mark that these two are not to be proposed to each other again."), forbids=True)
    return None


def _times(match: Match) -> Suggestion:
    shared = tuple(sorted(set(match.supporter.available) & set(match.participant.available)))
    who = (match.supporter_person if match.declined_by == Side.SUPPORTER else match.participant_person).full_name
    if not shared:
        return Suggestion(_("Ask %(name)s when she is free now.") % {"name": who})
    words = {"name": who, "times": listed([slot_label(slot) for slot in shared])}
    return Suggestion(_("Take %(times)s out of the free times of %(name)s.") % words, times=shared)


def _way(match: Match) -> Suggestion:
    found = [one["params"]["minutes"] for one in match.reasons if "minutes" in one.get("params", {})]
    most = match.supporter.max_travel_minutes
    if match.declined_by != Side.SUPPORTER or not found or found[0] < 2 or (most is not None and most < found[0]):  # noqa: PLR2004
        return Suggestion(_("The way is too far for one of them. Ask both what they can travel."))
    words = {"name": match.supporter_person.full_name, "minutes": found[0] - 1}
    return Suggestion(
        _("Look for people within %(minutes)s minutes of %(name)s from now on.") % words, minutes=found[0] - 1
    )


@transaction.atomic
def settle_suggestion(match: Match, *, follow: bool, by: Member, now: datetime) -> None:
    """A coordinator looked at the reason of a no, and what it suggests is done (``follow``) or left as it is."""
    if not Match.objects.telling().filter(pk=match.pk).update(suggestion_settled_at=now):
        raise Refused(_("Somebody has looked at this answer before. Nothing was changed."))
    match.refresh_from_db()
    found = suggestion_of(match)
    if follow and found:
        _carry_out(match, found, by=by, now=now)
    record_change(match, before="suggestion", after="followed" if follow else "left", by=by, now=now)


def _carry_out(match: Match, found: Suggestion, *, by: Member, now: datetime) -> None:
    if found.times:
        side: PeerSupporter | Participant = match.participant
        if match.declined_by == Side.SUPPORTER:
            side = match.supporter
        kept = [slot for slot in side.available if slot not in found.times]
        type(side)._default_manager.filter(pk=side.pk).update(available=kept)
        record_change(side, before="", after="free_times", by=by, now=now)
    elif found.minutes is not None:
        PeerSupporter.objects.filter(pk=match.supporter_id).update(max_travel_minutes=found.minutes)
        record_change(match.supporter, before="", after="travel", by=by, now=now)
    elif found.forbids:
        mark_pair(
            programme=match.programme,
            supporter_person=match.supporter_person,
            participant_person=match.participant_person,
            kind=MarkKind.FORBIDDEN,
            reason=MarkReason.WISH,
            said_by=match.declined_by if match.declined_by in SaidBy.values else SaidBy.TEAM,
            by=by,
            now=now,
        )
