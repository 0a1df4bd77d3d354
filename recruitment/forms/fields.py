"""Fields and widgets that the forms about people share."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerhub.people.choices import Language
from programmes.models import Membership
from recruitment.choices import DAY_PARTS, WEEK_SLOTS, WEEKDAYS, Interest, slot_label

COMMON = 12


class DayField(forms.DateField):
    """A day, picked with the device's own calendar."""

    widget = forms.DateInput({"type": "date"})


class WeekGrid(forms.CheckboxSelectMultiple):
    """The week as seven rows of three boxes."""

    template_name = "recruitment/_week.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The boxes sorted by day."""
        context = super().get_context(name, value, attrs)
        boxes = [options[0] for _group, options, _index in context["widget"]["optgroups"]]
        context["parts"] = [capfirst(str(part)) for part in DAY_PARTS]
        context["days"] = [
            {"label": label, "boxes": boxes[day * 3 : day * 3 + 3]} for day, label in enumerate(WEEKDAYS)
        ]
        return context


class LanguagePick(forms.CheckboxSelectMultiple):
    """Languages to tick: the common ones and those already ticked in view, the others one tap away."""

    template_name = "recruitment/_languages.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The boxes in two groups."""
        context = super().get_context(name, value, attrs)
        boxes = [options[0] for _group, options, _index in context["widget"]["optgroups"]]
        context["common"] = boxes[:COMMON] + [box for box in boxes[COMMON:] if box["selected"]]
        context["more"] = [box for box in boxes[COMMON:] if not box["selected"]]
        return context


class WeekField(forms.TypedMultipleChoiceField):
    """When somebody usually has time, as slots of the week."""

    widget = WeekGrid

    def __init__(self, **kwargs: Any) -> None:
        choices = [(slot, slot_label(slot)) for slot in WEEK_SLOTS]
        super().__init__(choices=choices, coerce=int, required=False, **kwargs)


class LanguagesField(forms.MultipleChoiceField):
    """The languages somebody speaks."""

    widget = LanguagePick

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {"label": gettext_lazy("Languages"), "choices": Language.choices, "required": False}
        super().__init__(**given | kwargs)


class InterestsField(forms.MultipleChoiceField):
    """What somebody likes to do."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {"label": gettext_lazy("Likes"), "choices": Interest.choices, "required": False}
        super().__init__(**given | kwargs)


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not known yet: three answers, and the third is never taken for a no."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", gettext_lazy("not known")), ("True", gettext_lazy("yes")), ("False", gettext_lazy("no"))]
        super().__init__(
            choices=choices, coerce=lambda typed: typed == "True", empty_value=None, required=False, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """The stored answer as the choice that stands for it."""
        return "" if value is None else str(value)


class PhoneField(forms.CharField):
    """A telephone number as people type it; kept as +31612345678. ``region`` is the country of numbers without a +."""

    widget = forms.TextInput({"type": "tel", "autocomplete": "off"})
    region = "NL"

    def clean(self, value: Any) -> str:
        """The number in one international form, or a sentence with an example."""
        typed = str(super().clean(value) or "").strip()
        return full_number(typed, self.region) if typed else ""


def full_number(typed: str, region: str) -> str:
    """A typed telephone number in international form (E.164). Raises ValidationError with an example."""
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        shown = (
            phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            if example
            else "+31 6 12345678"
        )
        raise ValidationError(
            _("“%(typed)s” is no telephone number that works. Write it like %(example)s."),
            params={"typed": typed, "example": shown},
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class SupervisorField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own is no generic when it runs
    """One of the people a peer supporter can turn to."""

    def label_from_instance(self, obj: Membership) -> str:
        """Name and role."""
        return f"{obj.person.full_name} ({obj.get_role_display()})"
