"""Instants and days in words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def moment(at: datetime, timezone: str) -> str:
    """“Tuesday 3 March, 10:00”, as the clocks show it in the named zone."""
    local = at.astimezone(ZoneInfo(timezone))
    return f"{date_format(local, 'l j F')}, {date_format(local, 'H:i')}"


def clock(at: datetime, timezone: str) -> str:
    """“14:02”, as the clocks show it in the named zone."""
    return date_format(at.astimezone(ZoneInfo(timezone)), "H:i")


def ago(day: date | None, today: date) -> str:
    """How long ago a day was, beside the day itself: “16 days ago”."""
    if day is None:
        return ""
    days = (today - day).days
    return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days} if days > 0 else _("today")


def minutes_words(minutes: int) -> str:
    """A length as people say it: “45 min”, “1 hour”, “1 h 15”."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    if rest:
        return f"{hours} h {rest:02}"
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
