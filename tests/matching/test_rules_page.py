"""How we match: sliders that are slid or typed, tried on the waiting list, saved as a version, used again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from matching.models import MatchingRules, PairingRun
from matching.pairing import WEIGHTS
from matching.services import ask_search, run_search, running, set_rules
from matching.services.proposing import find_pairs
from matching.services.ruling import decided, rules_of
from matching.services.trying import try_rules
from matching.tasks import search_pending
from peerhub.lib.errors import Refused
from peerhub.people.models import StateChange
from programmes.models import Place, Programme
from tests import factories as make
from tests.cast import Cast
from tests.matching.pages import Login, text
from tests.sight import WALLS

pytestmark = pytest.mark.django_db
RULES_QUERIES = 9
AGAIN_QUERIES = 17
URL = reverse("matching:rules", args=["north"])


def typed(**changes: Any) -> dict[str, Any]:
    """What a browser without a script sends: each slider, the number beside it, and what stood there."""
    data: dict[str, Any] = {"language_level": "little", "vetting_for": "nobody", "waiting_first": "on", "seen": "0"}
    for name, points in WEIGHTS.items():
        data |= {f"weight_{name}": points, f"weight_{name}_number": points, f"weight_{name}_was": points}
    data |= {f"every_{days}": weight for days, weight in (("7", 100), ("14", 60), ("21", 40), ("28", 30))}
    return data | changes


def near_or_at_times(programme: Programme) -> None:
    """One who waits, and two who could support: one lives near, the other shares more free times."""
    for postcode, north in (("1000", 52.0), ("2000", 52.03)):
        here = {"name": postcode, "latitude": north, "longitude": 4.3}
        Place.objects.get_or_create(organisation=programme.organisation, postcode=postcode, defaults=here)
    make.a_supporter(programme, "Nearby", languages=["so"], available=[4], postcode="1000", max_travel_minutes=60)
    make.a_supporter(programme, "Timely", languages=["so"], available=[4, 5, 6, 7], postcode="2000",
                     max_travel_minutes=60)  # fmt: skip
    make.a_participant(programme, "Hodan", languages=["so"], available=[4, 5, 6, 7], postcode="1000")


# -- Looking -------------------------------------------------------------------------------------------------------


def test_the_page_shows_each_criterion_with_a_sentence_and_what_always_holds(browser: Client) -> None:
    page = text(browser.get(URL))
    for name, points in WEIGHTS.items():
        assert f'type="range" name="weight_{name}" min="0" max="100" step="1" value="{points}"' in page
        assert f'for="id_weight_{name}"' in page
        assert f'aria-describedby="id_weight_{name}_helptext"' in page
        assert f'id="id_weight_{name}_helptext"' in page
        assert f'for="id_weight_{name}_number"' in page
    assert "Both speak a common language." in page
    assert "The usual rules hold" in page


@pytest.mark.parametrize("size", [1, 3])
def test_rules_take_a_constant_number_of_queries(
    cast: Cast, browser: Client, now: datetime, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(size):
        set_rules(programme=cast.north, weights={"near": number}, by=cast.amina, now=now)
    with django_assert_num_queries(WALLS + RULES_QUERIES):
        browser.get(URL)


@pytest.mark.parametrize("who", ["ben", "dan", "eva", "tess", "paul", "stef"])
def test_rules_are_for_those_who_propose(cast: Cast, login: Login, now: datetime, who: str) -> None:
    row = set_rules(programme=cast.north, weights={"near": 1}, by=None, now=now)
    browser = login(getattr(cast, who))
    assert browser.get(URL).status_code == 403
    assert browser.post(URL, typed(save="1", reason="x")).status_code == 403
    assert browser.get(reverse("matching:rules_again", args=["north", row.pk])).status_code == 403
    assert rules_of(cast.north) == row


def test_rules_of_another_programme_stay_there(cast: Cast, browser: Client, now: datetime) -> None:
    row = set_rules(programme=cast.south, weights={"near": 1}, by=None, now=now, reason="only in South")
    again = reverse("matching:rules_again", args=["north", row.pk])
    assert browser.get(again).status_code == 404
    assert browser.post(again, {"reason": "x"}).status_code == 404
    assert "only in South" not in text(browser.get(URL))


# -- Sliding and typing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({"weight_near": "60"}, 60),  # the slider alone was moved
        ({"weight_near_number": "60"}, 60),  # the number alone was typed
        ({"weight_near": "60", "weight_near_number": "60"}, 60),  # a script kept them equal
    ],
)
def test_whichever_was_moved_is_saved(cast: Cast, browser: Client, changes: dict[str, str], points: int) -> None:
    answer = browser.post(URL, typed(save="1", reason="long ways fail", **changes))
    assert answer.headers["Location"] == URL
    made = rules_of(cast.north)
    assert (made.version, made.weights["near"], made.reason, made.made_by_id) == (
        1, points, "long ways fail", cast.amina.person_id,
    )  # fmt: skip
    assert StateChange.objects.of(made).get().by_id == cast.amina.person_id


def test_two_different_numbers_are_asked_about_until_they_are_one(cast: Cast, browser: Client) -> None:
    both = {"weight_near": "60", "weight_near_number": "40"}
    page = text(browser.post(URL, typed(save="1", reason="x", **both)))
    assert "The slider says 60 and the field beside it 40." in page
    assert 'name="weight_near_was" value=""' in page
    page = text(browser.post(URL, typed(save="1", reason="x", weight_near_was="", **both)))
    assert "The slider says 60" in page
    assert rules_of(cast.north).version == 0


@pytest.mark.parametrize(
    ("changes", "sentence", "kept"),
    [
        ({"weight_near_number": "250"}, "Give a whole number from 0 to 100.", 'value="250"'),
        ({"weight_near_number": "-3"}, "Give a whole number from 0 to 100.", 'value="-3"'),
        ({"weight_near_number": "--5"}, "Give a whole number from 0 to 100.", 'value="--5"'),
        ({"weight_near_number": "a lot"}, "Give a whole number from 0 to 100.", 'value="a lot"'),
        ({"weight_near_number": ""}, "Give a whole number from 0 to 100.", 'value="15"'),
        ({"weight_near_number": "9" * 400}, "Give a whole number from 0 to 100.", "999"),
        ({"every_14": "0"}, "Give a whole number from 1 to 100.", 'name="every_14" value="0"'),
        ({"every_7": "50"}, "visited less often never takes more", 'name="every_7" value="50"'),
        ({"language_level": "all"}, "Select a valid choice", "because of Hodan"),
        ({"reason": ""}, "Say in a few words why", 'value="15"'),
        (
            {f"weight_{name}_number": "0" for name in WEIGHTS},
            "At least one criterion must count.",
            'name="weight_near" min="0" max="100" step="1" value="0"',
        ),
    ],
)
def test_nonsense_is_refused_and_what_was_typed_stays(
    cast: Cast, browser: Client, changes: dict[str, str], sentence: str, kept: str
) -> None:
    usual = {"reason": "because of Hodan", "weight_skills_number": "15"}
    page = text(browser.post(URL, typed(save="1", **{**usual, **changes})))
    assert sentence in page
    assert kept in page
    assert rules_of(cast.north).version == 0


def test_a_number_that_was_too_large_can_be_mended_without_a_script(cast: Cast, browser: Client) -> None:
    page = text(browser.post(URL, typed(save="1", reason="x", weight_near_number="250")))
    assert 'name="weight_near_was" value="100"' in page
    mended = {"weight_near": "100", "weight_near_number": "50", "weight_near_was": "100"}
    browser.post(URL, typed(save="1", reason="x", **mended))
    assert rules_of(cast.north).weights["near"] == 50


def test_sent_twice_is_one_version(cast: Cast, browser: Client) -> None:
    browser.post(URL, typed(save="1", reason="x", weight_near="60"))
    page = text(browser.post(URL, typed(save="1", reason="x", weight_near="60"), follow=True))
    assert "Saved as version 1." in page
    assert "already" in text(browser.post(URL, typed(save="1", reason="x", weight_near="60", seen="1")))
    assert MatchingRules.objects.filter(programme=cast.north).count() == 1


def test_what_somebody_else_saved_meanwhile_is_not_taken_back(cast: Cast, browser: Client, now: datetime) -> None:
    set_rules(programme=cast.north, weights={"near": 60}, by=None, now=now, reason="x")
    page = text(browser.post(URL, typed(save="1", reason="x", weight_near="60")))
    assert "Somebody changed the rules meanwhile" in page
    assert 'value="60"' in page
    browser.post(URL, typed(save="1", reason="mine", weight_near="70", seen="1"))
    for other in ({"reason": "another"}, {"weight_near": "71"}):  # hers, but not the same again
        again = typed(**{"save": "1", "reason": "mine", "weight_near": "70", "seen": "1", **other})
        assert "Somebody changed the rules meanwhile" in text(browser.post(URL, again))
    assert rules_of(cast.north).version == 2


# -- Trying --------------------------------------------------------------------------------------------------------


def test_trying_says_what_a_search_by_these_rules_would_find(cast: Cast, browser: Client, now: datetime) -> None:
    near_or_at_times(cast.north)
    before = find_pairs(programme=cast.north, now=now)
    page = text(browser.post(URL, typed(**{"try": "1"}, weight_near="100", weight_times="0")))
    assert "With these rules 1 of the 1 best pair would change" in page
    assert 'value="100"' in page
    assert rules_of(cast.north).version == 0
    assert not PairingRun.objects.exists()
    row = page[page.index("By these rules</th>") :]
    assert row.index("Timely") < row.index("Nearby")

    set_rules(programme=cast.north, weights={"near": 100, "times": 0}, by=cast.amina, now=now)
    after = find_pairs(programme=cast.north, now=now)
    assert [one.supporter for one in before.matched] != [one.supporter for one in after.matched]


def test_trying_needs_no_reason_and_names_what_stays(cast: Cast, browser: Client) -> None:
    make.a_supporter(cast.north, languages=["so"], available=[4])
    make.a_participant(cast.north, languages=["so"], available=[4])
    page = text(browser.post(URL, typed(**{"try": "1"}, weight_near="100")))
    assert "The best pair of today stays as it is" in page
    assert "These are the rules already" in text(browser.post(URL, typed(**{"try": "1"})))


def test_nobody_to_compare_is_said(browser: Client) -> None:
    assert "There is no pair to compare" in text(browser.post(URL, typed(**{"try": "1"}, weight_near="100")))


def test_other_rules_change_only_the_pairs_they_make_better_or_worse(cast: Cast) -> None:
    """Twenty who are all alike: which of them get the five places is drawn by lot, and the lots stay the same."""
    for _one in range(5):
        make.a_supporter(cast.north, languages=["so"], available=[4], max_matches=1)
    for _one in range(20):
        make.a_participant(cast.north, languages=["so"], available=[4])
    asked = {**decided(rules_of(cast.north)), "weights": {**WEIGHTS, "interests": 40}}
    effect = try_rules(programme=cast.north, today=make.TODAY, **asked)
    assert (effect.pairs, effect.matched, effect.changed, effect.touched) == (5, 5, 0, 0)


def test_other_weights_of_places_are_tried_with_the_places_they_leave(cast: Cast) -> None:
    supporter = make.a_supporter(cast.north, languages=["so"], available=[4], max_matches=1)
    make.a_match(cast.north, supporter, interval=28)
    make.a_participant(cast.north, languages=["so"], available=[4])
    asked = {**decided(rules_of(cast.north)), "caseload": {"7": 100, "14": 60, "21": 40, "28": 1}}
    effect = try_rules(programme=cast.north, today=make.TODAY, **asked)
    assert (effect.pairs, effect.matched) == (0, 0)
    supporter.max_matches = 2
    supporter.save()
    assert try_rules(programme=cast.north, today=make.TODAY, **asked).pairs == 1


def test_where_many_wait_the_worker_tries(cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "QUICK", 0)
    near_or_at_times(cast.north)
    answer = browser.post(URL, typed(**{"try": "1"}, weight_near="100", weight_times="0"))
    there = answer.headers["Location"]
    page = text(browser.get(there))
    assert 'http-equiv="refresh"' in page
    assert "<progress" in page
    assert search_pending() == 1
    page = text(browser.get(there))
    assert "With these rules 1 of the 1 best pair would change" in page
    assert 'name="weight_near" min="0" max="100" step="1" value="100"' in page
    assert "refresh" not in page


def test_a_trial_remembers_what_it_was_made_from_and_why(
    cast: Cast, browser: Client, login: Login, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the worker tries, somebody else saves: an old trial does not take her version back unseen."""
    monkeypatch.setattr(running, "QUICK", 0)
    near_or_at_times(cast.north)
    there = browser.post(URL, typed(**{"try": "1"}, weight_near="100", reason="because SECRETREASON")).headers[
        "Location"
    ]
    set_rules(programme=cast.north, weights={"times": 77}, by=None, now=now)
    assert search_pending() == 1
    page = text(browser.get(there))
    assert 'name="seen" value="0"' in page
    assert 'value="because SECRETREASON"' in page
    saved = browser.post(URL, typed(save="1", reason="because SECRETREASON", weight_near="100"))
    assert "Somebody changed the rules meanwhile" in text(saved)
    assert rules_of(cast.north).weights["times"] == 77
    assert "SECRETREASON" not in str(PairingRun.objects.get().result)
    assert "SECRETREASON" not in text(login(cast.amina).get(there)), "kept where she typed it"


def test_a_trial_of_another_programme_is_not_shown(cast: Cast, browser: Client, now: datetime) -> None:
    run = ask_search(programme=cast.south, by=None, now=now, wants={"effect": decided(rules_of(cast.south))})
    run_search(run, now=timezone.now())
    assert "By these rules" not in text(browser.get(f"{URL}?run={run.pk}"))
    assert browser.get(f"{URL}?run=%C2%B2").status_code == 200


# -- Again ---------------------------------------------------------------------------------------------------------


def test_an_earlier_version_is_used_again_after_a_look(cast: Cast, browser: Client, now: datetime) -> None:
    first = set_rules(programme=cast.north, weights={"near": 60}, by=cast.amina, now=now, reason="long ways fail")
    set_rules(programme=cast.north, weights={"near": 10}, by=cast.amina, now=now)
    page = text(browser.get(URL))
    assert page.index("Version 2") < page.index("Version 1")
    assert "Short way: 20 → 60" in page
    assert "Short way: 60 → 10" in page
    again = reverse("matching:rules_again", args=["north", first.pk])
    page = text(browser.get(again))
    assert "Short way: 10 → 60" in page
    assert "As in version 1 again." in page
    assert "Say in a few words why" in text(browser.post(again, {"reason": "", "seen": "2"}))
    browser.post(again, {"reason": "it was better", "seen": "2"})
    assert "Somebody changed the rules meanwhile" in text(browser.post(again, {"reason": "once more", "seen": "2"}))
    newest = rules_of(cast.north)
    assert (newest.version, newest.weights["near"], newest.reason) == (3, 60, "it was better")
    assert "These are the rules already" in text(browser.get(again))


@pytest.mark.parametrize("size", [1, 3])
def test_using_again_takes_a_constant_number_of_queries(
    cast: Cast, browser: Client, now: datetime, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = set_rules(programme=cast.north, weights={"near": 60}, by=None, now=now)
    set_rules(programme=cast.north, weights={"near": 10}, by=None, now=now)
    for _one in range(size):
        near_or_at_times(cast.north)
    with django_assert_num_queries(WALLS + AGAIN_QUERIES):
        browser.get(reverse("matching:rules_again", args=["north", row.pk]))


def test_seen_is_looked_at_by_the_deed_itself(cast: Cast, now: datetime) -> None:
    set_rules(programme=cast.north, weights={"near": 60}, by=cast.amina, now=now, seen=0)
    with pytest.raises(Refused, match="meanwhile"):
        set_rules(programme=cast.north, weights={"near": 70}, by=cast.amina, now=now, seen=0)
