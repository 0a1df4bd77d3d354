from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recruitment.models import PeerSupporter
from supervision.choices import Called, CallResult, SessionKind
from supervision.models import PlannedSession

USUAL_MINUTES = 60


class CloseConcernForm(forms.Form):
    """How a concern ended."""

    outcome = forms.CharField(
        label=_("What was done?"),
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Write roles, not names: “the doctor”, “the school”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class SessionForm(forms.Form):
    """A session of supervision: prefilled for the usual hour of today."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=SessionKind.choices, initial=SessionKind.ONE_TO_ONE, widget=forms.RadioSelect
    )
    held_on = forms.DateField(label=_("Which day?"), widget=forms.DateInput({"type": "date"}))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480, initial=USUAL_MINUTES)
    supporters: forms.ModelMultipleChoiceField[PeerSupporter] = forms.ModelMultipleChoiceField(
        label=_("Who took part?"), queryset=None, widget=forms.CheckboxSelectMultiple
    )
    agreements = forms.CharField(
        label=_("What was agreed?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Not needed. What is talked about stays between you; write down only what you agreed."),
    )

    planned: forms.ModelChoiceField[PlannedSession] = forms.ModelChoiceField(
        queryset=None, required=False, widget=forms.HiddenInput
    )

    def __init__(
        self,
        *args: Any,
        today: date,
        supporters: QuerySet[PeerSupporter],
        planned: QuerySet[PlannedSession],
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"held_on": today, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["supporters"].queryset = supporters  # type: ignore[attr-defined]  # a model choice field
        self.fields["planned"].queryset = planned  # type: ignore[attr-defined]  # a model choice field
        self.fields["held_on"].widget.attrs["max"] = today.isoformat()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Field("kind", wrapper_class="chips"),
            "held_on",
            "minutes",
            Field("supporters", wrapper_class="chips"),
            "agreements",
            "planned",
        )


class PlanSessionForm(forms.Form):
    """A session that is to come: when, where or by which link, for whom."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=SessionKind.choices, initial=SessionKind.ONE_TO_ONE, widget=forms.RadioSelect
    )
    day = forms.DateField(label=_("Which day?"), widget=forms.DateInput({"type": "date"}))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput({"type": "time"}), initial="10:00")
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480, initial=USUAL_MINUTES)
    place = forms.CharField(label=_("Where do you meet?"), required=False, max_length=200)
    link = forms.URLField(
        label=_("Or the link of a video call"), required=False, max_length=500, assume_scheme="https",
        help_text=_("One of the two is enough. It begins with https://."),
    )  # fmt: skip
    supporters: forms.ModelMultipleChoiceField[PeerSupporter] = forms.ModelMultipleChoiceField(
        label=_("For whom is it?"), queryset=None, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, today: date, timezone: str, supporters: QuerySet[PeerSupporter], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.timezone = timezone
        if "supporters" in self.fields:
            self.fields["supporters"].queryset = supporters  # type: ignore[attr-defined]  # a model choice field
        self.fields["day"].widget.attrs["min"] = today.isoformat()
        self.helper = FormHelper()
        self.helper.form_tag = False
        chips = ("kind", "supporters")
        self.helper.layout = Layout(
            *(Field(name, wrapper_class="chips") if name in chips else name for name in self.fields)
        )

    def clean(self) -> dict[str, Any]:
        """Day and time become one moment, in the programme's own time zone."""
        cleaned = super().clean() or self.cleaned_data
        day, time = cleaned.pop("day", None), cleaned.pop("time", None)
        if day and time:
            cleaned["starts_at"] = datetime.combine(day, time, ZoneInfo(self.timezone))
        return cleaned


class MoveSessionForm(PlanSessionForm):
    """Another day, hour or place for a session that is planned; what kind it is and for whom stays."""

    kind = None  # type: ignore[assignment]  # Django's way to leave an inherited field out
    supporters = None  # type: ignore[assignment]

    def __init__(self, *args: Any, session: PlannedSession, today: date, timezone: str, **kwargs: Any) -> None:
        starts = session.starts_at.astimezone(ZoneInfo(timezone))
        kwargs["initial"] = {
            "day": starts.date(), "time": f"{starts:%H:%M}", "minutes": session.minutes, "place": session.place,
            "link": session.link,
        }  # fmt: skip
        super().__init__(*args, today=today, timezone=timezone, supporters=PeerSupporter.objects.none(), **kwargs)


class CallForm(forms.Form):
    """A call about a late visit."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    called = forms.ChoiceField(
        label=_("Whom did you call?"), choices=Called.choices, initial=Called.SUPPORTER, widget=forms.RadioSelect
    )
    result = forms.ChoiceField(label=_("What came of it?"), choices=CallResult.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What was agreed?"),
        required=False,
        max_length=300,
        help_text=_("Not needed. Write roles, not names: “the doctor”, “the school”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"client_id": uuid4()}
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "client_id",
            Field("called", wrapper_class="chips"),
            Field("result", wrapper_class="chips"),
            "note",
        )
