"""Which searches for pairs, rules, and decisions about pairs?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from matching.choices import RunStatus
from programmes.permissions import Permission

if TYPE_CHECKING:
    from matching.models import MatchingRules, PairingRun, PairMark
    from peerhub.lib.member import Member
    from peerhub.people.models import Person

MOST_ATTEMPTS = 3


class PairingRunQuerySet(models.QuerySet["PairingRun"]):
    """Which searches for pairs?"""

    def visible_to(self, member: Member) -> Self:
        """For those who propose."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.MATCH_PROPOSE) else self.none()

    def light(self) -> Self:
        """Without what went in and what came out: enough to show how far a search is."""
        return self.defer("inputs", "result")

    def to_do(self, now: datetime) -> Self:
        """Asked for, or left behind by a worker that died, and not tried too often."""
        return self._without_worker(now).filter(attempts__lt=MOST_ATTEMPTS)

    def given_up(self, now: datetime) -> Self:
        """Tried too often: the worker died in the last try, too, so that nobody could write down that it failed."""
        return self._without_worker(now).filter(attempts__gte=MOST_ATTEMPTS)

    def _without_worker(self, now: datetime) -> Self:
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
        return self.filter(free, status__in=[RunStatus.ASKED, RunStatus.RUNNING])


class MatchingRulesQuerySet(models.QuerySet["MatchingRules"]):
    """Which rules of matching?"""

    def visible_to(self, member: Member) -> Self:
        """For those who propose."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.MATCH_PROPOSE) else self.none()


class PairMarkQuerySet(models.QuerySet["PairMark"]):
    """What was decided or said about two people?"""

    def visible_to(self, member: Member) -> Self:
        """For those who propose: a conflict is nobody else's business."""
        mine = self.filter(programme_id=member.programme_id)
        return mine if member.may(Permission.MATCH_PROPOSE) else self.none()

    def standing(self) -> Self:
        """Not lifted."""
        return self.filter(lifted_at__isnull=True)

    def about(self, person: Person) -> Self:
        """In which this person is one of the two."""
        return self.filter(Q(supporter_person=person) | Q(participant_person=person))

    def for_list(self) -> Self:
        """With the names that a list shows."""
        return self.select_related("supporter_person", "participant_person", "made_by", "lifted_by")

    def named(self, words: str) -> Self:
        """Those in which one of the two has each of these words in her name."""
        found = self
        for word in words.split():
            ours = Q(supporter_person__first_name__icontains=word) | Q(supporter_person__last_name__icontains=word)
            theirs = Q(participant_person__first_name__icontains=word) | Q(
                participant_person__last_name__icontains=word
            )
            found = found.filter(ours | theirs)
        return found
