"""A calendar read as RFC 5545 says, by a naive reader that refuses what the format does not allow."""

from __future__ import annotations

import re

LINE = re.compile(r"(?P<name>[A-Z-]+)(?P<options>(?:;[A-Z-]+=[^;:\"]+)*):(?P<value>.*)")
ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "TRANSP")


def unfolded(content: bytes) -> list[str]:
    """The lines, put together again. Asserts octets, line ends and that no letter was cut."""
    assert content.endswith(b"\r\n"), "the last line ends, too"
    raw = content[:-2].split(b"\r\n")
    for line in raw:
        assert len(line) <= 75, f"{line!r} is longer than 75 octets"
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode()  # a letter cut in two is no UTF-8
    return content.decode()[:-2].replace("\r\n ", "").split("\r\n")


def events(content: bytes) -> list[dict[str, str]]:
    """Each event by the names of its properties, options included; texts as a calendar shows them."""
    lines = unfolded(content)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    found: list[dict[str, str]] = []
    inside = False
    for line in lines[1:-1]:
        match = LINE.fullmatch(line)
        assert match, f"{line!r} is no line of a calendar"
        if line in ("BEGIN:VEVENT", "END:VEVENT"):
            assert inside == (line == "END:VEVENT"), "events do not lie in events"
            inside = not inside
            found += [{}] if inside else []
        elif inside:
            assert match["name"] not in {name.partition(";")[0] for name in found[-1]}, f"{match['name']} stands twice"
            found[-1][match["name"] + match["options"]] = re.sub(r"\\(.)", r"\1", match["value"])
    assert not inside
    for one in found:
        assert {name.partition(";")[0] for name in one} == set(ONCE), one
    assert len({one["UID"] for one in found}) == len(found), "each event is another one"
    return found
