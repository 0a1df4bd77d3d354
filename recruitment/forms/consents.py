"""What may be typed about consent: an answer, a guardian, a new version of a text."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerhub.lib.member import Member
from peerhub.people.choices import ConsentAnswer, ConsentMode, ConsentPurpose, GivenBy, Language, Representing
from peerhub.people.consent import under_age
from peerhub.people.models import ConsentText, LegalRepresentative, Person
from recruitment.forms.fields import DayField

MODES = [choice for choice in ConsentMode.choices if choice[0] != ConsentMode.BEFORE]
LONGEST_TEXT = 6000


class RowField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own is no generic when it runs
    """One of some people, by name; which ones is said when the form is made."""


class ConsentForm(forms.Form):
    """The answer to a text that was read. The two buttons send ``answer``, the version says which words they were."""

    answer = forms.ChoiceField(choices=ConsentAnswer.choices, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    language = forms.ChoiceField(choices=Language.choices, widget=forms.HiddenInput)
    subject = forms.CharField(
        label=gettext_lazy("Which service?"),
        max_length=120,
        help_text=gettext_lazy("One service at a time, for example: the housing office."),
    )
    representative = RowField(
        label=gettext_lazy("Guardian who answers too"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("choose"),
    )
    assent = forms.BooleanField(label=gettext_lazy("This person agrees too"), required=False)
    mode = forms.ChoiceField(
        label=gettext_lazy("How is the answer given?"),
        choices=MODES,
        initial=ConsentMode.WRITTEN,
        widget=forms.RadioSelect,
    )
    witness = RowField(
        label=gettext_lazy("Who heard it?"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("choose"),
        help_text=gettext_lazy("A spoken yes needs a witness: somebody of the team besides you."),
    )
    interpreter = forms.CharField(label=gettext_lazy("Who interprets?"), max_length=120, required=False)
    read_by = RowField(
        label=gettext_lazy("Who reads it aloud?"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("nobody: this person reads alone"),
    )
    given_on = DayField(label=gettext_lazy("Answered on"))

    def __init__(
        self, *args: Any, person: Person, text: ConsentText, member: Member, today: date, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "version": text.version, "language": text.language, "read_by": member.person_id, "given_on": today,
            **(kwargs.get("initial") or {}),
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.person, self.today = person, today
        team = Person.objects.visible_to(member).filter(memberships__ends_on__isnull=True, memberships__isnull=False)
        team = team.exclude(pk=person.pk).distinct()
        self._choose("read_by", team)
        self._choose("witness", team.exclude(pk=member.person_id))
        self.fields["given_on"].widget.attrs["max"] = today.isoformat()
        if text.purpose != ConsentPurpose.SHARE_WITH_SERVICE:
            del self.fields["subject"]
        if under_age(person.born_on, day=today):
            guardians = LegalRepresentative.objects.visible_to(member).filter(person=person)
            self._choose("representative", guardians.current(today))
        else:
            del self.fields["representative"], self.fields["assent"]

    @property
    def needs_guardian(self) -> bool:
        """Whether somebody under age has nobody written down yet who answers together with her."""
        field: Any = self.fields.get("representative")
        return field is not None and not field.queryset.exists()

    def _choose(self, name: str, people: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = people

    def clean(self) -> dict[str, Any]:
        """Who answers follows from what was chosen; a no is always this person's own."""
        cleaned = super().clean() or self.cleaned_data
        yes = cleaned.get("answer") == ConsentAnswer.YES
        guardian = cleaned.get("representative") if yes else None
        if yes and "representative" in self.fields and guardian is None:
            self.add_error("representative", _("Choose the guardian who says yes too."))
        if guardian is not None and not cleaned.get("assent"):
            self.add_error("assent", _("A guardian's yes counts only together with this person's own."))
        if yes and cleaned.get("mode") == ConsentMode.ORAL and cleaned.get("witness") is None:
            self.add_error("witness", _("Say who heard it: a spoken yes needs a witness."))
        if yes and cleaned.get("mode") == ConsentMode.INTERPRETER and not cleaned.get("interpreter"):
            self.add_error("interpreter", _("Say who interpreted."))
        cleaned["representative"] = guardian
        cleaned["given_by"] = GivenBy.GUARDIAN if guardian else GivenBy.SELF
        cleaned["assent"] = True if guardian else None
        return cleaned


class GuardianForm(forms.Form):
    """Who answers together with somebody under age."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Answers as"), choices=Representing.choices)
    contact = forms.CharField(
        label=gettext_lazy("Phone or e-mail address"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Nothing more is needed: no papers, no numbers, no procedure."),
    )
    from_on = DayField(label=gettext_lazy("From"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"from_on": today}
        super().__init__(*args, **kwargs)


class ConsentTextForm(forms.Form):
    """A new version of the words for one purpose, in one language."""

    text = forms.CharField(
        label=gettext_lazy("What is read"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 16}),
        help_text=gettext_lazy(
            "Short sentences. Say what is kept, who sees it, that no is fine, and what happens when somebody takes the "
            "yes back. End with the question."
        ),
    )
    asks_again = forms.BooleanField(
        label=gettext_lazy("This means something else than before: ask everybody anew"),
        required=False,
        help_text=gettext_lazy("Each earlier yes counts until that person has answered again."),
    )
