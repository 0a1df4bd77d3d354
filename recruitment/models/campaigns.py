"""A campaign: how people are found, with its plan, whom it looks for, and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from peerhub.lib import constraints
from peerhub.people.choices import Language
from programmes.models import Programme
from recruitment.choices import (
    CAMPAIGN_CHANNELS,
    RECRUITING,
    CampaignPurpose,
    CampaignState,
    CampaignStatus,
    Channel,
    SpokenLevel,
    SupportKind,
    WishedGender,
    slot_label,
)
from recruitment.querysets import CampaignQuerySet


class Campaign(models.Model):
    """Social marketing for the programme: what it wants people to do, whom it looks for, and what came of it.

    Whether it is planned, runs or is over follows from its days; only that it was closed is stored.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="campaigns")
    name = models.CharField(_("name"), max_length=100)
    purpose = models.CharField(
        _("what it is for"), max_length=12, choices=CampaignPurpose, default=CampaignPurpose.SUPPORTERS
    )
    status = models.CharField(_("status"), max_length=8, choices=CampaignStatus, default=CampaignStatus.OPEN)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    channels = ArrayField(
        models.CharField(max_length=16, choices=Channel), verbose_name=_("ways to reach them"), default=list, blank=True
    )
    cost = models.DecimalField(_("cost"), max_digits=9, decimal_places=2, null=True, blank=True)

    # Whom it looks for: the same facts in which matching says who is missing.
    wanted = models.PositiveSmallIntegerField(_("people looked for"), null=True, blank=True)
    support_kind = models.CharField(_("for"), max_length=12, choices=SupportKind, default=SupportKind.ONE_TO_ONE)
    languages = ArrayField(
        models.CharField(max_length=8, choices=Language), verbose_name=_("languages"), default=list, blank=True
    )
    language_level = models.CharField(
        _("how well"), max_length=8, choices=SpokenLevel, blank=True, default=SpokenLevel.LITTLE
    )
    postcode = models.CharField(_("lives near"), max_length=12, blank=True, default="")
    available = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("free on"), default=list, blank=True)
    gender = models.CharField(_("gender"), max_length=8, choices=WishedGender, blank=True, default=WishedGender.ANYONE)

    # The plan, in the planner's own words.
    segment = models.TextField(_("for whom it is"), blank=True, default="")
    behaviour_goal = models.TextField(_("what they should do"), blank=True, default="")
    heard = models.TextField(_("what they told us"), blank=True, default="")
    insight = models.TextField(_("what moves them"), blank=True, default="")
    theory = models.TextField(_("why this should work"), blank=True, default="")
    exchange_benefits = models.TextField(_("what they gain"), blank=True, default="")
    exchange_costs = models.TextField(_("what it costs them"), blank=True, default="")
    competition = models.TextField(_("what they could do instead"), blank=True, default="")
    message = models.TextField(_("message"), blank=True, default="")
    methods_mix = models.TextField(_("what we do"), blank=True, default="")

    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    outcome = models.TextField(_("what came of it"), blank=True, default="")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            constraints.one_of("purpose", CampaignPurpose, "campaign_purpose_known"),
            constraints.one_of("status", CampaignStatus, "campaign_status_known"),
            constraints.one_of("language_level", SpokenLevel, "campaign_level_known"),
            constraints.one_of("gender", WishedGender, "campaign_gender_known"),
            constraints.one_of("support_kind", SupportKind, "campaign_support_kind_known"),
            models.CheckConstraint(
                condition=Q(channels__contained_by=[channel.value for channel in CAMPAIGN_CHANNELS]),
                name="campaign_channels_known",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="campaign_has_name",
                violation_error_message=_("Give the campaign a name."),
            ),
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="campaign_name_once",
                violation_error_message=_("There is a campaign of this name already."),
            ),
            constraints.in_order(
                "starts_on", "ends_on", "campaign_days_in_order", _("The last day is the first or later.")
            ),
            constraints.in_order(
                "starts_on", "closed_on", "campaign_closed_after_start", _("It is closed on its first day or later.")
            ),
            models.CheckConstraint(
                condition=(Q(status=CampaignStatus.CLOSED) & Q(closed_on__isnull=False) & ~Q(outcome=""))
                | (~Q(status=CampaignStatus.CLOSED) & Q(closed_on__isnull=True)),
                name="campaign_closed_is_whole",
                violation_error_message=_("A closed campaign has a day, and says what came of it."),
            ),
            models.CheckConstraint(
                condition=~Q(purpose__in=RECRUITING) | Q(wanted__isnull=False),
                name="campaign_says_how_many",
                violation_error_message=_("Say how many people you look for."),
            ),
            constraints.between("wanted", 1, 999, "campaign_wanted_range", _("Look for 1 to 999 people.")),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0),
                name="campaign_cost_range",
                violation_error_message=_("A cost is zero or more."),
            ),
        ]

    class Privacy:
        personal = ()
        sensitive = ()
        plain = (
            *("id", "programme", "name", "purpose", "status", "starts_on", "ends_on", "channels", "cost", "wanted"),
            *("support_kind",),
            *("languages", "language_level", "postcode", "available", "gender", "segment", "behaviour_goal", "heard"),
            *("insight", "theory", "exchange_benefits", "exchange_costs", "competition", "message", "methods_mix"),
            *("closed_on", "outcome"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether applications may still name it."""
        return self.status == CampaignStatus.OPEN

    @property
    def channel_words(self) -> list[str]:
        """The ways in words, in the order of the list."""
        return [str(one.label) for one in CAMPAIGN_CHANNELS if one.value in self.channels]

    @property
    def language_names(self) -> list[str]:
        """The languages as words in the reader's language."""
        return [str(Language(code).label) for code in self.languages if code in Language.values]

    @property
    def available_words(self) -> list[str]:
        """The free times in words."""
        return [slot_label(slot) for slot in sorted(self.available)]

    def state_on(self, today: date) -> CampaignState:
        """Planned, running, over or closed."""
        if not self.is_open:
            return CampaignState.CLOSED
        if self.starts_on > today:
            return CampaignState.PLANNED
        return CampaignState.OVER if self.ends_on and self.ends_on < today else CampaignState.RUNNING

    def can_close(self, today: date) -> bool:
        """Whether it has begun and is not closed yet."""
        return self.is_open and self.starts_on <= today

    def looks_for(
        self, *, languages: Collection[str], slots: Collection[int], postcode: str, gender: str, kind: str
    ) -> bool:
        """Whether it looks for somebody like this: the same in all, and free at these times among others."""
        facts = (self.postcode, self.gender, self.support_kind) == (postcode, gender, kind)
        times = set(slots) <= set(self.available) and bool(slots) == bool(self.available)
        return facts and times and set(self.languages) == set(languages)
