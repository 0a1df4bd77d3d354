"""Every constraint of the database, each with the row that tries to break it.

Most are broken by writing something else into a good row; those that keep things unique, by a second row like the
first.
A constraint without an entry fails: the table below is complete.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from tests import factories as make
from tests.house.tree import our_models, told
from tests.stage import Rows, a_lead, fill, undone

TODAY = make.TODAY
EARLY = date(2001, 1, 1)
LATE = date(2090, 1, 1)
ANOTHER = {"key": lambda _row: uuid4()}

# constraint: (row, what is written into it)
WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "person_gender_known": ("person", {"gender": "x"}),
    "person_has_first_name": ("person", {"first_name": ""}),
    "notice_kind_known": ("notice", {"kind": "x"}),
    "notice_status_known": ("notice", {"status": "x"}),
    "notice_sent_has_time": ("notice", {"status": "sent"}),
    "notice_channel_known": ("notice", {"channel": "x"}),
    "notice_in_digest_has_day": ("notice", {"status": "in_digest"}),
    "contact_note_called_known": ("contact_note", {"called": "x"}),
    "contact_note_result_known": ("contact_note", {"result": "x"}),
    "planned_session_kind_known": ("planned_session", {"kind": "x"}),
    "planned_session_minutes_range": ("planned_session", {"minutes": 4}),
    "planned_session_somewhere": ("planned_session", {"place": ""}),
    "held_kind_known": ("held_kind", {"kind": "x"}),
    "device_address_is_safe": ("device", {"endpoint": "http://example.org/push"}),
    "reach_quiet_from_and_until": ("reach", {"quiet_from": time(21, 0)}),
    "reach_safe_from_and_until": ("reach", {"safe_from": time(9, 0), "safe_until": time(9, 0)}),
    "reach_weekly_range": ("reach", {"weekly_most": 0}),
    "draft_has_key": ("draft", {"key": ""}),
    "link_purpose_known": ("link", {"purpose": "x"}),
    "link_keeps_a_hash": ("link", {"token_hash": "a-token"}),
    "link_ends_later": ("link", {"expires_at": datetime(2001, 1, 1, tzinfo=UTC)}),
    "link_opened_has_time": ("link", {"opens": 1}),
    "link_used_up_is_for_once": ("link", {"used_at": datetime(2090, 1, 1, tzinfo=UTC)}),
    "draft_size_range": ("draft", {"ciphertext": "x" * 27_001}),
    "representative_kind_known": ("representative", {"kind": "x"}),
    "representative_days_in_order": ("representative", {"to_on": EARLY}),
    "representative_has_name": ("representative", {"name": ""}),
    "consent_purpose_known": ("consent", {"purpose": "x", "subject": ""}),
    "consent_answer_known": ("consent", {"answer": "x"}),
    "consent_mode_known": ("consent", {"mode": "x"}),
    "consent_giver_known": ("consent", {"given_by": "x", "representative": None, "assent": None}),
    "consent_names_service": ("consent", {"subject": ""}),
    "consent_withdrawn_after_given": ("consent", {"withdrawn_on": EARLY}),
    "consent_replaced_after_given": ("consent", {"replaced_on": EARLY}),
    "consent_guardian_named": ("consent", {"representative": None}),
    "consent_needs_assent": ("consent", {"assent": False}),
    "consent_oral_has_witness": ("consent", {"mode": "oral"}),
    "consent_interpreter_named": ("consent", {"interpreter": ""}),
    "consent_knows_its_text": ("consent", {"text": None}),
    "programme_grace_range": ("programme", {"consent_grace_days": 366}),
    "programme_ages_in_order": ("programme", {"min_age": 30, "max_age": 18}),
    "programme_ladder_has_phases": ("programme", {"phase_months": [3, 3]}),
    "programme_ladder_has_grace": ("programme", {"grace_days": [2]}),
    "programme_min_weekly_range": ("programme", {"min_weekly_months": 37}),
    "programme_after_missed_range": ("programme", {"after_missed_days": 0}),
    "programme_pause_range": ("programme", {"max_pause_days": 366}),
    "programme_resume_range": ("programme", {"resume_after_days": 366}),
    "programme_resume_visits_range": ("programme", {"resume_visits": 13}),
    "programme_extension_range": ("programme", {"extension_months": 13}),
    "programme_suppress_range": ("programme", {"suppress_below": 1}),
    "programme_reminds_in_time": ("programme", {"proposal_days": 3}),
    "programme_language_known": ("programme", {"language": "x"}),
    "membership_role_known": ("lead", {"role": "x"}),
    "membership_days_in_order": ("lead", {"ends_on": EARLY}),
    "place_on_earth": ("place", {"latitude": 91}),
    "application_status_known": ("application", {"status": "x", "decided_on": TODAY}),
    "application_declined_has_reason": ("application", {"status": "declined", "decided_on": TODAY}),
    "application_decided_has_day": ("application", {"status": "withdrawn"}),
    "application_days_in_order": ("application", {"status": "withdrawn", "decided_on": EARLY}),
    "application_hours": ("application", {"hours_per_week": 41}),
    "campaign_purpose_known": ("campaign", {"purpose": "x"}),
    "campaign_status_known": ("campaign", {"status": "x"}),
    "campaign_level_known": ("campaign", {"language_level": "x"}),
    "campaign_gender_known": ("campaign", {"gender": "x"}),
    "campaign_support_kind_known": ("campaign", {"support_kind": "x"}),
    "campaign_channels_known": ("campaign", {"channels": ["self"]}),
    "campaign_has_name": ("campaign", {"name": ""}),
    "campaign_days_in_order": ("campaign", {"ends_on": EARLY}),
    "campaign_closed_after_start": ("campaign", {"status": "closed", "closed_on": EARLY, "outcome": "two came"}),
    "campaign_closed_is_whole": ("campaign", {"status": "closed", "closed_on": TODAY}),
    "campaign_says_how_many": ("campaign", {"wanted": None}),
    "campaign_wanted_range": ("campaign", {"wanted": 0}),
    "campaign_cost_range": ("campaign", {"cost": -1}),
    "meeting_first_or_second": ("meeting", {"number": 3}),
    "supporter_status_known": ("supporter", {"status": "x"}),
    "supporter_ended_has_day": ("supporter", {"status": "ended"}),
    "supporter_days_in_order": ("supporter", {"status": "ended", "ended_on": EARLY}),
    "supporter_hours": ("supporter", {"hours_per_week": 0}),
    "supporter_matches": ("supporter", {"max_matches": 21}),
    "supporter_travel": ("supporter", {"max_travel_minutes": 241}),
    "supporter_wish_known": ("supporter", {"wishes_gender": "x"}),
    "supporter_age_wish_known": ("supporter", {"wishes_age": "x"}),
    "supporter_travel_mode_known": ("supporter", {"travel_mode": "x"}),
    "supporter_offers_something": ("supporter", {"offers": []}),
    "supporter_hosts": ("supporter", {"hosts_people": 21}),
    "supporter_group": ("supporter", {"group_places": 0}),
    "supporter_vetting_has_day": ("supporter", {"vetting_passed": True}),
    "supporter_vetting_days_in_order": (
        "supporter", {"vetting_passed": True, "vetting_seen_on": TODAY, "vetting_until_on": EARLY},
    ),
    "participant_status_known": ("participant", {"status": "x"}),
    "participant_closed_has_reason": ("participant", {"status": "closed", "closed_on": TODAY}),
    "participant_days": ("participant", {"status": "closed", "closed_on": EARLY, "closing_reason": "moved"}),
    "participant_children": ("participant", {"children": 21}),
    "participant_gender_wish_known": ("participant", {"wishes_gender": "x"}),
    "participant_age_wish_known": ("participant", {"wishes_age": "x"}),
    "participant_support_kind_known": ("participant", {"support_kind": "x"}),
    "import_status_known": ("batch", {"status": "x"}),
    "certificate_days": ("certificate", {"revoked_on": EARLY}),
    "certificate_sessions": ("certificate", {"sessions_attended": 8}),
    "match_kind_known": ("proposed", {"kind": "x"}),
    "mark_kind_known": ("mark", {"kind": "x"}),
    "mark_reason_known": ("mark", {"reason": "x"}),
    "mark_said_by_known": ("mark", {"said_by": "x"}),
    "mark_lifted_later": ("mark", {"lifted_at": datetime(2001, 1, 1, tzinfo=UTC)}),
    "run_status_known": ("run", {"status": "x"}),
    "run_step_known": ("run", {"step": "x"}),
    "run_progress_range": ("run", {"progress": 101}),
    "run_inputs_have_hash": ("run", {"inputs_hash": ""}),
    "match_status_known": ("proposed", {"status": "x"}),
    "match_introduced_after_two_yeses": ("match", {"participant_accepted_on": None}),
    "match_agreed_has_day": ("match", {"agreed_on": None}),
    "match_active_has_start": ("match", {"started_on": None}),
    "match_closed_has_reason": (
        "match", {"status": "closed", "ended_on": TODAY, "next_due_on": None, "no_talk_reason": "moved"},
    ),
    "match_due_only_while_visiting": ("proposed", {"next_due_on": TODAY}),
    "match_introduced_later": ("match", {"proposed_on": LATE}),
    "match_agreed_later": ("match", {"agreed_on": EARLY}),
    "match_started_later": ("match", {"started_on": EARLY}),
    "match_ended_later": (
        "match",
        {"status": "closed", "ended_on": EARLY, "end_reason": "moved", "next_due_on": None, "no_talk_reason": "moved"},
    ),
    "match_introduced_by_staff": ("match", {"responsible": None}),
    "match_name_after_two_yeses": ("proposed", {"revealed_at": datetime(2026, 1, 1, tzinfo=UTC)}),
    "match_meeting_is_whole": ("proposed", {"meeting_place": "a café"}),
    "match_explained_or_waived": ("match", {"explained": ["what"]}),
    "match_agreed_by_both": ("match", {"participant_agreed_on": None}),
    "match_closed_with_talk": (
        "match", {"status": "closed", "ended_on": LATE, "end_reason": "moved", "next_due_on": None},
    ),
    "match_declined_by_somebody": ("proposed", {"status": "declined"}),
    "match_decliner_known": ("proposed", {"status": "declined", "declined_by": "x"}),
    "match_decline_code_known": ("proposed", {"status": "declined", "declined_by": "supporter", "decline_code": "x"}),
    "agreement_text_language_known": ("text", {"language": "x"}),
    "agreement_text_says_something": ("text", {"body": ""}),
    "agreement_interval_range": ("agreement", {"interval": 0}),
    "agreement_reading_known": ("agreement", {"read_how": "x"}),
    "agreement_supporter_way": ("agreement", {"supporter_way": "link"}),
    "agreement_participant_way": ("agreement", {"participant_way": "portal"}),
    "agreement_witnessed": ("agreement", {"recorded_by": None}),
    "agreement_printed_when_whole": ("agreement", {"sha256": ""}),
    "goal_domain_known": ("goal", {"domain": "x"}),
    "goal_status_known": ("goal", {"status": "x"}),
    "goal_has_words": ("goal", {"own_words": ""}),
    "connection_days": ("connection", {"ends_on": EARLY}),
    "match_score_range": ("match", {"score": 101}),
    "match_interval_range": ("match", {"interval": 57}),
    "plan_days_in_order": ("plan", {"ends_on": EARLY}),
    "review_decision_known": ("review", {"decision": "x"}),
    "review_step_down_is_allowed": ("review", {"decision": "step_down", "request_allows": False}),
    "segment_reason_known": ("segment", {"reason": "x"}),
    "segment_interval_range": ("segment", {"interval": 0}),
    "segment_step_down_has_review": ("segment", {"reason": "step_down"}),
    "pause_has_length": ("pause", {"expected_on": EARLY}),
    "pause_resumed_was_begun": ("pause", {"begun": False}),
    "extension_months_range": ("extension", {"months": 13}),
    "extension_has_reason": ("extension", {"reason": ""}),
    "cover_days_in_order": ("cover", {"ends_on": EARLY}),
    "cover_is_for_a_time": ("cover", {"ends_on": LATE}),
    "deputy_days_in_order": ("deputy", {"ends_on": EARLY}),
    "pause_days_in_order": ("pause", {"resumed_on": EARLY}),
    "visit_outcome_known": ("visit", {"outcome": "x", "minutes": None}),
    "visit_held_has_minutes": ("visit", {"minutes": None}),
    "visit_minutes_range": ("visit", {"minutes": 721}),
    "visit_concern_is_sealed": ("visit", {"concern": "no heating"}),
    "follow_up_is_sealed": ("follow_up", {"outcome": "we talked"}),
    "visit_concern_is_marked": ("visit", {"has_concern": False}),
    "visit_activities_known": ("visit", {"activities": ["x"]}),
    "visit_topics_known": ("visit", {"topics": ["x"]}),
    "visit_goals_have_numbers": ("visit", {"goals": [10]}),
    "visit_feeling_known": ("visit", {"feeling": "x"}),
    "visit_why_known": ("visit", {"why": "me_ill"}),
    "visit_again_is_later": ("visit", {"again_on": LATE}),
    "work_kind_known": ("work", {"kind": "x"}),
    "work_minutes_range": ("work", {"minutes": 0}),
    "work_times_in_order": ("work", {"withdrawn_at": datetime(2001, 1, 1, tzinfo=UTC)}),
    "help_kind_known": ("help", {"kind": "x"}),
    "help_has_text": ("help", {"text": ""}),
    "help_answered_is_whole": ("help", {"answer": ""}),
    "help_times_in_order": ("help", {"answered_at": datetime(2001, 1, 1, tzinfo=UTC)}),
    "follow_up_status_known": ("follow_up", {"status": "x"}),
    "follow_up_closed_has_outcome": ("follow_up", {"status": "closed", "closed_at": datetime(2090, 1, 1, tzinfo=UTC)}),
    "follow_up_times": (
        "follow_up", {"status": "closed", "outcome": "key1:x:talked", "closed_at": datetime(2001, 1, 1, tzinfo=UTC)},
    ),
    "session_kind_known": ("session", {"kind": "x"}),
    "session_minutes_range": ("session", {"minutes": 481}),
    "response_wave_known": ("response", {"wave": "x"}),
    "report_status_known": ("report", {"status": "x"}),
    "report_days_in_order": ("report", {"to_on": EARLY}),
    "report_ready_has_pdf": ("report", {"sha256": ""}),
}  # fmt: skip

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
