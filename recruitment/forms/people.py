"""What may be typed about people in their roles."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerhub.lib.dates import whole_years
from peerhub.lib.member import Member
from peerhub.people.choices import Gender
from programmes.models import Membership, Programme
from recruitment.choices import Channel, WishedAge, WishedGender
from recruitment.forms.fields import DayField, LanguagesField, PhoneField, SupervisorField, WeekField

EARLIEST_YEAR = 1900
GENDERS = [("", gettext_lazy("not said"))] + [choice for choice in Gender.choices if choice[0]]
LONG_TEXT = 4000


class ContactForm(forms.Form):
    """Who somebody is and how to reach her. What is typed here reaches the service as ``person_fields``."""

    PERSON: ClassVar[tuple[str, ...]] = ("first_name", "last_name", "email", "phone", "born_on", "languages")

    FIRST_DAY: ClassVar[str] = ""  # the day on which the role began: today, when a new one is written down

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100, required=False)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    born_on = DayField(label=gettext_lazy("Date of birth"), required=False)
    languages = LanguagesField()

    def __init__(self, *args: Any, programme: Programme, today: date, row: Any = None, **kwargs: Any) -> None:
        self.programme, self.today = programme, today
        kwargs["initial"] = self.typed_before(row) if row is not None else {self.FIRST_DAY: today}
        super().__init__(*args, **kwargs)
        phone: Any = self.fields["phone"]
        phone.region = programme.phone_region
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
            if isinstance(field, DayField):
                field.widget.attrs["max"] = today.isoformat()

    def typed_before(self, row: Any) -> dict[str, Any]:
        """What is known already, as the form shows it."""
        known = {name: getattr(row.person, name) for name in self.PERSON}
        own = [name for name in self.base_fields if name not in self.PERSON and hasattr(row, name)]
        return known | {name: getattr(row, name) for name in own}

    def clean_email(self) -> str:
        """Kept in lower case."""
        return str(self.cleaned_data["email"]).lower()

    def clean_born_on(self) -> date | None:
        """A day on which somebody who lives now can have been born."""
        born_on: date | None = self.cleaned_data["born_on"]
        if born_on and (born_on.year < EARLIEST_YEAR or born_on > self.today):
            raise forms.ValidationError(_("Nobody here can be born on this day. Look at the year again."))
        return born_on

    def clean(self) -> dict[str, Any]:
        """Part the fields of the person from those of the role."""
        cleaned = super().clean() or self.cleaned_data
        self.look_closer(cleaned)
        if self.errors:
            return cleaned
        return {
            "person_fields": {name: cleaned[name] for name in self.PERSON if name in cleaned},
            **{name: value for name, value in cleaned.items() if name not in self.PERSON},
        }

    def look_closer(self, cleaned: dict[str, Any]) -> None:
        """Checks that look at several fields together; for the forms below."""

    def not_in_the_future(self, cleaned: dict[str, Any], field: str) -> None:
        """A day that has come."""
        day = cleaned.get(field)
        if day and day > self.today:
            self.add_error(field, _("That day has not come yet. Give today or an earlier day."))


class PersonForm(ContactForm):
    """The same, with what matching looks at."""

    PERSON = (*ContactForm.PERSON, "gender", "postcode")

    gender = forms.ChoiceField(label=gettext_lazy("Gender"), choices=GENDERS, required=False)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=12, required=False)

    def clean_postcode(self) -> str:
        """Kept in capitals."""
        return str(self.cleaned_data["postcode"]).strip().upper()


class FirstContactForm(ContactForm):
    """Somebody who asks for support, before she said yes to a file: name, how to reach her, how she found us."""

    FIRST_DAY = "registered_on"

    registered_on = DayField(label=gettext_lazy("Registered on"))
    channel = forms.ChoiceField(label=gettext_lazy("Found us through"), choices=Channel.choices, initial=Channel.OTHER)
    channel_text = forms.CharField(
        label=gettext_lazy("Which one?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The service, the place or the event."),
    )
    safe_contact = forms.CharField(
        label=gettext_lazy("Do not contact by"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example: no letters to the house, no calls in the evening."),
    )

    def look_closer(self, cleaned: dict[str, Any]) -> None:
        """The programme's ages, on the day of registration."""
        self.not_in_the_future(cleaned, "registered_on")
        born_on, day = cleaned.get("born_on"), cleaned.get("registered_on") or self.today
        if born_on and born_on > day:
            self.add_error("born_on", _("This is after the day of registration."))
        elif born_on and (sentence := self.outside_ages(whole_years(born_on, day))):
            self.add_error("born_on", sentence)

    def outside_ages(self, age: int) -> str:
        """The sentence for somebody too young or too old for the programme, or nothing."""
        low, high = self.programme.min_age, self.programme.max_age
        if low is not None and age < low:
            return _(
                "This person is %(age)s. The programme is for people from %(low)s years. "
                "For somebody younger, talk with the guardian and find support made for that age."
            ) % {"age": age, "low": low}
        if high is not None and age > high:
            return _("This person is %(age)s. The programme is for people up to %(high)s years.") % {
                "age": age,
                "high": high,
            }
        return ""


class ParticipantForm(FirstContactForm, PersonForm):
    """Somebody who asks for support and said yes to a file."""

    PERSON = PersonForm.PERSON

    request_for_help = forms.CharField(
        label=gettext_lazy("Asks for help with"),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("In this person's own words where you can."),
    )
    wishes_gender = forms.ChoiceField(
        label=gettext_lazy("Wishes support from"),
        choices=WishedGender.choices,
        required=False,
        help_text=gettext_lazy("We always keep to this wish."),
    )
    wishes_age = forms.ChoiceField(label=gettext_lazy("Wish about age"), choices=WishedAge.choices, required=False)
    available = WeekField(label=gettext_lazy("Usually free"))
    children = forms.IntegerField(label=gettext_lazy("Children at home"), min_value=0, max_value=20, required=False)
    remarks = forms.CharField(
        label=gettext_lazy("Remarks"), max_length=LONG_TEXT, required=False, widget=forms.Textarea
    )


class SupporterForm(PersonForm):
    """Somebody who supports others."""

    FIRST_DAY = "started_on"

    started_on = DayField(label=gettext_lazy("With us since"))
    supervisor = SupervisorField(
        label=gettext_lazy("Supervisor"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("nobody yet"),
        help_text=gettext_lazy("Whom she can call when something is hard."),
    )
    experience = forms.CharField(
        label=gettext_lazy("Lived experience"),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("What this person went through and may share with others."),
    )
    skills = forms.CharField(label=gettext_lazy("Skills"), max_length=LONG_TEXT, required=False, widget=forms.Textarea)
    hours_per_week = forms.IntegerField(label=gettext_lazy("Hours a week"), min_value=1, max_value=40, required=False)
    max_matches = forms.IntegerField(
        label=gettext_lazy("People at the same time"), min_value=1, max_value=20, required=False
    )
    max_travel_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of travel, at most"), min_value=1, max_value=240, required=False
    )
    wishes_gender = forms.ChoiceField(
        label=gettext_lazy("Would support"),
        choices=WishedGender.choices,
        required=False,
        help_text=gettext_lazy("We always keep to this wish."),
    )
    available = WeekField(label=gettext_lazy("Usually free"))
    remarks = forms.CharField(
        label=gettext_lazy("Remarks"), max_length=LONG_TEXT, required=False, widget=forms.Textarea
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supervisor: Any = self.fields["supervisor"]
        supervisor.queryset = Membership.objects.visible_to(member).current().who_supervise().select_related("person")
        self.fields["max_matches"].help_text = _("Empty means the programme's number: %(number)s.") % {
            "number": self.programme.max_matches
        }

    def look_closer(self, cleaned: dict[str, Any]) -> None:
        """The first day has come."""
        self.not_in_the_future(cleaned, "started_on")
