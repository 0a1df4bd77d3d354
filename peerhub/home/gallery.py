"""Samples for the page that shows every component once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator


class SampleForm(forms.Form):
    """One field of each kind that our pages use, with an error to look at."""

    name = forms.CharField(label="First name", help_text="As the person wants to be called.")
    day = forms.DateField(label="Day", widget=forms.DateInput({"type": "date"}))
    reason = forms.ChoiceField(label="Reason", choices=[("a", "Moved away"), ("b", "Goals reached")])
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea({"rows": 3}))


def samples(page_number: str | None) -> dict[str, Any]:
    """What the components are filled with; no real person's data."""
    parts = {"Morning": (0, 3), "Afternoon": (1, 3, 5), "Evening": (2,)}
    week = [
        {"label": label, "cells": [{"on": day in free, "shared": day == free[0]} for day in range(7)]}
        for label, free in parts.items()
    ]
    options = [
        {"value": "", "label": "All", "selected": True},
        {"value": "w", "label": "Needs a look", "selected": False},
    ]
    return {
        "page_obj": Paginator(range(93), 25).get_page(page_number),
        "days": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        "week": week,
        "selects": [{"name": "state", "label": "State", "options": options}],
        "headers": ["How often", "Held", "Planned"],
        "rows": [["Weekly", 212, 240], ["Every two weeks", 96, 104], ["Monthly", 31, 36]],
        "form": SampleForm({"name": "", "day": "2026-03-03", "reason": "a", "note": "Carla likes to walk."}),
    }
