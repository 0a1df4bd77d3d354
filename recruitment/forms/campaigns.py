"""What may be typed about a campaign, and the choice of one on other forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerhub.lib.member import Member
from recruitment.choices import CAMPAIGN_CHANNELS, RECRUITING, CampaignPurpose, SpokenLevel, SupportKind, WishedGender
from recruitment.forms.fields import DayField, LanguagesField, WeekField
from recruitment.models import Campaign

PLAN_TEXT = 2000
ANY_GENDER = [(WishedGender.ANYONE.value, gettext_lazy("any")), *WishedGender.choices[1:]]


class PlanField(forms.CharField):
    """A part of the plan in one's own words; none of it has to be known on the first day."""

    def __init__(self, label: Any, help_text: Any) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_length=PLAN_TEXT,
            widget=forms.Textarea({"rows": 3}),
        )


class CostField(forms.DecimalField):
    """Money, as the programme counts it."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {"label": gettext_lazy("Cost so far"), "required": False}
        super().__init__(min_value=0, max_digits=9, decimal_places=2, **given | kwargs)


class CampaignChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own is no generic when it runs
    """The campaign through which somebody came; only open ones, and the one that was chosen before."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "label": gettext_lazy("Through which campaign"),
            "required": False,
            "queryset": None,
            "empty_label": gettext_lazy("none, or not known"),
        }
        super().__init__(**given | kwargs)

    def offer(self, member: Member, chosen: int | None = None) -> None:
        """What may be chosen here."""
        self.queryset = Campaign.objects.visible_to(member).to_choose(chosen)


class WantedForm(forms.Form):
    """Whom a campaign looks for: the facts in which the advice of matching says who is missing."""

    wanted = forms.IntegerField(
        label=gettext_lazy("How many people"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(999)],
        widget=forms.NumberInput({"min": 1, "max": 999}),
    )
    support_kind = forms.ChoiceField(
        label=gettext_lazy("For"), choices=SupportKind.choices, initial=SupportKind.ONE_TO_ONE, required=False
    )
    languages = LanguagesField()
    language_level = forms.ChoiceField(
        label=gettext_lazy("How well they speak it"), choices=SpokenLevel.choices, required=False
    )
    postcode = forms.CharField(
        label=gettext_lazy("Lives near (postcode)"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("The middle of the area, not somebody's own postcode."),
    )
    gender = forms.ChoiceField(label=gettext_lazy("Gender"), choices=ANY_GENDER, required=False)
    available = WeekField(label=gettext_lazy("Free on"))

    def clean_support_kind(self) -> str:
        """Visits, when nothing else is said."""
        return str(self.cleaned_data["support_kind"] or SupportKind.ONE_TO_ONE)

    def clean_postcode(self) -> str:
        """Kept in capitals."""
        return str(self.cleaned_data["postcode"]).strip().upper()


class CampaignForm(WantedForm):
    """A campaign: its plan, whom it looks for, its days and its cost."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("So that everybody of the team knows which one you mean."),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("What it is for"), choices=CampaignPurpose.choices, initial=CampaignPurpose.SUPPORTERS
    )
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(label=gettext_lazy("Last day"), required=False)
    cost = CostField(
        help_text=gettext_lazy("Print, room, travel, hours that are paid. In the money you keep books in.")
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Ways to reach them"),
        choices=[(one.value, one.label) for one in CAMPAIGN_CHANNELS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    segment = PlanField(
        gettext_lazy("For whom it is"),
        gettext_lazy("One group, as narrow as you can: who, where, in which time of life."),
    )
    behaviour_goal = PlanField(
        gettext_lazy("What they should do"),
        gettext_lazy("One thing that can be seen and counted, and by when: “three of them apply before 1 March”."),
    )
    heard = PlanField(
        gettext_lazy("What they told us"),
        gettext_lazy("Ask a few of them first, and try the message out with them. Roles, not names."),
    )
    insight = PlanField(
        gettext_lazy("What moves them"),
        gettext_lazy("What they care about, what they fear, what would make this worth it for them."),
    )
    theory = PlanField(
        gettext_lazy("Why this should work"),
        gettext_lazy("Where it worked before, or the reason why you think that it will."),
    )
    exchange_benefits = PlanField(gettext_lazy("What they gain"), gettext_lazy("As they would say it themselves."))
    exchange_costs = PlanField(
        gettext_lazy("What it costs them"), gettext_lazy("Time, money, courage; and how you make it less.")
    )
    competition = PlanField(
        gettext_lazy("What they could do instead"),
        gettext_lazy("Other uses of the same evening, other places that ask them, doing nothing."),
    )
    message = PlanField(gettext_lazy("Message"), gettext_lazy("What you say to them, in one or two sentences."))
    methods_mix = PlanField(
        gettext_lazy("What we do"),
        gettext_lazy("More than a poster: who speaks with whom, where, how often, and what makes it easy to say yes."),
    )

    PLAN = (
        *("segment", "behaviour_goal", "heard", "insight", "theory", "exchange_benefits", "exchange_costs"),
        *("competition", "message", "methods_mix"),
    )

    def __init__(self, *args: Any, row: Campaign | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = {name: getattr(row, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)

    @property
    def plan_fields(self) -> list[forms.BoundField]:
        """The parts of the plan, in the order in which one thinks about them."""
        return [self[name] for name in self.PLAN]

    def clean(self) -> dict[str, Any]:
        """Days in order; whoever recruits says how many."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is the first or later."))
        if cleaned.get("purpose") in RECRUITING and not cleaned.get("wanted") and "wanted" not in self.errors:
            self.add_error("wanted", _("Say how many people you look for."))
        return cleaned


class CloseCampaignForm(forms.Form):
    """What came of it."""

    outcome = forms.CharField(
        label=gettext_lazy("What came of it"),
        max_length=PLAN_TEXT,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("What worked, what did not, what to do another way next time. Roles, not names."),
        error_messages={"required": gettext_lazy("Say in a few words what came of it.")},
    )
    cost = CostField(label=gettext_lazy("What it cost in all"))
