"""Text messages through a gateway and notifications through a push service: real HTTP, real encryption."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from peerhub.lib.errors import Refused
from peerhub.notices.channels.push import public_key, vapid
from peerhub.notices.choices import Channel, Kind, NoticeStatus
from peerhub.notices.models import Device, Notice, Reach
from peerhub.notices.services import add_device, claim, remove_device, send
from peerhub.people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.notices.conftest import Letterbox
from tests.notices.servers import Mailroom, listening
from tests.notices.test_outbox import written

PHONE = "+32470000001"


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def padded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def gateway(settings: Any) -> Iterator[Mailroom]:
    """A gateway that takes JSON with a token."""
    with listening(Mailroom()) as room:
        settings.SMS = {**settings.SMS, "URL": room.url + "send", "TOKEN": "open sesame", "FROM": "House"}
        yield room


@pytest.fixture
def ben(db: None) -> Person:
    """Reads reminders as text messages."""
    person = make.a_person(make.a_programme("north"), "Ben", phone=PHONE)
    Reach.objects.create(
        programme_id=person.programme_id, person=person, timezone="Europe/Brussels", sms_for=["visit_reminder"]
    )
    return person


def sent(notice: Notice, now: datetime) -> Notice:
    """Claim it and try to send it."""
    [claimed] = claim(now=now)
    send(claimed, now=now)
    notice.refresh_from_db()
    return notice


def test_a_text_message_goes_through_the_gateway(ben: Person, now: datetime, gateway: Mailroom) -> None:
    notice = sent(written(ben, now), now)
    [asked] = gateway.got
    body = json.loads(asked.body)
    assert (notice.status, notice.channel) == (NoticeStatus.SENT, Channel.SMS)
    assert (asked.method, asked.path, asked.headers["authorization"]) == ("POST", "/send", "Bearer open sesame")
    assert (body["to"], body["from"]) == (PHONE, "House")
    assert body["id"].startswith(f"notice-{notice.pk}-")
    assert body["text"].startswith("A visit is coming up. http")
    assert "Ben" not in body["text"]


@pytest.mark.parametrize(("form", "method"), [("form", "POST"), ("query", "GET")])
def test_a_gateway_may_want_to_be_asked_in_another_way(
    ben: Person, now: datetime, gateway: Mailroom, settings: Any, form: str, method: str
) -> None:
    other = {"FORMAT": form, "METHOD": method, "FIELD_TO": "msisdn", "FIELD_ID": "", "TOKEN_HEADER": "X-Key"}
    settings.SMS = {**settings.SMS, **other, "TOKEN_PREFIX": ""}
    sent(written(ben, now), now)
    [asked] = gateway.got
    said = asked.path if form == "query" else asked.body.decode()
    assert ("msisdn=%2B32470000001" in said, "id=" in said.replace("msisdn=", "")) == (True, False)
    assert (asked.method, asked.headers["x-key"]) == (method, "open sesame")


@pytest.mark.parametrize(
    ("status", "ends"), [(400, NoticeStatus.DEAD), (302, NoticeStatus.DEAD), (429, NoticeStatus.WAITING),
                         (503, NoticeStatus.WAITING)]
)  # fmt: skip
def test_what_a_gateway_refuses_for_good_is_not_tried_again(
    ben: Person, now: datetime, gateway: Mailroom, status: int, ends: str
) -> None:
    gateway.status = status
    notice = sent(written(ben, now), now)
    assert (notice.status, notice.error) == (ends, f"gateway said {status}")


def test_a_gateway_that_is_away_leaves_no_doubt(ben: Person, now: datetime, gateway: Mailroom, settings: Any) -> None:
    settings.SMS = {**settings.SMS, "URL": "http://127.0.0.1:9/"}
    notice = sent(written(ben, now), now)
    assert (notice.status, notice.attempted_at) == (NoticeStatus.WAITING, None)


def test_a_line_that_breaks_leaves_doubt_and_no_second_reminder(ben: Person, now: datetime, gateway: Mailroom) -> None:
    gateway.hangs_up = True
    notice = sent(written(ben, now), now)
    assert (notice.status, len(gateway.got)) == (NoticeStatus.UNKNOWN, 1)
    assert claim(now=now.replace(year=now.year + 1)) == []


def test_without_a_gateway_or_a_number_the_message_goes_by_email(
    ben: Person, now: datetime, letterbox: Letterbox
) -> None:
    notice = sent(written(ben, now), now)
    assert (notice.channel, len(letterbox.letters)) == (Channel.EMAIL, 1)


class Browser:
    """A browser's half of web push: its own key, and reading what comes in."""

    def __init__(self, room: Mailroom, name: str) -> None:
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), b"sixteen bytes ok"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.about = {
            "endpoint": f"{room.url}{name}", "p256dh": unpadded(point), "auth": unpadded(self.secret), "name": name,
        }  # fmt: skip

    def read(self, body: bytes) -> dict[str, str]:
        """Decrypt a notification."""
        text = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return dict(json.loads(text))


@pytest.fixture
def service(settings: Any) -> Iterator[Mailroom]:
    """A push service on this machine, allowed for the test."""
    settings.PUSH_HOSTS = ["127.0.0.1"]
    with listening(Mailroom()) as room:
        yield room


def subscribed(cast: Cast, room: Mailroom, now: datetime, name: str = "Phone") -> Browser:
    """Ben says yes on a device."""
    browser, person = Browser(room, name), Person.objects.get(pk=cast.ben.person_id)
    add_device(person=person, **browser.about, by=cast.ben, now=now)
    Reach.objects.get_or_create(
        programme_id=person.programme_id, person=person,
        defaults={"timezone": "Europe/Brussels", "push_for": ["visit_reminder"]},
    )  # fmt: skip
    return browser


def test_a_notification_is_encrypted_signed_and_says_nothing(cast: Cast, now: datetime, service: Mailroom) -> None:
    browser = subscribed(cast, service, now)
    notice = sent(written(Person.objects.get(pk=cast.ben.person_id), now), now)
    [asked] = service.got
    said = browser.read(asked.body)
    assert (notice.status, notice.channel) == (NoticeStatus.SENT, Channel.PUSH)
    assert (said["title"], said["url"]) == ("There is something for you to look at.", "/p/north/today/")
    assert b"visit" not in asked.body
    assert signed_for(asked.headers["authorization"], service.url.rstrip("/"))
    assert asked.headers["content-encoding"] == "aes128gcm"


def signed_for(authorization: str, audience: str) -> bool:
    """Whether the signature is this place's own, and for this push service."""
    parts = dict(part.strip().split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
    assert parts["k"].rstrip("=") == public_key()
    header, claims, signature = parts["t"].split(".")
    raw = padded(signature)
    encoded = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    vapid().public_key.verify(encoded, f"{header}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return bool(json.loads(padded(claims))["aud"] == audience)


def test_a_device_that_is_gone_is_forgotten(cast: Cast, now: datetime, service: Mailroom) -> None:
    subscribed(cast, service, now)
    service.status = 410
    notice = sent(written(Person.objects.get(pk=cast.ben.person_id), now), now)
    assert (notice.status, notice.error, Device.objects.count()) == (NoticeStatus.DEAD, "push: gone", 0)


def test_a_push_service_that_is_busy_is_tried_again(cast: Cast, now: datetime, service: Mailroom) -> None:
    subscribed(cast, service, now)
    service.status = 429
    assert sent(written(Person.objects.get(pk=cast.ben.person_id), now), now).status == NoticeStatus.WAITING


def test_a_device_belongs_to_whoever_said_yes_last(cast: Cast, now: datetime, service: Mailroom) -> None:
    browser = subscribed(cast, service, now)
    dan = Person.objects.get(pk=cast.dan.person_id)
    for _time in range(2):
        device = add_device(person=dan, **browser.about, by=cast.dan, now=now)
    assert list(Device.objects.values_list("person_id", flat=True)) == [dan.pk]
    remove_device(device, by=cast.dan, now=now)
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "endpoint", ["http://fcm.googleapis.com/x", "https://evil.example/x", "https://fcm.googleapis.com.evil.example/x",
                 "https://10.0.0.1/x", "file:///etc/passwd"]
)  # fmt: skip
def test_nobody_makes_the_server_call_elsewhere(cast: Cast, now: datetime, endpoint: str) -> None:
    person = Person.objects.get(pk=cast.ben.person_id)
    with pytest.raises(Refused):
        add_device(person=person, endpoint=endpoint, p256dh="x", auth="x", name="x", by=cast.ben, now=now)


def test_a_concern_goes_to_every_kind_of_channel_without_a_word_of_it(
    cast: Cast, now: datetime, service: Mailroom
) -> None:
    browser = subscribed(cast, service, now)
    Reach.objects.update(push_for=["concern"])
    sent(written(Person.objects.get(pk=cast.ben.person_id), now, kind=Kind.CONCERN), now)
    assert "concern" not in browser.read(service.got[0].body)["title"].lower()
