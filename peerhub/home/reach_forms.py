"""How somebody wishes to be reached, and what is safe for her."""

from __future__ import annotations

from datetime import time
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerhub.notices.choices import Channel, Kind
from peerhub.notices.models import Reach

REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
TIME = {"type": "time"}
# What each side of the programme hears of.
FOR_SUPPORTERS = (
    *(Kind.VISIT_REMINDER, Kind.FREQUENCY_CHANGED, Kind.PROPOSAL, Kind.COVER, Kind.SESSION_PLANNED),
    Kind.HELP_ANSWERED,
)
FOR_TEAM = (
    *(Kind.CONCERN, Kind.HELP_ASKED, Kind.VISIT_OVERDUE, Kind.OVERDUE_SUMMARY, Kind.NO_CONTACT),
    *(Kind.REVIEW_DUE, Kind.YEAR_ENDS, Kind.COVER, Kind.REPORT_READY),
)


def _zones() -> list[tuple[str, str]]:
    places = [zone for zone in available_timezones() if zone.startswith(REGIONS)]
    return [(zone, zone.replace("_", " ")) for zone in sorted(places, key=lambda zone: (zone[:7] != "Europe/", zone))]


class ReachForm(forms.Form):
    """A way for each kind of message, and hours. The answers reach the service by its own names."""

    HOURS: ClassVar[tuple[tuple[str, str], ...]] = (("quiet_from", "quiet_until"),)

    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"), required=False, widget=forms.TimeInput(TIME, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=forms.TimeInput(TIME, format="%H:%M"),
        help_text=gettext_lazy("What comes in between waits until then. Only concerns do not wait."),
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone of these hours"), choices=_zones)
    weekly_most = forms.IntegerField(
        label=gettext_lazy("Messages a week, at most"),
        min_value=1,
        max_value=50,
        required=False,
        help_text=gettext_lazy("Empty means no limit. What is too much waits for the next days."),
    )
    digest_at = forms.TimeField(
        label=gettext_lazy("One letter a day, at"),
        required=False,
        widget=forms.TimeInput(TIME, format="%H:%M"),
        help_text=gettext_lazy("Everything of the day comes in one e-mail at this time. Empty: one by one, at once."),
    )

    def __init__(self, *args: Any, reach: Reach | None, zone: str, kinds: tuple[Kind, ...], **kwargs: Any) -> None:
        self.kinds = kinds
        start = {"timezone": zone, "quiet_from": time(21), "quiet_until": time(8)}
        known = {name: getattr(reach, name) for name in self.base_fields} if reach else start
        kwargs["initial"] = known
        super().__init__(*args, **kwargs)
        for kind in kinds:
            self.fields[f"way_{kind}"] = forms.ChoiceField(
                label=capfirst(Kind(kind).label),
                choices=[(value, capfirst(label)) for value, label in Channel.choices],
                initial=self._way(reach, kind),
                required=False,
            )

    @staticmethod
    def _way(reach: Reach | None, kind: Kind) -> str:
        if reach and kind in reach.push_for:
            return Channel.PUSH
        return Channel.SMS if reach and kind in reach.sms_for else Channel.EMAIL

    @property
    def ways(self) -> list[forms.BoundField]:
        """The choice of a way for each kind."""
        return [self[f"way_{kind}"] for kind in self.kinds]

    @property
    def hours(self) -> list[forms.BoundField]:
        """Everything else."""
        return [self[name] for name in self.base_fields]

    def clean(self) -> dict[str, Any]:
        """Both ends of the hours or none; the ways as two lists of kinds."""
        cleaned = super().clean() or self.cleaned_data
        for start, end in self.HOURS:
            if (cleaned.get(start) is None) != (cleaned.get(end) is None):
                missing = end if cleaned.get(end) is None else start
                self.add_error(missing, _("Give both times, or none."))
        ways = {kind: cleaned.pop(f"way_{kind}", Channel.EMAIL) for kind in self.kinds}
        for field, channel in (("sms_for", Channel.SMS), ("push_for", Channel.PUSH)):
            cleaned[field] = [str(kind) for kind, way in ways.items() if way == channel]
        return cleaned


class SafeReachForm(ReachForm):
    """The same, with what is safe: kept by the team."""

    HOURS: ClassVar[tuple[tuple[str, str], ...]] = (("quiet_from", "quiet_until"), ("safe_from", "safe_until"))

    no_email = forms.BooleanField(label=gettext_lazy("Never by e-mail"), required=False)
    no_sms = forms.BooleanField(label=gettext_lazy("Never by text message"), required=False)
    no_call = forms.BooleanField(
        label=gettext_lazy("Never call"),
        required=False,
        help_text=gettext_lazy("Said on the pages from which somebody would call."),
    )
    safe_from = forms.TimeField(
        label=gettext_lazy("Only from"), required=False, widget=forms.TimeInput(TIME, format="%H:%M")
    )
    safe_until = forms.TimeField(
        label=gettext_lazy("Only until"),
        required=False,
        widget=forms.TimeInput(TIME, format="%H:%M"),
        help_text=gettext_lazy("Nothing is sent outside these hours, whatever it is."),
    )
