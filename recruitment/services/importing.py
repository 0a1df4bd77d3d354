"""A workbook of people comes in: read, corrected, previewed, applied in one go, and undone. Nobody gets a message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import who_may
from peerhub.people.models import Consent, Person
from peerhub.people.services import move
from programmes.models import Programme
from recruitment.choices import IMPORT_MOVES, ImportStatus, ParticipantStatus, SupporterStatus
from recruitment.importing.comparing import GOOD, Judged, Known, counted, judge
from recruitment.importing.headings import (
    FIELDS,
    LEFT_OUT,
    PARTICIPANT,
    ROLES,
    SUPPORTER,
    Sheet,
    guess_columns,
    guess_role,
    lay_out,
)
from recruitment.importing.parsing import Columns, Parsed, Rules, parse_row
from recruitment.importing.reading import read
from recruitment.importing.writing import refused_book
from recruitment.models import ImportBatch, Participant, PeerSupporter
from recruitment.querysets import open_file
from recruitment.services.imported import (
    BEGIN,
    ROLE_MODELS,
    delete,
    make_consents,
    make_people,
    make_roles,
    refuse_when_moved_on,
    restore,
    write_changes,
    write_history,
)
from recruitment.services.people import BEYOND_CONTACT

LOCK = 7_214_003  # this application's number for “an import is being written”; the programme is the second number
PERSON_FIELDS = (
    *("first_name", "last_name", "email", "phone", "born_on", "gender", "languages", "languages_little", "postcode"),
)


def read_upload(
    *,
    programme: Programme,
    name: str,
    data: bytes,
    by: Member | None,
    now: datetime,
    locale: str = "",
    role: str = "",
    sheet: str = "",
) -> ImportBatch:
    """Keep an uploaded file as text rows with a first guess at its columns; nobody is made yet.

    ``sheet`` takes one sheet only, ``role`` says whom it lists. Raises Refused for a file that cannot be read.
    """
    batch = draft_upload(programme=programme, name=name, data=data, locale=locale, role=role, sheet=sheet)
    batch.uploaded_by_id = by.person_id if by else None
    batch.uploaded_at = now
    batch.save()
    return batch


def draft_upload(
    *, programme: Programme, name: str, data: bytes, locale: str = "", role: str = "", sheet: str = ""
) -> ImportBatch:
    """The same, not kept: for a dry run that leaves nothing behind."""
    sheets = [lay_out(grid) for grid in read(name, data) if any(grid.rows)]
    if sheet:
        there = ", ".join(f"“{one.name}”" for one in sheets)
        sheets = [one for one in sheets if one.name.casefold() == sheet.strip().casefold()]
        if not sheets:
            raise Refused(_("There is no sheet “%(sheet)s”. There are: %(there)s.") % {"sheet": sheet, "there": there})
    mapping = []
    for one in sheets:
        columns = guess_columns(one)
        mapping.append({"role": role or guess_role(one, columns), "columns": columns})
    return ImportBatch(
        programme=programme,
        file_name=name[-200:],
        locale=(locale or programme.language)[:8],
        sheets=[one.as_json() for one in sheets],
        mapping={"sheets": mapping},
    )


@transaction.atomic
def correct_import(batch: ImportBatch, *, mapping: list[dict[str, Any]], locale: str, now: datetime) -> None:
    """A person says what the columns mean and whom each sheet lists; the preview is made again."""
    for chosen, sheet in zip(mapping, batch.sheets, strict=True):
        known = set(chosen["columns"]) <= {"", *FIELDS} and chosen["role"] in ROLES
        if not known or len(chosen["columns"]) != len(sheet["headings"]):
            raise Refused(_("Choose a meaning for each column from the list."))
    batch.mapping = {"sheets": mapping}
    batch.locale = locale[:8]
    changed = ImportBatch.objects.filter(pk=batch.pk, status=ImportStatus.UPLOADED).update(
        mapping=batch.mapping, locale=batch.locale
    )
    if not changed:
        raise Refused(_("This import is done already. Undo it first, or upload the file again."))
    preview(batch, now=now)


def preview(batch: ImportBatch, *, now: datetime) -> dict[str, Any]:
    """What would become of each row today, kept with the batch (when that is kept). Nobody is made."""
    outcome = _outcome(batch, judged_rows(batch, now=now))
    if batch.pk:
        ImportBatch.objects.filter(pk=batch.pk, status=ImportStatus.UPLOADED).update(outcome=outcome)
    batch.outcome = outcome
    return outcome


def _outcome(batch: ImportBatch, judged: Sequence[Judged]) -> dict[str, Any]:
    left_out = [sheet.name for sheet, role, _columns in _sheets(batch) if role == LEFT_OUT]
    return {"counts": counted(judged), "rows": [row.as_json() for row in judged], "left_out": left_out}


def _sheets(batch: ImportBatch) -> list[tuple[Sheet, str, list[str]]]:
    return [
        (Sheet(**sheet), chosen["role"], chosen["columns"])
        for sheet, chosen in zip(batch.sheets, batch.mapping["sheets"], strict=True)
    ]


def judged_rows(batch: ImportBatch, *, now: datetime) -> list[Judged]:
    """Each row of the sheets that are not left out, compared with the people the programme knows at this moment."""
    programme = batch.programme
    rules = Rules(
        today=local_date(now, programme.timezone),
        region=programme.phone_region,
        locale=batch.locale,
        min_age=programme.min_age,
        max_age=programme.max_age,
    )
    rows: list[Parsed] = []
    for sheet, role, fields in _sheets(batch):
        if role != LEFT_OUT:
            columns = Columns(sheet.name, role, sheet.headings, fields)
            rows += [parse_row(number, cells, columns, rules) for number, cells in sheet.rows]
    return judge(rows, _known_people(programme, rows, today=rules.today))


def _known_people(programme: Programme, rows: Iterable[Parsed], *, today: date) -> list[Known]:
    """Those of the programme's people whom a row might be, with their open roles: six queries."""
    given = [parsed.person for parsed in rows if not parsed.empty and not parsed.said.errors]
    maybe = (
        Q(address__in={person["email"] for person in given if "email" in person})
        | Q(phone__in={person["phone"] for person in given if "phone" in person})
        | Q(born_on__in={person["born_on"] for person in given if "born_on" in person})
        | Q(first_name__in={person["first_name"] for person in given}, email="", phone="", born_on__isnull=True)
    )
    people = Person.objects.filter(programme_id=programme.pk).annotate(address=Lower("email")).filter(maybe)
    known = {
        row["pk"]: Known({name: row[name] for name in PERSON_FIELDS}, row["pk"])
        for row in people.order_by("pk").values("pk", *PERSON_FIELDS)
    }
    for role in ROLE_MODELS:
        for row in _open_roles(role, programme).filter(person__in=known).values():
            known[row["person_id"]].roles[role] = row
            known[row["person_id"]].role_ids[role] = row["id"]
    for person_id in _without_a_yes(programme, list(known), today=today):
        known[person_id].closed = frozenset({*Participant.IN_FILE, *BEYOND_CONTACT})
    return list(known.values())


def _without_a_yes(programme: Programme, people: list[int], *, today: date) -> set[int]:
    """Who said no or took her yes back, and participants whose time to be asked is over."""
    asked = Consent.objects.filter(purpose=ConsentPurpose.SUPPORT, subject="", person_id__in=people)
    said_no = set(asked.values_list("person_id", flat=True)) - who_may(people, ConsentPurpose.SUPPORT, today=today)
    late = _open_roles(PARTICIPANT, programme).filter(person__in=people).exclude(open_file(today))
    return said_no | set(late.values_list("person_id", flat=True))


def _open_roles(role: str, programme: Programme) -> models.QuerySet[Any]:
    if role == SUPPORTER:
        return PeerSupporter.objects.filter(programme=programme).exclude(status=SupporterStatus.ENDED)
    return Participant.objects.filter(programme=programme).exclude(status=ParticipantStatus.CLOSED)


@transaction.atomic
def apply_import(batch: ImportBatch, *, by: Member | None, now: datetime) -> dict[str, Any]:
    """Make and update the people of all good rows, in one transaction; the other rows are left for the coordinator.

    One import at a time per programme: under its lock the rows are compared again, so that what happened since the
    preview counts. Peer supporters come in training, participants on the waiting list. Sends nothing.
    Raises Refused when it was done before, or when no row is good.
    """
    _lock(batch.programme_id)
    move(batch, ImportStatus.APPLIED, moves=IMPORT_MOVES, by=by, now=now, applied_at=now)
    judged = judged_rows(batch, now=now)
    good = [row for row in judged if row.status in GOOD]
    if not good:
        raise Refused(_("No row of this file can be imported. Look at the reasons, correct the file and try again."))
    people = make_people(batch, good)
    made = {"people": people, **make_roles(batch, good, by=by, now=now), "updated": write_changes(good)}
    made["consents"] = make_consents(batch, good, by=by, now=now)
    outcome = _outcome(batch, judged)
    batch.outcome, batch.made = outcome, made
    batch.save(update_fields=["outcome", "made"])
    return outcome


def _lock(programme_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, programme_id % 2**31])


@transaction.atomic
def undo_import(batch: ImportBatch, *, by: Member | None, now: datetime) -> dict[str, int]:
    """Take back what an import made: its people and roles go, changed fields get back what stood there before.

    A field that somebody changed again since keeps the newer value. Raises Refused, and takes nothing back, when
    something was built on one of the people: a match, a certificate, another role.
    """
    _lock(batch.programme_id)
    move(batch, ImportStatus.UNDONE, moves=IMPORT_MOVES, by=by, now=now)
    refuse_when_moved_on(batch)
    made = batch.made
    for role, model in ROLE_MODELS.items():
        delete(model.objects.filter(pk__in=made.get(role, [])))
        write_history(batch, model, made.get(role, []), before=BEGIN[role], after="removed", by=by, now=now)
    delete(Consent.objects.filter(pk__in=made.get("consents", [])))
    delete(Person.objects.filter(pk__in=made.get("people", [])))
    restored, kept = restore(made.get("updated", []), gone=set(made.get("people", [])))
    return {"people": len(made.get("people", [])), "restored": restored, "kept": kept}


def refused_workbook(batch: ImportBatch) -> bytes:
    """The rows that were not taken and need a look, as a workbook: the original columns, the row, the reason."""
    sheets = [sheet for sheet, _role, _columns in _sheets(batch)]
    return refused_book(sheets, [row for row in batch.outcome.get("rows", []) if row["to_fix"]])
