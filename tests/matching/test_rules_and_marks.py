"""Rules in versions, marks on two people, weighted places: what a team decides, and that searches keep to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from matching.choices import EndReason, MarkKind, MatchStatus
from matching.models import MatchingRules, PairMark
from matching.pairing import WEIGHTS
from matching.services import lift_mark, mark_pair, set_rules
from matching.services.proposing import find_pairs, propose_pair
from matching.services.ruling import rules_of, weight_of
from peerhub.lib.errors import Refused
from peerhub.people.models import StateChange
from programmes.models import Programme
from recruitment.models import Participant, PeerSupporter
from tests import factories as make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def east(db: None) -> Programme:
    """A programme with nobody in it."""
    return make.a_programme("east")


def excluded(programme: Programme, now: datetime) -> list[dict[str, int]]:
    return [one.excluded for one in find_pairs(programme=programme, now=now).unmatched]


def pair(programme: Programme, now: datetime) -> list[tuple[int, int]]:
    return [(one.supporter, one.participant) for one in find_pairs(programme=programme, now=now).matched]


# -- Rules ---------------------------------------------------------------------------------------------------------


def test_without_a_decision_the_usual_rules_hold(east: Programme) -> None:
    rules = rules_of(east)
    assert (rules.version, rules.weights, rules.pk) == (0, WEIGHTS, None)


def test_each_change_is_a_new_version_that_says_who_and_why(cast: Cast, now: datetime) -> None:
    first = set_rules(programme=cast.north, weights={"near": 60}, by=cast.amina, now=now, reason="long ways fail")
    second = set_rules(programme=cast.north, weights={"near": 10}, by=cast.amina, now=now)
    assert (first.version, second.version) == (1, 2)
    assert first.weights == {**WEIGHTS, "near": 60}
    assert second.weights == {**WEIGHTS, "near": 10}
    assert rules_of(cast.north).version == 2
    change = StateChange.objects.of(first).get()
    assert (change.by_id, change.reason, change.before, change.after) == (
        cast.amina.person_id,
        "long ways fail",
        "0",
        "1",
    )


def test_the_same_rules_again_are_refused(cast: Cast, now: datetime) -> None:
    set_rules(programme=cast.north, weights={"near": 60}, by=cast.amina, now=now)
    with pytest.raises(Refused, match="already"):
        set_rules(programme=cast.north, weights={"near": 60}, by=cast.amina, now=now)
    assert MatchingRules.objects.filter(programme=cast.north).count() == 1


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"weights": {"near": 101}}, "0 to 100"),
        ({"weights": {"near": -1}}, "0 to 100"),
        ({"weights": dict.fromkeys(WEIGHTS, 0)}, "At least one"),
        ({"weights": {}, "caseload": {"7": 50, "14": 60}}, "less often"),
        ({"weights": {}, "caseload": {"7": 101}}, "less often"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(
    cast: Cast, now: datetime, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        set_rules(programme=cast.north, by=cast.amina, now=now, **asked)
    assert rules_of(cast.north).version == 0


def test_the_database_changes_and_deletes_no_version(cast: Cast, now: datetime) -> None:
    rules = set_rules(programme=cast.north, weights={"near": 60}, by=cast.amina, now=now)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        MatchingRules.objects.filter(pk=rules.pk).update(version=7)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        rules.delete()


def test_weights_decide_who_fits_best(east: Programme, now: datetime) -> None:
    """One knows debts, the other has the same free times; the programme says which counts."""
    make.a_supporter(east, skills="debts", available=[1], max_matches=1)
    free = make.a_supporter(east, skills="cooking", available=[1, 2, 3, 4], max_matches=1)
    make.a_participant(east, request_for_help="debts", available=[1, 2, 3, 4])
    only = dict.fromkeys(WEIGHTS, 0)
    set_rules(programme=east, weights={**only, "times": 100}, by=None, now=now)
    (found,) = find_pairs(programme=east, now=now).matched
    assert (found.supporter, found.score) == (free.pk, 100)
    set_rules(programme=east, weights={**only, "skills": 100}, by=None, now=now)
    (found,) = find_pairs(programme=east, now=now).matched
    assert found.supporter != free.pk


def test_a_little_of_a_language_is_no_common_language_where_the_programme_says_so(
    east: Programme, now: datetime
) -> None:
    supporter = make.a_supporter(east, languages=["nl", "so"])
    person = make.a_person(east, languages=["nl"], languages_little=["nl"])
    make.a_participant(east, person=person)
    assert pair(east, now)
    set_rules(programme=east, weights={}, language_level="well", by=None, now=now)
    assert excluded(east, now) == [{"language": 1}]
    person.languages_little = []
    person.save()
    assert pair(east, now) == [(supporter.pk, Participant.objects.get(person=person).pk)]


@pytest.mark.parametrize(
    ("asked", "theirs", "ours", "found"),
    [
        ("nobody", {"children": 2}, {}, True),
        ("minors", {"children": 2}, {}, False),
        ("minors", {"children": 0}, {}, True),
        ("minors", {"children": None}, {}, True),  # not known: possible, and named
        ("minors", {"children": 0, "visits_at_home": True}, {}, True),
        ("minors_or_homes", {"children": 0, "visits_at_home": True}, {}, False),
        ("minors", {"children": 2}, {"vetting_passed": True, "vetting_seen_on": make.TODAY}, True),
        ("minors", {"children": 2}, {"vetting_passed": False, "vetting_seen_on": make.TODAY}, False),
        (
            "minors",
            {"children": 2},
            {
                "vetting_passed": True,
                "vetting_seen_on": make.TODAY - timedelta(days=400),
                "vetting_until_on": make.TODAY - timedelta(days=1),
            },
            False,
        ),
        (
            "minors",
            {"born_on": make.TODAY - timedelta(days=17 * 365)},
            {},
            False,
        ),
    ],
)
def test_vetting_where_the_programme_asks_for_it(
    east: Programme, now: datetime, asked: str, theirs: dict[str, Any], ours: dict[str, Any], found: bool
) -> None:
    make.a_supporter(east, **ours)
    make.a_participant(east, **theirs)
    if asked != "nobody":
        set_rules(programme=east, weights={}, vetting_for=asked, by=None, now=now)
    assert bool(pair(east, now)) is found
    if not found:
        assert excluded(east, now) == [{"vetting": 1}]


# -- Weighted places -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "weight"), [(7, 100), (10, 100), (14, 60), (20, 60), (21, 40), (28, 30), (56, 30), (1, 100)]
)
def test_the_less_often_the_lighter(interval: int, weight: int) -> None:
    assert weight_of(interval, {"7": 100, "14": 60, "21": 40, "28": 30}) == weight


@pytest.mark.parametrize(
    ("intervals", "free"), [((7, 7), 0), ((7, 14), 0), ((14, 21), 1), ((28, 28), 1), ((28, 28, 28), 1), ((14, 14), 0)]
)
def test_places_are_counted_by_weight(east: Programme, now: datetime, intervals: tuple[int, ...], free: int) -> None:
    """Two places: 60 and 40 of a hundred leave a whole one, 60 and 60 do not."""
    supporter = make.a_supporter(east, max_matches=2)
    for interval in intervals:
        make.a_match(east, supporter, interval=interval)
    waiting = make.a_participant(east)
    assert len(pair(east, now)) == free
    if free:
        assert propose_pair(programme=east, participant=waiting, supporter=supporter, by=None, now=now).pk
    else:
        with pytest.raises(Refused, match="no free place"):
            propose_pair(programme=east, participant=waiting, supporter=supporter, by=None, now=now)


# -- Marks ---------------------------------------------------------------------------------------------------------


def two(programme: Programme) -> tuple[PeerSupporter, Participant]:
    return make.a_supporter(programme), make.a_participant(programme)


def mark(programme: Programme, ours: Any, theirs: Any, kind: str, now: datetime, **more: Any) -> PairMark:
    people = {"supporter_person": ours.person, "participant_person": theirs.person}
    return mark_pair(programme=programme, kind=kind, by=None, now=now, **people, **more)


@pytest.mark.parametrize(("kind", "code"), [(MarkKind.CONFLICT, "conflict"), (MarkKind.FORBIDDEN, "forbidden")])
def test_two_who_must_not_or_should_not_are_not_matched(east: Programme, now: datetime, kind: str, code: str) -> None:
    supporter, participant = two(east)
    made = mark(east, supporter, participant, kind, now, said_by="participant", reason="family")
    assert excluded(east, now) == [{code: 1}]
    with pytest.raises(Refused):
        propose_pair(programme=east, participant=participant, supporter=supporter, by=None, now=now)
    lift_mark(made, by=None, now=now)
    assert pair(east, now) == [(supporter.pk, participant.pk)]


def test_a_conflict_holds_whichever_of_the_two_supports(east: Programme, now: datetime) -> None:
    supporter, participant = two(east)
    mark(east, participant, supporter, MarkKind.CONFLICT, now)
    assert excluded(east, now) == [{"conflict": 1}]
    with pytest.raises(Refused, match="must not be matched"):
        mark(east, supporter, participant, MarkKind.LOCKED, now, words="but they asked")


def test_a_locked_pair_comes_first_and_sets_times_language_and_distance_aside(east: Programme, now: datetime) -> None:
    chosen = make.a_supporter(east, languages=["fr"], available=[1], max_matches=1)
    make.a_supporter(east, languages=["so"], available=[2])
    waiting = make.a_participant(east, languages=["so"], available=[2], registered_on=make.TODAY)
    make.a_participant(east, languages=["fr"], available=[1], registered_on=make.TODAY - timedelta(days=300))
    mark(east, chosen, waiting, MarkKind.LOCKED, now, words="they asked, with an interpreter")
    found = find_pairs(programme=east, now=now)
    assert [(one.supporter, one.participant, one.locked) for one in found.matched] == [(chosen.pk, waiting.pk, True)]
    codes = [one["code"] for one in found.matched[0].reasons if not one["for"]]
    assert codes[0] in {"no_language", "no_times"}
    assert propose_pair(programme=east, participant=waiting, supporter=chosen, by=None, now=now).pk


def test_a_lock_that_cannot_be_kept_is_told_and_nobody_else_is_taken(east: Programme, now: datetime) -> None:
    chosen, waiting = two(east)
    other = make.a_supporter(east)
    mark(east, chosen, waiting, MarkKind.LOCKED, now, words="they asked")
    PeerSupporter.objects.filter(pk=chosen.pk).update(max_matches=1)
    make.a_match(east, chosen)
    found = find_pairs(programme=east, now=now)
    assert found.matched == []
    assert found.broken_locks == [{"participant": waiting.pk, "supporter": chosen.pk, "because": "full"}]
    assert found.unmatched[0].excluded == {"locked": 1, "full": 1}
    with pytest.raises(Refused, match="locked"):
        propose_pair(programme=east, participant=waiting, supporter=other, by=None, now=now)


def test_a_lock_sets_no_wish_aside(east: Programme, now: datetime) -> None:
    chosen = make.a_supporter(east, gender="man")
    waiting = make.a_participant(east, wishes_gender="woman")
    mark(east, chosen, waiting, MarkKind.LOCKED, now, words="he is kind")
    assert find_pairs(programme=east, now=now).broken_locks[0]["because"] == "gender"


def test_a_lock_brings_two_together_again_who_ended_without_a_click(east: Programme, now: datetime) -> None:
    """Never again by a search; but people may think better of it, and say so."""
    chosen, waiting = two(east)
    make.a_match(east, chosen, waiting, status=MatchStatus.CLOSED, end_reason=EndReason.NO_CLICK)
    Participant.objects.filter(pk=waiting.pk).update(status="waiting")
    assert excluded(east, now) == [{"earlier": 1}]
    mark(east, chosen, waiting, MarkKind.LOCKED, now, words="both ask for it")
    assert pair(east, now) == [(chosen.pk, waiting.pk)]


def test_one_mark_on_two_people_and_one_lock_for_a_participant(east: Programme, now: datetime) -> None:
    supporter, participant = two(east)
    mark(east, supporter, participant, MarkKind.LOCKED, now, words="they asked")
    with pytest.raises(Refused, match="already"):
        mark(east, supporter, participant, MarkKind.FORBIDDEN, now)
    with pytest.raises(Refused, match="locked to somebody"):
        mark(east, make.a_supporter(east), participant, MarkKind.LOCKED, now, words="and this one")
    with pytest.raises(Refused, match="two people"):
        mark(east, supporter, supporter, MarkKind.CONFLICT, now)
    with pytest.raises(Refused, match="few words"):
        mark(east, make.a_supporter(east), make.a_participant(east), MarkKind.LOCKED, now, words=" ")


def test_lifting_twice_is_refused_and_the_row_stays(east: Programme, now: datetime) -> None:
    made = mark(east, *two(east), MarkKind.CONFLICT, now)
    lift_mark(made, by=None, now=now)
    with pytest.raises(Refused, match="lifted"):
        lift_mark(made, by=None, now=now)
    assert [one.after for one in StateChange.objects.of(made).order_by("pk")] == ["standing", "lifted"]
    assert PairMark.objects.count() == 1


# -- Kinds of support ----------------------------------------------------------------------------------------------


def test_a_household_hosts_one_household_that_fits_in(east: Programme, now: datetime) -> None:
    host = make.a_supporter(east, offers=["hosting"], hosts_people=3)
    small = make.a_participant(east, support_kind="hosting", children=2)
    make.a_participant(east, support_kind="hosting", children=5)
    found = find_pairs(programme=east, now=now)
    assert [(one.supporter, one.participant) for one in found.matched] == [(host.pk, small.pk)]
    assert [one.excluded for one in found.unmatched] == [{"room": 1}]
    match = propose_pair(programme=east, participant=small, supporter=host, by=None, now=now)
    assert match.kind == "hosting"
    make.a_participant(east, support_kind="hosting", children=1)
    assert {"full": 1} in excluded(east, now)


def test_a_leader_takes_as_many_as_her_group_has_places_and_still_visits(east: Programme, now: datetime) -> None:
    leader = make.a_supporter(east, offers=["group", "one_to_one"], group_places=4, max_matches=1)
    for _one in range(5):
        make.a_participant(east, support_kind="group")
    make.a_participant(east)
    found = find_pairs(programme=east, now=now)
    assert len(found.matched) == 5
    assert {one.supporter for one in found.matched} == {leader.pk}
    assert [one.excluded for one in found.unmatched] == [{"taken": 1}]


def test_who_offers_something_else_is_not_asked(east: Programme, now: datetime) -> None:
    make.a_supporter(east, offers=["group"], group_places=4)
    make.a_participant(east)
    assert excluded(east, now) == [{"kind": 1}]


def test_a_student_who_leaves_soon_comes_after_somebody_who_stays(east: Programme, now: datetime) -> None:
    make.a_supporter(east, placement_ends_on=make.TODAY + timedelta(days=60))
    stays = make.a_supporter(east)
    make.a_participant(east)
    assert [one.supporter for one in find_pairs(programme=east, now=now).matched] == [stays.pk]


def test_the_placement_is_named_against_the_student(east: Programme, now: datetime) -> None:
    make.a_supporter(east, placement_ends_on=make.TODAY + timedelta(days=60), max_matches=3)
    make.a_participant(east)
    against = [one["code"] for one in find_pairs(programme=east, now=now).matched[0].reasons if not one["for"]]
    assert against[0] == "placement"
