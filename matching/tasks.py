"""Comes by every quarter of an hour and does what the day asks for; doing it again changes nothing."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from matching import services


@shared_task
def sweep() -> dict[str, Any]:
    """The sweep over every programme, each on its own calendar day."""
    return services.sweep(now=timezone.now()).as_dict()
