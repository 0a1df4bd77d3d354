"""Moves from state to state: one conditional write decides, and what happened is written down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from matching.choices import MATCH_MOVES, MatchStatus
from peerhub.lib.errors import Refused
from peerhub.people.models import Person, StateChange, User
from peerhub.people.services import give_login, move, record_change, record_changes
from recruitment import choices
from recruitment.choices import SUPPORTER_MOVES, SupporterStatus
from recruitment.models import PeerSupporter
from supervision.choices import FOLLOW_UP_MOVES, FollowUpStatus
from tests import factories as make
from tests.cast import Cast, assemble

NOW = timezone.now()
TABLES = [
    (MATCH_MOVES, MatchStatus),
    (FOLLOW_UP_MOVES, FollowUpStatus),
    (choices.SUPPORTER_MOVES, choices.SupporterStatus),
    (choices.PARTICIPANT_MOVES, choices.ParticipantStatus),
    (choices.APPLICATION_MOVES, choices.ApplicationStatus),
    (choices.IMPORT_MOVES, choices.ImportStatus),
]


def test_a_move_changes_the_row_and_is_written_down(cast: Cast, now: datetime) -> None:
    ben = cast.ben_supporter
    move(
        ben,
        SupporterStatus.PAUSED,
        moves=SUPPORTER_MOVES,
        by=cast.amina,
        now=now,
        reason="a journey",
        remarks="back in May",
    )
    assert (ben.status, ben.remarks) == (SupporterStatus.PAUSED, "back in May")
    change = StateChange.objects.of(ben).get()
    assert (change.before, change.after, change.reason) == ("active", "paused", "a journey")
    assert (change.by_id, change.at, change.programme_id) == (cast.amina.person_id, now, cast.north.pk)


def test_done_twice_is_refused_and_changes_nothing(cast: Cast, now: datetime) -> None:
    ben = cast.ben_supporter
    stale = PeerSupporter.objects.get(pk=ben.pk)
    move(ben, SupporterStatus.PAUSED, moves=SUPPORTER_MOVES, by=cast.amina, now=now)
    with pytest.raises(Refused, match="paused"):
        move(stale, SupporterStatus.PAUSED, moves=SUPPORTER_MOVES, by=cast.dan, now=now, remarks="too late")
    ben.refresh_from_db()
    assert ben.remarks == ""
    assert StateChange.objects.of(ben).count() == 1


def test_the_wrong_state_is_refused_in_a_sentence(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="This is now “active” and cannot become “in training”"):
        move(cast.ben_supporter, SupporterStatus.IN_TRAINING, moves=SUPPORTER_MOVES, by=cast.amina, now=now)


def test_a_row_that_is_gone_is_refused(cast: Cast, now: datetime) -> None:
    gone = PeerSupporter(pk=0, programme=cast.north, person=cast.ben_supporter.person)
    with pytest.raises(Refused):
        move(gone, SupporterStatus.PAUSED, moves=SUPPORTER_MOVES, by=cast.amina, now=now)


def test_the_machine_moves_without_a_name(cast: Cast, now: datetime) -> None:
    record_change(cast.match, before="active", after="paused", by=None, now=now)
    assert StateChange.objects.of(cast.match).get().by_id is None


def test_the_same_change_of_many_rows(cast: Cast, now: datetime) -> None:
    others = [make.a_supporter(cast.north) for _number in range(3)]
    record_changes(others, before="", after="imported", by=cast.amina, now=now, reason="a list")
    changes = StateChange.objects.filter(after="imported")
    assert {change.subject_id for change in changes} == {one.pk for one in others}
    assert {(change.by_id, change.programme_id) for change in changes} == {(cast.amina.person_id, cast.north.pk)}


def test_history_is_read_newest_first_and_only_at_home(cast: Cast, now: datetime) -> None:
    record_change(cast.match, before="", after="first", by=cast.amina, now=now)
    record_change(cast.match, before="first", after="second", by=cast.ben, now=now)
    seen = [change.after for change in StateChange.objects.visible_to(cast.amina).of(cast.match)]
    assert seen == ["second", "first"]
    assert [change.after for change in StateChange.objects.visible_to(cast.ben)] == ["second"]
    assert not StateChange.objects.visible_to(cast.zoe).exists()


@pytest.mark.parametrize(("moves", "states"), TABLES, ids=[states.__name__ for _moves, states in TABLES])
def test_tables_of_moves_are_whole(moves: dict[str, tuple[str, ...]], states: type) -> None:
    """Only known states, nobody stays where she is, and every state but the first can be reached."""
    known = list(states)  # type: ignore[call-overload]  # TextChoices
    assert set(moves) <= set(known)
    reached = {state for after in moves.values() for state in after}
    assert reached <= set(known)
    assert all(before not in after for before, after in moves.items())
    assert set(known[1:]) <= reached
    assert set(known) - set(moves), "somewhere it ends"


def test_of_two_who_try_at_once_one_is_refused(committed: None, now: datetime) -> None:
    cast = assemble()
    together = Barrier(2)

    def pause() -> str:
        row = PeerSupporter.objects.get(pk=cast.ben_supporter.pk)
        together.wait()
        try:
            move(row, SupporterStatus.PAUSED, moves=SUPPORTER_MOVES, by=cast.amina, now=now)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as two:
        answers = sorted(future.result() for future in [two.submit(pause) for _one in range(2)])
    assert answers == ["done", "refused"]
    assert StateChange.objects.of(cast.ben_supporter).count() == 1


@pytest.mark.django_db
class TestGiveLogin:
    """A person gets a log-in, or the one she has in another programme."""

    def test_a_new_one_without_a_password(self) -> None:
        person = make.a_person(make.a_programme("north"), email="Nour@Example.org")
        user = give_login(person, now=NOW)
        assert (user.email, user.has_usable_password()) == ("nour@example.org", False)
        assert Person.objects.get(pk=person.pk).user == user

    def test_twice_is_once(self) -> None:
        person = make.a_person(make.a_programme("north"))
        assert give_login(person, now=NOW) == give_login(person, now=NOW)
        assert User.objects.count() == 1

    def test_the_same_log_in_in_two_programmes(self) -> None:
        here = make.a_person(make.a_programme("north"), email="nour@example.org")
        there = make.a_person(make.a_programme("south"), email="NOUR@example.org")
        assert give_login(here, now=NOW) == give_login(there, now=NOW)

    def test_not_for_two_people_of_one_programme(self) -> None:
        north = make.a_programme("north")
        give_login(make.a_person(north, email="nour@example.org"), now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            give_login(make.a_person(north, email="nour@example.org"), now=NOW)

    def test_not_without_an_address(self) -> None:
        with pytest.raises(Refused, match="no e-mail address"):
            give_login(make.a_person(make.a_programme("north"), email=""), now=NOW)
