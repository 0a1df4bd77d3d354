"""The sweep when things go wrong: two at once, one killed half-way. Each reminder is written exactly once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from matching.models import Match, Segment
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from peerhub.people.models import StateChange
from programmes.models import Programme
from tests import factories as make
from tests.cast import assemble
from tests.processes import running, until, waiting_for_a_lock

pytestmark = pytest.mark.xdist_group("processes")

MATCHES = 12


@pytest.fixture
def north(committed: None) -> Programme:
    """Twelve matches with a visit due, one of them with a step down to take."""
    cast = assemble()
    for _number in range(MATCHES - 1):
        make.a_match(cast.north, started_on=make.TODAY - timedelta(days=7))
    Match.objects.update(next_due_on=make.TODAY)
    plan = cast.match.plan
    plan.gate_on = make.TODAY
    plan.review_due_on = None
    plan.save()
    cast.match.reviews.create(
        programme=cast.north, held_on=make.TODAY - timedelta(days=3), decision="step_down", request_allows=True,
        gate_on=make.TODAY, recorded_at=timezone.now(),
    )  # fmt: skip
    return cast.north


@contextmanager
def one_reminder_in_the_way(*, stays: bool = False) -> Iterator[None]:
    """Somebody else is writing one of the reminders and has not committed: sweeps wait for her half-way."""
    last = Match.objects.latest("pk")
    with transaction.atomic():
        Notice.objects.create(
            programme_id=last.programme_id, kind=Kind.VISIT_REMINDER, recipient_id=last.supporter_person_id,
            subject=f"match:{last.pk}", period=str(last.next_due_on), due_on=last.next_due_on,
        )  # fmt: skip
        yield
        transaction.set_rollback(not stays)


def reminders() -> Counter[str]:
    """How many reminders each match has."""
    return Counter(Notice.objects.filter(kind=Kind.VISIT_REMINDER).values_list("subject", flat=True))


def steps() -> tuple[int, int]:
    """Steps down taken, and how often they were written down."""
    taken = Segment.objects.filter(reason="step_down").count()
    return taken, StateChange.objects.filter(after="step_down").count()


def answer(sweep: subprocess.Popen[str]) -> dict[str, int]:
    """What a sweep said in the end."""
    said, _nothing = sweep.communicate(timeout=60)
    assert sweep.returncode == 0, said
    return dict(json.loads(said.strip().splitlines()[-1]))


def test_two_sweeps_at_once_write_each_reminder_once(north: Programme) -> None:
    with running("django", "sweep", "--json") as one, running("django", "sweep", "--json") as other:
        with one_reminder_in_the_way():
            until(waiting_for_a_lock, what="a sweep stood half-way", process=one)
        wrote = [answer(one), answer(other)]
    assert sum(sweep["reminders"] for sweep in wrote) == MATCHES
    assert reminders() == {f"match:{key}": 1 for key in Match.objects.values_list("pk", flat=True)}
    assert sum(sweep["step_downs"] for sweep in wrote) == 1
    assert steps() == (1, 1)


def test_a_sweep_killed_half_way_leaves_nothing_and_the_next_does_all(north: Programme) -> None:
    with running("django", "sweep", "--json") as killed, one_reminder_in_the_way():
        until(waiting_for_a_lock, what="the sweep stood half-way", process=killed)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait(20)
    assert killed.returncode == -signal.SIGKILL
    until(lambda: not waiting_for_a_lock(), what="the database noticed that the sweep is gone")
    assert (reminders(), steps()) == (Counter(), (0, 0))
    with running("django", "sweep", "--json") as next_one:
        assert answer(next_one)["reminders"] == MATCHES
    with running("django", "sweep", "--json") as another:
        assert answer(another)["reminders"] == 0
    assert reminders() == {f"match:{key}": 1 for key in Match.objects.values_list("pk", flat=True)}
    assert steps() == (1, 1)


def test_a_reminder_that_somebody_else_wrote_meanwhile_stops_nothing(north: Programme) -> None:
    with running("django", "sweep", "--json") as sweep:
        with one_reminder_in_the_way(stays=True):
            until(waiting_for_a_lock, what="the sweep stood half-way", process=sweep)
        assert answer(sweep)["reminders"] == MATCHES - 1
    assert reminders() == {f"match:{key}": 1 for key in Match.objects.values_list("pk", flat=True)}
    assert steps() == (1, 1), "what was done before the sweep began anew is done once"
