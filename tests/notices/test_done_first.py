"""Whatever a message is about: when it is done before the message leaves, the message is not sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from matching.choices import MatchStatus
from matching.models import Match
from matching.services import accept_match, close_match, decline_match, log_visit, pause_match, record_review
from peerhub.notices.choices import Kind, NoticeStatus
from peerhub.notices.models import Notice
from peerhub.notices.services import claim, send, write
from peerhub.people.models import Person, User
from supervision.models import PlannedSession
from supervision.services import cancel_session, plan_session, record_session, take_up_concern
from tests import factories as make
from tests.cast import Cast
from tests.notices.conftest import Letterbox

Deed = Callable[[Cast, datetime], None]


def held(cast: Cast, now: datetime) -> None:
    done = {"outcome": "held", "minutes": 60, "place": "home", "request": "same"}
    log_visit(cast.match, client_id=uuid4(), occurred_on=make.TODAY, by=cast.ben, now=now, **done)


def paused(cast: Cast, now: datetime) -> None:
    days = {"starts_on": make.TODAY, "expected_on": make.TODAY + timedelta(days=9)}
    pause_match(cast.match, **days, reason="away", by=cast.dan, now=now)


def closed(cast: Cast, now: datetime) -> None:
    close_match(
        cast.match, ended_on=make.TODAY, end_reason="goals_reached", back_to_waiting=False, by=cast.amina, now=now
    )


def reviewed(cast: Cast, now: datetime) -> None:
    said = {"decision": "hold", "request_allows": False, "reason": "not yet", "held_on": make.TODAY}
    record_review(cast.match, **said, by=cast.dan, now=now)


def answered(cast: Cast, now: datetime) -> None:
    accept_match(proposal(cast), by=cast.ben, now=now)


def declined(cast: Cast, now: datetime) -> None:
    decline_match(proposal(cast), by=cast.amina, now=now)


def proposal(cast: Cast) -> Match:
    """Ben is asked whether he would support somebody else, too."""
    proposed = make.a_match(cast.north, cast.ben_supporter, status=MatchStatus.PROPOSED)
    Notice.objects.update(subject=f"match:{proposed.pk}")
    return proposed


def taken_up(cast: Cast, now: datetime) -> None:
    visit = make.a_visit(cast.match, make.TODAY - timedelta(days=1), has_concern=True, concern="cold")
    Notice.objects.update(subject=f"visit:{visit.pk}")
    take_up_concern(visit, by=cast.dan, now=now)


def logged_in(cast: Cast, now: datetime) -> None:
    User.objects.filter(people=cast.ben.person_id).update(last_login=now)


def a_session(cast: Cast, now: datetime) -> PlannedSession:
    """Dan and Ben are to sit together; the message on its way is about that."""
    about = {"kind": "one_to_one", "minutes": 45, "place": "the library", "supporters": [cast.ben_supporter]}
    session = plan_session(programme=cast.north, starts_at=now + timedelta(days=2), **about, by=cast.dan, now=now)
    first = Notice.objects.order_by("pk").first()
    assert first
    Notice.objects.exclude(pk=first.pk).delete()  # its own first word
    Notice.objects.update(subject=f"session:{session.pk}")
    return session


def session_cancelled(cast: Cast, now: datetime) -> None:
    session = a_session(cast, now)
    cancel_session(session, by=cast.dan, now=now)
    Notice.objects.filter(kind=Kind.SESSION_CANCELLED).delete()  # what those who had heard of it are told


def session_held(cast: Cast, now: datetime) -> None:
    session = a_session(cast, now)
    record_session(
        programme=cast.north, kind="one_to_one", held_on=make.TODAY, minutes=45, supporters=[cast.ben_supporter],
        agreements="", by=cast.dan, now=now, planned=session,
    )  # fmt: skip


OF_A_SESSION = (Kind.SESSION_PLANNED, Kind.SESSION_MOVED, Kind.SESSION_REMINDER)
OF_A_VISIT = (Kind.VISIT_REMINDER, Kind.VISIT_NUDGE, Kind.VISIT_OVERDUE)
ENDS: list[tuple[Kind, Deed]] = [
    *((kind, deed) for kind in OF_A_VISIT for deed in (held, paused, closed)),
    (Kind.NO_CONTACT, held),
    (Kind.REVIEW_DUE, reviewed),
    (Kind.REVIEW_DUE, closed),
    (Kind.FREQUENCY_CHANGED, closed),
    (Kind.YEAR_ENDS, closed),
    (Kind.PROPOSAL, answered),
    (Kind.PROPOSAL, declined),
    (Kind.PROPOSAL_REMINDER, answered),
    (Kind.CONCERN, taken_up),
    (Kind.INVITATION, logged_in),
    *((kind, deed) for kind in OF_A_SESSION for deed in (session_cancelled, session_held)),
]  # fmt: skip
# A fact that stays true: nothing that people do makes these messages needless.
STAYS_TRUE = {
    Kind.COVER,
    Kind.HELP_ANSWERED,
    Kind.REPORT_READY,
    Kind.OVERDUE_SUMMARY,
    Kind.ACCESS_OPENED,
    Kind.PROPOSAL_EXPIRED,
    Kind.SESSION_CANCELLED,
}
ELSEWHERE = {Kind.HELP_ASKED: "the tests of asking for help", Kind.DIGEST: "test_nothing_to_say_is_no_letter"}


def test_every_kind_is_tried() -> None:
    assert {kind for kind, _deed in ENDS} | STAYS_TRUE | set(ELSEWHERE) == set(Kind)


@pytest.mark.parametrize(("kind", "deed"), ENDS, ids=lambda one: getattr(one, "__name__", str(one)))
def test_done_first_is_not_sent(cast: Cast, letterbox: Letterbox, kind: Kind, deed: Deed) -> None:
    now = timezone.now()
    Match.objects.filter(pk=cast.match.pk).update(next_due_on=make.TODAY - timedelta(days=10))
    about = {"subject": f"match:{cast.match.pk}", "period": "2026-03-02", "link": "/p/north/", "due_on": make.TODAY}
    write(kind=kind, recipient=Person.objects.get(pk=cast.ben.person_id), now=now, **about)
    deed(cast, now)
    for notice in claim(now=now):
        if notice.kind == kind:
            send(notice, now=now)
    assert Notice.objects.get(kind=kind).status == NoticeStatus.CANCELLED
    assert not [
        letter for letter in letterbox.letters if letter["To"] == Person.objects.get(pk=cast.ben.person_id).email
    ]
