"""Every address × everybody × GET and POST. What is expected follows from the page's own guard and the table of rights.

A stranger to the programme gets 404, as if it did not exist; a member without the right 403; somebody who is not logged
in goes to the log-in; rows of others are not there. Texts of another programme never show up anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from programmes.permissions import Permission
from tests.house.test_pages import Address, addresses
from tests.house.tree import told
from tests.stage import undone
from tests.test_settings import PUBLIC
from tests.visitors import CANARY, FRAMEWORK, SAMPLES, WITHOUT, Stage, Visitor, build, needs_a_row, text_of, url_of

METHODS = ("get", "post")
SHOWN, WRONG_METHOD = {200, 302, 400}, 405
# With the right and the row in sight there may still be nothing to show, each with the reason.
NOT_THERE_YET = {
    "recruitment:import_done": "this workbook is not imported yet",
    "recruitment:import_refused": "this workbook is not imported yet",
}
# Pages that many may read and fewer may write on.
WRITES_NEED = {
    "programmes:team": Permission.TEAM_MANAGE,
    "recruitment:application": Permission.APPLICATION_DECIDE,
    "training:training": Permission.TRAINING_ASSESS,
    "evaluation:reports": Permission.REPORT_MAKE,
}
# Texts that lists ask for: the widest filters and a search that finds everybody.
WIDE = ("", "?q=e&status=all&state=all&kind=&sort=name&page=1")


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Everybody, once for all these tests."""
    with django_db_blocker.unblock(), undone():
        yield build()


def all_addresses() -> list[Address]:
    """Every address that has a name."""
    return list(addresses())


def in_programme() -> list[Address]:
    """The pages of a programme."""
    return [one for one in all_addresses() if "<slug:slug>" in one.route]


def asked(visitor: Visitor, url: str, method: str) -> tuple[int, str]:
    """The status of the answer and where it leads; whatever was done is undone."""
    with undone():
        answer = visitor.open(url, method)
    return answer.status_code, answer.headers.get("Location", "")


def expected(address: Address, visitor: Visitor, method: str, *, in_sight: bool) -> set[int]:
    """The answers that are right for somebody who is logged in, from the page's guard and the table of rights."""
    right = WRITES_NEED.get(address.name) if method == "post" else None
    right = right or address.callback.guard.permission
    if visitor.member is None or not visitor.at_home:
        return {404}
    if right is not None and not visitor.member.may(right):
        return {403} if in_sight else {403, 404}
    if not in_sight:
        return {404}
    return {*SHOWN, 404} if address.name in NOT_THERE_YET else SHOWN


def wrong(address: Address, visitor: Visitor, method: str, url: str, *, in_sight: bool) -> str:
    """What is wrong with the answer; empty when it is as it should be."""
    status, leads_to = asked(visitor, url, method)
    if visitor.name == "nobody":
        good = status == 302 and leads_to.startswith(reverse("account_login"))
        return "" if good else f"{status} instead of the log-in"
    if visitor.name == WITHOUT:
        good = (status, leads_to) == (302, reverse("home:protect"))
        return "" if good else f"{status} instead of the way to a second factor"
    right = expected(address, visitor, method, in_sight=in_sight)
    return "" if status in right | {WRONG_METHOD} else f"{status} instead of {sorted(right)}"


def test_every_page_has_a_guard() -> None:
    told(
        [one.name for one in in_programme() if not hasattr(one.callback, "guard")],
        "Pages are made by @page(Permission.X).",
    )


def test_every_example_belongs_to_an_address() -> None:
    needed = {one.name for one in in_programme() if needs_a_row(one)}
    told(sorted(needed - set(SAMPLES)), "These need an example row in SAMPLES (tests/visitors.py).")
    told(sorted(set(SAMPLES) - needed), "These examples belong to no address.")


@pytest.mark.parametrize("address", in_programme(), ids=lambda one: one.name)
def test_who_may_open_it(address: Address, stage: Stage) -> None:
    problems = []
    url = url_of(address, stage.rows)
    for visitor in stage.visitors:
        others = visitor.name.startswith(("Uma", "Fay")) and needs_a_row(address)
        for method in METHODS:
            problem = wrong(address, visitor, method, url, in_sight=not others)
            if problem:
                problems.append(f"{visitor.name} {method.upper()} {url}: {problem}")
    told(problems, f"{address.name} is not for everybody.")


@pytest.mark.parametrize("address", [one for one in in_programme() if needs_a_row(one)], ids=lambda one: one.name)
def test_rows_of_others_are_not_there(address: Address, stage: Stage) -> None:
    problems = []
    amina, ben = stage.visitor("Amina, coordinator"), stage.visitor("Ben, matched")
    foreign = [
        (amina, stage.south),
        (ben, stage.south),
        (ben, stage.others),
        (stage.visitor("Dan, supervisor"), stage.south),
    ]
    for visitor, rows in foreign:
        for method in METHODS:
            url = url_of(address, rows)
            problem = wrong(address, visitor, method, url, in_sight=False)
            if problem:
                problems.append(f"{visitor.name} {method.upper()} {url}: {problem}")
    told(problems, f"{address.name} shows a row that is somebody else's.")


def test_a_supporter_loses_sight_when_the_match_ends(stage: Stage) -> None:
    fay = stage.visitor("Fay, formerly matched")
    for name in ("matching:log", "matching:proposal"):
        for method in METHODS:
            url = reverse(name, kwargs={"slug": "north", "match_id": stage.former_match})
            assert asked(fay, url, method)[0] == 404  # not found


@pytest.mark.parametrize("address", in_programme(), ids=lambda one: one.name)
def test_nothing_of_another_programme_is_read(address: Address, stage: Stage) -> None:
    problems = []
    for visitor in stage.visitors:
        if not visitor.at_home:
            continue
        for query in WIDE:
            url = url_of(address, stage.rows) + query
            with undone():
                said = text_of(visitor.open(url))
            if CANARY.lower() in said.lower():
                place = said.lower().index(CANARY.lower())
                problems.append(f"{visitor.name} {url}: …{said[max(0, place - 60) : place + 30]!r}…")
    told(problems, f"{address.name} shows a text of South.")


def test_the_canary_is_seen_at_home(stage: Stage) -> None:
    """The check above would find something: Zoe reads South's texts on many pages."""
    zoe = stage.visitor("Zoe, coordinator of South")
    seen = []
    for address in in_programme():
        with undone():
            said = text_of(zoe.open(url_of(address, stage.south, "south")))
        if CANARY.lower() in said.lower():
            seen.append(address.name)
    assert len(seen) > 15, seen  # most pages name somebody


@pytest.mark.parametrize(
    "address", [one for one in all_addresses() if "<slug:slug>" not in one.route], ids=lambda one: one.name
)
def test_what_stands_outside_the_programmes(address: Address, stage: Stage) -> None:
    """Log-in, second factor, the administrator's pages, the landing page."""
    try:
        url = reverse(address.name, kwargs=FRAMEWORK.get(address.name, _keys(address, stage)))
    except NoReverseMatch:
        assert address.name == "admin:", f"{address.name} needs an example: add it to FRAMEWORK in tests/visitors.py"
        return
    problems = []
    for visitor in stage.visitors:
        for method in METHODS:
            status, leads_to = asked(visitor, url, method)
            hidden = address.name not in PUBLIC and visitor.name == "nobody"
            if hidden and not (status in {302, 404} and "login" in leads_to + "login" * (status == 404)):
                problems.append(f"{visitor.name} {method.upper()} {url}: {status} instead of the log-in")
            staff_only = address.name.startswith("admin:") and address.name not in PUBLIC | {"admin:logout"}
            if staff_only and visitor.name != "Rania, administrator" and status == 200:  # shown
                problems.append(f"{visitor.name} {method.upper()} {url}: an administrator's page")
            if status >= 500:  # it broke
                problems.append(f"{visitor.name} {method.upper()} {url}: {status}")
    told(problems, f"{address.name} is not for everybody.")


def _keys(address: Address, stage: Stage) -> dict[str, Any]:
    return {"object_id": stage.cast.rania.pk} if "<path:object_id>" in address.route else {}


def test_the_admin_has_the_same_door(stage: Stage) -> None:
    """No second log-in page without limits and without a second factor."""
    status, leads_to = asked(stage.visitor("nobody"), reverse("admin:login"), "get")
    assert (status, leads_to.startswith(reverse("account_login"))) == (302, True)


def test_the_gallery_is_for_makers_of_pages(stage: Stage) -> None:
    opened = {visitor.name for visitor in stage.visitors if asked(visitor, reverse("home:gallery"), "get")[0] == 200}
    assert opened <= {"Rania, administrator"}


def test_who_is_not_logged_in_may_choose_a_language(stage: Stage) -> None:
    nobody = stage.visitor("nobody")
    answer = nobody.client.post(reverse("set_language"), {"language": "nl", "next": "/accounts/login/"})
    assert answer.status_code == 302
    assert "django_language" in answer.cookies


def test_a_role_that_ended_opens_nothing(stage: Stage) -> None:
    stef = stage.visitor("Stef, steering group")
    url = reverse("home:overview", args=["north"])
    assert asked(stef, url, "get")[0] == 200  # shown
    with undone():
        stage.cast.north.memberships.filter(person_id=stage.cast.stef.person_id).update(
            ends_on="2026-01-01", starts_on="2025-01-01"
        )
        assert stef.open(url).status_code == 404  # not found
    with undone():
        user = stage.cast.user(stage.cast.stef)
        user.is_active = False
        user.save()
        assert stef.open(url).status_code == 302  # to the log-in


def test_nothing_is_kept_by_a_shared_machine(stage: Stage) -> None:
    amina = stage.visitor("Amina, coordinator")
    problems = []
    for address in in_programme():
        with undone():
            answer = amina.open(url_of(address, stage.rows))
        if answer.status_code == 200 and "no-store" not in answer.headers.get("Cache-Control", ""):  # shown
            problems.append(address.name)
    told(problems, "A page about people is never kept by a browser or a proxy (Cache-Control: no-store).")
