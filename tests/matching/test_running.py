"""Searches that are kept: asked for, run with progress, proposed from, repeated; and places under concurrency."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from matching.choices import RunStatus
from matching.models import Match, PairingRun
from matching.pairing.stored import code_version, digest_of, pack, unpack
from matching.services import ask_search, end_searches, run_search, search_pairs
from matching.services.pools import load
from matching.services.proposing import propose_pair, propose_run
from matching.services.running import repeat_search
from matching.tasks import search_pending
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from programmes.models import Programme
from recruitment.models import Participant, PeerSupporter
from tests import factories as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def east(db: None) -> Programme:
    """Three peer supporters and six people who wait, one of whom nobody understands."""
    programme = make.a_programme("east")
    for number in range(3):
        make.a_supporter(programme, languages=["nl", "so"], available=[number, 4], max_matches=1)
    for number in range(5):
        make.a_participant(
            programme, languages=["nl"], available=[4], registered_on=make.TODAY - timedelta(days=10 * number)
        )
    make.a_participant(programme, languages=["prs"], available=[4])
    return programme


def test_a_search_keeps_what_went_in_and_what_came_out(cast: Cast, now: datetime) -> None:
    run = search_pairs(programme=cast.north, by=cast.amina, now=now)
    assert (run.status, run.progress, run.ran_by_id) == (RunStatus.DONE, 100, cast.amina.person_id)
    assert (run.code_version, run.rules_version, len(run.inputs_hash)) == (code_version(), 0, 64)
    assert not Match.objects.proposed().exists()


def test_a_kept_search_solves_to_the_identical_pairs(east: Programme, now: datetime) -> None:
    run = search_pairs(programme=east, by=None, now=now)
    PeerSupporter.objects.filter(programme=east).update(available=[20])  # the world goes on
    run = PairingRun.objects.get(pk=run.pk)
    again = repeat_search(run)
    assert [[one.participant, one.supporter, one.score] for one in again.matched] == run.result["matched"]
    assert [one.excluded for one in again.unmatched] == [one["excluded"] for one in run.result["unmatched"]]
    assert (again.total, again.optimal, again.inputs_hash) == (run.total, run.optimal, run.inputs_hash)


def test_what_was_tampered_with_is_not_repeated(east: Programme, now: datetime) -> None:
    run = search_pairs(programme=east, by=None, now=now)
    run.inputs_hash = "0" * 64
    with pytest.raises(Refused, match="changed"):
        repeat_search(run)
    for junk in (b"numbers", pack(load(east, make.TODAY))[:-9]):
        run.inputs = junk
        with pytest.raises(Refused, match="changed"):
            repeat_search(run)
    run.inputs = None
    with pytest.raises(Refused, match="not kept"):
        repeat_search(run)


def test_a_pool_comes_back_from_its_bytes_as_it_was(east: Programme) -> None:
    pool = load(east, make.TODAY)
    assert digest_of(unpack(pack(pool))) == digest_of(pool)


def test_nothing_that_names_anybody_is_kept(east: Programme, now: datetime) -> None:
    import zlib  # noqa: PLC0415

    make.a_supporter(east, "Xanthippe", experience="a story of her own", languages=["nl"])
    run = search_pairs(programme=east, by=None, now=now)
    kept = zlib.decompress(bytes(run.inputs or b"")) + str(run.result).encode()
    assert b"Xanthippe" not in kept
    assert b"story" not in kept


# -- In the background -----------------------------------------------------------------------------------------------


def test_the_worker_runs_what_was_asked_for_once(cast: Cast, now: datetime) -> None:
    run = ask_search(programme=cast.north, by=cast.amina, now=now)
    assert (run.status, run.progress) == (RunStatus.ASKED, 0)
    assert search_pending() == 1
    run.refresh_from_db()
    assert (run.status, run.progress, run.attempts, run.optimal) == (RunStatus.DONE, 100, 1, True)
    assert set(run.result["seconds"]) == {"load", "score", "solve", "store"}
    assert search_pending() == 0
    with pytest.raises(Refused, match="done"):
        run_search(run, now=timezone.now())


def test_one_search_at_a_time(cast: Cast, now: datetime) -> None:
    ask_search(programme=cast.north, by=cast.amina, now=now)
    with pytest.raises(Refused, match="running already"):
        ask_search(programme=cast.north, by=cast.amina, now=now)
    ask_search(programme=cast.south, by=None, now=now)


def test_a_search_that_a_dead_worker_left_is_taken_up_and_given_up_after_three(cast: Cast, now: datetime) -> None:
    run = ask_search(programme=cast.north, by=cast.amina, now=now)
    PairingRun.objects.filter(pk=run.pk).update(
        status=RunStatus.RUNNING, attempts=1, leased_until=timezone.now() - timedelta(minutes=1)
    )
    assert search_pending() == 1
    run.refresh_from_db()
    assert (run.status, run.attempts) == (RunStatus.DONE, 2)
    PairingRun.objects.filter(pk=run.pk).update(status=RunStatus.ASKED, attempts=3, leased_until=None)
    assert search_pending() == 0


def test_a_search_whose_last_worker_died_is_failed_and_may_be_asked_for_again(cast: Cast, now: datetime) -> None:
    run = ask_search(programme=cast.north, by=cast.amina, now=now)
    lease = now + timedelta(minutes=10)
    PairingRun.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING, attempts=3, leased_until=lease)
    assert end_searches(now=now) == 0  # somebody is still at work on it
    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING
    PairingRun.objects.filter(pk=run.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert search_pending() == 0
    run.refresh_from_db()
    assert (run.status, run.leased_until, run.error) == (RunStatus.FAILED, None, "the worker stopped each time")
    assert end_searches(now=lease) == 0  # done twice
    assert ask_search(programme=cast.north, by=cast.amina, now=now).pk != run.pk


def test_progress_is_seen_while_it_runs(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is written in a transaction of its own: read here at the moment the set is solved."""
    from matching.services import searching  # noqa: PLC0415

    run = ask_search(programme=cast.north, by=cast.amina, now=now)
    seen: list[tuple[str, int]] = []
    solve = searching.solve

    def look(*given: Any, **named: Any) -> Any:
        seen.append(PairingRun.objects.values_list("step", "progress").get(pk=run.pk))
        return solve(*given, **named)

    monkeypatch.setattr(searching, "solve", look)
    run_search(run, now=now)
    assert seen == [("solve", 40)]


# -- Proposing what was found ----------------------------------------------------------------------------------------


def test_what_a_search_found_is_proposed_whole_or_in_part(east: Programme, now: datetime) -> None:
    run = search_pairs(programme=east, by=None, now=now)
    first = run.result["matched"][0][0]
    made = propose_run(run, by=None, now=now, participants={first})
    assert [one.participant_id for one in made] == [first]
    with pytest.raises(Refused, match="changed"):
        propose_run(run, by=None, now=now)  # the first proposal changed what is free
    fresh = search_pairs(programme=east, by=None, now=now)
    assert len(propose_run(fresh, by=None, now=now)) == 2
    assert Match.objects.proposed().count() == 3


def test_the_longest_waiting_are_served(east: Programme, now: datetime) -> None:
    run = search_pairs(programme=east, by=None, now=now)
    served = Participant.objects.filter(pk__in=[one[0] for one in run.result["matched"]])
    assert sorted((make.TODAY - one.registered_on).days for one in served) == [20, 30, 40]
    today = local_date(now, east.timezone)  # in the last hour of a day in UTC it is the next day there
    assert run.result["waited"] == sum((today - one.registered_on).days for one in served)


def test_a_search_that_is_not_done_proposes_nothing(east: Programme, now: datetime) -> None:
    run = ask_search(programme=east, by=None, now=now)
    with pytest.raises(Refused, match="not done"):
        propose_run(run, by=None, now=now)


# -- At the same moment ----------------------------------------------------------------------------------------------


def at_once(deeds: list[Callable[[], Any]]) -> list[str]:
    """Do these at the same moment, each on its own connection."""
    start, outcomes = threading.Barrier(len(deeds)), []

    def do(deed: Callable[[], Any]) -> None:
        start.wait()
        try:
            outcomes.append(f"done {deed()}")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_coordinators_propose_for_the_last_weighted_place(committed: None) -> None:
    """1.4 of 2 places are taken by tapered matches: no whole place; 0.9 of 2 leave exactly one."""
    programme, now = make.a_programme("east"), timezone.now()
    supporter = make.a_supporter(programme, max_matches=2)
    for _one in range(3):
        make.a_match(programme, supporter, interval=28)
    people = [make.a_participant(programme) for _one in range(3)]
    deed = partial(propose_pair, programme=programme, supporter=supporter, by=None, now=now)
    outcomes = at_once([partial(deed, participant=one) for one in people])
    assert [one.split()[0] for one in outcomes] == ["done", "refused", "refused"]
    assert Match.objects.live().filter(supporter=supporter).count() == 4


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_runs_proposed_at_once_take_no_place_and_no_participant_twice(committed: None) -> None:
    programme, now = make.a_programme("east"), timezone.now()
    for _one in range(2):
        make.a_supporter(programme, max_matches=1)
    for _one in range(4):
        make.a_participant(programme)
    runs = [search_pairs(programme=programme, by=None, now=now) for _one in range(2)]
    at_once([lambda run=run: len(propose_run(run, by=None, now=now)) for run in runs])
    proposed = list(Match.objects.proposed().values_list("supporter_id", "participant_id"))
    assert len({supporter for supporter, _who in proposed}) == len({who for _one, who in proposed}) == 2


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_capacity_that_drops_while_a_run_is_proposed_is_kept_to(committed: None) -> None:
    """Somebody holds the peer supporter's row and lowers her number; the proposal waits for it and then counts anew."""
    programme, now = make.a_programme("east"), timezone.now()
    supporter = make.a_supporter(programme, max_matches=2)
    make.a_match(programme, supporter)
    make.a_participant(programme)
    run = search_pairs(programme=programme, by=None, now=now)
    assert len(run.result["matched"]) == 1
    held, go = threading.Event(), threading.Event()

    def lower() -> int:
        from django.db import transaction  # noqa: PLC0415

        with transaction.atomic():
            PeerSupporter.objects.select_for_update().get(pk=supporter.pk)
            PeerSupporter.objects.filter(pk=supporter.pk).update(max_matches=1)
            held.set()
            go.wait(5)
        return 0

    def propose() -> int:
        held.wait(5)
        threading.Timer(0.3, go.set).start()  # the proposal is waiting for the row by then
        return len(propose_run(run, by=None, now=now))

    assert at_once([lower, propose]) == ["done 0", "done 0"]
    assert Match.objects.proposed().count() == 0
