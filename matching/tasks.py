"""Comes by and does what the day asks for, and prints what was agreed; doing it again changes nothing."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from matching import services
from matching.models import Agreement
from peerhub.lib import walls

MOST_AT_ONCE = 10


@shared_task
def sweep() -> dict[str, Any]:
    """The sweep over every programme, each on its own calendar day."""
    with walls.everywhere(deed="sweep"):
        return services.sweep(now=timezone.now()).as_dict()


@shared_task
def print_agreements() -> int:
    """Make the PDFs of agreements that both confirmed; may run twice, late or in parallel."""
    with walls.everywhere(deed="print_agreements"):
        waiting = list(Agreement.objects.to_print().defer("pdf").order_by("pk")[:MOST_AT_ONCE])
    return sum(services.print_agreement(agreement) for agreement in waiting)
