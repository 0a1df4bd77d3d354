"""Short enough to be read in one go: functions, files, templates, tests."""

from __future__ import annotations

import ast
import statistics

from tests.house.tree import ROOT, TESTS, length, parsed, sources, templates, told

LONGEST_FUNCTION, MEDIAN_FUNCTION = 60, 10
LONGEST_FILE, MOST_FILES = 450, 300
LONGEST_VIEW, LONGEST_TEMPLATE, LONGEST_TEST = 25, 200, 400


def test_functions_are_short() -> None:
    sizes = [
        (length(node), f"{source.short}:{node.lineno} {node.name}")
        for source in sources()
        for node in source.functions()
    ]
    told(
        [f"{place}: {size} lines" for size, place in sizes if size > LONGEST_FUNCTION],
        "A function has at most 60 lines.",
    )
    assert statistics.median(size for size, _place in sizes) <= MEDIAN_FUNCTION


def test_views_are_short() -> None:
    problems = []
    for source in sources():
        if source.room != "views":
            continue
        long = [node for node in source.functions() if length(node) > LONGEST_VIEW]
        problems += [f"{source.short}:{node.lineno} {node.name}: {length(node)} lines" for node in long]
    told(
        problems,
        "A page fetches, reads the form, does the deed and answers, in at most 25 lines; the rest goes into page.py.",
    )


def test_code_files_are_short() -> None:
    sizes = sorted((source.lines, source.short) for source in sources())
    told([f"{name}: {size} lines" for size, name in sizes if size > LONGEST_FILE], "A code file has at most 450 lines.")
    p95 = sizes[int(len(sizes) * 0.95)]
    assert p95[0] <= MOST_FILES, f"95 of 100 code files have at most 300 lines; the limit stands at {p95}."


def test_templates_are_short() -> None:
    sizes = [(len(path.read_text().splitlines()), path.relative_to(ROOT)) for path in templates()]
    told(
        [f"{name}: {size} lines" for size, name in sizes if size > LONGEST_TEMPLATE],
        "A template has at most 200 lines.",
    )


def test_tests_are_short() -> None:
    sizes = [(len(path.read_text().splitlines()), path.relative_to(ROOT)) for path in TESTS.rglob("*.py")]
    told([f"{name}: {size} lines" for size, name in sizes if size > LONGEST_TEST], "A test file has at most 400 lines.")


def test_every_public_function_says_what_it_means() -> None:
    problems = []
    for source in sources():
        for node in parsed(source.path).body:
            public = not getattr(node, "name", "_").startswith("_")
            if public and isinstance(node, ast.FunctionDef) and not ast.get_docstring(node):
                problems.append(f"{source.short}:{node.lineno} {node.name}")
    told(problems, "A public function has a docstring: what it means in the programme, then what else happens.")


def test_nothing_is_left_for_later() -> None:
    problems = []
    for source in sources():
        for number, line in enumerate(source.path.read_text().splitlines(), start=1):
            if any(word in line for word in ("TODO", "FIXME", "XXX", "NotImplementedError()")):
                problems.append(f"{source.short}:{number}: {line.strip()}")
    told(problems, "No stubs and no notes to oneself in the code.")
