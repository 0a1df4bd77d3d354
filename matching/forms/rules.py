from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.choices import LanguageLevel, MarkKind, MarkReason, SaidBy, VettingFor
from matching.forms.sliders import SliderField, whole_number
from matching.models import MatchingRules
from matching.pairing import WEIGHTS
from peerhub.lib.member import Member
from recruitment.choices import ParticipantStatus, SupporterStatus
from recruitment.models import Participant, PeerSupporter

MOST_POINTS = 100
WEIGHT = "weight_"
EVERY = "every_"
MOST_NAMES = 200

# What each criterion looks at, in a sentence beside its slider.
CRITERIA: dict[str, tuple[Any, Any]] = {
    "times": (
        gettext_lazy("Free times in common"),
        gettext_lazy("The more free times both have in common, the better they fit; four in a week are plenty."),
    ),
    "near": (
        gettext_lazy("Short way"),
        gettext_lazy("The shorter the way of the peer supporter, the better they fit; an hour counts as far."),
    ),
    "languages": (
        gettext_lazy("Talking easily"),
        gettext_lazy("A language that both speak well counts in full, only a little of one counts little."),
    ),
    "experience": (
        gettext_lazy("Shared experience"),
        gettext_lazy("The peer supporter has lived through what the participant asks help with."),
    ),
    "skills": (
        gettext_lazy("Skills for the goals"),
        gettext_lazy("The peer supporter knows about what the participant asks help with."),
    ),
    "interests": (gettext_lazy("Shared interests"), gettext_lazy("Both like the same things.")),
    "placement": (
        gettext_lazy("Stays long enough"),
        gettext_lazy("Students leave when their placement ends; the longer it lasts, the better."),
    ),
    "waiting": (
        gettext_lazy("Waiting time"),
        gettext_lazy(
            "Who waits longer gets more points. It counts only where the longest waiting are not served first anyway."
        ),
    ),
}


class RulesForm(forms.Form):
    """How the programme matches; cleaned into the arguments of set_rules.

    ``values`` are shown instead of the rules that hold, with the version they were made from (``seen``) and a reason;
    ``saving`` asks for a reason, which trying does not need.
    """

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
        help_text=gettext_lazy("Kept with the new version, for those who come after you. Name nobody here."),
        error_messages={"required": gettext_lazy("Say in a few words why, for those who come after you.")},
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        rules: MatchingRules,
        saving: bool = True,
        values: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        shown = {name: getattr(rules, name) for name in MatchingRules.DECIDED} | dict(values or {})
        plain = ("language_level", "vetting_for", "waiting_first")
        kwargs["initial"] = {name: shown[name] for name in plain} | {
            "seen": shown.get("seen", rules.version),
            "reason": shown.get("reason", ""),
        }
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = saving
        for name, (label, help_text) in CRITERIA.items():
            self.fields[WEIGHT + name] = SliderField(
                label=label, help_text=help_text, least=0, most=MOST_POINTS,
                unit=_("%(criterion)s, in points") % {"criterion": label},
                initial=shown["weights"].get(name, WEIGHTS[name]),
            )  # fmt: skip
        for days, weight in rules.caseload.items():
            self.fields[EVERY + days] = forms.IntegerField(
                label=_("A match with a visit every %(days)s days") % {"days": days},
                min_value=1,
                max_value=MOST_POINTS,
                initial=shown["caseload"].get(days, weight),
                error_messages=whole_number(1, MOST_POINTS),
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
            **{name: cleaned[name] for name in ("language_level", "vetting_for", "waiting_first", "reason", "seen")},
        }

    @property
    def caseload_is_wrong(self) -> bool:
        """Whether something is to be mended among the weights of places."""
        return any(field.errors for field in self.weights_of_places)


class AgainForm(forms.Form):
    """Why an earlier version is used again."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        help_text=gettext_lazy("Kept with the new version, for those who come after you. Name nobody here."),
        error_messages={"required": gettext_lazy("Say in a few words why, for those who come after you.")},
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)


class MarkForm(forms.Form):
    """What is decided or said about two people; cleaned into the arguments of mark_pair.

    Long lists of names show the first ones and those that ``words`` find; anybody of the programme can be chosen.
    """

    supporter = forms.ModelChoiceField(label=gettext_lazy("Peer supporter"), queryset=PeerSupporter.objects.none())
    participant = forms.ModelChoiceField(label=gettext_lazy("Participant"), queryset=Participant.objects.none())
    kind = forms.ChoiceField(label=gettext_lazy("These two"), choices=MarkKind.choices, widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=gettext_lazy("Because of"), choices=MarkReason.choices)
    said_by = forms.ChoiceField(label=gettext_lazy("Said by"), choices=SaidBy.choices, initial=SaidBy.TEAM)
    words = forms.CharField(
        label=gettext_lazy("In a few words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed to lock two people together. Only those who propose matches read this."),
    )

    def __init__(self, *args: Any, member: Member, words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours = PeerSupporter.objects.visible_to(member).exclude(status=SupporterStatus.ENDED)
        theirs = Participant.objects.visible_to(member).exclude(status=ParticipantStatus.CLOSED)
        self.shortened = [self._offer("supporter", ours, words), self._offer("participant", theirs, words)]

    def _offer(self, name: str, everybody: Any, words: str) -> bool:
        """Let one of these be chosen; says whether not all of them are listed."""
        field: Any = self.fields[name]
        field.queryset = everybody.select_related("person")
        field.error_messages["required"] = _("Choose somebody.")
        order = ("person__first_name", "person__last_name", "pk")
        rows = everybody.select_related("person").order_by(*order)
        shown = list(rows.named(words)[:MOST_NAMES]) if words else []
        shown = shown or list(rows[: MOST_NAMES + 1])
        chosen = str(self[name].value() or "")
        listed = [(str(row.pk), row.person.full_name) for row in shown[:MOST_NAMES]]
        if chosen.isdecimal() and chosen not in dict(listed):
            listed += [(chosen, row.person.full_name) for row in field.queryset.filter(pk=chosen[:9])]
        field.widget.choices = [("", _("Choose …")), *listed]
        return bool(words) or len(shown) > MOST_NAMES

    @property
    def is_shortened(self) -> bool:
        """Whether a list shows not everybody."""
        return any(self.shortened)

    def clean(self) -> dict[str, Any]:
        """The deed takes the two people behind the roles."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == MarkKind.LOCKED and not str(cleaned.get("words") or "").strip():
            self.add_error("words", _("Say in a few words why these two belong together."))
        if self.errors:
            return cleaned
        roles = {
            "supporter_person": cleaned.pop("supporter").person,
            "participant_person": cleaned.pop("participant").person,
        }
        if roles["supporter_person"] == roles["participant_person"]:
            self.add_error(None, _("Choose two people."))
        return {**roles, **cleaned}
