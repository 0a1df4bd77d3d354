"""How people of the demonstration are reached, and what was done about late visits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from matching.models import Match
from peerhub.home.demo.story import Story
from peerhub.notices.choices import Channel, Kind, NoticeStatus
from peerhub.notices.models import HeldKind, Notice, Reach
from programmes.models import Programme
from recruitment.models import Participant, PeerSupporter
from supervision.models import ContactNote

NIGHT: dict[str, Any] = {"quiet_from": "21:00", "quiet_until": "08:00"}


def reach_people(programme: Programme, story: Story) -> None:
    """Quiet nights, a daily letter, somebody who must not be called; news of less frequent visits wait for a click."""
    zone = {"programme_id": programme.pk, "timezone": programme.timezone}
    supporters = PeerSupporter.objects.filter(programme=programme, status="active").order_by("pk")[:2]
    wishes: tuple[dict[str, Any], ...] = ({**NIGHT, "weekly_most": 3}, {"digest_at": "08:00"})
    for supporter, wish in zip(supporters, wishes, strict=False):
        Reach.objects.create(**zone, person=supporter.person, **wish)
    careful = Participant.objects.filter(programme=programme).order_by("pk").first()
    if careful:
        Reach.objects.create(**zone, person=careful.person, no_call=True, no_sms=True, safe_from="09:00",
                             safe_until="12:00")  # fmt: skip
    HeldKind.objects.create(programme_id=programme.pk, kind=Kind.FREQUENCY_CHANGED, by_id=story.coordinator.person_id)
    Notice.objects.filter(programme_id=programme.pk, status=NoticeStatus.SENT).update(channel=Channel.EMAIL)


def chase_late_visits(programme: Programme, story: Story) -> None:
    """The supervisor called about the visit that is late longest."""
    late = Match.objects.filter(programme=programme).overdue(story.today).order_by("next_due_on", "pk")
    for match in late[:1]:
        ContactNote.objects.create(
            programme=programme,
            match=match,
            called="supporter",
            result="message_left",
            note="She calls back on Thursday.",
            noted_by_id=story.supervisor.person_id,
            noted_at=story.at(story.today) - timedelta(days=1),
        )
