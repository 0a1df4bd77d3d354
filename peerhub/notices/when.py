"""When may a message go out to somebody? Local hours in, an instant out; no model and no clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
MOST_STEPS = 6  # from one closed hour into the next: quiet, unsafe, and again on the day after


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of the day to another; past midnight when the end comes before the beginning."""

    start: time
    end: time

    def hold(self, local: time) -> bool:
        """Whether this time of the day lies within (the end does not)."""
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


def next_at(now: datetime, zone: ZoneInfo, wanted: time) -> datetime:
    """The first instant after ``now`` at which the clocks of the zone show this time.

    A time that the spring leaves out is the instant an hour later; one that comes twice in autumn is the next to come.
    """
    local_day = now.astimezone(zone).date()
    for days in (0, 1):
        for fold in (0, 1):
            local = datetime.combine(local_day + timedelta(days=days), wanted, zone).replace(fold=fold)
            instant = local.astimezone(UTC)
            if instant > now:
                return instant
    raise ValueError(f"{wanted} does not come")  # pragma: no cover  # tomorrow's always does


def next_open(now: datetime, *, zone: str, quiet: Hours | None = None, safe: Hours | None = None) -> datetime | None:
    """The first instant from ``now`` on that lies outside the quiet hours and within the safe ones.

    Returns None when there is no such hour in a day.
    """
    where, at = ZoneInfo(zone), now
    for _step in range(MOST_STEPS):
        local = at.astimezone(where).time()
        if quiet and quiet.hold(local):
            at = next_at(at, where, quiet.end)
        elif safe and not safe.hold(local):
            at = next_at(at, where, safe.start)
        else:
            return at
    return None


def week_opens(now: datetime, sent: list[datetime], most: int | None) -> datetime:
    """When one more message fits into seven days, given when the last ones went out."""
    recent = sorted(moment for moment in sent if moment > now - WEEK)
    if most is None or len(recent) < most:
        return now
    return recent[-most] + WEEK


def digest_day(now: datetime, *, zone: str, at: time) -> date | None:
    """The local day whose letter may be written now, or None before its hour."""
    local = now.astimezone(ZoneInfo(zone))
    return local.date() if local.time() >= at else None
