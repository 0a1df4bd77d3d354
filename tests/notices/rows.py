"""A row in each table of how people are reached, for the programme on stage."""

from __future__ import annotations

from typing import Any

from peerhub.notices.models import Device, HeldKind, Notice, Reach
from programmes.models import Membership
from recruitment.models import PeerSupporter


def of_notices(supporter: PeerSupporter, lead: Membership) -> dict[str, Any]:
    """A message, wishes, a device, and a kind that waits for a click."""
    person, about = supporter.person, f"supporter:{supporter.pk}"
    programme = {"programme_id": person.programme_id}
    endpoint = f"https://fcm.googleapis.com/fcm/send/{person.pk}"
    return {
        "notice": Notice.objects.create(**programme, kind="invitation", recipient=person, subject=about, period="once"),
        "reach": Reach.objects.create(**programme, person=person, timezone="Europe/Brussels"),
        "device": Device.objects.create(
            **programme, person=person, endpoint=endpoint, p256dh="B" * 87, auth="a" * 22, name="Phone"
        ),
        "held_kind": HeldKind.objects.get_or_create(**programme, kind="year_ends", defaults={"by": lead.person})[0],
    }
