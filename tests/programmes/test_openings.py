"""Emergency access: notes by a member, files by an administrator; short, with a reason, told at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerhub.lib import walls
from peerhub.lib.errors import Refused
from peerhub.notices.models import Notice
from peerhub.notices.tasks import send_notices
from peerhub.people.models import AccessGrant, Look, Person, SensitiveNote, User
from peerhub.people.services import read_note, write_note
from programmes.access import opened_for
from programmes.services import end_opening, end_role, open_files, open_notes
from tests import factories as make
from tests.cast import Cast, assemble

Login = Callable[..., Client]
WHY = "She is in hospital and her daughter is alone."
FILES = "An import went wrong and shows in one file only."
OPENINGS = reverse("programmes:openings", args=["north"])
ADMIN = reverse("admin:open_files")


@pytest.fixture
def note(cast: Cast, now: datetime) -> SensitiveNote:
    """About Carla, by Dan."""
    return write_note(cast.carla.person, key=uuid4(), kind="facts", text="HEDGEHOG", by=cast.dan, now=now)


def opened(cast: Cast, at: datetime, why: str = WHY) -> AccessGrant:
    return open_notes(cast.carla.person, reason=why, by=cast.paul, now=at)


def listed(client: Client) -> list[dict[str, Any]]:
    return list(client.get(OPENINGS).context["rows"])


# -- Break the glass -------------------------------------------------------------------------------------------------


def test_for_an_hour_with_a_reason_told_at_once(cast: Cast, note: SensitiveNote, login: Login) -> None:
    client, page = login(cast.paul), reverse("recruitment:notes_open", args=["north", cast.carla.person_id])
    read = reverse("recruitment:note", args=["north", note.pk])
    assert client.get(read).status_code == 404
    assert client.post(page, {"reason": "because"}).status_code == 200, "that is no sentence"
    assert client.post(page, {"reason": WHY}).status_code == 302
    assert "HEDGEHOG" in client.get(read).content.decode()
    look = Look.objects.get()
    assert (look.by_id, look.kind, look.reason) == (cast.paul.person_id, "note", WHY)
    assert Notice.objects.get(kind="access_opened").recipient_id == cast.amina.person_id
    (row,) = listed(login(cast.amina))
    assert (row["grant"].reason, row["open"], row["read"]) == (WHY, True, [look])


def test_the_letter_says_neither_who_nor_why(cast: Cast, note: SensitiveNote, now: datetime) -> None:
    opened(cast, now)
    Notice.objects.exclude(kind="access_opened").delete()
    assert send_notices() == 1
    (letter,) = mail.outbox
    text = f"{letter.subject}{letter.body}{letter.message().as_string()}"
    assert not [word for word in ("Paul", "Carla", "hospital", "daughter", "note") if word in text]
    assert OPENINGS in letter.body


def test_it_ends_by_itself(cast: Cast, note: SensitiveNote, now: datetime) -> None:
    opened(cast, now - timedelta(minutes=59))
    assert SensitiveNote.objects.visible_to(cast.paul).exists()
    AccessGrant.objects.update(ended_at=now)  # this one is over; an older one that nobody ended
    opened(cast, now - timedelta(minutes=60, seconds=1))
    assert AccessGrant.objects.filter(ended_at=None).exists()
    assert not SensitiveNote.objects.visible_to(cast.paul).exists()


def test_twice_is_refused_and_again_after_it_ended(cast: Cast, note: SensitiveNote, now: datetime) -> None:
    opened(cast, now - timedelta(hours=3))
    again = opened(cast, now - timedelta(minutes=10))
    with pytest.raises(Refused, match="open for you already"):
        opened(cast, now)
    end_opening(again, by=cast.paul, now=now)
    assert not SensitiveNote.objects.visible_to(cast.paul).exists()
    with pytest.raises(Refused, match="over already"):
        end_opening(again, by=cast.amina, now=now)
    opened(cast, now)
    assert [one.ended_at is None for one in AccessGrant.objects.order_by("opened_at")] == [False, False, True]
    assert AccessGrant.objects.order_by("opened_at")[0].ended_at == now - timedelta(hours=2)


def test_what_is_over_cannot_be_ended(cast: Cast, note: SensitiveNote, now: datetime) -> None:
    grant = opened(cast, now - timedelta(hours=2))
    with pytest.raises(Refused, match="over already"):
        end_opening(grant, by=cast.amina, now=now)


def test_who_and_why_is_asked(cast: Cast, note: SensitiveNote, now: datetime) -> None:
    with pytest.raises(Refused, match="why it cannot wait"):
        opened(cast, now, why="   because   ")
    with pytest.raises(Refused, match="Nothing here is closed to you"):
        open_notes(cast.carla.person, reason=WHY, by=cast.dan, now=now)
    for member in (cast.ben, cast.tess, cast.eva, cast.stef):
        with pytest.raises(Refused, match="Only those who keep the files"):
            open_notes(cast.carla.person, reason=WHY, by=member, now=now)
    assert not AccessGrant.objects.exists()


def test_a_coordinator_opens_what_stays_between_supporter_and_supervisor(cast: Cast, now: datetime) -> None:
    ben = Person.objects.get(pk=cast.ben.person_id)
    between = write_note(ben, key=uuid4(), kind="supervision", text="x", by=cast.dan, now=now)
    assert not SensitiveNote.objects.visible_to(cast.amina).exists()
    open_notes(ben, reason=WHY, by=cast.amina, now=now)
    assert list(SensitiveNote.objects.visible_to(cast.amina)) == [between]
    assert not Notice.objects.filter(kind="access_opened").exists(), "she is the only coordinator, and knows"


def test_only_this_person_is_open(cast: Cast, note: SensitiveNote, now: datetime) -> None:
    other = make.a_participant(cast.north, "Other")
    write_note(other.person, key=uuid4(), kind="facts", text="x", by=cast.dan, now=now)
    opened(cast, now)
    assert list(SensitiveNote.objects.visible_to(cast.paul)) == [note]
    assert {row.person_id for row in SensitiveNote.objects.visible_to(cast.amina)} == {note.person_id, other.person_id}


def test_a_role_that_ended_opens_nothing(cast: Cast, note: SensitiveNote, now: datetime, login: Login) -> None:
    opened(cast, now)
    end_role(membership=cast.north.memberships.get(person_id=cast.paul.person_id), by=cast.amina, now=now)
    assert login(cast.paul).get(reverse("recruitment:note", args=["north", note.pk])).status_code == 404


def test_ended_by_herself_or_by_a_coordinator(cast: Cast, note: SensitiveNote, now: datetime, login: Login) -> None:
    for member in ("paul", "amina"):
        grant = opened(cast, now)
        way = reverse("programmes:opening_end", args=["north", grant.pk])
        assert login(cast.dan).post(way).status_code == 404, "neither hers nor her business"
        assert login(getattr(cast, member)).get(way).status_code == 302
        assert AccessGrant.objects.filter(ended_at=None).count() == 1, "a link ends nothing"
        assert login(getattr(cast, member)).post(way).status_code == 302
        grant.refresh_from_db()
        assert grant.ended_by_name == getattr(cast, member).name
        assert not SensitiveNote.objects.visible_to(cast.paul).exists()


def test_two_clicks_at_once_open_it_once(committed: None) -> None:
    cast, now = assemble(), timezone.now()
    write_note(cast.carla.person, key=uuid4(), kind="facts", text="x", by=cast.dan, now=now)
    person, said, together = cast.carla.person, [], Barrier(2)

    def click() -> None:
        together.wait()
        try:
            with walls.inside(cast.north.pk):
                open_notes(person, reason=WHY, by=cast.paul, now=now)
            said.append("opened")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    clicks = [Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert sorted(said) == ["opened", "refused"]
    assert AccessGrant.objects.count() == 1


def test_the_list_asks_the_same_few_queries(
    cast: Cast, note: SensitiveNote, now: datetime, login: Login, django_assert_num_queries: Any
) -> None:
    from tests.sight import WALLS  # noqa: PLC0415  # beside its one use

    client = login(cast.amina)
    for number in (1, 2, 3):
        grant = opened(cast, now - timedelta(hours=5 - number))
        end_opening(grant, by=cast.paul, now=now - timedelta(hours=5 - number, minutes=-30))
        if number in (1, 3):
            client.get(OPENINGS)
            with django_assert_num_queries(8 + WALLS):
                client.get(OPENINGS)


# -- An administrator ------------------------------------------------------------------------------------------------


def pages(cast: Cast) -> list[str]:
    """Pages that name somebody."""
    return [
        reverse("recruitment:participant", args=["north", cast.carla.pk]),
        reverse("recruitment:supporter", args=["north", cast.ben_supporter.pk]),
        reverse("matching:match", args=["north", cast.match.pk]),
    ]


def test_without_it_an_administrator_finds_nothing(cast: Cast, login: Login) -> None:
    client = login(cast.rania)
    assert {client.get(url).status_code for url in (reverse("home:overview", args=["north"]), *pages(cast))} == {404}


def test_administrator_reads_for_an_hour_and_it_is_written_down(cast: Cast, login: Login) -> None:
    client = login(cast.rania)
    assert client.post(ADMIN, {"programme": cast.north.pk, "reason": "x"}).status_code == 200
    way = client.post(ADMIN, {"programme": cast.north.pk, "reason": FILES})
    assert way.headers["Location"] == reverse("recruitment:participants", args=["north"])
    assert Notice.objects.get(kind="access_opened").recipient_id == cast.amina.person_id
    for url in pages(cast):
        page = client.get(url).content.decode()
        assert "You read these files as an administrator until" in page
        assert FILES in page
    carla, ben = cast.carla.person_id, cast.ben.person_id
    assert sorted(Look.objects.values_list("person_id", flat=True)) == sorted([carla, ben, ben, carla])
    assert set(Look.objects.values_list("by_name", "reason")) == {("rania@example.org", FILES)}
    (row,) = listed(login(cast.amina))
    assert (row["grant"].by_name, len(row["read"])) == ("rania@example.org", 4)
    assert client.get(way.headers["Location"]).status_code == 200


def test_administrator_writes_and_takes_away_nothing(cast: Cast, note: SensitiveNote, login: Login) -> None:
    client = login(cast.rania)
    client.post(ADMIN, {"programme": cast.north.pk, "reason": FILES})
    refused = [
        reverse("recruitment:participants_export", args=["north"]),
        reverse("recruitment:note", args=["north", note.pk]),
        reverse("recruitment:notes_open", args=["north", cast.carla.person_id]),
        reverse("recruitment:participant_edit", args=["north", cast.carla.pk]),
        reverse("supervision:concerns", args=["north"]),
        OPENINGS,
    ]
    assert {client.get(url).status_code for url in refused} == {403}
    assert client.post(pages(cast)[0], {"draft": "x-1", "text": "typed"}).status_code == 403
    assert client.get(reverse("recruitment:participants", args=["south"])).status_code == 404
    assert client.get(reverse("home:me", args=["north"])).status_code == 404
    assert "HEDGEHOG" not in "".join(client.get(url).content.decode() for url in pages(cast))
    found = client.post(reverse("recruitment:participants", args=["north"]), {"find_words": "Carla"}, follow=True)
    assert "Carla" in found.content.decode(), "searching changes nothing"


def test_administrator_ends_it(cast: Cast, login: Login) -> None:
    client = login(cast.rania)
    client.post(ADMIN, {"programme": cast.north.pk, "reason": FILES})
    again = client.post(ADMIN, {"programme": cast.north.pk, "reason": FILES})
    assert "open for you already" in again.content.decode()
    grant = AccessGrant.objects.get()
    assert client.post(ADMIN, {"end": grant.pk}).status_code == 302
    assert client.get(pages(cast)[0]).status_code == 404
    assert "over already" in client.post(ADMIN, {"end": grant.pk}, follow=True).content.decode()


def test_a_coordinator_ends_an_administrators(cast: Cast, login: Login, now: datetime) -> None:
    grant = open_files(cast.north, reason=FILES, by=cast.rania, now=now)
    login(cast.amina).post(reverse("programmes:opening_end", args=["north", grant.pk]))
    assert login(cast.rania).get(pages(cast)[0]).status_code == 404


def test_nobody_ends_anothers_at_the_administrators_page(cast: Cast, login: Login, now: datetime) -> None:
    grant = open_files(cast.north, reason=FILES, by=cast.rania, now=now)
    other = User.objects.create_superuser("other@example.org", make.PASSWORD)
    assert login(other).post(ADMIN, {"end": grant.pk}).status_code == 404
    assert login(other).get(pages(cast)[0]).status_code == 404, "it is open to one, not to all administrators"


def test_only_administrators_open_files(cast: Cast, login: Login, now: datetime) -> None:
    with pytest.raises(Refused, match="Only an administrator"):
        open_files(cast.north, reason=FILES, by=cast.user(cast.dan), now=now)
    assert login(cast.amina).get(ADMIN).status_code == 302
    with pytest.raises(Http404):
        opened_for(cast.user(cast.amina), "north")


def test_the_database_itself_knows_the_hour(cast: Cast, now: datetime) -> None:
    """The programmes of a log-in, as the database says them: with the grant, after it, and without the right."""

    def seen() -> bool:
        with walls.of_request(cast.rania.pk, door=False):
            return Person.objects.exists()

    assert not seen()
    grant = open_files(cast.north, reason=FILES, by=cast.rania, now=now - timedelta(minutes=59))
    assert seen()
    with walls.of_request(cast.rania.pk, door=False):
        assert not Person.objects.filter(programme_id=cast.south.pk).exists()
    cast.rania.is_superuser = False
    cast.rania.save()
    assert not seen(), "no longer an administrator"
    cast.rania.is_superuser = True
    cast.rania.save()
    end_opening(grant, by=cast.rania, now=now)
    assert not seen()
    open_files(cast.north, reason=FILES, by=cast.rania, now=now - timedelta(minutes=60, seconds=1))
    assert not seen(), "an hour is over"


def test_an_hour_is_the_most(cast: Cast, now: datetime) -> None:
    grant = open_files(cast.north, reason=FILES, by=cast.rania, now=now)
    assert grant.ends_at - grant.opened_at == timedelta(hours=1)
    grant.pk, grant.ended_at, grant.ends_at = None, now, now + timedelta(minutes=61)
    with pytest.raises(IntegrityError, match="grant_is_short"), transaction.atomic():
        grant.save(force_insert=True)


def test_reading_by_right_has_no_reason(cast: Cast, note: SensitiveNote, now: datetime) -> None:
    read_note(note, by=cast.dan, now=now)
    assert Look.objects.get().reason == ""
