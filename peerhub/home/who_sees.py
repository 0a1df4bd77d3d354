"""Who can see what is kept about somebody, why, and who has looked: in the words of whoever reads it.

Nothing about rights is decided here: each member is asked with the querysets that every page is built on
(``visible_to``), as the member she is today. A test asks everybody and compares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evaluation.models import Response
from matching.models import Agreement, Cover, HelpRequest, Match, PairMark, PersonalGoal, Visit, Work
from matching.querysets import REVEALED
from peerhub.lib.member import Member
from peerhub.notices.models import Reach
from peerhub.people.choices import Reading
from peerhub.people.models import Consent, LegalRepresentative, Look, Person, SensitiveNote
from programmes.choices import Role
from programmes.models import Membership
from programmes.permissions import permissions_of
from recruitment.models import Application, Participant, PeerSupporter
from supervision.models import ContactNote, FollowUp, PlannedSession, SupervisionSession
from training.models import Certificate

# What is kept about somebody: the table, how its rows name her, and what it is in plain words.
ABOUT = OuterRef("pk")
OF_A_PAIR = Q(participant_person=ABOUT) | Q(supporter_person=ABOUT)
IN_A_MATCH = Q(match__participant_person=ABOUT) | Q(match__supporter_person=ABOUT)
KEPT: dict[str, tuple[Any, Q, Any]] = {
    "person": (Person, Q(pk=ABOUT), gettext_lazy("name, age and how to reach")),
    "participant": (Participant, Q(person=ABOUT), gettext_lazy("what help is asked for, wishes and remarks")),
    "supporter": (PeerSupporter, Q(person=ABOUT), gettext_lazy("experience, skills and remarks")),
    "application": (Application, Q(person=ABOUT), gettext_lazy("the application and its two talks")),
    "certificate": (Certificate, Q(supporter__person=ABOUT), gettext_lazy("certificates")),
    "match": (Match, OF_A_PAIR, gettext_lazy("who supports whom, since when")),
    "visit": (Visit, Q(match__participant_person=ABOUT) | Q(author=ABOUT), gettext_lazy("notes of visits")),
    "concern": (FollowUp, Q(visit__match__participant_person=ABOUT), gettext_lazy("what is done about worries")),
    "answers": (Response, Q(participant__person=ABOUT), gettext_lazy("answers to questionnaires")),
    "agreement": (Agreement, IN_A_MATCH, gettext_lazy("what was agreed before the first visit")),
    "goal": (PersonalGoal, IN_A_MATCH, gettext_lazy("personal goals")),
    "work": (Work, Q(match__participant_person=ABOUT) | Q(author=ABOUT), gettext_lazy("work beside the visits")),
    "mark": (PairMark, OF_A_PAIR, gettext_lazy("who should not be matched with whom")),
    "help": (HelpRequest, Q(asked_by=ABOUT), gettext_lazy("questions to the contact person")),
    "note": (SensitiveNote, Q(person=ABOUT), gettext_lazy("sensitive notes")),
    "consent": (Consent, Q(person=ABOUT), gettext_lazy("what was said yes and no to")),
    "guardian": (LegalRepresentative, Q(person=ABOUT), gettext_lazy("guardians")),
    "cover": (Cover, IN_A_MATCH | Q(substitute_person=ABOUT), gettext_lazy("who steps in for whom")),
    "call": (ContactNote, IN_A_MATCH, gettext_lazy("calls about late visits")),
    "reach": (Reach, Q(person=ABOUT), gettext_lazy("how messages reach, and what is safe")),
    "planned": (PlannedSession, Q(supporters__person=ABOUT), gettext_lazy("which supervision is to come")),
    "supervision": (SupervisionSession, Q(supporters__person=ABOUT), gettext_lazy("what was agreed in supervision")),
}  # fmt: skip
REASONS: dict[str, Any] = {
    Role.COORDINATOR: gettext_lazy("keeps the files of the programme"),
    Role.SUPERVISOR: gettext_lazy("stands behind the peer supporters and follows up worries"),
    Role.PROFESSIONAL: gettext_lazy("works beside the programme"),
    Role.TRAINER: gettext_lazy("trains peer supporters"),
    Role.EVALUATOR: gettext_lazy("works with figures"),
    Role.STEERING_MEMBER: gettext_lazy("steers the programme"),
}
# Subjects and pages of which somebody sees less than the whole file.
ONLY = {
    "proposal": gettext_lazy("what help is asked for, without a name"),
    "recruitment:participants": gettext_lazy("a list that says what help is asked for"),
}
OF_ANOTHER: dict[str, Any] = {
    Reading.FILE: gettext_lazy("the page of this person"),
    Reading.DOCUMENT: gettext_lazy("a document about this person"),
}


@dataclass(frozen=True)
class Seer:
    """Somebody who can see it."""

    person_id: int
    name: str
    initials: str
    role: str
    reason: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Sight:
    """Everybody who can see what is kept about a person, and how many were asked about her without her name."""

    seers: list[Seer]
    unnamed: int

    @property
    def unnamed_words(self) -> str:
        """“One peer supporter was asked …”, or nothing."""
        said = ngettext(
            "%(count)s peer supporter was asked whether she could give support. She reads what help is asked for, "
            "without a name.",
            "%(count)s peer supporters were asked whether they could give support. They read what help is asked for, "
            "without a name.",
            self.unnamed,
        )
        return said % {"count": self.unnamed} if self.unnamed else ""


def sight_of(person: Person, *, today: date) -> Sight:
    """Who can see what is kept about this person today: the team first, then whoever supports her.

    Two queries for those who come into question and one for each of them.
    """
    matches = Match.objects.filter(programme_id=person.programme_id, participant_person=person).live()
    met = {match.supporter_person_id: match.is_revealed for match in matches}
    either = Q(match__participant_person=person) | Q(match__supporter_person=person)
    steps_in = Cover.objects.filter(either, programme_id=person.programme_id)
    met |= dict.fromkeys(steps_in.not_over(today).values_list("substitute_person_id", flat=True), True)
    held = Membership.objects.current().filter(programme_id=person.programme_id).exclude(person=person)
    asked = held.filter(~Q(role=Role.PEER_SUPPORTER) | Q(person_id__in=met)).select_related("person")
    seers = []
    for _key, rows in groupby(asked.order_by("person__first_name", "person_id"), key=lambda row: row.person_id):
        roles = list(rows)
        member = as_member(roles, today=today)
        kept = kept_in_sight(person, member)
        on_the_team = [row for row in roles if row.role != Role.PEER_SUPPORTER]
        if kept and (on_the_team or met.get(member.person_id)):
            seers.append(_seer(roles, on_the_team, kept))
    named = {seer.person_id for seer in seers}
    unnamed = sum(not known and supporter not in named for supporter, known in met.items())
    return Sight(sorted(seers, key=lambda one: one.role == str(Role.PEER_SUPPORTER.label)), unnamed)


def as_member(roles: list[Membership], *, today: date) -> Member:
    """The member of these roles of one person, as the door would make her."""
    held = frozenset(str(row.role) for row in roles)
    person = roles[0].person
    name, rights = person.full_name, permissions_of(held)
    return Member(person.programme_id, person.pk, person.user_id, name, held, rights, today=today)


def kept_in_sight(person: Person, member: Member) -> list[str]:
    """What is kept about the person that this member can see, asked with ``visible_to`` itself. One query."""
    exists = {
        f"sees_{name}": Exists(table.objects.visible_to(member).filter(about))
        for name, (table, about, _words) in KEPT.items()
    }
    row = Person.objects.filter(pk=person.pk).annotate(**exists).values(*exists).get()
    return [name for name in KEPT if row[f"sees_{name}"]]


def _seer(roles: list[Membership], on_the_team: list[Membership], kept: list[str]) -> Seer:
    person, shown = roles[0].person, on_the_team or roles
    reasons = [str(REASONS[row.role]) for row in on_the_team] or [_("gives support")]
    name = person.full_name if on_the_team else person.first_name
    words = {name: str(KEPT[name][2]) for name in kept}
    if not on_the_team:
        of_hers = {"match": _("name and how to reach, what help is asked for"), "visit": _("notes of visits she wrote")}
        words |= {name: said for name, said in of_hers.items() if name in words}
    role = ", ".join(str(row.get_role_display()) for row in shown)
    return Seer(
        person.pk, name, person.initials if on_the_team else name[:1], role, ", ".join(reasons), tuple(words.values())
    )


@dataclass(frozen=True)
class Looked:
    """One look, in words."""

    look: Look
    name: str
    what: str


def looked(looks: Iterable[Look], person: Person, *, full: bool) -> list[Looked]:
    """Who looked at what. ``full`` names everybody whole: for those who keep the files.

    Otherwise the team is named as it is, a peer supporter by the first name once the two have met, and before that not.
    """
    looks = list(looks)
    by = {look.by_id for look in looks if look.by_id}
    mine = {"programme_id": person.programme_id}
    team = set(Membership.objects.filter(**mine, person_id__in=by).team().values_list("person_id", flat=True))
    met = Match.objects.filter(REVEALED, **mine, participant_person=person)
    stepped_in = Cover.objects.filter(**mine, match__participant_person=person)
    known = set()
    if looks:
        known = set(met.values_list("supporter_person_id", flat=True))
        known |= set(stepped_in.values_list("substitute_person_id", flat=True))
    return [Looked(look, _name(look, team, known, full=full), _what(look, full=full)) for look in looks]


def _name(look: Look, team: set[int], known: set[int], *, full: bool) -> str:
    if full or look.by_id in team:
        return look.by_name
    return look.by_name.partition(" ")[0] if look.by_id in known else _("a peer supporter")


def _what(look: Look, *, full: bool) -> str:
    """What was looked at: said to the person herself (“your page”), or about her."""
    only = ONLY.get(look.subject.partition(":")[0]) or ONLY.get(look.deed)
    return str(only or (full and OF_ANOTHER.get(look.kind)) or look.get_kind_display())
