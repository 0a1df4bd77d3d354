"""The pages of one-time links: looked at they do nothing, opened they become a short session apart from any log-in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from peerhub.lib.errors import Refused
from peerhub.lib.logs import Formatter
from peerhub.people.choices import Purpose
from peerhub.people.models import History, Link, Person
from peerhub.people.services import make_link, record_looks, revoke_links, use_link
from programmes.access import LinkRequest, link_page
from tests.cast import Cast
from tests.people.test_links import token_of

Login = Callable[..., Client]


def way_of(cast: Cast, purpose: Purpose = Purpose.SEE_MY_FILE, *, now: datetime | None = None, **more: Any) -> str:
    """The way of a new link for Carla, without the name of the place."""
    address = make_link(purpose=purpose, person=cast.carla.person, by=cast.amina, now=now or timezone.now(), **more)
    return urlsplit(address).path


def opened(way: str, client: Client | None = None) -> Client:
    """A browser that opened the link."""
    client = client or Client()
    assert client.post(way).status_code == 302  # led on
    return client


FILE = "/p/north/with-link/file/"


def test_opened_it_leads_to_an_address_without_the_token(cast: Cast) -> None:
    record = {"kind": "file", "by": cast.amina, "now": timezone.now()}
    record_looks([cast.carla.person_id, cast.ben.person_id], **record)  # type: ignore[arg-type]  # named as it takes them
    way, client = way_of(cast), Client()
    answer = client.post(way)
    assert (answer.status_code, answer.headers["Location"]) == (302, FILE)
    page = client.get(FILE)
    assert page.status_code == 200  # shown
    assert len(page.context["looks"]) == 1, "the look at Ben is not hers"
    assert "Amina Test" in page.content.decode()
    for one in (answer, page):
        assert one.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in one.headers["Cache-Control"]
    assert 'name="referrer" content="no-referrer"' in page.content.decode()


@pytest.mark.parametrize("method", ["get", "head"])
def test_looked_at_fifty_times_it_is_not_even_looked_up(cast: Cast, method: str) -> None:
    way, client = way_of(cast), Client()
    with CaptureQueriesContext(connection) as asked:
        answers = {getattr(client, method)(way).status_code for _time in range(50)}
    assert answers == {200}  # shown
    assert not [one for one in asked.captured_queries if "people_link" in one["sql"]]
    link = Link.objects.get()
    assert (link.opens, link.used_at) == (0, None)
    opened(way)


def seen_from_outside(answer: HttpResponse) -> tuple[int, str, dict[str, str]]:
    """What somebody who guesses gets to see, but for the time of day."""
    headers = {name: value for name, value in answer.headers.items() if name != "Expires"}
    return answer.status_code, answer.content.decode(), headers


def test_unknown_ended_taken_back_used_and_for_nothing_look_the_same(cast: Cast) -> None:
    now = timezone.now()
    ended = way_of(cast, now=now - timedelta(days=20))
    back = way_of(cast)
    revoke_links(cast.carla.person, by=cast.amina, now=now)
    used, no_page = way_of(cast, Purpose.ANSWER_PROPOSAL), way_of(cast, Purpose.CONSENT)
    Link.objects.filter(purpose=Purpose.ANSWER_PROPOSAL).update(used_at=now)
    ways = ["/l/nobodys-token/", f"/l/{'x' * 43}/", ended, back, used, no_page]
    seen, asked = [], []
    for way in ways:
        with CaptureQueriesContext(connection) as queries:
            seen.append(seen_from_outside(Client().post(way)))
        asked.append(len([one for one in queries.captured_queries if "people_link" in one["sql"]]))
    assert [one == seen[0] for one in seen] == [True] * len(ways)
    assert seen[0][0] == 404  # not found
    assert asked[:-1] == [1] * (len(ways) - 1), "one question to the database, whatever the reason"
    without = Client().get(FILE)
    assert (without.status_code, without.content.decode()) == seen[0][:2]
    looked_at = [seen_from_outside(Client().get(way))[0] for way in ways]
    assert set(looked_at) == {200}  # and before it is opened nothing tells them apart either


def put_into(client: Client, link: Link) -> None:
    """As if this browser had opened that link: it has no page of its own."""
    store = SessionStore(client.cookies["link"].value)
    store["link"] = link.token_hash
    store.save()


def test_for_another_purpose_it_opens_nothing(cast: Cast) -> None:
    way_of(cast, Purpose.ANSWER_PROPOSAL)
    link, client = Link.objects.get(), opened(way_of(cast))
    put_into(client, link)
    assert client.get(FILE).status_code == 404  # not found


def test_a_link_of_south_opens_nothing_of_north(cast: Cast) -> None:
    address = make_link(purpose=Purpose.SEE_MY_FILE, person=person_of_south(cast), by=None, now=timezone.now())
    client = opened(urlsplit(address).path)
    assert client.get("/p/south/with-link/file/").status_code == 200  # shown
    assert client.get(FILE).status_code == 404  # not found


def person_of_south(cast: Cast) -> Any:
    """Zoe herself will do."""
    return cast.user(cast.zoe).people.get()


def test_it_is_no_log_in_and_leaves_a_log_in_alone(cast: Cast, login: Login) -> None:
    client = login(cast.ben)
    key = client.cookies["peerhub"].value
    opened(way_of(cast), client)
    page = client.get(FILE)
    assert page.context["member"].person_id == cast.carla.person_id
    assert not page.context["user"].is_authenticated
    assert client.get("/p/north/me/").context["member"].person_id == cast.ben.person_id
    assert client.cookies["peerhub"].value == key
    alone = opened(way_of(cast))
    assert alone.get("/p/north/me/").status_code == 302  # to the log-in
    alone.cookies["peerhub"] = alone.cookies["link"].value
    assert alone.get("/p/north/me/").status_code == 302  # nor does its cookie pass for one
    client.cookies["link"] = key
    assert client.get(FILE).status_code == 404  # nor a log-in for a link


def test_what_waits_for_a_log_in_is_not_said_on_it(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    said = client.get("/p/north/participants/?q=Carla")  # leaves a sentence for the next page
    assert said.status_code == 200  # shown
    client.post(f"/p/north/supporters/{cast.ben_supporter.pk}/pause/")
    opened(way_of(cast), client)
    assert "Paused" not in client.get(FILE).content.decode()
    assert "Paused" in client.get("/p/north/supporters/").content.decode()


def test_half_an_hour_of_rest_closes_it_and_the_link_opens_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    way, begin = way_of(cast), timezone.now()
    client = opened(way)
    for minutes, status in ((29, 200), (58, 200), (89, 404)):
        monkeypatch.setattr("django.utils.timezone.now", lambda at=minutes: begin + timedelta(minutes=at))
        assert client.get(FILE).status_code == status, minutes
    opened(way, client)
    assert client.get(FILE).status_code == 200  # shown


def test_taken_back_it_closes_at_the_next_click(cast: Cast) -> None:
    client = opened(way_of(cast))
    revoke_links(cast.carla.person, by=cast.amina, now=timezone.now())
    assert client.get(FILE).status_code == 404  # not found


def test_leaving_quickly_ends_it(cast: Cast, settings: Any) -> None:
    client = opened(way_of(cast))
    key = client.cookies["link"].value
    answer = client.get(reverse("home:link_leave"))
    assert answer.headers["Location"] == settings.LEAVE_TO
    assert not Session.objects.filter(session_key=key).exists()
    client.cookies["link"] = key
    assert client.get(FILE).status_code == 404  # not found


def test_its_form_is_ours_though_the_browser_names_no_address(cast: Cast) -> None:
    way, client = way_of(cast), Client(enforce_csrf_checks=True)
    assert client.post(way).status_code == 403  # without the page before it
    client.get(way)
    token = {"csrfmiddlewaretoken": client.cookies["csrf"].value}
    assert client.post(way, token, headers={"Origin": "https://elsewhere.example"}).status_code == 403  # from elsewhere
    assert client.post(way, token, headers={"Origin": "null"}).status_code == 302  # as a browser writes it there


def test_whoever_guesses_waits(cast: Cast) -> None:
    client = Client()
    answers = [client.post(f"/l/guess-{number}/").status_code for number in range(40)]
    assert answers == [404] * 30 + [429] * 10  # not found; too often
    assert client.post(way_of(cast)).status_code == 429  # from this address even a good one waits


def test_the_token_is_nowhere_afterwards(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ways = [way_of(cast), way_of(cast, Purpose.CONSENT), way_of(cast, now=timezone.now() - timedelta(days=20))]
        client = Client()
        said = [client.get(way) for way in ways] + [client.post(way) for way in reversed(ways)]
        said += [client.get(FILE), client.get("/l/leave/")]
    tokens = [token_of(way) for way in ways]
    written = "\n".join(Formatter().format(record) for record in caplog.records)
    assert "/l/(token)/" in written, "what was not found is logged, without its token"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        kept = ""
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            kept += cursor.fetchone()[0]
    sessions = [one.get_decoded() for one in Session.objects.all()]
    headers = [f"{one.headers}{one.cookies}" for one in said]
    for token in tokens:
        assert token not in written + kept + str(sessions) + str(headers)


@pytest.mark.parametrize("token", ["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ", "x_-" * 14 + "x"])
def test_a_token_without_a_figure_is_left_out_of_the_log_too(token: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (f"/l/{token}/",), None)
    assert token not in Formatter().format(record)


def asked(client: Client, page: Callable[..., HttpResponse]) -> HttpResponse:
    """A page of a link that stands in no table of addresses, asked with a POST by this browser."""
    request = RequestFactory().post(FILE)
    request.COOKIES["link"] = client.cookies["link"].value
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # as the test client says
    return page(request, "north")


def test_a_deed_by_link_uses_it_up_and_says_so_in_history(cast: Cast) -> None:
    client = opened(way_of(cast, Purpose.SEE_MY_FILE))
    way_of(cast, Purpose.ANSWER_PROPOSAL)
    answers = Link.objects.get(purpose=Purpose.ANSWER_PROPOSAL)
    put_into(client, answers)

    @link_page(Purpose.ANSWER_PROPOSAL)
    def answer(request: LinkRequest) -> HttpResponse:
        use_link(request.link, by=request.member, now=timezone.now())
        Person.objects.filter(pk=request.member.person_id).update(phone="0612345678")
        return HttpResponse(request.member.name)

    said = asked(client, answer)
    assert said.content == b"Carla Test"
    line = History.objects.of(cast.carla.person)[0]
    assert (line.person_id, line.user_id, line.deed) == (cast.carla.person_id, None, " by link")
    again = asked(client, answer)
    assert (again.status_code, again.headers["Location"]) == (302, FILE)  # back, with a sentence
    assert [one.deed for one in History.objects.of(cast.carla.person)].count(" by link") == 1


def test_a_deed_that_is_refused_leaves_the_link_unused(cast: Cast) -> None:
    client = opened(way_of(cast))
    way_of(cast, Purpose.CONFIRM_AGREEMENT)
    put_into(client, Link.objects.get(purpose=Purpose.CONFIRM_AGREEMENT))

    @link_page(Purpose.CONFIRM_AGREEMENT)
    def confirm(request: LinkRequest) -> HttpResponse:
        use_link(request.link, by=request.member, now=timezone.now())
        raise Refused("The match was closed meanwhile.")

    assert asked(client, confirm).status_code == 302  # back, with a sentence
    assert Link.objects.get(purpose=Purpose.CONFIRM_AGREEMENT).used_at is None
    put_into(client, Link.objects.get(purpose=Purpose.SEE_MY_FILE))
    assert "The match was closed meanwhile." in client.get(FILE).content.decode()
