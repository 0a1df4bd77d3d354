from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from matching.choices import Decision, EndReason

# Handing over has a page of its own, which also asks who goes on.
ENDS = [choice for choice in EndReason.choices if choice[0] != EndReason.HANDED_OVER]


class DayField(forms.DateField):
    """A day, picked with the device's own calendar."""

    widget = forms.DateInput({"type": "date"})


class MatchForm(forms.Form):
    """What the small forms around a match share: today as the first guess, no form tag of crispy's own."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.first_guess(today), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def first_guess(self, today: date) -> dict[str, Any]:
        """What the fields hold when the page opens."""
        return {name: today for name, field in self.base_fields.items() if isinstance(field, DayField)}


class IntroduceForm(MatchForm):
    """They met, with somebody of the team."""

    introduced_on = DayField(label=_("Day of the introduction"), help_text=_("You were there yourself."))


class ReviewForm(MatchForm):
    """May visits become less frequent?"""

    held_on = DayField(label=_("Day of the review"))
    request_allows = forms.TypedChoiceField(
        label=_("Does the request for help allow fewer visits?"),
        choices=[("", "---"), ("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: value == "yes",
    )
    decision = forms.ChoiceField(
        label=_("What did you decide together?"), choices=Decision.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Goals reached or not, what the participant wishes, what the peer supporter sees."),
    )


class PauseForm(MatchForm):
    """No visits for a while."""

    starts_on = DayField(label=_("From"))
    expected_on = DayField(label=_("Visits again from"), help_text=_("On this day visits begin again by themselves."))
    reason = forms.CharField(label=_("Why?"), max_length=200)

    def first_guess(self, today: date) -> dict[str, Any]:
        """Two weeks."""
        return {"starts_on": today, "expected_on": today + timedelta(days=14)}


class ResumeForm(MatchForm):
    """Visits begin again."""

    resumed_on = DayField(label=_("Visits again from"))


class CloseForm(MatchForm):
    """The match ends."""

    ended_on = DayField(label=_("Last day"), help_text=_("The day of the closing talk."))
    end_reason = forms.ChoiceField(label=_("Why does it end?"), choices=ENDS)
    no_talk_reason = forms.CharField(
        label=_("If there was no closing talk: why not?"),
        required=False,
        max_length=200,
        help_text=_("Leave it empty when you sat together and said thank you."),
    )
    back_to_waiting = forms.TypedChoiceField(
        label=_("And the participant?"),
        choices=[("no", _("The support is complete")), ("yes", _("Goes back on the waiting list"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )


class ReasonForm(MatchForm):
    """Somebody leaves; why, in a few words."""

    reason = forms.CharField(label=_("Why?"), max_length=200)
