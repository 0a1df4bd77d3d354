"""A number that is slid or typed, with a script or without: a slider, a field beside it, and what stood there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

NUMBER, WAS = "_number", "_was"
WHOLE = re.compile(r"-?\d{1,19}")


class Slider(forms.Widget):
    """Reads whichever of the two was moved. A script keeps both the same; without one they may differ."""

    template_name = "matching/slider.html"

    def __init__(self, *, least: int, most: int, unit: str) -> None:
        super().__init__()
        self.least, self.most, self.unit = least, most, unit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The slider stands as near to what was typed as it can."""
        context = super().get_context(name, value, attrs)
        typed = value[1] if isinstance(value, tuple) else value
        slid = value[0] if isinstance(value, tuple) else self.nearest(value)
        was = "" if isinstance(value, tuple) else slid  # two numbers are asked about until they are one
        here = {"least": self.least, "most": self.most, "unit": self.unit, "slid": slid, "typed": typed, "was": was}
        context["widget"] |= here
        return context

    def nearest(self, value: Any) -> int:
        """The place of the slider for a value; its beginning for what is no number."""
        text = str(value).strip()
        number = int(text) if WHOLE.fullmatch(text) else self.least
        return min(max(number, self.least), self.most)

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        """The number that was changed; both, as (slid, typed), where they were changed to different ones."""
        slid, typed, was = data.get(name), data.get(name + NUMBER), data.get(name + WAS)
        if typed is None or slid is None:
            return slid if typed is None else typed
        if slid.strip() == typed.strip() or typed.strip() == (was or "").strip():
            return slid
        return typed if was is not None and slid.strip() == was.strip() else (slid, typed)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:
        """Neither was sent."""
        return name not in data and name + NUMBER not in data


class SliderField(forms.IntegerField):
    """A whole number within two ends; says in a sentence what is wrong with another."""

    def __init__(self, *, least: int, most: int, unit: str, **kwargs: Any) -> None:
        super().__init__(
            min_value=least, max_value=most, widget=Slider(least=least, most=most, unit=unit),
            error_messages=whole_number(least, most), **kwargs,
        )  # fmt: skip

    def clean(self, value: Any) -> Any:
        """Raises ValidationError also where slider and number say different things."""
        if isinstance(value, tuple):
            slid, typed = value
            raise ValidationError(
                _("The slider says %(slid)s and the field beside it %(typed)s. Give both the same number."),
                params={"slid": slid, "typed": typed},
            )
        return super().clean(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The ends stand in the template."""
        return {}


def whole_number(least: int, most: int) -> dict[str, str]:
    """One sentence for everything that can be wrong with a number."""
    sentence = _("Give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence)
