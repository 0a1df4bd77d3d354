from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from matching.choices import GoalStatus
from matching.forms.matches import DayField, MatchForm
from matching.models import PersonalGoal
from peerhub.lib.member import Member
from programmes.models import Membership
from recruitment.models import PeerSupporter

Choices = list[tuple[int, str]]


class UndoForm(MatchForm):
    """A step to fewer visits is taken back."""

    reason = forms.CharField(label=_("Why?"), max_length=200, help_text=_("What did you see or hear since the step?"))


class ExtendForm(MatchForm):
    """The year becomes longer."""

    months = forms.IntegerField(label=_("Months longer"), min_value=1, max_value=12, initial=1)
    reason = forms.CharField(label=_("Why?"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class DaysForm(MatchForm):
    """From a day up to and including another."""

    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Up to and including"), help_text=_("It ends by itself after this day."))

    def first_guess(self, today: date) -> dict[str, Any]:
        """Two weeks."""
        return {"starts_on": today, "ends_on": today + timedelta(days=13)}


class CoverForm(DaysForm):
    """Somebody else makes the visits for a while."""

    substitute = forms.ModelChoiceField(PeerSupporter.objects.none(), label=_("Who?"))
    need = forms.CharField(
        label=_("What does she need to know?"),
        required=False,
        max_length=300,
        help_text=_("She sees no earlier notes. Write only what the visits need: “ring twice”, “not before ten”."),
    )
    field_order = ("substitute", "starts_on", "ends_on", "need")

    def __init__(self, *args: Any, member: Member, without: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = PeerSupporter.objects.visible_to(member).active().exclude(pk=without).select_related("person")
        field = self.fields["substitute"]
        field.queryset = everybody.order_by("person__first_name", "pk")  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: row.person.full_name  # type: ignore[attr-defined]


class DeputyForm(DaysForm):
    """Somebody stands in for a supervisor."""

    supervisor = forms.ModelChoiceField(Membership.objects.none(), label=_("Who is away?"))
    deputy = forms.ModelChoiceField(Membership.objects.none(), label=_("Who stands in?"))
    field_order = ("supervisor", "deputy", "starts_on", "ends_on")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = Membership.objects.visible_to(member).current().who_supervise().select_related("person")
        for name in ("supervisor", "deputy"):
            self.fields[name].queryset = team.order_by("person__first_name", "pk")  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = lambda row: (  # type: ignore[attr-defined]
                f"{row.person.full_name} ({row.get_role_display()})"
            )


class GoalForm(forms.Form):
    """How far a personal goal has come."""

    goal: forms.ModelChoiceField[PersonalGoal] = forms.ModelChoiceField(queryset=None, widget=forms.HiddenInput)
    status = forms.ChoiceField(label=_("How far is it?"), choices=GoalStatus.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, goals: QuerySet[PersonalGoal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].queryset = goals  # type: ignore[attr-defined]  # a model choice field
