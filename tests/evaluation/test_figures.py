"""The figures against a small programme counted by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from evaluation.frames import load, sheets_of
from evaluation.models import Response
from evaluation.reports.funder import gather
from evaluation.reports.shape import Figure, Gathered, Period
from evaluation.reports.words import buckets, number, signed
from matching.choices import MatchStatus, Outcome
from matching.models import Match, Pause, Review, Segment, Visit
from peerhub.people.models import Consent
from programmes.models import Programme
from recruitment.models import Participant
from supervision.models import FollowUp, SupervisionSession
from tests import factories as make

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
PERIOD = Period(FIRST, LAST)


@pytest.fixture
def north() -> Programme:
    """Small enough to count, with the lowest limit for hiding so that one sees the numbers."""
    return make.a_programme("north", suppress_below=3)


def figures(programme: Programme, period: Period = PERIOD) -> dict[str, Figure]:
    return gather(programme, period, as_of=LAST).figures


def gathered(programme: Programme) -> Gathered:
    return gather(programme, PERIOD, as_of=LAST)


def begun(programme: Programme, started_on: date, **more: object) -> Match:
    """A match without more than its first visit."""
    participant = make.a_participant(programme, registered_on=started_on - timedelta(days=30))
    supporter = make.a_supporter(programme, started_on=started_on - timedelta(days=100))
    return make.a_match(programme, supporter, participant, started_on=started_on, **more)


def test_visits_and_hours_count_both_edges_of_the_period(north: Programme) -> None:
    match = begun(north, date(2025, 12, 25))
    for on, minutes in ((FIRST, 90), (LAST, 30), (LAST + timedelta(days=1), 60), (FIRST - timedelta(days=1), 60)):
        make.a_visit(match, on, minutes=minutes)
    make.a_visit(match, date(2026, 2, 1), Outcome.MISSED)
    found = figures(north)
    assert found["visits_held"].value == 2
    assert found["hours_given"].value == found["support_hours"].value == 2.0
    assert (found["share_held"].value, found["share_held"].n) == (pytest.approx(2 / 3), 3)


def test_the_promise_follows_frequency_pauses_and_end(north: Programme) -> None:
    match = begun(north, date(2025, 12, 4))
    review = Review.objects.create(
        programme=north, match=match, held_on=date(2026, 3, 1), decision="step_down", request_allows=True,
        recorded_at=datetime.fromisoformat("2026-03-01T12:00+00:00"),
    )  # fmt: skip
    Segment.objects.create(
        programme=north, plan=match.plan, starts_on=date(2026, 3, 5), interval=14, reason="step_down", review=review,
        allows_decrease=True,
    )  # fmt: skip
    assert figures(north)["visits_planned"].value == round(63 / 7 + 118 / 14)
    Pause.objects.create(
        programme=north, match=match, starts_on=date(2026, 1, 8), expected_on=date(2026, 1, 29),
        resumed_on=date(2026, 1, 29), reason="holiday",
    )  # fmt: skip
    assert figures(north)["visits_planned"].value == round((63 - 21) / 7 + 118 / 14)
    Match.objects.filter(pk=match.pk).update(
        status=MatchStatus.CLOSED, ended_on=date(2026, 3, 5), end_reason="moved", no_talk_reason="x", next_due_on=None
    )
    assert figures(north)["visits_planned"].value == (63 - 21) / 7
    assert "6 visits" in str(figures(north)["visits_held"].standard)


def test_a_visit_belongs_to_the_frequency_of_its_day(north: Programme) -> None:
    match = begun(north, date(2026, 1, 5))
    Segment.objects.create(programme=north, plan=match.plan, starts_on=date(2026, 4, 5), interval=7, reason="hold")
    Visit.objects.filter(match=match).update(occurred_on=date(2026, 1, 4))
    make.a_visit(match, date(2026, 4, 5))
    picture = gathered(north).chapters[1].pictures[0]
    assert [label for label, _values in picture.series] == ["weekly"]
    assert picture.series[0][1] == (1, 0, 0, 1, 0, 0)
    assert picture.table.rows[0] == ("January 2026", "1", "1")


def test_people_waiting_and_for_how_long(north: Programme) -> None:
    make.a_participant(north, registered_on=date(2026, 6, 20))
    make.a_participant(north, registered_on=date(2026, 5, 31))
    make.a_participant(north, registered_on=LAST + timedelta(days=1))
    make.a_participant(north, registered_on=date(2026, 1, 1), status="closed", closed_on=date(2026, 6, 30))
    again = begun(north, date(2026, 1, 10))
    Match.objects.filter(pk=again.pk).update(
        status=MatchStatus.CLOSED,
        ended_on=date(2026, 6, 25),
        end_reason="no_click",
        no_talk_reason="x",
        next_due_on=None,
    )
    begun(north, date(2026, 5, 1))
    found = figures(north)
    assert found["waiting"].value == 3
    assert found["days_waiting"].value == 10, "5, 10 and 30 days"
    assert found["registered"].value == 4


def test_peer_supporters_on_the_last_day(north: Programme) -> None:
    make.a_supporter(north, started_on=date(2025, 3, 1))
    make.a_supporter(north, started_on=date(2026, 2, 1), status="paused")
    make.a_supporter(north, started_on=date(2026, 3, 1))
    make.a_supporter(north, started_on=date(2026, 3, 1), status="in_training")
    make.a_supporter(north, started_on=LAST + timedelta(days=1))
    stopped = make.a_supporter(north, started_on=date(2026, 1, 1))
    stopped.status, stopped.ended_on = "ended", LAST
    stopped.save()
    found = figures(north)
    assert found["supporters_active"].value == 3
    assert found["certified"].value == 3


def test_how_long_matches_lasted(north: Programme) -> None:
    for ended_on, reason in ((None, ""), (date(2026, 3, 5), "year_completed"), (date(2025, 9, 1), "moved"), (None, "")):
        match = begun(north, date(2025, 3, 10))
        if ended_on:
            Match.objects.filter(pk=match.pk).update(
                status=MatchStatus.CLOSED, ended_on=ended_on, end_reason=reason, no_talk_reason="x", next_due_on=None
            )
    half = [begun(north, date(2025, 8, day)) for day in (1, 2, 3, 31)]
    Match.objects.filter(pk=half[0].pk).update(
        status=MatchStatus.CLOSED, ended_on=date(2026, 2, 1), end_reason="moved", no_talk_reason="x", next_due_on=None
    )
    Match.objects.filter(pk=half[1].pk).update(
        status=MatchStatus.CLOSED, ended_on=date(2026, 2, 3), end_reason="moved", no_talk_reason="x", next_due_on=None
    )
    north.suppress_below = 1
    found = figures(north)
    assert (found["reached_year"].value, found["reached_year"].n) == (0.75, 4)
    assert (found["running_at_6_months"].value, found["running_at_6_months"].n) == (0.75, 4)
    assert found["running_at_6_months"].low == pytest.approx(0.3006, abs=1e-4)
    assert found["matches_closed"].value == 3


def test_worries_and_supervision(north: Programme) -> None:
    match = begun(north, date(2026, 1, 5))
    person = make.a_person(north)
    for day, days in ((6, 0), (13, 2), (20, 4), (27, None)):
        noon = datetime.fromisoformat(f"2026-01-{day:02}T12:00+00:00")
        visit = make.a_visit(match, date(2026, 1, day), has_concern=True)
        Visit.objects.filter(pk=visit.pk).update(recorded_at=noon)
        if days is not None:
            FollowUp.objects.create(
                programme=north, visit=visit, taken_up_by=person, taken_up_at=noon + timedelta(days=days)
            )
    session = SupervisionSession.objects.create(
        programme=north, kind="intervision", held_on=date(2026, 2, 2), led_by=person
    )
    session.supporters.add(match.supporter, make.a_supporter(north), through_defaults={"programme": north})
    found = figures(north)
    assert found["concerns_raised"].value == 4
    assert (found["concerns_followed"].value, found["concerns_followed"].n) == (pytest.approx(3 / 4), 4)
    assert found["concern_days"].value == 2
    assert found["supervision_sessions"].value == 1


def answered(match: Match, instrument: str, *sheets: tuple[date, list[int | None]]) -> None:
    for wave, (on, answers) in zip(("start", "middle", "end"), sheets, strict=False):
        Response.objects.create(
            programme_id=match.programme_id, participant=match.participant, instrument=instrument, wave=wave,
            answered_on=on, answers=answers,
        )  # fmt: skip


def test_change_compares_the_first_with_the_last_of_the_same_people(north: Programme) -> None:
    start, later, too_late = date(2026, 1, 8), date(2026, 6, 1), LAST + timedelta(days=1)
    rungs = [(1, 2), (2, 2), (2, 4), (3, 5)]
    matches = [begun(north, date(2026, 1, 5)) for _number in range(6)]
    for match, (first, last) in zip(matches, rungs, strict=False):
        answered(match, "ladder", (start, [first]), (date(2026, 3, 1), [first]), (later, [last]))
    answered(matches[4], "ladder", (start, [1]), (too_late, [6]))
    answered(matches[0], "ucla3", (start, [3, 3, 3]), (later, [2, None, 1]))
    stranger = begun(north, date(2026, 7, 20))
    answered(stranger, "ladder", (start, [1]), (later, [6]))
    found = figures(north)
    assert (found["ladder_response"].value, found["ladder_response"].missing) == (pytest.approx(4 / 6), 2)
    assert (found["ladder_change"].value, found["ladder_change"].n) == (1.25, 4)
    assert found["ladder_change"].low == pytest.approx(1.25 - 3.182446 * 0.9574271 / 2, abs=1e-5)
    assert found["ladder_climbed"].suppressed, "one of four did not climb: a rest of one gives him away"
    assert found["loneliness_change"].n == 0, "an open question leaves no score, so there is no pair"


def test_nothing_at_all_is_said_in_words(north: Programme) -> None:
    report = gathered(north)
    said = [sentence for chapter in report.chapters for sentence in chapter.sentences]
    assert "No visits were logged in this period." in said
    assert "Nobody was visited in this period." in said
    assert "Nobody was rated twice on the participation ladder." in said
    assert all(figure.value in (0, None) for figure in report.figures.values())
    assert not any(figure.suppressed for figure in report.figures.values())


def test_reasons_are_hidden_together(north: Programme) -> None:
    north.suppress_below = 5
    for reason in ["goals_reached"] * 12 + ["moved"] * 3 + ["no_click"] * 9:
        match = begun(north, date(2025, 11, 1))
        Match.objects.filter(pk=match.pk).update(
            status=MatchStatus.CLOSED,
            ended_on=date(2026, 2, 1),
            end_reason=reason,
            no_talk_reason="x",
            next_due_on=None,
        )
    table = next(table for table in gathered(north).chapters[2].tables if table.code == "end_reasons")
    assert dict(table.rows) == {"goals reached": "12", "no click": "*", "moved away": "<5", "Together": "24"}


def test_languages_that_few_speak_are_put_together(north: Programme) -> None:
    north.suppress_below = 5
    for languages in [["ar"]] * 6 + [["ti", "so"]] * 2:
        make.a_participant(north, registered_on=FIRST, languages=languages)
    table = gathered(north).chapters[0].tables[0]
    assert table.rows == (("Arabic", "6", "0"), ("other languages", "<5", "0"))


def test_frames_hold_no_names(north: Programme) -> None:
    begun(north, date(2026, 1, 5))
    frames = load(north, PERIOD, as_of=PERIOD.to_on)
    columns = {column for name in frames.__slots__ if name != "reminders" for column in getattr(frames, name).columns}
    assert not columns & {"first_name", "last_name", "name", "email", "phone", "note", "concern", "person", "postcode"}


def test_answers_without_a_yes_that_counts_are_left_out(north: Programme) -> None:
    answered = [begun(north, date(2026, 1, 5)).participant for _number in range(5)]
    for one in answered:
        Response.objects.create(
            programme=north,
            participant=one,
            instrument="ladder",
            wave="start",
            answered_on=date(2026, 1, 6),
            answers=[2],
        )
    withdrawn, refused, never, outside = answered[1:]
    asked = Consent.objects.filter(purpose="evaluation")
    asked.filter(person=withdrawn.person).update(withdrawn_on=make.TODAY)
    asked.filter(person=refused.person).update(answer="no")
    asked.filter(person__in=[never.person_id, outside.person_id]).delete()
    Participant.objects.filter(pk=never.pk).update(consent_due_on=PERIOD.to_on)
    counted = {key for key, _sheet in sheets_of(load(north, PERIOD, as_of=PERIOD.to_on), "ladder")}
    assert counted == {answered[0].pk, never.pk}, "her own yes, and whoever may still be asked"
    frames = load(north, PERIOD, as_of=PERIOD.to_on)
    assert len(frames.participants) == len(answered), "how many are supported does not depend on it"


def test_another_programme_is_not_counted(north: Programme) -> None:
    begun(make.a_programme("south"), date(2026, 1, 5))
    assert all(figure.value in (0, None) for figure in figures(north).values())


@pytest.mark.parametrize(
    ("until", "letter", "columns"),
    [(date(2026, 6, 30), "M", 6), (date(2028, 6, 30), "Q", 10), (date(2035, 1, 1), "Y", 10)],
)
def test_long_periods_get_wider_columns(until: date, letter: str, columns: int) -> None:
    found, names = buckets(Period(FIRST, until))
    assert (found, len(names)) == (letter, columns)


def test_halves_are_rounded_up_and_signs_stand_out() -> None:
    assert [number(value, 1) for value in (1.15, -2.95, 0.04)] == ["1.2", "−3.0", "0.0"]
    assert [signed(value, 1) for value in (1.15, -0.01, 0.0)] == ["+1.2", "0.0", "0.0"]
    assert number(1234567) == "1,234,567"
