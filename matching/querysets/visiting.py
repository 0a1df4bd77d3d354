"""Which matches, visits, covers, agreements, requests?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value

from matching.choices import LIVE, TELLING, UNDERWAY, VISITING, MatchStatus, Outcome
from peerhub.people.models import StateChange
from programmes.models import Membership
from programmes.permissions import Permission

if TYPE_CHECKING:
    from matching.models import (
        Agreement,
        AgreementText,
        Connection,
        Cover,
        Deputy,
        HelpRequest,
        Match,
        PersonalGoal,
        Review,
        SweepMark,
        Visit,
        VisitPlan,
        Work,
    )
    from peerhub.lib.member import Member


SWEPT_WITHIN = timedelta(hours=2)
LATE_ENTRIES = timedelta(hours=48)  # as long as a visit can be corrected by its author
LATE_DAYS = timedelta(days=2)  # the same after cover, which ends with a day


def in_force(prefix: str, day: date | None) -> Q:
    """Cover (or a deputy) that holds on a day. Nothing has to end it: the day after, it is not in force."""
    return Q(**{f"{prefix}starts_on__lte": day, f"{prefix}ends_on__gte": day})


def _own_matches(model: type[models.Model], member: Member) -> MatchQuerySet:
    """The matches that the rows of this model belong to, as far as they are the member's own."""
    return model._meta.get_field("match").related_model.objects.own(member)  # type: ignore[union-attr, no-any-return]


def _closed_since(model: type[models.Model], now: datetime) -> Exists:
    """Whether the end of a match was written down less than two days ago."""
    closed = StateChange.objects.filter(
        subject=model._meta.label_lower, subject_id=OuterRef("pk"), after=MatchStatus.CLOSED, at__gt=now - LATE_ENTRIES
    )
    return Exists(closed)


# The peer supporter may know who it is: she was shown the name, or they have met.
REVEALED = Q(revealed_at__isnull=False) | Q(introduced_on__isnull=False)


class MatchQuerySet(models.QuerySet["Match"]):
    """Which matches?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who see matches; a peer supporter sees her own, while they are open and the name is known.

        Whoever has no such right sees the matches in which she is the participant: by her one-time link.
        """
        mine = self.filter(programme_id=member.programme_id)
        if member.may(Permission.MATCH_VIEW):
            return mine
        if not member.may(Permission.MATCH_ANSWER):
            return mine.filter(participant_person_id=member.person_id)
        return mine.filter(pk__in=self._hers_today(member, REVEALED))

    def own(self, member: Member) -> Self:
        """Those in which the member is the peer supporter, still open, and those that she covers today.

        Some of them have no name yet: pages show of these what matching/sketch.py makes of them, and nothing else.
        """
        return self.filter(programme_id=member.programme_id, pk__in=self._hers_today(member))

    def _hers_today(self, member: Member, *as_supporter: Q) -> models.QuerySet[Match, Any]:
        """Two short searches by index, put together: an OR between them would look at every match of the programme."""
        here = self.model.objects.filter(programme_id=member.programme_id).order_by()
        hers = here.filter(*as_supporter, supporter_person_id=member.person_id, status__in=LIVE).values("pk")
        if member.today is None:
            return hers
        today = in_force("covers__", member.today)  # of one cover: all that is asked of it stands in one filter
        covered = here.filter(today, covers__substitute_person_id=member.person_id, status__in=UNDERWAY)
        return hers.union(covered.values("pk"))

    def ended_own(self, member: Member) -> Self:
        """Those that ended in which the member was the peer supporter. Pages show nothing of them but what follows."""
        return self.filter(
            programme_id=member.programme_id, supporter__person_id=member.person_id, status=MatchStatus.CLOSED
        )

    def just_ended(self, member: Member, now: datetime) -> Self:
        """Of these, the ones whose end was written down less than two days ago: a visit before it may still come in."""
        return self.ended_own(member).filter(_closed_since(self.model, now), agreed_on__isnull=False)

    def just_covered(self, member: Member, now: datetime) -> Self:
        """In which the member stepped in until two days ago at most, or until a match ended less than two days ago.

        Pages show nothing of them but what follows for visits of these days. Each carries ``covered_until``.
        """
        if member.today is None:
            return self.none()
        over = {"covers__ends_on__lt": member.today, "covers__ends_on__gte": member.today - LATE_DAYS}
        hers = {"programme_id": member.programme_id, "covers__substitute_person_id": member.person_id}
        here = self.model.objects.order_by()
        days = here.filter(**hers, **over, status__in=[*UNDERWAY, MatchStatus.CLOSED])
        at_the_end = {"covers__starts_on__lte": F("ended_on"), "covers__ends_on__gte": F("ended_on")}
        with_it = here.filter(_closed_since(self.model, now), **hers, **at_the_end, status=MatchStatus.CLOSED)
        last = here.filter(pk=OuterRef("pk"), **hers, covers__starts_on__lte=member.today).order_by("-covers__ends_on")
        return self.filter(pk__in=days.values("pk").union(with_it.values("pk"))).annotate(
            covered_until=Subquery(last.values("covers__ends_on")[:1])
        )

    def to_log(self, member: Member, now: datetime) -> Self:
        """In which the member may write down a visit: those she sees, and those in which it just ended."""
        everything = self.model.objects
        ended, covered = everything.just_ended(member, now), everything.just_covered(member, now)
        late = Q(pk__in=ended) | Q(pk__in=covered.values("pk"))
        return self.filter(Q(pk__in=everything.visible_to(member)) | late)

    def covered(self, member: Member) -> Self:
        """Of those, the ones in which she only stands in for somebody."""
        return self.own(member).exclude(supporter__person_id=member.person_id)

    def followed_by(self, member: Member) -> Self:
        """Those whose peer supporter this member supervises, also as somebody's deputy today."""
        here = Membership.objects.filter(programme_id=member.programme_id).order_by()
        supervisors = here.filter(person_id=member.person_id).values_list("pk", flat=True)
        if member.today is not None:
            today = in_force("deputies__", member.today)
            absent = here.filter(today, deputies__deputy__person_id=member.person_id)
            supervisors = supervisors.union(absent.values_list("pk", flat=True))
        # asked first: an OR would look at every match, and only of keys it sees does the database know how few follow
        return self.filter(supporter__supervisor__in=list(supervisors))

    def answered(self) -> Self:
        """Both said yes."""
        return self.filter(supporter_accepted_on__isnull=False, participant_accepted_on__isnull=False)

    def telling(self) -> Self:
        """Not taken up for a reason from which something could follow, and nobody has looked at it yet."""
        return self.filter(status=MatchStatus.DECLINED, decline_code__in=TELLING, suggestion_settled_at__isnull=True)

    def for_page(self) -> Self:
        """With everything that a page about one match shows."""
        return self.select_related(
            "programme", "participant__person", "supporter__person", "supporter__supervisor__person",
            "participant_person", "supporter_person", "introduced_by", "plan", "responsible", "meeting_staff",
            "predecessor__supporter_person",
        )  # fmt: skip

    def for_list(self) -> Self:
        """With the names that a list shows."""
        return self.select_related("participant_person", "supporter_person")

    def live(self) -> Self:
        """Proposed, introduced, agreed, active or paused."""
        return self.filter(status__in=LIVE)

    def proposed(self) -> Self:
        """Waiting for an answer or an introduction."""
        return self.filter(status=MatchStatus.PROPOSED)

    def visiting(self) -> Self:
        """In which visits are made now."""
        return self.filter(status__in=VISITING)

    def due(self, today: date) -> Self:
        """A visit is due today or was due before."""
        return self.visiting().filter(next_due_on__lte=today)

    def overdue(self, today: date) -> Self:
        """A visit is later than its due date plus the grace of the match's own frequency."""
        return self.visiting().filter(next_due_on__lt=Value(today) - F("grace"))

    def silent(self, today: date) -> Self:
        """No visit was held for twice the match's own frequency and its grace, however often one was planned anew.

        Days of a pause do not count, and where no visit is due any more nobody waits for one.
        """
        patience = Value(today) - F("grace") - F("interval") * 2
        waited = self.filter(status=MatchStatus.ACTIVE, next_due_on__isnull=False, last_held_on__lt=patience)
        return waited.exclude(pauses__resumed_on__gte=patience)

    def review_due(self, today: date) -> Self:
        """A review of the frequency is due and none allows or holds the coming step yet."""
        return self.filter(status=MatchStatus.ACTIVE, plan__review_due_on__lte=today)

    def year_over(self, today: date) -> Self:
        """The plan's end has come (or is two weeks away): time for the closing talk."""
        soon = today + timedelta(days=14)
        return self.filter(status__in=[MatchStatus.ACTIVE, MatchStatus.PAUSED], plan__ends_on__lte=soon)


class VisitPlanQuerySet(models.QuerySet["VisitPlan"]):
    """Which plans?"""

    def visible_to(self, member: Member) -> Self:
        """The plans of the matches that may be seen."""
        mine = self.filter(programme_id=member.programme_id)
        if member.may(Permission.MATCH_VIEW):
            return mine
        if member.may(Permission.MATCH_ANSWER):
            return mine.filter(match__in=_own_matches(self.model, member))
        return self.none()


class ReviewQuerySet(models.QuerySet["Review"]):
    """Which reviews?"""

    def visible_to(self, member: Member) -> Self:
        """For those who see matches."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.MATCH_VIEW) else self.none()


class VisitQuerySet(models.QuerySet["Visit"]):
    """Which visits?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who read visits; a peer supporter sees what she wrote herself in her open matches."""
        mine = self.filter(programme_id=member.programme_id)
        if member.may(Permission.VISIT_VIEW):
            return mine
        if member.may(Permission.VISIT_LOG):
            return mine.filter(author_id=member.person_id, match__in=_own_matches(self.model, member))
        return self.none()

    def own(self, member: Member) -> Self:
        """What the member wrote herself, also in matches that have ended meanwhile: her hours."""
        return self.filter(programme_id=member.programme_id, author_id=member.person_id)

    def standing(self) -> Self:
        """Without those that were written down by mistake."""
        return self.exclude(outcome=Outcome.WITHDRAWN)

    def held(self) -> Self:
        """Visits that happened."""
        return self.filter(outcome=Outcome.HELD)

    def with_concern(self) -> Self:
        """In which the peer supporter said that she is worried."""
        return self.filter(has_concern=True)

    def with_open_concern(self) -> Self:
        """Of those, the ones that nobody has settled yet."""
        return self.with_concern().filter(concern_settled_at__isnull=True)


class CoverQuerySet(models.QuerySet["Cover"]):
    """Which covers?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who see matches; for a peer supporter those of her own matches, and hers as a substitute."""
        mine = self.filter(programme_id=member.programme_id)
        if member.may(Permission.MATCH_VIEW):
            return mine
        if member.may(Permission.MATCH_ANSWER):
            here = self.model.objects.filter(programme_id=member.programme_id).order_by()
            hers = here.filter(match__supporter_person_id=member.person_id, match__status__in=LIVE).values("pk")
            until = member.today or date.max
            substitute = here.filter(substitute_person_id=member.person_id, ends_on__gte=until).values("pk")
            return mine.filter(pk__in=hers.union(substitute))  # no OR, which would look at every cover
        return self.none()

    def was_substitute(self, member: Member) -> Self:
        """In which the member stepped in, over by now: nothing of it is shown but when it was."""
        mine = self.filter(programme_id=member.programme_id, substitute_person_id=member.person_id)
        return mine.filter(ends_on__lt=member.today or date.min)

    def not_over(self, today: date) -> Self:
        """In force or still to come."""
        return self.filter(ends_on__gte=today)


class DeputyQuerySet(models.QuerySet["Deputy"]):
    """Which deputies?"""

    def visible_to(self, member: Member) -> Self:
        """For those who manage matches."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.MATCH_MANAGE) else self.none()

    def in_force(self, today: date) -> Self:
        """Somebody stands in on this day."""
        return self.filter(in_force("", today))

    def not_over(self, today: date) -> Self:
        """In force or still to come."""
        return self.filter(ends_on__gte=today)


class SweepMarkQuerySet(models.QuerySet["SweepMark"]):
    """Which marks of the daily sweep?"""

    def visible_to(self, member: Member) -> Self:
        """That of the member's programme, for those who see it."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.PROGRAMME_SEE) else self.none()

    def late(self, now: datetime) -> Self:
        """The sweep comes by every quarter of an hour; here it has not for two hours."""
        return self.filter(swept_at__lt=now - SWEPT_WITHIN)


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Which professional works with which peer supporter?"""

    def visible_to(self, member: Member) -> Self:
        """For those who see matches."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.MATCH_VIEW) else self.none()

    def current(self) -> Self:
        """Not ended, and the professional is still in the team."""
        return self.filter(ends_on__isnull=True, professional__ends_on__isnull=True)


class AgreementTextQuerySet(models.QuerySet["AgreementText"]):
    """Which texts of agreements?"""

    def visible_to(self, member: Member) -> Self:
        """For those who see matches."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.MATCH_VIEW) else self.none()


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Which agreements?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who see matches; a peer supporter sees those of her open matches, a participant her own."""
        mine = self.filter(programme_id=member.programme_id)
        if member.may(Permission.MATCH_VIEW):
            return mine
        if member.may(Permission.MATCH_ANSWER):
            return mine.filter(match__supporter__person_id=member.person_id, match__status__in=LIVE)
        return mine.filter(match__participant_person_id=member.person_id)

    def for_page(self) -> Self:
        """With everything that the page of an agreement shows; the printed sheet stays where it is."""
        return self.select_related(
            "programme__organisation", "text", "match__participant_person", "match__supporter_person",
            "match__responsible", "written_by", "recorded_by",
        ).defer("pdf")  # fmt: skip

    def to_print(self) -> Self:
        """Confirmed by both and not printed yet."""
        confirmed = {"supporter_confirmed_at__isnull": False, "participant_confirmed_at__isnull": False}
        return self.filter(**confirmed, pdf__isnull=True)


class PersonalGoalQuerySet(models.QuerySet["PersonalGoal"]):
    """Which personal goals?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who see matches; a peer supporter sees those of her open matches, a participant her own."""
        mine = self.filter(programme_id=member.programme_id)
        if member.may(Permission.MATCH_VIEW):
            return mine
        if member.may(Permission.MATCH_ANSWER):
            return mine.filter(match__supporter__person_id=member.person_id, match__status__in=LIVE)
        return mine.filter(match__participant_person_id=member.person_id)


class WorkQuerySet(models.QuerySet["Work"]):
    """Which work beside the visits?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who read visits; everybody else sees her own."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.VISIT_VIEW) else mine.filter(author_id=member.person_id)

    def own(self, member: Member) -> Self:
        """What the member did herself and did not withdraw."""
        return self.filter(programme_id=member.programme_id, author_id=member.person_id, withdrawn_at__isnull=True)


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    """Which requests of peer supporters?"""

    def visible_to(self, member: Member) -> Self:
        """All for those who follow up concerns; everybody else sees what she asked herself."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.CONCERN_FOLLOW) else mine.filter(asked_by_id=member.person_id)

    def own(self, member: Member) -> Self:
        """What the member asked herself."""
        return self.filter(programme_id=member.programme_id, asked_by_id=member.person_id)

    def of_programme(self, member: Member) -> Self:
        """All of the member's programme, only to be counted: how long answers take."""
        return self.filter(programme_id=member.programme_id)

    def open(self) -> Self:
        """Nobody has answered yet."""
        return self.filter(answered_at__isnull=True)
