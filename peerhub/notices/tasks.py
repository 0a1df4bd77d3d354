"""Comes by every minute: sends what waits, and leaves a heartbeat so that a dead worker is noticed."""

from __future__ import annotations

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from peerhub.notices.services import HEARTBEAT, claim, gather_digests, send

MOST_ROUNDS = 20


@shared_task
def send_notices() -> int:
    """Send the messages that are due; may run twice, late or in parallel. Returns how many went out."""
    sent = 0
    gather_digests(now=timezone.now())
    for _round in range(MOST_ROUNDS):
        claimed = claim(now=timezone.now())
        sent += sum(send(notice, now=timezone.now()) for notice in claimed)
        if not claimed:
            break
    return sent


@shared_task
def heartbeat() -> None:
    """Beat put this in the queue and a worker took it out: both live."""
    cache.set(HEARTBEAT, timezone.now().isoformat(), timeout=None)
