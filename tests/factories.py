"""Rows for tests, made as the deeds would leave them. Each function makes one thing and what it needs."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from matching.choices import Explained, MatchStatus, Outcome
from matching.models import Agreement, AgreementText, Match, PersonalGoal, Segment, Visit, VisitPlan
from matching.taper import Rules, gates, next_due, next_gate, plan_end, review_due
from matching.taper import Segment as Part
from peerhub.lib.dates import local_date
from peerhub.lib.keyring import lock
from peerhub.people.choices import ConsentPurpose
from peerhub.people.models import Consent, ConsentText, LegalRepresentative, Person, User
from programmes.choices import Role
from programmes.models import Membership, Organisation, Programme
from recruitment.choices import ParticipantStatus, SupporterStatus
from recruitment.models import Application, Campaign, Participant, PeerSupporter
from training.models import Certificate

TODAY = local_date(timezone.now(), "Europe/Brussels")  # where the programmes of the tests are
PASSWORD = "a long enough sentence"
_numbers = itertools.count(1)


def a_programme(slug: str, **fields: Any) -> Programme:
    """A programme of its own organisation."""
    organisation, _made = Organisation.objects.get_or_create(name=f"House of {slug}")
    return Programme.objects.create(organisation=organisation, name=slug.title(), slug=slug, **fields)


def a_person(programme: Programme, first_name: str = "", *, login: bool = False, **fields: Any) -> Person:
    """Somebody the programme knows; with ``login`` she can log in with PASSWORD."""
    number = next(_numbers)
    first_name = first_name or f"Person{number}"
    email = fields.pop("email", f"{first_name.lower()}.{number}@example.org")
    person = Person.objects.create(
        programme_id=programme.pk,
        first_name=first_name,
        last_name=fields.pop("last_name", "Test"),
        email=email,
        **fields,
    )
    if login:
        person.user = User.objects.create_user(email, PASSWORD)
        person.save(update_fields=["user"])
    return person


def a_member(programme: Programme, role: str, first_name: str = "", **fields: Any) -> Membership:
    """A person with a role and a log-in."""
    person = a_person(programme, first_name, login=True, **fields)
    return Membership.objects.create(
        programme=programme, person=person, role=role, starts_on=TODAY - timedelta(days=400)
    )


def a_supporter(programme: Programme, first_name: str = "", *, login: bool = False, **fields: Any) -> PeerSupporter:
    """An active, certified peer supporter; ``status`` may say otherwise."""
    person_fields = {
        name: fields.pop(name) for name in ("languages", "gender", "postcode", "born_on") if name in fields
    }
    person = fields.pop("person", None) or a_person(programme, first_name, login=login, **person_fields)
    status = fields.pop("status", SupporterStatus.ACTIVE)
    started_on = fields.pop("started_on", TODAY - timedelta(days=400))
    if status == SupporterStatus.ENDED:
        fields.setdefault("ended_on", TODAY)
    supporter = PeerSupporter.objects.create(
        programme=programme, person=person, status=status, started_on=started_on, **fields
    )
    if status in (SupporterStatus.ACTIVE, SupporterStatus.PAUSED):
        Certificate.objects.create(
            programme=programme, supporter=supporter, number=f"T-{supporter.pk}", awarded_on=started_on
        )
        Membership.objects.create(programme=programme, person=person, role=Role.PEER_SUPPORTER, starts_on=started_on)
    return supporter


def a_participant(programme: Programme, first_name: str = "", **fields: Any) -> Participant:
    """Somebody who waits and said yes to a file and to evaluation; ``status``, ``consents`` may say otherwise."""
    person_fields = {
        name: fields.pop(name) for name in ("languages", "gender", "postcode", "born_on") if name in fields
    }
    person = fields.pop("person", None) or a_person(programme, first_name, **person_fields)
    fields.setdefault("registered_on", TODAY - timedelta(days=30))
    if fields.get("status") == ParticipantStatus.CLOSED:
        fields.setdefault("closed_on", TODAY)
        fields.setdefault("closing_reason", "moved")
    consents = fields.pop("consents", (ConsentPurpose.SUPPORT, ConsentPurpose.EVALUATION))
    participant = Participant.objects.create(programme=programme, person=person, **fields)
    for purpose in consents:
        a_consent(person, purpose=purpose)
    return participant


def a_consent(person: Person, **fields: Any) -> Consent:
    """A yes from before this file was here; ``mode`` and the rest may say otherwise."""
    usual = {
        "purpose": ConsentPurpose.SUPPORT,
        "answer": "yes",
        "given_on": TODAY - timedelta(days=30),
        "mode": "before",
    }
    return Consent.objects.create(programme_id=person.programme_id, person=person, **{**usual, **fields})


def a_consent_text(programme: Programme, **fields: Any) -> ConsentText:
    """Words of the programme's own."""
    usual = {"purpose": ConsentPurpose.SUPPORT, "text": "May we keep a file?", "version": next(_numbers) + 1}
    return ConsentText.objects.create(programme_id=programme.pk, **{**usual, **fields})


def a_representative(person: Person, **fields: Any) -> LegalRepresentative:
    """A parent."""
    usual = {"name": "Mariam Test", "kind": "parent", "from_on": TODAY - timedelta(days=60)}
    return LegalRepresentative.objects.create(programme_id=person.programme_id, person=person, **{**usual, **fields})


def an_application(programme: Programme, first_name: str = "", **fields: Any) -> Application:
    """A new application."""
    person = fields.pop("person", None) or a_person(programme, first_name)
    fields.setdefault("submitted_on", TODAY - timedelta(days=3))
    return Application.objects.create(programme=programme, person=person, **fields)


def a_campaign(programme: Programme, name: str = "", **fields: Any) -> Campaign:
    """A campaign for peer supporters that runs since a week."""
    usual = {"name": name or f"Campaign {next(_numbers)}", "wanted": 3, "starts_on": TODAY - timedelta(days=7)}
    return Campaign.objects.create(programme=programme, **{**usual, **fields})


def a_match(
    programme: Programme,
    supporter: PeerSupporter | None = None,
    participant: Participant | None = None,
    *,
    status: str = MatchStatus.ACTIVE,
    started_on: date | None = None,
    **fields: Any,
) -> Match:
    """A match in the state asked for, with its plan when visits have begun and the first visit held."""
    supporter = supporter or a_supporter(programme)
    participant = participant or a_participant(programme)
    started_on = started_on or TODAY - timedelta(days=28)
    before = started_on - timedelta(days=7)
    steps = [MatchStatus.PROPOSED, MatchStatus.INTRODUCED, MatchStatus.AGREED, MatchStatus.ACTIVE]
    reached = (
        len(steps)
        if status in (MatchStatus.PAUSED, MatchStatus.CLOSED)
        else steps.index(MatchStatus(status)) + 1
        if status in steps
        else 1
    )  # one rule, one line
    days: dict[str, Any] = {"proposed_on": before}
    if reached >= 2:
        staff = _staff_of(programme)
        days |= {"supporter_accepted_on": before, "participant_accepted_on": before, "introduced_on": before}
        days |= {"introduced_by": staff, "responsible": staff, "meeting_staff": staff}
        days |= {"meeting_at": datetime.combine(before, time(10), UTC), "meeting_place": "The Corner House"}
    if reached >= 3:
        days |= {"agreed_on": before, "next_due_on": started_on if status == MatchStatus.AGREED else None}
        days |= {"supporter_agreed_on": before, "participant_agreed_on": before}
        days |= {"oriented_on": before, "explained": Explained.values}
        Participant.objects.filter(pk=participant.pk).update(status=ParticipantStatus.SUPPORTED)
        participant.refresh_from_db()
    if reached >= 4:
        days["started_on"] = started_on
    if status == MatchStatus.CLOSED:
        fields = {"ended_on": TODAY, "end_reason": "goals_reached", **fields}
        if not fields.get("no_talk_reason"):
            fields.setdefault("closing_talk_on", fields["ended_on"])
    if status == MatchStatus.DECLINED:
        fields = {"declined_by": "supporter", **fields}
    match = Match.objects.create(
        programme=programme,
        supporter=supporter,
        participant=participant,
        supporter_person_id=supporter.person_id,
        participant_person_id=participant.person_id,
        status=status,
        **{**days, **fields},
    )
    if reached >= 4:
        a_plan(match)
        a_visit(match, started_on)
    return match


def _staff_of(programme: Programme) -> Person:
    """Somebody of the team; who was there when they met."""
    team = programme.memberships.current().team().select_related("person").order_by("pk").first()
    return team.person if team else a_member(programme, Role.COORDINATOR).person


def an_agreement(match: Match, **fields: Any) -> Agreement:
    """What two people who have met are about to agree, with a goal; nobody has confirmed it yet."""
    text, _made = AgreementText.objects.get_or_create(
        programme_id=match.programme_id,
        language="en",
        version=1,
        defaults={"body": "Ours.", "written_at": timezone.now()},
    )
    PersonalGoal.objects.get_or_create(
        programme_id=match.programme_id, match=match, number=1, defaults={"own_words": "I want to know my neighbours"}
    )
    fields = {"interval": 7, "first_visit_on": TODAY, "written_at": timezone.now(), **fields}
    return Agreement.objects.create(programme_id=match.programme_id, match=match, text=text, **fields)


def a_plan(match: Match, rules: Rules | None = None) -> VisitPlan:
    """The plan that the first visit makes."""
    rules = rules or Rules()
    assert match.started_on
    nominal = gates(match.started_on, rules)
    gate = next_gate(nominal, match.started_on)
    plan = VisitPlan.objects.create(
        match=match,
        programme_id=match.programme_id,
        starts_on=match.started_on,
        ends_on=plan_end(match.started_on, rules),
        ladder=list(rules.ladder),
        phase_months=list(rules.phase_months),
        review_lead_days=rules.review_lead_days,
        hold_weeks=rules.hold_weeks,
        grace_days=list(rules.grace_days),
        after_missed_days=rules.after_missed_days,
        clock_stops=rules.clock_stops,
        resume_after_days=rules.resume_after_days,
        resume_visits=rules.resume_visits,
        gates=list(nominal),
        gate_on=gate,
        review_due_on=review_due(gate, rules),
    )
    Segment.objects.create(
        programme_id=match.programme_id,
        plan=plan,
        starts_on=match.started_on,
        interval=rules.ladder[0],
        reason="initial",
    )
    return plan


def a_visit(match: Match, occurred_on: date, outcome: str = Outcome.HELD, **fields: Any) -> Visit:
    """A logged visit; one that was held also moves the match's next due date, as log_visit does."""
    held = outcome == Outcome.HELD
    if held:
        fields = {"minutes": 60, "place": "home", "request": "same", **fields}
    concern = fields.pop("concern", "")
    visit = Visit(
        programme_id=match.programme_id,
        match=match,
        outcome=outcome,
        occurred_on=occurred_on,
        due_on=match.next_due_on,
        author_id=match.supporter_person_id,
        recorded_at=timezone.now(),
        **fields,
    )
    visit.concern = lock(concern, place=visit.concern_place)
    visit.save()
    if held and match.status == MatchStatus.ACTIVE:
        parts = [Part(part.starts_on, part.interval) for part in match.plan.segments.all()]
        match.last_held_on = occurred_on
        match.next_due_on = next_due(parts, match.plan.ends_on, occurred_on)
        match.save(update_fields=["last_held_on", "next_due_on"])
    return visit
