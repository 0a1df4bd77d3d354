"""Somebody leaves the programme, or hands somebody over: only when nobody is left without a word."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from matching.choices import EndReason
from matching.models import Match
from matching.services.meeting import close_match
from matching.services.proposing import propose_pair
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.services import record_change
from recruitment.models import Participant, PeerSupporter
from recruitment.services import close_participant, end_supporter


@transaction.atomic
def let_supporter_go(supporter: PeerSupporter, *, reason: str, by: Member, now: datetime) -> None:
    """A peer supporter stops, once her matches are closed or handed over."""
    PeerSupporter.objects.select_for_update().get(pk=supporter.pk)
    if Match.objects.live().filter(supporter=supporter).exists():
        raise Refused(_("There are open matches. Close them first, so that nobody is left without a word."))
    end_supporter(supporter, reason=reason, by=by, now=now)


@transaction.atomic
def let_participant_go(participant: Participant, *, reason: str, by: Member, now: datetime) -> None:
    """Somebody on the waiting list no longer needs support, once no proposal is open."""
    Participant.objects.select_for_update().get(pk=participant.pk)
    if Match.objects.live().filter(participant=participant).exists():
        raise Refused(_("There is an open proposal or match. Answer or close it first."))
    close_participant(participant, closing_reason=reason, by=by, now=now)


@transaction.atomic
def hand_over_match(
    match: Match, *, supporter: PeerSupporter, ended_on: date, by: Member, now: datetime, no_talk_reason: str = ""
) -> Match:
    """Another peer supporter goes on: this match closes, and a proposal to her links back to it.

    She is asked like anybody else, and sees no name before both said yes. What was explained need not be said again.
    """
    if supporter.pk == match.supporter_id:
        raise Refused(_("Choose another peer supporter."))
    close_match(
        match,
        ended_on=ended_on,
        end_reason=EndReason.HANDED_OVER,
        back_to_waiting=True,
        by=by,
        now=now,
        no_talk_reason=no_talk_reason,
    )
    participant = Participant.objects.get(pk=match.participant_id)
    new = propose_pair(programme=match.programme, participant=participant, supporter=supporter, by=by, now=now)
    Match.objects.filter(pk=new.pk).update(
        predecessor=match,
        responsible=match.responsible_id,
        oriented_on=match.oriented_on,
        explained=match.explained,
        explanation_waived=match.explanation_waived,
    )
    new.refresh_from_db()
    record_change(new, before="", after="goes_on", by=by, now=now)
    return new
