"""Who changed what that is kept about somebody: lines of the history in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import Response
from matching.models import Agreement, Match, PersonalGoal, Visit
from peerhub.lib.member import Member
from peerhub.people.models import Consent, History, Link, Person, SensitiveNote
from peerhub.people.querysets import HistoryQuerySet
from programmes.access import deed_in_words
from recruitment.choices import slot_label
from recruitment.models import Application, Participant, PeerSupporter
from training.models import Certificate

KINDS = {
    "INSERT": ("plus-lg", gettext_lazy("%(what)s: written down")),
    "UPDATE": ("pencil", gettext_lazy("%(what)s: changed")),
    "DELETE": ("trash", gettext_lazy("%(what)s: removed")),
}
# Kept by the machine for itself; that they changed tells nobody anything.
UNSAID = {"id", "programme_id", "person_id", "created_at", "updated_at", "user_id", "recorded_at"}
LONGEST = 80


@dataclass(frozen=True)
class Change:
    """One column: what it is called, and what stood there before and after; empty where only that is kept."""

    name: str
    before: str
    after: str
    is_told: bool


@dataclass(frozen=True)
class Line:
    """One line of history in words."""

    at: datetime
    icon: str
    title: str
    by: str
    deed: str
    reason: str
    changes: list[Change]


def lines_about(person: Person, member: Member) -> HistoryQuerySet:
    """The history of the rows about a person that the member can see, newest first."""
    kept: list[tuple[Any, Q]] = [
        (Person, Q(pk=person.pk)),
        (Participant, Q(person=person)),
        (PeerSupporter, Q(person=person)),
        (Application, Q(person=person)),
        (Certificate, Q(supporter__person=person)),
        (Match, Q(participant_person=person) | Q(supporter_person=person)),
        (Agreement, Q(match__participant_person=person) | Q(match__supporter_person=person)),
        (PersonalGoal, Q(match__participant_person=person)),
        (Consent, Q(person=person)),
        (SensitiveNote, Q(person=person)),
        (Visit, Q(match__participant_person=person) | Q(author=person)),
        (Response, Q(participant__person=person)),
        (Link, Q(person=person)),
    ]
    rows = Q(pk__in=[])
    for table, about in kept:
        seen = table.objects.visible_to(member).filter(about).order_by().values("pk")
        rows |= Q(table_name=table._meta.db_table, row_id__in=seen)
    return History.objects.visible_to(member).filter(rows).order_by("-pk")


def lines_in_words(lines: Iterable[History], member: Member, *, zone: str) -> list[Line]:
    """One page of history, with the names of those who did it: one query for all names."""
    lines = list(lines)
    people = Person.objects.filter(programme_id=member.programme_id, pk__in={line.person_id for line in lines})
    names = {person.pk: person.full_name for person in people}
    return [_in_words(line, names, zone) for line in lines]


def _in_words(line: History, names: dict[int, str], zone: str) -> Line:
    table = next(model for model in apps.get_models() if model._meta.db_table == line.table_name)
    icon, title = KINDS[line.kind]
    deed, by_link = deed_in_words(line.deed)
    who = names.get(line.person_id or 0) or (_("an administrator") if line.user_id else _("peerhub by itself"))
    return Line(
        at=line.at,
        icon=icon,
        title=str(title) % {"what": capfirst(str(table._meta.verbose_name))},
        by=_("%(name)s, by one-time link") % {"name": who} if by_link else who,
        deed=deed,
        reason=line.reason,
        changes=list(_changes(line, table, zone)) if line.kind == "UPDATE" else [],
    )


def _changes(line: History, table: type[models.Model], zone: str) -> Iterator[Change]:
    """Column by column; a value only where it is kept and says something: a key of another row does not."""
    columns = {field.column: field for field in table._meta.concrete_fields}
    for column, values in sorted((line.changes or {}).items()):
        field = columns.get(column)
        if field is None or column in UNSAID:
            continue
        told = bool(values) and not field.is_relation
        before, after = (_value(field, one, zone) for one in values) if told else ("", "")
        yield Change(capfirst(str(field.verbose_name)), before, after, told)


def _value(field: Any, value: Any, zone: str) -> str:
    """A value as somebody would say it."""
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateTimeField):
        return date_format(datetime.fromisoformat(value).astimezone(ZoneInfo(zone)), "j F Y, H:i")
    if isinstance(field, models.DateField):
        return date_format(date.fromisoformat(value), "j F Y")
    labels = dict(getattr(field, "flatchoices", None) or [])
    if isinstance(value, list):
        return ", ".join(_one_of(field, one) for one in value)[:LONGEST]
    return str(labels.get(value, value))[:LONGEST]


def _one_of(field: Any, value: Any) -> str:
    """One value of a list: a part of the week, a choice, or as it was typed."""
    if field.name == "available":
        return slot_label(value)
    labels = dict(getattr(getattr(field, "base_field", None), "flatchoices", None) or [])
    return str(labels.get(value, value))
