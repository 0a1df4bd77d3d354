"""What changes while a search is going: proposals keep to what holds when they are made, not to what was read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from matching.models import Match, PairingRun
from matching.services import ask_search, run_search, searching
from matching.services.proposing import propose_pairs, propose_run
from peerhub.lib.errors import Refused
from programmes.models import Programme
from recruitment.models import PeerSupporter
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def east(committed: None) -> Programme:
    """Two places at one peer supporter, and two who wait."""
    programme = make.a_programme("east")
    make.a_supporter(programme, max_matches=2)
    for _one in range(2):
        make.a_participant(programme)
    return programme


def elsewhere(deed: Callable[[], Any]) -> None:
    """Do something on a connection of its own, committed before this returns."""
    done: list[bool] = []

    def do() -> None:
        try:
            deed()
            done.append(True)
        finally:
            connection.close()

    thread = threading.Thread(target=do)
    thread.start()
    thread.join(10)
    assert done


@pytest.fixture
def lowered_meanwhile(east: Programme, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """At the moment the set is solved, somebody lowers the peer supporter's number to one."""
    solve = searching.solve
    lowered: list[int] = []

    def lower(*given: Any, **named: Any) -> Any:
        found = solve(*given, **named)
        if not lowered:
            elsewhere(lambda: lowered.append(PeerSupporter.objects.filter(programme=east).update(max_matches=1)))
        return found

    monkeypatch.setattr(searching, "solve", lower)
    return lowered


def test_a_kept_search_in_which_a_capacity_dropped_is_not_proposed(
    east: Programme, lowered_meanwhile: list[int]
) -> None:
    run = ask_search(programme=east, by=None, now=timezone.now())
    run_search(run, now=timezone.now())
    run = PairingRun.objects.get(pk=run.pk)
    assert lowered_meanwhile == [1]
    assert len(run.result["matched"]) == 2, "the search had read two places"
    with pytest.raises(Refused, match="changed"):
        propose_run(run, by=None, now=timezone.now())
    assert not Match.objects.proposed().exists()
    fresh = ask_search(programme=east, by=None, now=timezone.now())
    run_search(fresh, now=timezone.now())
    assert len(propose_run(PairingRun.objects.get(pk=fresh.pk), by=None, now=timezone.now())) == 1


def test_a_search_that_is_proposed_at_once_counts_places_anew(east: Programme, lowered_meanwhile: list[int]) -> None:
    pairing, run = propose_pairs(programme=east, by=None, now=timezone.now())
    assert lowered_meanwhile == [1]
    assert len(pairing.matched) == 2
    assert (pairing.made, run.result["made"]) == (1, 1)
    assert Match.objects.proposed().count() == 1


def test_a_peer_supporter_who_stops_meanwhile_is_not_proposed(east: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    solve = searching.solve

    def stop(*given: Any, **named: Any) -> Any:
        found = solve(*given, **named)
        elsewhere(lambda: PeerSupporter.objects.filter(programme=east).update(status="paused"))
        return found

    monkeypatch.setattr(searching, "solve", stop)
    pairing, _run = propose_pairs(programme=east, by=None, now=timezone.now())
    assert (len(pairing.matched), pairing.made) == (2, 0)
    assert not Match.objects.proposed().exists()
