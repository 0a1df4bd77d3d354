"""Where somebody lands after the log-in, and what the page about oneself shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, Sum
from django.urls import reverse

from matching.models import Visit, Work
from peerhub.lib.member import Member
from peerhub.lib.moments import minutes_words
from peerhub.people.models import Person, User
from programmes.choices import Role
from programmes.models import Membership, Programme
from programmes.permissions import Permission, permissions_of
from recruitment.choices import SupporterStatus
from recruitment.models import PeerSupporter
from supervision.models import PlannedSession


@dataclass(frozen=True)
class Door:
    """A programme in which somebody holds a role today, and her own first page there."""

    name: str
    roles: str
    url: str


def doors_of(user: User) -> list[Door]:
    """The programmes of a log-in, by name: the overview for the team, Today for a peer supporter. One query."""
    held: dict[Programme, list[Membership]] = {}
    mine = (
        Membership.objects.current().filter(person__user=user).select_related("programme").order_by("programme__name")
    )
    for membership in mine:
        held.setdefault(membership.programme, []).append(membership)
    doors = []
    for programme, memberships in held.items():
        rights = permissions_of(frozenset(one.role for one in memberships))
        page = "home:overview" if Permission.PROGRAMME_SEE in rights else "matching:today"
        roles = ", ".join(one.get_role_display() for one in memberships)
        doors.append(Door(programme.name, roles, reverse(page, args=[programme.slug])))
    return doors


def supporter_role(member: Member) -> PeerSupporter | None:
    """The member's own time as a peer supporter, when she is one."""
    own = PeerSupporter.objects.visible_to(member).filter(person_id=member.person_id)
    return own.exclude(status=SupporterStatus.ENDED).select_related("supervisor__person").first()


def contact_of(member: Member, supporter: PeerSupporter | None) -> Person | None:
    """Whom to call: one's supervisor while she holds the role, else a coordinator."""
    if supporter and supporter.supervisor and supporter.supervisor.ends_on is None:
        return supporter.supervisor.person
    team = Membership.objects.current().filter(programme_id=member.programme_id, role=Role.COORDINATOR)
    first = team.exclude(person_id=member.person_id).select_related("person").order_by("starts_on", "pk").first()
    return first.person if first else None


def next_session(member: Member, supporter: PeerSupporter | None, at: datetime) -> PlannedSession | None:
    """The next supervision that is planned for oneself."""
    if supporter is None:
        return None
    mine = PlannedSession.objects.visible_to(member).for_person(member.person_id or 0)
    return mine.to_come(at).select_related("led_by").first()


@dataclass(frozen=True)
class Month:
    """What somebody did this month, by her own notes."""

    visits: int
    minutes: int

    @property
    def total(self) -> str:
        """All of it, in words."""
        return minutes_words(self.minutes)


def this_month(member: Member, today: date) -> Month:
    """One's own visits and work since the first of the month, as the page of hours counts them."""
    since = {"occurred_on__gte": today.replace(day=1), "occurred_on__lte": today}
    counted = Sum("minutes", filter=Q(shared_id__isnull=True))
    held = Visit.objects.own(member).held().filter(**since).aggregate(visits=Count("pk"), total=counted)
    beside = Work.objects.own(member).filter(**since).aggregate(total=Sum("minutes"))["total"] or 0
    return Month(held["visits"], (held["total"] or 0) + beside)
