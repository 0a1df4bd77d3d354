"""Generated programmes obey the rules of real ones: every due date is the taper's, every step has its review."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F

from matching import taper
from matching.choices import BY_PARTICIPANT, MatchStatus, Outcome
from matching.models import Match, Pause, Segment, Visit
from matching.services import sweep
from peerhub.home.generating import COPIED, Generated, generate_matches, generate_waiting
from peerhub.home.generating.copying import copy
from peerhub.home.generating.programmes import _live, _new_programme, _stage
from peerhub.lib.keyring import unlock
from peerhub.lib.member import Member
from peerhub.people.models import Person, User
from programmes.models import Membership, Place, Programme
from recruitment.choices import ParticipantStatus
from recruitment.models import Participant, PeerSupporter
from tests import factories as make
from tests.cast import assemble, member
from tests.sight import see_everything
from training.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(now: datetime) -> Generated:
    return generate_matches(programmes=2, matches=151, weeks=45, seed=1, now=now)


def run(*args: str) -> dict[str, Any]:
    out = StringIO()
    call_command("generate", *args, "--json", stdout=out)
    see_everything()
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def due_by_the_rules(match: Match) -> date | None:
    """The open due date, worked out again from the visits as they stand."""
    parts = [taper.Segment(part.starts_on, part.interval) for part in match.plan.segments.all()]
    due: date | None = match.started_on
    for visit in match.visits.order_by("occurred_on", "pk"):
        assert visit.due_on == due
        if visit.outcome == Outcome.HELD:
            due = taper.next_due(parts, match.plan.ends_on, visit.occurred_on)
        elif visit.outcome in BY_PARTICIPANT:
            due = taper.due_after_missed(parts, match.plan.ends_on, visit.occurred_on, match.plan.rules)
    return due


def test_counts_are_what_was_asked_for(made: Generated) -> None:
    assert made.slugs == ["generated-1", "generated-2"]
    assert made.matches == Match.objects.count() == 151
    assert made.visits == Visit.objects.count() > 151 * 15
    assert made.supporters == PeerSupporter.objects.count() == Certificate.objects.valid().count()
    assert made.participants == Participant.objects.count() == 151 + 14
    assert [programme.matches.count() for programme in Programme.objects.order_by("pk")] == [76, 75]


def test_every_due_date_is_the_tapers(made: Generated) -> None:
    for match in Match.objects.filter(plan__isnull=False).select_related("plan"):
        due = due_by_the_rules(match)
        if match.status == MatchStatus.PAUSED:
            assert Pause.objects.get(match=match).due_before == due
            assert match.next_due_on is None
        elif match.status == MatchStatus.ACTIVE:
            assert match.next_due_on == due
        held = [visit.occurred_on for visit in match.visits.all() if visit.outcome == Outcome.HELD]
        assert (match.started_on, match.last_held_on) == (min(held), max(held))
        assert match.interval == match.plan.segments.latest("starts_on").interval
        assert match.plan.ends_on == taper.plan_end(match.plan.starts_on, match.plan.rules)


def test_every_step_has_a_review_that_allows_it(made: Generated) -> None:
    steps = Segment.objects.filter(reason="step_down").select_related("review")
    assert steps.count() > 50
    for step in steps:
        assert step.review
        assert step.review.decision == "step_down"
        assert step.review.held_on <= step.starts_on == step.review.gate_on


def test_everything_that_life_brings_is_there(made: Generated, now: datetime) -> None:
    today = make.TODAY
    assert set(Match.objects.values_list("status", flat=True)) == {"proposed", "agreed", "active", "paused", "closed"}
    assert Match.objects.overdue(today).exists()
    assert Match.objects.review_due(today).exists()
    assert not Visit.objects.filter(occurred_on__gt=today).exists()
    assert set(Visit.objects.values_list("outcome", flat=True)) == set(Outcome.values) - {Outcome.WITHDRAWN}
    assert Membership.objects.filter(role="peer_supporter").count() == made.supporters
    assert max(PeerSupporter.objects.annotate(people=Count("matches")).values_list("people", flat=True)) == 3
    assert not Person.objects.exclude(postcode__in=Place.objects.values("postcode")).exists()


def test_two_who_are_matched_share_a_language(made: Generated) -> None:
    for match in Match.objects.select_related("participant_person", "supporter_person"):
        assert set(match.participant_person.languages) & set(match.supporter_person.languages)


def test_the_sweep_finds_no_step_that_was_forgotten(made: Generated, now: datetime) -> None:
    first = sweep(now=now)
    assert (first.step_downs, first.holds, first.resumed) == (0, 0, 0)
    assert first.overdue > 0
    again = sweep(now=now)
    assert (again.reminders, again.overdue_told, again.reviews, again.ended) == (0, 0, 0, 0)


def test_programmes_stay_apart(made: Generated) -> None:
    for pair in ("supporter__programme_id", "participant__programme_id", "participant_person__programme_id"):
        assert not Match.objects.exclude(**{pair: F("programme_id")}).exists()
    coordinator = Membership.objects.filter(role="coordinator", programme__slug="generated-2").first()
    assert coordinator
    amina: Member = member(coordinator)
    assert Match.objects.visible_to(amina).count() == 75


def test_the_same_seed_makes_the_same_people_in_the_next_free_programme(now: datetime) -> None:
    def names(slug: str) -> list[tuple[str, str]]:
        programme = Programme.objects.get(slug=slug)
        return list(
            Person.objects.filter(programme_id=programme.pk).order_by("pk").values_list("first_name", "last_name")
        )

    first = generate_waiting(programmes=1, supporters=5, participants=9, seed=3, now=now)
    kept = names("generated-1")
    Programme.objects.filter(slug="generated-1").update(slug="kept", name="Kept")
    second = generate_waiting(programmes=1, supporters=5, participants=9, seed=3, now=now)
    assert first.slugs == second.slugs == ["generated-1"]
    assert names("generated-1") == kept
    third = generate_waiting(programmes=1, supporters=5, participants=9, seed=3, now=now)
    assert third.slugs == ["generated-2"]
    assert names("generated-2") != kept


def test_waiting_list() -> None:
    answer = run("--supporters", "30", "--participants", "70", "--seed", "2")
    assert (answer["supporters"], answer["participants"], answer["matches"], answer["visits"]) == (30, 70, 0, 0)
    assert Participant.objects.filter(status=ParticipantStatus.WAITING).count() == 70
    assert PeerSupporter.objects.active().count() == 30


@pytest.mark.parametrize("weeks", [1, 2, 104])
def test_few_and_many_weeks(weeks: int, now: datetime) -> None:
    answer = run("--programmes", "1", "--matches", "40", "--weeks", str(weeks))
    assert answer["matches"] == 40
    oldest = Match.objects.exclude(started_on=None).order_by("started_on").first()
    assert oldest
    assert oldest.started_on
    assert timedelta(0) <= make.TODAY - oldest.started_on <= timedelta(weeks=weeks)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "Give --matches"),
        (("--matches", "5", "--supporters", "5"), "Give --matches"),
        (("--matches", "-1"), "0 or more"),
        (("--matches", "5", "--weeks", "0"), "from 1 to 104"),
        (("--matches", "5", "--programmes", "0"), "at least 1"),
    ],
)
def test_bad_input_makes_nothing(args: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words) as error:
        run(*args)
    assert error.value.returncode == 2
    assert not Programme.objects.exists()


def test_not_beside_real_people_without_being_told(settings: Any) -> None:
    settings.HTTPS, settings.DEMO = True, False
    run("--matches", "1")
    Programme.objects.update(slug="north", name="North")
    with pytest.raises(CommandError, match="real people"):
        run("--matches", "1")
    assert run("--matches", "1", "--yes")["slugs"] == ["generated-1"]


# -- More than is lived through one by one ----------------------------------------------------------------------------


@pytest.fixture
def few_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty matches live; all others copy them, fifty at a time."""
    monkeypatch.setattr("peerhub.home.generating.programmes.LIVED", 30)
    monkeypatch.setattr("peerhub.home.generating.copying.AT_ONCE", 60)


@pytest.fixture
def copied(few_lives: None, now: datetime) -> Generated:
    return generate_matches(programmes=1, matches=217, weeks=45, seed=4, now=now)


def test_copies_are_counted_and_obey_the_same_rules(copied: Generated, now: datetime) -> None:
    assert (copied.matches, copied.visits) == (Match.objects.count(), Visit.objects.count())
    assert (copied.matches, copied.participants) == (217, Participant.objects.count())
    assert copied.supporters == PeerSupporter.objects.count() == Certificate.objects.valid().count()
    test_every_due_date_is_the_tapers(copied)
    test_every_step_has_a_review_that_allows_it(copied)
    test_two_who_are_matched_share_a_language(copied)
    test_the_sweep_finds_no_step_that_was_forgotten(copied, now)
    assert not Person.objects.exclude(postcode__in=Place.objects.values("postcode")).exists()


def test_copies_are_other_people(copied: Generated) -> None:
    names = set(Person.objects.values_list("first_name", "last_name"))
    assert len(names) > Person.objects.count() * 0.8
    assert Person.objects.values("email").distinct().count() == Person.objects.count()
    for person in Person.objects.filter(user__isnull=False).select_related("user"):
        assert person.user
        assert person.user.email == person.email == f"{person.first_name.lower()}.{person.pk}@example.org"


def test_a_copied_worry_can_be_read(few_lives: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("peerhub.home.generating.matches.CONCERN", 0.2)
    generate_matches(programmes=1, matches=90, weeks=10, seed=4, now=now)
    worried = Visit.objects.filter(has_concern=True)
    assert worried.values("match").distinct().count() > 30
    for visit in worried:
        assert unlock(visit.concern, place=visit.concern_place).startswith("Seems very tired")


def test_a_row_of_another_programme_between_ours_is_not_copied(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("peerhub.home.generating.matches.CONCERN", 0.2)
    stage = _stage(_new_programme(), now, 4)
    stage.forget()
    for numbers in stage.numbers.values():
        numbers.ahead = 1  # as at the border between two packs of keys
    _live(stage, 20, 30)
    cast = assemble()
    make.a_visit(cast.match, make.TODAY, has_concern=True, concern="")
    _live(stage, 20, 30)
    numbers, theirs = stage.numbers[Match], Match.objects.get(programme=cast.north)
    assert numbers.low < theirs.pk < numbers.high
    here = {model: model._default_manager.filter(programme_id=stage.programme.pk) for model in COPIED[1:]}
    others = {model: model._default_manager.exclude(programme_id=stage.programme.pk) for model in COPIED[1:]}
    before = {model: (here[model].count(), others[model].count()) for model in here}
    logins = User.objects.filter(people__programme_id=stage.programme.pk)
    strangers = User.objects.count() - logins.count()
    copy(stage, 1)
    for model, (own, foreign) in before.items():
        assert (model, others[model].count()) == (model, foreign)
        assert here[model].count() > own
    assert User.objects.count() - logins.count() == strangers
