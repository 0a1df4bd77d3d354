"""No dead ends: every link that a page shows to somebody leads to a page for her, not to “this is not for you”."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from programmes.matrix import READ, Answer, addresses, answer_to
from tests.house.tree import told
from tests.stage import undone
from tests.visitors import Stage, Visitor, url_of

LINK = re.compile(r"<a\b[^>]*?\bhref=\"(/[^\"#]*)", re.DOTALL)
WHO = ("matched", "former", "unmatched", "supervisor", "professional", "trainer", "coordinator", "evaluator",
       "steering", "elsewhere", "administrator", "opened")  # fmt: skip


def html_of(answer: HttpResponse) -> str:
    """What a browser would show; nothing of a file."""
    return answer.content.decode() if answer.headers.get("Content-Type", "").startswith("text/html") else ""


def name_of(url: str) -> str:
    """The page that stands behind a link."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""


def links_of(visitor: Visitor, stage: Stage) -> dict[str, tuple[str, str]]:
    """One link to each page that is shown to her on any page of hers: page → (link, where it stands)."""
    found: dict[str, tuple[str, str]] = {}
    for address in addresses():
        if answer_to(address, visitor.kind, READ) not in (Answer.PAGE, Answer.OWN):
            continue
        url = url_of(address, stage.rows)
        with undone():
            shown = html_of(visitor.open(url))
        for link in LINK.findall(shown):
            found.setdefault(name_of(link) or link, (link.replace("&amp;", "&"), url))
    return found


@pytest.mark.parametrize("code", WHO)
def test_every_link_leads_somewhere(stage: Stage, code: str) -> None:
    visitor = stage.of_kind(code)
    links = links_of(visitor, stage)
    assert links
    problems = []
    for link, page in links.values():
        with undone():
            answer = visitor.open(link)
        stage.count("links followed")
        if answer.status_code not in (200, 302):
            problems.append(f"{link} on {page}: {answer.status_code} for {visitor.name}")
    told(problems, "Show a link only to whom it opens: ask member.may(…) where the link is made.")
