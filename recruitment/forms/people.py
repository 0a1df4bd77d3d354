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
from recruitment.choices import Channel, SupportKind, TravelMode, WishedAge, WishedGender
from recruitment.forms.campaigns import CampaignChoice
from recruitment.forms.fields import (
    DayField,
    InterestsField,
    LanguagesField,
    PhoneField,
    SupervisorField,
    WeekField,
    YesNoField,
)
from recruitment.models import Participant

EARLIEST_YEAR = 1900
GENDERS = [("", gettext_lazy("not said"))] + [choice for choice in Gender.choices if choice[0]]
LONG_TEXT = 4000


class ContactForm(forms.Form):
    """Who somebody is and how to reach her. What is typed here reaches the service as ``person_fields``."""

    PERSON: ClassVar[tuple[str, ...]] = (
        *("first_name", "last_name", "email", "phone", "born_on", "languages", "languages_little"),
    )

    FIRST_DAY: ClassVar[str] = ""  # the day on which the role began: today, when a new one is written down

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100, required=False)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    born_on = DayField(label=gettext_lazy("Date of birth"), required=False)
    languages = LanguagesField()
    languages_little = LanguagesField(
        label=gettext_lazy("Of these, only a little"),
        help_text=gettext_lazy("Enough for a greeting, not for a talk. Leave it empty when you do not know."),
    )

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
        spoken, little = cleaned.get("languages", []), cleaned.get("languages_little", [])
        cleaned["languages"] = [*spoken, *(code for code in little if code not in spoken)]
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
    campaign = CampaignChoice()
    safe_contact = forms.CharField(
        label=gettext_lazy("Do not contact by"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example: no letters to the house, no calls in the evening."),
    )

    def __init__(self, *args: Any, member: Member, row: Participant | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        choice: Any = self.fields["campaign"]
        choice.offer(member, row.campaign_id if row else None)

    def look_closer(self, cleaned: dict[str, Any]) -> None:
        """The programme's ages, on the day of registration."""
        cleaned["support_kind"] = cleaned.get("support_kind") or SupportKind.ONE_TO_ONE
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
    interests = InterestsField()
    support_kind = forms.ChoiceField(
        label=gettext_lazy("Asks for"), choices=SupportKind.choices, initial=SupportKind.ONE_TO_ONE, required=False
    )
    visits_at_home = YesNoField(
        label=gettext_lazy("Visits at home"),
        help_text=gettext_lazy("At home or with children, some programmes ask for a certificate of conduct."),
    )
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
    wishes_age = forms.ChoiceField(
        label=gettext_lazy("Wish about age"),
        choices=WishedAge.choices,
        required=False,
        help_text=gettext_lazy("We always keep to this wish."),
    )
    travel_mode = forms.ChoiceField(label=gettext_lazy("Usually goes"), choices=TravelMode.choices, required=False)
    available = WeekField(label=gettext_lazy("Usually free"))
    interests = InterestsField()
    offers = forms.MultipleChoiceField(
        label=gettext_lazy("Offers"),
        choices=SupportKind.choices,
        required=False,
        initial=[SupportKind.ONE_TO_ONE],
        widget=forms.CheckboxSelectMultiple,
    )
    hosts_people = forms.IntegerField(
        label=gettext_lazy("People who can stay"),
        min_value=1,
        max_value=20,
        required=False,
        help_text=gettext_lazy("Only for a household that takes others in: one household at a time."),
    )
    group_places = forms.IntegerField(
        label=gettext_lazy("Places in the group"),
        min_value=1,
        max_value=50,
        required=False,
        help_text=gettext_lazy("Only for somebody who leads a group."),
    )
    placement_ends_on = DayField(
        label=gettext_lazy("Student placement until"),
        required=False,
        help_text=gettext_lazy("Only for students: support that can last longer is proposed first."),
    )
    vetting_passed = YesNoField(label=gettext_lazy("Certificate of conduct in order"))
    vetting_seen_on = DayField(
        label=gettext_lazy("Seen on"),
        required=False,
        help_text=gettext_lazy("Look at the certificate and give it back: only the day and the result are kept."),
    )
    vetting_until_on = DayField(label=gettext_lazy("Valid until"), required=False)
    remarks = forms.CharField(
        label=gettext_lazy("Remarks"), max_length=LONG_TEXT, required=False, widget=forms.Textarea
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supervisor: Any = self.fields["supervisor"]
        supervisor.queryset = Membership.objects.visible_to(member).current().who_supervise().select_related("person")
        self.fields["max_matches"].help_text = _(
            "Empty means the programme's number: %(number)s. Somebody who is visited less often takes less of a place."
        ) % {"number": self.programme.max_matches}

        for name in ("placement_ends_on", "vetting_until_on"):  # days that may lie ahead
            self.fields[name].widget.attrs.pop("max", None)

    def look_closer(self, cleaned: dict[str, Any]) -> None:
        """The first day has come; a certificate of conduct has a day and a result, in order."""
        self.not_in_the_future(cleaned, "started_on")
        self.not_in_the_future(cleaned, "vetting_seen_on")
        cleaned["offers"] = cleaned.get("offers") or [SupportKind.ONE_TO_ONE.value]
        seen_on, until = cleaned.get("vetting_seen_on"), cleaned.get("vetting_until_on")
        if (cleaned.get("vetting_passed") is None) != (seen_on is None):
            self.add_error("vetting_seen_on", _("Give the day and say whether the certificate is in order."))
        elif until and (seen_on is None or until < seen_on):
            self.add_error("vetting_until_on", _("A certificate is valid until a day after it was seen."))
