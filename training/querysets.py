from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from programmes.permissions import Permission

if TYPE_CHECKING:
    from peerhub.lib.member import Member
    from training.models import Certificate


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Which certificates?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who keep the files; those she gave for a trainer; one's own otherwise."""
        mine = self.filter(programme_id=member.programme_id)
        if not member.may(Permission.TRAINING_VIEW):
            return mine.filter(supporter__person_id=member.person_id)
        return mine if member.may(Permission.PEOPLE_VIEW) else mine.filter(assessed_by_id=member.person_id)

    def named(self, text: str) -> Self:
        """Those with every typed word in the number or in the name of the person."""
        found = self
        for word in text.split():
            person = Q(supporter__person__first_name__icontains=word) | Q(supporter__person__last_name__icontains=word)
            found = found.filter(person | Q(number__icontains=word))
        return found

    def valid(self) -> Self:
        """Awarded and not taken back."""
        return self.filter(revoked_on__isnull=True)
