"""A concern is taken up by one person, closed with an outcome, and seen only by those who follow concerns up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from matching.models import Visit
from peerhub.lib.errors import Refused
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.notices.services import write
from peerhub.people.models import Look, Person, StateChange
from supervision.choices import FollowUpStatus
from supervision.models import FollowUp
from supervision.services import close_concern, read_concern, take_up_concern
from tests import factories as make
from tests.cast import Cast, assemble
from tests.sight import WALLS

Login = Callable[..., Client]


def worried(cast: Cast, days: int = 3, text: str = "She sounds very tired.") -> Visit:
    """A visit in which Ben wrote down a worry."""
    return make.a_visit(cast.match, make.TODAY - timedelta(days=days), has_concern=True, concern=text)


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return worried(cast)


def test_taking_up_says_who_and_tells_the_others_no_more(cast: Cast, visit: Visit, now: datetime) -> None:
    amina = Person.objects.get(pk=cast.amina.person_id)
    write(kind=Kind.CONCERN, recipient=amina, subject=f"visit:{visit.pk}", period="once", link="/", now=now)
    follow_up = take_up_concern(visit, by=cast.dan, now=now)
    assert (follow_up.status, follow_up.taken_up_by_id) == (FollowUpStatus.TAKEN_UP, cast.dan.person_id)
    assert Notice.objects.get().status == NoticeStatus.CANCELLED
    assert StateChange.objects.of(follow_up).get().by_id == cast.dan.person_id


def test_taking_up_twice_names_who_was_first(cast: Cast, visit: Visit, now: datetime) -> None:
    take_up_concern(visit, by=cast.dan, now=now)
    with pytest.raises(Refused, match="Dan Test took this up before"):
        take_up_concern(visit, by=cast.amina, now=now)
    assert FollowUp.objects.get().taken_up_by_id == cast.dan.person_id


def test_a_visit_without_concern_cannot_be_taken_up(cast: Cast, now: datetime) -> None:
    plain = make.a_visit(cast.match, make.TODAY)
    with pytest.raises(Refused, match="No concern"):
        take_up_concern(plain, by=cast.dan, now=now)


def test_closing_settles_the_visit(cast: Cast, visit: Visit, now: datetime) -> None:
    take_up_concern(visit, by=cast.dan, now=now)
    close_concern(visit, outcome=" We called the doctor together. ", by=cast.amina, now=now)
    follow_up = FollowUp.objects.get()
    assert follow_up.status == FollowUpStatus.CLOSED
    assert "doctor" not in follow_up.outcome
    assert read_concern(visit, by=cast.dan, now=now)["outcome"] == "We called the doctor together."
    assert not Visit.objects.with_open_concern().exists()


def test_closing_what_nobody_took_up_takes_it_up_too(cast: Cast, visit: Visit, now: datetime) -> None:
    assert (
        close_concern(visit, outcome="Spoken with Ben.", by=cast.amina, now=now).taken_up_by_id == cast.amina.person_id
    )


def test_closing_twice_is_refused(cast: Cast, visit: Visit, now: datetime) -> None:
    close_concern(visit, outcome="Spoken with Ben.", by=cast.dan, now=now)
    with pytest.raises(Refused):
        close_concern(visit, outcome="Again.", by=cast.amina, now=now)
    assert read_concern(visit, by=cast.dan, now=now)["outcome"] == "Spoken with Ben."


def test_taking_up_after_closing_is_refused(cast: Cast, visit: Visit, now: datetime) -> None:
    close_concern(visit, outcome="Spoken with Ben.", by=cast.dan, now=now)
    with pytest.raises(Refused, match="settled before"):
        take_up_concern(visit, by=cast.amina, now=now)


def test_closing_needs_an_outcome(cast: Cast, visit: Visit, now: datetime) -> None:
    with pytest.raises(Refused, match="what was done"):
        close_concern(visit, outcome="  ", by=cast.dan, now=now)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("broken", [{"status": "closed"}, {"outcome": "done", "status": "closed"}, {"status": "lost"}])
def test_the_database_refuses_a_half_closed_follow_up(
    cast: Cast, visit: Visit, now: datetime, broken: dict[str, str]
) -> None:
    follow_up = take_up_concern(visit, by=cast.dan, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=follow_up.pk).update(**broken)


def test_two_people_at_once_one_takes_it_up(committed: None, now: datetime) -> None:
    cast = assemble()
    visit = worried(cast)
    barrier, refused = Barrier(2), []

    def take(member: object) -> None:
        barrier.wait()
        try:
            take_up_concern(visit, by=member, now=now)  # type: ignore[arg-type]  # a member of the cast
        except Refused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=take, args=[member]) for member in (cast.dan, cast.amina)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert FollowUp.objects.count() == 1
    assert len(refused) == 1
    assert "took this up before" in refused[0]


def test_list_shows_open_ones_first_and_filters(cast: Cast, login: Login, now: datetime) -> None:
    old, new, settled = worried(cast, 20), worried(cast, 2), worried(cast, 9)
    close_concern(settled, outcome="Done.", by=cast.dan, now=now)
    take_up_concern(old, by=cast.dan, now=now)
    client, url = login(cast.dan), reverse("supervision:concerns", args=["north"])

    def shown(state: str) -> list[int]:
        return [row["visit"].pk for row in client.get(url, {"state": state}).context["rows"]]

    assert [row["visit"].pk for row in client.get(url).context["rows"]] == [old.pk, new.pk]
    assert (shown("new"), shown("taken_up"), shown("settled")) == ([new.pk], [old.pk], [settled.pk])
    assert shown("all") == [old.pk, new.pk, settled.pk]


def test_page_takes_up_and_closes(cast: Cast, visit: Visit, login: Login) -> None:
    client, url = login(cast.dan), reverse("supervision:concern", args=["north", visit.pk])
    assert "She sounds very tired." in client.get(url).content.decode()
    assert client.post(url, {"deed": "take_up"}).headers["Location"] == url
    assert "Dan Test" in client.get(url).content.decode()
    client.post(url, {"deed": "close", "outcome": "We spoke."})
    page = client.get(url).content.decode()
    assert "We spoke." in page
    assert "I follow this up" not in page


def test_page_keeps_what_was_typed_when_somebody_was_quicker(
    cast: Cast, visit: Visit, login: Login, now: datetime
) -> None:
    client, url = login(cast.dan), reverse("supervision:concern", args=["north", visit.pk])
    assert "Please look at this again" in client.post(url, {"deed": "close", "outcome": " "}).content.decode()
    close_concern(visit, outcome="Amina did.", by=cast.amina, now=now)
    answer = client.post(url, {"deed": "close", "outcome": "My long text"})
    assert "My long text" in answer.content.decode() or answer.context["form"]["outcome"].value() == "My long text"
    assert client.post(url, {"deed": "take_up"}, follow=True).status_code == 200


def test_strangers_and_others_see_nothing(cast: Cast, visit: Visit, login: Login) -> None:
    urls = [reverse("supervision:concerns", args=["north"]), reverse("supervision:concern", args=["north", visit.pk])]
    for who, status in ((cast.zoe, 404), (cast.ben, 403), (cast.eva, 403), (cast.paul, 403)):
        assert [login(who).get(url).status_code for url in urls] == [status, status]
    assert login(cast.zoe).get(reverse("supervision:concern", args=["south", visit.pk])).status_code == 404
    assert login(cast.zoe).get(reverse("supervision:concerns", args=["south"])).context["rows"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_database_a_fixed_number_of_times(
    cast: Cast, login: Login, count: int, django_assert_num_queries: Callable[[int], object], now: datetime
) -> None:
    for number in range(count):
        take_up_concern(worried(cast, number), by=cast.dan, now=now)
    client = login(cast.dan)
    with django_assert_num_queries(WALLS + 7):  # type: ignore[attr-defined]  # a context manager; two are the request's savepoint
        client.get(reverse("supervision:concerns", args=["north"]))


def test_reading_a_concern_is_written_down_once(cast: Cast, visit: Visit, now: datetime, login: Login) -> None:
    assert "tired" not in visit.concern
    page = login(cast.dan).get(reverse("supervision:concern", args=["north", visit.pk])).content.decode()
    assert "She sounds very tired." in page
    look = Look.objects.get()
    assert (look.person_id, look.kind, look.subject) == (cast.carla.person_id, "note", f"visit:{visit.pk}")
    match_page = login(cast.dan).get(reverse("matching:match", args=["north", cast.match.pk])).content.decode()
    assert "She sounds very tired." not in match_page
    assert reverse("supervision:concern", args=["north", visit.pk]) in match_page


def test_a_concern_moved_to_another_visit_does_not_open(cast: Cast, visit: Visit, now: datetime) -> None:
    other = worried(cast, days=10, text="The heating is broken.")
    Visit.objects.filter(pk=other.pk).update(concern=visit.concern)
    other.refresh_from_db()
    said = read_concern(other, by=cast.dan, now=now)
    assert "text" not in said
    assert "cannot be opened" in said["missing"]
