"""No name stands in an address: words are posted, kept in the session, and found again by a key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from peerhub.lib import finding
from peerhub.people.models import Person, User
from recruitment.models import PeerSupporter
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.house.test_pages import addresses
from tests.house.tree import told
from tests.second_steps import log_in
from tests.stage import undone
from tests.visitors import FRAMEWORK, Stage, build, url_of

Login = Callable[..., Client]
TYPED = {"text", "search", "email", "tel", "url", "password", ""}


def a_list(name: str = "recruitment:participants", slug: str = "north") -> str:
    return reverse(name, args=[slug])


LISTS = [
    ("recruitment:participants", "amina"),
    ("recruitment:supporters", "amina"),
    ("recruitment:applications", "amina"),
    ("matching:board", "amina"),
    ("matching:matches", "amina"),
    ("training:training", "tess"),
    ("supervision:overdue", "dan"),
    ("supervision:sessions", "dan"),
    ("home:search", "amina"),
]


@pytest.mark.parametrize(("name", "who"), LISTS)
def test_words_are_in_the_box_and_not_in_the_address(cast: Cast, login: Login, name: str, who: str) -> None:
    make.a_participant(cast.north, "Wanda")
    client = login(getattr(cast, who))
    where = found_at(client, a_list(name), "  Wanda   Nobody  ")
    assert re.fullmatch(re.escape(a_list(name)) + r"\?find=[\w-]{8}", where)
    page = client.get(where).content.decode()
    assert 'value="Wanda Nobody"' in page
    assert f'href="{a_list(name)}"' in page  # Clear
    assert 'value="Wanda Nobody"' not in client.get(a_list(name)).content.decode()


def test_filters_of_the_form_go_along_and_sentences_do_not(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    where = found_at(client, a_list(), "carla", status="supported", sort="name", wish="", note="Carla Test, of North")
    asked = dict(parse_qsl(urlsplit(where).query))
    assert asked.pop("find")
    assert asked == {"status": "supported", "sort": "name"}
    page = client.get(where)
    assert page.context["page_obj"].paginator.count == 1
    assert f"find={where.rpartition('=')[2]}" in page.context["querystring"]  # the pager and the export keep it
    assert [chip["url"] for chip in page.context["chips"] if "find=" not in chip["url"]] == []


def test_the_pager_keeps_the_words(cast: Cast, login: Login) -> None:
    for number in range(27):
        make.a_participant(cast.north, f"Mila{number}")
    client = login(cast.amina)
    page = client.get(found_at(client, a_list(), "mila"))
    onwards = re.findall(r'rel="next" href="([^"]+)"', page.content.decode())[0].replace("&amp;", "&")
    assert len(client.get(a_list() + onwards).context["page_obj"]) == 2


def test_nothing_typed_leads_to_the_whole_list(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    assert found_at(client, a_list() + "?find=old", "   ") == a_list()


@pytest.mark.parametrize("key", ["forged", "x" * 500, "<script>"])
def test_an_unknown_key_means_no_words_and_a_calm_hint(cast: Cast, login: Login, key: str) -> None:
    page = login(cast.amina).get(a_list(), {"find": key})
    assert page.status_code == 200
    assert page.context["page_obj"].paginator.count == 1
    assert "The words of that search are no longer kept" in page.content.decode()


def test_keys_of_others_are_unknown(cast: Cast, login: Login) -> None:
    where = found_at(login(cast.amina), a_list(), "carla")
    assert "no longer kept" in login(cast.paul).get(where).content.decode()


def test_twenty_searches_are_kept_and_the_same_words_keep_their_key(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    first = found_at(client, a_list(), "number 0")
    assert first == found_at(client, a_list(), "number 0")
    for number in range(1, finding.MOST_KEPT + 1):
        found_at(client, a_list(), f"number {number}")
    assert len(client.session[finding.KEPT]) == finding.MOST_KEPT
    assert "no longer kept" in client.get(first).content.decode()
    assert found_at(client, a_list(), "x" * 900)
    assert max(map(len, client.session[finding.KEPT].values())) == finding.LONGEST


def test_a_search_needs_the_forms_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    log_in(client, cast.user(cast.amina))
    assert client.post(a_list(), {"find_words": "carla"}).status_code == 403
    page = client.get(a_list()).content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    assert client.post(a_list(), {"find_words": "carla", "csrfmiddlewaretoken": token}).status_code == 302


def test_who_may_not_open_a_list_may_not_search_it(cast: Cast, login: Login) -> None:
    said = [login(who).post(a_list(), {"find_words": "x"}).status_code for who in (cast.zoe, cast.ben, cast.eva)]
    assert said == [404, 403, 403]


def test_searching_does_nothing_else(cast: Cast, login: Login) -> None:
    """A page that also does deeds by post only searches when words are posted."""
    make.a_supporter(cast.north, "Wim", status="in_training")
    learner = PeerSupporter.objects.get(person__first_name="Wim")
    typed = {"supporters": str(learner.pk), "awarded_on": str(make.TODAY)}
    found_at(login(cast.tess), a_list("training:training"), "carla", **typed)
    learner.refresh_from_db()
    assert learner.status == "in_training"


def test_administrators_find_log_ins_by_post(cast: Cast, login: Login) -> None:
    client, url = login(cast.rania), reverse("admin:people_user_changelist")
    ben = User.objects.get(people=cast.ben.person_id)
    where = found_at(client, url + "?is_active__exact=1", ben.email, is_active__exact="1")
    assert "@" not in where
    assert "is_active__exact=1" in where
    page = client.get(where)
    assert [user.email for user in page.context["cl"].result_list] == [ben.email]
    assert f'value="{ben.email}"' in page.content.decode()
    assert client.get(url, {"q": ben.email}).context["cl"].result_count > 1  # nobody's bookmark searches any more


# -- Every page ------------------------------------------------------------------------------------------------------


class Ways(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.problems: list[str] = []
        self.method, self.token, self.typed = "", False, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.links += [values[name] for name in ("href", "src", "action", "formaction") if name in values]
        if tag == "form":
            self.method, self.token, self.typed = values.get("method", "get").lower(), False, False
        elif tag == "textarea" or (tag == "input" and values.get("type", "") in TYPED):
            self.typed = True
        elif tag == "input" and values.get("name") == "csrfmiddlewaretoken":
            self.token = bool(values.get("value"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.method == "get" and self.typed:
            self.problems.append("a form that puts typed words into the address")
        if tag == "form" and self.method == "post" and not self.token:
            self.problems.append("a form without its token")
        if tag == "form":
            self.method = ""


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Everybody, once for these tests."""
    with django_db_blocker.unblock(), undone():
        yield build()


def told_of(link: str, names: set[str]) -> str:
    """What a link says about somebody; empty when it says nothing."""
    if link.startswith(("mailto:", "tel:")):  # opens her own mail program or telephone, asks nothing of a server
        return ""
    asked = dict(parse_qsl(urlsplit(link).query))
    if {"q", "find_words"} & set(asked):
        return "a search"
    said = " ".join([urlsplit(link).path, *asked.values()]).lower()
    return next((name for name in names if re.search(rf"\b{re.escape(name)}\b", said)), "")


def pages(stage: Stage) -> Iterator[tuple[str, str, Client]]:
    """Every address with somebody who may open it."""
    everybody = ("Amina, coordinator", "Ben, matched", "Dan, supervisor", "Tess, trainer", "Eva, evaluator")
    for one in addresses():
        if "<slug:slug>" in one.route:
            for name in everybody:
                yield one.name, url_of(one, stage.rows) + "?find=everybody", stage.visitor(name).client
            continue
        keys = {"object_id": stage.cast.rania.pk} if "<path:object_id>" in one.route else {}
        try:
            url = reverse(one.name, kwargs=FRAMEWORK.get(one.name, keys))
        except NoReverseMatch:
            continue
        for name in ("nobody", "Rania, administrator"):
            yield one.name, url, stage.visitor(name).client


def test_no_page_leads_to_an_address_with_a_name_in_it(stage: Stage) -> None:
    names = {one.first_name.lower() for one in Person.objects.filter(programme_id=stage.cast.north.pk)}
    assert {"carla", "amina", "olga"} <= names
    problems, shown = [], 0
    for name, url, client in pages(stage):
        with undone():
            answer = client.get(url)
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
            continue
        shown += 1
        ways = Ways(answer.content.decode())
        problems += [f"{name}: {problem}" for problem in ways.problems]
        problems += [f"{name}: {link} tells {said}" for link in ways.links if (said := told_of(link, names))]
    assert shown > 100
    told(
        sorted(set(problems)),
        "Addresses are kept by browsers, proxies and logs: no link and no form puts a name there.",
    )


def test_the_rule_sees_what_it_should() -> None:
    assert Ways('<form><input type="search" name="q"></form>').problems
    assert Ways('<form method="post"><input type="text" name="x"></form>').problems == ["a form without its token"]
    assert not Ways('<form method="get"><select name="sort"></select><input type="hidden" name="a"></form>').problems
    assert told_of("/p/north/matches/?status=all&q=Carla", set()) == "a search"
    assert told_of("/p/north/matches/?who=Carla", {"carla"}) == "carla"
    assert not told_of("/p/north/matches/?find=abc&page=2", {"carla"})
