"""The table of who may see what is whole: each page has a guard, a title and an example, and each rule a page."""

from __future__ import annotations

from django.utils.functional import Promise

from programmes import matrix
from programmes.choices import Role
from programmes.matrix import Address, addresses
from programmes.page import COLUMNS
from programmes.titles import OTHER_WORDS, OUTSIDE, PARTS, ROLE_WORDS, part_of, title_of
from tests.house.tree import told
from tests.visitors import SAMPLES


def without_guard(pages: list[Address]) -> list[str]:
    """Pages of a programme that ask for no right."""
    return [
        f"{one.name}: write @page(Permission.X) above {one.callback.__name__}, or @page(None) for every member"
        for one in pages
        if one.in_programme and not hasattr(one.callback, "guard")
    ]


def without_title(pages: list[Address]) -> list[str]:
    """Pages that the table cannot call by a name."""
    return [
        f"{one.name}: add its title in plain words to a part of PARTS (or OUTSIDE) in programmes/titles.py"
        for one in pages
        if not title_of(one.name) or part_of(one.name) is None
    ]


def without_example(pages: list[Address]) -> list[str]:
    """Pages that no test can open, because it knows no row for them."""
    return [
        f"{one.name}: add to SAMPLES in tests/visitors.py which row stands in /{one.route}"
        for one in pages
        if one.in_programme and one.names_a_row and one.name not in SAMPLES
    ]


def test_every_page_has_a_guard() -> None:
    told(without_guard(list(addresses())), "Every page of a programme has a guard.")


def test_every_page_has_a_title() -> None:
    told(without_title(list(addresses())), "Every page has a title in plain words.")


def test_every_page_has_an_example() -> None:
    told(without_example(list(addresses())), "Every page with a row in its address has an example.")


def test_the_rules_find_what_they_should() -> None:
    """A page that somebody forgot to guard, to name and to give an example is told so, in a sentence each."""

    def forgotten() -> None:
        """No page yet."""

    pages = [Address("programmes:forgotten", forgotten, "p/<slug:slug>/forgotten/<int:pk>/")]
    assert "write @page(Permission.X) above forgotten" in without_guard(pages)[0]
    assert "add its title" in without_title(pages)[0]
    assert "add to SAMPLES" in without_example(pages)[0]


def test_nothing_is_said_about_pages_that_are_gone() -> None:
    names = {one.name for one in addresses()}
    said = {
        "SAMPLES (tests/visitors.py)": set(SAMPLES),
        "PARTS (programmes/titles.py)": {name for part in (*PARTS, *OUTSIDE) for name in part.pages},
        "WRITES_NEED": set(matrix.WRITES_NEED),
        "OWN_ONLY": set(matrix.OWN_ONLY),
        "OWN_FOR": {name for name, _role in matrix.OWN_FOR},
        "NO_METHOD": set(matrix.NO_METHOD),
        "OF_THE_FACTOR": set(matrix.OF_THE_FACTOR),
        "EXCEPTIONS": {one.name for one in matrix.EXCEPTIONS},
        "FOR_LINK_HOLDERS": set(matrix.FOR_LINK_HOLDERS),
    }
    told(
        [f"{name} in {place}" for place, found in said.items() for name in sorted(found - names)],
        "Each rule about a page is about a page that exists; take the others out.",
    )


def test_titles_are_translated_and_tell_pages_apart() -> None:
    problems = []
    for part in (*PARTS, *OUTSIDE):
        titles = [str(title) for title in part.pages.values()]
        problems += [f"“{title}” twice in “{part.title}”" for title in set(titles) if titles.count(title) > 1]
        said = (part.title, *part.pages.values())
        problems += [f"“{title}” is not marked for translation" for title in said if not isinstance(title, Promise)]
    told(problems, "Titles are marked for translation, and each is used once in its part.")


def test_every_role_has_a_column_and_words() -> None:
    assert {column.role for column in COLUMNS} == set(ROLE_WORDS) == set(Role)
    assert {kind.role for kind in matrix.KINDS} - {""} == set(Role)
    assert all(isinstance(text, Promise) for text in (*ROLE_WORDS.values(), *(text for _i, _t, text in OTHER_WORDS)))
