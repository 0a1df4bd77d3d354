"""What may be typed about a programme and its team."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.choices import LocaleCode, Role
from programmes.models import Programme

STEPS = 4
TEAM_ROLES = [choice for choice in Role.choices if choice[0] != Role.PEER_SUPPORTER]
REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


def time_zones() -> list[tuple[str, str]]:
    """The time zones of places, those of Europe first."""
    places = [zone for zone in available_timezones() if zone.startswith(REGIONS)]
    return [
        (zone, zone.replace("_", " "))
        for zone in sorted(places, key=lambda zone: (not zone.startswith("Europe/"), zone))
    ]


class TeamForm(forms.Form):
    """Somebody joins the team."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[("", gettext_lazy("Choose a role")), *TEAM_ROLES])

    def clean_email(self) -> str:
        """Kept in lower case."""
        return str(self.cleaned_data["email"]).lower()


class SettingsForm(forms.Form):
    """The rules of a programme. The steps of the ladder are typed one by one and become two lists."""

    name = forms.CharField(label=gettext_lazy("Name of the programme"), max_length=120)
    target_group = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("In one line, as you would say it to a neighbour."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=LocaleCode.choices,
        help_text=gettext_lazy("For reports and messages, unless somebody chose another one."),
    )
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=time_zones, help_text=gettext_lazy("Decides which day it is.")
    )
    min_age = forms.IntegerField(label=gettext_lazy("Youngest age"), min_value=0, max_value=120, required=False)
    max_age = forms.IntegerField(
        label=gettext_lazy("Oldest age"),
        min_value=0,
        max_value=120,
        required=False,
        help_text=gettext_lazy("Empty means no limit."),
    )
    max_matches = forms.IntegerField(
        label=gettext_lazy("People per peer supporter, at most"),
        min_value=1,
        max_value=20,
        help_text=gettext_lazy("Unless another number stands with the peer supporter."),
    )
    review_lead_days = forms.IntegerField(
        label=gettext_lazy("Review this many days before a step"),
        min_value=0,
        max_value=60,
        help_text=gettext_lazy("Visits become less frequent only after a review that says so."),
    )
    hold_weeks = forms.IntegerField(
        label=gettext_lazy("Weeks until the next review after holding"),
        min_value=1,
        max_value=26,
        help_text=gettext_lazy("When a review says “not yet”, this is when you look again."),
    )
    reminder_lead_days = forms.IntegerField(
        label=gettext_lazy("Remind this many days before a visit"),
        min_value=0,
        max_value=14,
        help_text=gettext_lazy("The peer supporter gets one e-mail."),
    )
    proposal_days = forms.IntegerField(
        label=gettext_lazy("Days to answer a proposal"),
        min_value=1,
        max_value=60,
        help_text=gettext_lazy(
            "Without an answer the proposal then ends by itself, and the next candidate is offered."
        ),
    )
    proposal_reminder_days = forms.IntegerField(
        label=gettext_lazy("Remind of a proposal after so many days"),
        min_value=1,
        max_value=59,
        help_text=gettext_lazy("Once, while nobody has answered."),
    )
    suppress_below = forms.IntegerField(
        label=gettext_lazy("Hide counts of people below"),
        min_value=3,
        max_value=50,
        help_text=gettext_lazy("Smaller groups are not shown in reports, so that nobody can be recognised."),
    )

    consent_grace_days = forms.IntegerField(
        label=gettext_lazy("Days to ask imported people for consent"),
        min_value=0,
        max_value=365,
        help_text=gettext_lazy(
            "Until then their files stay open to the team; afterwards they close until each says yes."
        ),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(programme, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.step_count = max(STEPS, len(programme.ladder))
        pairs = list(zip_longest(programme.ladder, programme.phase_months))
        for number in range(1, self.step_count + 1):
            days, months = pairs[number - 1] if number <= len(pairs) else (None, None)
            self._add(
                f"days_{number}", _("Step %(number)s: days between visits") % {"number": number}, 90, days, number
            )
            self._add(f"months_{number}", _("Step %(number)s: months") % {"number": number}, 24, months, number)

    def _add(self, name: str, label: str, most: int, initial: int | None, number: int) -> None:
        self.fields[name] = forms.IntegerField(
            label=label, min_value=1, max_value=most, initial=initial, required=number == 1
        )

    @property
    def steps(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each step, in order."""
        return [(self[f"days_{number}"], self[f"months_{number}"]) for number in range(1, self.step_count + 1)]

    def clean(self) -> dict[str, Any]:
        """Steps without a gap, each with its months, and visits that never become more frequent."""
        cleaned = super().clean() or self.cleaned_data
        low, high = cleaned.get("min_age"), cleaned.get("max_age")
        if low is not None and high is not None and high < low:
            self.add_error("max_age", _("The oldest age is below the youngest age."))
        typed = [
            (cleaned.pop(f"days_{n}", None), cleaned.pop(f"months_{n}", None)) for n in range(1, self.step_count + 1)
        ]
        if not self.errors:
            self._check_steps(typed)
        cleaned["ladder"] = [days for days, _months in typed if days]
        cleaned["phase_months"] = [months for _days, months in typed if months]
        return cleaned

    def _check_steps(self, typed: list[tuple[int | None, int | None]]) -> None:
        before = 0
        ended = False
        for number, (days, months) in enumerate(typed, start=1):
            if (days is None) != (months is None):
                missing = "months" if months is None else "days"
                self.add_error(f"{missing}_{number}", _("Give both numbers of a step, or none."))
            elif days is not None and ended:
                self.add_error(f"days_{number}", _("There is an empty step before this one."))
            elif days is not None and days < before:
                self.add_error(f"days_{number}", _("The days between visits may only grow from step to step."))
            before, ended = days or before, ended or days is None
