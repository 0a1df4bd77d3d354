"""A year in which worker, broker and database die, against a reference that knows nothing of the application."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest

from tests.house.tree import ROOT
from tests.matching.naive_year import SCRIPTS, NaiveYear, Script
from tests.processes import environment_of_nobody

START = date(2026, 1, 12)

pytestmark = pytest.mark.xdist_group("processes")


def lived(script: Script) -> NaiveYear:
    naive = NaiveYear(START, script)
    for number in range(450):
        naive.live_day(START + timedelta(days=number))
    return naive


def test_the_reference_knows_the_worked_examples() -> None:
    assert len(lived(SCRIPTS[0]).dues) == 28
    assert len(lived(SCRIPTS[1]).dues) == 30
    assert len(lived(SCRIPTS[6]).dues) == 53
    assert lived(Script(reviews=("step_down",) * 3, pause=(112, 21))).dues[-1] == date(2027, 1, 11)


def test_nothing_is_lost_and_nothing_doubled_while_everything_dies() -> None:
    line = ["-m", "peerhub.embedded", "exec", "--temporary", "--durable", "--", sys.executable, "-m"]
    year = subprocess.run(
        [sys.executable, *line, "tests.matching.year_of_deaths", "11"], cwd=ROOT, env=environment_of_nobody(),
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    sys.stdout.write(year.stdout)
    assert year.returncode == 0, year.stdout + year.stderr[-3000:]
    assert "wrong=0 lost=0 doubled=0" in year.stdout
    assert "'worker': 6" in year.stdout and "'database': 6" in year.stdout and "'broker': 3" in year.stdout  # noqa: PT018  # one sentence
    assert "unfinished=0" not in year.stdout, "nothing died while a day was being swept"
