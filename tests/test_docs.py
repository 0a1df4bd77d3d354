"""What is written is true: links lead somewhere, files and functions are there, generated pages are current."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from programmes.choices import Role
from tests.house.tree import ORDER, ROOT, TESTS, TOP_LEVEL_APPS, parsed, told

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FENCED = re.compile(r"```.*?```", re.DOTALL)


def links_of(page: Path) -> list[str]:
    """Where a page leads, within the project."""
    found = LINK.findall(FENCED.sub("", page.read_text()))
    return [link for link in found if not link.startswith(("http://", "https://", "mailto:"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    missing = [link for link in links_of(page) if not (page.parent / link).exists()]
    told(missing, f"{page.relative_to(ROOT)} links to what is not there (pictures are taken by `make shots`).")


def named(path: Path) -> set[str]:
    """The functions and classes at the top of a file."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in parsed(path).body if isinstance(node, kinds)}


def test_a_visit_names_what_is_there() -> None:
    steps = re.findall(r"\[`([\w/.]+)(?:::(\w+))?`\]\(\.\./([\w/.]+)\)", (ROOT / "docs/a-visit.md").read_text())
    assert len(steps) >= 15  # as many as the way is long
    problems = []
    for path, name, link in steps:
        if path != link:
            problems.append(f"{path} is linked to {link}")
        elif not (ROOT / path).exists():
            problems.append(f"{path} is not there")
        elif name and name not in named(ROOT / path):
            problems.append(f"{path} has no {name}")
    told(problems, "docs/a-visit.md names files and functions as they are.")


def test_tests_that_security_names_exist() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    written = "".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    missing = [name for name in re.findall(r"`(test_\w+)`", text) if f"def {name}(" not in written]
    missing += [path for path in re.findall(r"`(tests/[\w/]+\.py)`", text) if not (ROOT / path).exists()]
    told(missing, "SECURITY.md names tests that exist.")


def test_decisions_are_numbered_and_name_their_tests() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(decisions) + 1))
    problems = []
    for path in decisions:
        text = path.read_text()
        problems += [
            f"{path.name}: {part} is missing" for part in ("Status:", "**Decision.**", "**Why.**") if part not in text
        ]
        if not re.match(rf"# {path.name[:4]} \S", text):
            problems.append(f"{path.name}: the title begins with its number")
        for mentioned in re.findall(r"`(tests/[\w/]+\.py|tests/[\w/]+/)`", text):
            if not (ROOT / mentioned).exists():
                problems.append(f"{path.name}: {mentioned} is not there")
    told(problems, "A decision says what, why, what it costs, and which test keeps it true.")


def test_the_page_of_commands_is_current() -> None:
    call_command("document_commands", "--check")


def test_make_says_what_the_pages_say() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    said = {
        word
        for page in PAGES
        for word in re.findall(r"\bmake (run|test|check|fix|bench|shots|shell|lock|clean|messages)\b", page.read_text())
    }
    assert said <= targets


def test_the_readme_is_one_screen_and_names_every_role() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 50  # one screen
    assert "make run" in text
    assert "make test" in text
    missing = [str(role.label) for role in Role if str(role.label) not in text]
    told(missing, "README.md says what each role does.")
    told([app for app in TOP_LEVEL_APPS if f"{app}/" not in text], "README.md shows the tree.")


def test_the_order_of_apps_is_the_same_everywhere() -> None:
    written = " ".join((ROOT / "CONTRIBUTING.md").read_text().split())
    assert " < ".join(ORDER) in written


def test_every_word_of_the_house_has_three_languages() -> None:
    rows = re.findall(r"^\| (.+?) \|$", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    cells = [[cell.strip() for cell in row.split("|")] for row in rows[2:]]
    told(
        [row[0] for row in cells if len(row) != 4 or not all(row)],
        "Each word has English, Dutch, French and a meaning.",
    )
    english = {word for row in cells for word in re.split(r",\s*", row[0])}
    assert {"match", "visit", "peer supporter", "participant", "review", "concern"} <= english


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()
