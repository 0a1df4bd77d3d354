"""A peer supporter asks for help or a pause and is answered; work beside the visits is written down."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.choices import HelpKind
from matching.models import HelpRequest, Match, Work
from matching.services.deputising import stands_in_for
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel, write
from peerhub.people.models import Person
from peerhub.people.services import record_change
from programmes.choices import Role
from programmes.models import Programme
from recruitment.models import PeerSupporter


@transaction.atomic
def ask_help(programme: Programme, *, client_id: UUID, kind: str, text: str, by: Member, now: datetime) -> HelpRequest:
    """Somebody asks; her supervisor hears of it at once, of a pause the coordinators. Sent twice, it is asked once."""
    asked, made = HelpRequest.objects.get_or_create(
        asked_by_id=by.person_id, client_id=client_id,
        defaults={"programme": programme, "kind": kind, "text": text, "asked_at": now},
    )  # fmt: skip
    if made:
        record_change(asked, before="", after=kind, by=by, now=now)
        link = reverse("matching:requests", args=[programme.slug])
        for person in _who_answers(asked, today=local_date(now, programme.timezone)):
            write(kind=Kind.HELP_ASKED, recipient=person, subject=f"help:{asked.pk}", period="once", link=link, now=now)
    return asked


def _who_answers(asked: HelpRequest, *, today: date) -> list[Person]:
    """The supervisor of the one who asks, or her deputy; the coordinators for a pause, or where there is none."""
    own = PeerSupporter.objects.filter(programme_id=asked.programme_id, person_id=asked.asked_by_id)
    supporter = own.select_related("supervisor__person").order_by("-pk").first()
    supervisor = supporter.supervisor if supporter else None
    if asked.kind == HelpKind.HELP and supervisor and supervisor.ends_on is None:
        return [stands_in_for(supervisor, today=today)]
    team = asked.programme.memberships.current().filter(role=Role.COORDINATOR).select_related("person")
    return [membership.person for membership in team]


@transaction.atomic
def answer_help(asked: HelpRequest, *, answer: str, by: Member, now: datetime) -> None:
    """Somebody of the team answers; the one who asked hears that there is an answer. Answered once."""
    waiting = HelpRequest.objects.open().filter(pk=asked.pk)
    if not answer.strip():
        raise Refused(_("Write an answer first."))
    if not waiting.update(answer=answer.strip(), answered_by_id=by.person_id, answered_at=now):
        raise Refused(_("This was answered before. Look at the answer first."))
    asked.refresh_from_db()
    cancel(kind=Kind.HELP_ASKED, subject=f"help:{asked.pk}")
    record_change(asked, before="asked", after="answered", by=by, now=now)
    link = reverse("matching:ask", args=[asked.programme.slug])
    write(
        kind=Kind.HELP_ANSWERED, recipient=asked.asked_by, subject=f"help:{asked.pk}", period="once", link=link, now=now
    )  # fmt: skip


@transaction.atomic
def log_work(
    programme: Programme, *, client_id: UUID, kind: str, occurred_on: date, minutes: int, by: Member, now: datetime,
    match: Match | None = None, note: str = "",
) -> Work:  # fmt: skip
    """Work beside the visits is written down. The same ``client_id`` twice is one row."""
    if occurred_on > local_date(now, programme.timezone):
        raise Refused(_("That day has not come yet. Give today or an earlier day."))
    done, made = Work.objects.get_or_create(
        author_id=by.person_id, client_id=client_id,
        defaults={"programme": programme, "kind": kind, "occurred_on": occurred_on, "minutes": minutes,
                  "match": match, "note": note, "recorded_at": now},
    )  # fmt: skip
    if made:
        record_change(done, before="", after=kind, by=by, now=now)
    return done


@transaction.atomic
def withdraw_work(work: Work, *, by: Member, now: datetime) -> None:
    """It was written down by mistake and no longer counts."""
    own = Work.objects.filter(pk=work.pk, author_id=by.person_id, withdrawn_at__isnull=True)
    if not own.update(withdrawn_at=now):
        raise Refused(_("This was withdrawn before, or it is not yours."))
    record_change(work, before=work.kind, after="withdrawn", by=by, now=now)
