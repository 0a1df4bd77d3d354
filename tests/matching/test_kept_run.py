"""A search that is kept and looked at later: what the page still says about people, and that it is not lost."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import boards
from matching.choices import MatchStatus
from matching.models import Match, PairingRun
from matching.services import search_pairs
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
    assert f'href="{board(run)}"' in page
    answer = browser.post(there, {"run": run.pk, "pair": values[:1]})
    assert answer.headers["Location"] == board(run)
    make.a_match(cast.north, None, second[1], status=MatchStatus.PROPOSED)
    assert f'href="{board(run)}"' in text(browser.post(there, {"run": run.pk, "pair": values}))
    assert Match.objects.proposed().count() == 2
    odd = browser.get(there, {"run": '"><b>', "pair": values[:1]}).content.decode()
    assert 'name="run"' not in odd
