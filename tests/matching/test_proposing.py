"""Proposals: read into columns, proposed once, counted after locking, told without a name."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from matching.choices import EndReason, MatchStatus
from matching.models import Match, PairingRun
from matching.services import proposing, searching
from matching.services.pools import LANGUAGE_CODES, load
from matching.services.proposing import find_pairs, propose_pair, propose_pairs, reason_sentences
from peerhub.lib.errors import Refused
from peerhub.notices.models import Notice
from peerhub.people.models import StateChange
from programmes.models import Place, Programme
from recruitment.choices import ParticipantStatus, SupporterStatus
from recruitment.models import Participant, PeerSupporter
from tests import factories as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def east(db: None) -> Programme:
    """A programme with nobody in it."""
    return make.a_programme("east")


def pair_up(programme: Programme, **fields: Any) -> tuple[PeerSupporter, Participant]:
    supporter = make.a_supporter(programme, languages=["so", "nl"], available=[4, 11], **fields)
    return supporter, make.a_participant(programme, languages=["so"], available=[4])


# -- What is read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [SupporterStatus.IN_TRAINING, SupporterStatus.PAUSED, SupporterStatus.ENDED])
def test_only_active_peer_supporters_are_read(east: Programme, status: str) -> None:
    make.a_supporter(east, status=status)
    assert len(load(east, make.TODAY).supporters) == 0


def test_without_a_valid_certificate_nobody_is_read(east: Programme) -> None:
    supporter = make.a_supporter(east)
    assert len(load(east, make.TODAY).supporters) == 1
    supporter.certificates.update(revoked_on=make.TODAY)
    assert len(load(east, make.TODAY).supporters) == 0


def test_only_those_who_wait_without_a_live_match_are_read(east: Programme) -> None:
    waits = make.a_participant(east)
    make.a_participant(east, status=ParticipantStatus.SUPPORTED)
    make.a_participant(east, status=ParticipantStatus.CLOSED)
    make.a_match(east, status=MatchStatus.PROPOSED)
    assert load(east, make.TODAY).participants.keys.tolist() == [waits.pk]


@pytest.mark.parametrize(("own", "free"), [(None, 3), (2, 2), (9, 3)])
def test_places_are_her_own_number_and_never_more_than_the_programmes(
    east: Programme, own: int | None, free: int
) -> None:
    supporter = make.a_supporter(east, max_matches=own)
    make.a_match(east, supporter)
    make.a_match(east, supporter, status=MatchStatus.DECLINED)
    pool = load(east, make.TODAY).supporters
    assert (pool.capacity.tolist(), pool.live.tolist(), pool.free.tolist()) == ([free], [1], [free - 1])


def test_a_place_is_the_longest_beginning_of_the_postcode(east: Programme) -> None:
    for postcode, latitude in (("25", 50.0), ("2525", 52.0)):
        Place.objects.create(
            organisation=east.organisation, postcode=postcode, name=postcode, latitude=latitude, longitude=4.3
        )
    for postcode in ("2525 xk", "2531", "", "9999"):
        make.a_participant(east, postcode=postcode)
    latitudes = load(east, make.TODAY).participants.latitude.tolist()
    assert latitudes[:2] == [52.0, 50.0]
    assert all(math.isnan(one) for one in latitudes[2:])


def test_all_languages_fit_in_one_mask() -> None:
    assert len(LANGUAGE_CODES) <= 64


@pytest.mark.parametrize("size", [1, 3])
def test_reading_takes_a_constant_number_of_queries(
    east: Programme, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _one in range(size):
        pair_up(east)
        make.a_match(east)
    with django_assert_num_queries(7):
        load(east, make.TODAY)


# -- Looking -------------------------------------------------------------------------------------------------------


def test_a_rehearsal_writes_nothing(east: Programme, now: datetime) -> None:
    supporter, participant = pair_up(east)
    found = find_pairs(programme=east, now=now)
    assert [(one.supporter, one.participant) for one in found.matched] == [(supporter.pk, participant.pk)]
    assert found.optimal
    assert not Match.objects.exists()
    assert not PairingRun.objects.exists()


def test_people_of_another_programme_are_never_paired(cast: Cast, now: datetime) -> None:
    make.a_participant(cast.south, languages=["nl"])
    assert find_pairs(programme=cast.south, now=now).matched == []


@pytest.mark.parametrize("reason", [EndReason.NO_CLICK, EndReason.SAFETY, "declined"])
def test_two_for_whom_it_did_not_work_out_are_not_paired_again(east: Programme, now: datetime, reason: str) -> None:
    supporter, participant = pair_up(east)
    if reason == "declined":
        make.a_match(east, supporter, participant, status=MatchStatus.DECLINED)
    else:
        make.a_match(east, supporter, participant, status=MatchStatus.CLOSED, end_reason=reason)
        Participant.objects.filter(pk=participant.pk).update(status=ParticipantStatus.WAITING)
    found = find_pairs(programme=east, now=now)
    assert [one.excluded for one in found.unmatched] == [{"earlier": 1}]


def test_reasons_are_stored_as_codes_and_read_as_sentences(east: Programme, now: datetime) -> None:
    pair_up(east)
    reasons = find_pairs(programme=east, now=now).matched[0].reasons
    assert json.loads(json.dumps(reasons)) == reasons
    assert {"for", "code", "params"} == set(reasons[0])
    sentences = reason_sentences(reasons)
    assert "Both speak Somali." in sentences["for"]
    assert sentences["against"][0] == "Only one free time suits both: Tuesday afternoon."
    assert sentences["against"][1].startswith("Not known yet: distance")


def test_somebody_left_over_is_told_why_and_what_would_help(east: Programme, now: datetime) -> None:
    make.a_supporter(east, languages=["fr"])
    make.a_supporter(east, languages=["fr"])
    make.a_match(east, make.a_supporter(east, languages=["so"], max_matches=1))
    make.a_participant(east, languages=["so"])
    one = find_pairs(programme=east, now=now).unmatched[0]
    assert one.excluded == {"language": 2, "full": 1}
    assert "interpreter" in one.advice
    assert "two more peer supporters" in one.advice


# -- Proposing -----------------------------------------------------------------------------------------------------


def test_proposing_makes_matches_changes_and_notices(cast: Cast, now: datetime) -> None:
    supporter, participant = pair_up(cast.north)
    pairing, run = propose_pairs(programme=cast.north, by=cast.amina, now=now)
    match = Match.objects.get(participant=participant)
    assert (match.status, match.supporter, pairing.made) == (MatchStatus.PROPOSED, supporter, 1)
    assert match.score == pairing.matched[0].score
    assert StateChange.objects.of(match).get().by_id == cast.amina.person_id
    notice = Notice.objects.get(kind="proposal")
    assert (notice.recipient_id, notice.subject) == (supporter.person_id, f"match:{match.pk}")
    assert notice.link == f"/p/north/proposals/{match.pk}/"
    assert run.result["matched"] == [[participant.pk, supporter.pk, match.score]]
    assert run.ran_by_id == cast.amina.person_id


def test_proposing_twice_proposes_nobody_twice(cast: Cast, now: datetime) -> None:
    pair_up(cast.north)
    propose_pairs(programme=cast.north, by=cast.amina, now=now)
    again, _run = propose_pairs(programme=cast.north, by=cast.amina, now=now)
    assert (again.made, Match.objects.proposed().count(), Notice.objects.count()) == (0, 1, 1)


def test_what_nobody_has_seen_is_not_proposed(cast: Cast, now: datetime) -> None:
    pair_up(cast.north)
    seen = find_pairs(programme=cast.north, now=now).fingerprint
    pair_up(cast.north)
    with pytest.raises(Refused, match="changed"):
        propose_pairs(programme=cast.north, by=cast.amina, now=now, fingerprint=seen)
    assert not Match.objects.proposed().exists()
    tomorrow = find_pairs(programme=cast.north, now=now + timedelta(days=1)).fingerprint
    assert find_pairs(programme=cast.north, now=now).fingerprint == tomorrow


def test_places_are_counted_again_after_locking(cast: Cast, now: datetime) -> None:
    """Between the search and the writing somebody else takes the last place, or the participant finds somebody."""
    supporter, _participant = pair_up(cast.north, max_matches=1)
    found = find_pairs(programme=cast.north, now=now).matched
    with transaction.atomic():
        make.a_match(cast.north, supporter)
        assert proposing._propose(cast.north, found, by=cast.amina, now=now) == []
        transaction.set_rollback(True)
    other, participant = make.a_supporter(cast.north), Participant.objects.get(pk=found[0].participant)
    make.a_match(cast.north, other, participant, status=MatchStatus.PROPOSED)
    assert proposing._propose(cast.north, found, by=cast.amina, now=now) == []


def test_the_database_has_the_last_word_about_one_live_match(east: Programme) -> None:
    _supporter, participant = pair_up(east)
    other, second = pair_up(east)
    make.a_match(east, participant=participant, status=MatchStatus.PROPOSED)
    rows = [
        Match(
            programme=east,
            participant=one,
            supporter=other,
            participant_person=one.person,
            supporter_person=other.person,
            proposed_on=make.TODAY,
        )
        for one in (participant, second)
    ]
    assert proposing._insert(rows) == [rows[1]]
    with pytest.raises(IntegrityError, match="match_one_live"), transaction.atomic():
        Match.objects.bulk_create([rows[0]])


# -- One chosen pair -----------------------------------------------------------------------------------------------


def test_a_chosen_candidate_is_proposed(cast: Cast, now: datetime) -> None:
    supporter, participant = pair_up(cast.north)
    match = propose_pair(programme=cast.north, participant=participant, supporter=supporter, by=cast.amina, now=now)
    assert (match.status, match.supporter) == (MatchStatus.PROPOSED, supporter)
    assert match.reasons
    assert Notice.objects.filter(kind="proposal").count() == 1
    with pytest.raises(Refused, match="already"):
        propose_pair(programme=cast.north, participant=participant, supporter=supporter, by=cast.amina, now=now)


@pytest.mark.parametrize(
    ("ours", "theirs", "sentence"),
    [
        ({"languages": ["fr"]}, {"languages": ["so"]}, "no language in common"),
        ({"gender": "man"}, {"wishes_gender": "woman"}, "another gender"),
        ({"wishes_gender": "woman"}, {"gender": "man"}, "another gender"),
        ({"available": [1]}, {"available": [2]}, "no free time in common"),
        ({"status": SupporterStatus.PAUSED}, {}, "not active"),
        ({}, {"status": ParticipantStatus.CLOSED}, "does not wait"),
    ],
)
def test_what_must_hold_is_looked_at_again(
    cast: Cast, now: datetime, ours: dict[str, Any], theirs: dict[str, Any], sentence: str
) -> None:
    supporter, participant = make.a_supporter(cast.north, **ours), make.a_participant(cast.north, **theirs)
    with pytest.raises(Refused, match=sentence):
        propose_pair(programme=cast.north, participant=participant, supporter=supporter, by=cast.amina, now=now)
    assert not Match.objects.filter(participant=participant).exists()


def test_the_same_person_and_a_full_peer_supporter_are_refused(cast: Cast, now: datetime) -> None:
    supporter = make.a_supporter(cast.north, max_matches=1)
    herself = make.a_participant(cast.north, person=supporter.person)
    with pytest.raises(Refused, match="herself"):
        propose_pair(programme=cast.north, participant=herself, supporter=supporter, by=cast.amina, now=now)
    make.a_match(cast.north, supporter)
    other = make.a_participant(cast.north)
    with pytest.raises(Refused, match="no free place"):
        propose_pair(programme=cast.north, participant=other, supporter=supporter, by=cast.amina, now=now)


def test_a_peer_supporter_of_another_programme_is_refused(cast: Cast, now: datetime) -> None:
    stranger, participant = make.a_supporter(cast.south), make.a_participant(cast.north)
    with pytest.raises(Refused, match="not active"):
        propose_pair(programme=cast.north, participant=participant, supporter=stranger, by=cast.amina, now=now)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_who_propose_at_once_do_not_give_one_place_twice(committed: None) -> None:
    programme = make.a_programme("east")
    supporter = make.a_supporter(programme, max_matches=1)
    people = [make.a_participant(programme) for _one in range(2)]
    deed = partial(propose_pair, programme=programme, supporter=supporter, by=None, now=timezone.now())
    outcomes = race([partial(deed, participant=one) for one in people])
    assert sorted(outcomes, key=len) == [
        "done",
        "This peer supporter has no free place any more. Choose somebody else.",
    ]
    assert Match.objects.live().count() == 1


def race(deeds: list[Callable[[], Any]]) -> list[str]:
    """Do these at the same moment, each on its own connection."""
    start, outcomes = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], Any]) -> None:
        start.wait()
        try:
            deed()
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


# -- The command ---------------------------------------------------------------------------------------------------


def propose(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("propose", *arguments, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_the_command_answers_with_exactly_these_keys(east: Programme) -> None:
    supporter, participant = pair_up(east)
    lonely = make.a_participant(east, languages=["fr"])
    answer = propose("east", "--dry-run")
    assert set(answer) == {"matched", "unmatched", "total", "optimal", "seconds"}
    assert set(answer["seconds"]) == {"load", "score", "solve", "store"}
    (pair,) = answer["matched"]
    assert (pair["participant"], pair["supporter"]) == (participant.pk, supporter.pk)
    assert answer["total"] == pair["score"]
    assert all(isinstance(reason, str) for reason in pair["reasons"])
    (left,) = answer["unmatched"]
    assert (left["participant"], left["excluded"]) == (lonely.pk, {"language": 1})
    assert left["advice"]
    assert not Match.objects.exists()


def test_the_command_proves_without_the_solver(east: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that takes the second best set, and says it is the best, is not believed."""
    for available in ([4], [4, 5, 6, 7]):
        make.a_supporter(east, languages=["so"], available=available)
    make.a_participant(east, languages=["so"], available=[4, 5, 6, 7])
    out = StringIO()
    call_command("propose", "east", "--dry-run", stdout=out)
    assert propose("east", "--dry-run")["optimal"] is True
    assert "1 pair, total fit" in out.getvalue()
    assert "No other set is better." in out.getvalue()
    solve = searching.solve

    def second_best(pool: Any, candidates: Any, seed: int) -> Any:
        worst = np.array([int(candidates.fit.argmin())])
        return replace(solve(pool, candidates, seed), chosen=worst)

    monkeypatch.setattr(searching, "solve", second_best)
    assert propose("east", "--dry-run")["optimal"] is False


def test_the_command_proposes_once(east: Programme) -> None:
    pair_up(east)
    assert len(propose("east")["matched"]) == 1
    assert propose("east")["matched"] == []
    assert Match.objects.proposed().count() == 1


def test_an_unknown_programme_is_one_line_and_exit_code_2(east: Programme) -> None:
    with pytest.raises(CommandError, match="nowhere") as refused:
        call_command("propose", "nowhere", "--json")
    assert refused.value.returncode == 2


def test_the_command_proves_what_it_found_when_asked(east: Programme) -> None:
    for _one in range(3):
        pair_up(east, max_matches=1)
    answer = propose("east", "--dry-run", "--prove")
    assert answer["proof"] == {"most_people": True, "longest_waiting_and_best_fit": True}
    assert (len(answer["matched"]), answer["rules_version"], len(answer["inputs_hash"])) == (3, 0, 64)
