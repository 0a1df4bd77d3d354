"""What an import made: people, roles and changed fields, written many at a time and taken back again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.consent import under_age
from peerhub.people.models import Person, StateChange
from peerhub.people.services import take_over_consents
from recruitment.choices import ParticipantStatus, SupporterStatus
from recruitment.importing.comparing import NEW, SAME_PERSON, UPDATE, Judged
from recruitment.importing.headings import PARTICIPANT, SUPPORTER
from recruitment.models import ImportBatch, Participant, PeerSupporter

PERSON = "person"
ROLE_MODELS: dict[str, type[PeerSupporter] | type[Participant]] = {SUPPORTER: PeerSupporter, PARTICIPANT: Participant}
BEGIN = {SUPPORTER: SupporterStatus.IN_TRAINING, PARTICIPANT: ParticipantStatus.WAITING}
SINCE = {SUPPORTER: "started_on", PARTICIPANT: "registered_on"}
SHOWN_NAMES = 5


def make_people(batch: ImportBatch, good: Sequence[Judged]) -> list[int]:
    """One person for each new row; a later row about her in another role finds her through ``known``."""
    fresh = [row.known for row in good if row.status == NEW and row.known]
    people = Person.objects.bulk_create(
        [Person(programme_id=batch.programme_id, **known.person) for known in fresh], batch_size=2000
    )
    for known, person in zip(fresh, people, strict=True):
        known.person_id = person.pk
    return [person.pk for person in people]


def make_roles(batch: ImportBatch, good: Sequence[Judged], *, by: Member | None, now: datetime) -> dict[str, list[int]]:
    """Supporters in training and participants on the waiting list, each with the beginning of its history."""
    today = local_date(now, batch.programme.timezone)
    made: dict[str, list[int]] = {}
    asked_by = {PARTICIPANT: {"consent_due_on": today + timedelta(days=batch.programme.consent_grace_days)}}
    for role, model in ROLE_MODELS.items():
        rows: list[Any] = [
            model(
                programme_id=batch.programme_id,
                person_id=row.known.person_id or 0,  # made a moment ago, for a new row
                **{SINCE[role]: today, **asked_by.get(role, {}), **row.parsed.details},
            )
            for row in good
            if row.parsed.role == role and row.status in (NEW, SAME_PERSON) and row.known
        ]
        rows = model.objects.bulk_create(rows, batch_size=2000)
        made[role] = [row.pk for row in rows]
        write_history(batch, model, made[role], before="", after=BEGIN[role], by=by, now=now)
    return made


def make_consents(batch: ImportBatch, good: Sequence[Judged], *, by: Member | None, now: datetime) -> list[int]:
    """The consents that the file tells of, each with its day; for somebody under age then, a guardian is asked."""
    given = {
        row.known.person_id: row.parsed.consent_on
        for row in good
        if row.status in (NEW, SAME_PERSON) and row.known and row.known.person_id and row.parsed.consent_on
        if not under_age(row.known.person.get("born_on"), day=row.parsed.consent_on)
    }
    return take_over_consents(given, programme_id=batch.programme_id, by=by, now=now)


def write_history(
    batch: ImportBatch,
    model: type[models.Model],
    keys: Iterable[int],
    *,
    before: str,
    after: str,
    by: Member | None,
    now: datetime,
) -> None:
    """A line of history for each row that came or went, in one query."""
    StateChange.objects.bulk_create(
        [
            StateChange(
                programme_id=batch.programme_id,
                subject=model._meta.label_lower,
                subject_id=key,
                before=before,
                after=after,
                reason=_("import of %(file)s") % {"file": batch.file_name},
                by_id=by.person_id if by else None,
                at=now,
            )
            for key in keys
        ],
        batch_size=2000,
    )


def write_changes(good: Sequence[Judged]) -> list[dict[str, Any]]:
    """Write what the file says differently about known people; what stood there is kept, so that it can come back."""
    changes: dict[tuple[str, int], dict[str, Any]] = {}
    for row in good:
        if row.status == NEW or row.known is None or row.known.person_id is None:
            continue
        if row.person_changes:
            changes.setdefault((PERSON, row.known.person_id), {}).update(row.person_changes)
        if row.status == UPDATE and row.role_changes:
            changes.setdefault((row.parsed.role, row.known.role_ids[row.parsed.role]), {}).update(row.role_changes)
    written = []
    for kind in (PERSON, *ROLE_MODELS):
        mine = {key: new for (of, key), new in changes.items() if of == kind}
        written += _write(kind, mine)
    return written


def _write(kind: str, changes: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    manager = _model(kind).objects
    rows = manager.select_for_update().in_bulk(list(changes))
    written = []
    for key, row in rows.items():
        before = {name: _plain(getattr(row, name)) for name in changes[key]}
        for name, value in changes[key].items():
            setattr(row, name, value)
        written.append(
            {"kind": kind, "id": key, "before": before, "after": {n: _plain(v) for n, v in changes[key].items()}}
        )
    if rows:
        manager.bulk_update(rows.values(), sorted({name for new in changes.values() for name in new}), batch_size=500)
    return written


def _model(kind: str) -> Any:
    return Person if kind == PERSON else ROLE_MODELS[kind]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def refuse_when_moved_on(batch: ImportBatch) -> None:
    """Somebody who is supported, active or has a log-in by now is no longer just a row of a file."""
    made = batch.made
    moved: list[models.QuerySet[Any]] = [
        Participant.objects.filter(pk__in=made.get(PARTICIPANT, [])).exclude(status=ParticipantStatus.WAITING),
        PeerSupporter.objects.filter(pk__in=made.get(SUPPORTER, [])).exclude(status=SupporterStatus.IN_TRAINING),
    ]
    names = [row.person.full_name for rows in moved for row in rows.select_related("person")[:SHOWN_NAMES]]
    names += [
        one.full_name for one in Person.objects.filter(pk__in=made.get("people", []), user__isnull=False)[:SHOWN_NAMES]
    ]
    if names:
        raise _built_upon(names)


def delete(rows: models.QuerySet[Any]) -> None:
    """Delete rows that nothing hangs on. Raises Refused naming the people on whom something does."""
    try:
        with transaction.atomic():
            rows.delete()
    except (ProtectedError, RestrictedError) as error:
        hanging = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        raise _built_upon(_names_behind(hanging)) from error


def _names_behind(hanging: Iterable[Any]) -> list[str]:
    """The people that the rows in the way are about."""
    names = []
    for row in hanging:
        role = getattr(row, "participant", None) or getattr(row, "supporter", None) or row
        person = getattr(role, "person", None) or getattr(row, "recipient", None)
        names.append(person.full_name if isinstance(person, Person) else str(row._meta.verbose_name))
    return names


def _built_upon(names: Sequence[str]) -> Refused:
    shown = sorted(set(names))
    more = "…" if len(shown) > SHOWN_NAMES else ""
    return Refused(
        _(
            "This import cannot be undone as a whole: something was done since for %(names)s (a match, a certificate, "
            "a role or a log-in). Nothing was changed. Correct people one by one on their own page."
        )
        % {"names": ", ".join(shown[:SHOWN_NAMES]) + more}
    )


def restore(updated: Sequence[dict[str, Any]], *, gone: set[int]) -> tuple[int, int]:
    """Put earlier values back where the import's own value still stands; count fields put back and fields kept."""
    restored = kept = 0
    for kind in (PERSON, *ROLE_MODELS):
        mine = [one for one in updated if one["kind"] == kind and not (kind == PERSON and one["id"] in gone)]
        rows: dict[int, Any] = _model(kind).objects.select_for_update().in_bulk([one["id"] for one in mine])
        fields: set[str] = set()
        for one in mine:
            for name, before in one["before"].items():
                row = rows.get(one["id"])
                if row is None or _plain(getattr(row, name)) != one["after"][name]:
                    kept += 1
                    continue
                setattr(row, name, row._meta.get_field(name).to_python(before))
                fields.add(name)
                restored += 1
        if fields:
            _model(kind).objects.bulk_update(rows.values(), sorted(fields), batch_size=500)
    return restored, kept
