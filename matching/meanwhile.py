"""Who was quicker: what somebody else of the team proposed today that stands in the way of a pair now."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from matching.choices import MatchStatus
from matching.models import Match
from matching.services.contending import Pair
from matching.services.proposing import Outcome
from peerhub.lib.moments import clock
from peerhub.people.models import StateChange
from programmes.access import MemberRequest


def meanwhile(request: MemberRequest, outcomes: Sequence[Outcome]) -> dict[Pair, str]:
    """For each pair that was not made, who proposed one of the two to somebody else today: two queries in all."""
    open_ones = [one for one in outcomes if not one.match and not one.lost]
    if not open_ones:
        return {}
    either = Q(supporter__in=[one.supporter for one in open_ones])
    either |= Q(participant__in=[one.participant for one in open_ones])
    found = Match.objects.visible_to(request.member).proposed().filter(either, proposed_on=request.today).for_list()
    rows = {match.pk: match for match in found}
    made = StateChange.objects.visible_to(request.member).filter(
        subject=Match._meta.label_lower, subject_id__in=rows, after=MatchStatus.PROPOSED, before=""
    )
    theirs: dict[int, str] = {}
    ours: dict[int, str] = {}
    others = made.exclude(by_id=request.member.person_id).exclude(by=None).select_related("by").order_by("at", "pk")
    for change in others:
        match = rows[change.subject_id]
        said = {
            "who": change.by.full_name if change.by else "",
            "supporter": match.supporter_person.full_name,
            "participant": match.participant_person.full_name,
            "time": clock(change.at, request.programme.timezone),
        }
        words = _("%(who)s proposed %(participant)s and %(supporter)s at %(time)s today.") % said
        theirs[match.participant_id] = ours[match.supporter_id] = words
    return {
        (one.participant, one.supporter): theirs.get(one.participant) or ours.get(one.supporter, "")
        for one in open_ones
    }
