"""Personal goals on the phone and on the pages: as chips, and how far each has come by the visits that touched it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import truncatechars
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.choices import GOAL_MOVES, GoalStatus, Outcome
from matching.models import Match, PersonalGoal, Visit
from peerhub.lib.member import Member

LETTERS = 60  # on a chip
TONES = {
    GoalStatus.OPEN: ("quiet", "circle"),
    GoalStatus.IN_PROGRESS: ("info", "arrow-right"),
    GoalStatus.REACHED: ("good", "check-circle"),
    GoalStatus.CHANGED: ("quiet", "arrow-repeat"),
    GoalStatus.DROPPED: ("quiet", "dash-circle"),
}


@dataclass(frozen=True)
class GoalLine:
    """One goal: how far it is, and when visits were about it."""

    goal: PersonalGoal
    tone: str
    icon: str
    touched: str
    moves: list[tuple[str, str]]


def goals_of(member: Member, matches: Iterable[int], *, closed: bool = False) -> dict[int, list[tuple[int, str]]]:
    """The personal goals of these matches that the member may see, by number and in short: one query for all.

    Those reached or let go are no longer offered; where an older visit is looked at they are (``closed``).
    """
    goals = PersonalGoal.objects.visible_to(member).filter(match__in=list(matches))
    if not closed:
        goals = goals.filter(status__in=GOAL_MOVES)
    found: dict[int, list[tuple[int, str]]] = {}
    for match_id, number, words in goals.order_by("match", "number").values_list("match_id", "number", "own_words"):
        found.setdefault(match_id, []).append((number, f"{number} · {truncatechars(words, LETTERS)}"))
    return found


def goal_lines(match: Match, member: Member, visits: Iterable[Visit]) -> list[GoalLine]:
    """Each goal of a match that the member may see, with what these visits say about it."""
    days: dict[int, list[date]] = {}
    for visit in visits:
        if visit.outcome == Outcome.HELD:
            for number in visit.goals:
                days.setdefault(number, []).append(visit.occurred_on)
    goals = PersonalGoal.objects.visible_to(member).filter(match=match).order_by("number")
    return [_line(goal, days.get(goal.number, [])) for goal in goals]


def _line(goal: PersonalGoal, days: list[date]) -> GoalLine:
    status = GoalStatus(goal.status)
    tone, icon = TONES[status]
    return GoalLine(
        goal, tone, icon, _touched(days), [(str(one), str(one.label)) for one in GOAL_MOVES.get(status, ())]
    )


def _touched(days: list[date]) -> str:
    if not days:
        return _("not touched in a visit yet")
    said = ngettext("in %(n)s visit, on %(day)s", "in %(n)s visits, the last on %(day)s", len(days))
    return said % {"n": len(days), "day": date_format(max(days), "j F")}
