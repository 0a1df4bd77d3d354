"""What the page of a proposal shows to the peer supporter, step by step: nothing of anybody's name until the last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.choices import DeclineCode, MatchStatus
from matching.models import Match
from matching.services import accept_for_participant, accept_match, think_for_participant
from matching.services.answering import NAME_QUESTION
from matching.services.wording import listed
from matching.sketch import sketch_of
from peerhub.lib.moments import moment
from programmes.models import Programme
from recruitment.choices import slot_label
from recruitment.querysets import open_files

# What a coordinator writes down of an answer that was given to her.
DEEDS: dict[str, Callable[..., None]] = {
    "supporter_yes": accept_match,
    "participant_yes": accept_for_participant,
    "participant_thinks": think_for_participant,
}


def stage_of(match: Match) -> str:
    """How far she is: “asked”, then “waiting”, then “open” once both said yes, at last “known”."""
    if match.supporter_accepted_on is None:
        return "asked"
    if match.participant_accepted_on is None:
        return "waiting"
    return "known" if match.is_revealed else "open"


def proposal_page(match: Match, programme: Programme, today: date, form: Form) -> dict[str, Any]:
    """The sketch of somebody, the meeting once it is planned, and the name only after it was opened."""
    stage = stage_of(match)
    return {
        "stage": stage,
        "form": form,
        "sketch": sketch_of(match, programme, today),
        "name": match.participant_person.full_name if stage == "known" else "",
        "meeting": _meeting(match, programme),
    }


def _meeting(match: Match, programme: Programme) -> dict[str, str] | None:
    if match.meeting_at is None or match.meeting_staff is None:
        return None
    return {
        "when": moment(match.meeting_at, programme.timezone),
        "place": match.meeting_place,
        "staff": match.meeting_staff.full_name,
        "url": reverse("matching:meeting_file", args=[programme.slug, match.pk]),
    }


def answer_page(match: Match, *, why: bool, today: date) -> dict[str, Any]:
    """What the participant reads on her own phone: who it could be, without a name, one question at a time."""
    answered = match.participant_accepted_on is not None or match.status != MatchStatus.PROPOSED
    return {
        "match": match,
        "stage": "done" if answered else "why" if why else "asked",
        "codes": [choice for choice in DeclineCode.choices if choice[0]],
        "question": NAME_QUESTION,
        "lines": _about_supporter(match, today),
    }


def _about_supporter(match: Match, today: date) -> list[str]:
    """What both have: languages and times."""
    open_files([match.participant], today=today)
    ours, theirs = match.supporter, match.participant.file
    languages = [
        name for name in match.supporter_person.language_names if name in match.participant_person.language_names
    ]
    times = [slot_label(slot) for slot in sorted(set(ours.available) & set(theirs.available or []))]
    lines = []
    if languages:
        lines.append(_("Speaks %(languages)s, as you do.") % {"languages": listed(languages)})
    if times:
        lines.append(_("Is free when you are: %(times)s.") % {"times": listed(times[:3])})
    return lines
