from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from programmes.permissions import Permission

if TYPE_CHECKING:
    from peerhub.lib.member import Member
    from training.models import Certificate


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Which certificates?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who see the training; one's own otherwise."""
        mine = self.filter(programme_id=member.programme_id)
        if member.may(Permission.TRAINING_VIEW):
            return mine
        return mine.filter(supporter__person_id=member.person_id)

    def valid(self) -> Self:
        """Awarded and not taken back."""
        return self.filter(revoked_on__isnull=True)
