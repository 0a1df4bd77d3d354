from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from matching.choices import (
    OUTCOME_OF,
    Activity,
    Feeling,
    HelpKind,
    Outcome,
    Request,
    Topic,
    VisitPlace,
    WhyNot,
    WorkKind,
)  # fmt: skip
from peerhub.lib.moments import minutes_words

USUAL_MINUTES = 60
STEPS = (30, 45, 60, 90, 120, 180)
AGAIN = [("", _("not yet")), ("1", _("tomorrow")), ("2", _("in 2 days")), ("7", _("in a week"))]
WORDS = ("note", "has_concern", "concern")
Choices = Sequence[tuple[int, str]]


class SheetForm(forms.Form):
    """What every sheet of the phone shares: the id by which it is known when it is sent twice, and the day."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    occurred_on = forms.DateField(label=_("Which day?"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        given = {name: value for name, value in (kwargs.get("initial") or {}).items() if value}
        kwargs["initial"] = {"client_id": uuid.uuid4(), "occurred_on": today, **given}
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["occurred_on"].widget.attrs["max"] = today.isoformat()
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = self.page_layout()

    def page_layout(self) -> Layout:
        """What is asked, in the order of the page."""
        return Layout("client_id", "occurred_on")


class WordsForm(SheetForm):
    """The words at the end of a visit's sheet."""

    note = forms.CharField(
        label=_("Anything to remember?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
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


class VisitForm(WordsForm):
    """A visit that was held: prefilled for the usual visit, so that sending is the third tap.

    ``others`` are the other people of this peer supporter, for an activity with several at once; ``goals`` the
    personal goals of this person, by their numbers.
    """

    minutes = forms.TypedChoiceField(label=_("How long?"), coerce=int, initial=USUAL_MINUTES, widget=forms.RadioSelect)
    place = forms.ChoiceField(
        label=_("Where?"), choices=VisitPlace.choices, initial=VisitPlace.HOME, widget=forms.RadioSelect
    )
    request = forms.ChoiceField(
        label=_("Does she need more or less help than before?"),
        choices=Request.choices,
        initial=Request.SAME,
        widget=forms.RadioSelect,
    )
    feeling = forms.ChoiceField(
        label=_("How did it feel to you?"), choices=Feeling.choices, required=False, widget=forms.RadioSelect
    )
    also = forms.TypedMultipleChoiceField(
        label=_("Who else was there?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("One entry for all. What you write below belongs to the first person."),
    )  # fmt: skip
    activities = forms.MultipleChoiceField(
        label=_("What did you do?"), choices=Activity.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    topics = forms.MultipleChoiceField(
        label=_("What was it about?"), choices=Topic.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    goals = forms.TypedMultipleChoiceField(
        label=_("Which goals was it about?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, others: Choices = (), goals: Choices = (), **kwargs: Any) -> None:
        self.others, self.own_goals = list(others), list(goals)
        super().__init__(*args, **kwargs)
        usual = self.initial.get("minutes", USUAL_MINUTES)
        self.fields["minutes"].choices = [(one, minutes_words(one)) for one in sorted({*STEPS, usual})]  # type: ignore[attr-defined]
        self.fields["also"].choices = self.others  # type: ignore[attr-defined]  # a field of choices
        if not self.others:
            del self.fields["also"]
        self.fields["goals"].choices = self.own_goals  # type: ignore[attr-defined]  # a field of choices
        if not self.own_goals:
            del self.fields["goals"]

    def page_layout(self) -> Layout:
        """The order on the phone: what is usually right comes first and needs no touch."""
        also = [Field("also", wrapper_class="chips")] if self.others else []
        goals = [Field("goals", wrapper_class="chips chips-stack")] if self.own_goals else []
        return Layout(
            "client_id",
            "occurred_on",
            Field("minutes", wrapper_class="chips"),
            Field("place", wrapper_class="chips"),
            *goals,
            Field("request", wrapper_class="chips"),
            Field("feeling", template="matching/_faces.html"),
            Div(
                *also,
                Field("activities", wrapper_class="chips"),
                Field("topics", wrapper_class="chips"),
                template="matching/_more.html",
            ),
            *WORDS,
        )

    def clean(self) -> dict[str, Any]:
        """Only what this sheet is for."""
        return {"also": [], "goals": [], **(super().clean() or {}), "outcome": str(Outcome.HELD)}


class MissedForm(WordsForm):
    """A visit that did not happen: one tap for who and why, one for the new day."""

    why = forms.ChoiceField(label=_("What happened?"), choices=WhyNot.choices, widget=forms.RadioSelect)
    again = forms.ChoiceField(
        label=_("Did you agree on a new day?"), choices=AGAIN, required=False, widget=forms.RadioSelect
    )
    again_on = forms.DateField(label=_("Another day"), required=False, widget=forms.DateInput({"type": "date"}))

    def page_layout(self) -> Layout:
        """The reason first."""
        return Layout(
            "client_id",
            Field("why", wrapper_class="chips"),
            Field("again", wrapper_class="chips"),
            Div("again_on", "occurred_on", template="matching/_more.html"),
            *WORDS,
        )

    def clean(self) -> dict[str, Any]:
        """Who and why say what happened; “in a week” is counted from the day on which it is typed."""
        given = super().clean() or {}
        again = given.pop("again", "")
        if again and not given.get("again_on"):
            given["again_on"] = self.today + timedelta(days=int(again))
        occurred_on, again_on = given.get("occurred_on"), given.get("again_on")
        if occurred_on and again_on and again_on <= occurred_on:
            self.add_error("again_on", _("The new day comes after the day on which it did not happen."))
        outcome = OUTCOME_OF.get(WhyNot(given["why"])) if given.get("why") else ""
        return {**given, "outcome": str(outcome)}


class WorkForm(SheetForm):
    """Work beside the visits."""

    kind = forms.ChoiceField(
        label=_("What did you do?"), choices=WorkKind.choices, initial=WorkKind.CALL, widget=forms.RadioSelect
    )
    minutes = forms.TypedChoiceField(
        label=_("How long?"), coerce=int, initial=30, widget=forms.RadioSelect,
        choices=[(one, minutes_words(one)) for one in (10, 15, 30, 60, 120)],
    )  # fmt: skip
    note = forms.CharField(
        label=_("Anything to remember?"), required=False, max_length=200,
        help_text=_("Not needed. Write roles, not names: “her neighbour”, “the school”."),
    )  # fmt: skip

    def page_layout(self) -> Layout:
        """Short."""
        chips = (Field("kind", wrapper_class="chips"), Field("minutes", wrapper_class="chips"))
        return Layout("client_id", *chips, "occurred_on", "note")


class AskForm(forms.Form):
    """A question to the contact person, or a wish for a pause."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What do you ask for?"), choices=HelpKind.choices, initial=HelpKind.HELP, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("What is it about?"), max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Write roles, not names. For a pause: from when, and until about when."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"client_id": uuid.uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = Layout("client_id", Field("kind", wrapper_class="chips"), "text")


class AnswerForm(forms.Form):
    """An answer to a request."""

    request_id = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea({"rows": 2}))
