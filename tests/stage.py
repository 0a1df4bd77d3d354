"""A programme with a row in every table: for tests that walk all tables, all pages or all constraints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from evaluation.models import Report, Response
from evaluation.services import make_report
from matching.choices import MatchStatus
from matching.models import (
    Agreement,
    AgreementText,
    Connection,
    Cover,
    Deputy,
    Extension,
    HelpRequest,
    Match,
    MatchingRules,
    PairingRun,
    PairMark,
    Pause,
    PersonalGoal,
    Review,
    Segment,
    SweepMark,
    Visit,
    VisitPlan,
    Work,
)
from peerhub.lib.keyring import lock
from peerhub.lib.sealing import seal
from peerhub.notices.models import Device, HeldKind, Notice, Reach
from peerhub.people.choices import Purpose
from peerhub.people.models import (
    AccessGrant,
    Consent,
    ConsentText,
    Draft,
    LegalRepresentative,
    Link,
    Look,
    Person,
    SensitiveNote,
    StateChange,
    User,
)
from peerhub.people.services import make_link
from programmes.choices import Role
from programmes.models import Membership, Organisation, Place, Programme
from recruitment.models import Application, Campaign, ImportBatch, Participant, PeerSupporter, SelectionMeeting
from recruitment.services.importing import preview, read_upload
from supervision.models import Attendance, ContactNote, FollowUp, Invited, PlannedSession, SupervisionSession
from tests import factories as make
from tests.notices.rows import of_notices
from training.models import Certificate


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that leaves nothing behind: around a module that shares its rows, and around each of its tests."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Rows:
    """One row of each kind, all of one programme and about the same two people where it can be."""

    programme: Programme
    organisation: Organisation
    place: Place
    lead: Membership
    user: User
    person: Person
    supporter: PeerSupporter
    participant: Participant
    trainee: PeerSupporter
    waiting: Participant
    certificate: Certificate
    campaign: Campaign
    application: Application
    meeting: SelectionMeeting
    batch: ImportBatch
    match: Match
    proposed: Match
    plan: VisitPlan
    segment: Segment
    review: Review
    pause: Pause
    extension: Extension
    cover: Cover
    deputy: Deputy
    sweep_mark: SweepMark
    visit: Visit
    work: Work
    help: HelpRequest
    run: PairingRun
    connection: Connection
    text: AgreementText
    agreement: Agreement
    goal: PersonalGoal
    rules: MatchingRules
    mark: PairMark
    lock: PairMark
    follow_up: FollowUp
    session: SupervisionSession
    attendance: Attendance
    planned_session: PlannedSession
    invited: Invited
    contact_note: ContactNote
    response: Response
    report: Report
    notice: Notice
    reach: Reach
    device: Device
    held_kind: HeldKind
    change: StateChange
    look: Look
    draft: Draft
    note: SensitiveNote
    correction: SensitiveNote
    opening: AccessGrant
    link: Link
    consent_text: ConsentText
    representative: LegalRepresentative
    consent: Consent

    def all(self) -> list[models.Model]:
        """Every row."""
        return [getattr(self, field.name) for field in fields(self)]


def fill(
    programme: Programme,
    *,
    lead: Membership,
    supporter: PeerSupporter | None = None,
    match: Match | None = None,
    mark: str = "Nour",
) -> Rows:
    """A row in every table of the programme; ``supporter`` and ``match`` are used where they exist already.

    ``mark`` is a name inside the uploaded list, which keeps its rows as they were read.
    """
    now = timezone.now()
    supporter = supporter or make.a_supporter(programme, login=True)
    match = match or make.a_match(programme, supporter)
    worry = make.a_visit(match, make.TODAY - timedelta(days=7), has_concern=True, concern="no heating", note="cold")
    return Rows(
        programme=programme,
        organisation=programme.organisation,
        place=_place(programme),
        lead=lead,
        user=User.objects.get(people=supporter.person),
        person=Person.objects.get(pk=supporter.person_id),
        supporter=supporter,
        participant=match.participant,
        trainee=make.a_supporter(programme, status="in_training"),
        waiting=make.a_participant(programme),
        certificate=supporter.certificates.get(),
        proposed=make.a_match(programme, supporter, status=MatchStatus.PROPOSED),
        match=match,
        visit=worry,
        **_of_the_year(match, lead, now),
        **_of_the_beginning(match, supporter, lead, now),
        **_of_the_phone(match, lead, now),
        **_of_recruitment(programme, lead, mark),
        **_of_supervision(worry, supporter, lead, now),
        **_of_evaluation(match, lead),
        **_of_people(supporter, lead, now),
        **_of_few(match, lead, now),
        **_of_consent(match, lead),
    )


def _place(programme: Programme) -> Place:
    here = {"name": "Somewhere", "latitude": 51, "longitude": 4}
    return Place.objects.get_or_create(organisation=programme.organisation, postcode="1000", defaults=here)[0]


def _of_the_year(match: Match, lead: Membership, now: datetime) -> dict[str, Any]:
    common = {"programme_id": match.programme_id, "match": match}
    day = make.TODAY
    return {
        "plan": match.plan,
        "segment": match.plan.segments.get(),
        "review": Review.objects.create(
            **common, held_on=day, decision="hold", request_allows=False, reason="not yet", led_by=lead.person,
            recorded_at=now,
        ),
        "pause": Pause.objects.create(
            **common, starts_on=day - timedelta(days=20), expected_on=day - timedelta(days=18),
            resumed_on=day - timedelta(days=18), reason="a journey",
        ),
        "extension": Extension.objects.create(
            **common, months=2, from_on=match.plan.ends_on, reason="so close", decided_by=lead.person, decided_on=day
        ),
        "cover": _cover(match, lead, now),
        "deputy": Deputy.objects.create(
            programme_id=match.programme_id,
            supervisor=make.a_member(match.programme, Role.SUPERVISOR),
            deputy=lead,
            starts_on=day,
            ends_on=day + timedelta(days=7),
            arranged_by=lead.person,
            arranged_at=now,
        ),
        "sweep_mark": SweepMark.objects.get_or_create(
            programme_id=match.programme_id, defaults={"swept_at": now, "swept_on": day}
        )[0],
        **_of_searching(match, lead, now),
    }  # fmt: skip


def _of_the_beginning(match: Match, supporter: PeerSupporter, lead: Membership, now: datetime) -> dict[str, Any]:
    confirmed = {"supporter_confirmed_at": now, "supporter_way": "portal", "participant_confirmed_at": now}
    printed = {"terms": "we meet outside", "pdf": b"%PDF-1.4 no", "sha256": "0" * 64}
    agreement = make.an_agreement(
        match, **confirmed, **printed, participant_way="paper", recorded_by=lead.person, written_by=lead.person
    )
    connection = Connection.objects.create(
        programme_id=match.programme_id, supporter=supporter, professional=lead, starts_on=make.TODAY
    )
    goal = PersonalGoal.objects.get(match=match)
    return {"agreement": agreement, "text": agreement.text, "connection": connection, "goal": goal}


def _of_the_phone(match: Match, lead: Membership, now: datetime) -> dict[str, Any]:
    whose = {"programme_id": match.programme_id}
    return {
        "work": Work.objects.create(
            **whose, author_id=match.supporter_person_id, match=match, kind="call", occurred_on=make.TODAY, minutes=20,
            note="rang the school", recorded_at=now,
        ),
        "help": HelpRequest.objects.create(
            **whose, asked_by_id=match.supporter_person_id, kind="help", text="How far do I go?", asked_at=now,
            answer="To the door.", answered_by=lead.person, answered_at=now,
        ),
    }  # fmt: skip


def _of_searching(match: Match, lead: Membership, now: datetime) -> dict[str, Any]:
    programme = {"programme_id": match.programme_id}
    said = {**programme, "supporter_person": match.supporter_person, "made_by": lead.person, "made_at": now}
    people = [make.a_person(match.programme) for _one in range(2)]
    version = MatchingRules.objects.filter(**programme).count() + 1
    return {
        "run": PairingRun.objects.create(
            **programme, ran_by=lead.person, inputs=b"numbers", inputs_hash="0" * 64
        ),
        "rules": MatchingRules.objects.create(
            **programme, version=version, reason="we try it out", made_by=lead.person
        ),
        "mark": PairMark.objects.create(
            **said, participant_person=people[0], kind="conflict", reason="family", said_by="supporter",
            words="cousins", lifted_at=None,
        ),
        "lock": PairMark.objects.create(
            **said, participant_person=people[1], kind="locked", reason="wish", words="they asked for it"
        ),
    }  # fmt: skip


def _cover(match: Match, lead: Membership, now: datetime) -> Cover:
    substitute = make.a_supporter(match.programme)
    return Cover.objects.create(
        programme_id=match.programme_id,
        match=match,
        substitute=substitute,
        substitute_person_id=substitute.person_id,
        starts_on=make.TODAY + timedelta(days=40),
        ends_on=make.TODAY + timedelta(days=50),
        need="ring twice",
        arranged_by=lead.person,
        arranged_at=now,
    )


def _of_recruitment(programme: Programme, lead: Membership, mark: str) -> dict[str, Any]:
    campaign = make.a_campaign(programme, cost=120, channels=["online"], languages=["so"], segment="parents")
    story = {"motivation": "to give something back", "experience": "the same road"}
    application = make.an_application(programme, campaign=campaign, **story)
    meeting = SelectionMeeting.objects.create(
        programme=programme,
        application=application,
        number=1,
        held_on=make.TODAY,
        summary="a good talk",
        led_by=lead.person,
    )
    book = f"First name,Last name,Phone\n{mark},{mark},0201234567\n".encode()
    batch = read_upload(
        programme=programme, name=f"{mark}.csv", data=book, role="participant", by=None, now=timezone.now()
    )
    preview(batch, now=timezone.now())
    ImportBatch.objects.filter(pk=batch.pk).update(uploaded_by=lead.person)
    return {"campaign": campaign, "application": application, "meeting": meeting, "batch": batch}


def _of_supervision(visit: Visit, supporter: PeerSupporter, lead: Membership, now: datetime) -> dict[str, Any]:
    follow_up = FollowUp.objects.create(
        programme_id=visit.programme_id, visit=visit, taken_up_by=lead.person, taken_up_at=now
    )
    session = SupervisionSession.objects.create(
        programme_id=visit.programme_id, kind="one_to_one", held_on=make.TODAY, led_by=lead.person,
        agreements="rest first",
    )  # fmt: skip
    session.supporters.set([supporter], through_defaults={"programme": visit.programme})
    call = ContactNote.objects.create(
        programme_id=visit.programme_id, match=visit.match, result="spoke", note="next week", noted_by=lead.person,
        noted_at=now,
    )  # fmt: skip
    to_come = PlannedSession.objects.create(
        programme_id=visit.programme_id, kind="intervision", starts_at=now + timedelta(days=3), place="the library",
        led_by=lead.person,
    )  # fmt: skip
    to_come.supporters.set([supporter], through_defaults={"programme": visit.programme})
    return {
        "follow_up": follow_up, "session": session, "attendance": session.attendances.get(), "contact_note": call,
        "planned_session": to_come, "invited": to_come.invited.get(),
    }  # fmt: skip


def _of_evaluation(match: Match, lead: Membership) -> dict[str, Any]:
    response = Response.objects.create(
        programme_id=match.programme_id, participant=match.participant, instrument="rses", wave="start",
        answered_on=make.TODAY, answers=[1] * 10, recorded_by=lead.person,
    )  # fmt: skip
    period = {"from_on": make.TODAY - timedelta(days=90), "to_on": make.TODAY - timedelta(days=1)}
    report = make_report(
        programme=match.programme, audience="funder", language="en", by=None, now=timezone.now(), **period
    )
    report.status, report.pdf, report.sha256, report.pages = "ready", b"%PDF-1.4 not a real one", "0" * 64, 1
    report.made_by = lead.person
    report.save()
    return {"response": response, "report": report}


def _of_people(supporter: PeerSupporter, lead: Membership, now: datetime) -> dict[str, Any]:
    change = StateChange.objects.create(
        programme_id=supporter.programme_id, subject="recruitment.peersupporter", subject_id=supporter.pk,
        after="active", reason="certified", by=lead.person, at=now,
    )  # fmt: skip
    look = Look.objects.create(
        programme_id=supporter.programme_id, person=supporter.person, kind="file", by=lead.person, by_name="the lead",
        reason="cover", at=now,
    )  # fmt: skip
    draft = Draft(programme_id=supporter.programme_id, person=supporter.person, key="visit-1", updated_at=now)
    draft.ciphertext = seal('{"note": "half a sentence"}', purpose=draft.place)
    draft.save()
    make_link(purpose=Purpose.SEE_MY_FILE, person=supporter.person, subject="person:1", by=None, now=now)
    link = Link.objects.filter(person=supporter.person).get()
    Link.objects.filter(pk=link.pk).update(made_by=lead.person)
    link.made_by = lead.person
    more = of_notices(supporter, lead)
    return {"change": change, "look": look, "draft": draft, "link": link, **more}


def _of_few(match: Match, lead: Membership, now: datetime) -> dict[str, Any]:
    """A sensitive note about the participant, and an emergency access that the lead had yesterday."""
    about = {"programme_id": match.programme_id, "person": match.participant_person}
    note = SensitiveNote(**about, kind="facts", author=lead.person, written_at=now)
    correction = SensitiveNote(**about, kind="facts", author=lead.person, written_at=now, replaces=note)
    for one in (note, correction):
        one.sealed = lock("a door was broken", place=one.place)
        one.save()
    opening = AccessGrant.objects.create(
        **about, kind="notes", by=lead.person, by_user_id=lead.person.user_id, by_name="the lead",
        reason="She did not open the door today.", opened_at=now - timedelta(days=1),
        ends_at=now - timedelta(hours=23, minutes=30),
    )  # fmt: skip
    return {"note": note, "correction": correction, "opening": opening}


def _of_consent(match: Match, lead: Membership) -> dict[str, Any]:
    person = match.participant_person
    text = make.a_consent_text(match.programme, purpose="share_with_service", written_by=lead.person)
    representative = make.a_representative(person)
    consent = make.a_consent(
        person, purpose="share_with_service", subject="Housing office", mode="interpreter", text=text,
        interpreter="Mr Interpreter", given_by="guardian", representative=representative, assent=True,
        recorded_by=lead.person,
    )  # fmt: skip
    return {"consent_text": text, "representative": representative, "consent": consent}


def a_lead(programme: Programme, name: str) -> Membership:
    """A coordinator."""
    return make.a_member(programme, Role.COORDINATOR, name)
