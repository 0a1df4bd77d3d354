"""The ways out: e-mail, text message, notification on the phone. Each takes the same letter and says how it ended.

A channel calls ``attempt()`` as the last thing before the message leaves: from then on a crash leaves the end unknown.
It raises NotSent when it knows that nothing went out, Unsure when it cannot know; returning means that it went out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from peerhub.notices.channels import mail, push, sms
from peerhub.notices.channels.errors import NotSent, Unsure
from peerhub.notices.choices import Channel
from peerhub.notices.letters import Letter
from peerhub.people.models import Person


class Way(Protocol):
    """What a channel can do."""

    def reaches(self, person: Person) -> bool:
        """Whether it is set up here and knows an address of hers."""

    def send(self, letter: Letter, person: Person, *, key: str, attempt: Callable[[], None]) -> None:
        """Hand the letter over. ``key`` is the same for the same message, however often it is tried."""


WAYS: dict[str, Way] = {Channel.EMAIL: mail.Mail(), Channel.SMS: sms.Sms(), Channel.PUSH: push.Push()}

__all__ = ["WAYS", "NotSent", "Unsure", "Way"]
