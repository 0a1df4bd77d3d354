"""What may be typed about an import: the file, how its dates are written, and what its columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recruitment.models import ImportBatch

READ_AT_MOST = 5 * 1024 * 1024 + 1  # one byte more than is taken, so that a file too large is known as such
SAMPLES = 3
LONGEST_SAMPLE = 40


def date_orders(language: str) -> list[tuple[str, str]]:
    """How dates without a month's name are read."""
    return [(language, _("day, month, year: 31-12-2026")), ("en-us", _("month, day, year: 12/31/2026"))]


class UploadForm(forms.Form):
    """A workbook or CSV; cleaned into the arguments of read_upload."""

    file = forms.FileField(
        label=gettext_lazy("Workbook or CSV"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
        help_text=gettext_lazy(
            "An .xlsx or .csv file of at most 5 MB. The first row with headings may be in English, Dutch or French."
        ),
    )
    locale = forms.ChoiceField(label=gettext_lazy("Dates in this file are written as"))

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["locale"].choices = date_orders(language)  # type: ignore[attr-defined]  # a ChoiceField
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """The file's name and bytes."""
        cleaned = super().clean() or {}
        file = cleaned.pop("file", None)
        return {**cleaned, "name": file.name, "data": file.read(READ_AT_MOST)} if file else cleaned


class MappingForm(forms.Form):
    """Whom each sheet lists and what each column means; cleaned into the arguments of correct_import."""

    locale = forms.ChoiceField(label=gettext_lazy("Dates in this file are written as"))

    def __init__(
        self, *args: Any, batch: ImportBatch, roles: Mapping[str, Any], fields: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        locale = self.fields["locale"]
        locale.choices = date_orders(batch.programme.language)  # type: ignore[attr-defined]  # a ChoiceField
        locale.initial = batch.locale
        locale.widget.attrs["class"] = "form-select"
        meanings = [("", _("left out")), *((name, capfirst(str(label))) for name, label in fields.items())]
        for number, chosen in enumerate(batch.mapping["sheets"]):
            self._add(f"role_{number}", [(name, capfirst(str(label))) for name, label in roles.items()], chosen["role"])
            for place, name in enumerate(chosen["columns"]):
                self._add(f"column_{number}_{place}", meanings, name)

    def _add(self, name: str, choices: list[tuple[str, str]], initial: str) -> None:
        widget = forms.Select(attrs={"class": "form-select"})
        self.fields[name] = forms.ChoiceField(choices=choices, initial=initial, required=False, widget=widget)

    def sheets(self) -> Iterator[dict[str, Any]]:
        """Each sheet with its choice of role and its columns, for the page."""
        for number, sheet in enumerate(self.batch.sheets):
            yield {
                "name": sheet["name"],
                "rows": len(sheet["rows"]),
                "role": self[f"role_{number}"],
                "columns": [
                    {
                        "heading": heading or _("column %(number)s") % {"number": place + 1},
                        "samples": _samples(sheet, place),
                        "field": self[f"column_{number}_{place}"],
                        "used": bool(self[f"column_{number}_{place}"].value()),
                    }
                    for place, heading in enumerate(sheet["headings"])
                ],
            }

    def clean(self) -> dict[str, Any]:
        """The mapping as the batch keeps it."""
        cleaned = super().clean() or {}
        mapping = [
            {
                "role": cleaned.get(f"role_{number}", ""),
                "columns": [cleaned.get(f"column_{number}_{place}", "") for place in range(len(chosen["columns"]))],
            }
            for number, chosen in enumerate(self.batch.mapping["sheets"])
        ]
        return {"mapping": mapping, "locale": cleaned.get("locale", self.batch.locale)}


def _samples(sheet: Mapping[str, Any], place: int) -> list[str]:
    """The first different values of a column, short."""
    found: list[str] = []
    for _number, row in sheet["rows"][:200]:
        text = row[place].strip() if place < len(row) else ""
        text = text if len(text) <= LONGEST_SAMPLE else f"{text[:LONGEST_SAMPLE]}…"
        if text and text not in found:
            found.append(text)
        if len(found) == SAMPLES:
            break
    return found
