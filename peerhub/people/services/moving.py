"""Every move from one state to another goes through here, and is written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from peerhub.lib import walls
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.models import StateChange

BULK = 1000
Moves = Mapping[Any, tuple[Any, ...]]


@transaction.atomic
def move(
    row: models.Model, to: str, *, moves: Moves, by: Member | None, now: datetime, reason: str = "", **fields: Any
) -> None:
    """Bring a row into another state, if the table of moves lets it, and write the change down.

    One conditional UPDATE decides, so of two people who try at the same moment one is refused. ``moves`` names for each
    state the states that may follow; ``fields`` are written in the same UPDATE. The row in hand is refreshed.
    Raises Refused when the row is no longer in a state that may become ``to``.
    """
    sources = [state for state, after in moves.items() if to in after]
    manager = type(row)._default_manager
    before = manager.filter(pk=row.pk).select_for_update().values_list("status", flat=True).first()
    if before not in sources:
        raise Refused(_wrong_state(row, before, to))
    if reason:
        walls.because(reason)
    manager.filter(pk=row.pk, status__in=sources).update(status=to, **fields)
    row.refresh_from_db()
    record_change(row, before=str(before), after=to, by=by, now=now, reason=reason)


def record_change(
    row: models.Model, *, before: str, after: str, by: Member | None, now: datetime, reason: str = ""
) -> None:
    """Write down that a row changed; also used for a row's beginning (``before`` empty)."""
    record_changes([row], before=before, after=after, by=by, now=now, reason=reason)


def record_changes(
    rows: Iterable[models.Model], *, before: str, after: str, by: Member | None, now: datetime, reason: str = ""
) -> None:
    """Write down the same change of many rows."""
    StateChange.objects.bulk_create(
        [
            StateChange(
                programme_id=row.programme_id,  # type: ignore[attr-defined]  # every walled row carries it
                subject=row._meta.label_lower,
                subject_id=row.pk,
                before=before,
                after=after,
                reason=reason,
                by_id=by.person_id if by else None,
                at=now,
            )
            for row in rows
        ],
        batch_size=BULK,
    )


def _wrong_state(row: models.Model, before: str | None, to: str) -> str:
    labels = dict(row._meta.get_field("status").flatchoices)  # type: ignore[union-attr]  # a CharField with choices
    return _("This is now “%(state)s” and cannot become “%(to)s”. Nothing was changed.") % {
        "state": labels.get(before, before),
        "to": labels.get(to, to),
    }
