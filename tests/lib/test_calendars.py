"""An appointment as calendars read it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from peerhub.lib.calendars import Entry, appointment, feed
from tests.lib.ics import events

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


AS_OF = datetime(2026, 3, 28, tzinfo=UTC)


def test_a_feed_of_a_day_and_an_hour() -> None:
    day, hour = events(feed([Entry("a", "Visit", date(2026, 3, 31)), Entry("b", "Supervision", STARTS, 45)],
                            name="peerhub", as_of=AS_OF))  # fmt: skip
    assert day == {
        "UID": "a@peerhub", "DTSTAMP": "20260328T000000Z", "DTSTART;VALUE=DATE": "20260331",
        "DTEND;VALUE=DATE": "20260401", "SUMMARY": "Visit", "CLASS": "PRIVATE", "TRANSP": "TRANSPARENT",
    }  # fmt: skip
    assert hour == {
        "UID": "b@peerhub", "DTSTAMP": "20260328T000000Z", "DTSTART": "20260329T093000Z", "DTEND": "20260329T101500Z",
        "SUMMARY": "Supervision", "CLASS": "PRIVATE", "TRANSP": "OPAQUE",
    }  # fmt: skip


def test_an_hour_stays_the_same_hour_when_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/Brussels")
    ten = [datetime(2026, 3, day, 10, tzinfo=zone) for day in (28, 29)]  # the clocks change in between
    said = events(feed([Entry(str(at.day), "Supervision", at, 60) for at in ten], name="x", as_of=AS_OF))
    assert [one["DTSTART"] for one in said] == ["20260328T090000Z", "20260329T080000Z"]


def test_an_empty_feed_is_a_calendar() -> None:
    assert events(feed([], name="peerhub", as_of=AS_OF)) == []


@pytest.mark.parametrize("words", ["t" * 300, "é" * 200, "زيارة ودعم " * 20, "👩‍🦳" * 40, "a, b; c\\n " * 20])
def test_long_words_are_folded_and_come_out_whole(words: str) -> None:
    (said,) = events(feed([Entry("a", words, date(2026, 3, 31))], name=words, as_of=AS_OF))
    assert said["SUMMARY"] == words.strip()


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_line_end_in_a_word_begins_no_line(break_: str) -> None:
    (said,) = events(feed([Entry("a", f"Visit{break_}ATTENDEE:x", date(2026, 3, 31))], name="x", as_of=AS_OF))
    assert said["SUMMARY"] == "Visit ATTENDEE:x"


def test_the_same_entries_are_the_same_octets() -> None:
    first, again = (feed([Entry("a", "Visit", date(2026, 3, 31))], name="x", as_of=AS_OF) for _time in range(2))
    assert first == again
