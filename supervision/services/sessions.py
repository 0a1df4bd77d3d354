"""Moments of support: planned, moved, cancelled, reminded of, and written down once they were held.

Those they are for hear of each by a message without anybody's name; the hour and the place stand on their own page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from peerhub.lib.dates import local_date
from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from peerhub.notices.services import cancel, compose, write_all
from peerhub.people.models import Person
from peerhub.people.services import record_change
from programmes.models import Programme
from recruitment.choices import SupporterStatus
from recruitment.models import PeerSupporter
from supervision.choices import SessionKind
from supervision.models import PlannedSession, SupervisionSession

REMIND_HOUR = 9  # of the day before, where the programme is
LATELY = timedelta(hours=24)  # whoever heard of it since then needs no reminder


@transaction.atomic
def record_session(
    *,
    programme: Programme,
    kind: str,
    held_on: date,
    minutes: int,
    supporters: Iterable[PeerSupporter],
    agreements: str,
    by: Member,
    now: datetime,
    planned: PlannedSession | None = None,
) -> SupervisionSession:
    """Peer supporters were supported themselves: alone with the supervisor, or in a group.

    The one that was ``planned`` is settled with it: nobody is asked about it or told of it any more. Raises Refused for
    a day to come, for nobody, for one-to-one with several, and for the same session sent twice.
    """
    present = {supporter.pk for supporter in supporters}
    if held_on > local_date(now, programme.timezone):
        raise Refused(_("That day has not come yet. Give today or an earlier day."))
    _check_people(programme, kind, present, _("Say which peer supporters of this programme took part."))
    Person.objects.select_for_update().get(pk=by.person_id)  # one after the other, so that a double click is seen
    same_day = SupervisionSession.objects.filter(
        programme=programme, kind=kind, held_on=held_on, led_by_id=by.person_id
    )
    if any(present == set(earlier.supporters.values_list("pk", flat=True)) for earlier in same_day):
        raise Refused(_("This session was written down before. Nothing was added."))
    session = SupervisionSession.objects.create(
        programme=programme,
        kind=kind,
        held_on=held_on,
        minutes=minutes,
        led_by_id=by.person_id,
        agreements=agreements.strip(),
    )
    session.supporters.set(present, through_defaults={"programme": programme})
    record_change(session, before="", after="held", by=by, now=now)
    if planned and PlannedSession.objects.filter(programme=programme, pk=planned.pk).open().update(recorded_at=now):
        cancel(kind=Kind.SESSION_PLANNED, subject=_about(planned))
        record_change(planned, before="planned", after="held", by=by, now=now)
    return session


@transaction.atomic
def plan_session(
    *,
    programme: Programme,
    kind: str,
    starts_at: datetime,
    minutes: int,
    supporters: Iterable[PeerSupporter],
    by: Member,
    now: datetime,
    place: str = "",
    link: str = "",
) -> PlannedSession:
    """A moment of support is to come: each peer supporter it is for is told, and finds when and where on her page.

    Raises Refused for a moment that is over, for nobody, without a place or a link, for one-to-one with several, and
    for a session planned before.
    """
    invited = {supporter.pk for supporter in supporters}
    if starts_at <= now:
        raise Refused(_("That moment is over. Give one that is to come, or write down a session that was held."))
    _check_people(programme, kind, invited, _("Say for which peer supporters of this programme it is."))
    _check_place(place, link)
    try:
        with transaction.atomic():
            session = PlannedSession.objects.create(
                programme=programme, kind=kind, starts_at=starts_at, minutes=minutes, place=place.strip(), link=link,
                led_by_id=by.person_id,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("You have a session at that moment already. Nothing was added.")) from error
    session.supporters.set(invited, through_defaults={"programme": programme})
    _tell(session, Kind.SESSION_PLANNED, now=now)
    record_change(session, before="", after="planned", by=by, now=now)
    return session


@transaction.atomic
def move_session(
    session: PlannedSession, *, starts_at: datetime, minutes: int, by: Member, now: datetime, place: str = "",
    link: str = "",
) -> None:  # fmt: skip
    """A planned session is at another hour or place. Those who had heard of it are told so; the others, what holds.

    Raises Refused when nothing changes, for a moment that is over, without a place or a link, for a session that began
    or is settled, and for an hour at which whoever leads it has another one.
    """
    session = PlannedSession.objects.select_for_update(of=("self",)).select_related("programme").get(pk=session.pk)
    if session.cancelled_at or session.recorded_at or session.starts_at <= now:
        raise Refused(_("This session began, was cancelled or was written down. Plan another one."))
    if starts_at <= now:
        raise Refused(_("That moment is over. Give one that is to come."))
    _check_place(place, link)
    after = {"starts_at": starts_at, "minutes": minutes, "place": place.strip(), "link": link}
    if all(getattr(session, name) == value for name, value in after.items()):
        raise Refused(_("Nothing is different. Change the day, the hour or the place."))
    try:
        with transaction.atomic():
            PlannedSession.objects.filter(pk=session.pk).update(**after, version=F("version") + 1)
    except IntegrityError as error:
        raise Refused(_("You have a session at that moment already. Nothing was changed.")) from error
    session.refresh_from_db()
    unheard = _held_back(session)
    _tell(session, Kind.SESSION_PLANNED, now=now, only=unheard)
    _tell(session, Kind.SESSION_MOVED, now=now, but=unheard)
    record_change(session, before="planned", after="moved", by=by, now=now)


@transaction.atomic
def cancel_session(session: PlannedSession, *, by: Member, now: datetime) -> None:
    """A planned session does not take place, and stands on nobody's page any more. Those who had heard of it are told.

    Raises Refused done twice, or when it was held.
    """
    if not PlannedSession.objects.filter(pk=session.pk).open().update(cancelled_at=now):
        held = PlannedSession.objects.filter(pk=session.pk, recorded_at__isnull=False).exists()
        raise Refused(_("This session was written down before.") if held else _("This session was cancelled before."))
    session.refresh_from_db()
    unheard = _held_back(session)
    if session.starts_at > now:
        _tell(session, Kind.SESSION_CANCELLED, now=now, but=unheard)
    record_change(session, before="planned", after="cancelled", by=by, now=now)


@transaction.atomic
def remind_of_sessions(*, now: datetime, on: date | None = None, programme_id: int | None = None) -> int:
    """From nine in the morning of the day before: supervision is coming up. Doing it again changes nothing.

    Whoever was told of it less than a day ago is left alone. ``on`` looks ahead to what that day will write. Returns
    how many were meant.
    """
    coming = PlannedSession.objects.open().filter(starts_at__gt=now, starts_at__lt=now + timedelta(days=4))
    if programme_id is not None:
        coming = coming.filter(programme_id=programme_id)
    meant = [one for one in coming.select_related("programme") if _is_tomorrow(one, now, on)]
    subjects = [_about(one) for one in meant]
    told = Notice.objects.about(*subjects).filter(
        kind__in=(Kind.SESSION_PLANNED, Kind.SESSION_MOVED), created_at__gt=now - LATELY
    )
    lately: dict[str, set[int]] = {}
    for subject, person_id in told.values_list("subject", "recipient_id"):
        lately.setdefault(subject, set()).add(person_id)
    return sum(_tell(one, Kind.SESSION_REMINDER, now=now, but=lately.get(_about(one), set())) for one in meant)


def _check_people(programme: Programme, kind: str, chosen: set[int], ask: str) -> None:
    """Somebody, all of this programme, and one alone for one-to-one; ``ask`` is said where that is not so."""
    if not chosen or PeerSupporter.objects.filter(programme=programme, pk__in=chosen).count() != len(chosen):
        raise Refused(ask)
    if kind == SessionKind.ONE_TO_ONE and len(chosen) > 1:
        raise Refused(_("One-to-one coaching is with one person. Choose another kind for a group."))


def _check_place(place: str, link: str) -> None:
    if not place.strip() and not link.startswith("https://"):
        raise Refused(_("Say where you meet, or give a link that begins with https://."))


def _is_tomorrow(session: PlannedSession, now: datetime, on: date | None) -> bool:
    """Whether the day before has come, where the programme is, and nine o'clock with it."""
    local = now.astimezone(ZoneInfo(session.programme.timezone))
    before = local_date(session.starts_at, session.programme.timezone) - timedelta(days=1)
    return before == on if on else before == local.date() and local.hour >= REMIND_HOUR


def _about(session: PlannedSession) -> str:
    return f"session:{session.pk}"


def _held_back(session: PlannedSession) -> set[int]:
    """Hold back every word about it that is still to go; returns those who have not heard of the session at all."""
    waiting = Notice.objects.still_to_go().about(_about(session)).filter(kind=Kind.SESSION_PLANNED)
    unheard = set(waiting.values_list("recipient_id", flat=True))
    cancel(kind=Kind.SESSION_PLANNED, subject=_about(session))
    return unheard


def _tell(
    session: PlannedSession, kind: Kind, *, now: datetime, but: Iterable[int] = (), only: Iterable[int] | None = None
) -> int:
    """Write to those it is for who are still peer supporters; returns to how many. The same word twice is one."""
    hers = session.supporters.exclude(status=SupporterStatus.ENDED).exclude(person__in=list(but))
    if only is not None:
        hers = hers.filter(person__in=list(only))
    day = local_date(session.starts_at, session.programme.timezone)
    link = reverse("home:me", args=[session.programme.slug])
    letters = [
        compose(
            kind=kind, recipient=one.person, subject=_about(session), period=f"v{session.version}", link=link,
            due_on=day, now=now,
        )
        for one in hers.select_related("person")
    ]  # fmt: skip
    write_all(letters)
    return len(letters)
