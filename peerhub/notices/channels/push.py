"""Web push: encrypted for each device of hers, signed with this place's key. What the screen shows says nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from peerhub.lib import walls
from peerhub.lib.secret_files import make_once
from peerhub.notices.channels.errors import NotSent, Unsure
from peerhub.notices.letters import Letter, neutral
from peerhub.notices.models import Device
from peerhub.people.models import Person

TIMEOUT = 15
KEPT_FOR = 86_400  # a push service keeps it for a day when the phone is off
GONE = (404, 410)
TOO_MANY, BROKEN = 429, 500


class Push:
    """A notification on the phone."""

    def reaches(self, person: Person) -> bool:
        """She said yes on at least one device."""
        return bool(_devices(person))

    def send(self, letter: Letter, person: Person, *, key: str, attempt: Callable[[], None]) -> None:
        """To every device of hers; one is enough. A device that is gone is forgotten."""
        path = letter.url.removeprefix(settings.PUBLIC_URL)
        payload = json.dumps({"title": neutral(letter.language), "url": path, "tag": key, "lang": letter.language})
        attempt()
        ends = [_to_device(device, payload) for device in _devices(person)]
        if "sent" in ends:
            return
        if "unsure" in ends:
            raise Unsure("push service did not answer")
        for_good = all(end in {"gone", "refused"} for end in ends)
        raise NotSent(f"push: {', '.join(sorted(set(ends))) or 'no device'}", for_good=for_good)


def _devices(person: Person) -> list[Device]:
    with walls.inside(person.programme_id, deed="send_notices"):
        return list(Device.objects.filter(person=person).order_by("pk"))


def _to_device(device: Device, payload: str) -> str:
    info = {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
    if not allowed(device.endpoint):
        return "refused"
    try:
        webpush(
            info, payload, vapid_private_key=vapid(), vapid_claims={"sub": _subject()}, ttl=KEPT_FOR, timeout=TIMEOUT
        )
    except WebPushException as error:
        return _end_of(device, error.response)
    except requests.exceptions.ReadTimeout:
        return "unsure"
    except (requests.exceptions.RequestException, ValueError):
        return "failed"
    return "sent"


def _end_of(device: Device, answer: requests.Response | None) -> str:
    status = answer.status_code if answer is not None else BROKEN
    if status in GONE:
        with walls.inside(device.programme_id, deed="send_notices"):
            device.delete()
        return "gone"
    return "failed" if status == TOO_MANY or status >= BROKEN else "refused"


def allowed(endpoint: str) -> bool:
    """Whether the address belongs to a push service we know; nobody makes this server call elsewhere."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    known = any(host == name or host.endswith(f".{name}") for name in settings.PUSH_HOSTS)
    return known and (parts.scheme == "https" or host == "127.0.0.1")


def _subject() -> str:
    contact = next((one for one in settings.SECURITY_CONTACT if one), settings.DEFAULT_FROM_EMAIL)
    return contact if contact.startswith(("https://", "mailto:")) else f"mailto:{contact}"


@cache
def vapid() -> Vapid02:
    """The key of this place: from the environment, or kept in DATA and made there once."""
    if settings.VAPID_PRIVATE_KEY:
        return Vapid02.from_string(settings.VAPID_PRIVATE_KEY)
    return Vapid02.from_file(str(_kept_key(Path(settings.DATA_DIR) / "vapid.pem")))


def public_key() -> str:
    """What a browser needs to let this place send: the public half, as browsers want it."""
    point = vapid().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def _kept_key(path: Path) -> Path:
    """Made once; of two processes that make it at the same time one wins for both."""
    if not path.exists():
        made = Vapid02()
        made.generate_keys()
        make_once(path, made.private_pem())
    return path
