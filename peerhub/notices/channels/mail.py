"""E-mail over SMTP, plain and HTML."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

from django.core.mail import EmailMultiAlternatives, get_connection

from peerhub.notices.channels.errors import NotSent, Unsure
from peerhub.notices.letters import Letter
from peerhub.people.models import Person

PERMANENT = 500  # a mail server's “never”; below it says “not now”


class Mail:
    """A letter by e-mail."""

    def reaches(self, person: Person) -> bool:
        """She has an address."""
        return bool(person.email)

    def send(self, letter: Letter, person: Person, *, key: str, attempt: Callable[[], None]) -> None:
        """Call the mail server first, so that a server that is away leaves no doubt; then hand the letter over."""
        server = get_connection()
        message = EmailMultiAlternatives(
            subject=f"{letter.again} {letter.subject}".strip(),
            body=letter.plain,
            to=[person.email],
            headers={"Message-ID": f"<{key}@peerhub>", "Auto-Submitted": "auto-generated"},
            alternatives=[(letter.html, "text/html")],
            connection=server,
        )
        message.message()  # a letter that cannot be made is not an attempt
        try:
            server.open()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(_name(error)) from error
        attempt()
        try:
            message.send()
        except smtplib.SMTPResponseException as error:
            raise NotSent(_name(error), for_good=_refused_for_good(error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            raise NotSent(_name(error), for_good=_all_for_good(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unsure(_name(error)) from error
        finally:
            server.close()


def _name(error: BaseException) -> str:
    """The kind of trouble; what a server says may repeat an address, and is not kept."""
    return type(error).__name__


def _refused_for_good(error: smtplib.SMTPResponseException) -> bool:
    return error.smtp_code >= PERMANENT and not isinstance(error, smtplib.SMTPAuthenticationError)


def _all_for_good(error: smtplib.SMTPRecipientsRefused) -> bool:
    return all(code >= PERMANENT for code, _said in error.recipients.values())
