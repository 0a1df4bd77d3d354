"""Calendar rules on local dates: months, zones, week slots. No model, no clock of its own."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta


def add_months(day: date, months: int) -> date:
    """The same day so many months later; where the month is shorter, its last day (31 August + 3 = 30 November)."""
    return day + relativedelta(months=months)


def local_date(now: datetime, timezone: str) -> date:
    """The calendar day that an aware instant falls on in the named time zone."""
    return now.astimezone(ZoneInfo(timezone)).date()


def whole_years(born_on: date, day: date) -> int:
    """Age in whole years on a day."""
    return relativedelta(day, born_on).years
