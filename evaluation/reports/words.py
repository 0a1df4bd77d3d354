"""Numbers, days and hidden counts as they are said in the language of the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from evaluation.measures import Cell
from evaluation.reports.shape import Figure, Period

NOTHING = "–"
HIDDEN_TOO = "*"
WEEK = 7
MONTHS_AT_MOST, QUARTERS_AT_MOST = 18, 54


@dataclass(frozen=True, slots=True)
class Bucket:
    """One column of a chart over time: its key in the frames and its names, short and full."""

    key: str
    label: str
    under: str
    full: str


def number(value: float, decimals: int = 0) -> str:
    """A number with the separators of the language, halves rounded up; a minus sign, not a hyphen."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return number_format(rounded + 0, decimal_pos=decimals, use_l10n=True, force_grouping=True).replace("-", "−")


def signed(value: float, decimals: int) -> str:
    """A change: its sign always stands before it, except before nought."""
    words = number(value, decimals)
    return f"+{words}" if value > 0 and words != number(0, decimals) else words


def percent(value: float) -> str:
    """A share from 0 to 1 as a whole percentage."""
    return f"{number(100 * value)}\u00a0%"


def hidden(below: int) -> str:
    """What stands in the place of a count that is too small to show."""
    return f"<{below}"


def cell(shown: Cell, below: int) -> str:
    """A count, or the sign that it is hidden: because it is small, or because it would give a small one away."""
    if shown.value is not None:
        return number(shown.value)
    return hidden(below) if shown.small else HIDDEN_TOO


def amount(figure: Figure, below: int) -> str:
    """A count inside a sentence."""
    return _("fewer than %(n)s") % {"n": below} if figure.suppressed else figure.shown


def plural(figure: Figure, below: int) -> int:
    """The number that decides between singular and plural for ``amount``."""
    return below if figure.suppressed or figure.value is None else int(figure.value)


def begun(sentences: Iterable[str]) -> tuple[str, ...]:
    """Sentences with a capital at their beginning, also where a number was hidden there."""
    return tuple(capfirst(sentence) for sentence in sentences)


def phase_of_visits(days: int, *, or_more: bool = False) -> str:
    """How often visits are made, in words."""
    if days == WEEK and not or_more:
        return _("weekly")
    words = _("every %(days)s days or more") if or_more else _("every %(days)s days")
    return words % {"days": days}


def buckets(period: Period) -> tuple[str, list[Bucket]]:
    """The columns of a chart over the period, and pandas' letter for them: months; quarters or years if it is long."""
    months = list(_months(period))
    if len(months) <= MONTHS_AT_MOST:
        return "M", [
            Bucket(first.strftime("%Y-%m"), date_format(first, "M"), _year(first, months), date_format(first, "F Y"))
            for first in months
        ]
    if len(months) <= QUARTERS_AT_MOST:
        quarters = sorted({(first.year, (first.month + 2) // 3) for first in months})
        return "Q", [
            Bucket(
                f"{year}Q{quarter}",
                _("Q%(quarter)s") % {"quarter": quarter},
                str(year) if quarter == 1 or (year, quarter) == quarters[0] else "",
                _("quarter %(quarter)s of %(year)s") % {"quarter": quarter, "year": year},
            )
            for year, quarter in quarters
        ]
    return "Y", [Bucket(str(year), str(year), "", str(year)) for year in sorted({first.year for first in months})]


def _months(period: Period) -> Iterable[date]:
    first = period.from_on.replace(day=1)
    while first <= period.to_on:
        yield first
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _year(first: date, months: list[date]) -> str:
    return str(first.year) if first.month == 1 or first == months[0] else ""
