from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from matching.choices import DeclineCode, Explained, GoalDomain, ReadHow
from matching.forms.matches import DayField, MatchForm
from matching.models import Connection
from peerhub.lib.member import Member
from programmes.choices import LocaleCode
from programmes.models import Membership
from recruitment.models import PeerSupporter

GOALS = 3
CODES = [choice for choice in DeclineCode.choices if choice[0]]
Choices = list[tuple[int, str]]


def team_choices(member: Member) -> Choices:
    """Everybody of the team, by the person's key; whoever has two roles stands there once."""
    team = Membership.objects.visible_to(member).current().team().select_related("person")
    return sorted({row.person_id: row.person.full_name for row in team}.items(), key=lambda one: one[1])


class DeclineForm(MatchForm):
    """No, without having to say why; if one likes, in one tap."""

    code = forms.ChoiceField(
        label=_("You need not say why. If you like, one tap helps us with the next proposal:"),
        choices=CODES,
        required=False,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Anything else?"), required=False, max_length=200)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.helper.layout = Layout(Field("code", wrapper_class="chips"), "reason")


class MeetingForm(MatchForm):
    """When, where, and who of the team is there."""

    day = DayField(label=_("Day"))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput({"type": "time"}), initial="10:00")
    meeting_place = forms.CharField(
        label=_("Where do they meet?"),
        max_length=200,
        help_text=_("A place both know and where nobody is at home: the community centre, a café."),
    )
    staff = forms.TypedChoiceField(label=_("Who of the team is there?"), coerce=int)

    def __init__(self, *args: Any, today: date, team: Choices, timezone: str, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.timezone = timezone
        self.fields["staff"].choices = team  # type: ignore[attr-defined]  # a choice field
        self.fields["day"].widget.attrs["min"] = today.isoformat()

    def first_guess(self, today: date) -> dict[str, Any]:
        """In three days."""
        return {"day": today + timedelta(days=3)}

    def clean(self) -> dict[str, Any]:
        """Day and time become one moment, in the programme's own time zone."""
        cleaned = super().clean() or self.cleaned_data
        day, time = cleaned.pop("day", None), cleaned.pop("time", None)
        if day and time:
            cleaned["meeting_at"] = datetime.combine(day, time, ZoneInfo(self.timezone))
        return cleaned


class ExplainForm(MatchForm):
    """What a participant knows before she decides."""

    explained = forms.MultipleChoiceField(
        label=_("What did you explain?"),
        choices=Explained.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    waived = forms.CharField(
        label=_("Or: why is it not needed?"),
        required=False,
        max_length=200,
        help_text=_("For example: she was supported before and knows all this."),
    )


class AgreementForm(MatchForm):
    """Goals in her own words, the first visit, and what else was agreed."""

    first_visit_on = DayField(label=_("First visit"))
    parallel_support = forms.BooleanField(
        label=_("She also has professional support, and wants this beside it"), required=False
    )
    parallel_words = forms.CharField(
        label=_("Which support?"),
        required=False,
        max_length=200,
        help_text=_("In a few words: a GP, debt counselling. No diagnosis."),
    )
    terms = forms.CharField(
        label=_("What else did you agree?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Where you meet, how to cancel, what is not asked."),
    )
    read_how = forms.ChoiceField(
        label=_("How is the agreement read?"),
        choices=ReadHow.choices,
        initial=ReadHow.HERSELF,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        rows = [self._goal(number) for number in range(1, GOALS + 1)]
        rest = (
            "first_visit_on",
            "parallel_support",
            "parallel_words",
            "terms",
            Field("read_how", wrapper_class="chips"),
        )
        self.helper.layout = Layout(*rows, *rest)

    def _goal(self, number: int) -> Div:
        words, domain = f"goal_{number}", f"domain_{number}"
        label = (
            _("What do you want to reach? In your own words") if number == 1 else _("And another goal, if there is one")
        )
        self.fields[words] = forms.CharField(label=label, max_length=300, required=number == 1)
        self.fields[domain] = forms.ChoiceField(label=_("About"), choices=GoalDomain.choices, initial=GoalDomain.OTHER)
        self.fields[domain].required = False
        return Div(Div(words, css_class="col-sm-8"), Div(domain, css_class="col-sm-4"), css_class="row")

    def first_guess(self, today: date) -> dict[str, Any]:
        """The first visit a week from now."""
        return {"first_visit_on": today + timedelta(days=7)}

    def clean(self) -> dict[str, Any]:
        """The goals that were written, in their order."""
        cleaned = super().clean() or self.cleaned_data
        typed = [
            (cleaned.pop(f"domain_{number}", "") or GoalDomain.OTHER, (cleaned.pop(f"goal_{number}", "") or "").strip())
            for number in range(1, GOALS + 1)
        ]
        cleaned["goals"] = [(str(domain), words) for domain, words in typed if words]
        return cleaned


class HandOverForm(MatchForm):
    """Who goes on, and the talk in which it was said."""

    supporter = forms.ModelChoiceField(label=_("Who goes on?"), queryset=PeerSupporter.objects.none())
    ended_on = DayField(label=_("Day of the talk"))
    no_talk_reason = forms.CharField(label=_("If there was no talk: why not?"), required=False, max_length=200)

    def __init__(self, *args: Any, today: date, member: Member, but: int, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        others = PeerSupporter.objects.visible_to(member).active().exclude(pk=but).select_related("person")
        self.fields["supporter"].queryset = others  # type: ignore[attr-defined]  # a ModelChoiceField


class ConnectForm(MatchForm):
    """A peer supporter and somebody of the team get to know each other."""

    supporter = forms.ModelChoiceField(label=_("Peer supporter"), queryset=PeerSupporter.objects.none())
    professional = forms.ModelChoiceField(label=_("Somebody of the team"), queryset=Membership.objects.none())
    starts_on = DayField(label=_("Since"))

    def __init__(self, *args: Any, today: date, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        taken = Connection.objects.visible_to(member).current().values("supporter_id")
        alone = PeerSupporter.objects.visible_to(member).active().exclude(pk__in=taken)
        self.fields["supporter"].queryset = alone.select_related("person")  # type: ignore[attr-defined]  # a ModelChoiceField
        team = Membership.objects.visible_to(member).current().team().select_related("person")
        field = self.fields["professional"]
        field.queryset = team  # type: ignore[attr-defined]  # a ModelChoiceField
        field.label_from_instance = lambda row: f"{row.person.full_name} ({row.get_role_display()})"  # type: ignore[attr-defined]  # likewise


class TextForm(MatchForm):
    """The programme's own text of agreements."""

    language = forms.ChoiceField(label=_("Language"), choices=LocaleCode.choices, widget=forms.HiddenInput)
    body = forms.CharField(
        label=_("What every agreement says"),
        max_length=12_000,
        widget=forms.Textarea({"rows": 18}),
        help_text=_("Short sentences. An empty line begins a new paragraph."),
    )
