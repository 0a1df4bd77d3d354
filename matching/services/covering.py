"""A peer supporter is away for a time: somebody else makes her visits, and sees no more than she needs."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.choices import UNDERWAY
from matching.models import Cover, Match
from matching.services.answering import subject_of
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel, write
from peerhub.people.models import Person
from peerhub.people.services import record_change
from recruitment.choices import SupporterStatus
from recruitment.models import PeerSupporter


@transaction.atomic
def arrange_cover(
    match: Match, *, substitute: PeerSupporter, starts_on: date, ends_on: date, need: str, by: Member, now: datetime
) -> Cover:
    """Somebody else makes the visits of a match from a day to a day; reminders go to her meanwhile.

    She sees the match on these days and nothing written before; the day after, she sees it no more. The peer supporter
    keeps sight of it. Both are told. Raises Refused for somebody not active, for herself, and for days taken.
    """
    match = Match.objects.select_for_update(of=("self",)).select_related("programme").get(pk=match.pk)
    today = local_date(now, match.programme.timezone)
    if match.status not in UNDERWAY:
        raise Refused(_("Cover is for a match in which visits are made."))
    if ends_on < max(starts_on, today):
        raise Refused(_("Give a last day that is not over and not before the first."))
    _check_substitute(match, substitute)
    try:
        with transaction.atomic():
            cover = Cover.objects.create(
                programme_id=match.programme_id, match=match, substitute=substitute,
                substitute_person_id=substitute.person_id, starts_on=starts_on, ends_on=ends_on, need=need,
                arranged_by_id=by.person_id, arranged_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        text = str(error)
        if "cover_is_for_a_time" in text:
            raise Refused(_("Cover lasts half a year at most. After that, make a new match.")) from error
        raise Refused(_("Somebody covers this match on some of these days already.")) from error
    record_change(cover, before="", after="arranged", by=by, now=now)
    if starts_on <= today:
        cancel(kind=Kind.VISIT_REMINDER, subject=subject_of(match))
    link = reverse("matching:today", args=[match.programme.slug])
    for person_id in (match.supporter_person_id, substitute.person_id):
        write(
            kind=Kind.COVER, recipient=Person.objects.get(pk=person_id), subject=f"cover:{cover.pk}",
            period=str(starts_on), link=link, now=now, due_on=starts_on,
        )  # fmt: skip
    return cover


def _check_substitute(match: Match, substitute: PeerSupporter) -> None:
    if substitute.person_id in (match.supporter_person_id, match.participant_person_id):
        raise Refused(_("Choose somebody other than the two of them."))
    if substitute.programme_id != match.programme_id or substitute.status != SupporterStatus.ACTIVE:
        raise Refused(_("A substitute is an active peer supporter of this programme."))


@transaction.atomic
def end_cover(cover: Cover, *, by: Member, now: datetime) -> None:
    """The peer supporter is back earlier: the cover ends today, or never begins."""
    today = local_date(now, cover.programme.timezone)
    coming = Cover.objects.filter(pk=cover.pk, starts_on__gt=today)
    if not coming.delete()[0] and not Cover.objects.filter(pk=cover.pk, ends_on__gt=today).update(ends_on=today):
        raise Refused(_("That is over already."))
    cancel(kind=Kind.VISIT_REMINDER, subject=f"match:{cover.match_id}")  # the sweep writes to who visits now
    record_change(cover, before="arranged", after="ended", by=by, now=now)
