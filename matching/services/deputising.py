"""Who hears of a match: the peer supporter's supervisor, who stands in for her, or the coordinators."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching.models import Deputy, Match
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import write
from peerhub.people.models import Person
from peerhub.people.services import record_change
from programmes.choices import Role
from programmes.models import Membership

ADDRESS = "/p/{}/cover/"


def who_hears(match: Match, *, now: datetime) -> list[Person]:
    """The supervisor, or her deputy of today; all coordinators where there is no supervisor (any more)."""
    supervisor = match.supporter.supervisor
    if supervisor is None or supervisor.ends_on is not None:
        coordinators = match.programme.memberships.current().filter(role=Role.COORDINATOR).select_related("person")
        return [membership.person for membership in coordinators]
    return [stands_in_for(supervisor, today=local_date(now, match.programme.timezone))]


def stands_in_for(supervisor: Membership, *, today: date) -> Person:
    """Who hears what a supervisor hears today: her deputy on the days she is away, else she herself."""
    away = Deputy.objects.filter(supervisor=supervisor, starts_on__lte=today, ends_on__gte=today)
    standing_in = away.filter(deputy__ends_on__isnull=True).select_related("deputy__person").first()
    return standing_in.deputy.person if standing_in else supervisor.person


def who_visits(match: Match, *, today: date) -> Person:
    """Who makes the visits of a match today: the substitute while she steps in, else the peer supporter."""
    cover = match.covers.filter(starts_on__lte=today, ends_on__gte=today).select_related("substitute_person").first()
    return cover.substitute_person if cover else match.supporter_person


@transaction.atomic
def arrange_deputy(
    supervisor: Membership, *, deputy: Membership, starts_on: date, ends_on: date, by: Member, now: datetime
) -> Deputy:
    """Somebody of the team stands in for a supervisor: concerns, overdue visits and reviews reach her on these days.

    It ends by itself. Both are told. Raises Refused for somebody who may not follow matches, and for days taken.
    """
    programme = supervisor.programme
    if ends_on < max(starts_on, local_date(now, programme.timezone)):
        raise Refused(_("Give a last day that is not over and not before the first."))
    team = Membership.objects.current().who_supervise().filter(programme=programme)
    if supervisor.pk == deputy.pk or supervisor.person_id == deputy.person_id:
        raise Refused(_("Nobody stands in for herself."))
    if team.filter(pk__in=[supervisor.pk, deputy.pk]).count() < len({supervisor.pk, deputy.pk}):
        raise Refused(_("A deputy is a supervisor or coordinator of this programme."))
    try:
        with transaction.atomic():
            row = Deputy.objects.create(
                programme=programme, supervisor=supervisor, deputy=deputy, starts_on=starts_on, ends_on=ends_on,
                arranged_by_id=by.person_id, arranged_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("Somebody stands in on some of these days already.")) from error
    record_change(row, before="", after="arranged", by=by, now=now)
    for person in (supervisor.person, deputy.person):
        write(
            kind=Kind.COVER, recipient=person, subject=f"deputy:{row.pk}", period=str(starts_on),
            link=ADDRESS.format(programme.slug), now=now, due_on=starts_on,
        )  # fmt: skip
    return row


@transaction.atomic
def end_deputy(row: Deputy, *, by: Member, now: datetime) -> None:
    """She is back earlier: from tomorrow on (or not at all, if it has not begun) nobody stands in for her."""
    today = local_date(now, row.programme.timezone)
    coming = Deputy.objects.filter(pk=row.pk, starts_on__gt=today)
    if not coming.delete()[0] and not Deputy.objects.filter(pk=row.pk, ends_on__gt=today).update(ends_on=today):
        raise Refused(_("That is over already."))
    record_change(row, before="arranged", after="ended", by=by, now=now)
