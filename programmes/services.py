"""What happens to programmes and their teams."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import compose, write_all
from peerhub.people.choices import Opened
from peerhub.people.models import FEWEST_LETTERS, LONGEST, AccessGrant, Person, SensitiveNote, StateChange, User
from peerhub.people.services import end_calendar, give_login, record_change, renew_invitation
from programmes.choices import Role
from programmes.models import Membership, Programme


def programme_named(slug: str) -> Programme:
    """The programme with this name in addresses, for commands. Raises Refused naming those there are."""
    programme = Programme.objects.filter(slug=slug).first()
    if programme is None:
        there = ", ".join(Programme.objects.values_list("slug", flat=True)[:10]) or "-"
        raise Refused(_("There is no programme “%(slug)s”. There are: %(there)s.") % {"slug": slug, "there": there})
    return programme


@transaction.atomic
def give_role(*, programme: Programme, person: Person, role: str, by: Member | None, now: datetime) -> Membership:
    """Let a person take up a role from today on. Raises Refused when she has it already."""
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                programme=programme, person=person, role=role, starts_on=local_date(now, programme.timezone)
            )
    except IntegrityError as error:
        raise Refused(_("This person already has this role.")) from error
    record_change(membership, before="", after=role, by=by, now=now)
    return membership


@transaction.atomic
def end_role(*, membership: Membership, by: Member | None, now: datetime, reason: str = "") -> None:
    """End a role today; from the next request on it gives no right. The last coordinator cannot leave.

    With the role of a peer supporter the link of her calendar ends, and stays so if she comes back.
    """
    programme = Programme.objects.select_for_update().get(pk=membership.programme_id)
    others = programme.memberships.current().filter(role=Role.COORDINATOR).exclude(pk=membership.pk)
    if membership.role == Role.COORDINATOR and not others.exists():
        raise Refused(_("A programme needs a coordinator. Give somebody else the role first."))
    today = local_date(now, programme.timezone)
    ended = Membership.objects.current().filter(pk=membership.pk).update(ends_on=max(today, membership.starts_on))
    if not ended:
        raise Refused(_("This role has ended already."))
    membership.refresh_from_db()
    if membership.role == Role.PEER_SUPPORTER:
        end_calendar(membership.person, by=by, now=now)
    record_change(membership, before=membership.role, after="ended", by=by, now=now, reason=reason)


@transaction.atomic
def add_team_member(
    *, programme: Programme, first_name: str, last_name: str, email: str, role: str, by: Member | None, now: datetime
) -> Membership:
    """Add somebody to the team with a log-in; a person with this address in the programme is used, not doubled.

    Whoever let her invitation end without logging in is invited again, also when she has the role already.
    No message is sent. Peer supporters do not come in this way: their role follows from the certificate.
    """
    if role == Role.PEER_SUPPORTER:
        raise Refused(_("Somebody becomes a peer supporter by training and certificate."))
    person = Person.objects.filter(programme_id=programme.pk, email__iexact=email).first()
    if person is None:
        person = Person.objects.create(
            programme_id=programme.pk, first_name=first_name, last_name=last_name, email=email.lower()
        )
    if person.user_id is None:
        try:
            with transaction.atomic():
                give_login(person, email=email, now=now)
        except IntegrityError as error:
            raise Refused(_("Somebody else in this programme logs in with this e-mail address already.")) from error
    elif (login := person.user) is not None:
        late = login.invitation_has_ended(now)
        renew_invitation(login, now=now)
        held = Membership.objects.current().filter(programme=programme, person=person, role=role).first()
        if late and held:
            return held
    return give_role(programme=programme, person=person, role=role, by=by, now=now)


@transaction.atomic
def set_programme(programme: Programme, *, by: Member, now: datetime, **fields: Any) -> None:
    """Change the programme's rules. Plans that run keep the steps they began with.

    What changed is written down by name; setting the same again changes nothing. Raises Refused with the sentence of
    the rule that the new values break.
    """
    current = Programme.objects.select_for_update().get(pk=programme.pk)
    changed = [name for name, value in fields.items() if getattr(current, name) != value]
    for name in changed:
        setattr(current, name, fields[name])
    try:
        current.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    if not changed:
        return
    current.save(update_fields=changed)
    StateChange.objects.create(
        programme_id=current.pk,
        subject="programmes.programme",
        subject_id=current.pk,
        after="settings",
        reason=", ".join(changed),
        by_id=by.person_id,
        at=now,
    )
    programme.refresh_from_db()


# -- Emergency access ------------------------------------------------------------------------------------------------


@transaction.atomic
def open_notes(person: Person, *, reason: str, by: Member, now: datetime) -> AccessGrant:
    """Break the glass: for an hour a member may read somebody's sensitive notes that her role does not let her read.

    The coordinators hear of it at once. Raises Refused without a sentence of reason, for somebody who has no business
    with these files, and when it is open already.
    """
    if by.user_id is None or not by.may("note.ask"):
        raise Refused(_("Only those who keep the files open notes in an emergency."))
    closed = person.sensitive_notes.exclude(pk__in=SensitiveNote.objects.by_right(by).values("pk"))
    if not closed.exists():
        raise Refused(_("Nothing here is closed to you: there is no note that your role does not let you read."))
    grant = AccessGrant(kind=Opened.NOTES, person=person, by_id=by.person_id, by_user_id=by.user_id, by_name=by.name)
    return _open(grant, Programme.objects.get(pk=by.programme_id), reason=reason, now=now)


@transaction.atomic
def open_files(programme: Programme, *, reason: str, by: User, now: datetime) -> AccessGrant:
    """Let an administrator read a programme's files for an hour; sensitive notes stay closed, and she changes nothing.

    The coordinators hear of it at once. Raises Refused without a sentence of reason, for anybody who is no
    administrator, and when it is open already.
    """
    if not (by.is_superuser and by.is_active):
        raise Refused(_("Only an administrator opens the files of a programme this way."))
    grant = AccessGrant(kind=Opened.FILES, by_user=by, by_name=by.email)
    return _open(grant, programme, reason=reason, now=now)


def _open(grant: AccessGrant, programme: Programme, *, reason: str, now: datetime) -> AccessGrant:
    reason = reason.strip()
    if len(reason) < FEWEST_LETTERS:
        raise Refused(_("Say in a sentence why it cannot wait."))
    mine = {"programme_id": programme.pk, "by_user_id": grant.by_user_id, "person_id": grant.person_id}
    AccessGrant.objects.filter(**mine).over(now).update(ended_at=F("ends_at"))
    grant.programme_id, grant.reason, grant.opened_at, grant.ends_at = programme.pk, reason, now, now + LONGEST
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError as error:
        if "grant_once_open" in str(error):
            raise Refused(_("This is open for you already.")) from error
        raise
    _tell_coordinators(grant, programme, now=now)
    return grant


def _tell_coordinators(grant: AccessGrant, programme: Programme, *, now: datetime) -> None:
    link = reverse("programmes:openings", args=[programme.slug])
    team = programme.memberships.current().filter(role=Role.COORDINATOR).select_related("person")
    told = {one.person for one in team if one.person_id != grant.by_id}
    subject = f"opening:{grant.pk}"
    write_all(
        compose(kind=Kind.ACCESS_OPENED, recipient=one, subject=subject, period="once", link=link, now=now)
        for one in sorted(told, key=lambda one: one.pk)
    )


@transaction.atomic
def end_opening(grant: AccessGrant, *, by: Member | User, now: datetime) -> None:
    """End an emergency access early: from the next request on it opens nothing. Raises Refused when it is over."""
    name = by.name if isinstance(by, Member) else by.email
    still = AccessGrant.objects.filter(pk=grant.pk, ended_at__isnull=True, ends_at__gt=now)
    if not still.update(ended_at=now, ended_by_name=name):
        raise Refused(_("This access is over already."))
    grant.refresh_from_db()
