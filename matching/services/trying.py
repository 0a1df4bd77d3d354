"""What other rules would do, before anybody decides: the best pairs by today's rules beside those by the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from matching.models import MatchingRules
from matching.pairing import Pool, find_candidates, solve
from matching.services.pools import load
from matching.services.ruling import pairing_rules, rules_of, rules_with
from matching.services.searching import lots_of
from programmes.models import Programme

MOST_SHOWN = 10


@dataclass(frozen=True)
class Effect:
    """Of ``pairs``, the best ones by today's rules, ``changed`` would not be among the best ones by the others.

    ``matched`` people would find somebody then. ``swaps`` are the first of those for whom something changes, by number:
    ``{"participant", "now", "then"}``, 0 for nobody; ``touched`` how many there are.
    """

    pairs: int
    changed: int
    matched: int
    touched: int
    swaps: list[dict[str, int]]

    def as_dict(self) -> dict[str, Any]:
        """To keep with a search."""
        return asdict(self)


def try_rules(*, programme: Programme, today: date, **asked: Any) -> Effect:
    """What these rules (the arguments of ``set_rules``) would change now. Writes nothing.

    Raises Refused when they cannot be meant, or are the rules already.
    """
    before = rules_of(programme)
    after = rules_with(before, **asked)
    return effect_of(programme, load(programme, today, rules=before), after, today=today, caseload=before.caseload)


def effect_of(
    programme: Programme, pool: Pool, after: MatchingRules, *, today: date, caseload: Mapping[str, int]
) -> Effect:
    """The same with the pool by today's rules in hand; ``caseload`` are the weights of matches it was read with.

    Other weights of matches are other free places: then the people are read once more.
    """
    same = after.caseload == caseload
    other = replace(pool, rules=pairing_rules(after)) if same else load(programme, today, rules=after)
    now, then = _best(pool), _best(other)
    touched = [one for one in {**now, **then} if now.get(one) != then.get(one)]
    return Effect(
        pairs=len(now),
        changed=sum(then.get(one) != supporter for one, supporter in now.items()),
        matched=len(then),
        touched=len(touched),
        swaps=[{"participant": one, "now": now.get(one, 0), "then": then.get(one, 0)} for one in touched[:MOST_SHOWN]],
    )


def _best(pool: Pool) -> dict[int, int]:
    """Peer supporter by participant, as a search would choose them: the same lots for both rules."""
    found = find_candidates(pool)
    chosen = solve(pool, found, lots_of(pool)).chosen
    ours, theirs = pool.supporters.keys[found.supporter[chosen]], pool.participants.keys[found.participant[chosen]]
    return dict(zip(theirs.tolist(), ours.tolist(), strict=True))
