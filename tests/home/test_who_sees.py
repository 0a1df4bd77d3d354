"""Who can see what is kept about somebody: the page says what the pages really show; and who has looked, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from peerhub.home.who_sees import KEPT, as_member, kept_in_sight, looked, sight_of
from peerhub.people.choices import Reading
from peerhub.people.models import Look, Person
from peerhub.people.services import record_looks
from programmes.choices import Role
from programmes.models import Membership
from tests import factories as make
from tests.cast import Cast
from tests.stage import undone
from tests.visitors import Stage

Login = Callable[..., Client]
KEPT_BY = {  # how a row of each kind names the person, spelled out once more
    "person": "pk", "participant": "person", "supporter": "person", "application": "person",
    "certificate": "supporter__person", "concern": "visit__match__participant_person", "answers": "participant__person",
    "supervision": "supporters__person",
}  # fmt: skip


def really_seen(person: Person, roles: list[Membership]) -> set[str]:
    """What of the person's rows this member's own pages would show, table by table."""
    member, found = as_member(roles), set()
    for name, (table, _about, _words) in KEPT.items():
        seen = table.objects.visible_to(member)
        if name == "match":
            there = seen.filter(participant_person=person).exists() or seen.filter(supporter_person=person).exists()
        elif name == "visit":
            there = seen.filter(match__participant_person=person).exists() or seen.filter(author=person).exists()
        else:
            there = seen.filter(**{KEPT_BY[name]: person.pk}).exists()
        found |= {name} if there else set()
    return found


@pytest.mark.parametrize("whose", ["participant", "supporter", "trainee", "waiting", "application", "lead"])
def test_the_page_says_what_everybody_really_sees(stage: Stage, whose: str) -> None:
    """Every member of the programme, asked with the querysets of the pages, is on the page or sees nothing."""
    with undone():
        person = getattr(stage.rows, whose).person
        sight = sight_of(person)
        named, unnamed, members = {seer.person_id for seer in sight.seers}, 0, 0
        for other in Person.objects.filter(programme_id=person.programme_id).exclude(pk=person.pk):
            roles = list(Membership.objects.current().filter(person=other).select_related("person"))
            if not roles:
                continue
            members += 1
            sees = really_seen(person, roles)
            assert sorted(sees) == sorted(kept_in_sight(person, as_member(roles)))
            if sees and other.pk not in named:
                unnamed += 1
                assert [row.role for row in roles] == [Role.PEER_SUPPORTER]
                assert sees == {"match"}, "what help is asked for, without a name"
            assert sees or other.pk not in named
        assert (members > 8, unnamed) == (True, sight.unnamed)
        assert person.programme_id == stage.cast.north.pk
        assert not named & {stage.cast.zoe.person_id, stage.cast.eva.person_id, stage.cast.stef.person_id}


def test_names_and_reasons(cast: Cast) -> None:
    sight = sight_of(cast.carla.person)
    said = {seer.name: (seer.role, seer.reason) for seer in sight.seers}
    assert said["Amina Test"] == ("coordinator", "keeps the files of the programme")
    assert said["Ben"] == ("peer supporter", "gives support"), "of a peer supporter the first name alone"
    assert "Dan Test" in said
    assert sight.seers[-1].name == "Ben", "the team first"
    assert not {"Eva Test", "Stef Test", "Tess Test"} & set(said)


def test_whoever_is_only_asked_is_counted_and_not_named(cast: Cast) -> None:
    dora = make.a_participant(cast.north, "Dora")
    make.a_match(cast.north, make.a_supporter(cast.north, "Uma", login=True), dora, status="proposed")
    sight = sight_of(dora.person)
    assert "Uma" not in {seer.name for seer in sight.seers}
    assert sight.unnamed == 1
    assert "without a name" in sight.unnamed_words


def test_when_a_match_ends_its_supporter_is_gone(cast: Cast) -> None:
    cast.match.status, cast.match.ended_on, cast.match.end_reason = "closed", make.TODAY, "moved"
    cast.match.next_due_on = None
    cast.match.save()
    assert "Ben" not in {seer.name for seer in sight_of(cast.carla.person).seers}


def test_looks_in_words(cast: Cast) -> None:
    carla, now = cast.carla.person_id, timezone.now()
    uma = make.a_supporter(cast.north, "Uma", login=True)
    make.a_match(cast.north, uma, make.a_participant(cast.north), status="active")
    other = as_member(list(Membership.objects.filter(person=uma.person).select_related("person")))
    record_looks([carla], kind=Reading.FILE, by=cast.amina, now=now, deed="recruitment:participant")
    record_looks([carla], kind=Reading.FILE, by=cast.ben, now=now + timedelta(seconds=1), deed="matching:people")
    record_looks([carla], kind=Reading.FILE, by=other, now=now + timedelta(seconds=2), deed="matching:proposal")
    looks = Look.objects.filter(person=carla)
    said = [(one.name, one.what) for one in looked(looks, cast.carla.person, full=False)]
    assert said == [
        ("a peer supporter", "what help is asked for, without a name"),
        ("Ben", "your page"),
        ("Amina Test", "your page"),
    ]
    assert [one.name for one in looked(looks, cast.carla.person, full=True)] == ["Uma Test", "Ben Test", "Amina Test"]


def test_my_file(cast: Cast, login: Login) -> None:
    record_looks([cast.ben.person_id], kind=Reading.FILE, by=cast.dan, now=timezone.now())
    page = login(cast.ben).get("/p/north/me/file/").content.decode()
    assert "Amina Test" in page
    assert "1 in all" in page
    assert "Carla" not in page, "no other person's file"
    assert "/p/north/me/file/" in login(cast.ben).get("/p/north/me/").content.decode()


def test_who_sees_and_who_has_looked_is_paged(
    cast: Cast, login: Login, django_assert_num_queries: Callable[[int], Callable[[], None]]
) -> None:
    client, carla = login(cast.amina), cast.carla.person_id
    for number in range(51):
        record_looks([carla], kind=Reading.FILE, by=cast.dan, now=timezone.now() + timedelta(seconds=number))
    url = f"/p/north/people/{carla}/seen/"
    first = client.get(url)
    assert "51 in all" in first.content.decode()
    assert len(first.context["looks"]) == 50
    assert len(client.get(url, {"page": 2}).context["looks"]) == 1
