"""Who can see what is kept about somebody: the page says what the pages really show; and who has looked, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from matching.models import Match
from matching.querysets import REVEALED
from peerhub.home.who_sees import KEPT, as_member, kept_in_sight, looked, sight_of
from peerhub.people.choices import Reading
from peerhub.people.models import Look, Person
from peerhub.people.services import record_looks
from programmes.models import Membership
from tests import factories as make
from tests.cast import Cast
from tests.house.tree import our_models, told
from tests.stage import undone
from tests.visitors import Stage

Login = Callable[..., Client]
KEPT_BY = {  # how a row of each kind names the person, spelled out once more
    "person": "pk", "participant": "person", "supporter": "person", "application": "person",
    "certificate": "supporter__person", "concern": "visit__match__participant_person", "answers": "participant__person",
    "supervision": "supporters__person", "planned": "supporters__person", "help": "asked_by",
    "note": "person", "consent": "person", "guardian": "person", "reach": "person",
}  # fmt: skip


def really_seen(person: Person, roles: list[Membership]) -> set[str]:
    """What of the person's rows this member's own pages would show, table by table."""
    member, found = as_member(roles, today=make.TODAY), set()
    for name, (table, _about, _words) in KEPT.items():
        seen = table.objects.visible_to(member)
        if name in {"match", "mark"}:
            there = seen.filter(participant_person=person).exists() or seen.filter(supporter_person=person).exists()
        elif name in {"agreement", "goal", "cover", "call"}:
            mine = seen.filter(match__participant_person=person)
            there = mine.exists() or seen.filter(match__supporter_person=person).exists()
            there = there or (name == "cover" and seen.filter(substitute_person=person).exists())
        elif name in {"visit", "work"}:
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
        sight = sight_of(person, today=make.TODAY)
        named, members = {seer.person_id for seer in sight.seers}, 0
        for other in Person.objects.filter(programme_id=person.programme_id).exclude(pk=person.pk):
            roles = list(Membership.objects.current().filter(person=other).select_related("person"))
            if not roles:
                continue
            members += 1
            sees = really_seen(person, roles)
            assert sorted(sees) == sorted(kept_in_sight(person, as_member(roles, today=make.TODAY)))
            assert bool(sees) == (other.pk in named), f"{other}: {sees}"
        assert members > 8
        asked = Match.objects.live().filter(participant_person=person).exclude(REVEALED).count()
        assert sight.unnamed == asked, "who was asked without a name is counted"
        assert person.programme_id == stage.cast.north.pk
        assert not named & {stage.cast.zoe.person_id, stage.cast.eva.person_id, stage.cast.stef.person_id}


def test_names_and_reasons(cast: Cast) -> None:
    sight = sight_of(cast.carla.person, today=make.TODAY)
    said = {seer.name: (seer.role, seer.reason) for seer in sight.seers}
    assert said["Amina Test"] == ("coordinator", "keeps the files of the programme")
    assert said["Ben"] == ("peer supporter", "gives support"), "of a peer supporter the first name alone"
    assert "Dan Test" in said
    assert sight.seers[-1].name == "Ben", "the team first"
    assert not {"Eva Test", "Stef Test", "Tess Test"} & set(said)


def test_whoever_is_only_asked_is_counted_and_not_named(cast: Cast) -> None:
    dora = make.a_participant(cast.north, "Dora")
    make.a_match(cast.north, make.a_supporter(cast.north, "Uma", login=True), dora, status="proposed")
    sight = sight_of(dora.person, today=make.TODAY)
    assert "Uma" not in {seer.name for seer in sight.seers}
    assert sight.unnamed == 1
    assert "without a name" in sight.unnamed_words


def test_when_a_match_ends_its_supporter_is_gone(cast: Cast) -> None:
    uma, dora = make.a_supporter(cast.north, "Uma", login=True), make.a_participant(cast.north, "Dora")
    make.a_match(cast.north, uma, dora, status="closed")
    assert "Uma" not in {seer.name for seer in sight_of(dora.person, today=make.TODAY).seers}


def test_looks_in_words(cast: Cast) -> None:
    carla, now = cast.carla.person_id, timezone.now()
    uma = make.a_supporter(cast.north, "Uma", login=True)
    make.a_match(cast.north, uma, make.a_participant(cast.north), status="active")
    other = as_member(list(Membership.objects.filter(person=uma.person).select_related("person")), today=make.TODAY)
    record_looks([carla], kind=Reading.FILE, by=cast.amina, now=now, deed="recruitment:participant")
    record_looks([carla], kind=Reading.FILE, by=cast.ben, now=now + timedelta(seconds=1), deed="matching:people")
    asked = {"deed": "matching:proposal", "subject": "proposal:1"}
    record_looks([carla], kind=Reading.FILE, by=other, now=now + timedelta(seconds=2), **asked)
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


# Tables that point to people and are no part of the file, each with the reason.
NOT_OF_THE_FILE = {
    "people.ConsentText": "words for everybody; who wrote them",
    "people.Draft": "read by its writer alone",
    "people.StateChange": "what happened to the rows above, shown with them",
    "people.Look": "the record that this page shows",
    "people.Link": "shown on the page of links",
    "people.AccessGrant": "an opening in an emergency is itself told and shown with the sensitive notes",
    "notices.Notice": "names nobody and quotes nothing",
    "notices.Device": "one's own phone, for notifications", "notices.HeldKind": "a rule of the programme; who set it",
    "matching.Deputy": "who stands in on the team", "matching.Extension": "part of the match",
    "programmes.Membership": "the team, which everybody on it sees",
    "recruitment.SelectionMeeting": "part of the application",
    "recruitment.ImportBatch": "a list, before it is people",
    "matching.AgreementText": "words for everybody; who wrote them",
    "matching.Connection": "who knows whom on the team",
    "matching.VisitPlan": "part of the match", "matching.Review": "part of the match",
    "matching.Pause": "part of the match",
    "matching.MatchingRules": "rules; who made them", "matching.PairingRun": "a search; who made it",
    "supervision.Attendance": "part of the session", "supervision.Invited": "part of the session to come",
    "evaluation.Report": "numbers; who made it",
}  # fmt: skip
TO_PEOPLE = {
    "people.Person", "recruitment.Participant", "recruitment.PeerSupporter", "matching.Match", "matching.Visit",
}  # fmt: skip


def test_no_table_is_forgotten() -> None:
    pointing = {
        model._meta.label for model in our_models() for field in model._meta.concrete_fields
        if field.related_model and field.related_model._meta.label in TO_PEOPLE
    }  # fmt: skip
    kept = {table._meta.label for table, _about, _words in KEPT.values()}
    told(sorted(pointing - kept - set(NOT_OF_THE_FILE)), "What is kept about people stands in KEPT (home/who_sees.py).")
    told(sorted((set(NOT_OF_THE_FILE) | kept) - pointing - {"people.Person"}), "These point to nobody; take them out.")
