"""Codes as sentences, and free text as topics."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from matching.services.topics import TOPIC_CODES, topics_in
from matching.services.wording import advice_sentence, excluded_words, listed, reason_sentences


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("debts and letters", {"debt", "services"}),
        ("knows debt counselling", {"debt"}),
        ("divorce and a lawyer; learn Dutch", {"law", "language"}),
        ("find a GP", {"health"}),
        ("Schulden en huisvesting", {"housing"}),
        ("schulden, uitkering aanvragen", {"debt", "services"}),
        ("l'école des enfants, mon médecin", {"children", "health"}),
        ("", set()),
    ],
)
def test_topics_are_read_from_words_in_three_languages(text: str, topics: set[str]) -> None:
    mask = topics_in(text)
    found = {code for bit, code in enumerate(TOPIC_CODES) if mask >> bit & 1}
    assert topics <= found
    assert bool(found) == bool(topics)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ((True, "languages", {"languages": ["ar", "nl"]}), "Both speak Arabic and Dutch."),
        ((True, "times", {"slots": [11, 4, 0]}), "Both are free on Thursday evening and two other times."),
        ((True, "times", {"slots": [4, 11]}), "Both are free on Tuesday afternoon and Thursday evening."),
        ((True, "near", {"minutes": 12}), "About 12 minutes away by bicycle."),
        ((True, "near", {"minutes": 0}), "They live in the same neighbourhood."),
        (
            (True, "topics", {"topics": ["debt", "health"]}),
            "The peer supporter can help with what is asked: debts and health.",
        ),
        ((True, "experience", {"topics": ["work"]}), "The peer supporter knows this from life: work."),
        (
            (False, "no_topics", {"topics": ["debt"]}),
            "Help is asked with debts; of that nothing is written down for the peer supporter.",
        ),
        ((True, "age", {"wish": "older"}), "The peer supporter is older, as wished."),
        ((True, "gender", {"wish": "woman"}), "The peer supporter is a woman, as wished."),
        ((True, "room", {"free": 2, "of": 3}), "The peer supporter has two free places."),
        ((True, "room", {"free": 1, "of": 3}), "The peer supporter has a free place."),
        ((False, "few_times", {"slots": [4]}), "Only one free time suits both: Tuesday afternoon."),
        (
            (False, "few_times", {"slots": [4, 5]}),
            "Only two free times suit both: Tuesday afternoon and Tuesday evening.",
        ),
        ((False, "far", {"minutes": 38}), "The way takes about 38 minutes by bicycle."),
        ((True, "near", {"minutes": 12, "mode": ""}), "About 12 minutes away, counted by bicycle."),
        ((False, "far", {"minutes": 38, "mode": ""}), "Counted by bicycle the way takes about 38 minutes."),
        ((True, "near", {"minutes": 3, "mode": "car"}), "About 3 minutes away by car."),
        ((False, "one_language", {"languages": ["nl"]}), "Beside Dutch they have no language in common."),
        ((False, "age", {"wish": "younger"}), "A younger peer supporter was wished for."),
        ((False, "last_room", {"of": 3}), "It is the peer supporter's last free place."),
        ((False, "unknown", {"what": ["times", "gender"]}), "Not known yet: free times and gender."),
    ],
)
def test_each_reason_is_a_sentence(reason: tuple[bool, str, dict[str, Any]], sentence: str) -> None:
    side, code, params = reason
    with translation.override("en"):
        sentences = reason_sentences([{"for": side, "code": code, "params": params}])
    assert sentences["for" if side else "against"] == [sentence]


def test_a_code_of_a_later_version_is_left_out() -> None:
    assert reason_sentences([{"for": True, "code": "stars", "params": {}}]) == {"for": [], "against": []}


def test_the_most_frequent_obstacle_comes_first() -> None:
    assert excluded_words({"full": 3, "language": 6, "distance": 2}) == "no common language 6, full 3, too far 2"


def test_advice_is_a_whole_sentence() -> None:
    assert advice_sentence("distance", 1).endswith(": one more peer supporter would come into question.")
    assert advice_sentence("", 0).startswith("No single change helps.")
    assert advice_sentence("", 0, possible=2).startswith("There are candidates.")


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_listed_as_one_says_them(words: list[str], text: str) -> None:
    assert listed(words) == text
