from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from peerhub.people.choices import NoteKind
from peerhub.people.models import FEWEST_LETTERS, LONGEST_NOTE


class TextForm(forms.Form):
    """The text of a note, new or corrected."""

    text = forms.CharField(
        label=_("What should it say?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 8}),
        help_text=_(
            "Facts, needs and agreements. No diagnosis and nothing you only think. The person may ask to read it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class NoteForm(TextForm):
    """A new sensitive note; the hidden key makes two clicks one note."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [one for one in NoteKind.choices if one[0] in kinds]  # type: ignore[attr-defined]  # a choice field
        self.fields["kind"].initial = kinds[0] if kinds else ""
        self.helper.layout = Layout(Field("kind", wrapper_class="chips"), "text", "key")


class OpenForm(forms.Form):
    """Why somebody opens what is closed to her."""

    reason = forms.CharField(
        label=_("Why can it not wait?"),
        min_length=FEWEST_LETTERS,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("In your own words, a sentence at least. The coordinators read it now."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
