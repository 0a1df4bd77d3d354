"""Every address × everybody × GET and POST × whose row: each answer is the one in the table of programmes/matrix.py.

What is expected is that table and nothing else; docs/access.md and the page “Who may see what” show the same one.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.urls import NoReverseMatch, reverse

from programmes.matrix import METHODS, READ, Address, Answer, Whose, addresses, answer_to
from tests.house.tree import ROOT, told
from tests.logins import prove
from tests.stage import undone
from tests.visitors import OPENERS, Stage, Visitor, url_of

LOG_INS = ("account_login", "admin:login")
SET_UPS = ("home:protect", "mfa_activate_totp")
SEEN = {Answer.PAGE, Answer.OWN}
STATUSES = {403: Answer.FORBIDDEN, 404: Answer.MISSING, 405: Answer.WRONG_METHOD}


def ways(names: tuple[str, ...]) -> set[str]:
    """The addresses of these pages, as far as there are such."""
    found = set()
    for name in names:
        try:
            found.add(reverse(name))
        except NoReverseMatch:
            continue
    return found


def word_for(status: int, leads_to: str) -> str:
    """An answer in the words of the table; “page” for a page or for a way on to one."""
    if status == 302:  # led on
        way = urlsplit(leads_to).path
        if way in ways(LOG_INS):
            return Answer.LOG_IN
        return Answer.SET_UP if way in ways(SET_UPS) else Answer.PAGE
    return Answer.PAGE if status == 200 else STATUSES.get(status, str(status))  # shown


def asked(visitor: Visitor, url: str, method: str) -> str:
    """The answer in one word; whatever was done is undone."""
    with undone():
        answer = visitor.open(url, method)
    return word_for(answer.status_code, answer.headers.get("Location", ""))


def fits(said: str, expected: Answer) -> bool:
    """Whether this is what the table says: one's own rows come on a page."""
    return said == expected or (said == Answer.PAGE and expected in SEEN)


def urls(address: Address, stage: Stage) -> dict[Whose, str]:
    """The address with one's own row, another supporter's, another programme's; only the first where it names none."""
    found = {Whose.OWN: url_of(address, stage.rows)}
    if address.in_programme and address.names_a_row:
        found |= {Whose.OTHERS: url_of(address, stage.others), Whose.ELSEWHERE: url_of(address, stage.south)}
    return found


@pytest.mark.parametrize("address", list(addresses()), ids=lambda one: one.name + "@" * (one.name[-1] == ":"))
def test_everybody_gets_what_the_table_says(address: Address, stage: Stage) -> None:
    problems = []
    for whose, url in urls(address, stage).items():
        for visitor in stage.visitors:
            for method in METHODS:
                expected, said = answer_to(address, visitor.kind, method, whose), asked(visitor, url, method)
                stage.count("answers held against the table (URL × visitor × method × whose row)")
                if not fits(said, expected):
                    problems.append(f"{visitor.name} {method.upper()} {url}: {said}, the table says {expected}")
    told(problems, f"{address.name or address.route} answers as docs/access.md says.")
    stage.asked |= {"URLs": stage.asked.get("URLs", 0) + 1, "visitors": len(stage.visitors), "methods": len(METHODS)}


def test_the_page_of_access_is_current_and_whole(stage: Stage) -> None:
    call_command("document_access", "--check")
    text = (ROOT / "docs" / "access.md").read_text()
    missing = [one.name for one in addresses() if f"`/{one.route}`".replace("|", "\\|") not in text]
    told(missing, "docs/access.md names every address. Write it: manage.py document_access")
    known = {visitor.kind.code for visitor in stage.visitors}
    assert len(known) == len(stage.visitors) == 16  # each kind has one who tries it


def test_a_holder_of_a_link_is_a_stranger_elsewhere() -> None:
    """Until a page is declared for a purpose, a link opens what an anonymous visitor may open, and no more."""
    from programmes import matrix  # noqa: PLC0415  # beside the loop that reads it

    nobody, link = matrix.KINDS[0], matrix.KINDS[1]
    differ = {
        one.name
        for one in addresses()
        for method in METHODS
        if answer_to(one, nobody, method) != answer_to(one, link, method)
    }
    assert differ == set(matrix.FOR_LINK_HOLDERS)
    without = sorted(set(matrix.FOR_LINK_HOLDERS.values()) - set(OPENERS))
    told(without, "A page for holders of a link has a way to open one: add the purpose to OPENERS (tests/visitors.py).")


# Pages that ask once more who she is; “post” asks only those who change something.
FRESH = {
    "programmes:team": "post", "programmes:team_end": True, "programmes:team_logout": True,
    "recruitment:participants_export": True, "recruitment:supporters_export": True, "recruitment:import_refused": True,
    "recruitment:supporter_logout": True, "supervision:concerns": True, "supervision:concern": True,
    "recruitment:note": True, "recruitment:notes_open": True, "supervision:overdue_export": True,
}  # fmt: skip


def guarded() -> list[Address]:
    """The pages of a programme."""
    return [one for one in addresses() if one.in_programme and hasattr(one.callback, "guard")]


def test_these_pages_ask_who_she_is() -> None:
    assert {one.name: one.callback.guard.fresh for one in guarded() if one.callback.guard.fresh} == FRESH


@pytest.mark.parametrize("address", [one for one in guarded() if one.name in FRESH], ids=lambda one: one.name)
def test_an_old_proof_is_renewed_first(address: Address, stage: Stage) -> None:
    amina = stage.visitor("Amina, coordinator")
    user, url = stage.cast.user(stage.cast.amina), url_of(address, stage.rows)
    for method in METHODS if FRESH[address.name] is True else ("post",):
        with undone():
            prove(amina.client, user, at=time.time() - 15 * 60)
            answer = amina.open(url, method)
            assert answer.status_code == 302  # led to the proof
            proofs = {reverse("account_reauthenticate"), reverse("mfa_reauthenticate")}  # whichever is older
            assert answer.headers["Location"].split("?")[0] in proofs
        with undone():
            prove(amina.client, user, at=time.time() - 14 * 60)
            assert not amina.open(url, method).headers.get("Location", "").startswith("/accounts/")


def test_a_supporter_loses_sight_when_the_match_ends(stage: Stage) -> None:
    fay = stage.of_kind("former")
    for name in ("matching:log", "matching:proposal"):
        for method in METHODS:
            url = reverse(name, kwargs={"slug": "north", "match_id": stage.former_match})
            assert asked(fay, url, method) == Answer.MISSING


def test_a_coordinator_is_at_home_in_her_own_programme(stage: Stage) -> None:
    """The 404s of the coordinator elsewhere are no accident: at home she gets the page."""
    zoe = stage.of_kind("elsewhere")
    problems = []
    for one in addresses():
        if one.in_programme and answer_to(one, stage.of_kind("coordinator").kind, READ) in SEEN:
            said = asked(zoe, url_of(one, stage.south, "south"), READ)
            problems += [] if said == Answer.PAGE else [f"{one.name}: {said}"]
    told(problems, "Zoe coordinates South.")


def test_who_is_not_logged_in_may_choose_a_language(stage: Stage) -> None:
    answer = stage.of_kind("nobody").client.post(
        reverse("set_language"), {"language": "nl", "next": "/accounts/login/"}
    )
    assert answer.status_code == 302
    assert "django_language" in answer.cookies


def test_a_role_that_ended_opens_nothing(stage: Stage) -> None:
    stef = stage.of_kind("steering")
    url = reverse("home:overview", args=["north"])
    assert asked(stef, url, READ) == Answer.PAGE
    with undone():
        ended = {"ends_on": "2026-01-01", "starts_on": "2025-01-01"}
        stage.cast.north.memberships.filter(person_id=stage.cast.stef.person_id).update(**ended)
        assert stef.open(url).status_code == 404  # not found
    with undone():
        user = stage.cast.user(stage.cast.stef)
        user.is_active = False
        user.save()
        assert stef.open(url).status_code == 302  # to the log-in


def test_nothing_is_kept_by_a_shared_machine(stage: Stage) -> None:
    amina = stage.of_kind("coordinator")
    problems = []
    for address in addresses():
        if not address.in_programme:
            continue
        with undone():
            answer = amina.open(url_of(address, stage.rows))
        if answer.status_code == 200 and "no-store" not in answer.headers.get("Cache-Control", ""):  # shown
            problems.append(address.name)
    told(problems, "A page about people is never kept by a browser or a proxy (Cache-Control: no-store).")
