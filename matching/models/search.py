from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matching.choices import LanguageLevel, MarkKind, MarkReason, RunStatus, RunStep, SaidBy, VettingFor
from matching.pairing.columns import WEIGHTS
from matching.querysets import MatchingRulesQuerySet, PairingRunQuerySet, PairMarkQuerySet
from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.models import Programme


def default_weights() -> dict[str, int]:
    """What each criterion is worth where a programme has not decided otherwise."""
    return dict(WEIGHTS)


def default_caseload() -> dict[str, int]:
    """How much of a place a match takes, in hundredths, by the days between visits."""
    return {"7": 100, "14": 60, "21": 40, "28": 30}


class MatchingRules(models.Model):
    """What a programme decided about matching. Each change is a new version; the database changes no old one."""

    DECIDED = ("weights", "caseload", "language_level", "vetting_for", "waiting_first")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="matching_rules")
    version = models.PositiveIntegerField(_("version"))
    weights = models.JSONField(_("weights"), default=default_weights)
    caseload = models.JSONField(_("weight of a match by its frequency"), default=default_caseload)
    language_level = models.CharField(
        _("common language"), max_length=8, choices=LanguageLevel, default=LanguageLevel.LITTLE
    )
    vetting_for = models.CharField(
        _("certificate of conduct"), max_length=16, choices=VettingFor, default=VettingFor.NOBODY
    )
    waiting_first = models.BooleanField(_("longest waiting first"), default=True)
    reason = models.CharField(_("why"), max_length=300, blank=True, default="")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MatchingRulesQuerySet.as_manager()

    class Meta:
        verbose_name = _("rules of matching")
        verbose_name_plural = _("rules of matching")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "version"],
                name="rules_version_once",
                violation_error_message=_("Somebody changed the rules at the same time. Look at them again."),
            ),
            constraints.one_of("language_level", LanguageLevel, "rules_language_level_known"),
            constraints.one_of("vetting_for", VettingFor, "rules_vetting_for_known"),
        ]

    class Privacy:
        personal = ("made_by",)
        sensitive = ("reason",)
        plain = (
            *("id", "programme", "version", "weights", "caseload", "language_level", "vetting_for", "waiting_first"),
            "made_at",
        )

    def __str__(self) -> str:
        return f"rules {self.version}"


class PairMark(models.Model):
    """What was decided or said about two people: they belong together, do not suit each other, or must never meet."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    supporter_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    participant_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=MarkKind)
    reason = models.CharField(_("reason"), max_length=12, choices=MarkReason)
    words = models.CharField(_("in words"), max_length=200, blank=True, default="")
    said_by = models.CharField(_("said by"), max_length=12, choices=SaidBy, default=SaidBy.TEAM)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("since"))
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = PairMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark on two people")
        verbose_name_plural = _("marks on two people")
        ordering = ["-pk"]
        constraints = [
            constraints.one_of("kind", MarkKind, "mark_kind_known"),
            constraints.one_of("reason", MarkReason, "mark_reason_known"),
            constraints.one_of("said_by", SaidBy, "mark_said_by_known"),
            models.CheckConstraint(
                condition=~Q(supporter_person=F("participant_person")),
                name="mark_on_two_people",
                violation_error_message=_("Choose two people."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("made_at")),
                name="mark_lifted_later",
                violation_error_message=_("A mark is lifted after it was made."),
            ),
            models.UniqueConstraint(
                fields=["programme", "supporter_person", "participant_person"],
                condition=Q(lifted_at__isnull=True),
                name="mark_once",
                violation_error_message=_("Something is decided about these two already. Lift that first."),
            ),
            models.UniqueConstraint(
                fields=["programme", "participant_person"],
                condition=Q(lifted_at__isnull=True, kind=MarkKind.LOCKED),
                name="mark_locked_to_one",
                violation_error_message=_("This participant is locked to somebody already. Lift that first."),
            ),
        ]

    class Privacy:
        personal = ("supporter_person", "participant_person", "made_by", "lifted_by")
        sensitive = ("kind", "reason", "words", "said_by")
        plain = ("id", "programme", "made_at", "lifted_at")

    def __str__(self) -> str:
        return f"mark {self.pk}"


class PairingRun(models.Model):
    """One search for the best pairs: what went in and what came out, so that it can be shown and repeated.

    The same inputs, rules, code and seed give the same pairs (services.repeat_search). ``inputs`` are numbers only: no
    name, no address, no text.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    ran_at = models.DateTimeField(db_default=Now(), editable=False)
    ran_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(_("status"), max_length=8, choices=RunStatus, default=RunStatus.DONE)
    step = models.CharField(_("step"), max_length=8, choices=RunStep, default=RunStep.STORE)
    progress = models.PositiveSmallIntegerField(_("done, in percent"), default=100)
    error = models.CharField(max_length=300, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    total = models.BigIntegerField(default=0)
    optimal = models.BooleanField(default=False)
    result = models.JSONField(default=dict)
    rules_version = models.PositiveIntegerField(_("version of the rules"), default=0)
    code_version = models.CharField(max_length=80, blank=True, default="")
    seed = models.BigIntegerField(default=0)
    inputs_hash = models.CharField(max_length=64, blank=True, default="")
    inputs = models.BinaryField(null=True, blank=True)

    objects = PairingRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("search for pairs")
        verbose_name_plural = _("searches for pairs")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["programme", "ran_at"], name="run_asked", condition=~Q(status=RunStatus.DONE)),
        ]
        constraints = [
            constraints.one_of("status", RunStatus, "run_status_known"),
            constraints.one_of("step", RunStep, "run_step_known"),
            constraints.between("progress", 0, 100, "run_progress_range", _("Progress goes from 0 to 100.")),
            models.CheckConstraint(
                condition=Q(inputs__isnull=True) | ~Q(inputs_hash=""),
                name="run_inputs_have_hash",
                violation_error_message=_("What went into a search is kept with its hash."),
            ),
        ]

    class Privacy:
        personal = ("ran_by",)
        sensitive = ("result", "inputs")
        plain = (
            *("id", "programme", "ran_at", "status", "step", "progress", "error", "attempts", "leased_until", "total"),
            *("optimal", "rules_version", "code_version", "seed", "inputs_hash"),
        )

    def __str__(self) -> str:
        return f"run {self.pk}"
