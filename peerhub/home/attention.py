"""What needs attention: each app is asked for its facts, each row says why, since when, with whom, and what to do.

A kind is shown only to those whose rights let them act on it or look after it. The rows come from the same querysets
as the lists they lead to, so a number here is the length of the list behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.choices import LIVE, MatchStatus
from matching.models import HelpRequest, Match, SweepMark, Visit
from matching.querysets import MatchQuerySet
from peerhub.home import telling
from peerhub.home.telling import Asking, Row
from peerhub.lib.member import Member
from peerhub.notices.choices import NoticeStatus
from peerhub.notices.models import Notice
from programmes.models import Programme
from programmes.permissions import Permission
from recruitment.choices import CampaignState
from recruitment.models import Application, Campaign, Participant, PeerSupporter
from supervision.models import SupervisionSession
from supervision.querysets import SUPERVISION_EVERY_DAYS

ANSWER_DAYS = 3
DECIDE_DAYS = 14
WAIT_DAYS = 30
SOON_OF_AGE_DAYS = 30
FEW = 3
PER_PAGE = 25


@dataclass(frozen=True)
class Kind:
    """One reason to look at something."""

    code: str
    label: Any
    icon: str
    tone: str
    tone_label: Any
    permission: Permission
    find: Callable[[Member, date], QuerySet[Any]]
    tell: Callable[[Any, Asking], Row]


def open_concerns(member: Member, today: date) -> QuerySet[Visit]:
    """Worries that nobody has settled yet, the oldest first."""
    people = ("match__participant_person", "follow_up__taken_up_by")
    return Visit.objects.visible_to(member).with_open_concern().select_related(*people).order_by("occurred_on", "pk")


def open_requests(member: Member, today: date) -> QuerySet[HelpRequest]:
    """Peer supporters who asked for help or a pause and have no answer yet, the longest waiting first."""
    found = HelpRequest.objects.visible_to(member).open()
    return found.select_related("asked_by").order_by("asked_at", "pk")


def dead_messages(member: Member, today: date) -> QuerySet[Notice]:
    """Messages that could not be sent."""
    dead = Notice.objects.visible_to(member).filter(status=NoticeStatus.DEAD)
    return dead.select_related("recipient").order_by("created_at", "pk")


def _matches(member: Member) -> MatchQuerySet:
    people = ("participant_person", "supporter_person", "supporter__supervisor__person", "plan")
    return Match.objects.visible_to(member).select_related(*people)


def overdue_visits(member: Member, today: date) -> QuerySet[Match]:
    """Later than due plus the grace of the match's own frequency."""
    return _matches(member).overdue(today).order_by("next_due_on", "pk")


def silent_matches(member: Member, today: date) -> QuerySet[Match]:
    """Visits are planned anew again and again and none is held; those already late stand among the overdue."""
    return _matches(member).silent(today).exclude(pk__in=Match.objects.overdue(today)).order_by("last_held_on", "pk")


def late_sweeps(member: Member, today: date) -> QuerySet[SweepMark]:
    """The daily round has not come by: reminders are late, and an administrator has to look."""
    return SweepMark.objects.visible_to(member).late(timezone.now()).select_related("programme")


def reviews_due(member: Member, today: date) -> QuerySet[Match]:
    """A step may come and nobody has looked at it yet."""
    return _matches(member).review_due(today).order_by("plan__review_due_on", "pk")


def years_ending(member: Member, today: date) -> QuerySet[Match]:
    """Time for the closing talk."""
    return _matches(member).year_over(today).order_by("plan__ends_on", "pk")


def old_proposals(member: Member, today: date) -> QuerySet[Match]:
    """Proposed some days ago and not yet answered by both, or answered and not yet introduced."""
    before = today - timedelta(days=ANSWER_DAYS)
    return _matches(member).filter(status=MatchStatus.PROPOSED, proposed_on__lt=before).order_by("proposed_on", "pk")


def open_suggestions(member: Member, today: date) -> QuerySet[Match]:
    """Somebody said no for a reason that may tell something for the next search, and nobody has looked at it yet."""
    return _matches(member).telling().order_by("proposed_on", "pk")


def old_applications(member: Member, today: date) -> QuerySet[Application]:
    """Somebody offered to help two weeks ago and waits for a decision."""
    before = today - timedelta(days=DECIDE_DAYS)
    found = Application.objects.visible_to(member).open().filter(submitted_on__lt=before)
    return found.select_related("person").order_by("submitted_on", "pk")


def campaigns_over(member: Member, today: date) -> QuerySet[Campaign]:
    """Their last day has passed and nobody has said what came of them."""
    return Campaign.objects.visible_to(member).in_state(CampaignState.OVER, today).order_by("ends_on", "pk")


def long_waiting(member: Member, today: date) -> QuerySet[Participant]:
    """On the waiting list for a month, without an open proposal."""
    proposed = Match.objects.filter(participant=OuterRef("pk"), status__in=LIVE)
    found = Participant.objects.visible_to(member).waiting().filter(registered_on__lt=today - timedelta(days=WAIT_DAYS))
    return found.filter(~Exists(proposed)).select_related("person")


def without_consent(member: Member, today: date) -> QuerySet[Participant]:
    """Nobody has a yes to a file from them that counts today; first those whose file closes first."""
    found = Participant.objects.visible_to(member).without_consent(today).with_file(today)
    found = found.with_last_answer().select_related("person")
    return found.order_by(F("consent_due_on").asc(nulls_first=True), "registered_on", "pk")


def turning_18(member: Member, today: date) -> QuerySet[Participant]:
    """A guardian said yes for them; from their 18th birthday on, this month or before, that counts no more."""
    soon = today + timedelta(days=SOON_OF_AGE_DAYS)
    found = Participant.objects.visible_to(member).of_age_by(soon).select_related("person")
    return found.order_by("person__born_on", "pk")


def to_ask_again(member: Member, today: date) -> QuerySet[Participant]:
    """They said yes to words that mean something else now."""
    return Participant.objects.visible_to(member).to_ask_again(today).select_related("person").order_by("pk")


def long_unsupervised(member: Member, today: date) -> QuerySet[PeerSupporter]:
    """Active peer supporters without a session for a month."""
    since = today - timedelta(days=SUPERVISION_EVERY_DAYS)
    found = SupervisionSession.objects.visible_to(member).without(PeerSupporter.objects.visible_to(member), since)
    return found.select_related("person", "supervisor__person")


P = Permission
SAFETY, LATE, DUE, WAITING = _("Safety"), _("Late"), _("Due"), _("Waiting")

# In the order in which they are shown.
KINDS = (
    Kind("concern", _("Concerns"), "shield-exclamation", "danger", SAFETY, P.CONCERN_FOLLOW,
         open_concerns, telling.concern),
    Kind("request", _("Requests"), "life-preserver", "warm", WAITING, P.CONCERN_FOLLOW,
         open_requests, telling.request),
    Kind("overdue", _("Overdue visits"), "clock-history", "danger", LATE, P.VISIT_VIEW,
         overdue_visits, telling.overdue),
    Kind("silent", _("No contact"), "telephone", "warm", LATE, P.VISIT_VIEW, silent_matches, telling.silent),
    Kind("review", _("Reviews"), "clipboard-check", "warm", DUE, P.REVIEW_DECIDE, reviews_due, telling.review),
    Kind("year", _("Years ending"), "flag", "warm", DUE, P.MATCH_MANAGE, years_ending, telling.year),
    Kind("proposal", _("Proposals"), "link-45deg", "info", WAITING, P.MATCH_MANAGE, old_proposals, telling.proposal),
    Kind("suggestion", _("Answers to learn from"), "lightbulb", "info", WAITING, P.MATCH_MANAGE,
         open_suggestions, telling.suggestion),
    Kind("application", _("Applications"), "journal-check", "info", WAITING, P.APPLICATION_DECIDE,
         old_applications, telling.application),
    Kind("campaign", _("Campaigns over"), "bullseye", "info", DUE, P.PEOPLE_EDIT, campaigns_over, telling.campaign),
    Kind("consent", _("Consent missing"), "hand-thumbs-up", "warm", DUE, P.CONSENT_RECORD,
         without_consent, telling.consent),
    Kind("of_age", _("Turned 18"), "person", "warm", DUE, P.CONSENT_RECORD, turning_18, telling.of_age),
    Kind("ask_again", _("Ask consent again"), "arrow-repeat", "info", WAITING, P.CONSENT_RECORD,
         to_ask_again, telling.ask_again),
    Kind("waiting", _("Waiting list"), "hourglass-split", "info", WAITING, P.PEOPLE_VIEW,
         long_waiting, telling.waiting),
    Kind("supervision", _("Supervision"), "chat-dots", "info", WAITING, P.SUPERVISION_LOG,
         long_unsupervised, telling.unsupervised),
    Kind("sweep", _("The daily round"), "arrow-repeat", "danger", LATE, P.PROGRAMME_SET, late_sweeps, telling.sweep),
    Kind("message", _("Messages"), "envelope", "warm", _("Not sent"), P.PEOPLE_VIEW, dead_messages, telling.message),
)  # fmt: skip


def kinds_for(member: Member) -> list[Kind]:
    """What this member is asked to look at."""
    return [kind for kind in KINDS if member.may(kind.permission)]


def counts(member: Member, querysets: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each of these lists has: all in one query."""
    asked = {
        f"rows_{name}": Coalesce(Subquery(_count(found), output_field=IntegerField()), 0)
        for name, found in querysets.items()
    }
    counted = Programme.objects.visible_to(member).annotate(**asked).values(*asked).get()
    return {name.removeprefix("rows_"): number for name, number in counted.items()}


def _count(found: QuerySet[Any]) -> QuerySet[Any, Any]:
    per_programme: QuerySet[Any, Any] = found.order_by().values("programme_id").annotate(rows=Count("pk"))
    return per_programme.values("rows")


@dataclass(frozen=True)
class Entry:
    """A row with the looks of its kind."""

    row: Row
    kind: Kind


def first_rows(asking: Asking) -> list[Entry]:
    """The first few rows of every kind; one query a kind."""
    entries = []
    for kind in kinds_for(asking.member):
        found = kind.find(asking.member, asking.today)[:FEW]
        entries += [Entry(kind.tell(one, asking), kind) for one in found]
    return entries


def page_of(kind: Kind, asking: Asking, number: str | None) -> tuple[list[Entry], Page[Any]]:
    """All rows of one kind, page by page."""
    page_obj = Paginator(kind.find(asking.member, asking.today), PER_PAGE).get_page(number)
    return [Entry(kind.tell(one, asking), kind) for one in page_obj.object_list], page_obj
