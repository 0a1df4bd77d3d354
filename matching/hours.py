"""Somebody's own hours: visits held and work beside them, by month and in all. An activity with several counts once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import ExtractMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.choices import HelpKind
from matching.models import HelpRequest, Visit, Work
from peerhub.lib.member import Member
from peerhub.lib.moments import minutes_words

FIRST_YEAR = 2000
ENOUGH_ANSWERS = 3
LOOK_BACK = 10
DAY_HOURS = 24


@dataclass(frozen=True)
class Line:
    """One month, or the whole year."""

    title: str
    visits: int
    visit_minutes: int
    work_minutes: int

    @property
    def total(self) -> str:
        """Everything together, in words."""
        return minutes_words(self.visit_minutes + self.work_minutes) if self.minutes else "—"

    @property
    def minutes(self) -> int:
        """Everything together."""
        return self.visit_minutes + self.work_minutes


def year_in(text: str, today: date) -> int:
    """The year asked for; this one where it is none."""
    year = int(text) if text.isdecimal() and len(text) == len(str(today.year)) else today.year
    return year if FIRST_YEAR <= year <= today.year else today.year


def hours_of(member: Member, year: int) -> tuple[list[Line], Line]:
    """Each month of the year with something in it, and the year: two queries."""
    counted = Sum("minutes", filter=Q(shared_id__isnull=True))
    held = Visit.objects.own(member).held().filter(occurred_on__year=year)
    visits: dict[int, Any] = {
        row["month"]: row for row in held.annotate(month=ExtractMonth("occurred_on")).order_by().values("month")
        .annotate(visits=Count("pk"), total=counted)
    }  # fmt: skip
    beside = Work.objects.own(member).filter(occurred_on__year=year)
    works = dict(
        beside.annotate(month=ExtractMonth("occurred_on")).order_by().values("month").annotate(total=Sum("minutes"))
        .values_list("month", "total")
    )  # fmt: skip
    lines = []
    for month in sorted({*visits, *works}):
        row = visits.get(month, {"visits": 0, "total": 0})
        title = date_format(date(year, month, 1), "F")
        lines.append(Line(title, row["visits"], row["total"] or 0, works.get(month, 0)))
    whole = Line(
        str(year), sum(one.visits for one in lines), sum(one.visit_minutes for one in lines),
        sum(one.work_minutes for one in lines),
    )  # fmt: skip
    return lines, whole


def rows_to_take_away(member: Member, year: int) -> list[list[Any]]:
    """Every entry of the year for a spreadsheet: day, what, minutes that count. It names nobody."""
    rows = [
        [visit.occurred_on.isoformat(), _("visit"), visit.get_place_display(), 0 if visit.shared_id else visit.minutes]
        for visit in Visit.objects.own(member).held().filter(occurred_on__year=year)
    ]
    rows += [
        [work.occurred_on.isoformat(), work.get_kind_display(), "", work.minutes]
        for work in Work.objects.own(member).filter(occurred_on__year=year)
    ]
    return sorted(rows, key=lambda row: str(row[0]))


def answer_time(member: Member) -> str:
    """How long an answer took, in the middle of the last ten of this programme; empty while there are too few."""
    answered = HelpRequest.objects.of_programme(member).filter(kind=HelpKind.HELP, answered_at__isnull=False)
    last = answered.order_by("-answered_at").values_list("asked_at", "answered_at")[:LOOK_BACK]
    times = [(done - asked) / timedelta(hours=1) for asked, done in last if done]
    if len(times) < ENOUGH_ANSWERS:
        return ""
    hours = max(1, round(median(times)))
    basis = {"n": len(times)}
    if hours <= DAY_HOURS:
        said = ngettext("within %(hours)s hour", "within %(hours)s hours", hours) % {"hours": hours}
    else:
        days = round(hours / DAY_HOURS)
        said = ngettext("within %(days)s day", "within %(days)s days", days) % {"days": days}
    return _("An answer usually comes %(said)s (the last %(n)s requests).") % {"said": said, **basis}
