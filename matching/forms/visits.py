from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from matching.choices import Outcome, Request, VisitPlace

USUAL_MINUTES = 60
MINUTES = [(30, _("30 min")), (45, _("45 min")), (60, _("1 hour")), (90, _("1½ hours")), (120, _("2 hours")),
           (180, _("3 hours"))]  # fmt: skip
NOT_HELD = [choice for choice in Outcome.choices if choice[0] != Outcome.HELD]


class VisitForm(forms.Form):
    """A visit that was held: prefilled for the usual visit, so that sending is the third tap."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.CharField(widget=forms.HiddenInput, initial=Outcome.HELD)
    occurred_on = forms.DateField(label=_("Which day?"), widget=forms.DateInput({"type": "date"}))
    minutes = forms.TypedChoiceField(
        label=_("How long?"), choices=MINUTES, coerce=int, initial=USUAL_MINUTES, widget=forms.RadioSelect
    )
    place = forms.ChoiceField(
        label=_("Where?"), choices=VisitPlace.choices, initial=VisitPlace.HOME, widget=forms.RadioSelect
    )
    request = forms.ChoiceField(
        label=_("Does she need more or less help than before?"),
        choices=Request.choices,
        initial=Request.SAME,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Anything to remember?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Not needed. Write roles, not names: “her neighbour”, “the school”."),
    )
    has_concern = forms.BooleanField(label=_("I am worried about something"), required=False)
    concern = forms.CharField(
        label=_("What worries you?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Your supervisor reads this today. In danger, call 112 first."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"client_id": uuid.uuid4(), "occurred_on": today, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["occurred_on"].widget.attrs["max"] = today.isoformat()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = self.page_layout()

    def page_layout(self) -> Layout:
        """The order on the phone: what is usually right comes first and needs no touch."""
        return Layout(
            "client_id",
            "outcome",
            "occurred_on",
            Field("minutes", wrapper_class="chips"),
            Field("place", wrapper_class="chips"),
            Field("request", wrapper_class="chips"),
            "note",
            "has_concern",
            "concern",
        )

    def clean_outcome(self) -> str:
        """Only what this sheet is for."""
        return str(Outcome.HELD)


class MissedForm(VisitForm):
    """A visit that did not happen: one tap for the reason."""

    outcome = forms.ChoiceField(  # type: ignore[assignment]  # another kind of field, as Django forms allow
        label=_("What happened?"), choices=NOT_HELD, widget=forms.RadioSelect
    )
    minutes = None  # type: ignore[assignment]  # how Django forms leave an inherited field out
    place = None  # type: ignore[assignment]
    request = None  # type: ignore[assignment]

    def page_layout(self) -> Layout:
        """The reason first."""
        return Layout(
            "client_id",
            Field("outcome", wrapper_class="chips chips-stack"),
            "occurred_on",
            "note",
            "has_concern",
            "concern",
        )

    def clean_outcome(self) -> str:
        """One of the reasons."""
        return str(self.cleaned_data["outcome"])
