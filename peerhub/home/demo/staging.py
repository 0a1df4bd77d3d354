"""Puts the demonstration on, and takes it away again."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from evaluation.choices import Wave
from evaluation.models import Response
from matching.models import Match
from matching.services import connect
from peerhub.home.demo import cast, consents
from peerhub.home.demo.beside import beside_visits
from peerhub.home.demo.campaigning import campaigns
from peerhub.home.demo.deciding import decide
from peerhub.home.demo.few import keep_notes
from peerhub.home.demo.looking import look_around
from peerhub.home.demo.reaching import chase_late_visits, reach_people
from peerhub.home.demo.story import Story
from peerhub.lib import walls
from peerhub.lib.dates import add_months, local_date
from peerhub.lib.errors import Refused
from peerhub.lib.keyring import lock
from peerhub.lib.member import Member
from peerhub.notices.choices import NoticeStatus
from peerhub.notices.models import Notice
from peerhub.people.models import Person, User
from peerhub.people.querysets import FULL_AGE
from programmes.choices import Role
from programmes.models import Membership, Organisation, Place, Programme
from programmes.permissions import permissions_of
from programmes.services import add_team_member
from recruitment.models import Participant, PeerSupporter
from recruitment.services import (
    add_participant,
    add_supporter,
    hold_meeting,
    invite_supporter,
    pause_supporter,
    save_participant,
    submit_application,
)
from supervision.models import FollowUp, SupervisionSession
from training.services import award_certificate

ADMINISTRATOR = f"admin@{cast.DOMAIN}"
HISTORY = "people_history"


def password_of(email: str) -> str:
    """The demonstration's password for a log-in: different in every installation, always the same in one."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"demo:{email}".encode(), hashlib.sha256).hexdigest()
    return "-".join((digest[:4], digest[4:8], digest[8:12], digest[12:16]))


def logins() -> list[dict[str, str]]:
    """One log-in for each role of the demonstration."""
    found = [{"role": "administrator", "email": ADMINISTRATOR, "password": password_of(ADMINISTRATOR)}]
    rows = Membership.objects.current().filter(programme__slug=cast.SLUG, person__user__isnull=False)
    for membership in rows.select_related("person__user").order_by("pk"):
        email = membership.person.user.email  # type: ignore[union-attr]  # filtered on having one
        if membership.role not in [one["role"] for one in found]:
            found.append({"role": membership.role, "email": email, "password": password_of(email)})
    return found


@transaction.atomic
def put_on(*, now: datetime) -> Programme:
    """Make the demonstration's programme with all its people and their year. Raises Refused when it stands already."""
    if Programme.objects.filter(slug=cast.SLUG).exists():
        raise Refused(_("The demonstration is there already. Use --reset to begin it anew."))
    organisation, _made = Organisation.objects.get_or_create(name=cast.ORGANISATION)
    programme = Programme.objects.create(
        organisation=organisation,
        name=cast.NAME,
        slug=cast.SLUG,
        target_group=cast.TARGET_GROUP,
        min_age=16,
        timezone="Europe/Amsterdam",
    )
    walls.also(programme.pk)
    today = local_date(now, programme.timezone)
    for postcode, name, latitude, longitude in cast.PLACES:
        place = {"name": name, "latitude": latitude, "longitude": longitude}
        Place.objects.get_or_create(organisation=organisation, postcode=postcode, defaults=place)
    team = _team(programme, now)
    story = Story(programme, today, team["coordinator"], team["supervisor"])
    supporters = _supporters(programme, story, team)
    _connections(programme, story, supporters)
    consents.texts(story)
    _participants(programme, story, supporters)
    story.live()
    decide(programme, story)
    _applications(programme, story)
    campaigns(programme, story)
    _supervision(programme, story)
    keep_notes(programme, story, team)
    beside_visits(programme, story)
    _letters_are_history(programme, story)
    look_around(programme, story)
    reach_people(programme, story)
    chase_late_visits(programme, story)
    return programme


def _person_fields(one: Any, number: int) -> dict[str, Any]:
    return {
        "first_name": one.first_name,
        "last_name": one.last_name,
        "email": f"{one.first_name}.{one.last_name}@{cast.DOMAIN}".lower().replace(" ", "").replace("ç", "c"),
        "phone": f"+3161000{number:04d}",
        "languages": list(one.languages),
        "postcode": one.postcode,
        "gender": one.gender,
        "born_on": date(one.born, 1 + number % 12, 1 + number % 27),
    }


def _team(programme: Programme, now: datetime) -> dict[str, Member]:
    """The team with log-ins; the coordinator is there first."""
    team: dict[str, Member] = {}
    for role, first_name, last_name in cast.TEAM:
        email = f"{role.replace('_member', '')}@{cast.DOMAIN}"
        person = Person.objects.create(
            programme_id=programme.pk, first_name=first_name, last_name=last_name, email=email
        )
        by = team.get("coordinator", Member(programme.pk, person.pk, None, person.full_name))
        membership = add_team_member(
            programme=programme, first_name=first_name, last_name=last_name, email=email, role=role, by=by, now=now
        )
        Membership.objects.filter(pk=membership.pk).update(
            starts_on=local_date(now, programme.timezone) - timedelta(900)
        )
        person.refresh_from_db()
        _set_password(person.user)
        roles = frozenset({role})
        team[role] = Member(programme.pk, person.pk, person.user_id, person.full_name, roles, permissions_of(roles))
    User.objects.filter(email=ADMINISTRATOR).first() or User.objects.create_superuser(ADMINISTRATOR)
    _set_password(User.objects.get(email=ADMINISTRATOR))
    return team


def _set_password(user: User | None) -> None:
    if user is not None:
        user.set_password(password_of(user.email))
        user.invited_until = None  # a demonstration is looked at whenever somebody has time
        user.save(update_fields=["password", "invited_until"])


def _supporters(programme: Programme, story: Story, team: dict[str, Member]) -> dict[str, PeerSupporter]:
    """Peer supporters, certified in their time; one of them may log in."""
    boss = Membership.objects.get(programme=programme, role=Role.SUPERVISOR)
    found = {}
    for number, one in enumerate(cast.SUPPORTERS):
        begun = story.day(one.since)
        person = Person.objects.create(programme_id=programme.pk, **_person_fields(one, number))
        supporter = add_supporter(
            programme=programme,
            person=person,
            started_on=begun,
            by=story.coordinator,
            now=story.at(begun),
            experience=one.experience,
            skills=one.skills,
            available=list(one.available),
            max_matches=one.max_matches,
            max_travel_minutes=45,
            hours_per_week=8,
            supervisor=boss,
        )
        if one.status != "in_training":
            certified = begun + timedelta(days=14)
            award_certificate(supporter, awarded_on=certified, by=team["trainer"], now=story.at(certified))
        if one.status == "paused":
            pause_supporter(supporter, by=story.coordinator, now=story.at(story.day(25)), reason="moving house")
            walls.because("")  # the reason of this deed alone, though all of them are one transaction here
        found[one.first_name] = supporter
    lucie = found["Lucie"]
    invite_supporter(lucie, by=story.coordinator, now=story.at(story.day(600)))
    _set_password(lucie.person.user)
    return found


def _connections(programme: Programme, story: Story, supporters: dict[str, PeerSupporter]) -> None:
    """The professional got to know two of the peer supporters first; they meet participants with her."""
    petra = Membership.objects.get(programme=programme, role=Role.PROFESSIONAL)
    for name in ("Fatima", "Zeynep"):
        begun = story.day(300)
        connect(supporters[name], professional=petra, starts_on=begun, by=story.coordinator, now=story.at(begun))


def _participants(programme: Programme, story: Story, supporters: dict[str, PeerSupporter]) -> None:
    """Participants, their matches as far as the script says, and what they answered about themselves."""
    for number, one in enumerate(cast.PARTICIPANTS):
        registered = story.day(one.registered)
        deed: dict[str, Any] = {"by": story.coordinator, "now": story.at(registered)}
        told = _person_fields(one, 100 + number)
        if one.full_age is not None:
            told["born_on"] = add_months(story.day(one.full_age), -12 * FULL_AGE)
        more = {name: told.pop(name) for name in ("gender", "postcode")}
        participant = add_participant(
            programme=programme, person_fields=told, registered_on=registered, channel=one.channel, **deed
        )
        consents.said_by(participant.person, one, story, registered)
        if one.answers != "none":
            save_participant(
                participant,
                person_fields=more,
                request_for_help=one.request,
                wishes_gender=one.wishes_gender,
                available=list(one.available),
                remarks=one.remarks,
                **deed,
            )
        script = one.match
        if script:
            supporter = supporters[script.supporter]
            proposed = story.day(script.since + 10) if script.state == "active" else story.day(5)
            match = Match.objects.create(
                programme=programme,
                participant=participant,
                supporter=supporter,
                participant_person_id=participant.person_id,
                supporter_person_id=supporter.person_id,
                proposed_on=max(proposed, registered),
                score=70 + number,
            )
            story.propose(match, script)
            _answers(participant, one, story, first=story.day(script.since))


def _answers(participant: Participant, one: cast.Participant, story: Story, *, first: date) -> None:
    """The participation ladder at the start and, where there is one, later."""
    closed = one.match.closed[0] if one.match and one.match.closed else None
    for wave, rung in zip((Wave.START, Wave.END if closed is not None else Wave.MIDDLE), one.ladder, strict=False):
        later = story.day(closed) if closed is not None else min(story.today, first + timedelta(days=150))
        Response.objects.create(
            programme_id=participant.programme_id,
            participant=participant,
            instrument="ladder",
            wave=wave,
            answered_on=first if wave == Wave.START else later,
            answers=[rung],
            recorded_by_id=story.coordinator.person_id,
        )


def _applications(programme: Programme, story: Story) -> None:
    """Three people who offer to become peer supporters, each a step further."""
    for number, (first_name, last_name, languages, ago, motivation, meetings) in enumerate(cast.APPLICATIONS):
        one = cast.Supporter(first_name, last_name, languages, "2525", "", "", ago, ())
        application = submit_application(
            programme=programme,
            person_fields=_person_fields(one, 200 + number),
            by=story.coordinator,
            now=story.at(story.day(ago)),
            submitted_on=story.day(ago),
            channel="peer_supporter",
            motivation=motivation,
            hours_per_week=8,
        )
        for meeting in range(meetings):
            held_on = story.day(ago - 3 - 4 * meeting)
            hold_meeting(
                application, held_on=held_on, summary="A good talk.", by=story.coordinator, now=story.at(held_on)
            )


def _supervision(programme: Programme, story: Story) -> None:
    """Coaching and intervision over the year, and the concern that was settled."""
    active = list(PeerSupporter.objects.filter(programme=programme, status="active").order_by("pk"))
    for month in range(12):
        held_on = story.day(10 + 30 * month)
        group = SupervisionSession.objects.create(
            programme=programme,
            kind="intervision" if month % 2 else "team_meeting",
            held_on=held_on,
            minutes=90,
            led_by_id=story.supervisor.person_id,
        )
        group.supporters.set(
            [one for one in active if one.started_on <= held_on], through_defaults={"programme": programme}
        )
        for supporter in active[:-1]:
            alone_on = held_on - timedelta(days=supporter.pk % 9)
            if supporter.started_on <= alone_on:
                session = SupervisionSession.objects.create(
                    programme=programme,
                    kind="one_to_one",
                    held_on=alone_on,
                    minutes=45,
                    led_by_id=story.supervisor.person_id,
                )
                session.supporters.set([supporter], through_defaults={"programme": programme})
    for match in Match.objects.filter(programme=programme):
        for visit in match.visits.filter(concern_settled_at__isnull=False):
            follow_up = FollowUp(
                programme=programme,
                visit=visit,
                status="closed",
                taken_up_by_id=story.supervisor.person_id,
                taken_up_at=visit.recorded_at,
                closed_at=visit.concern_settled_at,
            )
            done = "Went through the letters together and called the housing office."
            follow_up.outcome = lock(done, place=follow_up.outcome_place)
            follow_up.save()


def _letters_are_history(programme: Programme, story: Story) -> None:
    """What was written before today went out in its time; only today's letters still wait."""
    past = Notice.objects.filter(programme_id=programme.pk, created_at__lt=story.at(story.today, 0))
    past.update(status=NoticeStatus.SENT, sent_at=F("created_at"), attempts=1)


def take_away() -> None:
    """Remove the demonstration and everything in it, as the owner of the tables: only she can remove history."""
    programme = Programme.objects.filter(slug=cast.SLUG).first()
    if programme is None:
        return
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'programme_id'"
        )
        walled = sorted((name for (name,) in cursor.fetchall()), key=HISTORY.__eq__)  # what is deleted writes history
        for table in walled:
            cursor.execute(f'DELETE FROM "{table}" WHERE programme_id = %s', [programme.pk])  # noqa: S608  # names from the catalogue
        cursor.execute("DELETE FROM programmes_programme WHERE id = %s", [programme.pk])
    User.objects.filter(email__iendswith=f"@{cast.DOMAIN}").delete()
    Place.objects.filter(organisation__name=cast.ORGANISATION, organisation__programmes__isnull=True).delete()
    Organisation.objects.filter(name=cast.ORGANISATION, programmes__isnull=True).delete()
