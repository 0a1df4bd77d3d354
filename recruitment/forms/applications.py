"""What may be typed about an application and its two meetings."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from peerhub.lib.member import Member
from recruitment.choices import Channel, DeclineReason
from recruitment.forms.campaigns import CampaignChoice
from recruitment.forms.fields import DayField
from recruitment.forms.people import LONG_TEXT, PersonForm
from recruitment.models import Application, Campaign


class ApplicationForm(PersonForm):
    """Somebody offers to become a peer supporter; a coordinator writes it down."""

    FIRST_DAY = "submitted_on"

    submitted_on = DayField(label=gettext_lazy("Received on"))
    channel = forms.ChoiceField(label=gettext_lazy("Found us through"), choices=Channel.choices, initial=Channel.SELF)
    campaign = CampaignChoice()
    motivation = forms.CharField(
        label=gettext_lazy("Why does this person want to support others?"),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea,
    )
    experience = forms.CharField(
        label=gettext_lazy("Lived experience"), max_length=LONG_TEXT, required=False, widget=forms.Textarea
    )
    hours_per_week = forms.IntegerField(label=gettext_lazy("Hours a week"), min_value=1, max_value=40, required=False)

    def __init__(self, *args: Any, member: Member, campaign: Campaign | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if campaign and len(campaign.channels) == 1:
            self.initial["channel"] = campaign.channels[0]
        choice: Any = self.fields["campaign"]
        choice.offer(member)
        choice.initial = campaign.pk if campaign else None

    def look_closer(self, cleaned: dict[str, Any]) -> None:
        """Received on a day that has come."""
        self.not_in_the_future(cleaned, "submitted_on")


class StepForm(forms.Form):
    """What the small forms on the page of an application share; with no field of its own it is a plain “yes”."""

    def __init__(self, *args: Any, today: date, member: Member, row: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.initial = today
                field.widget.attrs["max"] = today.isoformat()
            if isinstance(field, CampaignChoice):
                field.offer(member, row.campaign_id)
                field.initial = row.campaign_id


class MeetingForm(StepForm):
    """A selection meeting that was held."""

    held_on = DayField(label=gettext_lazy("Held on"))
    summary = forms.CharField(
        label=gettext_lazy("What was talked about"),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Motivation, own stability, time, languages. The person may read this."),
    )


class DeclineForm(StepForm):
    """Not accepted, with a reason that can be said kindly."""

    decline_reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", gettext_lazy("Choose a reason")), *DeclineReason.choices],
        error_messages={"required": gettext_lazy("Say why the application is not accepted.")},
    )
    note = forms.CharField(
        label=gettext_lazy("What you tell this person"),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class CampaignNamedForm(StepForm):
    """Through which campaign the applicant came, when that is heard later."""

    campaign = CampaignChoice()
