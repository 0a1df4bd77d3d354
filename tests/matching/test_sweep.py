"""The sweep on the calendar: every zone has its own day, also at half past eleven and when the clocks change."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching import services
from matching.models import Match, SweepMark
from matching.services import sweeping
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from tests import factories as make
from tests.cast import Cast

ZONES = ("Europe/Brussels", "Europe/London", "UTC", "America/New_York")
# Both nights on which the clocks change, on either side of the ocean, and an ordinary one.
NIGHTS = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 6, 15)]

pytestmark = pytest.mark.django_db


@pytest.fixture
def zones() -> dict[str, Match]:
    """A programme in each zone, each with one match."""
    found = {}
    for number, zone in enumerate(ZONES):
        programme = make.a_programme(f"zone-{number}", timezone=zone, reminder_lead_days=0)
        found[zone] = make.a_match(programme, started_on=date(2026, 1, 5))
    return found


def reminded(zones: dict[str, Match], now: datetime) -> set[str]:
    services.sweep(now=now)
    subjects = set(Notice.objects.filter(kind=Kind.VISIT_REMINDER).values_list("subject", flat=True))
    return {zone for zone, match in zones.items() if f"match:{match.pk}" in subjects}


@pytest.mark.parametrize("night", NIGHTS, ids=str)
@pytest.mark.parametrize("zone", ZONES)
def test_a_visit_is_due_on_its_own_day_from_midnight_to_midnight(
    zones: dict[str, Match], zone: str, night: date
) -> None:
    Match.objects.update(next_due_on=night)
    here = ZoneInfo(zone)
    before = datetime(night.year, night.month, night.day, tzinfo=here) - timedelta(minutes=30)
    assert zone not in reminded(zones, before.astimezone(UTC)), "23:30 of the evening before"
    for hour, minute in ((0, 15), (1, 30), (2, 30), (3, 30), (23, 30)):
        now = datetime(night.year, night.month, night.day, hour, minute, tzinfo=here)
        assert zone in reminded(zones, now.astimezone(UTC))
        assert SweepMark.objects.get(programme=zones[zone].programme).swept_on == night
    match = zones[zone]
    assert Notice.objects.filter(kind=Kind.VISIT_REMINDER, subject=f"match:{match.pk}").count() == 1


def test_the_command_names_the_day_of_the_programme_not_of_greenwich(zones: dict[str, Match]) -> None:
    """Half past eleven in the evening in London, of a winter: half past midnight in Brussels."""
    with time_machine.travel(datetime(2026, 3, 2, 23, 30, tzinfo=UTC), tick=False):
        assert swept_by_command("--programme", "zone-0")["on"] == "2026-03-03"
        assert swept_by_command("--programme", "zone-3")["on"] == "2026-03-02"
        assert swept_by_command()["on"] == "2026-03-02, 2026-03-03", "it is two days at once"
        assert swept_by_command("--on", "2026-05-01")["on"] == "2026-05-01"


def swept_by_command(*asked: str) -> dict[str, Any]:
    out = StringIO()
    call_command("sweep", "--json", *asked, stdout=out)
    return dict(json.loads(out.getvalue()))


@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_every_quarter_of_an_hour_of_a_night_writes_each_reminder_once(zones: dict[str, Match], night: date) -> None:
    Match.objects.update(next_due_on=night)
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(hours=3)
    wrote = [services.sweep(now=start + timedelta(minutes=90 * number)).reminders for number in range(8)]
    assert sum(wrote) == len(ZONES)
    assert Notice.objects.filter(kind=Kind.VISIT_REMINDER).count() == len(ZONES)


@pytest.mark.parametrize(("grace", "late", "told"), [(2, 2, 0), (2, 3, 1), (6, 6, 0), (6, 7, 1)])
def test_overdue_by_the_matchs_own_patience(cast: Cast, now: datetime, grace: int, late: int, told: int) -> None:
    Match.objects.update(grace=grace, next_due_on=make.TODAY - timedelta(days=late))
    swept = services.sweep(now=now)
    assert (swept.overdue, swept.overdue_told) == (told, told)
    assert services.sweep(now=now).overdue_told == 0
    assert Match.objects.overdue(make.TODAY).count() == told
    assert all(match.is_overdue(make.TODAY) is bool(told) for match in Match.objects.all())


def test_patience_of_the_programme_goes_into_the_plan(cast: Cast, now: datetime) -> None:
    cast.north.grace_days = [1, 3, 3, 3]
    cast.north.save()
    agreed = make.a_match(cast.north, status="agreed", started_on=make.TODAY)
    services.log_visit(
        agreed, client_id="6f1f7c0e-4c8f-4d8a-9f5e-0a4a6f0b9d12", outcome="held", occurred_on=make.TODAY, minutes=60,
        place="home", by=cast.amina, now=now,
    )  # fmt: skip
    agreed.refresh_from_db()
    assert (agreed.grace, agreed.plan.grace_days) == (1, [1, 3, 3, 3])


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(cast: Cast, now: datetime) -> None:
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            swept = services.sweep(now=now)
        ours = [
            one for one in seen.captured_queries if "set_config" not in one["sql"] and "SAVEPOINT" not in one["sql"]
        ]
        counts.append((len(ours), swept.queries))
        for _number in range(5):
            make.a_match(cast.north)
    assert counts[0] == counts[1] == (swept.queries, 2 + len(sweeping.STATEMENTS))


def test_many_programmes_are_done_in_chunks(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for programme in (cast.north, cast.south):
        for _number in range(2):
            make.a_match(programme)
    whole = services.sweep(now=now)
    Notice.objects.all().delete()
    monkeypatch.setattr(sweeping, "CHUNK", 2)
    parts = services.sweep(now=now)
    assert (whole.chunks, parts.chunks) == (1, 2)
    assert (whole.reminders, whole.programmes, whole.due) == (parts.reminders, parts.programmes, parts.due)
