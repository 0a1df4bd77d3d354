"""Pages about messages: the log, what waits for a click, tomorrow, what each kind says, one's own ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.models import Match
from matching.services import sweep
from peerhub.lib.dates import local_date
from peerhub.notices.choices import Channel, Kind, NoticeStatus
from peerhub.notices.models import Device, HeldKind, Notice, Reach
from peerhub.notices.services import hold_kinds
from peerhub.people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at
from tests.notices.test_outbox import written
from tests.sight import WALLS

Login = Callable[..., Client]


def url(name: str, *args: int) -> str:
    return reverse(f"home:{name}", args=["north", *args])


def person(cast: Cast, who: str) -> Person:
    return Person.objects.get(pk=getattr(cast, who).person_id)


def test_the_log_finds_by_name_kind_way_and_status(cast: Cast, login: Login, now: datetime) -> None:
    mine = written(person(cast, "ben"), now)
    Notice.objects.filter(pk=mine.pk).update(status=NoticeStatus.SENT, sent_at=now, channel=Channel.SMS)
    written(person(cast, "dan"), now, kind=Kind.REVIEW_DUE)
    client = login(cast.amina)

    def found(words: str = "", **query: str) -> list[str]:
        page = client.get(found_at(client, url("messages"), words) if words else url("messages"), query or None)
        return sorted(row["notice"].recipient.first_name for row in page.context["rows"])

    assert found() == ["Ben", "Dan"]
    assert (found("ben"), found("nobody"), found(channel="sms"), found(status="waiting"), found(kind="review_due")) == (
        ["Ben"], [], ["Ben"], ["Dan"], ["Dan"],
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_asks_the_database_a_fixed_number_of_times(
    cast: Cast, login: Login, now: datetime, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for number in range(count):
        written(make.a_person(cast.north), now, f"match:{number}")
    client = login(cast.amina)
    with django_assert_num_queries(WALLS + 9):  # type: ignore[attr-defined]  # a context manager
        client.get(url("messages"))


def test_what_could_not_be_sent_stands_first_and_begins_again(cast: Cast, login: Login, now: datetime) -> None:
    dead = written(person(cast, "ben"), now)
    Notice.objects.filter(pk=dead.pk).update(status=NoticeStatus.DEAD, error="SMTPDataError", attempts=5)
    written(person(cast, "dan"), now + timedelta(minutes=1))
    client = login(cast.amina)
    assert client.get(url("messages")).context["rows"][0]["notice"].pk == dead.pk
    assert client.post(url("message_again", dead.pk)).status_code == 302
    dead.refresh_from_db()
    assert (dead.status, dead.attempts) == (NoticeStatus.WAITING, 0)
    assert login(cast.dan).post(url("message_again", dead.pk)).status_code == 403


def test_kinds_wait_are_counted_sent_and_dropped(cast: Cast, login: Login, now: datetime) -> None:
    client = login(cast.amina)
    client.post(url("messages_held"), {"save": "1", "kind": ["visit_reminder", "review_due"]})
    assert HeldKind.objects.count() == 2
    for number in range(3):
        written(person(cast, "ben"), now, f"match:{number}")
    written(person(cast, "dan"), now, kind=Kind.REVIEW_DUE)
    page = client.get(url("messages_held")).content.decode()
    assert "3 messages wait, to 1 person." in page
    assert "waits for a click" in client.get(url("messages")).content.decode()
    client.post(url("messages_held"), {"send": "visit_reminder"})
    client.post(url("messages_held"), {"drop": "review_due"})
    assert Notice.objects.filter(released_at__isnull=False).count() == 3
    assert Notice.objects.get(kind=Kind.REVIEW_DUE).status == NoticeStatus.CANCELLED


def test_tomorrow_is_what_tomorrows_sweep_writes(cast: Cast, login: Login, now: datetime) -> None:
    today = local_date(now, cast.north.timezone)
    Match.objects.update(next_due_on=today + timedelta(days=2))  # reminded one day before
    other = make.a_match(cast.north)
    Match.objects.filter(pk=other.pk).update(next_due_on=today + timedelta(days=3))
    hold_kinds(kinds=["review_due"], by=cast.amina, now=now)
    before = Notice.objects.count()
    page = login(cast.amina).get(url("messages_tomorrow"))
    said = sorted((row["recipient"].pk, row["kind"]) for row in page.context["rows"])
    assert Notice.objects.count() == before, "looking writes nothing"
    assert (Kind.VISIT_REMINDER in {kind for _who, kind in said}, page.context["total"]) == (True, len(said))
    sweep(now=timezone.now(), on=today + timedelta(days=1), programme_id=cast.north.pk)
    assert said == sorted(Notice.objects.waiting().values_list("recipient_id", "kind"))


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_is_shown_as_it_will_be_read(cast: Cast, login: Login, kind: str) -> None:
    page = login(cast.dan).get(url("messages_preview"), {"kind": kind, "language": "en"})
    assert "You get this because" in page.content.decode()
    assert page.context["letter"].html
    assert page.context["short_length"] < 160 + len(page.context["letter"].url)


def test_one_chooses_ways_and_hours(cast: Cast, login: Login) -> None:
    client = login(cast.ben)
    assert client.get(url("my_messages")).status_code == 200
    wishes = {
        "way_visit_reminder": "sms", "way_frequency_changed": "push", "way_proposal": "email", "quiet_from": "21:00",
        "quiet_until": "08:00", "timezone": "Europe/Brussels", "weekly_most": "3", "digest_at": "",
    }  # fmt: skip
    assert client.post(url("my_messages"), wishes).status_code == 302
    reach = Reach.objects.get(person_id=cast.ben.person_id)
    assert (reach.sms_for, reach.push_for, reach.quiet_from, reach.weekly_most) == (
        ["visit_reminder"], ["frequency_changed"], time(21), 3,
    )  # fmt: skip
    answer = client.post(url("my_messages"), {**wishes, "quiet_until": ""})
    assert "Give both times, or none." in answer.content.decode()
    assert 'value="21:00"' in client.get(url("my_messages")).content.decode()


def test_the_team_keeps_what_is_safe(cast: Cast, login: Login, now: datetime) -> None:
    written(person(cast, "ben"), now)
    address = url("person_messages", cast.ben.person_id)
    client = login(cast.amina)
    assert len(client.get(address).context["rows"]) == 1
    rules = {
        "way_visit_reminder": "email", "way_frequency_changed": "email", "way_proposal": "email",
        "timezone": "Europe/Brussels", "no_sms": "on", "no_call": "on", "safe_from": "09:00", "safe_until": "12:00",
    }  # fmt: skip
    assert client.post(address, rules).status_code == 302
    reach = Reach.objects.get()
    assert (reach.no_sms, reach.no_call, reach.no_email, reach.safe_until) == (True, True, False, time(12))
    assert login(cast.dan).post(address, rules).status_code == 403
    assert login(cast.zoe).get(address).status_code == 404
    login(cast.ben).post(url("my_messages"), {**rules, "timezone": "Europe/Brussels", "no_sms": ""})
    assert Reach.objects.get().no_sms is True, "what is safe is not hers to unset by mistake"


def test_a_device_is_allowed_and_ended_by_its_owner_alone(cast: Cast, login: Login) -> None:
    client = login(cast.ben)
    keys = {"endpoint": "https://fcm.googleapis.com/fcm/send/x", "p256dh": "B" * 87, "auth": "a" * 22, "name": "Phone"}
    assert client.post(url("push_add"), keys).json() == {"kept": True}
    assert client.post(url("push_add"), {**keys, "endpoint": "https://evil.example/x"}).json()["kept"] is False
    device = Device.objects.get()
    login(cast.dan).post(url("push_remove"), {"device": device.pk})
    assert Device.objects.count() == 1
    client.post(url("push_remove"), {"device": device.pk})
    assert not Device.objects.exists()


def test_a_link_in_a_letter_leads_to_the_form_after_the_log_in(cast: Cast) -> None:
    form, client = f"/p/north/visits/{cast.match.pk}/log/?missed&on=2026-03-02", Client()
    answer = client.get(form)
    assert answer.status_code == 302
    door = answer.headers["Location"]
    typed = {"login": cast.user(cast.ben).email, "password": make.PASSWORD}
    assert client.post(door, typed).headers["Location"] == form
    assert client.get(form).status_code == 200
