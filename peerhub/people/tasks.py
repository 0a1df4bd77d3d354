"""Comes by every hour: what nobody came back for goes."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from peerhub.lib import walls
from peerhub.people.services import drop_old_drafts


@shared_task
def forget_old_drafts() -> int:
    """Remove drafts that are older than a week; may run twice, late or in parallel. Returns how many went."""
    with walls.everywhere(deed="forget_old_drafts"):
        return drop_old_drafts(now=timezone.now())
