"""What was worrying or late is followed up: concerns, calls, reminders by hand, the summary of Monday."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.choices import VISITING
from matching.models import Deputy, Match, Visit
from matching.services import settle_concern, who_visits
from peerhub.lib import keyring
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.lib.sealing import Unreadable
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from peerhub.notices.services import cancel, compose, write, write_all
from peerhub.people.choices import Reading
from peerhub.people.services import move, record_change, record_looks
from programmes.choices import Role
from programmes.models import Membership, Programme
from supervision.choices import FOLLOW_UP_MOVES, FollowUpStatus
from supervision.models import ContactNote, FollowUp

REMIND_AGAIN_AFTER = timedelta(hours=48)
MONDAY, SUMMARY_HOUR = 0, 7


@transaction.atomic
def take_up_concern(visit: Visit, *, by: Member, now: datetime) -> FollowUp:
    """Somebody says “I follow this up”, so that the others know. What still waits to be told to them is not sent.

    Raises Refused when the visit holds no concern, when it is settled, or when somebody was quicker.
    """
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    if not visit.has_concern:
        raise Refused(_("No concern was written down in this visit."))
    if visit.concern_settled_at:
        raise Refused(_("This concern was settled before."))
    try:
        with transaction.atomic():
            follow_up = FollowUp.objects.create(
                programme_id=visit.programme_id, visit=visit, taken_up_by_id=by.person_id, taken_up_at=now
            )
    except IntegrityError as error:
        name = FollowUp.objects.select_related("taken_up_by").get(visit=visit).taken_up_by.full_name
        raise Refused(_("%(name)s took this up before. Nothing was changed.") % {"name": name}) from error
    cancel(kind=Kind.CONCERN, subject=f"visit:{visit.pk}")
    record_change(follow_up, before="", after=FollowUpStatus.TAKEN_UP, by=by, now=now)
    return follow_up


@transaction.atomic
def read_concern(visit: Visit, *, by: Member, now: datetime) -> dict[str, str]:
    """What was written about a concern and what was done, in words; that it was read is written down once.

    Where a key is missing, ``missing`` says so and the texts stay closed.
    """
    person_id = visit.match.participant_person_id
    record_looks(
        [person_id], kind=Reading.NOTE, by=by, now=now, deed="supervision:concern", subject=f"visit:{visit.pk}"
    )
    follow_up = FollowUp.objects.filter(visit=visit).first()
    try:
        return {
            "text": keyring.unlock(visit.concern, place=visit.concern_place),
            "outcome": keyring.unlock(follow_up.outcome, place=follow_up.outcome_place) if follow_up else "",
        }
    except Unreadable:
        return {"missing": _("This text cannot be opened: its key is not here. The text itself is kept.")}


@transaction.atomic
def close_concern(visit: Visit, *, outcome: str, by: Member, now: datetime) -> FollowUp:
    """What was done is written down and the concern no longer holds a step down back.

    Whoever closes a concern that nobody took up takes it up with it. Raises Refused without an outcome or when it is
    closed already.
    """
    if not outcome.strip():
        raise Refused(_("Say what was done before you close a concern."))
    follow_up = FollowUp.objects.filter(visit=visit).first() or take_up_concern(visit, by=by, now=now)
    sealed = keyring.lock(outcome.strip(), place=follow_up.outcome_place)
    move(follow_up, FollowUpStatus.CLOSED, moves=FOLLOW_UP_MOVES, by=by, now=now, closed_at=now, outcome=sealed)
    settle_concern(visit, by=by, now=now)
    return follow_up


@transaction.atomic
def remind_supporter(match: Match, *, by: Member, now: datetime) -> None:
    """Ask the peer supporter how a visit that was due went: one message, with the answers one tap away.

    Not more often than every two days, whoever or whatever reminded her last. Raises Refused then, and when no visit is
    due. The period of the message names the one before it: of two clicks at the same moment the database keeps one.
    """
    match = (
        Match.objects.select_for_update(of=("self",)).select_related("programme", "supporter_person").get(pk=match.pk)
    )
    today = local_date(now, match.programme.timezone)
    if match.status not in VISITING or match.next_due_on is None or match.next_due_on > today:
        raise Refused(_("No visit is due in this match now. Nothing was sent."))
    about = f"match:{match.pk}"
    last = Notice.objects.filter(programme_id=match.programme_id, subject=about).last_reminders().first()
    if last and last.created_at > now - REMIND_AGAIN_AFTER:
        raise Refused(_("A reminder went out less than two days ago. Nothing was sent."))
    write(
        kind=Kind.VISIT_NUDGE,
        recipient=who_visits(match, today=today),
        subject=about,
        period=f"{match.next_due_on}:after-{last.pk if last else 0}",
        link=reverse("matching:log", args=[match.programme.slug, match.pk]),
        due_on=match.next_due_on,
        now=now,
    )
    record_change(match, before="", after="reminded", by=by, now=now)


@transaction.atomic
def note_call(
    match: Match, *, client_id: UUID, called: str, result: str, note: str, by: Member, now: datetime
) -> ContactNote:
    """Somebody called about a late visit. It is no visit and moves no due date; it moves the last action.

    The same ``client_id`` sent twice is one call. Raises Refused for a match in which no visits are made.
    """
    match = Match.objects.select_for_update(of=("self",)).get(pk=match.pk)
    known = ContactNote.objects.filter(programme_id=match.programme_id, client_id=client_id).first()
    if known:
        return known
    if match.status not in VISITING:
        raise Refused(_("No visits are made in this match now. Nothing was written down."))
    made = ContactNote.objects.create(
        programme_id=match.programme_id,
        match=match,
        client_id=client_id,
        called=called,
        result=result,
        note=note.strip(),
        noted_by_id=by.person_id,
        noted_at=now,
    )
    record_change(made, before="", after=result, by=by, now=now)
    return made


@transaction.atomic
def write_summaries(*, now: datetime) -> int:
    """On Monday morning, where the programme is: how many visits are overdue, to those who look after them.

    A supervisor is told of the peer supporters she looks after, also as somebody's deputy, a coordinator of all; where
    nothing is overdue nothing is written. The number is that of the list it leads to. Doing it again changes nothing.
    Returns how many were meant.
    """
    letters = []
    for programme in Programme.objects.order_by("pk"):
        local = now.astimezone(ZoneInfo(programme.timezone))
        if local.weekday() == MONDAY and local.hour >= SUMMARY_HOUR:
            letters += _summaries(programme, local.date(), now=now)
    write_all(letters)
    return len(letters)


def _summaries(programme: Programme, today: date, *, now: datetime) -> list[Notice]:
    late = Match.objects.filter(programme=programme).overdue(today)
    per_supervisor = Counter(late.values_list("supporter__supervisor_id", "supporter__supervisor__person_id"))
    stands_in: dict[int, set[int]] = {}  # whose peer supporters somebody looks after today, besides her own
    for person_id, membership_id in (
        Deputy.objects.filter(programme=programme).in_force(today).values_list("deputy__person_id", "supervisor_id")
    ):
        stands_in.setdefault(person_id, set()).add(membership_id)
    list_url, told = reverse("supervision:overdue", args=[programme.slug]), []
    people = Membership.objects.current().filter(programme=programme).who_supervise().select_related("person")
    coordinators = {one.person_id for one in people if one.role == Role.COORDINATOR}
    for one in people:
        all_of_them = one.role == Role.COORDINATOR
        number = sum(
            count for (membership_id, person_id), count in per_supervisor.items()
            if all_of_them or person_id == one.person_id or membership_id in stands_in.get(one.person_id, ())
        )  # fmt: skip
        if number and (all_of_them or one.person_id not in coordinators):
            told.append(
                compose(
                    kind=Kind.OVERDUE_SUMMARY, recipient=one.person, subject="overdue", period=today.isoformat(),
                    link=list_url if all_of_them else f"{list_url}?whose=mine", due_on=today, number=number, now=now,
                )
            )  # fmt: skip
    return told
