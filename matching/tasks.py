"""Comes by every quarter of an hour and does what the day asks for; doing it again changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone

from matching import services


@shared_task
def sweep(on: str | None = None) -> dict[str, Any]:
    """The sweep over every programme, each on its own calendar day (or all on the day given, to catch up by hand)."""
    return services.sweep(now=timezone.now(), on=date.fromisoformat(on) if on else None).as_dict()
