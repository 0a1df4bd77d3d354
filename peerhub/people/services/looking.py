"""Who looked at what is kept about somebody is written down in the request that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from peerhub.lib.member import Member
from peerhub.people.choices import Reading
from peerhub.people.models import Look

BULK = 1000


@transaction.atomic(savepoint=False)  # it is part of the response: both or neither
def record_looks(
    people: Iterable[int],
    *,
    kind: Reading,
    by: Member,
    now: datetime,
    deed: str = "",
    subject: str = "",
    reason: str = "",
) -> None:
    """Write down that a member looked at what is kept about these people (their keys): one row each, one statement.

    Written in the transaction of the request that shows it: when it cannot be written, nothing is shown. Whoever looks
    at her own file is not written down. An administrator who opened the files does it for the reason she gave.
    """
    Look.objects.bulk_create(
        [
            Look(
                programme_id=by.programme_id,
                person_id=person_id,
                kind=kind,
                subject=subject,
                by_id=by.person_id or None,
                by_user_id=by.user_id,
                by_name=by.name,
                deed=deed,
                reason=reason or by.reason,
                at=now,
            )
            for person_id in sorted(set(people) - {by.person_id})
        ],
        batch_size=BULK,
    )
