"""An instant in words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format


def moment(at: datetime, timezone: str) -> str:
    """“Tuesday 3 March, 10:00”, as the clocks show it in the named zone."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{date_format(local, 'l j F')}, {date_format(local, 'H:i')}"
