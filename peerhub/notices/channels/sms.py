"""Text messages, handed to a gateway over HTTP. What the gateway wants to be asked stands in the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from django.conf import settings

from peerhub.notices.channels.errors import NotSent, Unsure
from peerhub.notices.letters import Letter
from peerhub.people.models import Person

TIMEOUT = (5, 20)  # seconds to be answered at all, and to get the answer
LONGEST = 480
LED_ELSEWHERE, TOO_MANY, BROKEN = 300, 429, 500


class Sms:
    """A text message."""

    def reaches(self, person: Person) -> bool:
        """There is a gateway, and she has a number."""
        return bool(settings.SMS["URL"] and person.phone)

    def send(self, letter: Letter, person: Person, *, key: str, attempt: Callable[[], None]) -> None:
        """Ask the gateway; a number it refuses is not tried again, trouble of its own is."""
        asked = _request(person.phone, letter.short[:LONGEST], key)
        attempt()
        try:
            answer = requests.request(**asked, timeout=TIMEOUT, allow_redirects=False)
        except requests.exceptions.ConnectTimeout as error:
            raise NotSent(type(error).__name__) from error
        except requests.exceptions.RequestException as error:
            raise (NotSent if _never_connected(error) else Unsure)(type(error).__name__) from error
        if answer.status_code >= LED_ELSEWHERE:
            ours = answer.status_code != TOO_MANY and answer.status_code < BROKEN
            raise NotSent(f"gateway said {answer.status_code}", for_good=ours)


def _request(to: str, text: str, key: str) -> dict[str, Any]:
    gateway = settings.SMS
    fields = {gateway["FIELD_TO"]: to, gateway["FIELD_TEXT"]: text}
    optional = {gateway["FIELD_FROM"]: gateway["FROM"], gateway["FIELD_ID"]: key}
    fields |= {name: value for name, value in optional.items() if name and value}
    headers = {gateway["TOKEN_HEADER"]: f"{gateway['TOKEN_PREFIX']}{gateway['TOKEN']}"} if gateway["TOKEN"] else {}
    how = {"json": "json", "form": "data", "query": "params"}[gateway["FORMAT"]]
    return {"method": gateway["METHOD"], "url": gateway["URL"], "headers": headers, how: fields}


def _never_connected(error: requests.exceptions.RequestException) -> bool:
    """Whether the line was never there: then nothing can have gone out."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}
