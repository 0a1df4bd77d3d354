from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from programmes.choices import Role
from programmes.permissions import Permission

if TYPE_CHECKING:
    from peerhub.lib.member import Member
    from peerhub.people.models import User
    from programmes.models import Membership, Place, Programme


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Which programmes?"""

    def visible_to(self, member: Member) -> Self:
        """The member's own programme."""
        return self.filter(pk=member.programme_id)

    def of_user(self, user: User) -> Self:
        """Where this log-in holds a role today."""
        current = Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gt=F("memberships__starts_on"))
        return self.filter(current, memberships__person__user=user, memberships__ends_on__isnull=True).distinct()


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Which roles of which people?"""

    def visible_to(self, member: Member) -> Self:
        """The team, for everybody who may see the programme; one's own roles otherwise."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.PROGRAMME_SEE) else mine.filter(person_id=member.person_id)

    def current(self, day: date | None = None) -> Self:
        """Not ended (by ``day``, when given)."""
        still = Q(ends_on__isnull=True)
        return self.filter(still | Q(ends_on__gt=day)) if day else self.filter(still)

    def team(self) -> Self:
        """Everybody but the peer supporters, who have a list of their own."""
        return self.exclude(role=Role.PEER_SUPPORTER)

    def who_supervise(self) -> Self:
        """Those whom a peer supporter can turn to: supervisors and coordinators."""
        return self.filter(role__in=(Role.SUPERVISOR, Role.COORDINATOR))


class PlaceQuerySet(models.QuerySet["Place"]):
    """Which places?"""

    def of_programme(self, programme: Programme) -> Self:
        """The postcode areas that the programme's organisation knows."""
        return self.filter(organisation_id=programme.organisation_id)

    def names_of(self, postcodes: Collection[str]) -> dict[str, str]:
        """The names of the places with these postcodes; unknown ones are left out.

        The longest known beginning counts: “2525 XK” lies in “2525”.
        """
        beginnings = {code[:length] for code in postcodes for length in range(len(code), 0, -1)}
        known = dict(self.filter(postcode__in=beginnings).values_list("postcode", "name"))
        found = {}
        for code in postcodes:
            area = next((code[:length] for length in range(len(code), 0, -1) if code[:length] in known), None)
            if area:
                found[code] = known[area]
        return found
