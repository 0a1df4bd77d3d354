from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import answered, yes_to
from peerhub.people.models import Consent
from programmes.permissions import Permission
from recruitment.choices import (
    OPEN_APPLICATION,
    ApplicationStatus,
    CampaignPurpose,
    CampaignState,
    CampaignStatus,
    ParticipantStatus,
    SupporterStatus,
    WishedAge,
    WishedGender,
)

if TYPE_CHECKING:
    from peerhub.lib.member import Member
    from recruitment.models import Application, Campaign, ImportBatch, Participant, PeerSupporter


# With us now, before and after the certificate; a pause ends.
LEARNING = (SupporterStatus.IN_TRAINING,)
SUPPORTING = (SupporterStatus.ACTIVE, SupporterStatus.PAUSED)
_Row = TypeVar("_Row", bound=models.Model)


def named(text: str) -> Q:
    """Rows whose person has every typed word in her name, e-mail address or phone number."""
    found = Q()
    for word in text.split():
        found &= (
            Q(person__first_name__icontains=word)
            | Q(person__last_name__icontains=word)
            | Q(person__email__icontains=word)
            | Q(person__phone__icontains=word)
        )
    return found


def open_file(today: date) -> Q:
    """Participants whose file may be read: a yes that counts, or, while they may still be asked, no answer at all."""
    return Q(yes_to(ConsentPurpose.SUPPORT, today=today)) | Q(consent_due_on__gte=today) & ~Q(
        answered(ConsentPurpose.SUPPORT)
    )


def open_files(rows: Iterable[Participant], *, today: date) -> None:
    """Let these rows say what is written in their files, as far as each may: one query, however many they are."""
    rows = list(rows)
    if rows:
        mine = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows])
        opened = set(mine.filter(open_file(today)).values_list("pk", flat=True))
        for row in rows:
            row.file_open = row.pk in opened


class OfPeople(models.QuerySet[_Row]):
    """What lists of people share: finding by name and by language, and counting by state."""

    def named(self, text: str) -> Self:
        """Those whose name, e-mail address or phone number has every typed word in it."""
        return self.filter(named(text))

    def speaking(self, language: str) -> Self:
        """Those who speak this language."""
        return self.filter(person__languages__contains=[language]) if language else self

    def languages_spoken(self) -> list[str]:
        """The codes of all languages that these people speak."""
        spoken = models.Func("person__languages", function="unnest", output_field=models.CharField())
        return sorted(set(self.order_by().values_list(spoken, flat=True).distinct()))

    def with_last_visit(self) -> Self:
        """Each with ``last_visit_on``: the newest day on which a visit was held in any of her matches.

        Matches stand a storey higher; they are reached by the name under which they point down here.
        """
        matches: Any = self.model._meta.get_field("matches")
        hers = matches.related_model._default_manager.filter(**{matches.field.name: OuterRef("pk")})
        newest = hers.order_by(F("last_held_on").desc(nulls_last=True)).values("last_held_on")[:1]
        return self.annotate(last_visit_on=Subquery(newest))

    def count_by_status(self) -> dict[str, int]:
        """How many there are in each state."""
        return dict(self.order_by().values_list("status").annotate(models.Count("pk")))


class ApplicationQuerySet(OfPeople["Application"]):
    """Which applications?"""

    def visible_to(self, member: Member) -> Self:
        """All of the programme for those who keep the files; one's own otherwise."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.PEOPLE_VIEW) else mine.filter(person_id=member.person_id)

    def open(self) -> Self:
        """Still waiting for a decision."""
        return self.filter(status__in=OPEN_APPLICATION)

    def count_by_channel(self) -> list[dict[str, Any]]:
        """How many people found the programme in each ``channel``, and what became of them; most first.

        ``applied``, of these ``selected`` (accepted), of these ``learning`` and ``supporting`` now.
        """
        accepted = Q(status=ApplicationStatus.ACCEPTED)
        kinds = {
            "applied": Q(),
            "selected": accepted,
            "learning": accepted & Q(person__supporter_roles__status__in=LEARNING),
            "supporting": accepted & Q(person__supporter_roles__status__in=SUPPORTING),
        }
        counted = {name: models.Count("person", filter=which, distinct=True) for name, which in kinds.items()}
        rows: Iterable[dict[str, Any]] = self.order_by().values("channel").annotate(**counted)  # type: ignore[assignment]  # with the counts
        return sorted(rows, key=lambda one: (-one["applied"], one["channel"]))


class PeerSupporterQuerySet(OfPeople["PeerSupporter"]):
    """Which peer supporters?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who keep the files; those in training for trainers; oneself otherwise."""
        mine = self.filter(programme_id=member.programme_id)
        if member.may(Permission.PEOPLE_VIEW):
            return mine
        own = Q(person_id=member.person_id)
        if member.may(Permission.TRAINING_VIEW):
            own |= Q(status=SupporterStatus.IN_TRAINING)
        return mine.filter(own)

    def in_training(self) -> Self:
        """Accepted, not yet certified."""
        return self.filter(status=SupporterStatus.IN_TRAINING)

    def active(self) -> Self:
        """Certified and ready to support."""
        return self.filter(status=SupporterStatus.ACTIVE)


class ParticipantQuerySet(OfPeople["Participant"]):
    """Which participants?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who keep the files, oneself otherwise. Supporters reach theirs through the match."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.PEOPLE_VIEW) else mine.filter(person_id=member.person_id)

    def waiting(self) -> Self:
        """On the waiting list, longest first."""
        return self.filter(status=ParticipantStatus.WAITING).order_by("registered_on", "pk")

    def longest_waiting_first(self) -> Self:
        """Those on the waiting list before the others, and of each the longest here first."""
        places = {ParticipantStatus.WAITING: 0, ParticipantStatus.SUPPORTED: 1}
        whens = [When(status=status, then=Value(place)) for status, place in places.items()]
        return self.order_by(Case(*whens, default=Value(2)), "registered_on", "pk")

    def wishing(self, wish: str) -> Self:
        """By the stated wish about who supports: “woman”, “man”, “older”, “younger” or “none”."""
        if wish in WishedGender.values and wish:
            return self.filter(wishes_gender=wish)
        if wish in WishedAge.values and wish:
            return self.filter(wishes_age=wish)
        return self.filter(wishes_gender="", wishes_age="") if wish == "none" else self

    # -- Consent: what may be read, and who is to be asked ---------------------------------------------------------

    def with_file(self, today: date) -> Self:
        """Each with ``file_open``: whether pages may show what is written about her beyond name, contact and source."""
        return self.annotate(file_open=Case(When(open_file(today), then=Value(True)), default=Value(False)))

    def with_open_file(self, today: date) -> Self:
        """Those who said yes to a file, or were taken over from elsewhere and may still be asked."""
        return self.filter(open_file(today))

    def without_consent(self, today: date) -> Self:
        """Here, and no yes to a file that counts today; those whose guardian's yes ended have a list of their own."""
        grown = Consent.objects.outgrown(today).filter(person_id=OuterRef("person_id"))
        here = self.exclude(status=ParticipantStatus.CLOSED)
        return here.exclude(yes_to(ConsentPurpose.SUPPORT, today=today)).exclude(
            Exists(grown.filter(purpose=ConsentPurpose.SUPPORT))
        )

    def with_last_answer(self) -> Self:
        """Each with ``last_answer`` about a file, “yes” or “no”, whether it counts or not; empty when never asked."""
        asked = Consent.objects.filter(person_id=OuterRef("person_id"), purpose=ConsentPurpose.SUPPORT)
        return self.annotate(last_answer=Subquery(asked.order_by("-given_on", "-pk").values("answer")[:1]))

    def of_age_by(self, day: date) -> Self:
        """Here, and a guardian's yes that does not count from her 18th birthday on, which is ``day`` or earlier."""
        grown = Consent.objects.outgrown(day).filter(person_id=OuterRef("person_id"))
        return self.exclude(status=ParticipantStatus.CLOSED).filter(Exists(grown))

    def to_ask_again(self, today: date) -> Self:
        """Here, and said yes to words that mean something else now."""
        older = Consent.objects.to_ask_again(today).filter(person_id=OuterRef("person_id"))
        return self.exclude(status=ParticipantStatus.CLOSED).filter(Exists(older))


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Which campaigns?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's, for everybody of its team: no person stands in them."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.PROGRAMME_SEE) else self.none()

    def open(self) -> Self:
        """Not closed: an application may name them."""
        return self.filter(status=CampaignStatus.OPEN)

    def for_supporters(self) -> Self:
        """Those that look for peer supporters."""
        return self.filter(purpose=CampaignPurpose.SUPPORTERS)

    def to_choose(self, chosen: int | None = None) -> Self:
        """The open ones, and the one that was chosen before."""
        return self.filter(Q(status=CampaignStatus.OPEN) | Q(pk=chosen)).order_by("name", "pk")

    def named_by_applications(self) -> models.QuerySet[Campaign, tuple[int, str]]:
        """Number and name of those through which somebody applied, by name."""
        found = self.filter(applications__isnull=False).order_by("name", "pk").distinct()
        return found.values_list("pk", "name")

    def titled(self, text: str) -> Self:
        """Those with every typed word in their name, or in the words about whom they are for."""
        found = self
        for word in text.split():
            found = found.filter(Q(name__icontains=word) | Q(segment__icontains=word))
        return found

    def in_state(self, state: str, today: date) -> Self:
        """Those that are planned, running, over or closed today."""
        return self.filter(_states(today)[CampaignState(state)]) if state in CampaignState.values else self

    def count_by_state(self, today: date) -> dict[str, int]:
        """How many there are in each state."""
        kinds = {state.value: models.Count("pk", filter=which) for state, which in _states(today).items()}
        return self.order_by().aggregate(**kinds)

    def with_numbers(self) -> Self:
        """Each with what came in through it: people, not papers.

        ``applied``, ``deciding`` (no decision yet), ``selected`` (accepted); of these ``learning`` (in training now)
        and ``supporting`` (certified and with us now); ``asked`` (registered for support) and ``supported`` (now).
        """
        has_role = "person__supporter_roles__status__in"
        accepted = {"status": ApplicationStatus.ACCEPTED}
        return self.annotate(
            applied=self._people("applications"),
            deciding=self._people("applications", status__in=OPEN_APPLICATION),
            selected=self._people("applications", **accepted),
            learning=self._people("applications", **accepted, **{has_role: LEARNING}),
            supporting=self._people("applications", **accepted, **{has_role: SUPPORTING}),
            asked=self._people("participants"),
            supported=self._people("participants", status=ParticipantStatus.SUPPORTED),
        )

    def _people(self, came: str, **which: Any) -> Coalesce:
        """How many people came through a campaign, by applications or as participants."""
        rows: Any = self.model._meta.get_field(came)
        hers = rows.related_model._default_manager.filter(campaign=OuterRef("pk"), **which).order_by()
        counted = hers.values("campaign").annotate(people=models.Count("person", distinct=True)).values("people")
        return Coalesce(Subquery(counted), 0, output_field=models.IntegerField())


def _states(today: date) -> dict[CampaignState, Q]:
    """What each state asks of a campaign's days."""
    still = Q(status=CampaignStatus.OPEN)
    past = Q(ends_on__lt=today)  # false where no last day is known
    return {
        CampaignState.RUNNING: still & Q(starts_on__lte=today) & (Q(ends_on__isnull=True) | Q(ends_on__gte=today)),
        CampaignState.PLANNED: still & Q(starts_on__gt=today),
        CampaignState.OVER: still & Q(starts_on__lte=today) & past,
        CampaignState.CLOSED: Q(status=CampaignStatus.CLOSED),
    }


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Which imports?"""

    def visible_to(self, member: Member) -> Self:
        """The programme's, for those who may import."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.PEOPLE_IMPORT) else self.none()

    def with_figures(self) -> Self:
        """With how many rows were good and refused, without the rows themselves."""
        counts = {
            status: Coalesce(Cast(KT(f"outcome__counts__{status}"), models.IntegerField()), 0)
            for status in ("new", "update", "same_person", "refused")
        }
        figures = {
            "good": counts["new"] + counts["update"] + counts["same_person"],
            "refused": counts["refused"],
        }
        return self.annotate(**figures).defer("sheets", "mapping", "outcome", "made")
