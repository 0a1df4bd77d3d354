"""Come by every quarter of an hour; write on the day before supervision and on Monday mornings, and then once."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from peerhub.lib import walls
from supervision import services


@shared_task
def remind_of_sessions() -> int:
    """Supervision is coming up, to those it is for: on the day before."""
    with walls.everywhere(deed="remind_of_sessions"):
        return services.remind_of_sessions(now=timezone.now())


@shared_task
def write_summaries() -> int:
    """How many visits are overdue, to those who look after them."""
    with walls.everywhere(deed="write_summaries"):
        return services.write_summaries(now=timezone.now())
