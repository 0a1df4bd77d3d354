from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.choices import LanguageLevel, MarkKind, MarkReason, SaidBy, VettingFor
from matching.models import MatchingRules
from matching.pairing import WEIGHTS
from peerhub.lib.member import Member
from recruitment.models import Participant, PeerSupporter

MOST_POINTS = 100
WEIGHT = "weight_"
EVERY = "every_"

# What each criterion looks at, beside its slider.
CRITERIA: dict[str, tuple[Any, Any]] = {
    "times": (gettext_lazy("Free times in common"), gettext_lazy("four in a week are plenty")),
    "near": (gettext_lazy("Short way"), gettext_lazy("an hour counts as far")),
    "languages": (gettext_lazy("Talking easily"), gettext_lazy("languages both speak well")),
    "experience": (gettext_lazy("Shared experience"), gettext_lazy("has lived through what help is asked with")),
    "skills": (gettext_lazy("Skills for the goals"), gettext_lazy("knows about what help is asked with")),
    "interests": (gettext_lazy("Shared interests"), gettext_lazy("like the same things")),
    "placement": (gettext_lazy("Stays long enough"), gettext_lazy("students leave when their placement ends")),
    "waiting": (
        gettext_lazy("Waiting time"),
        gettext_lazy("counts only where the longest waiting are not served first anyway"),
    ),
}


class RulesForm(forms.Form):
    """How the programme matches; cleaned into the arguments of set_rules."""

    language_level = forms.ChoiceField(
        label=gettext_lazy("A common language is"), choices=LanguageLevel.choices, widget=forms.RadioSelect
    )
    vetting_for = forms.ChoiceField(
        label=gettext_lazy("A valid certificate of conduct is needed"),
        choices=VettingFor.choices,
        widget=forms.RadioSelect,
    )
    waiting_first = forms.BooleanField(
        label=gettext_lazy("Serve the longest waiting first"),
        required=False,
        help_text=gettext_lazy("Off: waiting is one criterion among others, with its own points."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why do you change this?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Kept with the new version, for those who come after you."),
    )

    def __init__(self, *args: Any, rules: MatchingRules, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(rules, name) for name in ("language_level", "vetting_for", "waiting_first")}
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in CRITERIA.items():
            self.fields[WEIGHT + name] = forms.IntegerField(
                label=label,
                help_text=help_text,
                min_value=0,
                max_value=MOST_POINTS,
                initial=rules.weights.get(name, WEIGHTS[name]),
                widget=forms.NumberInput({"type": "range", "step": 5, "class": "form-range"}),
            )
        for days, weight in rules.caseload.items():
            self.fields[EVERY + days] = forms.IntegerField(
                label=_("A match with a visit every %(days)s days") % {"days": days},
                help_text=gettext_lazy("of a place, in hundredths"),
                min_value=1,
                max_value=MOST_POINTS,
                initial=weight,
            )

    @property
    def sliders(self) -> list[forms.BoundField]:
        """The criteria, each with its points."""
        return [self[WEIGHT + name] for name in CRITERIA]

    @property
    def weights_of_places(self) -> list[forms.BoundField]:
        """How much of a place a match takes, by its frequency."""
        return [self[name] for name in self.fields if name.startswith(EVERY)]

    def clean(self) -> dict[str, Any]:
        """Sliders become ``weights``, frequencies ``caseload``."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        return {
            "weights": {name: cleaned[WEIGHT + name] for name in CRITERIA},
            "caseload": {name.removeprefix(EVERY): value for name, value in cleaned.items() if name.startswith(EVERY)},
            **{name: cleaned[name] for name in ("language_level", "vetting_for", "waiting_first", "reason")},
        }


class MarkForm(forms.Form):
    """What is decided or said about two people; cleaned into the arguments of mark_pair."""

    supporter = forms.ModelChoiceField(
        label=gettext_lazy("Peer supporter"), queryset=PeerSupporter.objects.none(), empty_label=None
    )
    participant = forms.ModelChoiceField(
        label=gettext_lazy("Participant"), queryset=Participant.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(label=gettext_lazy("These two"), choices=MarkKind.choices, widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=gettext_lazy("Because of"), choices=MarkReason.choices)
    said_by = forms.ChoiceField(label=gettext_lazy("Said by"), choices=SaidBy.choices, initial=SaidBy.TEAM)
    words = forms.CharField(
        label=gettext_lazy("In a few words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed to lock two people together. Only those who propose matches read this."),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen: Any = self.fields
        seen["supporter"].queryset = PeerSupporter.objects.visible_to(member).select_related("person")
        seen["participant"].queryset = Participant.objects.visible_to(member).select_related("person")

    def clean(self) -> dict[str, Any]:
        """The deed takes the two people behind the roles."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        roles = {
            "supporter_person": cleaned.pop("supporter").person,
            "participant_person": cleaned.pop("participant").person,
        }
        return {**roles, **cleaned}
