"""A search that is kept and looked at later: what the page still says about people, and that it is not lost."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import boards
from matching.choices import MatchStatus
from matching.models import Match, PairingRun
from matching.services import search_pairs, set_rules
from peerhub.people.models import Consent, Look
from recruitment.choices import ParticipantStatus
from recruitment.models import Participant, PeerSupporter
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.matching.pages import text

pytestmark = pytest.mark.django_db


def pair_up(cast: Cast, name: str = "") -> tuple[PeerSupporter, Participant]:
    supporter = make.a_supporter(cast.north, languages=["so"], available=[4, 11])
    return supporter, make.a_participant(cast.north, name, languages=["so"], available=[4, 11])


def kept(cast: Cast) -> PairingRun:
    return search_pairs(programme=cast.north, by=cast.amina, now=timezone.now())


def board(run: PairingRun, **query: Any) -> str:
    return reverse("matching:board", args=["north"], query={"run": run.pk, **query})


def back(address: str) -> str:
    """As it stands in a page."""
    return address.replace("&", "&amp;")


def pairs_of(page: str) -> str:
    return page[page.index('id="pairs-title"') : page.index('id="proposals-title"')]


# -- What is still said ----------------------------------------------------------------------------------------------


def test_reasons_are_shown_and_the_look_is_written_down(cast: Cast, browser: Client) -> None:
    _supporter, participant = pair_up(cast, "Hodan")
    page = pairs_of(text(browser.get(board(kept(cast)))))
    assert "Both speak Somali." in page
    assert 'type="checkbox"' in page
    assert Look.objects.filter(person_id=participant.person_id, deed="matching:board").count() == 1


def test_nothing_is_said_about_somebody_whose_file_is_closed_since(cast: Cast, browser: Client) -> None:
    _supporter, participant = pair_up(cast, "Hodan")
    lonely = make.a_participant(cast.north, "Ifrah", languages=["ti"], available=[4])
    run = kept(cast)
    people = [participant.person_id, lonely.person_id]
    Consent.objects.filter(person__in=people).update(withdrawn_on=make.TODAY)
    page = pairs_of(text(browser.get(board(run))))
    assert "Hodan Test" in page
    assert page.count("no yes to a file") == 2
    assert "Both speak Somali." not in page
    assert "no common language" not in page
    assert 'type="checkbox"' not in page
    assert "Next: who gets which message" not in page
    assert not Look.objects.filter(person__in=people).exists()


def test_nothing_is_said_about_somebody_who_does_not_wait_any_more(cast: Cast, browser: Client) -> None:
    _supporter, participant = pair_up(cast, "Hodan")
    run = kept(cast)
    Participant.objects.filter(pk=participant.pk).update(
        status=ParticipantStatus.CLOSED, closed_on=make.TODAY, closing_reason="moved"
    )
    page = pairs_of(text(browser.get(board(run))))
    assert "does not wait any more" in page
    assert "Both speak Somali." not in page
    assert 'type="checkbox"' not in page


# -- It is not lost --------------------------------------------------------------------------------------------------


def test_the_waiting_list_keeps_the_search_beside_it(
    cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "PER_PAGE", 1)
    monkeypatch.setattr(boards, "PAIRS_PER_PAGE", 1)
    pair_up(cast, "Hodan")
    pair_up(cast, "Ifrah")
    run = kept(cast)
    page = browser.get(board(run, pairs="2")).content.decode()
    waiting = page[page.index('id="waiting"') : page.index('id="pairs-title"')]
    links = [urlsplit(one.replace("&amp;", "&")) for one in re.findall(r'<a[^>]* href="([^"]+)"', waiting)]
    assert len(links) >= 4  # two chips, somebody who waits, the next page
    for link in links:
        asked = parse_qs(link.query)
        assert (asked["run"], asked["pairs"]) == ([str(run.pk)], ["2"])
    chosen = next(link for link in links if link.path != reverse("matching:board", args=["north"]) and link.path)
    back = browser.get(f"{chosen.path}?{chosen.query}").content.decode()
    assert f"run={run.pk}&amp;pairs=2" in back
    empty = browser.get(board(run, pairs="2", language="ti")).content.decode()
    assert f'href="?run={run.pk}&amp;pairs=2">Show everybody' in empty


def test_a_search_for_a_name_keeps_it_too(cast: Cast, browser: Client) -> None:
    pair_up(cast, "Hodan")
    pair_up(cast, "Ifrah")
    run = kept(cast)
    form = text(browser.get(board(run, show="nobody")))
    assert f'<input type="hidden" name="run" value="{run.pk}">' in form[: form.index('id="pairs-title"')]
    page = text(browser.get(found_at(browser, board(run), "hod", run=str(run.pk))))
    assert "2 pairs found" in page


def test_after_the_second_step_the_search_is_there_again(cast: Cast, browser: Client) -> None:
    first, second = pair_up(cast, "Hodan"), pair_up(cast, "Ifrah")
    run = kept(cast)
    values = [f"{participant.pk}-{supporter.pk}" for supporter, participant in (first, second)]
    there = reverse("matching:propose", args=["north"])
    page = text(browser.get(there, {"run": run.pk, "pair": values}))
    assert f'<input type="hidden" name="run" value="{run.pk}">' in page
    assert f'href="{back(board(run, pair=values))}"' in page
    answer = browser.post(there, {"run": run.pk, "pair": values[:1]})
    assert answer.headers["Location"] == board(run)
    make.a_match(cast.north, None, second[1], status=MatchStatus.PROPOSED)
    said = text(browser.post(there, {"run": run.pk, "pair": values}))
    assert f'href="{back(board(run, pair=values))}"' in said, "neither was made: the first before, the second is taken"
    assert Match.objects.proposed().count() == 2
    odd = browser.get(there, {"run": '"><b>', "pair": values[:1]}).content.decode()
    assert 'name="run"' not in odd


def test_only_what_was_ticked_is_ticked_on_the_way_back(cast: Cast, browser: Client) -> None:
    (first, hers), (_second, other) = pair_up(cast, "Hodan"), pair_up(cast, "Ifrah")
    run = kept(cast)
    assert text(browser.get(board(run))).count(" checked>") == 2
    page = text(browser.get(board(run, pair=f"{hers.pk}-{first.pk}")))
    assert page.count(" checked>") == 1
    assert f'value="{hers.pk}-{first.pk}" id="pair-{hers.pk}-{first.pk}" checked>' in page
    assert other.person.full_name in page


def test_proposing_from_somebodys_page_keeps_the_search_and_the_filters(cast: Cast, browser: Client) -> None:
    """Board, person, second step, back to the person; confirmed, to the board: the search is there all the way."""
    supporter, participant = pair_up(cast, "Hodan")
    kept_run = kept(cast)
    beside = {"language": "so", "run": str(kept_run.pk)}
    person = reverse("matching:candidates", args=["north", participant.pk], query=beside)
    page = browser.get(person).content.decode()
    there = next(one for one in re.findall(r'href="([^"]+)"', page) if "/propose/" in one).replace("&amp;", "&")
    assert parse_qs(urlsplit(there).query) == {
        "pair": [f"{participant.pk}-{supporter.pk}"], "language": ["so"], "run": [str(kept_run.pk)], "person": ["1"],
    }  # fmt: skip
    second = text(browser.get(there))
    assert f'href="{back(person)}"' in second
    fields = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', second))
    answer = browser.post(reverse("matching:propose", args=["north"]), fields)
    assert answer.headers["Location"] == reverse("matching:board", args=["north"], query=beside)
    assert Match.objects.proposed().filter(participant=participant).exists()


def test_the_lists_beside_somebody_lead_back_with_the_search(cast: Cast, browser: Client) -> None:
    """The week grid and the list of those who do not come into question; its own page is not that of the board."""
    supporter, participant = pair_up(cast, "Hodan")
    make.a_supporter(cast.north, languages=["fr"], available=[4])
    beside = {"run": str(kept(cast).pk)}
    person = reverse("matching:candidates", args=["north", participant.pk], query={**beside, "page": "1"})
    page = text(browser.get(person))
    excluded = reverse("matching:excluded", args=["north", participant.pk], query={"code": "language", **beside})
    assert f'href="{back(excluded)}"' in page
    without_page = reverse("matching:candidates", args=["north", participant.pk], query=beside)
    assert f'href="{back(without_page)}"' in text(browser.get(excluded + "&page=1"))
    week = reverse("matching:week", args=["north", participant.pk])
    compared = text(browser.get(week, {"with": supporter.pk, **beside}))
    assert f'href="{back(without_page)}"' in compared
    assert f"run={beside['run']}&amp;person=1" in compared


# -- What it says of itself --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("waiting_first", [True, False])
def test_the_page_says_what_the_rules_of_that_search_really_did(
    cast: Cast, browser: Client, now: datetime, waiting_first: bool
) -> None:
    deed: dict[str, Any] = {"programme": cast.north, "weights": {}, "by": cast.amina}
    if not waiting_first:
        set_rules(**deed, waiting_first=False, now=now)
    pair_up(cast, "Hodan")
    run = kept(cast)
    set_rules(**deed, waiting_first=not waiting_first, now=now, language_level="well")
    page = pairs_of(text(browser.get(board(run))))
    assert "No other choice finds somebody for more people." in page
    assert ("serves those who have waited longest, then it fits best" in page) == waiting_first
    assert ("fit and waiting together, as your rules weigh them" in page) == (not waiting_first)
    PairingRun.objects.filter(pk=run.pk).update(optimal=False)
    assert "It is not proven that no other choice is better." in pairs_of(text(browser.get(board(run))))
