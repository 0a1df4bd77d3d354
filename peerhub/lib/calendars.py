"""An appointment to take into one's own calendar (RFC 5545): time, place and neutral words, nobody's name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

LONGEST_LINE = 73  # octets, and the line's end makes 75
STAMP = "%Y%m%dT%H%M%SZ"


def appointment(
    *, uid: str, starts: datetime, minutes: int, title: str, place: str, now: datetime, sequence: int = 0
) -> bytes:
    """One event; with the same ``uid`` a calendar replaces what it took in before, by a higher ``sequence``."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//peerhub//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}@peerhub",
        f"SEQUENCE:{sequence}",
        f"DTSTAMP:{now.astimezone(UTC):{STAMP}}",
        f"DTSTART:{starts.astimezone(UTC):{STAMP}}",
        f"DTEND:{(starts + timedelta(minutes=minutes)).astimezone(UTC):{STAMP}}",
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(place)}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _text(words: str) -> str:
    """Commas, semicolons and line ends mean something in this format; written so that they mean themselves."""
    plain = " ".join(part for part in words.replace("\r", "\n").split("\n") if part.strip())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """A long line goes on in the next, after a space; never inside a letter of several octets."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > LONGEST_LINE:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
