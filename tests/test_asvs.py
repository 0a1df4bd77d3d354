"""docs/asvs.md says what is true: its files and tests exist, and no item that was chosen is left out."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass

from tests.house.tree import ROOT, parsed, told

# What was chosen from the standard for a programme's people; further rows may stand there.
CHOSEN = """
2.2.2 2.3.1 2.3.3 2.3.4 2.4.1 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.2.2 3.7.2 4.1.3 5.2.1 5.2.3 5.4.1 5.4.2 6.2.1 6.2.4 6.2.5
6.2.9 6.2.10 6.2.12 6.3.2 6.3.4 6.4.1 6.4.3 6.5.1 6.5.5 6.6.3 7.1.1 7.2.4 7.4.1 7.4.2 7.4.3 7.4.5 7.5.1 7.5.2 8.1.1
8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 8.4.1 11.3.2 11.5.1 13.2.2 13.4.2 13.4.5 14.2.1 14.2.3 14.2.4 14.3.2 14.3.3 15.1.1 15.1.2
15.2.2 15.2.3 15.3.3 16.1.1 16.2.2 16.3.1 16.3.2 16.4.1 16.5.1 16.5.3
"""
STATUSES = ("holds", "in work", "not yet", "place", "no")
CHAPTERS = 17


@dataclass(frozen=True)
class Row:
    """One line of the tables."""

    items: tuple[str, ...]
    asks: str
    where: str
    test: str
    status: str


def rows() -> list[Row]:
    """Every row about an item."""
    found = []
    for line in (ROOT / "docs/asvs.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and re.match(r"\d+\.\d+\.\d+", cells[0]):
            assert len(cells) == 5, f"five cells: {line}"
            found.append(Row(tuple(cells[0].split(", ")), *cells[1:]))
    return found


def functions(path: str) -> set[str]:
    """The tests of a file."""
    return {node.name for node in parsed(ROOT / path).body if isinstance(node, ast.FunctionDef)}


def test_every_named_test_exists() -> None:
    problems = []
    for row in rows():
        named = re.findall(r"`([^`]+)`", row.test)
        for one in named:
            path, _colons, name = one.partition("::")
            if not (ROOT / path).is_file() or name not in functions(path):
                problems.append(f"{row.items}: {one}")
        if row.test != "-" and ", ".join(f"`{one}`" for one in named) != row.test:
            problems.append(f"{row.items}: {row.test}")
    told(problems, "docs/asvs.md names tests that exist, as `tests/file.py::test_name`.")


def test_every_named_file_exists() -> None:
    problems = []
    for row in rows():
        for one in re.findall(r"`([\w./-]+)`", row.where):
            looks_like_a_file = "/" in one and not one.startswith("/")
            if looks_like_a_file and row.status != "in work" and not (ROOT / one).exists():
                problems.append(f"{row.items}: {one}")
    told(problems, "docs/asvs.md names files that exist.")


def test_each_row_says_where_it_stands() -> None:
    problems = [f"{row.items}: {row.status}" for row in rows() if row.status not in STATUSES]
    problems += [f"{row.items}: says nothing" for row in rows() if not (row.asks and row.where)]
    problems += [
        f"{row.items}: has a test but is not there" for row in rows() if row.status == "in work" and row.test != "-"
    ]
    told(problems, f"A row is one of {STATUSES}; what is in work gets its test when it is there.")
    counts = Counter(dict.fromkeys(STATUSES, 0))
    for row in rows():
        counts[row.status] += len(row.items)
    print("ASVS 5.0:", ", ".join(f"{count} {status}" for status, count in counts.items()))  # noqa: T201  # the number is the result
    assert counts["holds"] > 100


def test_no_chosen_item_and_no_chapter_is_left_out() -> None:
    listed = {item for row in rows() for item in row.items}
    told(sorted(set(CHOSEN.split()) - listed), "These items were chosen and have no row.")
    assert {int(item.split(".")[0]) for item in listed} == set(range(1, CHAPTERS + 1))
