from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.choices import GoalDomain, GoalStatus, ReadHow, Way
from matching.models.match import Match
from matching.querysets import AgreementQuerySet, AgreementTextQuerySet, PersonalGoalQuerySet
from peerhub.lib import constraints
from peerhub.people.models import Person
from programmes.choices import LocaleCode
from programmes.models import Programme


class AgreementText(models.Model):
    """What every agreement of a programme says, in one language. A change is a new version; old ones stay as signed."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=8, choices=LocaleCode)
    version = models.PositiveSmallIntegerField(_("version"))
    body = models.TextField(_("text"))
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    objects = AgreementTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of agreements")
        verbose_name_plural = _("texts of agreements")
        ordering = ["language", "-version"]
        constraints = [
            constraints.one_of("language", LocaleCode, "agreement_text_language_known"),
            models.UniqueConstraint(
                fields=["programme", "language", "version"],
                name="agreement_text_once",
                violation_error_message=_("There is such a version already."),
            ),
            models.CheckConstraint(
                condition=~Q(body=""),
                name="agreement_text_says_something",
                violation_error_message=_("The text of agreements is empty."),
            ),
        ]

    class Privacy:
        personal = ("written_by",)
        sensitive = ()
        plain = ("id", "programme", "language", "version", "body", "written_at")

    def __str__(self) -> str:
        return f"text {self.language} {self.version}"

    @property
    def paragraphs(self) -> list[str]:
        """The text, paragraph by paragraph."""
        return [part.strip() for part in self.body.split("\n\n") if part.strip()]


class Agreement(models.Model):
    """What the two agree: goals, how often, what stays between them. Confirmed by both before the visits begin."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    match = models.OneToOneField(Match, on_delete=models.CASCADE, related_name="agreement")
    text = models.ForeignKey(AgreementText, on_delete=models.PROTECT, related_name="+")
    interval = models.PositiveSmallIntegerField(_("days between visits"))
    first_visit_on = models.DateField(_("first visit"))
    terms = models.TextField(_("what else was agreed"), blank=True, default="")
    parallel_support = models.BooleanField(_("has other support beside this"), default=False)
    parallel_words = models.CharField(_("which support"), max_length=200, blank=True, default="")
    read_how = models.CharField(_("how it was read"), max_length=12, choices=ReadHow, default=ReadHow.HERSELF)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    supporter_confirmed_at = models.DateTimeField(_("peer supporter confirmed"), null=True, blank=True)
    supporter_way = models.CharField(max_length=8, choices=Way, blank=True, default="")
    participant_confirmed_at = models.DateTimeField(_("participant confirmed"), null=True, blank=True)
    participant_way = models.CharField(max_length=8, choices=Way, blank=True, default="")
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    pdf = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            constraints.between("interval", 1, 56, "agreement_interval_range", _("Visits are 1 to 56 days apart.")),
            constraints.one_of("read_how", ReadHow, "agreement_reading_known"),
            models.CheckConstraint(
                condition=Q(supporter_confirmed_at__isnull=True, supporter_way="")
                | Q(supporter_confirmed_at__isnull=False, supporter_way__in=[Way.PORTAL, Way.PAPER]),
                name="agreement_supporter_way",
                violation_error_message=_("A peer supporter confirms on her own page or on paper."),
            ),
            models.CheckConstraint(
                condition=Q(participant_confirmed_at__isnull=True, participant_way="")
                | Q(participant_confirmed_at__isnull=False, participant_way__in=[Way.LINK, Way.HANDED, Way.PAPER]),
                name="agreement_participant_way",
                violation_error_message=_("A participant confirms by her link, on a phone handed to her, or on paper."),
            ),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False)
                | ~(Q(supporter_way=Way.PAPER) | Q(participant_way__in=[Way.PAPER, Way.HANDED])),
                name="agreement_witnessed",
                violation_error_message=_("What was confirmed on paper or on another phone says who recorded it."),
            ),
            models.CheckConstraint(
                condition=Q(pdf__isnull=True, sha256="")
                | Q(
                    pdf__isnull=False,
                    supporter_confirmed_at__isnull=False,
                    participant_confirmed_at__isnull=False,
                )
                & ~Q(sha256=""),
                name="agreement_printed_when_whole",
                violation_error_message=_("An agreement is printed once both confirmed it."),
            ),
        ]

    class Privacy:
        personal = ("written_by", "recorded_by")
        sensitive = ("terms", "parallel_support", "parallel_words", "pdf")
        plain = (
            *("id", "programme", "match", "text", "interval", "first_visit_on", "read_how", "written_at", "sha256"),
            *("supporter_confirmed_at", "supporter_way", "participant_confirmed_at", "participant_way"),
        )

    def __str__(self) -> str:
        return f"agreement of {self.match_id}"

    @property
    def is_whole(self) -> bool:
        """Both confirmed it."""
        return self.supporter_confirmed_at is not None and self.participant_confirmed_at is not None


class PersonalGoal(models.Model):
    """What the participant wants to reach, in her own words."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="goals")
    number = models.PositiveSmallIntegerField(_("order"))
    domain = models.CharField(_("about"), max_length=12, choices=GoalDomain, default=GoalDomain.OTHER)
    own_words = models.CharField(_("in her own words"), max_length=300)
    status = models.CharField(_("status"), max_length=12, choices=GoalStatus, default=GoalStatus.OPEN)

    objects = PersonalGoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("personal goal")
        verbose_name_plural = _("personal goals")
        ordering = ["match", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["match", "number"], name="goal_order_once", violation_error_message=_("There is such a goal.")
            ),
            constraints.one_of("domain", GoalDomain, "goal_domain_known"),
            constraints.one_of("status", GoalStatus, "goal_status_known"),
            models.CheckConstraint(
                condition=~Q(own_words=""),
                name="goal_has_words",
                violation_error_message=_("Write the goal in her own words."),
            ),
        ]

    class Privacy:
        personal = ()
        sensitive = ("own_words", "domain")
        plain = ("id", "programme", "match", "number", "status")

    def __str__(self) -> str:
        return f"goal {self.number} of {self.match_id}"
