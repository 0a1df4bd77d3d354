"""Comes by and does what the day asks for, or what was asked for; doing it again changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone

from matching import services
from matching.models import Agreement, PairingRun
from peerhub.lib import walls
from peerhub.lib.errors import Refused

MOST_AT_ONCE = 3
MOST_PRINTED = 10


@shared_task
def sweep(on: str | None = None) -> dict[str, Any]:
    """The sweep over every programme, each on its own calendar day (or all on the day given, to catch up by hand)."""
    return services.sweep(now=timezone.now(), on=date.fromisoformat(on) if on else None).as_dict()


@shared_task
def print_agreements() -> int:
    """Make the PDFs of agreements that both confirmed; may run twice, late or in parallel."""
    with walls.everywhere(deed="print_agreements"):
        waiting = list(Agreement.objects.to_print().defer("pdf").order_by("pk")[:MOST_PRINTED])
    return sum(services.print_agreement(agreement) for agreement in waiting)


@shared_task
def search_pending() -> int:
    """Run the searches for pairs that wait; may run twice, late or in parallel. Returns how many it worked on.

    One whose last worker died is marked as failed.
    """
    worked = 0
    services.end_searches(now=timezone.now())
    with walls.everywhere(deed="search_pending"):
        waiting = list(PairingRun.objects.to_do(timezone.now()).light().order_by("pk")[:MOST_AT_ONCE])
    for run in waiting:
        try:
            services.run_search(run, now=timezone.now())
        except Refused:  # somebody else was quicker
            continue
        worked += 1
    return worked
