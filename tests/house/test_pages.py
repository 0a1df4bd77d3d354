"""Pages: one word each for address, view and template; fetching the row is the permission check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from programmes.matrix import Address, addresses
from tests.house.tree import ROOT, TEMPLATES, TESTS, Source, parsed, sources, told

OUR_SPACES = ("home", "programmes", "recruitment", "training", "matching", "supervision", "evaluation", "phone")
# Places belong to the organisation, of_programme is their wall; none() shows nothing.
WALLS = ("visible_to", "own", "of_programme", "none", "to_log", "just_ended", "just_covered", "was_substitute")
WALLED_ROOMS = ("views", "forms", "admin", "page", "cards")

# Addresses that show no page of their own, each with the reason.
WITHOUT_TEMPLATE = {
    "home:health_live": "a sign of life for a load balancer, one word",
    "home:security_txt": "a text for those who found a hole",
    "home:security_policy": "SECURITY.md as it is",
    "home:stay": "seconds, for a script",
    "home:draft": "what was typed, for a script",
    "home:message_again": "a button on the list of messages",
    "home:push_add": "for a script",
    "home:push_remove": "a button on the page about one's messages",
    "home:link_leave": "a button that leads away",
    "home:feed": "days for a program that shows calendars",
    "home:device_end": "a button on the page of devices",
    "supervision:session_cancel": "a button on the page of supervision",
    "matching:search_repeat": "a button on the list of searches",
    "matching:cover_end": "a button on the page of cover",
    "matching:deputy_end": "a button on the page of cover",
    "programmes:team_end": "a button on the page of the team",
    "programmes:team_logout": "a button on the page of the team",
    "programmes:opening_end": "a button on the page of emergency access",
    "recruitment:campaigns_export": "a table to take away",
    "recruitment:campaign_reopen": "a button on the page of a campaign",
    "recruitment:participants_export": "a workbook to take away",
    "recruitment:supporters_export": "a workbook to take away",
    "recruitment:supporter_invite": "a button on the page of a peer supporter",
    "recruitment:supporter_pause": "a button on the page of a peer supporter",
    "recruitment:supporter_resume": "a button on the page of a peer supporter",
    "recruitment:supporter_logout": "a button on the page of a peer supporter",
    "recruitment:consent_withdraw": "a button on the page of consents",
    "recruitment:guardian_end": "a button on the page of consents",
    "recruitment:import_template": "an empty workbook to take away",
    "recruitment:import_refused": "a workbook of the rows to mend",
    "supervision:overdue_export": "a table to take away",
    "evaluation:report_pdf": "the PDF itself",
    "matching:suggestion": "a button on the page of the match",
    "matching:responsible": "a button on the page of the match",
    "matching:meeting_file": "an appointment to take away",
    "matching:agreement_pdf": "the PDF itself",
    "matching:connection_end": "a button on the page of connections",
    "matching:sync": "answers for the script of the phone",
    "matching:hours_export": "a table to take away",
    "matching:advice_export": "a table to take away",
    "phone:worker": "a script, the service worker",
    "matching:answer": "a button on the page of the match; it writes down and goes back",
}
# Rows that stand in no programme or are looked for before the wall, each with the reason.
BARE_BUT_RIGHT: dict[str, str] = {}


def ours() -> list[Address]:
    """The addresses of our own pages."""
    return [one for one in addresses() if one.space in OUR_SPACES]


def test_every_address_has_a_name_and_a_space() -> None:
    problems = [f"{one.route} has no name" for one in ours() if not one.short]
    modules = {one.callback.__module__.split(".")[0] for one in addresses()}
    problems += [
        f"{one.route} ({one.name}) has no app_name" for one in addresses()
        if one.callback.__module__.startswith(("peerhub.home", *OUR_SPACES)) and one.space not in (*OUR_SPACES, "admin")
    ]  # fmt: skip
    assert modules
    told(problems, "Every address has a name, within the space of its app (app_name in urls.py).")


def test_names_are_used_once() -> None:
    names = [one.name for one in ours()]
    told(sorted({name for name in names if names.count(name) > 1}), "A name belongs to one address.")


def test_the_name_is_the_views_name() -> None:
    problems = [f"{one.name} leads to {one.callback.__name__}" for one in ours() if one.callback.__name__ != one.short]
    told(problems, "URL name = view function name.")


def test_each_page_has_the_template_of_its_name() -> None:
    problems = []
    for one in ours():
        template = TEMPLATES / one.space / f"{one.short}.html"
        if one.name in WITHOUT_TEMPLATE and template.exists():
            problems.append(f"{one.name} has a template after all; take it out of WITHOUT_TEMPLATE")
        if one.name not in WITHOUT_TEMPLATE and not template.exists():
            problems.append(f"{one.name}: {template.relative_to(ROOT)} is not there")
    names = {one.name for one in ours()}
    problems += [f"{name} in WITHOUT_TEMPLATE is no address" for name in WITHOUT_TEMPLATE if name not in names]
    told(
        problems,
        "View name = template name: templates/<app>/<view>.html (exceptions stand in WITHOUT_TEMPLATE, with a reason).",
    )


def test_every_template_is_used() -> None:
    used = "".join(path.read_text() for path in TEMPLATES.rglob("*") if path.is_file())
    used += "".join(source.path.read_text() for source in sources())
    pages = {f"{one.space}/{one.short}.html" for one in ours()}
    problems = []
    for path in TEMPLATES.rglob("*"):
        name = str(path.relative_to(TEMPLATES))
        foreign = name.split("/", maxsplit=1)[0] in {
            "account",
            "allauth",
            "mfa",
            "usersessions",
            "admin",
            "bootstrap5",
            "registration",
        }
        mail = name.startswith("notices/mail/")
        handler = re.fullmatch(r"\d{3}(_csrf)?\.html", name)
        chosen_by_name = f"{Path(name).parent}/{{" in used
        if path.is_file() and not (foreign or mail or handler or name in pages or name in used or chosen_by_name):
            problems.append(name)
    told(problems, "A template that nothing shows, includes or extends is taken away.")


def test_pages_fetch_through_the_wall() -> None:
    problems = []
    for source in sources():
        if source.room in WALLED_ROOMS:
            problems += [place for place in _bare(source) if place.split(": ")[0] not in BARE_BUT_RIGHT]
    told(
        problems,
        "Views, forms and admin fetch with Model.objects.visible_to(request.member) (or .own): fetching the row is the "
        "permission check. Give the model's queryset a visible_to when it has none.",
    )


def _bare(source: Source) -> Iterator[str]:
    """Each use of a manager that is not followed by a wall."""
    walled = {
        id(node.value) for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in WALLS
    }  # fmt: skip
    for node in ast.walk(source.tree):
        manager = isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
        if manager and id(node) not in walled:
            yield f"{source.short}:{node.lineno}: {ast.unparse(node)}"  # type: ignore[attr-defined]


def test_pages_that_write_ask_for_a_post() -> None:
    """A deed behind a plain link would be done by a mail scanner. A view that does one looks at the method."""
    problems = []
    for source in sources():
        if source.room != "views":
            continue
        for node in parsed(source.path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                text = ast.unparse(node)
                does = re.search(r"\b(attempt\(|services\.\w+\(|now=timezone\.now\(\))", text)
                asks = re.search(r"POST|require_POST|_deed\(", text)
                if does and not asks:
                    problems.append(f"{source.short}:{node.lineno} {node.name}")
    told(problems, "A page does a deed only on POST.")


def test_each_page_is_opened_by_a_test_of_its_app() -> None:
    """Page = view = template = test: some test names the page."""
    written = "".join(path.read_text() for path in TESTS.rglob("*.py") if "house" not in path.parts)
    problems = []
    for one in ours():
        way = re.split(r"<[^>]+>", one.route.partition("<slug:slug>/")[2])[0]
        alone = f'"{one.name.partition(":")[2]}"'  # tests of an app may leave the app's own name out
        if one.name not in written and alone not in written and not (way and f"/{way}" in written):
            problems.append(one.name)
    told(problems, "A test names each page (reverse(“app:page”), or the way there).")
