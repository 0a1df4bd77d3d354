"""Each response that shows a text about somebody that could hurt her is written down: one row for each of them.

Every page is opened by everybody, with a mark of its own in each such text; what the response says decides what must
stand in the record of looks.
"""

from __future__ import annotations

from collections import Counter

import pytest
from django.urls import reverse

from peerhub.people.models import Look
from programmes.matrix import Address, addresses
from tests.house.tree import told
from tests.stage import Rows, undone
from tests.visitors import Stage, Visitor, text_of, url_of

# Row of the stage: its texts that could hurt, and about whom they are.
TEXTS = {
    "participant": (("request_for_help", "remarks", "safe_contact"), "participant"),
    "waiting": (("request_for_help", "remarks", "safe_contact"), "waiting"),
    "visit": (("note", "concern"), "participant"),
    "review": (("reason",), "participant"),
    "pause": (("reason",), "participant"),
    "follow_up": (("outcome",), "participant"),
    "supporter": (("experience", "remarks"), "supporter"),
    "trainee": (("experience", "remarks"), "trainee"),
    "session": (("agreements",), "supporter"),
    "application": (("motivation", "experience"), "application"),
    "meeting": (("summary",), "application"),
}


def marked(rows: Rows) -> dict[str, int]:
    """Put a mark into each text; returns whose text each mark is."""
    whose: dict[str, int] = {}
    for name, (columns, about) in TEXTS.items():
        row = getattr(rows, name)
        marks = {column: f"hurts-{name}-{column}-{row.pk}." for column in columns}
        type(row)._default_manager.filter(pk=row.pk).update(**marks)
        whose |= dict.fromkeys(marks.values(), getattr(rows, about).person_id)
    return whose


def pages() -> list[Address]:
    """The pages of a programme for people who are logged in."""
    return [one for one in addresses() if one.in_programme and not getattr(one.callback.guard, "link", "")]


def looks_of(visitor: Visitor, url: str, whose: dict[str, int]) -> tuple[set[int], Counter[int]]:
    """Who was shown by this response, and who stands in the record because of it."""
    before = Look.objects.count()
    answer = visitor.open(url)
    text = text_of(answer) if answer.status_code == 200 else ""  # shown
    shown = {person for mark, person in whose.items() if mark in text}
    kept = Look.objects.order_by("-pk").values_list("person_id", flat=True)[: Look.objects.count() - before]
    return shown - {visitor.member.person_id if visitor.member else 0}, Counter(kept)


@pytest.mark.parametrize("address", pages(), ids=lambda one: one.name)
def test_what_is_shown_is_written_down_once(address: Address, stage: Stage) -> None:
    problems = []
    with undone():
        whose = marked(stage.rows)
        url = url_of(address, stage.rows)
        for visitor in stage.visitors:
            with undone():
                shown, kept = looks_of(visitor, url, whose)
            stage.count("responses held against the record of looks")
            problems += [f"{visitor.name}: {person} was shown, {kept[person]} rows" for person in shown
                         if kept[person] != 1]  # fmt: skip
            problems += [f"{visitor.name}: {person} stands there {times} times" for person, times in kept.items()
                         if times != 1]  # fmt: skip
    told(problems, f"{address.name} says looked_at(request, …) for everybody of whom it shows a text that could hurt.")


def test_the_marks_are_seen(stage: Stage) -> None:
    """The rule above is not kept by looking away: these pages do show marks."""
    amina = stage.of_kind("coordinator")
    with undone():
        whose = marked(stage.rows)
        for name, pk in (
            ("recruitment:participant", stage.rows.participant.pk),
            ("recruitment:supporter", stage.rows.supporter.pk),
            ("recruitment:application", stage.rows.application.pk),
            ("matching:match", stage.rows.match.pk),
            ("supervision:concern", stage.rows.visit.pk),
        ):
            shown, kept = looks_of(amina, reverse(name, args=["north", pk]), whose)
            assert shown, name
            assert set(kept) == shown, name


def test_an_export_names_everybody_in_it(stage: Stage) -> None:
    amina = stage.of_kind("coordinator")
    for name, table in (("participants_export", "participants"), ("supporters_export", "supporters")):
        with undone():
            before = Look.objects.count()
            amina.open(reverse(f"recruitment:{name}", args=["north"]))
            everybody = set(getattr(stage.cast.north, table).values_list("person_id", flat=True))
            kept = list(Look.objects.order_by("-pk")[: Look.objects.count() - before])
            assert {look.person_id for look in kept} == everybody
            assert len(kept) == len(everybody)
            assert {(look.kind, look.deed) for look in kept} == {("export", f"recruitment:{name}")}
