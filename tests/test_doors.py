"""Every address is tried with what a browser never sends: other methods, no token, numbers that name nothing."""

from __future__ import annotations

import itertools
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.matrix import NO_METHOD, Address, addresses
from tests.house.tree import told
from tests.stage import undone
from tests.test_access import asked, word_for
from tests.visitors import BACKEND, SAMPLES, Stage, url_of

OTHER_METHODS = ("head", "options", "put", "patch", "delete", "trace")
CURIOUS = ("nobody", "coordinator", "evaluator", "administrator")
OVERRIDES = ("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD")
WRITES = ("INSERT", "UPDATE", "DELETE")
# Looking writes these: the session, the list of one's own sessions, the log-in's own copy of one's address, and that
# somebody looked.
OF_LOOKING = ("django_session", "usersessions_usersession", "account_emailaddress", "people_look")
NOTHING = (0, 999_999_999, 2**31, 2**63, 10**30)
ODD = ("-1", "0", "99999999999999999999", "²", "x", "%00", "1e9", "[]", "'", "%F0%9F%92%A9", "a" * 3000)
NAMES = ("q", "find", "page", "status", "state", "kind", "sort", "supporter", "instrument", "whose", "language", "wish",
         "show", "from_on", "to_on")  # fmt: skip
PAGES = [one for one in addresses() if one.in_programme]
IDS = {"ids": lambda one: one.name + "@" * one.name.endswith(":")}


def written(queries: CaptureQueriesContext) -> list[str]:
    """The statements that changed a table of ours."""
    said = [query["sql"] for query in queries.captured_queries]
    changing = [sql for sql in said if sql.lstrip().upper().startswith(WRITES)]
    return [sql for sql in changing if not any(f'"{table}"' in sql for table in OF_LOOKING)]


@pytest.mark.parametrize("address", list(addresses()), **IDS)
def test_other_methods_get_no_more_than_get(address: Address, stage: Stage) -> None:
    problems = []
    url = url_of(address, stage.rows)
    usual_for = {code: asked(stage.of_kind(code), url, "get") for code in CURIOUS}
    for (code, usual), method in itertools.product(usual_for.items(), OTHER_METHODS):
        visitor = stage.of_kind(code)
        with undone(), CaptureQueriesContext(connection) as queries:
            answer = visitor.open(url, method)
        said = word_for(answer.status_code, answer.headers.get("Location", ""))
        fine = said in (usual, "405") or (method == "options" and answer.status_code == 200 and not answer.content)
        stage.count("answers to other methods")
        if not fine:
            problems.append(f"{visitor.name} {method.upper()} {url}: {said} where GET gets {usual}")
        problems += [f"{visitor.name} {method.upper()} {url} wrote: {sql[:80]}" for sql in written(queries)]
        if method == "head" and answer.content:
            problems.append(f"{visitor.name} HEAD {url} has a body")
    told(problems, f"{address.name} gives other methods what GET gives, or 405, and writes nothing.")


@pytest.mark.parametrize("address", list(addresses()), **IDS)
def test_a_post_without_a_token_is_refused(address: Address, stage: Stage) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(stage.cast.user(stage.cast.amina), backend=BACKEND)
    with undone(), CaptureQueriesContext(connection) as queries:
        answer = strict.post(url_of(address, stage.rows), {"deed": "close", "yes": "1"})
    assert answer.status_code == 403, f"{address.name} takes a POST that another site may have sent"
    assert written(queries) == []


@pytest.mark.parametrize("address", PAGES, **IDS)
def test_no_header_turns_one_method_into_another(address: Address, stage: Stage) -> None:
    amina, url, problems = stage.of_kind("coordinator"), url_of(address, stage.rows), []
    usual = asked(amina, url, "get")
    for header, method in itertools.product(OVERRIDES, ("POST", "DELETE")):
        with undone(), CaptureQueriesContext(connection) as queries:
            answer = amina.client.get(f"{url}?_method={method}", **{header: method})
        same = word_for(answer.status_code, answer.headers.get("Location", "")) == usual
        if not same or written(queries):
            problems.append(f"{header}: {method} gets {answer.status_code}; wrote {written(queries)}")
    told(problems, f"{address.name} believes a header about its method.")


def others(address: Address, stage: Stage) -> list[str]:
    """The address with numbers and keys that name nothing."""
    _key, known = next(iter(SAMPLES[address.name](stage.rows).items()))
    usual = url_of(address, stage.rows)
    if isinstance(known, uuid.UUID):
        names = [str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1)), "x", "-1"]
    else:
        names = [*map(str, NOTHING), "-1", "²", "1.5", "0x1", "%00", "1%20OR%201=1"]
    return [usual.replace(f"/{known}/", f"/{name}/") for name in names]


@pytest.mark.parametrize("address", [one for one in PAGES if one.names_a_row], **IDS)
def test_what_names_nothing_is_not_found(address: Address, stage: Stage) -> None:
    amina, ben, problems = stage.of_kind("coordinator"), stage.of_kind("matched"), []
    for url, visitor, method in itertools.product(others(address, stage), (amina, ben), ("get", "post")):
        with undone():
            status = visitor.open(url, method).status_code
        stage.count("addresses that name nothing")
        if status not in {403, 404} and not (status == 405 and NO_METHOD.get(address.name, ("",))[0] == method):
            problems.append(f"{visitor.name} {method.upper()} {url}: {status}")
    told(problems, f"{address.name} says 404 to what does not exist.")


@pytest.mark.parametrize("address", PAGES, **IDS)
def test_odd_questions_break_nothing(address: Address, stage: Stage) -> None:
    amina, url, problems = stage.of_kind("coordinator"), url_of(address, stage.rows), []
    for names, value in itertools.product((NAMES, ("run",)), ODD):  # a run that is not there ends the search for more
        with undone():
            status = amina.open(f"{url}?{'&'.join(f'{name}={value}' for name in names)}").status_code
        stage.count("odd questions")
        if status >= 500:  # it broke
            problems.append(f"?{names[0]}={value[:30]}…: {status}")
    told(problems, f"{address.name} breaks on a question that somebody typed into the address.")


def test_a_slug_that_names_nothing_is_not_found(stage: Stage) -> None:
    amina = stage.of_kind("coordinator")
    for slug in ("nowhere", "north-", "NORTH", "0", "a" * 300):
        answer: HttpResponse = amina.open(reverse("programmes:team", args=[slug]))
        assert answer.status_code == 404, slug


def test_a_log_in_leads_back_to_our_own_pages_alone(stage: Stage) -> None:
    """What is asked for before the log-in is kept as a way on this site, never as another site's address."""
    answer: Any = stage.of_kind("nobody").open("/p/north/team/?next=https://elsewhere.example/")
    assert urlsplit(answer.headers["Location"]).netloc == ""
