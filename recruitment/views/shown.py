"""Rows of recruitment as pages show them: words instead of codes, days counted. No queries but those handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerhub.lib.dates import local_date, whole_years
from peerhub.lib.member import Member
from peerhub.lib.moments import ago
from peerhub.people.choices import Language
from peerhub.people.models import Consent, Person, StateChange
from peerhub.people.services import outline_of
from programmes.access import MemberRequest
from programmes.models import Place
from programmes.permissions import Permission
from recruitment.choices import (
    DAY_PARTS,
    WEEKDAYS,
    ApplicationStatus,
    ParticipantStatus,
    SupporterStatus,
)
from recruitment.consent_page import consents_of, event
from recruitment.models import Application, Availability, Participant, PeerSupporter

LOOKS: dict[str, tuple[str, str]] = {
    ParticipantStatus.WAITING: ("warm", "hourglass-split"),
    ParticipantStatus.SUPPORTED: ("good", "check-circle"),
    ParticipantStatus.CLOSED: ("quiet", "archive"),
    SupporterStatus.IN_TRAINING: ("info", "mortarboard"),
    SupporterStatus.ACTIVE: ("good", "check-circle"),
    SupporterStatus.PAUSED: ("warm", "pause-circle"),
    SupporterStatus.ENDED: ("quiet", "archive"),
    ApplicationStatus.SUBMITTED: ("warm", "inbox"),
    ApplicationStatus.MEETING_1: ("info", "chat-dots"),
    ApplicationStatus.MEETING_2: ("info", "chat-dots"),
    ApplicationStatus.ACCEPTED: ("good", "check-circle"),
    ApplicationStatus.DECLINED: ("quiet", "x-circle"),
    ApplicationStatus.WITHDRAWN: ("quiet", "dash-circle"),
    "edited": ("quiet", "pencil"),
    "invited": ("info", "envelope-check"),
    "campaign": ("quiet", "bullseye"),
}

CONSENT = "people.consent"
LABELS = dict([*ApplicationStatus.choices, *SupporterStatus.choices, *ParticipantStatus.choices])


@dataclass(frozen=True)
class Shown:
    """One row of a list, ready to be read."""

    row: Any
    person: Person
    languages: str
    place: str
    days: str
    tone: str
    icon: str
    last_visit_on: date | None = None
    visited: str = ""


def language_words(codes: Iterable[str]) -> str:
    """“Dutch, Arabic”."""
    return ", ".join(str(Language(code).label) for code in codes if code in Language.values)


def spoken_words(person: Person) -> str:
    """“Arabic, Dutch (a little)”."""
    little = _("%(language)s (a little)")
    return ", ".join(
        little % {"language": language_words([code])} if code in person.languages_little else language_words([code])
        for code in person.languages
    )


def waited(participant: Participant, today: date) -> int | None:
    """Days on the waiting list so far; nothing for somebody who waits no longer."""
    if participant.status != ParticipantStatus.WAITING:
        return None
    return max((today - participant.registered_on).days, 0)


def days_words(days: int | None) -> str:
    """“12 days”, and “since today” on the first."""
    if days == 0:
        return _("since today")
    return "" if days is None else ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def shown_rows(rows: Iterable[Any], request: MemberRequest) -> list[Shown]:
    """The rows of one page of a list; the names of all places come in one query."""
    rows = list(rows)
    places = Place.objects.of_programme(request.programme).names_of([row.person.postcode for row in rows])
    return [
        Shown(
            row=row,
            person=row.person,
            languages=language_words(row.person.languages),
            place=place_words(row.person.postcode, places) if getattr(row, "file_open", True) else "",
            days=days_words(waited(row, request.today)) if isinstance(row, Participant) else "",
            tone=LOOKS[row.status][0],
            icon=LOOKS[row.status][1],
            last_visit_on=getattr(row, "last_visit_on", None),
            visited=ago(getattr(row, "last_visit_on", None), request.today),
        )
        for row in rows
    ]


def place_words(postcode: str, places: dict[str, str]) -> str:
    """“4331 Middelburg”, or the postcode alone."""
    return f"{postcode} {places.get(postcode, '')}".strip()


def week(row: Availability) -> list[dict[str, Any]]:
    """The free times as three rows of seven days."""
    return [
        {"label": capfirst(str(label)), "cells": [day * 3 + part in row.available for day in range(7)]}
        for part, label in enumerate(DAY_PARTS)
    ]


def short_days() -> list[str]:
    """“Mo”, “Tu”, … short enough for a phone."""
    return [str(day)[:2] for day in WEEKDAYS]


def history(row: models.Model, request: MemberRequest) -> list[dict[str, Any]]:
    """What happened to this row, newest first, for the timeline."""
    of_person = {} if isinstance(row, Application) else consents_of(row.person, request.member)  # type: ignore[attr-defined]  # a role
    mine = Q(subject=row._meta.label_lower, subject_id=row.pk) | Q(subject=CONSENT, subject_id__in=list(of_person))
    changes = StateChange.objects.visible_to(request.member).filter(mine).select_related("by").order_by("-at", "-pk")
    told = getattr(row, "file_open", True)  # a reason can say what the closed file does not
    return [_event(change, request, of_person, told=told) for change in changes]


def _event(
    change: StateChange, request: MemberRequest, of_person: Mapping[int, Consent], *, told: bool
) -> dict[str, Any]:
    if change.subject == CONSENT:
        said = event(change.after, of_person[change.subject_id])
        on = date_format(local_date(change.at, request.programme.timezone), "l j F Y")
        return {**said, "on": on, "by": change.by.full_name if change.by else ""}
    tone, icon = LOOKS.get(change.after, ("quiet", "circle"))
    words = {"edited": _("Corrected"), "invited": _("Invited to log in"), "campaign": _("Campaign written down")}
    title = words.get(change.after) or capfirst(LABELS.get(change.after, change.after))
    return {
        "on": date_format(local_date(change.at, request.programme.timezone), "l j F Y"),
        "icon": icon,
        "tone": tone,
        "title": title if change.before else _("Written down: %(state)s") % {"state": LABELS.get(change.after, "")},
        "text": change.reason if told else "",
        "by": change.by.full_name if change.by else "",
    }


def about(row: Participant | PeerSupporter | Application, request: MemberRequest) -> dict[str, Any]:
    """What the page of one person shows beside the row itself; of a closed file, how to reach her and no more."""
    person, file_open = row.person, getattr(row, "file_open", True)
    places = Place.objects.of_programme(request.programme).names_of([person.postcode])
    return {
        "person": person,
        "spoken": spoken_words(person),
        "age": whole_years(person.born_on, request.today) if person.born_on else None,
        "place": place_words(person.postcode, places) if file_open else "",
        "file_open": file_open,
        "tone": LOOKS[row.status][0],
        "icon": LOOKS[row.status][1],
        "events": history(row, request),
        "notes": outline_of(person, reader=request.member) if request.member.may(Permission.NOTE_ASK) else None,
    }


def file_of(person: Person, member: Member, slug: str) -> str:
    """The page about a person: as a participant or as a peer supporter, the newest first; else her programme's home."""
    for model, name in ((Participant, "recruitment:participant"), (PeerSupporter, "recruitment:supporter")):
        row = model.objects.visible_to(member).filter(person=person).order_by("-pk").first()
        if row:
            return reverse(name, args=[slug, row.pk])
    return reverse("home:overview", args=[slug])


def steps(application: Application) -> list[dict[str, Any]]:
    """The way of an application: received, two meetings, the decision."""
    reached = {
        ApplicationStatus.SUBMITTED: 1,
        ApplicationStatus.MEETING_1: 2,
        ApplicationStatus.MEETING_2: 3,
        ApplicationStatus.ACCEPTED: 4,
    }.get(ApplicationStatus(application.status), 0)
    if application.decided_on and not reached:
        return _ended_early(application)
    labels = (_("Received"), _("First meeting"), _("Second meeting"), _("Decision"))
    states = ["done"] * reached + ["now"] + ["later"] * 4
    return [{"number": n + 1, "label": label, "state": states[n]} for n, label in enumerate(labels)]


def _ended_early(application: Application) -> list[dict[str, Any]]:
    met = len(application.meetings.all())
    labels = [_("Received"), _("First meeting"), _("Second meeting")][: met + 1]
    labels.append(capfirst(application.get_status_display()))
    return [{"number": n + 1, "label": label, "state": "done"} for n, label in enumerate(labels)]
