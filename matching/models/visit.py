from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matching.choices import NOT_HELD, Activity, Feeling, Outcome, Request, Topic, VisitPlace, WhyNot
from matching.models.match import Match
from matching.querysets import VisitQuerySet
from peerhub.lib import constraints, keyring
from peerhub.lib.member import Member
from peerhub.people.models import Person
from programmes.models import Programme
from programmes.permissions import Permission

MAY_CHANGE = timedelta(hours=48)
HIGHEST_GOAL = 9


class Visit(models.Model):
    """What became of one visit: held, or why not. Logged once per client id, however often it is sent.

    ``version`` counts corrections; ``goals`` are the numbers of the match's personal goals that it touched. An activity
    with several people is a visit for each; those beside the first carry its client id in ``shared_id``, so that the
    hours count once.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="visits")
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="visits")
    client_id = models.UUIDField(default=uuid.uuid4, editable=False)
    outcome = models.CharField(_("what happened"), max_length=24, choices=Outcome)
    occurred_on = models.DateField(_("day"))
    due_on = models.DateField(_("was due on"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=8, choices=VisitPlace, blank=True, default="")
    request = models.CharField(_("request for help"), max_length=8, choices=Request, blank=True, default="")
    activities = ArrayField(
        models.CharField(max_length=12), verbose_name=_("what was done"), default=list, db_default=[], blank=True
    )
    topics = ArrayField(
        models.CharField(max_length=12), verbose_name=_("what it was about"), default=list, db_default=[], blank=True
    )
    goals = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("goals touched"), default=list, db_default=[], blank=True
    )
    feeling = models.CharField(_("how it felt"), max_length=8, choices=Feeling, blank=True, default="", db_default="")
    why = models.CharField(_("why not"), max_length=12, choices=WhyNot, blank=True, default="", db_default="")
    again_on = models.DateField(_("new day"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")
    has_concern = models.BooleanField(_("I am worried"), default=False)
    concern = models.TextField(_("what worries you"), blank=True, default="")
    concern_settled_at = models.DateTimeField(_("concern settled at"), null=True, blank=True)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    shared_id = models.UUIDField(null=True, blank=True, editable=False)
    typed_at = models.DateTimeField(_("typed on the phone at"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    version = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-occurred_on", "-pk"]
        indexes = [
            models.Index(fields=["match", "-occurred_on"], name="visit_of_match"),
            models.Index(fields=["programme", "occurred_on"], name="visit_of_programme"),
            models.Index(
                fields=["programme", "occurred_on"],
                name="visit_concerns",
                condition=Q(has_concern=True, concern_settled_at__isnull=True),
            ),
        ]
        constraints = [
            constraints.one_of("outcome", Outcome, "visit_outcome_known"),
            models.UniqueConstraint(
                fields=["match", "client_id"],
                name="visit_once_per_client_id",
                violation_error_message=_("This visit was sent before."),
            ),
            models.UniqueConstraint(
                fields=["match", "occurred_on"],
                condition=Q(outcome=Outcome.HELD) & ~Q(place="phone"),
                name="visit_held_once_a_day",
                violation_error_message=_("A visit on this day was logged before."),
            ),
            models.CheckConstraint(
                condition=(Q(outcome=Outcome.HELD) & Q(minutes__isnull=False, author__isnull=False) & ~Q(place=""))
                | (~Q(outcome=Outcome.HELD) & Q(minutes__isnull=True)),
                name="visit_held_has_minutes",
                violation_error_message=_("A visit that was held has a length, a place and an author."),
            ),
            constraints.between("minutes", 1, 720, "visit_minutes_range", _("Give 1 to 720 minutes.")),
            models.CheckConstraint(
                condition=Q(activities__contained_by=list(Activity.values)),
                name="visit_activities_known",
                violation_error_message=_("Choose activities from the list."),
            ),
            models.CheckConstraint(
                condition=Q(topics__contained_by=list(Topic.values)),
                name="visit_topics_known",
                violation_error_message=_("Choose topics from the list."),
            ),
            models.CheckConstraint(
                condition=Q(goals__contained_by=list(range(1, HIGHEST_GOAL + 1))),
                name="visit_goals_have_numbers",
                violation_error_message=_("Choose goals from the list."),
            ),
            models.CheckConstraint(condition=Q(feeling__in=["", *Feeling.values]), name="visit_feeling_known"),
            models.CheckConstraint(
                condition=Q(why="") | (Q(why__in=WhyNot.values) & ~Q(outcome=Outcome.HELD)),
                name="visit_why_known",
                violation_error_message=_("A visit that was held needs no reason why not."),
            ),
            models.CheckConstraint(
                condition=Q(again_on__isnull=True) | Q(outcome__in=list(NOT_HELD), again_on__gt=F("occurred_on")),
                name="visit_again_is_later",
                violation_error_message=_("A new day comes after the day on which it did not happen."),
            ),
            models.CheckConstraint(
                condition=Q(has_concern=True) | Q(concern=""),
                name="visit_concern_is_marked",
                violation_error_message=_("Mark the visit as worrying when you write what worries you."),
            ),
            models.CheckConstraint(
                condition=Q(concern="") | Q(concern__startswith=keyring.MARK),
                name="visit_concern_is_sealed",
                violation_error_message=_("What worries somebody is kept sealed only."),
            ),
        ]

    class Privacy:
        personal = ("author",)
        sensitive = ("note", "concern", "has_concern", "request", "feeling", "topics", "activities", "goals", "why")
        plain = (
            *("id", "programme", "match", "client_id", "outcome", "occurred_on", "due_on", "minutes", "place"),
            *("again_on", "shared_id", "concern_settled_at", "typed_at", "recorded_at", "version"),
        )

    def __str__(self) -> str:
        return f"visit of {self.match_id} on {self.occurred_on}"

    def may_be_changed(self, by: Member, now: datetime) -> bool:
        """By its author for two days, by whoever keeps the matches at any time. What was withdrawn stays withdrawn."""
        if self.outcome == Outcome.WITHDRAWN:
            return False
        own = self.author_id == by.person_id and now < self.recorded_at + MAY_CHANGE
        return own or by.may(Permission.MATCH_MANAGE)

    @property
    def concern_place(self) -> str:
        """What the text of the concern is sealed to: this row of this programme."""
        return f"matching_visit:{self.match_id}:{uuid.UUID(str(self.client_id))}:{self.programme_id}"
