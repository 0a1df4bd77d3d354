"""Dates as coordinators write them: real ones, ISO, day-month-year, “3 maart 2025”, a spreadsheet's day number."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils.translation import gettext as _

from recruitment.importing.text import Read, Unclear, line, plain

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januari janv janvier",
            "february feb februari febr fev fevr fevrier",
            "march mar maart mrt mars",
            "april apr avr avril",
            "may mei mai",
            "june jun juni juin",
            "july jul juli juil juillet",
            "august aug augustus aout aou",
            "september sep sept septembre",
            "october oct oktober okt octobre",
            "november nov novembre",
            "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\d{1,2}[:.]\d{2}\S*)?")
NUMBERS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*'?(\d{4}|\d{2})(?: \d{1,2}[:.]\d{2}\S*)?")
FIRST_SERIAL, LAST_SERIAL = 10_000, 73_050  # 18 May 1927 to 31 December 2099
EPOCH = date(1899, 12, 30)
YEARS = range(1900, 2101)
DECEMBER = 12
SHORT, WHOLE, SERIAL, RUN_TOGETHER = 2, 4, 5, 8  # how many digits a year or a date has


def parse_date(text: str, *, today: date, month_first: bool = False, past: bool = False) -> Read:
    """A date and, where it could be read in two ways or had to be completed, how it was read.

    ``past`` completes a year of two digits to one gone by (birth). Raises Unclear for a day that does not exist.
    """
    text = line(text)
    if found := ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        return Read(_day(year, month, day, text))
    if text.replace(".0", "").isascii() and text.replace(".0", "").isdigit():
        return _from_digits(text.replace(".0", ""), month_first=month_first)
    if found := NUMBERS.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        return _from_numbers(text, (first, second), _whole_year(year, today, found[3]), past, today, month_first)
    return _from_words(text, today, past)


def _from_numbers(text: str, pair: tuple[int, int], year: int, past: bool, today: date, month_first: bool) -> Read:
    day, month = pair[::-1] if month_first else pair
    swapped = month > DECEMBER >= day
    if swapped:
        day, month = month, day
    short = not re.search(r"\d{4}", text)
    found = _not_ahead(_day(year, month, day, text), today, past and short)
    unsure = swapped or short or (day != month and max(day, month) <= DECEMBER)
    return Read(found, found.isoformat() if unsure else "")


def _from_digits(text: str, *, month_first: bool) -> Read:
    number = int(text)
    if len(text) == SERIAL and FIRST_SERIAL <= number <= LAST_SERIAL:
        found = EPOCH + timedelta(days=number)
    elif len(text) == RUN_TOGETHER and int(text[:4]) in YEARS:
        found = _day(int(text[:4]), int(text[4:6]), int(text[6:]), text)
    elif len(text) == RUN_TOGETHER:
        pair = (int(text[:2]), int(text[2:4]))
        day, month = pair[::-1] if month_first else pair
        found = _day(int(text[4:]), month, day, text)
    elif len(text) == WHOLE:
        raise Unclear(_("“%(text)s” is a year only. Write the whole date, as 31-12-1988.") % {"text": text})
    else:
        raise _no_date(text)
    return Read(found, found.isoformat())


def _from_words(text: str, today: date, past: bool) -> Read:
    words = [re.sub(r"(?<=\d)(?:er|e|st|nd|rd|th)$", "", word) for word in plain(text).split()]
    months = [MONTHS[word] for word in words if word in MONTHS]
    numbers = [word for word in words if word.isascii() and word.isdigit() and len(word) <= WHOLE]
    if len(months) != 1 or len(numbers) != len(("day", "year")):
        raise _no_date(text)
    day, year = numbers if len(numbers[0]) <= SHORT else numbers[::-1]
    if len(day) > SHORT or len(year) not in {SHORT, WHOLE}:
        raise _no_date(text)
    found = _day(_whole_year(int(year), today, year), months[0], int(day), text)
    short = len(year) == SHORT
    found = _not_ahead(found, today, past and short)
    return Read(found, found.isoformat() if short else "")


def _whole_year(year: int, today: date, typed: str) -> int:
    """A year of two digits is one of this century up to next year, otherwise of the last."""
    if len(typed) > SHORT:
        return year
    return 2000 + year if 2000 + year <= today.year + 1 else 1900 + year


def _not_ahead(found: date, today: date, past: bool) -> date:
    if not past or found <= today:
        return found
    return _day(found.year - 100, found.month, found.day, found.isoformat())


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise _no_date(text) from error
    if year not in YEARS:
        raise _no_date(text)
    return found


def _no_date(text: str) -> Unclear:
    return Unclear(_("“%(text)s” is not a date that exists. Write it as 31-12-1988.") % {"text": text[:40]})
