"""Both sides answer a proposal: yes, or no without having to say why. Then the peer supporter learns the name."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.choices import MATCH_MOVES, MatchStatus, Side
from matching.models import Connection, Match
from matching.services.places import has_place, loads_of
from matching.services.ruling import rules_of
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel
from peerhub.people.choices import Reading
from peerhub.people.services import move, record_change, record_looks, revoke_links
from recruitment.models import Participant, PeerSupporter

# What a participant says yes to before her name is told: asked by the team, or read on her own phone.
NAME_QUESTION = gettext_lazy("May we tell her or him your name and introduce you?")
ASKING = (Kind.PROPOSAL, Kind.PROPOSAL_REMINDER)


def subject_of(match: Match) -> str:
    """How messages name this match without naming anybody."""
    return f"match:{match.pk}"


@transaction.atomic
def accept_match(match: Match, *, by: Member, now: datetime) -> None:
    """The peer supporter says yes to the proposal. The professional she works with becomes responsible for it."""
    _say_yes(match, "supporter_accepted_on", today=local_date(now, match.programme.timezone))
    works_with = (
        Connection.objects.current().filter(supporter=match.supporter_id).values_list("professional__person_id")
    )
    Match.objects.filter(pk=match.pk, responsible__isnull=True).update(responsible_id=works_with[:1])
    match.refresh_from_db(fields=["responsible"])
    for kind in ASKING:
        cancel(kind=kind, subject=subject_of(match))
    record_change(match, before=MatchStatus.PROPOSED, after="supporter_yes", by=by, now=now)


@transaction.atomic
def accept_for_participant(match: Match, *, by: Member, now: datetime) -> None:
    """The participant says yes to being introduced: to the coordinator who asked her, or by her own link.

    This yes is what her name may be told for (docs/adr/0016): the change keeps who wrote it down, when, in which way it
    was given, and the words of the question as they were shown.
    """
    _say_yes(match, "participant_accepted_on", today=local_date(now, match.programme.timezone))
    herself = by.person_id == match.participant_person_id
    said = _("She read it on her own phone: “%(words)s”") if herself else _("The team asked her: “%(words)s”")
    proof = said % {"words": NAME_QUESTION}
    record_change(match, before=MatchStatus.PROPOSED, after="participant_yes", by=by, now=now, reason=proof)


def _say_yes(match: Match, field: str, *, today: date) -> None:
    """One side's yes, once. The second yes takes a place, so places are counted after locking the peer supporter."""
    supporter = PeerSupporter.objects.select_for_update().get(pk=match.supporter_id)
    asked = Match.objects.filter(pk=match.pk, status=MatchStatus.PROPOSED, **{f"{field}__isnull": True})
    if not asked.update(**{field: max(today, match.proposed_on), "thinking_on": None}):
        raise Refused(_("This proposal was answered before, or is no longer open. Nothing was changed."))
    match.refresh_from_db()
    if match.is_answered:
        others = Match.objects.live().answered().exclude(pk=match.pk)
        taken = loads_of(match.programme, rules_of(match.programme), [supporter.pk], among=others)
        _number, load = taken.get((supporter.pk, match.kind), (0, 0))
        if not has_place(supporter, match.kind, load=load, programme=match.programme):
            raise Refused(
                _("This peer supporter has no free place any more: somebody else was quicker. Choose another one.")
            )


@transaction.atomic
def think_for_participant(match: Match, *, by: Member, now: datetime) -> None:
    """The participant wants to think: the proposal waits as many days again. Only once."""
    today = local_date(now, match.programme.timezone)
    open_one = Match.objects.filter(
        pk=match.pk, status=MatchStatus.PROPOSED, participant_accepted_on__isnull=True, thinking_on__isnull=True
    )
    if not open_one.update(thinking_on=max(today, match.proposed_on)):
        raise Refused(_("This proposal was answered before, or is no longer open. Nothing was changed."))
    match.refresh_from_db()
    record_change(match, before=MatchStatus.PROPOSED, after="participant_thinks", by=by, now=now)


@transaction.atomic
def decline_match(
    match: Match, *, by: Member, now: datetime, reason: str = "", side: str = Side.UNKNOWN, code: str = ""
) -> None:
    """Either side says no. Nobody is blamed: the participant waits on, and this pair is not proposed again.

    A reason in one tap (``code``) may become a suggestion for the next search, which a coordinator confirms or leaves.
    """
    move(
        match,
        MatchStatus.DECLINED,
        moves=MATCH_MOVES,
        by=by,
        now=now,
        reason=reason,
        declined_by=side,
        decline_code=code,
        decline_reason=reason[:200],
    )
    for kind in ASKING:
        cancel(kind=kind, subject=subject_of(match))
    revoke_links(match.participant_person, by=by, now=now, subject=subject_of(match))


@transaction.atomic
def reveal_match(match: Match, *, by: Member, now: datetime) -> None:
    """After both said yes the peer supporter sees who it is; that she saw it is kept as a look and as a change.

    Not where the participant has taken back meanwhile that there is a file about her.
    """
    if by.person_id != match.supporter_person_id:
        raise Refused(_("Only the peer supporter of this proposal opens the name."))
    today = local_date(now, match.programme.timezone)
    if not Participant.objects.filter(pk=match.participant_id).with_open_file(today).exists():
        raise Refused(_("The name cannot be shown now. Your coordinator tells you how it goes on."))
    hidden = Match.objects.filter(pk=match.pk, status=MatchStatus.PROPOSED, revealed_at__isnull=True).answered()
    if not hidden.update(revealed_at=now):
        raise Refused(_("The name is shown after both said yes, and then it is open."))
    match.refresh_from_db()
    record_looks(
        [match.participant_person_id],
        kind=Reading.FILE,
        by=by,
        now=now,
        deed="reveal_match",
        subject=subject_of(match),
        reason="introduced",
    )
    record_change(match, before=MatchStatus.PROPOSED, after="revealed", by=by, now=now)


@transaction.atomic
def name_responsible(match: Match, *, responsible: int, by: Member, now: datetime) -> None:
    """Say who of the team is responsible for this match (the person's key): she plans the meeting and is called."""
    team = match.programme.memberships.current().team()
    found = team.filter(person_id=responsible).select_related("person").first()
    if found is None:
        raise Refused(_("Choose somebody of the team."))
    another = Q(responsible__isnull=True) | ~Q(responsible_id=responsible)
    if not Match.objects.live().filter(another, pk=match.pk).update(responsible_id=responsible):
        raise Refused(_("%(name)s is responsible already, or the match has ended.") % {"name": found.person.full_name})
    match.refresh_from_db()
    record_change(match, before="", after="responsible", by=by, now=now, reason=found.person.full_name)
