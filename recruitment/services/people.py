"""People in their roles: peer supporters and participants come, change and go."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from peerhub.notices.services import write
from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import require
from peerhub.people.models import Person
from peerhub.people.services import give_login, move, record_change
from programmes.choices import Role
from programmes.models import Membership, Programme
from programmes.services import end_role, give_role
from recruitment.choices import PARTICIPANT_MOVES, SUPPORTER_MOVES, ParticipantStatus, SupporterStatus
from recruitment.models import Participant, PeerSupporter
from recruitment.services.campaigning import require_open


def find_or_add_person(programme: Programme, **fields: Any) -> Person:
    """The person with this name and address (or date of birth) in the programme, or a new one."""
    same = Person.objects.filter(
        programme_id=programme.pk,
        first_name__iexact=fields["first_name"],
        last_name__iexact=fields.get("last_name", ""),
    )
    if fields.get("email"):
        known = same.filter(email__iexact=fields["email"]).first()
    elif fields.get("born_on"):
        known = same.filter(born_on=fields["born_on"]).first()
    else:
        known = None
    return known or Person.objects.create(programme_id=programme.pk, **fields)


@transaction.atomic
def add_supporter(
    *, programme: Programme, person: Person, started_on: date, by: Member | None, now: datetime, **fields: Any
) -> PeerSupporter:
    """Somebody begins as a peer supporter, in training. Raises Refused when she is one already."""
    try:
        with transaction.atomic():
            supporter = PeerSupporter.objects.create(
                programme=programme, person=person, started_on=started_on, **fields
            )
    except IntegrityError as error:
        raise Refused(_("This person already is a peer supporter here.")) from error
    record_change(supporter, before="", after=SupporterStatus.IN_TRAINING, by=by, now=now)
    return supporter


@transaction.atomic
def take_on_supporter(
    *, programme: Programme, person_fields: dict[str, Any], by: Member | None, now: datetime, **fields: Any
) -> PeerSupporter:
    """Somebody begins in training without an application. A person the programme knows is used, not doubled."""
    person = find_or_add_person(programme, **person_fields)
    return add_supporter(programme=programme, person=person, by=by, now=now, **fields)


@transaction.atomic
def activate_supporter(supporter: PeerSupporter, *, by: Member | None, now: datetime) -> None:
    """Certified, or back from a pause: ready to support, and a member of the programme."""
    move(supporter, SupporterStatus.ACTIVE, moves=SUPPORTER_MOVES, by=by, now=now)
    holds = Membership.objects.current().filter(person_id=supporter.person_id, role=Role.PEER_SUPPORTER)
    if not holds.filter(programme_id=supporter.programme_id).exists():
        give_role(programme=supporter.programme, person=supporter.person, role=Role.PEER_SUPPORTER, by=by, now=now)


@transaction.atomic
def pause_supporter(supporter: PeerSupporter, *, by: Member, now: datetime, reason: str = "") -> None:
    """No new proposals for a while; her matches go on until they are paused themselves."""
    move(supporter, SupporterStatus.PAUSED, moves=SUPPORTER_MOVES, by=by, now=now, reason=reason)


@transaction.atomic
def resume_supporter(supporter: PeerSupporter, *, by: Member, now: datetime) -> None:
    """Back from a pause: she may be proposed again. Nobody in training gets past the certificate this way."""
    paused_only = {SupporterStatus.PAUSED: (SupporterStatus.ACTIVE,)}
    move(supporter, SupporterStatus.ACTIVE, moves=paused_only, by=by, now=now)


@transaction.atomic
def end_supporter(supporter: PeerSupporter, *, by: Member, now: datetime, reason: str = "") -> None:
    """She stops; her log-in gives no right here any more.

    Matches stand one storey higher: matching.services.let_supporter_go makes sure none is open and then calls this.
    """
    today = local_date(now, supporter.programme.timezone)
    last_day = max(today, supporter.started_on)
    move(supporter, SupporterStatus.ENDED, moves=SUPPORTER_MOVES, by=by, now=now, reason=reason, ended_on=last_day)
    held = Membership.objects.current().filter(
        programme_id=supporter.programme_id, person_id=supporter.person_id, role=Role.PEER_SUPPORTER
    )
    for membership in held:
        end_role(membership=membership, by=by, now=now, reason=reason)


@transaction.atomic
def invite_supporter(supporter: PeerSupporter, *, by: Member, now: datetime) -> None:
    """Give her a log-in and tell her by e-mail that she can ask for a code. The only deed here that sends something.

    One invitation a day: a second one on the same day is refused.
    """
    if supporter.status not in (SupporterStatus.ACTIVE, SupporterStatus.PAUSED):
        raise Refused(_("Somebody can log in once she has her certificate."))
    if not supporter.person.email:
        raise Refused(_("There is no e-mail address to send the invitation to. Write it down first."))
    about, day = f"supporter:{supporter.pk}", str(local_date(now, supporter.programme.timezone))
    if Notice.objects.filter(
        kind=Kind.INVITATION, recipient_id=supporter.person_id, subject=about, period=day
    ).exists():
        raise Refused(_("An invitation went out today already. You can send another one tomorrow."))
    try:
        with transaction.atomic():
            give_login(supporter.person, email=supporter.person.email, now=now)
    except IntegrityError as error:
        raise Refused(_("Somebody else in this programme logs in with this e-mail address already.")) from error
    link = reverse("account_login")
    write(kind=Kind.INVITATION, recipient=supporter.person, subject=about, period=day, link=link, now=now)
    record_change(supporter, before=supporter.status, after="invited", by=by, now=now)


BEYOND_CONTACT = ("gender", "postcode")  # of the person; of the trajectory: Participant.IN_FILE


def _more_than_contact(person_fields: dict[str, Any], fields: dict[str, Any]) -> bool:
    """Whether something is told that is kept only with consent."""
    return any(person_fields.get(name) for name in BEYOND_CONTACT) or any(
        fields.get(name) not in (None, "", []) for name in Participant.IN_FILE
    )


@transaction.atomic
def add_participant(
    *, programme: Programme, person_fields: dict[str, Any], by: Member | None, now: datetime, **fields: Any
) -> Participant:
    """Somebody asks for support and comes on the waiting list. Raises Refused when she is a participant already.

    Before she said yes to a file, only her name, how to reach her and how she found the programme are kept; anything
    more is refused. Then the rest is written down with save_participant.
    """
    require_open(fields.get("campaign"))
    person = find_or_add_person(programme, **person_fields)
    if _more_than_contact(person_fields, fields):
        require(person.pk, ConsentPurpose.SUPPORT, today=local_date(now, programme.timezone))
    try:
        with transaction.atomic():
            participant = Participant.objects.create(programme=programme, person=person, **fields)
    except IntegrityError as error:
        raise Refused(_("This person already is a participant here.")) from error
    record_change(participant, before="", after=ParticipantStatus.WAITING, by=by, now=now)
    return participant


@transaction.atomic
def save_participant(
    participant: Participant, *, person_fields: dict[str, Any], by: Member, now: datetime, **fields: Any
) -> None:
    """Correct what is written about a participant; before her yes to a file, only what add_participant takes."""
    if _more_than_contact(person_fields, fields):
        today = local_date(now, participant.programme.timezone)
        if not Participant.objects.filter(pk=participant.pk).with_open_file(today).exists():
            require(participant.person_id, ConsentPurpose.SUPPORT, today=today)
    campaign = fields.get("campaign")
    require_open(campaign if campaign and campaign.pk != participant.campaign_id else None)
    _save(participant, person_fields, fields)
    record_change(participant, before=participant.status, after="edited", by=by, now=now)


@transaction.atomic
def save_supporter(
    supporter: PeerSupporter, *, person_fields: dict[str, Any], by: Member, now: datetime, **fields: Any
) -> None:
    """Correct what is written about a peer supporter."""
    _save(supporter, person_fields, fields)
    record_change(supporter, before=supporter.status, after="edited", by=by, now=now)


@transaction.atomic
def change_supervisor(supporter: PeerSupporter, *, supervisor: Membership, by: Member, now: datetime) -> None:
    """Somebody else of the team looks after this peer supporter from now on, in all her matches."""
    current = Membership.objects.current().who_supervise().filter(programme_id=supporter.programme_id)
    if not current.filter(pk=supervisor.pk).exists():
        raise Refused(_("Choose a supervisor or a coordinator of this programme."))
    changed = PeerSupporter.objects.filter(pk=supporter.pk).exclude(status=SupporterStatus.ENDED)
    if not changed.exclude(supervisor=supervisor).update(supervisor=supervisor):
        raise Refused(_("This was so before. Nothing was changed."))
    supporter.refresh_from_db()
    record_change(supporter, before=supporter.status, after="supervisor", by=by, now=now)


def _save(row: Participant | PeerSupporter, person_fields: dict[str, Any], fields: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            Person.objects.filter(pk=row.person_id).update(**person_fields)
            type(row).objects.filter(pk=row.pk).update(**fields)
    except IntegrityError as error:
        raise Refused(
            _("This does not fit with the days that are written down already. Nothing was changed.")
        ) from error
    row.refresh_from_db()


@transaction.atomic
def close_participant(participant: Participant, *, closing_reason: str, by: Member, now: datetime) -> None:
    """Somebody on the waiting list no longer needs support, or found it elsewhere.

    Proposals stand one storey higher: matching.services.let_participant_go makes sure none is open, then calls this.
    """
    if participant.status != ParticipantStatus.WAITING:
        raise Refused(_("Close the match first; then the trajectory closes with it."))
    today = local_date(now, participant.programme.timezone)
    move(
        participant,
        ParticipantStatus.CLOSED,
        moves=PARTICIPANT_MOVES,
        by=by,
        now=now,
        reason=closing_reason,
        closed_on=max(today, participant.registered_on),
        closing_reason=closing_reason,
    )
