"""Scores against the published keys; answers by item code; the missing rule."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from evaluation.instruments import (
    GOAL,
    INSTRUMENTS,
    LADDER,
    LONELINESS,
    UnknownInstrumentError,
    WrongAnswerError,
    in_order,
    instrument_named,
    score,
)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [([1, 1, 1], 3), ([2, 2, 2], 6), ([3, 2, 1], 6), ([3, 3, 3], 9), ([2, None, 3], None)],
)
def test_loneliness(answers: list[int | None], expected: int | None) -> None:
    assert score(LONELINESS, answers).score == expected


def test_the_missing_answers_are_counted() -> None:
    found = score(LONELINESS, [2, None, 3])
    assert (found.n_answered, found.n_items, found.prorated) == (2, 3, False)


def test_ladder_and_goal_are_their_one_answer() -> None:
    assert [score(LADDER, [rung]).score for rung in (1, 6)] == [1, 6]
    assert score(LADDER, [None]).score is None
    assert score(GOAL, [0]).score == 0


def test_every_instrument_says_what_it_is() -> None:
    for instrument in INSTRUMENTS.values():
        assert all(code.startswith(f"{instrument.code}_") for code in instrument.item_codes)
        lowest = sum(item.answers[0][0] for item in instrument.items)
        highest = sum(item.answers[-1][0] for item in instrument.items)
        assert (lowest, highest) == (instrument.low, instrument.high)
        assert instrument.licence


def test_answers_are_found_by_code_and_not_by_place() -> None:
    assert in_order(LONELINESS, {"ucla3_3": 3, "ucla3_1": 1}) == [1, None, 3]


@pytest.mark.parametrize(
    "answers", [{"ucla3_4": 1}, {"ucla3_1": 0}, {"ucla3_1": 4}, {"ucla3_1": True}, {"ucla3_1": 2.0}, {"ladder_1": 1}]
)
def test_what_is_not_offered_is_refused(answers: dict[str, int | None]) -> None:
    with pytest.raises(WrongAnswerError):
        in_order(LONELINESS, answers)


def test_an_unknown_questionnaire_names_those_there_are() -> None:
    with pytest.raises(UnknownInstrumentError, match="ladder, ucla3, goal"):
        instrument_named("rses")


def scored(*arguments: str) -> dict[str, object]:
    out = StringIO()
    call_command("score", *arguments, "--json", stdout=out)
    answer: dict[str, object] = json.loads(out.getvalue())
    return answer


def test_the_command_scores() -> None:
    assert scored("ucla3", "--answers", '{"ucla3_1": 3, "ucla3_2": 2, "ucla3_3": 1}') == {
        "score": 6.0,
        "subscales": {},
        "n_answered": 3,
        "n_items": 3,
        "prorated": False,
        "band": None,
    }
    assert scored("ladder", "--answers", '{"ladder_1": null}')["score"] is None


@pytest.mark.parametrize(
    ("code", "answers"),
    [("ucla3", "{"), ("ucla3", "[1]"), ("nothing", "{}"), ("ucla3", '{"ucla3_9": 1}'), ("ucla3", '{"ucla3_1": 7}')],
)
def test_bad_input_ends_with_2_and_one_line(code: str, answers: str) -> None:
    with pytest.raises(CommandError) as failure:
        call_command("score", code, "--answers", answers)
    assert failure.value.returncode == 2
    assert "\n" not in str(failure.value)
