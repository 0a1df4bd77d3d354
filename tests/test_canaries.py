"""Strings that only some may read are put into the rows, and looked for in every answer: pages, files, headers.

Nothing of another programme; nothing of another supporter's people, nor of a match that ended; no name for those who
work with figures; only learners for a trainer. Each canary is also shown to sing where it may be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from evaluation.models import Report
from evaluation.services import make_report, render_report
from matching.models import AgreementText, Match, MatchingRules
from peerhub.people.models import ConsentText, History, Look, Person, StateChange
from programmes.choices import Role
from programmes.matrix import READ, Address, Answer, addresses, answer_to
from programmes.models import Membership, Organisation, Place, Programme
from recruitment.choices import SupporterStatus
from recruitment.models import Campaign, PeerSupporter
from tests import factories as make
from tests.house.tree import our_models, told
from tests.stage import undone
from tests.visitors import CANARY, Stage, Visitor, marked, text_of, url_of

PAGES = [one for one in addresses() if one.in_programme]
OF_OTHERS, OF_BEFORE, OF_ANYBODY, OF_THE_TEAM = "CANARYOLGA", "CANARYFAY", "CANARYNAME", "CANARYTEAM"
LOUD = "answers with a canary where none may be"
# What everybody in a programme shares: marked nowhere inside one programme.
SHARED = (Programme, Organisation, Place, Campaign)  # the plan of a campaign is about groups, for the whole team
WRITTEN_ONCE = (StateChange, Look, History, MatchingRules, ConsentText, AgreementText)  # or words for everybody
# The team knows each other by name; on these pages those who work with figures meet a colleague, and nobody else.
COLLEAGUES = {
    "home:my_file": "who can see what is kept about me",
    "programmes:team": "who does what here",
    "home:me": "my contact person",
    "evaluation:reports": "who made the report",
}


def queries(canary: str) -> tuple[str, ...]:
    """As it is; the widest filters; a search (without the last letter: pages repeat what is typed); the next page."""
    words = canary[:-1]
    return "", "?q=e&status=all&state=all&kind=&sort=name&page=1", f"?q={words}&status=all&state=all", "?page=2"


def answers(stage: Stage, visitor: Visitor, address: Address, url: str, canary: str) -> Iterable[tuple[str, str]]:
    """Everything this visitor is told there, with the question."""
    shown = answer_to(address, visitor.kind, READ) in (Answer.PAGE, Answer.OWN)
    for query in queries(canary) if shown else ("",):
        with undone():
            yield f"GET {url}{query}", text_of(visitor.open(url + query))
    for typed in ({}, {"find_words": canary[:-1]}) if shown else ():
        with undone():
            yield f"POST {url} {typed}", text_of(visitor.open(url, "post", typed, follow=bool(typed)))


def songs(stage: Stage, visitors: list[Visitor], canary: str, pages: Iterable[Address], rows: Any) -> Iterable[str]:
    """Every answer to one of these visitors in which the canary is."""
    for address in pages:
        for visitor in visitors:
            for question, said in answers(stage, visitor, address, url_of(address, rows), canary):
                stage.count("answers searched for a canary")
                if canary.lower() in said.lower():
                    place = said.lower().index(canary.lower())
                    yield f"{address.name} {visitor.name} {question}: {said[max(0, place - 60) : place + 30]!r}"


def sings(stage: Stage, visitors: list[Visitor], canary: str, pages: Iterable[Address], rows: Any) -> list[str]:
    """All of these answers."""
    stage.asked.setdefault(LOUD, 0)
    return list(songs(stage, visitors, canary, pages, rows))


def heard(stage: Stage, canary: str, rows: Any) -> bool:
    """It sings where it may: a coordinator reads it, on one page at least."""
    return any(songs(stage, [stage.of_kind("coordinator")], canary, PAGES, rows))


def silent(stage: Stage, found: list[str], law: str) -> None:
    """Nothing was found; what was is counted."""
    stage.asked[LOUD] += len(found)
    told(found, law)


def mark(rows: Iterable[models.Model], canary: str) -> None:
    """Put the canary into every text of these rows."""
    for row in rows:
        marks = marked(row, canary)
        if marks and not isinstance(row, (*SHARED, *WRITTEN_ONCE)):
            type(row)._default_manager.filter(pk=row.pk).update(**marks)


def people_of(rows: Iterable[models.Model]) -> list[Person]:
    """The people these rows are about."""
    names = ("person", "participant_person", "supporter_person", "recipient", "author")
    found = {getattr(row, f"{name}_id", None) for row in rows for name in names}
    return list(Person.objects.filter(pk__in=found))


def everything_in(programme: Programme) -> Iterable[models.Model]:
    """Every row of the programme in every table, but for what is written once."""
    for model in our_models():
        if any(field.attname == "programme_id" for field in model._meta.concrete_fields) and model is not Report:
            yield from model._default_manager.filter(programme_id=programme.pk)


@pytest.mark.parametrize("address", PAGES, ids=lambda one: one.name)
def test_nothing_of_another_programme_is_read(address: Address, stage: Stage) -> None:
    visitors = [one for one in stage.visitors if one.kind.code != "elsewhere"]
    found = sings(stage, visitors, CANARY, [address], stage.rows)
    silent(stage, found, f"{address.name} shows a text of South.")


def test_nothing_of_another_programme_is_read_at_the_door(stage: Stage) -> None:
    """Log-in, one's own account, the landing page; the administration is for administrators of all programmes."""
    doors = [one for one in addresses() if not one.in_programme]
    visitors = [one for one in stage.visitors if one.kind.code != "elsewhere" and not one.kind.administrator]
    silent(stage, sings(stage, visitors, CANARY, doors, stage.rows), "A page of the door shows a text of South.")


def test_the_canary_is_seen_at_home(stage: Stage) -> None:
    """The checks above would find something: Zoe reads South's texts on many pages."""
    zoe, seen = stage.of_kind("elsewhere"), []
    for address in PAGES:
        with undone():
            if CANARY.lower() in text_of(zoe.open(url_of(address, stage.south, "south"))).lower():
                seen.append(address.name)
    assert len(seen) > 15, seen  # most pages name somebody


def test_a_supporter_reads_nothing_of_another_supporters_people(stage: Stage) -> None:
    with undone():
        shared = {stage.cast.amina.person_id}
        mark(stage.others.all(), OF_OTHERS)
        mark([one for one in people_of(stage.others.all()) if one.pk not in shared], OF_OTHERS)
        visitors = [stage.of_kind(code) for code in ("matched", "former", "unmatched", "participant")]
        found = sings(stage, visitors, OF_OTHERS, PAGES, stage.rows)
        found += sings(stage, visitors, OF_OTHERS, [one for one in PAGES if one.names_a_row], stage.others)
        assert heard(stage, OF_OTHERS, stage.others)
    silent(stage, found, "A peer supporter reads about her own people alone.")


def test_a_former_match_leaves_nothing_behind(stage: Stage) -> None:
    with undone():
        match = Match.objects.select_related("plan", "participant").get(pk=stage.former_match)
        person = Person.objects.get(pk=match.participant_person_id)
        mark([match, match.participant, person, match.plan, *match.visits.all()], OF_BEFORE)
        found = sings(stage, [stage.of_kind("former")], OF_BEFORE, PAGES, stage.rows)
        assert heard(stage, OF_BEFORE, stage.rows)
    silent(stage, found, "When a match ends, it leaves the pages of the peer supporter.")


@pytest.fixture
def without_names(stage: Stage) -> Iterable[None]:
    """North with a canary in every text: one for the team, another for everybody and everything else."""
    with undone():
        of_the_team = Membership.objects.filter(programme=stage.cast.north).team().values_list("person_id", flat=True)
        team = list(Person.objects.filter(pk__in=list(of_the_team)))
        mark([row for row in everything_in(stage.cast.north) if row not in team], OF_ANYBODY)
        mark(team, OF_THE_TEAM)
        period = {"from_on": make.TODAY.replace(year=make.TODAY.year - 1), "to_on": make.TODAY}
        asked: dict[str, Any] = {"audience": "funder", "language": "en", "by": stage.cast.amina, "now": timezone.now()}
        report = render_report(make_report(programme=stage.cast.north, **asked, **period), now=timezone.now())
        kept, stage.rows.report = stage.rows.report, report
        yield
        stage.rows.report = kept


@pytest.mark.parametrize("code", ["evaluator", "steering"])
def test_who_works_with_figures_reads_no_name(code: str, stage: Stage, without_names: None) -> None:
    visitor = stage.of_kind(code)
    own = Person.objects.filter(pk=visitor.member.person_id if visitor.member else 0)
    own.update(first_name="Me", last_name="Myself", email="me@example.org", phone="")
    assert heard(stage, OF_ANYBODY, stage.rows)
    found = sings(stage, [visitor], OF_ANYBODY, PAGES, stage.rows)
    found += sings(stage, [visitor], OF_THE_TEAM, [one for one in PAGES if one.name not in COLLEAGUES], stage.rows)
    silent(stage, found, "Evaluators and the steering group read figures; nobody's name, address, number or notes.")


def test_a_trainer_reads_about_learners_alone(stage: Stage, without_names: None) -> None:
    learners = PeerSupporter.objects.filter(programme=stage.cast.north, status=SupporterStatus.IN_TRAINING)
    mine = {stage.rows.supporter.person_id, *learners.values_list("person_id", flat=True)}
    Person.objects.filter(pk__in=mine).update(first_name="Learner", last_name="Mine", email="", phone="")
    stage.rows.certificate.number = "Mine"
    stage.rows.certificate.save()
    tess = stage.of_kind("trainer")
    found = sings(stage, [tess], OF_ANYBODY, PAGES, stage.rows)
    silent(stage, found, "A trainer reads about those in training and those she certified herself.")
    with undone():
        shown = text_of(tess.open(url_of(next(one for one in PAGES if one.name == "training:training"), stage.rows)))
    assert "Learner Mine" in shown
    assert tess.member
    assert tess.member.roles == {Role.TRAINER}
