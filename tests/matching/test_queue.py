"""What a phone sends that waited: every entry is answered, once or many times, in any order, whatever came since."""

from __future__ import annotations

import itertools
import json
import threading
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import services
from matching.choices import Outcome, Topic
from matching.models import Match, Visit, Work
from matching.services.topics import TOPIC_CODES
from peerhub.lib.phones import owner_of
from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from tests import factories as make
from tests.cast import Cast, assemble
from tests.logins import enter

TODAY = make.TODAY
SYNC = reverse("matching:sync", args=["north"])
Login = Any


def entry(match: Match, days_ago: int = 0, **more: Any) -> dict[str, Any]:
    day = (TODAY - timedelta(days=days_ago)).isoformat()
    usual = {"occurred_on": [day], "minutes": ["60"], "place": ["home"], "request": ["same"]}
    fields = {**usual, **more.pop("fields", {})}
    return {"client_id": str(uuid.uuid4()), "form": "held", "match": match.pk, "fields": fields, **more}


def send(client: Client, *entries: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    body = json.dumps({"entries": entries, "sent_at": timezone.now().isoformat(), **more})
    answer = client.post(SYNC, body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    told: list[dict[str, Any]] = answer.json()["answers"]
    assert [one["client_id"] for one in told] == [one["client_id"] for one in entries]
    return told


def statuses(told: list[dict[str, Any]]) -> list[str]:
    return [one["status"] for one in told]


def test_it_says_who_is_logged_in_and_gives_a_token(cast: Cast, login: Login) -> None:
    said = login(cast.ben).get(SYNC).json()
    assert said["owner"] == owner_of(cast.ben.user_id or 0)
    assert said["owner"] != owner_of(cast.amina.user_id or 0)
    assert len(said["token"]) > 30
    assert login(None).get(SYNC).status_code == 302


def test_without_a_token_nothing_is_taken(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    enter(client, cast.user(cast.ben))
    body = json.dumps({"entries": [entry(cast.match)]})
    assert client.post(SYNC, body, content_type="application/json").status_code == 403
    token = client.get(SYNC).json()["token"]
    answer = client.post(SYNC, body, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.json()["answers"][0]["status"] == "stored"


def test_fifty_entries_twice_in_another_order(cast: Cast, login: Login) -> None:
    ben = login(cast.ben)
    long_ago = TODAY - timedelta(days=90)
    days = dict.fromkeys(("proposed_on", "introduced_on", "agreed_on", "started_on"), long_ago)
    Match.objects.filter(pk=cast.match.pk).update(**days)
    Visit.objects.filter(match=cast.match).delete()
    waiting = [entry(cast.match, days) for days in range(50)]
    assert statuses(send(ben, *waiting)) == ["stored"] * 50
    assert statuses(send(ben, *reversed(waiting))) == ["duplicate"] * 50
    assert Visit.objects.count() == 50
    match = Match.objects.get(pk=cast.match.pk)
    assert (match.last_held_on, match.next_due_on) == (TODAY, TODAY + timedelta(days=7))


def test_one_that_is_refused_does_not_stop_the_others(cast: Cast, login: Login) -> None:
    early, good = entry(cast.match, 400), entry(cast.match)
    told = send(login(cast.ben), early, good)
    assert statuses(told) == ["refused", "stored"]
    assert "before the first visit" in told[0]["reason"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"minutes": ["900"]}, "How long?"),
        ({"minutes": []}, "How long?"),
        ({"place": ["moon"]}, "Where?"),
        ({"occurred_on": ["yesterday"]}, "Which day?"),
        ({"also": ["999999"]}, "Who else"),
        ({"activities": ["flying"]}, "What did you do?"),
        ({"note": ["x" * 4001]}, "Anything to remember?"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(cast: Cast, login: Login, fields: Any, sentence: str) -> None:
    make.a_match(cast.north, cast.ben_supporter)
    told = send(login(cast.ben), entry(cast.match, fields=fields))
    assert statuses(told) == ["refused"]
    assert sentence in told[0]["reason"]


def test_a_length_of_her_own_habit_is_taken(cast: Cast, login: Login) -> None:
    assert statuses(send(login(cast.ben), entry(cast.match, fields={"minutes": ["75"]}))) == ["stored"]


def test_the_same_day_in_other_words_is_a_conflict_and_in_the_same_words_none(cast: Cast, login: Login) -> None:
    ben = login(cast.ben)
    send(ben, entry(cast.match, fields={"note": ["from the tablet"]}))
    same, other = entry(cast.match, fields={"note": ["from the tablet"]}), entry(cast.match, fields={"minutes": ["90"]})
    told = send(ben, same, other)
    assert statuses(told) == ["duplicate", "conflict"]
    visit = Visit.objects.get(match=cast.match, occurred_on=TODAY)
    assert told[1]["compare"] == reverse("matching:compare", args=["north", visit.pk])
    assert (visit.minutes, visit.note) == (60, "from the tablet")


def test_what_was_corrected_or_withdrawn_elsewhere_is_not_brought_back(cast: Cast, login: Login, now: datetime) -> None:
    ben, waiting = login(cast.ben), entry(cast.match)
    send(ben, waiting)
    visit = Visit.objects.get(client_id=waiting["client_id"])
    services.withdraw_visit(visit, by=cast.ben, now=now)
    assert statuses(send(ben, waiting)) == ["duplicate"]
    assert Visit.objects.get(pk=visit.pk).outcome == Outcome.WITHDRAWN


def test_what_was_mended_after_a_lost_answer_is_not_dropped(cast: Cast, login: Login) -> None:
    """The first sending arrived, its answer did not; meanwhile a worry was written into the waiting entry."""
    ben, waiting = login(cast.ben), entry(cast.match)
    assert statuses(send(ben, waiting)) == ["stored"]
    assert statuses(send(ben, waiting)) == ["duplicate"]
    mended = {**waiting, "fields": {**waiting["fields"], "has_concern": ["on"], "concern": ["She has bruises."]}}
    (told,) = send(ben, mended)
    assert told["status"] == "conflict"
    assert told["compare"]
    other = {**waiting, "fields": {**waiting["fields"], "minutes": ["120"]}}
    assert statuses(send(ben, other)) == ["conflict"]
    assert Visit.objects.filter(client_id=waiting["client_id"]).count() == 1


def test_a_match_that_ended_meanwhile_is_said_and_nothing_is_lost_silently(
    cast: Cast, login: Login, now: datetime
) -> None:
    waiting = entry(cast.match)
    last = TODAY - timedelta(days=1)
    services.close_match(cast.match, ended_on=last, end_reason="moved", back_to_waiting=False, by=cast.amina, now=now)
    told = send(login(cast.ben), waiting)
    assert statuses(told) == ["refused"]
    assert "after that day cannot be written down" in told[0]["reason"]


def test_a_paused_match_refuses_with_the_reason(cast: Cast, login: Login, now: datetime) -> None:
    services.pause_match(
        cast.match, starts_on=TODAY, expected_on=TODAY + timedelta(days=9), reason="ill", by=cast.amina, now=now
    )
    assert "paused" in send(login(cast.ben), entry(cast.match))[0]["reason"]


@pytest.mark.parametrize("days", [-400, 3])
def test_a_phone_whose_clock_is_wrong_is_asked_once(cast: Cast, login: Login, days: int) -> None:
    ben, waiting = login(cast.ben), entry(cast.match)
    clock = (timezone.now() + timedelta(days=days)).isoformat()
    assert "clock" in send(ben, waiting, sent_at=clock)[0]["reason"]
    told = send(ben, {**waiting, "checked": True, "typed_at": clock}, sent_at=clock)
    assert statuses(told) == ["stored"]
    assert Visit.objects.get(client_id=waiting["client_id"]).typed_at is None


def test_when_it_was_typed_is_kept_beside_when_it_came(cast: Cast, login: Login) -> None:
    typed = timezone.now() - timedelta(days=1)
    waiting = entry(cast.match, typed_at=typed.isoformat())
    send(login(cast.ben), waiting)
    visit = Visit.objects.get(client_id=waiting["client_id"])
    assert visit.typed_at == typed
    assert visit.recorded_at > typed


def test_did_not_happen_counts_its_new_day_from_when_it_was_typed(cast: Cast, login: Login) -> None:
    typed = timezone.now() - timedelta(days=2)
    fields = {"why": ["they_ill"], "again": ["7"], "minutes": [], "place": []}
    waiting = entry(cast.match, 2, form="missed", typed_at=typed.isoformat(), fields=fields)
    assert statuses(send(login(cast.ben), waiting)) == ["stored"]
    visit = Visit.objects.get(client_id=waiting["client_id"])
    assert (visit.outcome, visit.why) == ("cancelled_by_participant", "they_ill")
    assert visit.again_on == TODAY + timedelta(days=5)
    assert Match.objects.get(pk=cast.match.pk).next_due_on == visit.again_on


def test_a_worry_that_waited_is_told_once(cast: Cast, login: Login) -> None:
    ben, waiting = login(cast.ben), entry(cast.match, fields={"has_concern": ["on"], "concern": ["no heating"]})
    for _again in range(3):
        send(ben, waiting)
    assert Notice.objects.filter(kind=Kind.CONCERN).count() == 1


def test_work_beside_visits_waits_as_well(cast: Cast, login: Login) -> None:
    fields = {"occurred_on": [TODAY.isoformat()], "minutes": ["30"], "kind": ["call"]}
    waiting = {"client_id": str(uuid.uuid4()), "form": "work", "match": 0, "fields": fields}
    ben = login(cast.ben)
    assert statuses(send(ben, waiting) + send(ben, waiting)) == ["stored", "duplicate"]
    assert Work.objects.get().minutes == 30


def test_somebody_elses_match_is_not_there(cast: Cast, login: Login) -> None:
    foreign = make.a_match(cast.north)
    assert statuses(send(login(cast.ben), entry(foreign))) == ["refused"]
    assert login(cast.zoe).post(SYNC, "{}", content_type="application/json").status_code == 404


BROKEN = [
    b"[]", b"{}", b"\xff", b'{"entries": 5}', b'{"entries": [5]}', b'{"entries": [{}]}', b"[" * 100_000,
    b'{"entries": [{"client_id": "x", "form": "held", "fields": {}}]}',
    b'{"entries": [{"client_id": "%s", "form": "held", "fields": {"note": [5]}}]}' % str(uuid.uuid4()).encode(),
    b'{"entries": [{"client_id": "%s", "form": "held", "fields": {"note": ["\\u0000"]}}]}' % str(uuid.uuid4()).encode(),
    b'{"entries": [], "sent_at": "2026-01-01T00:00"}',
    b'{"entries": [], "sent_at": "2026-02-31T00:00Z"}',
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_what_no_phone_of_ours_sends_is_a_bad_request(cast: Cast, login: Login, number: int) -> None:
    assert login(cast.ben).post(SYNC, BROKEN[number], content_type="application/json").status_code == 400


def test_strange_numbers_are_refused_and_break_nothing(cast: Cast, login: Login) -> None:
    ben = login(cast.ben)
    for match, day in itertools.product((10**30, -1), ("9999-12-31", "0001-01-01")):
        waiting = {**entry(cast.match, fields={"occurred_on": [day]}), "match": match}
        assert statuses(send(ben, waiting)) == ["refused"]
    assert statuses(send(ben, entry(cast.match, fields={"occurred_on": ["9999-12-31"]}))) == ["refused"]


def test_a_sent_sheet_forgets_its_draft_and_says_thank_you(cast: Cast, login: Login) -> None:
    ben = login(cast.ben)
    draft = reverse("home:draft", args=["north"])
    ben.post(draft, {"key": f"visit-{cast.match.pk}", "fields": '{"note": "half"}'})
    send(ben, {**entry(cast.match), "here": True})
    assert ben.get(draft, {"key": f"visit-{cast.match.pk}"}).json() == {}
    assert "Saved. Thank you." in ben.get(reverse("matching:today", args=["north"])).content.decode()


def test_sixty_four_posts_at_once_are_one_visit(committed: None) -> None:
    cast = assemble()
    waiting, told = entry(cast.match), []
    clients = [Client() for _number in range(64)]
    for client in clients:
        enter(client, cast.user(cast.ben))

    def tap(client: Client) -> None:
        try:
            told.extend(statuses(send(client, waiting)))
        finally:
            connection.close()

    threads = [threading.Thread(target=tap, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["duplicate"] * 63 + ["stored"]
    assert Visit.objects.filter(client_id=waiting["client_id"]).count() == 1


def test_topics_of_a_visit_are_those_of_matching() -> None:
    assert tuple(Topic.values) == TOPIC_CODES
