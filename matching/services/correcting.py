"""A visit is corrected or withdrawn: by its author for two days, after that by those who keep the matches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from matching.choices import BY_PARTICIPANT, MatchStatus, Outcome
from matching.models import Match, Visit
from matching.services.moving_on import after_missed, due_after_held, due_after_missed
from matching.services.visiting import agree_on, check_day, check_goals, fill_in, set_due, store, tell_of_concern
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.services import record_change


class ChangedMeanwhile(Refused):
    """Somebody else corrected the visit since it was read: both versions are shown, nothing is overwritten."""


@transaction.atomic
def correct_visit(
    visit: Visit, *, version: int, outcome: str, occurred_on: date, by: Member, now: datetime, **fields: Any
) -> Visit:
    """Write down what it should have said; how it was before stays in the history, with who changed it.

    ``version`` is the one that was read. A worry once written down stays until it is settled; what is added to it is
    told again. Raises Refused after two days, for the first visit's day, for a worry that was settled, ChangedMeanwhile
    for another version and SameDay for a day with a visit.
    """
    match, visit = _locked(visit, by=by, now=now)
    if visit.version != version:
        raise ChangedMeanwhile(_("This visit was corrected elsewhere meanwhile. Look at both and choose."))
    check_day(match, occurred_on=occurred_on, by=by, now=now)
    check_goals(match, fields.get("goals", ()))
    before, worried = (visit.outcome, visit.occurred_on, visit.again_on), visit.has_concern
    added = bool(str(fields.get("concern", "")).strip())
    if added and visit.concern_settled_at is not None:
        raise Refused(_("The worry of this visit was settled. Write the new one with a new visit, or ask for help."))
    if (outcome, occurred_on) != before[:2]:
        _not_the_first(match, visit)
    fill_in(visit, outcome=outcome, occurred_on=occurred_on, **fields)
    visit.version += 1
    store(visit)
    if (visit.outcome, visit.occurred_on, visit.again_on) != before:
        _recount(match, visit)
    record_change(visit, before=before[0], after=outcome, by=by, now=now, reason="corrected")
    if visit.has_concern and (added or not worried):
        tell_of_concern(match, visit, now=now)
    return visit


@transaction.atomic
def withdraw_visit(visit: Visit, *, by: Member, now: datetime) -> None:
    """It was written down by mistake: it stays as a withdrawn row, counts nowhere, and the next day is worked out anew.

    A worry written down with it stays to be settled. Raises Refused after two days and for the visit that began the
    year.
    """
    match, visit = _locked(visit, by=by, now=now)
    _not_the_first(match, visit)
    before = visit.outcome
    fill_in(visit, outcome=Outcome.WITHDRAWN, occurred_on=visit.occurred_on, note=visit.note)
    visit.version += 1
    visit.save()
    _recount(match, visit)
    record_change(visit, before=before, after=Outcome.WITHDRAWN, by=by, now=now)


def _locked(visit: Visit, *, by: Member, now: datetime) -> tuple[Match, Visit]:
    match = (
        Match.objects.select_for_update(of=("self",)).select_related("programme", "supporter").get(pk=visit.match_id)
    )
    visit = Visit.objects.get(pk=visit.pk)
    if visit.outcome == Outcome.WITHDRAWN:
        raise Refused(_("This visit was withdrawn before."))
    if not visit.may_be_changed(by, now):
        raise Refused(_("A visit can be corrected for two days. After that, ask your contact person to correct it."))
    return match, visit


def _not_the_first(match: Match, visit: Visit) -> None:
    if visit.outcome == Outcome.HELD and visit.occurred_on == match.started_on:
        raise Refused(_("The year began with this visit, so its day stays. Ask your contact person."))


def _recount(match: Match, visit: Visit) -> None:
    """The last visit held and the next due date, worked out again from the visits that stand.

    In a match that ended none is due; one that ended before its first visit has no plan either.
    """
    standing = Visit.objects.filter(match=match).standing()
    last = standing.held().aggregate(last=Max("occurred_on"))["last"]
    match.last_held_on = last
    match.save(update_fields=["last_held_on"])
    if match.status == MatchStatus.CLOSED:
        return
    after = standing.exclude(outcome=Outcome.HELD).filter(occurred_on__gt=last or date.min)
    since = list(after.order_by("occurred_on", "pk"))
    missed = [one for one in since if one.outcome in BY_PARTICIPANT]
    if last:
        due = due_after_missed(match, missed[-1].occurred_on) if missed else due_after_held(match, last)
    else:  # before the first visit: from the day that was agreed on
        first = Visit.objects.filter(match=match).order_by("pk").values_list("due_on", flat=True).first()
        due = first or visit.due_on
        for one in missed:
            due = after_missed(match, one, due)
    set_due(match, due)
    agreed = [one for one in since if one.again_on is not None]
    if agreed and (not missed or agreed[-1].occurred_on >= missed[-1].occurred_on):
        agree_on(match, agreed[-1])
