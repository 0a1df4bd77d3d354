"""An appointment as calendars read it."""

from __future__ import annotations

from datetime import UTC, datetime

from peerhub.lib.calendars import appointment

STARTS = datetime(2026, 3, 29, 9, 30, tzinfo=UTC)


def lines(**fields: str) -> list[str]:
    event = {"title": "Coffee", "place": "The Corner House", **fields}
    content = appointment(uid="meeting-7", starts=STARTS, minutes=60, now=STARTS, sequence=3, **event)  # type: ignore[arg-type]
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_when_and_where() -> None:
    said = lines()
    assert said[0] == "BEGIN:VCALENDAR"
    assert {"UID:meeting-7@peerhub", "SEQUENCE:3", "DTSTART:20260329T093000Z", "DTEND:20260329T103000Z"} <= set(said)
    assert said[-2:] == ["END:VCALENDAR", ""]


def test_words_cannot_become_commands() -> None:
    said = lines(place="Café; corner, first floor\r\nATTENDEE:mailto:x@example.org \\n")
    assert r"LOCATION:Café\; corner\, first floor ATTENDEE:mailto:x@example.org \\n" in said
    assert not [line for line in said if line.startswith("ATTENDEE")]


def test_no_line_is_longer_than_the_format_allows() -> None:
    content = appointment(uid="x", starts=STARTS, minutes=60, title="t" * 300, place="é" * 120, now=STARTS)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert "é" * 120 in content.decode().replace("\r\n ", "")
