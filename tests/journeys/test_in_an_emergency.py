"""In a browser: a sensitive note is written and read; in an emergency a colleague and an administrator come in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from peerhub.people.models import Person
from recruitment.models import Participant
from tests.journeys.site import Site

pytestmark = pytest.mark.xdist_group("journeys")
WHY = "Her neighbour calls, and I must know whom to reach."


def file_of(site: Site, first_name: str) -> str:
    """The address of somebody's file."""
    person = Person.objects.get(first_name=first_name, last_name="Karimi")
    return f"/p/{site.slug}/participants/{Participant.objects.get(person=person).pk}/"


def test_a_note_and_an_emergency(site: Site, visitor: Callable[..., Page]) -> None:
    file = file_of(site, "Shirin")
    supervisor = visitor("supervisor")
    supervisor.goto(file)
    supervisor.get_by_role("link", name="Write a note").click()
    supervisor.get_by_text("what is needed").click()
    supervisor.get_by_label("What should it say?").fill("A HEDGEHOG sleeps in the shed; her sister has the key.")
    supervisor.get_by_role("button", name="Keep it sealed").click()
    expect(supervisor.get_by_text("The note is kept, sealed.")).to_be_visible()
    assert "HEDGEHOG" not in supervisor.content()

    professional = visitor("professional", phone=True)
    professional.goto(file)
    expect(professional.get_by_text("what is needed")).to_be_visible()
    assert professional.get_by_role("link", name="what is needed").count() == 0
    professional.get_by_role("link", name="Open in an emergency").click()
    professional.get_by_label("Why can it not wait?").fill(WHY)
    professional.get_by_role("button", name="Open them for an hour").click()
    professional.get_by_role("link", name="what is needed").click()
    expect(professional.get_by_text("A HEDGEHOG sleeps in the shed")).to_be_visible()

    coordinator = visitor("coordinator")
    coordinator.goto(f"/p/{site.slug}/openings/")
    opening = coordinator.get_by_role("listitem").filter(has_text=WHY).first
    expect(opening.get_by_text("a sensitive note")).to_be_visible()
    opening.get_by_role("button", name="End it now").click()
    expect(coordinator.get_by_text("Closed. From now on it opens nothing.")).to_be_visible()
    answer = professional.reload()
    assert answer
    assert answer.status == 404  # not found


def test_an_administrator_reads_for_an_hour(site: Site, visitor: Callable[..., Page]) -> None:
    file, page = file_of(site, "Shirin"), visitor("administrator")
    answer = page.goto(file)
    assert answer
    assert answer.status == 404  # not found
    page.goto("/admin/")
    page.get_by_role("link", name="Open the files of a programme for an hour").click()
    page.get_by_label("Programme").select_option(label="Neighbours for Neighbours")
    page.get_by_label("Why must you see these files?").fill("A fault shows in one file only, and I must see it.")
    page.get_by_role("button", name="Open the files for an hour").click()
    page.goto(file)
    expect(page.get_by_role("heading", name="Shirin Karimi")).to_be_visible()
    expect(page.get_by_text("You read these files as an administrator until")).to_be_visible()
    assert page.get_by_text("Sensitive notes").count() == 0
    page.get_by_role("button", name="End it now").click()
    answer = page.goto(file)
    assert answer
    assert answer.status == 404  # not found
