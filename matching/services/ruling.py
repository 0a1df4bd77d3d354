"""The rules of matching of a programme: read, and changed by a new version that says who changed what and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from matching.choices import LanguageLevel, VettingFor
from matching.models import MatchingRules
from matching.pairing import WEIGHTS, Rules
from matching.pairing.columns import FULL_WEIGHT
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.services import record_change
from programmes.models import Programme

MOST_POINTS = 100


def rules_of(programme: Programme) -> MatchingRules:
    """The rules that hold now; version 0, which is not stored, where the programme has decided nothing yet."""
    newest = MatchingRules.objects.filter(programme=programme).order_by("-version").first()
    return newest or MatchingRules(programme=programme, version=0)


def pairing_rules(rules: MatchingRules) -> Rules:
    """The stored rules as the pure search takes them; a criterion that is newer than the version counts as usual."""
    return Rules(
        weights={name: int(rules.weights.get(name, usual)) for name, usual in WEIGHTS.items()},
        level=rules.language_level,
        vetting=rules.vetting_for,
        waiting_first=rules.waiting_first,
    )


def weight_of(interval: int, caseload: Mapping[str, int]) -> int:
    """How much of a place a match takes, in hundredths: the weight of the longest frequency it has reached."""
    reached = [int(days) for days in caseload if int(days) <= interval]
    return int(caseload[str(max(reached))]) if reached else FULL_WEIGHT


@transaction.atomic
def set_rules(
    *,
    programme: Programme,
    weights: Mapping[str, int],
    by: Member | None,
    now: datetime,
    caseload: Mapping[str, int] | None = None,
    language_level: str = LanguageLevel.LITTLE,
    vetting_for: str = VettingFor.NOBODY,
    waiting_first: bool = True,
    reason: str = "",
    seen: int | None = None,
) -> MatchingRules:
    """Change how the programme matches, from now on. What earlier searches found keeps the version it was made with.

    ``weights`` name criteria (pairing.WEIGHTS) with 0 to 100 points, ``caseload`` how much of a place a match takes by
    its days between visits, in hundredths. Raises Refused when nothing would be weighed, nothing would change, or
    ``seen``, the version that somebody looked at, holds no more. The same sent twice is one version, returned again.
    """
    Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    before = rules_of(programme)
    asked: dict[str, Any] = {
        "weights": weights, "caseload": caseload, "language_level": language_level, "vetting_for": vetting_for,
        "waiting_first": waiting_first,
    }  # fmt: skip
    if seen is not None and seen != before.version:
        mine = by is not None and before.made_by_id == by.person_id
        if mine and seen == before.version - 1 and before.reason == reason and _is_same(_next(before, **asked), before):
            return before
        raise Refused(_("Somebody changed the rules meanwhile. Nothing was saved; look at the new ones first."))
    new = rules_with(before, **asked)
    new.reason, new.made_by_id, new.made_at = reason, by.person_id if by else None, now
    new.save(force_insert=True)
    record_change(new, before=str(before.version), after=str(new.version), by=by, now=now, reason=reason)
    return new


def rules_with(before: MatchingRules, **asked: Any) -> MatchingRules:
    """The version that would follow ``before``, not stored. Raises Refused when it cannot be meant, or is the same."""
    new = _next(before, **asked)
    if _is_same(new, before):
        raise Refused(_("These are the rules already. Nothing was changed."))
    return new


def _next(
    before: MatchingRules,
    *,
    weights: Mapping[str, int],
    caseload: Mapping[str, int] | None,
    language_level: str,
    vetting_for: str,
    waiting_first: bool,
) -> MatchingRules:
    return MatchingRules(
        programme_id=before.programme_id,
        version=before.version + 1,
        weights=_weights(weights, before),
        caseload=_caseload(before.caseload if caseload is None else caseload),
        language_level=language_level,
        vetting_for=vetting_for,
        waiting_first=waiting_first,
    )


def _is_same(one: MatchingRules, other: MatchingRules) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in MatchingRules.DECIDED)


def decided(rules: MatchingRules) -> dict[str, Any]:
    """What a version says, as the arguments of ``set_rules``."""
    return {name: getattr(rules, name) for name in MatchingRules.DECIDED}


def _weights(asked: Mapping[str, int], before: MatchingRules) -> dict[str, int]:
    weights = {name: int(asked.get(name, before.weights.get(name, usual))) for name, usual in WEIGHTS.items()}
    if any(not 0 <= points <= MOST_POINTS for points in weights.values()):
        raise Refused(_("A criterion is worth 0 to 100 points."))
    if not any(points for name, points in weights.items() if name != "waiting"):
        raise Refused(_("At least one criterion must count."))
    return weights


def _caseload(asked: Mapping[str, int]) -> dict[str, int]:
    caseload = {str(int(days)): int(weight) for days, weight in sorted(asked.items(), key=lambda one: int(one[0]))}
    weights = list(caseload.values())
    if any(not 1 <= weight <= FULL_WEIGHT for weight in weights) or weights != sorted(weights, reverse=True):
        raise Refused(_("Somebody who is visited less often never takes more of a place: at most 100 of a hundred."))
    return caseload
