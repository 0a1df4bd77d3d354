"""A visit is logged: the row, the next due date, what no longer needs to be sent, and who must hear of a concern."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matching.choices import UNDERWAY, MatchStatus, Outcome
from matching.models import Cover, Match, Pause, PersonalGoal, Visit
from matching.querysets import LATE_DAYS
from matching.services.answering import subject_of
from matching.services.deputising import who_hears
from matching.services.meeting import not_in_the_future, start_match
from matching.services.moving_on import move_on, open_pause
from peerhub.lib import keyring
from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.lib.sealing import Unreadable
from peerhub.notices.choices import Kind
from peerhub.notices.services import cancel, write
from peerhub.people.services import record_change
from programmes.permissions import Permission

SHARED = ("outcome", "occurred_on", "minutes", "place", "activities", "typed_at")
LONGEST_WAIT = 60  # days until a new day that was agreed on


class SameDay(Refused):
    """A visit of that day stands already: was it the same one, or was it corrected elsewhere?"""


@transaction.atomic
def log_visit(
    match: Match,
    *,
    client_id: UUID,
    outcome: str,
    occurred_on: date,
    by: Member,
    now: datetime,
    minutes: int | None = None,
    place: str = "",
    request: str = "",
    activities: Sequence[str] = (),
    topics: Sequence[str] = (),
    goals: Sequence[int] = (),
    feeling: str = "",
    why: str = "",
    again_on: date | None = None,
    note: str = "",
    has_concern: bool = False,
    concern: str = "",
    shared_id: UUID | None = None,
    typed_at: datetime | None = None,
) -> Visit:
    """Write down what became of a visit and work out when the next is due.

    The same ``client_id`` sent twice is one visit: the second call returns the first row and changes nothing. The first
    visit held begins the year. What waits as a reminder of this due date is cancelled; a concern is told to the
    supervisor, or to the coordinators where there is none. A new day agreed on for a visit that did not happen is the
    next due date. A match that ended takes visits up to its last day for two days more; nothing is due in it. So does
    somebody who stepped in, for the days on which she did. Raises Refused for a match in which no visits are made,
    SameDay where a visit of that day stands.
    """
    match = Match.objects.select_for_update(of=("self",)).select_related("programme", "supporter").get(pk=match.pk)
    sent_before = Visit.objects.filter(match=match, client_id=client_id).first()
    if sent_before:
        return sent_before
    check_day(match, occurred_on=occurred_on, by=by, now=now)
    check_goals(match, goals)
    if outcome == Outcome.HELD and match.status == MatchStatus.AGREED:
        start_match(match, started_on=occurred_on, by=by, now=now)
    fields = {
        "minutes": minutes, "place": place, "request": request, "activities": activities, "topics": topics,
        "goals": goals, "feeling": feeling, "why": why, "again_on": again_on, "note": note, "concern": concern,
        "has_concern": has_concern,
    }  # fmt: skip
    visit = Visit(match=match, programme_id=match.programme_id, client_id=client_id, due_on=match.next_due_on)
    visit.author_id, visit.shared_id, visit.typed_at, visit.recorded_at = by.person_id, shared_id, typed_at, now
    fill_in(visit, outcome=outcome, occurred_on=occurred_on, **fields)
    store(visit)
    move_on(match, visit)
    agree_on(match, visit)
    record_change(visit, before="", after=outcome, by=by, now=now)
    if visit.has_concern:
        tell_of_concern(match, visit, now=now)
    return visit


@transaction.atomic
def log_shared_visit(
    match: Match, *, client_id: UUID, also: Sequence[int], by: Member, now: datetime, **fields: Any
) -> Visit:
    """One entry for an activity with several people: a visit for each of them, all or none.

    Day, length, place and what was done are the same for all. What was said, asked or worrying belongs to the first
    person alone. The client ids of the others follow from the first one, so sending it again makes nothing twice.
    """
    keys = sorted({match.pk, *also})
    matches = {one.pk: one for one in Match.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")}
    visit = log_visit(match, client_id=client_id, by=by, now=now, **fields)
    shared = {name: fields[name] for name in SHARED if name in fields}
    for key in keys:
        if key != match.pk:
            log_visit(matches[key], client_id=uuid5(client_id, str(key)), shared_id=client_id, by=by, now=now, **shared)
    return visit


def fill_in(visit: Visit, *, outcome: str, occurred_on: date, **fields: Any) -> None:
    """Put what was typed into the row; what makes no sense for this outcome stays empty."""
    held = outcome == Outcome.HELD
    visit.outcome, visit.occurred_on = outcome, occurred_on
    visit.minutes = fields.get("minutes") if held else None
    visit.place = fields.get("place", "") if held else ""
    visit.request = fields.get("request", "") if held else ""
    visit.activities = list(fields.get("activities", ())) if held else []
    visit.topics = list(fields.get("topics", ())) if held else []
    visit.goals = sorted(set(fields.get("goals", ()))) if held else []
    visit.feeling = fields.get("feeling", "") if held else ""
    visit.why = "" if held else fields.get("why", "")
    visit.again_on = None if held else fields.get("again_on")
    visit.note, worry = fields.get("note", ""), fields.get("concern", "").strip()
    if worry:  # sealed to its row; what was written down before stays in front of it
        before = keyring.unlock(visit.concern, place=visit.concern_place) if visit.concern else ""
        visit.concern = keyring.lock(f"{before}\n{worry}".strip(), place=visit.concern_place)
    visit.has_concern = bool(visit.has_concern or fields.get("has_concern") or visit.concern)


def agree_on(match: Match, visit: Visit) -> None:
    """Both agreed on a new day: that is when the next visit is due. A visit held since then has moved on already.

    In a match that ended since, the day they had agreed on is kept with the visit and asks for nothing.
    """
    day = visit.again_on
    if day is None or match.status == MatchStatus.CLOSED:
        return
    if match.last_held_on and visit.occurred_on <= match.last_held_on:
        return
    plan = getattr(match, "plan", None)
    if plan and day >= plan.ends_on:
        raise Refused(_("The year of visits ends before that day. Please agree on an earlier one."))
    if (day - visit.occurred_on).days > LONGEST_WAIT:
        raise Refused(_("That is far away. Agree on a day within two months, or ask for a pause."))
    set_due(match, day)


def set_due(match: Match, day: date | None) -> None:
    """The next visit is due on this day; during a pause it is kept for afterwards. Reminders of the old day go.

    In a match that ended none is due any more.
    """
    if match.status == MatchStatus.CLOSED:
        return
    pause = open_pause(match)
    if pause and pause.begun:
        Pause.objects.filter(pk=pause.pk).update(due_before=day)
    else:
        match.next_due_on = day
        match.save(update_fields=["next_due_on"])
    for kind in (Kind.VISIT_REMINDER, Kind.VISIT_OVERDUE):
        cancel(kind=kind, subject=subject_of(match))


def check_day(match: Match, *, occurred_on: date, by: Member, now: datetime) -> None:
    """Refuse a day on which no visit of this match can have been, and one that comes too late after its end."""
    not_in_the_future(occurred_on, match, now)
    check_cover(match, occurred_on=occurred_on, by=by, now=now)
    pause = open_pause(match)
    if pause and occurred_on >= pause.starts_on:
        raise Refused(_("Visits are paused. Ask your contact person to end the pause, then send this again."))
    if match.status == MatchStatus.CLOSED:
        check_late_entry(match, occurred_on=occurred_on, by=by, now=now)
    elif match.status not in UNDERWAY:
        raise Refused(_("No visits are made in this match now. Your text is still here."))
    first = match.started_on or match.agreed_on
    if first and occurred_on < first:
        raise Refused(_("That day lies before the first visit. Please check the day."))


def check_goals(match: Match, numbers: Sequence[int]) -> None:
    """Refuse goals that were not agreed in this match."""
    asked = set(numbers)
    if asked and PersonalGoal.objects.filter(match=match, number__in=asked).count() != len(asked):
        raise Refused(_("That is no goal of this person. Look at the goals, and send it again."))


def check_cover(match: Match, *, occurred_on: date, by: Member, now: datetime) -> None:
    """Whoever only steps in writes down the days on which she did, and two days after the last one at the latest."""
    if match.supporter_person_id == by.person_id or by.may(Permission.MATCH_MANAGE):
        return
    hers = Cover.objects.filter(match=match, substitute_person_id=by.person_id)
    cover = hers.filter(starts_on__lte=occurred_on, ends_on__gte=occurred_on).first()
    if cover is None:
        raise Refused(_("You did not step in on that day. Check the day, or ask your contact person."))
    if cover.ends_on < local_date(now, match.programme.timezone) - LATE_DAYS:
        raise Refused(cover_is_over(cover))


def cover_is_over(cover: Cover) -> str:
    """Why a visit of somebody who stepped in is not taken any more, and what to do."""
    said = {"day": date_format(cover.ends_on, "l j F")}
    text = _(
        "You stepped in up to %(day)s, and the two days for late entries are over. Ask your contact person to add it."
    )
    return text % said


def check_late_entry(match: Match, *, occurred_on: date, by: Member, now: datetime) -> None:
    """After a match ended: a day up to its last one, for two days; whoever keeps the matches may at any time."""
    last = match.ended_on or date.min  # a closed match has a last day
    if not match.agreed_on or occurred_on > last:
        said = {"day": date_format(last, "l j F")}
        raise Refused(_("This match ended on %(day)s. A visit after that day cannot be written down.") % said)
    hers = (Match.objects.just_ended(by, now), Match.objects.just_covered(by, now))
    if not by.may(Permission.MATCH_MANAGE) and not any(one.filter(pk=match.pk).exists() for one in hers):
        raise Refused(too_late(match))


def too_late(match: Match) -> str:
    """Why a visit of a match that ended is not taken any more, and what to do."""
    said = {"day": date_format(match.ended_on or date.min, "l j F")}
    text = _(
        "This match ended on %(day)s, and the two days for late entries are over. Ask your contact person to add it."
    )
    return text % said


def store(visit: Visit) -> None:
    """Write the row, new or corrected. Raises SameDay where a visit of that day stands."""
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        if "visit_held_once_a_day" in str(error):
            raise SameDay(_("A visit on this day was logged before.")) from error
        raise


def told_worry(visit: Visit) -> str:
    """The worry as it stands, to compare what is sent again; empty where there is none or its key is missing."""
    try:
        return keyring.unlock(visit.concern, place=visit.concern_place) if visit.concern else ""
    except Unreadable:
        return ""


def tell_of_concern(match: Match, visit: Visit, *, now: datetime) -> None:
    """Those who follow up concerns get a message without a word of it; what was added later is told again."""
    period = f"version {visit.version}" if visit.version > 1 else "once"
    link = reverse("supervision:concern", args=[match.programme.slug, visit.pk])
    for person in who_hears(match, now=now):
        write(kind=Kind.CONCERN, recipient=person, subject=f"visit:{visit.pk}", period=period, link=link, now=now)


@transaction.atomic
def settle_concern(visit: Visit, *, by: Member, now: datetime) -> None:
    """The concern of this visit was followed up and is settled; it no longer holds a step down back."""
    open_one = Visit.objects.with_open_concern().filter(pk=visit.pk)
    if not open_one.update(concern_settled_at=now):
        raise Refused(_("This concern was settled before."))
    visit.refresh_from_db(fields=["concern_settled_at"])
    record_change(visit, before="concern", after="settled", by=by, now=now)
