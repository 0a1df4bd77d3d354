"""Lives a year day by day on servers of its own, while worker, broker and database are killed; then compares.

Run by `test_year_of_deaths.py` as `python -m peerhub.embedded exec --temporary --durable -- python -m
tests.matching.year_of_deaths SEED`. On most days the sweep runs in this process; on the days of deaths it is asked of
a real worker through the real broker, and one of the three is killed with SIGKILL in the middle of it. Beat is played
by asking again every second, until the database says that the day was swept.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import django

from tests.matching.naive_year import SCRIPTS, NaiveYear

START = date(2026, 1, 12)
LAST = date(2027, 4, 1)
QUEUE = "deaths"
DEATHS = ("worker", "database", "broker", "worker", "database") * 3  # one a day, on days by chance
PATIENCE = 60
IN_A_MINUTE = 3  # whoever keeps the servers gives one up that ends five times in a minute, and is right


def say(line: str) -> None:
    """For whoever reads what the test printed."""
    sys.stdout.write(f"{line}\n")


def _worker() -> subprocess.Popen[bytes]:
    line = ["celery", "-A", "peerhub", "worker", "-Q", QUEUE, "-c", "1", "--loglevel", "ERROR", "--without-mingle"]
    return subprocess.Popen(
        [sys.executable, "-m", *line], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


class Machine:
    """The worker, the broker and the database, and how they die."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.worker = chance, _worker()
        self.killed: Counter[str] = Counter()
        self.deaths: dict[str, list[float]] = {}
        self.unfinished = 0  # deaths after which the day was not swept yet

    def kill(self, what: str) -> None:
        """SIGKILL, while the sweep is under way somewhere."""
        self._not_too_often(what)
        time.sleep(self.chance.random() * 0.2)
        data = Path(os.environ["DATA"])
        if what == "worker":
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.worker = _worker()
        elif what == "database":
            os.kill(int((data / "pg" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        else:
            os.kill(broker_pid(data), signal.SIGKILL)
        self.killed[what] += 1

    def _not_too_often(self, what: str) -> None:
        """On a quick machine a year takes a minute or two; deaths keep their distance all the same."""
        lately = self.deaths.setdefault(what, [])
        if len(lately) >= IN_A_MINUTE:
            time.sleep(max(0.0, lately[-IN_A_MINUTE] + 61 - time.monotonic()))
        lately.append(time.monotonic())

    def end(self) -> None:
        """Nothing is left behind."""
        if self.worker.poll() is None:
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()


def broker_pid(data: Path) -> int:
    """The process that listens on the broker's socket in this folder."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().decode(errors="replace")
            folder = str((entry / "cwd").readlink())
        except OSError:
            continue
        if ("valkey-server" in line or "redis-server" in line) and (str(data) in line or str(data) in folder):
            return int(entry.name)
    raise AssertionError(f"no broker runs in {data}")


def patiently(deed: Any) -> Any:
    """Do something in the database; while it is away, try again."""
    from django.db import DatabaseError, InterfaceError, connections  # noqa: PLC0415  # Django is set up in main

    end = time.monotonic() + PATIENCE
    while True:
        try:
            return deed()
        except (DatabaseError, InterfaceError):
            if time.monotonic() > end:
                raise
            connections.close_all()
            time.sleep(0.1)


def swept_by_the_worker(day: date, what: str, machine: Machine, programme: int) -> None:
    """Ask the worker, kill something meanwhile, and go on asking until the day is done."""
    from matching.models import SweepMark  # noqa: PLC0415
    from matching.tasks import sweep  # noqa: PLC0415
    from peerhub.lib import walls  # noqa: PLC0415

    def done() -> bool:
        with walls.inside(programme):
            return SweepMark.objects.filter(swept_on__gte=day).exists()

    end, killed = time.monotonic() + PATIENCE, False
    while not patiently(done):
        assert time.monotonic() < end, f"{day} was not swept within {PATIENCE} seconds after {what} died"
        try:
            sweep.apply_async(kwargs={"on": str(day)}, queue=QUEUE, retry=False)
        except Exception:  # noqa: BLE001  # the broker is away; beat would try again as well
            time.sleep(0.2)
        if not killed:
            machine.kill(what)
            killed = True
            machine.unfinished += not patiently(done)
        time.sleep(0.5)


def people_act(naive: NaiveYear, match: Any, day: date, by: Any) -> None:
    """What the script of a match says for this day: a pause, a review, a visit."""
    from matching import services  # noqa: PLC0415

    match.refresh_from_db()
    now = datetime(day.year, day.month, day.day, 17, 0, tzinfo=UTC)
    script, plan = naive.script, getattr(match, "plan", None)
    if match.status == "paused":
        return
    if script.pause and day == naive.start + timedelta(days=script.pause[0]):
        until = day + timedelta(days=script.pause[1])
        services.pause_match(match, starts_on=day, expected_on=until, reason="away", by=by, now=now)
        return
    if plan:
        plan.refresh_from_db()
        held = match.reviews.count()
        if plan.review_due_on and plan.review_due_on <= day and held < len(script.reviews):
            decision = script.reviews[held]
            services.record_review(
                match, held_on=day, decision=decision, request_allows=decision == "step_down", reason="so", by=by,
                now=now,
            )  # fmt: skip
            match.refresh_from_db()
    number = match.visits.count()
    late = 2 if number in script.late else 0
    if match.next_due_on and match.next_due_on + timedelta(days=late) == day:
        services.log_visit(
            match, client_id=uuid.uuid4(), outcome="missed" if number in script.missed else "held", occurred_on=day,
            minutes=60, place="home", request="same", by=by, now=now,
        )  # fmt: skip


def main() -> None:
    """Live the year, compare, and print what was lost and what was doubled."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from matching import services  # noqa: PLC0415
    from matching.models import Match  # noqa: PLC0415
    from peerhub.lib import walls  # noqa: PLC0415
    from peerhub.notices.models import Notice  # noqa: PLC0415
    from tests import factories as make  # noqa: PLC0415
    from tests.cast import member  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    chance = Random(int(sys.argv[1]))
    with walls.everywhere(deed="test"):
        programme = make.a_programme("north")
        walls.also(programme.pk)
        lead = member(make.a_member(programme, "coordinator"))
        matches = [make.a_match(programme, status="agreed", started_on=START) for _script in SCRIPTS]
    twins = [NaiveYear(START, script) for script in SCRIPTS]
    days = [START + timedelta(days=number) for number in range((LAST - START).days)]
    deaths = dict(zip(chance.sample(days[5:330], len(DEATHS)), DEATHS, strict=True))
    machine = Machine(chance)
    try:
        for day in days:
            if day in deaths:
                swept_by_the_worker(day, deaths[day], machine, programme.pk)
            else:
                now = datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC)
                patiently(lambda now=now: services.sweep(now=now))
            for naive, match in zip(twins, matches, strict=True):
                naive.live_day(day)

                def act(naive: NaiveYear = naive, match: Match = match, day: date = day) -> None:
                    with walls.inside(programme.pk, deed="test"):
                        people_act(naive, match, day, lead)

                patiently(act)
    finally:
        machine.end()
    with walls.everywhere(deed="test"):
        compare(twins, matches, Notice, machine)


def compare(twins: list[NaiveYear], matches: list[Any], notices: Any, machine: Machine) -> None:
    """Due dates and reminders against the reference, message by message."""
    lost = doubled = wrong = 0
    for naive, match in zip(twins, matches, strict=True):
        match.refresh_from_db()
        dues = list(match.visits.order_by("occurred_on", "pk").values_list("due_on", flat=True))
        if dues != naive.dues or match.next_due_on != naive.due:
            wrong += 1
            say(f"match of {naive.script}: due {dues[-5:]} then {match.next_due_on}, expected {naive.dues[-5:]} "
                  f"then {naive.due}")  # fmt: skip
        written = Counter(
            notices.objects.filter(kind="visit_reminder", subject=f"match:{match.pk}").values_list("due_on", flat=True)
        )
        expected = Counter(naive.reminders)
        lost += sum((expected - written).values())
        doubled += sum((written - expected).values())
    visits = sum(len(naive.dues) for naive in twins)
    say(f"visits={visits} reminders={sum(len(naive.reminders) for naive in twins)} killed={dict(machine.killed)} "
        f"unfinished={machine.unfinished}")  # fmt: skip
    say(f"wrong={wrong} lost={lost} doubled={doubled}")
    sys.exit(bool(wrong or lost or doubled))


if __name__ == "__main__":
    main()
