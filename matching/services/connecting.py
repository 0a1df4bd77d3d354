"""A professional and a peer supporter first get to know each other; later they meet participants together."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching.models import Connection
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.services import record_change
from programmes.models import Membership
from recruitment.models import PeerSupporter


@transaction.atomic
def connect(
    supporter: PeerSupporter, *, professional: Membership, starts_on: date, by: Member, now: datetime
) -> Connection:
    """These two work together from this day on. A peer supporter works with one professional at a time."""
    if starts_on > local_date(now, supporter.programme.timezone):
        raise Refused(_("That day has not come yet. Give today or an earlier day."))
    if professional.person_id == supporter.person_id:
        raise Refused(_("Nobody is connected with herself."))
    if not Membership.objects.current().team().filter(pk=professional.pk, programme=supporter.programme_id).exists():
        raise Refused(_("Choose somebody of the team."))
    try:
        with transaction.atomic():
            made = Connection.objects.create(
                programme_id=supporter.programme_id, supporter=supporter, professional=professional, starts_on=starts_on
            )
    except IntegrityError as error:
        raise Refused(_("This peer supporter works with somebody already. End that first.")) from error
    record_change(made, before="", after="connected", by=by, now=now)
    return made


@transaction.atomic
def end_connection(connection: Connection, *, by: Member, now: datetime) -> None:
    """They no longer work together. Matches keep whoever is responsible for them."""
    today = local_date(now, connection.programme.timezone)
    open_one = Connection.objects.filter(pk=connection.pk, ends_on__isnull=True)
    if not open_one.update(ends_on=max(today, connection.starts_on)):
        raise Refused(_("This was ended before. Nothing was changed."))
    connection.refresh_from_db()
    record_change(connection, before="connected", after="ended", by=by, now=now)
