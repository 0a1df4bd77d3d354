from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from evaluation.choices import ReportStatus
from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import answered, yes_to
from programmes.permissions import Permission

if TYPE_CHECKING:
    from evaluation.models import Report, Response
    from peerhub.lib.member import Member


PERSON = "participant__person_id"


class ResponseQuerySet(models.QuerySet["Response"]):
    """Which answer sheets?"""

    def visible_to(self, member: Member) -> Self:
        """For those who record answers."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.EVALUATION_RECORD) else self.none()

    def counted(self, today: date) -> Self:
        """Sheets that may go into figures: of people whose yes to evaluation counts today.

        Whoever was taken over from elsewhere and was not asked yet counts as long as she may still be asked.
        """
        waits = Q(participant__consent_due_on__gte=today) & ~Q(answered(ConsentPurpose.EVALUATION, person=PERSON))
        return self.filter(Q(yes_to(ConsentPurpose.EVALUATION, today=today, person=PERSON)) | waits)


class ReportQuerySet(models.QuerySet["Report"]):
    """Which reports?"""

    def visible_to(self, member: Member) -> Self:
        """For those who read reports."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.REPORT_VIEW) else self.none()

    def ready(self) -> Self:
        """With a PDF to take away."""
        return self.filter(status=ReportStatus.READY)

    def to_render(self, now: datetime) -> Self:
        """Waiting for a PDF, and nobody is at work on it now (a worker that died loses its lease)."""
        return self.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now), status=ReportStatus.PENDING)

    def light(self) -> Self:
        """Without the PDF itself, for lists."""
        return self.defer("pdf")
