"""The one place that says what consent allows today. Display, questionnaires, referrals and stories all ask here.

It reads answers and decides nothing else: recording and taking back are deeds (services/consenting.py). A yes counts
while it is neither withdrawn nor asked anew; a guardian's yes only while the person is under age (docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from peerhub.lib.errors import Refused
from peerhub.people.choices import ConsentAnswer, ConsentPurpose, GivenBy, Language
from peerhub.people.models import Consent, ConsentText
from peerhub.people.querysets import of_age_since
from peerhub.people.wording import AFTER_WITHDRAWAL, FIRST_LANGUAGE, FIRST_TEXTS, FIRST_VERSION, WITHOUT

if TYPE_CHECKING:
    from peerhub.people.models import Person


def who_may(people: Iterable[int], purpose: str, *, today: date, subject: str = "") -> set[int]:
    """Of these people (their keys) those whose yes to this purpose counts today: one query, however many they are.

    ``subject`` names the service for ``share_with_service``.
    """
    asked = Consent.objects.in_force(today).filter(purpose=purpose, subject=subject, person_id__in=set(people))
    return set(asked.values_list("person_id", flat=True))


def may(person: int, purpose: str, *, today: date, subject: str = "") -> bool:
    """Whether this person (her key) has said yes to this purpose, and it counts today."""
    return person in who_may([person], purpose, today=today, subject=subject)


def require(person: int, purpose: str, *, today: date, subject: str = "") -> None:
    """Go on only with a yes. Raises Refused with the sentence of the purpose."""
    if not may(person, purpose, today=today, subject=subject):
        raise Refused(str(WITHOUT[purpose]))


def under_age(born_on: date | None, *, day: date) -> bool:
    """Whether a guardian answers together with her on this day; somebody whose birthday is not known answers alone."""
    return born_on is not None and born_on > of_age_since(day)


def yes_to(purpose: str, *, today: date, person: str = "person_id") -> Exists:
    """The same for queries: rows whose ``person`` has said yes, and it counts today."""
    return Exists(Consent.objects.in_force(today).filter(purpose=purpose, subject="", person_id=OuterRef(person)))


def answered(purpose: str, *, person: str = "person_id") -> Exists:
    """For queries: rows whose ``person`` was ever asked about this purpose, whatever she said."""
    return Exists(Consent.objects.filter(purpose=purpose, subject="", person_id=OuterRef(person)))


class Standing(StrEnum):
    """Where somebody stands on one purpose today."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OUTGROWN = "outgrown"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Stand:
    """The last answer to one purpose (about one service) and what it comes to today."""

    purpose: str
    subject: str
    standing: Standing
    consent: Consent | None = None
    asks_again: bool = False  # a newer text says that everybody is asked anew


def standing_of(consent: Consent, born_on: date | None, today: date) -> Standing:
    """What one answer comes to today."""
    if consent.withdrawn_on:
        return Standing.WITHDRAWN
    if consent.answer == ConsentAnswer.NO:
        return Standing.REFUSED
    if consent.given_by == GivenBy.GUARDIAN and not under_age(born_on, day=today):
        return Standing.OUTGROWN
    return Standing.GIVEN


def stands(person: Person, *, purposes: Iterable[str] = ConsentPurpose.values, today: date) -> list[Stand]:
    """Where somebody stands on each of these purposes, in their order; each service she was asked about by itself."""
    last: dict[tuple[str, str], Consent] = {}
    answers = Consent.objects.filter(person_id=person.pk, replaced_on__isnull=True)
    anew = set(Consent.objects.filter(person_id=person.pk).to_ask_again(today).values_list("pk", flat=True))
    for one in answers.select_related("text", "representative", "witness", "recorded_by").order_by("given_on", "pk"):
        last[one.purpose, one.subject] = one
    found = []
    for purpose in purposes:
        mine = [one for (of, _subject), one in last.items() if of == purpose]
        found += [
            Stand(purpose, one.subject, standing_of(one, person.born_on, today), one, one.pk in anew) for one in mine
        ]
        if not mine and purpose != ConsentPurpose.SHARE_WITH_SERVICE:
            found.append(Stand(purpose, "", Standing.NOT_ASKED))
    return found


def after_withdrawal(purpose: str) -> str:
    """What happens when a yes to this purpose is taken back, in words."""
    return str(AFTER_WITHDRAWAL[purpose])


# -- Which words are read --------------------------------------------------------------------------------------------


def text_to_read(programme_id: int, *, purpose: str, language: str = "") -> ConsentText:
    """The newest words for a purpose in this language, else in English; those of the house when none were written.

    The words of the house are not stored before somebody answers to them.
    """
    written = ConsentText.objects.filter(programme_id=programme_id, purpose=purpose).newest()
    known = {one.language: one for one in written}
    return known.get(language) or known.get(FIRST_LANGUAGE) or of_the_house(programme_id, purpose)


def of_the_house(programme_id: int, purpose: str) -> ConsentText:
    """The words that come with the house, not stored yet."""
    return ConsentText(
        programme_id=programme_id,
        purpose=purpose,
        language=FIRST_LANGUAGE,
        version=FIRST_VERSION,
        text=FIRST_TEXTS[purpose],
    )


def languages_of(programme_id: int, *, purpose: str = "") -> list[str]:
    """The languages in which this programme has words to read (for one purpose), English first."""
    found = ConsentText.objects.filter(programme_id=programme_id)
    written = (found.filter(purpose=purpose) if purpose else found).values_list("language", flat=True).distinct()
    order = list(Language.values)
    return sorted({*written, str(FIRST_LANGUAGE)}, key=lambda code: (code != FIRST_LANGUAGE, order.index(code)))
