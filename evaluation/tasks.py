"""Comes by every minute, and when a report is asked for: makes the PDFs that wait."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from evaluation.models import Report
from evaluation.services import render_report
from peerhub.lib import walls
from peerhub.lib.errors import Refused

MOST_AT_ONCE = 10


@shared_task
def render_pending() -> int:
    """Make what waits; may run twice, late or in parallel. Returns how many reports it worked on."""
    worked = 0
    with walls.everywhere(deed="render_pending"):
        waiting = list(Report.objects.to_render(timezone.now()).light().order_by("pk")[:MOST_AT_ONCE])
    for report in waiting:
        try:
            render_report(report, now=timezone.now())
        except Refused:  # somebody else was quicker
            continue
        worked += 1
    return worked
