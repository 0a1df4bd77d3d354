"""Deeds are services: named arguments, the actor, the clock, one transaction; and each has a test."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.house.tree import ORDER, TESTS, app_of, length, sources, told

LONGEST_TASK = 20
Deed = tuple[str, Callable[..., Any]]

# The clock, but nobody's deed: the machine comes by itself, or a message is sent for somebody.
NOBODYS = {
    "peerhub.notices.services.write": "written within somebody's deed, which is recorded itself",
    "peerhub.notices.services.compose": "makes the row, and somebody's deed keeps it",
    "evaluation.services.render_report": "the worker prints what somebody froze; the report says who asked",
    "matching.services.run_search": "the worker searches what somebody asked for; the run says who",
    "matching.services.end_searches": "no worker is left who could say that it failed",
    "peerhub.people.services.give_login": "part of inviting somebody, which is recorded itself",
    "peerhub.people.services.renew_invitation": "likewise",
    "peerhub.notices.services.preview": "shows what would be sent and changes nothing",
    "peerhub.notices.services.previews": "likewise, for several",
    "peerhub.notices.services.claim": "the sender takes what is due",
    "peerhub.notices.services.send": "the sender sends what it took",
    "matching.services.current_text": "the text that comes with peerhub is kept when it is first needed",
    "peerhub.notices.services.gather_digests": "the hour does it",
    "supervision.services.write_summaries": "Monday does it",
    "supervision.services.remind_of_sessions": "the day before does it",
    "matching.services.sweep": "the day does it, nobody in particular",
    "peerhub.people.services.drop_old_drafts": "a week does it",
    "peerhub.people.services.open_link": "nobody is known before the link is found; its row counts that it was opened",
    "peerhub.people.services.link_of": "finds the link of a browser, does nothing",
    "peerhub.people.services.read_calendar": "a program asks, by a link; its row counts that it did",
}
# Part of a deed that opened the transaction, a single statement, or several transactions on purpose.
NO_TRANSACTION = {
    "matching.services.run_search",
    "peerhub.people.services.renew_invitation",
    "matching.services.sweep",  # one transaction for each chunk of programmes, opened with its walls
    "peerhub.notices.services.write",
    "peerhub.notices.services.claim",
    "peerhub.notices.services.send",
    "peerhub.notices.services.compose",
    "peerhub.notices.services.preview",
    "peerhub.notices.services.previews",
    "peerhub.notices.services.gather_digests",
    "peerhub.people.services.record_change",
    "peerhub.people.services.record_changes",
    "evaluation.services.render_report",
    "peerhub.people.services.link_of",
}


def deeds() -> Iterator[Deed]:
    """Every public function of every app's services."""
    for app in ORDER[1:]:
        if not any(source.app == app and source.room == "services" for source in sources()):
            continue
        module = importlib.import_module(f"{app}.services")
        names = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
        for name in names:
            one = getattr(module, name)
            if inspect.isfunction(one) and inspect.unwrap(one).__module__.startswith(f"{app}.services"):
                yield f"{app}.services.{name}", one


def test_there_are_deeds() -> None:
    assert len(list(deeds())) > 30


def test_a_package_of_services_says_what_is_public() -> None:
    problems = []
    for source in sources():
        if source.room == "services" and source.path.name == "__init__.py":
            module = importlib.import_module(source.module)
            if not getattr(module, "__all__", None):
                problems.append(source.short)
    told(problems, "A package of services lists its deeds in __all__; the rest belongs to the package.")


def test_after_the_row_everything_is_named() -> None:
    problems = []
    for name, deed in deeds():
        by_place = [
            one.name for one in inspect.signature(deed).parameters.values()
            if one.kind in (one.POSITIONAL_OR_KEYWORD, one.POSITIONAL_ONLY)
        ]  # fmt: skip
        if len(by_place) > (2 if name.endswith("people.services.move") else 1):
            problems.append(f"{name}({', '.join(by_place)})")
    told(problems, "A deed takes one row by place; everything else is named (a bare * in the signature).")


def test_who_did_it_and_when() -> None:
    problems = []
    for name, deed in deeds():
        taken = inspect.signature(deed).parameters
        if "now" in taken and "by" not in taken and name not in NOBODYS:
            problems.append(f"{name} takes now= but not by=")
        if "by" in taken and "now" not in taken:
            problems.append(f"{name} takes by= but not now=")
    told(
        problems,
        "A deed knows its actor (by=) and its clock (now=). What nobody does stands in NOBODYS, with a reason.",
    )


def test_no_deed_looks_at_the_clock_itself() -> None:
    problems = []
    for source in sources():
        if source.room not in ("services", "models", "querysets", "choices", "taper", "pairing", "measures"):
            continue
        for node in ast.walk(source.tree):
            text = ast.unparse(node) if isinstance(node, ast.Call) else ""
            if re.match(r"(timezone\.(now|localdate|localtime)|date\.today|datetime\.(now|utcnow|today))\(", text):
                problems.append(f"{source.short}:{node.lineno}: {text}")  # type: ignore[attr-defined]  # a Call
    told(problems, "The clock is passed in (now=): then a whole year can be tested in a second.")


def test_each_deed_is_one_transaction() -> None:
    problems = []
    for name, deed in deeds():
        if "now" not in inspect.signature(deed).parameters or name in NO_TRANSACTION:
            continue
        if not hasattr(deed, "__wrapped__"):
            problems.append(name)
    told(problems, "A deed is decorated with @transaction.atomic: all of it happens, or nothing.")


def test_deeds_know_no_request_and_no_form() -> None:
    problems = []
    for source in sources():
        if source.room != "services":
            continue
        problems += [
            f"{source.short}:{one.line} imports {one.module}"
            for one in source.imports()
            if one.module.startswith(("django.http", "django.forms", "django.shortcuts", "django.contrib.messages"))
        ]
    told(problems, "Services see no request and no form.")


def test_each_deed_has_a_test() -> None:
    written = "\n".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    missing = [name for name, _deed in deeds() if not re.search(rf"\b{name.rsplit('.', 1)[1]}\b", written)]
    told(missing, "Each public deed is done, done twice and done in the wrong state in some test.")


def test_tasks_only_find_and_call() -> None:
    problems = []
    for source in sources():
        if source.room == "tasks":
            long = [node for node in source.functions() if length(node) > LONGEST_TASK]
            problems += [f"{source.short}:{node.lineno} {node.name}: {length(node)} lines" for node in long]
            problems += [f"{source.short}:{one.line}" for one in source.imports() if app_of(one.module) == "django.db"]
    told(problems, "A task finds due rows and calls services; what happens to them stands there.")
