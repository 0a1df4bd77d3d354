"""What happens in training: the certificate that makes somebody a peer supporter."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.services import record_change
from recruitment.models import PeerSupporter
from recruitment.services import activate_supporter
from training.models import Certificate

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O and 1/I, which people mix up when they read a number aloud


@transaction.atomic
def award_certificate(
    supporter: PeerSupporter, *, awarded_on: date, by: Member | None, now: datetime, sessions_attended: int = 7
) -> Certificate:
    """The assessment was passed: a certificate is awarded and the peer supporter may be matched from now on.

    She also becomes a member of the programme, so that she can log in once she has a log-in.
    """
    if awarded_on > local_date(now, supporter.programme.timezone):
        raise Refused(_("That day has not come yet. Give today or an earlier day."))
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                programme_id=supporter.programme_id,
                supporter=supporter,
                number=_number(awarded_on),
                sessions_attended=sessions_attended,
                awarded_on=awarded_on,
                assessed_by_id=by.person_id if by else None,
            )
    except IntegrityError as error:
        raise Refused(_("This peer supporter already has a certificate.")) from error
    activate_supporter(supporter, by=by, now=now)
    record_change(certificate, before="", after="awarded", by=by, now=now)
    return certificate


def _number(awarded_on: date) -> str:
    return f"{awarded_on.year}-" + "".join(secrets.choice(ALPHABET) for _place in range(8))


@transaction.atomic
def award_certificates(
    supporters: Iterable[PeerSupporter], *, awarded_on: date, by: Member | None, now: datetime
) -> int:
    """Certify several at once: a whole group, or the peer supporters of an imported list. Returns how many."""
    count = 0
    for supporter in supporters:
        award_certificate(supporter, awarded_on=awarded_on, by=by, now=now)
        count += 1
    return count
