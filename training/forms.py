"""What may be typed in training."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment.models import PeerSupporter


class CertifyForm(forms.Form):
    """Who passed the assessment, and on which day."""

    supporters: forms.ModelMultipleChoiceField[PeerSupporter] = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who passed?"),
        queryset=None,
        error_messages={"required": gettext_lazy("Tick those who passed the assessment.")},
    )
    awarded_on = forms.DateField(
        label=gettext_lazy("Passed the assessment on"),
        widget=forms.DateInput({"type": "date", "class": "form-control"}),
    )

    def __init__(self, *args: Any, today: date, in_training: QuerySet[PeerSupporter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["supporters"]
        who.queryset = in_training
        self.fields["awarded_on"].initial = today
        self.fields["awarded_on"].widget.attrs["max"] = today.isoformat()
        self.today = today

    def clean_awarded_on(self) -> date:
        """A day that has come."""
        day: date = self.cleaned_data["awarded_on"]
        if day > self.today:
            raise forms.ValidationError(_("That day has not come yet. Give today or an earlier day."))
        return day
