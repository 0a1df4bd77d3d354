from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from peerhub.notices.choices import NoticeStatus

if TYPE_CHECKING:
    from peerhub.lib.member import Member
    from peerhub.notices.models import Notice


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Which messages?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's messages for those who keep the files, one's own for everybody."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may("people.view") else mine.filter(recipient_id=member.person_id)

    def waiting(self) -> Self:
        """Written and not yet on their way."""
        return self.filter(status=NoticeStatus.WAITING)

    def to_send(self, now: datetime) -> Self:
        """Waiting with their time come, or claimed by a sender that died and whose lease ran out."""
        fresh = Q(status=NoticeStatus.WAITING, send_after__lte=now)
        stuck = Q(status=NoticeStatus.SENDING, leased_until__lt=now)
        return self.filter(fresh | stuck)
