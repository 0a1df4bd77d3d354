"""A visit as a sheet to correct, and two versions of it side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import Field
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matching.choices import Outcome
from matching.forms.visits import MissedForm, VisitForm
from matching.goals import goals_of
from matching.models import Visit
from peerhub.lib.member import Member
from peerhub.lib.moments import minutes_words

SHOWN = ("occurred_on", "minutes", "place", "goals", "request", "feeling", "activities", "topics", "why", "again_on",
         "note", "concern")  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One line of the comparison."""

    label: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        """Whether somebody has to look here."""
        return self.theirs != self.mine


def sheet_of(visit: Visit, posted: QueryDict | None, *, member: Member, today: date) -> VisitForm | MissedForm:
    """The sheet on which this visit was written, filled with what stands."""
    stands = {name: getattr(visit, name) for name in SHOWN if name != "concern"}  # a worry is read on its own page
    filled = {"client_id": visit.client_id, **stands}
    if visit.outcome != Outcome.HELD:
        return MissedForm(posted, today=today, initial=filled)
    goals = goals_of(member, [visit.match_id], closed=True).get(visit.match_id, [])
    return VisitForm(posted, today=today, goals=goals, initial=filled)


def sides(visit: Visit, form: VisitForm | MissedForm) -> list[Side]:
    """What stands and what was typed, line by line; lines that are empty on both sides are left out."""
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    lines = []
    for name in SHOWN:
        field = form.fields.get(name)
        if field is None:
            continue
        theirs = _words(field, getattr(visit, name) if name != "concern" else "")
        if name == "concern" and visit.has_concern:
            theirs = _("a worry is written down")
        mine = _words(field, given.get(name))
        if theirs or mine:
            lines.append(Side(str(field.label), theirs or "—", mine or "—"))
    return lines


def _words(field: Field, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, date):
        return date_format(value, "l j F")
    if isinstance(value, int):
        return minutes_words(value)
    labels = dict(getattr(field, "choices", ()))
    if isinstance(value, list):
        return ", ".join(str(labels.get(one, one)) for one in value)
    return str(labels.get(value, value)) or _("empty")
