"""Appointments for one's own calendar (RFC 5545): when, neutral words, nobody's name; one to take along, or a feed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 73  # octets, and the line's end makes 75
STAMP = "%Y%m%dT%H%M%SZ"
DAY = "%Y%m%d"
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
ASK_AGAIN = "PT6H"  # how often a calendar is asked to look; each keeps its own habits


@dataclass(frozen=True)
class Entry:
    """Something in a feed: for an hour (``minutes`` long, as an instant, so that every clock change is right), or for
    a whole day, which belongs to no zone.
    """

    uid: str
    title: str
    starts: datetime | date
    minutes: int = 0

    @property
    def is_timed(self) -> bool:
        """Whether it has an hour."""
        return isinstance(self.starts, datetime)


def appointment(
    *, uid: str, starts: datetime, minutes: int, title: str, place: str, now: datetime, sequence: int = 0
) -> bytes:
    """One event; with the same ``uid`` a calendar replaces what it took in before, by a higher ``sequence``."""
    return _written([
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//peerhub//EN", "METHOD:PUBLISH"),
        *("BEGIN:VEVENT", f"UID:{uid}@peerhub", f"SEQUENCE:{sequence}", f"DTSTAMP:{_instant(now)}"),
        *_hours(starts, minutes),
        *(f"SUMMARY:{_text(title)}", f"LOCATION:{_text(place)}", "CLASS:PRIVATE"),
        *("END:VEVENT", "END:VCALENDAR"),
    ])  # fmt: skip


def feed(entries: Iterable[Entry], *, name: str, as_of: datetime) -> bytes:
    """A calendar that others subscribe to: what is no longer in it disappears there.

    ``as_of`` is written as the moment of every entry; with the same one, the same entries are the same octets.
    """
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//peerhub//EN", "CALSCALE:GREGORIAN"),
        *(f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}"),
        *(f"REFRESH-INTERVAL;VALUE=DURATION:{ASK_AGAIN}", f"X-PUBLISHED-TTL:{ASK_AGAIN}"),
    ]
    for entry in entries:
        lines += ["BEGIN:VEVENT", f"UID:{entry.uid}@peerhub", f"DTSTAMP:{_instant(as_of)}"]
        lines += _when(entry)
        lines += [f"SUMMARY:{_text(entry.title)}", "CLASS:PRIVATE"]
        # a day on which a visit is due leaves the day free; an hour that is agreed on is taken
        lines += [f"TRANSP:{'OPAQUE' if entry.is_timed else 'TRANSPARENT'}", "END:VEVENT"]
    return _written([*lines, "END:VCALENDAR"])


def _when(entry: Entry) -> list[str]:
    if isinstance(entry.starts, datetime):
        return _hours(entry.starts, entry.minutes)
    after = entry.starts + timedelta(days=1)
    return [f"DTSTART;VALUE=DATE:{entry.starts:{DAY}}", f"DTEND;VALUE=DATE:{after:{DAY}}"]


def _hours(starts: datetime, minutes: int) -> list[str]:
    return [f"DTSTART:{_instant(starts)}", f"DTEND:{_instant(starts + timedelta(minutes=minutes))}"]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):{STAMP}}"


def _written(lines: Iterable[str]) -> bytes:
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _text(words: str) -> str:
    """Commas, semicolons and line ends mean something in this format; written so that they mean themselves."""
    plain = BREAKS.sub(" ", words).strip()
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """A long line goes on in the next, after a space; never inside a letter of several octets."""
    parts, part, octets = [], "", 0
    for letter in line:
        more = len(letter.encode())
        if octets + more > LONGEST_LINE:
            parts.append(part)
            part, octets = "", 0
        part += letter
        octets += more
    return "\r\n ".join([*parts, part])
