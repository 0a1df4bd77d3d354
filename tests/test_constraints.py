"""Every constraint of the database, each with the row that tries to break it.

Most are broken by writing something else into a good row; those that keep things unique, by a second row like the
first.
A constraint without an entry fails: the tables (bad_rows.py, and below) are complete.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from tests import factories as make
from tests.bad_rows import ANOTHER, LATE, TODAY, WRITES
from tests.house.tree import our_models, told
from tests.stage import Rows, a_lead, fill, undone

# constraint: (row, what differs in the second row, so that only this constraint is in its way)
SECONDS: dict[str, tuple[str, dict[str, Any]]] = {
    "look_kind_known": ("look", {"kind": "x"}),  # only ever added to, so it is tried with a new row
    "note_kind_known": ("note", {"kind": "x", **ANOTHER}),
    "note_is_sealed": ("note", {"sealed": "a door was broken", **ANOTHER}),
    "note_once": ("note", {}),
    "note_corrected_once": ("correction", ANOTHER),
    "grant_kind_known": ("opening", {"kind": "x"}),
    "grant_says_whose": ("opening", {"kind": "files"}),
    "grant_is_short": ("opening", {"ends_at": lambda row: row.opened_at + timedelta(minutes=61)}),
    "grant_has_reason": ("opening", {"reason": "because"}),
    "grant_times": ("opening", {"ended_at": lambda row: row.opened_at - timedelta(hours=1)}),
    "grant_once_open": ("opening", {}),
    "text_version_once": ("consent_text", {}),
    "text_purpose_known": ("consent_text", {"purpose": "x"}),  # likewise
    "text_language_known": ("consent_text", {"language": "x"}),
    "text_version_from_one": ("consent_text", {"version": 0}),
    "text_says_something": ("consent_text", {"text": "", "version": 9}),
    "consent_answered_once": ("consent", {}),
    "rules_language_level_known": ("rules", {"language_level": "x", "version": 2}),  # likewise
    "rules_vetting_for_known": ("rules", {"vetting_for": "x", "version": 2}),
    "rules_version_once": ("rules", {}),
    "mark_once": ("mark", {}),
    "mark_locked_to_one": ("lock", {"supporter_person_id": lambda row: row.made_by_id}),
    "user_email_once": ("user", {"email": lambda row: row.email.upper()}),
    "person_once_per_login": ("person", {}),
    "notice_once": ("notice", {}),
    "link_token_once": ("link", {}),
    "draft_once": ("draft", {}),
    "device_once": ("device", {}),
    "held_kind_once": ("held_kind", {}),
    "planned_session_once": ("planned_session", {}),
    "invited_once": ("invited", {}),
    "contact_note_once": ("contact_note", {}),
    "programme_name_once": ("programme", {"slug": "another"}),
    "membership_once": ("lead", {}),
    "place_once": ("place", {}),
    "campaign_name_once": ("campaign", {}),
    "application_once_open": ("application", {}),
    "meeting_once": ("meeting", {"held_on": TODAY - timedelta(days=1)}),
    "meeting_on_another_day": ("meeting", {"number": 2}),
    "supporter_once_open": ("supporter", {}),
    "participant_once_open": ("participant", {}),
    "certificate_one_valid": ("certificate", {"number": "another"}),
    "match_one_live": ("match", {}),
    "connection_one_open": ("connection", {}),
    "agreement_text_once": ("text", {}),
    "goal_order_once": ("goal", {}),
    "work_once_per_client_id": ("work", {}),
    "help_once_per_client_id": ("help", {}),
    "review_once_a_day": ("review", {}),
    "segment_once_a_day": ("segment", {}),
    "cover_one_at_a_time": ("cover", {"starts_on": lambda row: row.ends_on}),
    "deputy_one_at_a_time": ("deputy", {"starts_on": lambda row: row.ends_on}),
    "visit_once_per_client_id": ("visit", {"occurred_on": TODAY, "outcome": "missed", "minutes": None}),
    "visit_held_once_a_day": ("visit", {"client_id": "0b5f3f4e-7f0e-4c1e-9a51-0123456789ab"}),
    "response_once_a_wave": ("response", {}),
    "attendance_once": ("attendance", {}),
}


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Rows]:
    """A programme with a row of each kind, made once for all these tests."""
    with django_db_blocker.unblock(), undone():
        programme = make.a_programme("north")
        yield fill(programme, lead=a_lead(programme, "Amina"))


@pytest.fixture
def rows(stage: Rows) -> Iterator[Rows]:
    """The same rows, as they were, for each test."""
    with undone():
        yield copy.deepcopy(stage)


def _constraints() -> dict[str, models.BaseConstraint]:
    return {one.name: one for model in our_models() for one in model._meta.constraints}


def test_every_constraint_is_tried() -> None:
    special = {
        *("match_of_two_people", "mark_on_two_people", "pause_one_open", "match_follows_another"),
        "consent_witness_is_another",
        "link_one_calendar",
        "deputy_is_somebody_else",
    }
    tried = {*WRITES, *SECONDS, *special}
    told(
        sorted(set(_constraints()) - tried), "Each constraint has an entry in WRITES or SECONDS that tries to break it."
    )
    told(sorted(tried - set(_constraints())), "These are tried and no longer exist.")


def fails(name: str, row: models.Model, *, second: bool = False) -> None:
    """Saving the row is refused, by the constraint of this name."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save(force_insert=second, force_update=not second)
    assert f'"{name}"' in str(refusal.value)


@pytest.mark.parametrize("name", WRITES)
def test_nobody_writes_it(name: str, rows: Rows) -> None:
    kind, written = WRITES[name]
    row = getattr(rows, kind)
    for field, value in written.items():
        setattr(row, field, value)
    with pytest.raises(ValidationError) as sentence:  # a form says it first, and in words
        _constraints()[name].validate(type(row), row)
    assert name not in str(sentence.value) or name.endswith("_known")
    fails(name, row)


@pytest.mark.parametrize("name", SECONDS)
def test_there_is_no_second(name: str, rows: Rows) -> None:
    kind, differs = SECONDS[name]
    row = getattr(rows, kind)
    second = type(row)(
        **{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    )
    for field, value in differs.items():
        setattr(second, field, value(row) if callable(value) else value)
    fails(name, second, second=True)


def test_nobody_supports_herself(rows: Rows) -> None:
    rows.match.participant_person_id = rows.match.supporter_person_id
    fails("match_of_two_people", rows.match)


def test_nobody_stands_in_for_herself(rows: Rows) -> None:
    rows.deputy.deputy = rows.deputy.supervisor
    fails("deputy_is_somebody_else", rows.deputy)


@pytest.mark.parametrize("who", ["person_id", "recorded_by_id"])
def test_a_witness_is_somebody_else(rows: Rows, who: str) -> None:
    rows.consent.witness_id = getattr(rows.consent, who)
    fails("consent_witness_is_another", rows.consent)


def test_a_mark_stands_on_two_people(rows: Rows) -> None:
    rows.mark.participant_person_id = rows.mark.supporter_person_id
    fails("mark_on_two_people", rows.mark)


def test_one_calendar_at_a_time(rows: Rows) -> None:
    rows.link.purpose = "calendar"
    rows.link.save()
    again = copy.copy(rows.link)
    again.pk, again.token_hash = None, "0" * 64
    fails("link_one_calendar", again, second=True)


def test_one_pause_at_a_time(rows: Rows) -> None:
    rows.pause.resumed_on = None
    rows.pause.save()
    again = type(rows.pause)(
        programme=rows.programme, match=rows.match, starts_on=TODAY, expected_on=LATE, reason="again"
    )
    fails("pause_one_open", again, second=True)


def test_a_match_goes_on_from_another(rows: Rows) -> None:
    rows.proposed.predecessor = rows.proposed
    fails("match_follows_another", rows.proposed)


def test_what_was_handed_over_goes_on(rows: Rows) -> None:
    """At the end of the transaction there is a match that goes on from it, or nothing is stored."""
    ended = {"status": "closed", "ended_on": TODAY, "closing_talk_on": TODAY, "end_reason": "handed_over"}
    for field, value in {**ended, "next_due_on": None}.items():
        setattr(rows.match, field, value)
    rows.match.save()
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="goes on from it"):
        cursor.execute("SET CONSTRAINTS match_handed_over_goes_on IMMEDIATE")
