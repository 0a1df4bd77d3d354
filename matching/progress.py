"""How far a match is on its way from the proposal to the first visit, and the one thing to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matching.choices import MatchStatus
from matching.models import Agreement, Match
from peerhub.lib.calendars import appointment
from peerhub.lib.member import Member
from peerhub.lib.moments import moment
from programmes.permissions import Permission

HOUR = 60
BEGINNING = (MatchStatus.PROPOSED, MatchStatus.INTRODUCED, MatchStatus.AGREED)


@dataclass(frozen=True)
class Step:
    """What can be done with a match now."""

    url: str
    label: str
    icon: str
    main: bool = False


@dataclass(frozen=True)
class Progress:
    """The steps of the beginning with their states, what is missing in words, and the button for it."""

    steps: list[dict[str, Any]]
    text: str
    action: Step | None = None


def meeting_event(match: Match, starts: datetime) -> bytes:
    """The first meeting for one's own calendar: neutral words, nobody's name. Planned anew, it replaces what was."""
    return appointment(
        uid=f"meeting-{match.pk}", starts=starts, minutes=HOUR, title=_("Coffee"), place=match.meeting_place,
        now=timezone.now(), sequence=int(starts.timestamp() // HOUR),
    )  # fmt: skip


def progress_of(match: Match, agreement: Agreement | None, member: Member) -> Progress | None:
    """The beginning of a match; None once visits are made, and for what was not taken up."""
    if match.status not in BEGINNING:
        return None
    now = _reached(match)
    labels = (_("Both say yes"), _("They meet"), _("All is explained"), _("Both agree"), _("First visit"))
    steps = [
        {"number": number, "label": label, "state": "done" if number < now else "now" if number == now else "later"}
        for number, label in enumerate(labels, start=1)
    ]
    text, name, label, icon = _missing(match, agreement)
    url = reverse(f"matching:{name}", args=[match.programme.slug, match.pk]) if name else ""
    may = member.may(Permission.VISIT_LOG if name == "log" else Permission.MATCH_MANAGE)
    return Progress(steps, text, Step(url, label, icon, main=True) if url and may else None)


def _reached(match: Match) -> int:
    """The number of the step that is being taken."""
    if match.status == MatchStatus.AGREED:
        return 5
    if match.status == MatchStatus.INTRODUCED:
        return 3 if match.oriented_on is None else 4
    return 2 if match.is_answered else 1


def _missing(match: Match, agreement: Agreement | None) -> tuple[str, str, str, str]:
    """What is missing in words; the page, label and icon of the button."""
    if match.status == MatchStatus.AGREED:
        day = date_format(match.next_due_on, "l j F") if match.next_due_on else "—"
        return (
            _("The first visit is on %(day)s. With it the year begins.") % {"day": day},
            "log",
            _("Log a visit"),
            ("calendar-check"),
        )
    if match.status == MatchStatus.PROPOSED:
        return _before_meeting(match)
    if match.oriented_on is None:
        text = _("Explain to the participant what she can expect, before anything is agreed.")
        return text, "explain", _("Tick what was explained"), "chat-dots"
    if agreement is None:
        text = _("Write down what they agree: goals, how often, what stays between them.")
        return text, "agree", _("Write the agreement"), "journal-check"
    return _waits_for(agreement), "agreement", _("Open the agreement"), "journal-check"


def _before_meeting(match: Match) -> tuple[str, str, str, str]:
    if not match.supporter_accepted_on:
        return _("The peer supporter has not answered yet."), "", "", ""
    if not match.participant_accepted_on:
        if match.thinking_on:
            text = _("The participant wants to think, since %(day)s. Ask again in a few days.")
            return text % {"day": date_format(match.thinking_on, "j F")}, "", "", ""
        return _("Ask the participant whether she wants to be introduced."), "", "", ""
    if match.meeting_at is None or match.meeting_staff is None:
        return (
            _("Both said yes. Plan when and where they meet, with somebody of the team."),
            "plan",
            _("Plan the meeting"),
            "calendar-check",
        )
    words = {
        "when": moment(match.meeting_at, match.programme.timezone),
        "place": match.meeting_place,
        "staff": match.meeting_staff.full_name,
    }
    text = _("They meet on %(when)s: %(place)s. %(staff)s is there.") % words
    return text, "introduce", _("Record the introduction"), "people"


def _waits_for(agreement: Agreement) -> str:
    if agreement.supporter_confirmed_at:
        return _("The participant has not confirmed the agreement yet.")
    if agreement.participant_confirmed_at:
        return _("The peer supporter has not confirmed the agreement yet.")
    return _("Both read the agreement and confirm it.")
