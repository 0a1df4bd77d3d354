"""Somebody leaves the programme: only when nobody is left without a word."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from matching.models import Match
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
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
