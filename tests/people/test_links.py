"""One-time links: made once, kept as a hash, used once where they are for one deed, taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from peerhub.lib import walls
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.choices import LINK_LASTS, Purpose
from peerhub.people.models import History, Link
from peerhub.people.services import link_of, make_link, open_link, revoke_links, use_link
from peerhub.people.services.linking import hash_of
from tests.cast import Cast, assemble


def token_of(address: str) -> str:
    """The last part of the way."""
    return address.rstrip("/").rpartition("/")[2]


def a_link(cast: Cast, now: datetime, purpose: Purpose = Purpose.ANSWER_PROPOSAL) -> tuple[Link, str]:
    """A link for Carla, and its token."""
    token = token_of(make_link(purpose=purpose, person=cast.carla.person, subject="match:1", by=cast.amina, now=now))
    return Link.objects.get(token_hash=hash_of(token)), token


def holder(cast: Cast) -> Member:
    """Carla, as a link lets her in."""
    return Member(cast.north.pk, cast.carla.person_id, None, "Carla Test")


def test_made(cast: Cast, now: datetime) -> None:
    link, token = a_link(cast, now)
    assert (link.programme_id, link.person, link.made_by_id) == (cast.north.pk, cast.carla.person, cast.amina.person_id)
    assert (link.subject, link.expires_at - now) == ("match:1", LINK_LASTS)
    assert len(token) == 43  # 256 bits in base64
    assert token not in str(vars(link))
    assert a_link(cast, now)[1] != token, "made twice they are two"
    lasting = make_link(purpose=Purpose.CONSENT, person=cast.carla.person, by=None, now=now, lasts=timedelta(days=1))
    assert Link.objects.get(token_hash=hash_of(token_of(lasting))).expires_at == now + timedelta(days=1)


def test_opened_as_often_as_one_likes(cast: Cast, now: datetime) -> None:
    link, token = a_link(cast, now)
    for times in (1, 2, 3):
        assert open_link(token, now=now) == link
        link.refresh_from_db()
        assert (link.opens, link.opened_at, link.used_at) == (times, now, None)


def test_what_does_not_open(cast: Cast, now: datetime) -> None:
    link, token = a_link(cast, now)
    assert open_link("nobodys-token", now=now) is None
    assert open_link(hash_of(token), now=now) is None, "whoever reads the table holds no token"
    assert open_link(token, now=link.expires_at) is None, "it has ended"
    assert open_link(token, now=link.expires_at - timedelta(seconds=1)) == link
    revoke_links(cast.carla.person, by=cast.amina, now=now)
    assert open_link(token, now=now) is None


def test_used_once_by_its_deed(cast: Cast, now: datetime) -> None:
    link, token = a_link(cast, now)
    use_link(link, by=holder(cast), now=now)
    assert link.used_at == now
    with pytest.raises(Refused, match="used already"):
        use_link(link, by=holder(cast), now=now)
    assert open_link(token, now=now) is None
    assert link_of(link.token_hash, since=now - timedelta(minutes=1), now=now) == link, "who had it open may read on"
    assert link_of(link.token_hash, since=now + timedelta(minutes=1), now=now) is None


def test_a_link_for_looking_is_never_used_up(cast: Cast, now: datetime) -> None:
    link, token = a_link(cast, now, Purpose.SEE_MY_FILE)
    for _time in range(2):
        use_link(link, by=holder(cast), now=now)
    assert open_link(token, now=now) == link


def test_not_used_by_somebody_else_nor_when_taken_back(cast: Cast, now: datetime) -> None:
    link, _token = a_link(cast, now)
    with pytest.raises(Refused):
        use_link(link, by=cast.ben, now=now)
    revoke_links(cast.carla.person, by=cast.amina, now=now)
    with pytest.raises(Refused):
        use_link(link, by=holder(cast), now=now)


def test_a_deed_that_fails_leaves_the_link(cast: Cast, now: datetime) -> None:
    link, token = a_link(cast, now)

    @transaction.atomic
    def refused() -> None:
        use_link(link, by=holder(cast), now=now)
        raise Refused("not now")

    with pytest.raises(Refused):
        refused()
    assert open_link(token, now=now) == link


def test_taken_back(cast: Cast, now: datetime) -> None:
    first, _token = a_link(cast, now)
    second, token = a_link(cast, now, Purpose.SEE_MY_FILE)
    carla = cast.carla.person
    assert revoke_links(carla, by=cast.amina, now=now, subject="match:2") == 0
    assert revoke_links(carla, by=cast.amina, now=now, purpose=Purpose.SEE_MY_FILE, subject="match:1") == 1
    assert revoke_links(carla, by=cast.amina, now=now, only=second.pk) == 0, "it was taken back already"
    assert open_link(token, now=now) is None
    assert revoke_links(carla, by=cast.amina, now=now, only=first.pk) == 1
    assert revoke_links(carla, by=cast.amina, now=now) == 0


def test_who_sees_links(cast: Cast, now: datetime) -> None:
    link, _token = a_link(cast, now)
    assert [list(Link.objects.visible_to(who)) for who in (cast.amina, holder(cast), cast.ben, cast.zoe)] == [
        [link], [link], [], [],
    ]  # fmt: skip


def test_history_knows_no_token_and_no_hash(cast: Cast, now: datetime) -> None:
    link, token = a_link(cast, now)
    open_link(token, now=now)
    lines = list(History.objects.of(link))
    assert [line.kind for line in lines] == ["UPDATE", "INSERT"]
    assert lines[0].person_id == cast.carla.person_id
    assert lines[0].user_id is None
    kept = str([vars(line) for line in lines])
    assert token not in kept
    assert link.token_hash not in kept


def test_two_phones_at_the_same_moment(committed: None) -> None:
    cast, now = assemble(), timezone.now()
    link, _token = a_link(cast, now)
    person, north, barrier = cast.carla.person_id, cast.north.pk, Barrier(2)

    def answer(_number: int) -> str:
        barrier.wait()
        try:
            with walls.inside(north):
                use_link(Link.objects.get(pk=link.pk), by=Member(north, person, None, "Carla"), now=now)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(answer, range(2))) == ["done", "refused"]
