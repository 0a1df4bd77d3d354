"""The page “Who may see what”."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.choices import Role
from programmes.management.commands import document_access
from programmes.matrix import KINDS, addresses
from programmes.page import NO, OWN, READS, WHOLE, cell_of, who_may_see_what
from tests.cast import Cast

Login = Callable[..., Client]
PAGE = reverse("programmes:access", args=["north"])


def cell(role: str, name: str) -> Any:
    kind = next(one for one in KINDS if one.role == role)
    return cell_of(next(one for one in addresses() if one.name == name), kind)


@pytest.mark.parametrize(
    ("role", "name", "expected"),
    [
        (Role.COORDINATOR, "recruitment:participants", WHOLE),
        (Role.SUPERVISOR, "recruitment:application", READS),
        (Role.PEER_SUPPORTER, "matching:log", OWN),
        (Role.TRAINER, "training:certificate", OWN),
        (Role.EVALUATOR, "recruitment:participants", NO),
        (Role.STEERING_MEMBER, "evaluation:reports", READS),
        (Role.COORDINATOR, "matching:answer", WHOLE),  # a button without a page
        (Role.PROFESSIONAL, "matching:answer", NO),
    ],
)
def test_cells_say_what_the_table_says(role: str, name: str, expected: Any) -> None:
    assert cell(role, name) is expected


def test_page_shows_every_page_of_a_programme_once(cast: Cast) -> None:
    shown = who_may_see_what(cast.amina)
    rows = sum(len(group["rows"]) for group in shown["groups"])
    assert rows == sum(one.in_programme for one in addresses())
    assert {len(row["cells"]) for group in shown["groups"] for row in group["rows"]} == {len(Role)}


@pytest.mark.parametrize("name", ["amina", "dan", "paul", "tess", "eva", "stef"])
def test_everybody_of_the_team_finds_her_own_column(cast: Cast, login: Login, name: str) -> None:
    member = getattr(cast, name)
    answer = login(member).get(PAGE)
    mine = [column["kind"].role for column in answer.context["columns"] if column["mine"]]
    assert mine == list(member.roles)
    page = answer.content.decode()
    assert "my role" in page
    assert page.count("<article") == len(Role)
    assert (
        f'<a href="{PAGE}">Who may see what</a>'
        in login(member).get(reverse("programmes:team", args=["north"])).content.decode()
    )


def test_numbers_of_a_role_are_those_of_its_column(cast: Cast) -> None:
    shown = who_may_see_what(cast.amina)
    for number, card in enumerate(shown["cards"]):
        cells = [row["cells"][number]["cell"] for group in shown["groups"] for row in group["rows"]]
        whole = cells.count(WHOLE)
        assert f"Of {len(cells)} pages:" in card["numbers"]
        assert not whole or f" {whole} whole" in card["numbers"]


def test_peer_supporters_and_strangers_stay_outside(cast: Cast, login: Login) -> None:
    assert login(cast.ben).get(PAGE).status_code == 403
    assert login(cast.zoe).get(PAGE).status_code == 404
    assert login(None).get(PAGE).status_code == 302  # to the log-in


def test_page_reads_nobodys_file(cast: Cast, login: Login) -> None:
    """It shows the rules and no row: only the door looks into the database."""
    client = login(cast.amina)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    read = {table for query in queries.captured_queries for table in re.findall(r'FROM "(\w+)"', query["sql"])}
    assert read <= {"django_session", "people_user", "programmes_membership", "usersessions_usersession"}


def test_document_that_is_not_current_is_told_and_written(tmp_path: Any, monkeypatch: Any, settings: Any) -> None:
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(document_access, "PAGE", tmp_path / "access.md")
    with pytest.raises(CommandError, match="is not current"):
        call_command("document_access", "--check")
    call_command("document_access")
    call_command("document_access", "--check")
    assert "| Every day | What needs attention |" in (tmp_path / "access.md").read_text()
