"""Comes by every quarter of an hour; writes on Monday mornings only, and then once."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from peerhub.lib import walls
from supervision import services


@shared_task
def write_summaries() -> int:
    """How many visits are overdue, to those who look after them."""
    with walls.everywhere(deed="write_summaries"):
        return services.write_summaries(now=timezone.now())
