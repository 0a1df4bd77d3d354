from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation.choices import Wave
from evaluation.instruments import Instrument
from peerhub.lib.dates import add_months


def day_field(label: Any) -> forms.DateField:
    """A day, chosen in the browser's calendar."""
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class PeriodForm(forms.Form):
    """From the first day to the last, both included; the last twelve months to begin with."""

    from_on = day_field(_("From"))
    to_on = day_field(_("Up to and including"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.usual(today), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.today = today
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget.attrs["max"] = today.isoformat()
        self.helper = FormHelper()
        self.helper.form_tag = False

    @staticmethod
    def usual(today: date) -> dict[str, date]:
        """The month of today and the eleven before it."""
        return {"from_on": add_months(today.replace(day=1), -11), "to_on": today}

    def clean(self) -> dict[str, Any]:
        """The period runs forward and does not reach beyond today."""
        days = super().clean() or {}
        from_on, to_on = days.get("from_on"), days.get("to_on")
        if from_on and to_on and to_on < from_on:
            self.add_error("to_on", gettext("The period ends after it begins."))
        elif to_on and to_on > self.today:
            self.add_error("to_on", gettext("Figures look back: the last day can be today, not later."))
        return days


class ReportForm(PeriodForm):
    """A report that is wanted."""

    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)


class AnswersForm(forms.Form):
    """The questions of one questionnaire, each with its answers; any may stay open."""

    wave = forms.ChoiceField(label=_("When?"), choices=Wave.choices, widget=forms.RadioSelect)
    answered_on = day_field(_("Which day?"))

    def __init__(self, *args: Any, instrument: Instrument, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"answered_on": today, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        self.fields["answered_on"].widget.attrs["max"] = today.isoformat()
        for item in instrument.items:
            self.fields[item.code] = forms.TypedChoiceField(
                label=gettext(item.text),
                choices=[(value, gettext(words) if len(words) > 2 else words) for value, words in item.answers],  # noqa: PLR2004
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        questions = [Field(item.code, wrapper_class=f"chips {_shape(item.answers)}") for item in instrument.items]
        self.helper.layout = Layout(*questions, Field("wave", wrapper_class="chips"), "answered_on")

    def clean(self) -> dict[str, Any]:
        """The answers by the codes of their items, as the deed takes them."""
        given = super().clean() or {}
        answers = {code: given.pop(code, None) for code in self.instrument.item_codes}
        return {**given, "answers": answers}


def _shape(answers: tuple[tuple[int, str], ...]) -> str:
    """Long answers stand under each other."""
    return "chips-stack" if max(len(words) for _value, words in answers) > 24 else ""  # noqa: PLR2004  # a line's worth
