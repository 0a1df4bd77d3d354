"""What the two agree: explained first, written down with goals in her own words, confirmed by both, printed once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from matching.choices import GOAL_MOVES, LIVE, Explained, MatchStatus, Side, Way, every
from matching.models import Agreement, AgreementText, Match, PersonalGoal
from matching.services.meeting import agree_match
from matching.services.standard import STANDARD
from peerhub.lib import walls
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.lib.pdf import render
from peerhub.people.services import move, record_change
from programmes.models import Programme

PRINT_TASK = "matching.tasks.print_agreements"
MOST_GOALS = 3
BEFORE_AGREED = (MatchStatus.PROPOSED, MatchStatus.INTRODUCED)
Goal = tuple[str, str]  # domain, own words


@transaction.atomic
def explain_to_participant(
    match: Match, *, explained: Sequence[str], by: Member, now: datetime, waived: str = ""
) -> None:
    """The participant was told what support by a peer is before she decides; or why that was not needed.

    May be corrected until the agreement stands.
    """
    known = [code for code in Explained.values if code in explained]
    if len(known) < len(Explained) and not waived.strip():
        raise Refused(_("Tick everything that was explained, or say why it is not needed."))
    before_agreed = Match.objects.filter(pk=match.pk, status__in=BEFORE_AGREED)
    today = local_date(now, match.programme.timezone)
    if not before_agreed.update(oriented_on=today, explained=known, explanation_waived=waived.strip()[:200]):
        raise Refused(_("The agreement stands, or this proposal is no longer open. Nothing was changed."))
    match.refresh_from_db()
    record_change(match, before="", after="explained", by=by, now=now, reason=waived.strip())


def language_of(match: Match) -> str:
    """The language of the agreement: the first of the participant's that this site speaks, or the programme's own."""
    ours = [code for code, _name in settings.LANGUAGES]
    spoken = [code for code in match.participant_person.languages if code in ours]
    return spoken[0] if spoken else match.programme.language if match.programme.language in ours else ours[0]


@transaction.atomic
def current_text(programme: Programme, *, language: str, now: datetime) -> AgreementText:
    """The programme's text of agreements in this language: its newest version, or the one that comes with peerhub."""
    texts = AgreementText.objects.filter(programme=programme, language=language)
    newest = texts.order_by("-version").first()
    if newest is None:
        with translation.override(language):
            body = "\n\n".join(str(paragraph) for paragraph in STANDARD)
        newest, _made = texts.get_or_create(
            version=1,
            defaults={"programme": programme, "language": language, "body": body, "written_at": now},
        )
    return newest


@transaction.atomic
def write_text(programme: Programme, *, language: str, body: str, by: Member, now: datetime) -> AgreementText:
    """A new version of the programme's text of agreements. Agreements that were written keep the one they had."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    before = current_text(programme, language=language, now=now)
    if before.body.split() == body.split():
        raise Refused(_("This is the text as it stands. Nothing was changed."))
    if not body.strip():
        raise Refused(_("The text of agreements is empty."))
    text = AgreementText.objects.create(
        programme=programme,
        language=language,
        version=before.version + 1,
        body=body.strip().replace("\r\n", "\n"),
        written_by_id=by.person_id,
        written_at=now,
    )
    record_change(text, before=str(before.version), after=str(text.version), by=by, now=now)
    return text


@transaction.atomic
def write_agreement(
    match: Match,
    *,
    goals: Sequence[Goal],
    first_visit_on: date,
    by: Member,
    now: datetime,
    terms: str = "",
    parallel_support: bool = False,
    parallel_words: str = "",
    read_how: str = "herself",
) -> Agreement:
    """Write down what the two agree. Writing it anew asks both to confirm anew.

    Raises Refused before they have met, before everything was explained to the participant, and once the agreement
    stands.
    """
    locked = (
        Match.objects.select_for_update(of=("self",)).select_related("programme", "participant_person").get(pk=match.pk)
    )
    _may_be_written(locked, goals, first_visit_on=first_visit_on, now=now)
    Match.objects.filter(pk=match.pk).update(supporter_agreed_on=None, participant_agreed_on=None)
    Agreement.objects.filter(match=match).delete()
    PersonalGoal.objects.filter(match=match).delete()
    agreement = Agreement.objects.create(
        programme_id=match.programme_id,
        match=match,
        text=current_text(locked.programme, language=language_of(locked), now=now),
        interval=locked.programme.ladder[0],
        first_visit_on=first_visit_on,
        terms=terms.strip(),
        parallel_support=parallel_support,
        parallel_words=parallel_words.strip() if parallel_support else "",
        read_how=read_how,
        written_by_id=by.person_id,
        written_at=now,
    )
    PersonalGoal.objects.bulk_create(
        PersonalGoal(programme_id=match.programme_id, match=match, number=number, domain=domain, own_words=words)
        for number, (domain, words) in enumerate(goals, start=1)
    )
    match.refresh_from_db()
    record_change(match, before=MatchStatus.INTRODUCED, after="agreement_written", by=by, now=now)
    return agreement


def _may_be_written(match: Match, goals: Sequence[Goal], *, first_visit_on: date, now: datetime) -> None:
    if match.status != MatchStatus.INTRODUCED:
        raise Refused(_("An agreement is written after they have met and before the visits begin."))
    if match.oriented_on is None:
        raise Refused(_("First explain to the participant what she can expect, or say why that is not needed."))
    if not goals or len(goals) > MOST_GOALS:
        raise Refused(_("Write one to three goals in the participant's own words."))
    if first_visit_on < local_date(now, match.programme.timezone):
        raise Refused(_("The first visit is today or later."))


@transaction.atomic
def confirm_agreement(agreement: Agreement, *, side: str, way: str, by: Member, now: datetime) -> Match:
    """One of the two says that this is what they agreed. When both have, the agreement stands and visits may begin.

    A peer supporter confirms on her own page; a participant by her link or on a phone that is handed to her; both may
    sign on paper, which somebody of the team records.
    """
    match = (
        Match.objects.select_for_update(of=("self",))
        .select_related("programme", "participant")
        .get(pk=agreement.match_id)
    )
    if match.status != MatchStatus.INTRODUCED:
        raise Refused(_("This agreement stands already, or the match is no longer open. Nothing was changed."))
    if way == Way.PORTAL and by.person_id != match.supporter_person_id:
        raise Refused(_("Only the peer supporter herself confirms here."))
    fields = {f"{side}_confirmed_at": now, f"{side}_way": way}
    if way in (Way.PAPER, Way.HANDED):
        fields["recorded_by_id"] = by.person_id
    if side not in (Side.SUPPORTER, Side.PARTICIPANT):
        raise Refused(_("Say which of the two confirms."))
    open_one = Agreement.objects.filter(pk=agreement.pk, **{f"{side}_confirmed_at__isnull": True})
    if not open_one.update(**fields):
        raise Refused(_("This was confirmed before. Nothing was changed."))
    agreement.refresh_from_db()
    today = local_date(now, match.programme.timezone)
    Match.objects.filter(pk=match.pk).update(**{f"{side}_agreed_on": today})
    match.refresh_from_db()
    record_change(match, before=MatchStatus.INTRODUCED, after=f"{side}_agreed", by=by, now=now)
    if agreement.is_whole:
        first_visit_on = max(agreement.first_visit_on, today)
        agree_match(match, agreed_on=today, first_visit_on=first_visit_on, by=by, now=now)
        transaction.on_commit(_wake_the_worker, robust=True)
    return match


def _wake_the_worker() -> None:
    """Do not wait for the next minute; without a broker the worker finds the row by itself later."""
    current_app.send_task(PRINT_TASK, retry=False)


def print_agreement(agreement: Agreement) -> bool:
    """Make the PDF of an agreement that both confirmed, in its language. Returns whether it was printed now.

    Nothing stays locked while it is made; of two workers who print the same one, one is too late and changes nothing.
    """
    with walls.inside(agreement.programme_id, deed="print_agreement"):
        found = Agreement.objects.to_print().for_page().filter(pk=agreement.pk).first()
        if found is None:
            return False
        goals = list(PersonalGoal.objects.filter(match=found.match_id))
        with translation.override(found.text.language), timezone.override(found.programme.timezone):
            told = {"agreement": found, "goals": goals, "every": every(found.interval)}
            html = render_to_string("matching/pdf/agreement.html", told)
    pdf = render(html)
    with walls.inside(agreement.programme_id, deed="print_agreement"):
        mine = Agreement.objects.to_print().filter(pk=agreement.pk, written_at=found.written_at)
        return bool(mine.update(pdf=pdf.content, sha256=pdf.sha256))


@transaction.atomic
def move_goal(goal: PersonalGoal, *, status: str, by: Member, now: datetime) -> None:
    """A goal is on the way, reached, changed or let go, as long as they meet.

    Raises Refused in a match that ended, and where the goal is that far already.
    """
    if goal.match.status not in LIVE:
        raise Refused(_("This match has ended. Its goals stay as they were."))
    move(goal, status, moves=GOAL_MOVES, by=by, now=now)
