"""A row in each table of how people are reached, for the programme on stage."""

from __future__ import annotations

from typing import Any

from peerhub.notices.models import Device, HeldKind, Reach
from peerhub.people.models import Person
from programmes.models import Membership


def of_notices(person: Person, lead: Membership) -> dict[str, Any]:
    """Wishes, a device, and a kind that waits for a click."""
    programme = {"programme_id": person.programme_id}
    endpoint = f"https://fcm.googleapis.com/fcm/send/{person.pk}"
    return {
        "reach": Reach.objects.create(**programme, person=person, timezone="Europe/Brussels"),
        "device": Device.objects.create(
            **programme, person=person, endpoint=endpoint, p256dh="B" * 87, auth="a" * 22, name="Phone"
        ),
        "held_kind": HeldKind.objects.get_or_create(**programme, kind="year_ends", defaults={"by": lead.person})[0],
    }
