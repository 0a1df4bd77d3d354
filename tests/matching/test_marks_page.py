"""Decisions about pairs: the list with its history, writing one down after a look at what it means, lifting it."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from matching.choices import MarkKind
from matching.forms import rules as forms
from matching.models import PairMark
from matching.services import lift_mark, mark_pair
from matching.services.proposing import find_pairs
from peerhub.people.models import Look, StateChange
from recruitment.choices import ParticipantStatus, SupporterStatus
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.matching.pages import Login, text
from tests.sight import WALLS

pytestmark = pytest.mark.django_db
MARKS_QUERIES = 10
NEW_QUERIES = 7
URL = reverse("matching:marks", args=["north"])
NEW = reverse("matching:mark_new", args=["north"])


def a_mark(cast: Cast, now: datetime, **fields: Any) -> PairMark:
    supporter, participant = make.a_supporter(cast.north), make.a_participant(cast.north)
    usual = {"kind": MarkKind.FORBIDDEN, "by": cast.amina, "now": now}
    return mark_pair(
        programme=cast.north,
        supporter_person=supporter.person,
        participant_person=participant.person,
        **{**usual, **fields},
    )


def lift_url(mark: PairMark) -> str:
    return reverse("matching:mark_lift", args=["north", mark.pk])


def typed(cast: Cast, **changes: Any) -> dict[str, Any]:
    who = {"supporter": cast.ben_supporter.pk, "participant": cast.carla.pk}
    return {**who, "kind": "forbidden", "reason": "neighbours", "said_by": "team", "words": "same stairs", **changes}


# -- The list ------------------------------------------------------------------------------------------------------


def test_the_empty_list_says_what_it_is_for(browser: Client) -> None:
    page = text(browser.get(URL))
    assert "Nothing is decided about any pair" in page
    assert NEW in page
    assert page.count('aria-current="page"') == 1, "the menu marks this page, and not the one above it as well"


def test_the_list_shows_what_holds_and_keeps_what_was_lifted(cast: Cast, browser: Client, now: datetime) -> None:
    stands, gone = a_mark(cast, now, words="same stairs"), a_mark(cast, now, words="was a mistake")
    lift_mark(gone, by=cast.amina, now=now)
    page = text(browser.get(URL))
    assert "same stairs" in page
    assert "was a mistake" not in page
    history = text(browser.get(f"{URL}?show=lifted"))
    assert "was a mistake" in history
    assert "lifted on" in history
    assert lift_url(gone) not in history
    both = text(browser.get(f"{URL}?show=all"))
    assert "same stairs" in both
    assert "was a mistake" in both
    lift_mark(stands, by=cast.amina, now=now)
    assert "No decision holds now" in text(browser.get(URL))


def test_the_list_finds_names_of_either_and_is_cut_into_pages(
    cast: Cast, browser: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matching.views import marks  # noqa: PLC0415

    monkeypatch.setattr(marks, "PER_PAGE", 1)
    first, second = a_mark(cast, now), a_mark(cast, now)
    page = text(browser.get(URL))
    assert second.supporter_person.full_name in page
    assert first.supporter_person.full_name not in page
    assert first.supporter_person.full_name in text(browser.get(f"{URL}?page=2"))
    for person in (first.supporter_person, first.participant_person):
        found = text(browser.get(found_at(browser, URL, person.first_name)))
        assert lift_url(first) in found
        assert lift_url(second) not in found
    assert "Nothing fits this filter" in text(browser.get(found_at(browser, URL, "nobody at all")))


@pytest.mark.parametrize("size", [1, 3])
def test_marks_take_a_constant_number_of_queries(
    cast: Cast, browser: Client, now: datetime, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _one in range(size):
        a_mark(cast, now)
    with django_assert_num_queries(WALLS + MARKS_QUERIES):
        browser.get(URL)


def test_whoever_reads_the_words_is_written_down(cast: Cast, browser: Client, now: datetime) -> None:
    mark = a_mark(cast, now)
    browser.get(URL)
    looked = Look.objects.filter(deed="matching:marks").values_list("person_id", flat=True)
    assert set(looked) == {mark.supporter_person_id, mark.participant_person_id}


@pytest.mark.parametrize("who", ["ben", "dan", "eva", "tess", "paul", "stef"])
def test_marks_are_for_those_who_propose(cast: Cast, login: Login, now: datetime, who: str) -> None:
    browser, mark = login(getattr(cast, who)), a_mark(cast, now)
    assert [browser.get(url).status_code for url in (URL, NEW, lift_url(mark))] == [403, 403, 403]
    assert browser.post(NEW, typed(cast, sure="1")).status_code == 403
    assert browser.post(lift_url(mark)).status_code == 403
    assert PairMark.objects.standing().get() == mark


def test_marks_of_another_programme_stay_there(cast: Cast, login: Login, now: datetime) -> None:
    mark = a_mark(cast, now, words="only in North")
    zoe = login(cast.zoe)
    assert zoe.get(URL).status_code == 404
    elsewhere = reverse("matching:mark_lift", args=["south", mark.pk])
    assert zoe.get(elsewhere).status_code == 404
    assert zoe.post(elsewhere).status_code == 404
    assert "only in North" not in text(zoe.get(reverse("matching:marks", args=["south"])))
    refused = zoe.post(reverse("matching:mark_new", args=["south"]), typed(cast, sure="1"))
    assert "Select a valid choice" in text(refused)


# -- Deciding ------------------------------------------------------------------------------------------------------


def test_it_is_written_down_after_a_look_at_what_it_means(cast: Cast, browser: Client, now: datetime) -> None:
    supporter = make.a_supporter(cast.north, languages=["so"], available=[4])
    waiting = make.a_participant(cast.north, languages=["so"], available=[4])
    both = {"supporter": supporter.pk, "participant": waiting.pk}
    assert len(find_pairs(programme=cast.north, now=now).matched) == 1
    page = text(browser.post(NEW, typed(cast, **both)))
    assert "Is this right?" in page
    assert "No search puts these two together" in page
    assert 'name="words" value="same stairs"' in page
    assert not PairMark.objects.exists()
    back = text(browser.post(NEW, typed(cast, **both, back="1")))
    assert 'value="same stairs"' in back
    answer = browser.post(NEW, typed(cast, **both, sure="1"))
    assert answer.headers["Location"] == URL
    mark = PairMark.objects.get()
    assert (mark.kind, mark.words, mark.made_by_id) == ("forbidden", "same stairs", cast.amina.person_id)
    assert StateChange.objects.of(mark).get().after == "standing"
    assert not find_pairs(programme=cast.north, now=now).matched
    again = text(browser.post(NEW, typed(cast, **both, sure="1")))
    assert "Something is decided about these two already" in again
    assert 'value="same stairs"' in again
    assert PairMark.objects.count() == 1


def test_from_somebodys_candidates_it_is_filled_in_and_leads_back(cast: Cast, browser: Client) -> None:
    supporter = make.a_supporter(cast.north, "Olga", languages=["so"], available=[4])
    waiting = make.a_participant(cast.north, "Hodan", languages=["so"], available=[4])
    person = reverse("matching:candidates", args=["north", waiting.pk], query={"kind": "one_to_one"})
    page = text(browser.get(person))
    links = {kind: html.unescape(url) for url, kind in re.findall(r'href="([^"]+kind=(forbidden|locked)[^"]*)"', page)}
    assert set(links) == {"forbidden", "locked"}
    form = text(browser.get(links["forbidden"]))
    assert f'<option value="{supporter.pk}" selected>' in form
    assert f'<option value="{waiting.pk}" selected>' in form
    assert re.search(r'value="forbidden"[^>]* checked', form)
    assert f'href="{person}"' in form
    assert "Candidates for Hodan Test" in form
    board = {"person": waiting.pk, "board": "kind=one_to_one"}
    both = {"supporter": supporter.pk, "participant": waiting.pk}
    asked = text(browser.post(NEW, typed(cast, **both, **board)))
    assert 'name="board" value="kind=one_to_one"' in asked
    answer = browser.post(NEW, typed(cast, **both, **board, sure="1"))
    assert answer.headers["Location"] == person
    assert PairMark.objects.standing().get().kind == "forbidden"
    assert "not suitable, says the team: 1" in text(browser.get(person))


def test_a_way_back_to_another_programme_or_to_nonsense_is_the_list(cast: Cast, browser: Client) -> None:
    elsewhere = make.a_participant(cast.south)
    for person in (elsewhere.pk, "x", "9" * 30, ""):
        assert f'href="{URL}"' in text(browser.get(NEW, {"person": person, "kind": "odd"}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"supporter": ""}, "Choose somebody."),
        ({"participant": "0"}, "Select a valid choice"),
        ({"participant": "9" * 30}, "Select a valid choice"),
        ({"kind": ""}, "This field is required"),
        ({"kind": "locked", "words": "  "}, "Say in a few words why these two belong together."),
        ({"reason": "because"}, "Select a valid choice"),
        ({"words": "x" * 201}, "at most 200"),
    ],
)
def test_nonsense_is_refused_before_anything_is_asked(
    cast: Cast, browser: Client, changes: dict[str, str], sentence: str
) -> None:
    for sure in ({}, {"sure": "1"}):
        page = text(browser.post(NEW, typed(cast, **changes, **sure)))
        assert sentence in page
        assert "Is this right?" not in page
    assert not PairMark.objects.exists()


def test_nobody_is_decided_about_with_herself(cast: Cast, browser: Client) -> None:
    supporter = make.a_supporter(cast.north)
    both = make.a_participant(cast.north, person=supporter.person)
    page = text(browser.post(NEW, typed(cast, supporter=supporter.pk, participant=both.pk)))
    assert "Choose two people." in page


def test_people_who_are_gone_are_not_offered_and_a_link_names_one(cast: Cast, browser: Client) -> None:
    make.a_supporter(cast.north, "Endla", status=SupporterStatus.ENDED)
    make.a_participant(cast.north, "Closa", status=ParticipantStatus.CLOSED)
    page = text(browser.get(f"{NEW}?participant={cast.carla.pk}"))
    assert "Endla" not in page
    assert "Closa" not in page
    assert f'<option value="{cast.carla.pk}" selected>' in page
    assert browser.get(f"{NEW}?participant=%C2%B2&supporter=x").status_code == 200


def test_a_long_list_is_narrowed_by_a_name(cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MOST_NAMES", 1)
    make.a_participant(cast.north, "Aaa")
    last = make.a_participant(cast.north, "Zuzu")
    page = text(browser.get(NEW))
    assert "not everybody is listed" in page
    assert "Zuzu" not in page
    assert "Zuzu" in text(browser.get(found_at(browser, NEW, "zuzu")))
    assert "Zuzu" in text(browser.get(f"{NEW}?participant={last.pk}"))
    browser.post(NEW, typed(cast, participant=last.pk, sure="1"))
    assert PairMark.objects.get().participant_person_id == last.person_id


@pytest.mark.parametrize("size", [1, 3])
def test_the_form_takes_a_constant_number_of_queries(
    cast: Cast, browser: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _one in range(size):
        make.a_supporter(cast.north)
        make.a_participant(cast.north)
    with django_assert_num_queries(WALLS + NEW_QUERIES):
        browser.get(NEW)


# -- Lifting -------------------------------------------------------------------------------------------------------


def test_it_is_lifted_after_a_look_and_once(cast: Cast, browser: Client, now: datetime) -> None:
    mark = a_mark(cast, now, kind=MarkKind.CONFLICT, words="a quarrel")
    page = text(browser.get(lift_url(mark)))
    assert "a quarrel" in page
    assert "Talk to her before you lift it." in page
    assert PairMark.objects.standing().exists()
    assert browser.post(lift_url(mark)).headers["Location"] == URL
    mark.refresh_from_db()
    assert mark.lifted_by_id == cast.amina.person_id
    again = browser.post(lift_url(mark), headers={"referer": f"http://testserver{URL}"}, follow=True)
    assert "This is lifted already." in text(again)
    assert "This is lifted already." in text(browser.get(lift_url(mark)))
