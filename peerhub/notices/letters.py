"""What a message says, in its reader's language: one letter for every channel. Nobody is named in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerhub.notices.choices import Kind
from peerhub.notices.models import Notice
from peerhub.people.models import Person

# One tap in the letter opens the form with the answer in it: what is added to the message's link; {due} is the day.
ANSWERS: dict[str, tuple[tuple[Any, str], ...]] = {
    Kind.VISIT_REMINDER: (
        (gettext_lazy("It took place"), "?held"),
        (gettext_lazy("It did not take place"), "?missed&on={due}"),
    ),
    Kind.VISIT_NUDGE: (
        (gettext_lazy("It took place"), "?held"),
        (gettext_lazy("It did not take place"), "?missed&on={due}"),
    ),
    Kind.VISIT_OVERDUE: ((gettext_lazy("Pause the visits"), "pause/"),),
}

ENDS = (".", "?", "!", "…", "؟", "።")  # of a sentence


@dataclass(frozen=True)
class Answer:
    """A button in the letter."""

    label: str
    url: str


@dataclass(frozen=True)
class Letter:
    """The words of one message."""

    subject: str
    text: str
    label: str
    url: str
    reason: str
    language: str
    answers: list[Answer] = field(default_factory=list)
    items: list[Answer] = field(default_factory=list)
    again: str = ""

    @property
    def plain(self) -> str:
        """The letter without any layout."""
        with translation.override(self.language):
            return render_to_string("notices/frame.txt", {"letter": self}).strip() + "\n"

    @property
    def html(self) -> str:
        """The letter in one column, with one button."""
        with translation.override(self.language):
            return render_to_string("notices/frame.html", {"letter": self})

    @property
    def short(self) -> str:
        """For a text message: what it is and where to read on."""
        subject = self.subject if self.subject.endswith(ENDS) else f"{self.subject}."
        return " ".join(part for part in (self.again, subject, self.url) if part)


def language_of(person: Person) -> str:
    """The language somebody reads peerhub in."""
    return (person.user.language if person.user else "") or settings.LANGUAGE_CODE


def letter(notice: Notice, *, language: str, items: Iterable[Notice] = ()) -> Letter:
    """The words of a message in a language; a digest lists its items, each with its own link."""
    with translation.override(language):
        subject, text, label, reason = _parts(notice)
        return Letter(
            subject=" ".join(subject.split()),
            text=text,
            label=label,
            url=_address(notice.link),
            reason=reason,
            language=language,
            answers=[Answer(str(words), _address(notice.link + more.format(due=_day(notice)))) for words, more in
                     ANSWERS.get(notice.kind, ()) if notice.link],
            items=[Answer(_parts(one)[0], _address(one.link)) for one in items],
            again=_("This may reach you twice.") if notice.is_again else "",
        )  # fmt: skip


def neutral(language: str) -> str:
    """For the locked screen of a phone: nothing that says what it is about."""
    with translation.override(language):
        return _("There is something for you to look at.")


def _parts(notice: Notice) -> tuple[str, str, str, str]:
    """Subject, text, words of the button, and why she gets it."""
    said = render_to_string(f"notices/mail/{notice.kind}.txt", {"notice": notice}).strip()
    subject, text, label, reason = (" ".join(part.split()) for part in said.split("\n\n"))
    return subject, text, label, reason


def _address(link: str) -> str:
    return f"{settings.PUBLIC_URL}{link}"


def _day(notice: Notice) -> str:
    return notice.due_on.isoformat() if notice.due_on else ""
