"""What one person's own best costs the others: known answers, and every possible set of pairs."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import pairing
from matching.pairing.best import claims, network, solve, worth_of
from matching.pairing.columns import Candidates, Pool
from matching.pairing.cost import NOBODY, Choice, choice_of
from matching.services.looking import Weighed
from matching.services.saying import cost_sentences
from tests.matching.pools import any_pools, make_pool

NEAR, FAR = {"latitude": 52.06}, {"latitude": 52.09}


def choice(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], **more: Any) -> Choice:
    pool = make_pool(ours, theirs, **more)
    found = choice_of(pool, pairing.find_candidates(pool), 0)
    assert found
    return found


def test_her_best_takes_the_only_candidate_of_somebody_else() -> None:
    """The near one fits her best, and is the only one who speaks the language of the other, who waits 40 days."""
    ours = [{**NEAR, "capacity": 1, "languages": 0b11}, {**FAR, "capacity": 1, "languages": 0b01}]
    theirs = [{"languages": 0b01, "waiting": 10}, {"languages": 0b10, "waiting": 40}]
    found = choice(ours, theirs)
    assert (found.own, found.given) == (0, 1)
    assert found.own_fit > found.given_fit
    assert (found.people, found.waited, found.without, found.instead) == (1, 40, (1,), ())
    assert not found.is_same
    assert not found.is_free


def test_nothing_is_lost_when_there_is_a_place_for_both() -> None:
    ours = [{**NEAR, "capacity": 2, "languages": 0b11}, {**FAR, "capacity": 1, "languages": 0b01}]
    theirs = [{"languages": 0b01, "waiting": 10}, {"languages": 0b10, "waiting": 40}]
    found = choice(ours, theirs)
    assert (found.own, found.given, found.is_same, found.is_free) == (0, 0, True, True)
    assert (found.people, found.waited, found.fit, found.without) == (0, 0, 0, ())


def test_who_has_waited_longer_loses_the_place() -> None:
    """One place, two people: the best set gives it to the other, who has waited longer."""
    found = choice([{"capacity": 1}], [{"waiting": 10}, {"waiting": 40}])
    assert (found.own, found.given, found.given_fit) == (0, NOBODY, 0)
    assert (found.people, found.waited, found.without) == (1, 40, (1,))
    assert not found.is_free


def test_the_others_only_fit_less() -> None:
    """Both find somebody either way; the other would get the one who lives farther away and shares fewer times."""
    ours = [{**NEAR, "capacity": 1, "interests": 0b1, "slots": 0b1}, {**FAR, "capacity": 1, "interests": 0b1}]
    theirs = [{**NEAR, "slots": 0b1, "waiting": 5}, {"latitude": 52.059, "slots": 0b1, "interests": 0b1, "waiting": 5}]
    theirs[0]["interests"] = 0b10
    found = choice(ours, theirs)
    pool = make_pool(ours, theirs)
    fits = dict(zip(*_fits(pool), strict=True))
    assert (found.own, found.given, found.people, found.waited) == (0, 1, 0, 0)
    assert found.fit == fits[0, 1] - fits[1, 1] > 0


def test_without_a_candidate_there_is_nothing_to_choose() -> None:
    pool = make_pool([{"languages": 0b10}], [{"languages": 0b01}])
    assert choice_of(pool, pairing.find_candidates(pool), 0) is None


def test_a_place_that_is_taken_by_heads_alone_is_still_one_place() -> None:
    """Somebody with 1.6 places taken of 3 has one whole place left: keeping her for one person leaves none."""
    ours = [{**NEAR, "capacity": 3, "live": 2, "load": 160, "languages": 0b11}]
    found = choice(ours, [{"languages": 0b01, "waiting": 1}, {"languages": 0b10, "waiting": 3}])
    assert (found.people, found.waited, found.without) == (1, 3, (1,))


def _fits(pool: Pool) -> tuple[list[tuple[int, int]], list[int]]:
    found = pairing.find_candidates(pool)
    return list(zip(found.supporter.tolist(), found.participant.tolist(), strict=True)), found.fit.tolist()


def test_it_is_not_free_when_somebody_loses_her_place_to_somebody_else() -> None:
    """As many are served, and they have waited longer in all; and still there is one who would find nobody then."""
    swapped = Choice(0, 1, 80, 60, people=0, waited=-30, fit=0, without=(1,), instead=(2,))
    assert not swapped.is_free
    weighed = Weighed(
        10, 11, 80, 60, people=0, waited=-30, fit=0, without=(21,), instead=(22,), is_same=False,
        is_free=swapped.is_free,
    )  # fmt: skip
    said = cost_sentences(weighed, {21: "Tirhas", 22: "Hodan"})
    assert said == ["Then nobody is found for: Tirhas.", "Somebody is found only then for: Hodan."]


@settings(max_examples=200, deadline=None)
@given(any_pools)
def test_both_sets_are_the_best_of_all_there_are(pool: Pool) -> None:
    """For everybody: what the others lose is the difference of two sets, each found by looking at every one."""
    candidates = pairing.find_candidates(pool)
    for participant in set(candidates.participant.tolist()):
        found = choice_of(pool, candidates, participant)
        assert found
        if found.is_same:
            continue
        pairs, fits = _fits(pool)
        assert found.own_fit == max(fit for (_s, p), fit in zip(pairs, fits, strict=True) if p == participant)
        free, kept = _best(pool, participant), _best(pool, participant, found.own)
        given = int(found.given != NOBODY)
        assert found.people == (free[0] - given) - (kept[0] - 1)
        assert len(found.without) - len(found.instead) == found.people
        assert not (found.is_free and found.without)


def _best(pool: Pool, participant: int, kept: int | None = None) -> tuple[int, list[int]]:
    """The most people, of these the first claims, with the pair kept where one is given: every set is looked at."""
    pairs, _fit = _fits(pool)
    options = [
        [s for s, p in pairs if p == who] + [NOBODY] if kept is None or who != participant else [kept]
        for who in range(len(pool.participants))
    ]
    free, claim = pool.supporters.free, claims(pool)
    best: tuple[int, list[int]] = (-1, [])
    for chosen in product(*options):
        used = np.bincount([one for one in chosen if one != NOBODY], minlength=len(free))
        if (used > free).any():
            continue
        served = sorted((int(claim[who]) for who, one in enumerate(chosen) if one != NOBODY), reverse=True)
        best = max(best, (len(served), served))
    return best


# -- Equal people ------------------------------------------------------------------------------------------------------

alike = st.fixed_dictionaries({"interests": st.sampled_from([1, 1, 2]), "waiting": st.sampled_from([10, 10, 10, 40])})
equal_pools = st.builds(
    make_pool,
    st.lists(
        st.fixed_dictionaries({"interests": st.sampled_from([1, 2]), "capacity": st.integers(1, 2)}),
        min_size=2, max_size=3,
    ),
    st.lists(alike, min_size=4, max_size=6),
    waiting_first=st.booleans(),
)  # fmt: skip
seeds = st.integers(0, 2**40)


def test_nobody_is_named_who_only_swapped_by_lot() -> None:
    """Six equal people for four places. One of the six gets her own best; whoever has a place keeps it but for one."""
    ours = [{**NEAR, "capacity": 1, "languages": 0b11}, *({**FAR, "capacity": 1} for _one in range(3))]
    pool = make_pool(ours, [{"languages": 0b01, "interests": 0b1} for _one in range(6)])
    candidates = pairing.find_candidates(pool)
    for seed in range(1, 60):
        for participant in range(6):
            found = choice_of(pool, candidates, participant, seed)
            assert found
            assert len(found.without) == found.people == int(found.given == NOBODY)
            assert found.instead == ()


@settings(max_examples=150, deadline=None)
@given(equal_pools, seeds)
def test_as_many_as_can_keep_their_places(pool: Pool, seed: int) -> None:
    """Of all sets that are as good as the second search's, none takes a place from fewer people."""
    candidates = pairing.find_candidates(pool)
    before = solve(pool, candidates, seed)
    served = set(candidates.participant[before.chosen].tolist())
    for participant in set(candidates.participant.tolist()):
        found = choice_of(pool, candidates, participant, seed)
        assert found
        if found.is_same:
            continue
        others = served - {participant}
        sets = _best_sets(pool, candidates, participant, found.own)
        assert len(found.without) == min(len(others - one) for one in sets)
        assert (others - set(found.without)) | set(found.instead) in sets


def _best_sets(pool: Pool, candidates: Candidates, participant: int, kept: int) -> list[frozenset[int]]:
    """Whom each of the best sets with this pair in it serves beside her: every set is looked at."""
    pairs, _fit = _fits(pool)
    worth = dict(zip(pairs, worth_of(pool, candidates).tolist(), strict=True))
    options = [
        [s for s, p in pairs if p == who] + [NOBODY] if who != participant else [kept]
        for who in range(len(pool.participants))
    ]
    free, claim = pool.supporters.free, claims(pool)
    found: dict[tuple[int, tuple[int, ...], int], list[frozenset[int]]] = {}
    for chosen in product(*options):
        used = np.bincount([one for one in chosen if one != NOBODY], minlength=len(free))
        if (used > free).any():
            continue
        whom = frozenset(who for who, one in enumerate(chosen) if one != NOBODY and who != participant)
        ranks = tuple(sorted((int(claim[who]) for who in whom), reverse=True))
        total = sum(worth[one, who] for who, one in enumerate(chosen) if one != NOBODY and who != participant)
        found.setdefault((len(whom), ranks, total), []).append(whom)
    return found[max(found)]


@given(equal_pools, st.integers(1, 2**40), st.data())
def test_lots_are_drawn_for_everybody(pool: Pool, seed: int, data: st.DataObject) -> None:
    """Whoever is looked at, people stand in the same order: a search without somebody draws the same lots."""
    whole = pairing.find_candidates(pool)
    if not len(whole):
        return
    some = np.isin(whole.participant, data.draw(st.sets(st.sampled_from(sorted(set(whole.participant.tolist()))))))
    if not some.any():
        return
    part = Candidates(whole.supporter[some], whole.participant[some], whole.minutes[some], whole.fit[some])
    among = network(pool, part, seed)
    order = [one for one in network(pool, whole, seed).participants.tolist() if one in set(among.participants.tolist())]
    assert among.participants.tolist() == order
    assert (among.participants[among.theirs - len(among.supporters)] == part.participant).all()


def test_a_region_falls_back_on_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where costs would be too large to prefer those who are served anyway, the search is made as any other."""
    ours = [{**NEAR, "capacity": 1, "languages": 0b11}, {**FAR, "capacity": 1, "languages": 0b01}]
    pool = make_pool(ours, [{"languages": 0b01, "waiting": 10}, {"languages": 0b10, "waiting": 40}])
    candidates = pairing.find_candidates(pool)
    usual = choice_of(pool, candidates, 0, 7)
    plain = network(pool, candidates, 7)
    needed = (int(plain.claim_cost.max()) + 101) * (len(ours) + 2 + 3)
    monkeypatch.setattr("matching.pairing.best.LARGEST_COST", needed + 1)
    assert choice_of(pool, candidates, 0, 7) == usual
