"""People say yes or no, one purpose at a time, and take it back as easily."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerhub.lib.errors import Refused
from peerhub.lib.member import Member
from peerhub.people.choices import ConsentAnswer, ConsentMode, ConsentPurpose, GivenBy, Representing
from peerhub.people.consent import of_the_house, text_to_read, under_age
from peerhub.people.models import Consent, ConsentText, LegalRepresentative, Person
from peerhub.people.services.moving import record_change, record_changes
from peerhub.people.wording import FIRST_LANGUAGE, FIRST_VERSION

BULK = 1000


def _text_read(programme_id: int, purpose: str, language: str, version: int, now: datetime) -> ConsentText:
    """The very words somebody answered to. Raises Refused when there are no such words."""
    key = {"programme_id": programme_id, "purpose": purpose, "language": language, "version": version}
    found = ConsentText.objects.filter(**key).first()
    if found is not None:
        return found
    if (language, version) != (FIRST_LANGUAGE, FIRST_VERSION):
        raise Refused(_("These words are not there any more. Read the text again, then record the answer."))
    house = of_the_house(programme_id, purpose)
    house.written_at = now
    ConsentText.objects.bulk_create([house], ignore_conflicts=True)
    return ConsentText.objects.get(**key)


@transaction.atomic
def write_consent_text(
    *, programme_id: int, purpose: str, language: str, text: str, asks_again: bool, by: Member, now: datetime
) -> ConsentText:
    """A new version of the words for a purpose. What people said yes to before stays what it was.

    ``asks_again`` says that it means something else now: everybody who said yes to older words is asked anew; until
    then her yes to the old words counts. Raises Refused when nothing changed, or when two write at the same moment.
    """
    before = text_to_read(programme_id, purpose=purpose, language=language)
    if before.language == language and before.text.strip() == text.strip():
        raise Refused(_("These are the same words as before. Nothing was changed."))
    if before.version == FIRST_VERSION and before.language == language == FIRST_LANGUAGE:
        before = _text_read(programme_id, purpose, FIRST_LANGUAGE, FIRST_VERSION, now)
    version = before.version + 1 if before.language == language else 1
    try:
        with transaction.atomic():
            written = ConsentText.objects.create(
                programme_id=programme_id,
                purpose=purpose,
                language=language,
                version=version,
                text=text.strip(),
                asks_again=asks_again,
                written_by_id=by.person_id,
                written_at=now,
            )
    except IntegrityError as error:
        raise Refused(_("Somebody else wrote a new version just now. Look at it first.")) from error
    record_change(written, before="", after="written", by=by, now=now)
    return written


@transaction.atomic
def record_consent(
    person: Person,
    *,
    purpose: str,
    answer: str,
    language: str,
    version: int,
    mode: str,
    today: date,
    by: Member,
    now: datetime,
    given_on: date | None = None,
    subject: str = "",
    given_by: str = GivenBy.SELF,
    representative: LegalRepresentative | None = None,
    assent: bool | None = None,
    read_by: Person | None = None,
    witness: Person | None = None,
    interpreter: str = "",
) -> Consent:
    """Somebody answered: yes or no, to these words, in this way. An earlier answer makes room for it and stays kept.

    A no is kept so that nobody asks every day. For somebody under age a yes comes from a guardian together with her
    own; a no is hers alone to say. ``today`` is the programme's own day. Raises Refused, with a sentence, for a day to
    come, a guardian of somebody of age, and whatever the database would not take.
    """
    day = given_on or today
    Person.objects.select_for_update().get(pk=person.pk)
    subject = " ".join(subject.split()) if purpose == ConsentPurpose.SHARE_WITH_SERVICE else ""
    guarded = given_by == GivenBy.GUARDIAN
    _check(person, answer=answer, day=day, today=today, representative=representative if guarded else None)
    if guarded and answer == ConsentAnswer.YES and not assent:
        raise Refused(_("A guardian's yes counts only together with this person's own. Ask both."))
    said = Consent(
        programme_id=person.programme_id,
        person=person,
        purpose=purpose,
        subject=subject,
        answer=answer,
        text=_text_read(person.programme_id, purpose, language, version, now),
        mode=mode,
        given_on=day,
        given_by=given_by,
        representative=representative if guarded else None,
        assent=bool(assent) if guarded else None,
        read_by=read_by,
        witness=witness if mode == ConsentMode.ORAL else None,
        interpreter=interpreter.strip() if mode == ConsentMode.INTERPRETER else "",
        recorded_by_id=by.person_id,
        recorded_at=now,
    )
    _refuse_what_breaks(said, guarded=guarded)
    earlier = Consent.objects.current().filter(person=person, purpose=purpose, subject=subject)
    same = Consent.objects.filter(person=person, purpose=purpose, subject=subject)
    if earlier.filter(given_on__gt=day).exists() or same.filter(withdrawn_on__gt=day).exists():
        raise Refused(_("There is a later answer about this already. Nothing was changed."))
    earlier.update(replaced_on=day)
    said.save(force_insert=True)
    record_change(said, before="", after=answer, by=by, now=now)
    return said


def _check(person: Person, *, answer: str, day: date, today: date, representative: LegalRepresentative | None) -> None:
    if day > today:
        raise Refused(_("That day is still to come. Please check the day."))
    minor = under_age(person.born_on, day=day)
    if representative is None:
        if minor and answer == ConsentAnswer.YES:
            raise Refused(_("This person is under age: a guardian answers too. Write down who that is first."))
        return
    if not minor:
        raise Refused(_("On that day nobody else answers: this person is of age, or the birthday is not known."))
    if representative.person_id != person.pk:
        raise Refused(_("This guardian belongs to somebody else."))
    if representative.from_on > day or (representative.to_on and representative.to_on < day):
        raise Refused(_("This guardian did not represent this person on that day."))


def _refuse_what_breaks(said: Consent, *, guarded: bool) -> None:
    """The sentences of the database's own rules, before it has to say no."""
    if said.purpose == ConsentPurpose.SHARE_WITH_SERVICE and not said.subject:
        raise Refused(_("Say which service may be told, one service at a time."))
    yes = said.answer == ConsentAnswer.YES
    if yes and said.mode == ConsentMode.ORAL and said.witness is None:
        raise Refused(_("Say who heard it: a spoken yes needs a witness."))
    if said.witness_id and said.witness_id in (said.person_id, said.recorded_by_id):
        raise Refused(_("The witness is somebody else than the two who talk."))
    if yes and said.mode == ConsentMode.INTERPRETER and not said.interpreter:
        raise Refused(_("Say who interpreted."))
    if said.mode == ConsentMode.BEFORE:
        raise Refused(_("Choose how the answer was given: on paper, or said aloud."))
    if guarded and said.representative is None:
        raise Refused(_("Say which guardian answers."))


@transaction.atomic
def withdraw_consent(consent: Consent, *, today: date, by: Member, now: datetime) -> None:
    """She takes her yes back; whatever asked for it stops at once. What was said and when stays written down.

    Raises Refused when it was taken back before, or was no yes.
    """
    open_yes = Consent.objects.current().filter(pk=consent.pk, answer=ConsentAnswer.YES)
    if not open_yes.update(withdrawn_on=max(today, consent.given_on)):
        raise Refused(_("This was taken back already. Nothing was changed."))
    consent.refresh_from_db()
    record_change(consent, before=ConsentAnswer.YES, after="withdrawn", by=by, now=now)


@transaction.atomic
def take_over_consents(
    given: Mapping[int, date],
    *,
    programme_id: int,
    by: Member | None,
    now: datetime,
    purpose: str = ConsentPurpose.SUPPORT,
) -> list[int]:
    """Consents from before this file was here, by person and day; who has answered already keeps that answer.

    Which words were read is not known, and is not made up. Returns the keys of the new rows.
    """
    answered = set(Consent.objects.filter(purpose=purpose, person_id__in=given).values_list("person_id", flat=True))
    rows = Consent.objects.bulk_create(
        [
            Consent(
                programme_id=programme_id,
                person_id=person_id,
                purpose=purpose,
                answer=ConsentAnswer.YES,
                mode=ConsentMode.BEFORE,
                given_on=day,
                recorded_by_id=by.person_id if by else None,
                recorded_at=now,
            )
            for person_id, day in given.items()
            if person_id not in answered
        ],
        batch_size=BULK,
    )
    record_changes(rows, before="", after=ConsentAnswer.YES, by=by, now=now)
    return [row.pk for row in rows]


@transaction.atomic
def add_representative(
    person: Person, *, name: str, contact: str, kind: str, from_on: date, by: Member, now: datetime
) -> LegalRepresentative:
    """Write down who answers together with somebody under age. Raises Refused for somebody of age, or a double."""
    if not under_age(person.born_on, day=from_on):
        raise Refused(_("This person is of age on that day, or the birthday is not known. Look at the birthday first."))
    Person.objects.select_for_update().get(pk=person.pk)
    name = " ".join(name.split())
    if not name or kind not in Representing.values:
        raise Refused(_("Write down who the guardian is, and why that person may answer."))
    if person.representatives.current(from_on).filter(name__iexact=name).exists():
        raise Refused(_("This guardian is written down already."))
    made = LegalRepresentative.objects.create(
        programme_id=person.programme_id, person=person, name=name, contact=contact.strip(), kind=kind, from_on=from_on
    )
    record_change(made, before="", after=kind, by=by, now=now)
    return made


@transaction.atomic
def end_representative(representative: LegalRepresentative, *, today: date, by: Member, now: datetime) -> None:
    """From tomorrow on this guardian answers no more; earlier answers stay. Raises Refused the second time."""
    mine = LegalRepresentative.objects.filter(pk=representative.pk, to_on__isnull=True)
    if not mine.update(to_on=max(today, representative.from_on)):
        raise Refused(_("This guardian answers no more already."))
    representative.refresh_from_db()
    record_change(representative, before=representative.kind, after="ended", by=by, now=now)
