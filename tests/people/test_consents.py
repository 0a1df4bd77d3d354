"""Somebody says yes or no to one purpose, to certain words, in a certain way, and takes it back; what that allows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from peerhub.lib.dates import add_months
from peerhub.lib.errors import Refused
from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import Standing, may, require, stands, text_to_read, who_may
from peerhub.people.models import Consent, ConsentText, Person, StateChange
from peerhub.people.services import (
    add_representative,
    end_representative,
    record_consent,
    take_over_consents,
    withdraw_consent,
    write_consent_text,
)
from peerhub.people.wording import AFTER_WITHDRAWAL, FIRST_TEXTS, WITHOUT
from tests import factories as make
from tests.cast import Cast

TODAY = make.TODAY


def say(cast: Cast, person: Person, now: datetime, **more: Any) -> Consent:
    """On paper, in English, the first version, today."""
    usual = {"purpose": "photo_story", "answer": "yes", "language": "en", "version": 1, "mode": "written"}
    return record_consent(person, today=TODAY, by=cast.amina, now=now, **{**usual, **more})


def born(years: int, days: int = 0) -> date:
    return add_months(TODAY, -12 * years) + timedelta(days=days)


@pytest.fixture
def carla(cast: Cast) -> Person:
    return cast.carla.person


@pytest.fixture
def minor(cast: Cast) -> Person:
    return make.a_participant(cast.north, "Abdoul", born_on=born(17), consents=()).person


# -- Saying yes, saying no ------------------------------------------------------------------------------------------


def test_every_purpose_has_its_words() -> None:
    assert set(FIRST_TEXTS) == set(AFTER_WITHDRAWAL) == set(WITHOUT) == set(ConsentPurpose.values)
    assert all(text.rstrip().endswith("?") for text in FIRST_TEXTS.values()), "each ends with the question"


def test_a_yes_counts_and_knows_its_words(cast: Cast, carla: Person, now: datetime) -> None:
    assert not may(carla.pk, ConsentPurpose.PHOTO_STORY, today=TODAY)
    said = say(cast, carla, now)
    assert may(carla.pk, ConsentPurpose.PHOTO_STORY, today=TODAY)
    assert said.text
    assert (said.text.version, said.text.language, said.text.text) == (1, "en", FIRST_TEXTS["photo_story"])
    assert StateChange.objects.of(said).get().after == "yes"


def test_one_purpose_is_not_another(cast: Cast, carla: Person, now: datetime) -> None:
    say(cast, carla, now)
    assert not may(carla.pk, ConsentPurpose.CONTACT_AFTER_CLOSING, today=TODAY)


def test_one_service_is_not_another(cast: Cast, carla: Person, now: datetime) -> None:
    say(cast, carla, now, purpose="share_with_service", subject=" Housing  office ")
    share = ConsentPurpose.SHARE_WITH_SERVICE
    assert may(carla.pk, share, today=TODAY, subject="Housing office")
    assert not may(carla.pk, share, today=TODAY, subject="Benefits office")
    with pytest.raises(Refused, match="telling this service"):
        require(carla.pk, share, today=TODAY, subject="Benefits office")
    with pytest.raises(Refused, match="which service"):
        say(cast, carla, now, purpose="share_with_service", subject=" ")


def test_a_no_is_kept_and_allows_nothing(cast: Cast, carla: Person, now: datetime) -> None:
    say(cast, carla, now, answer="no", mode="oral")
    assert not may(carla.pk, ConsentPurpose.PHOTO_STORY, today=TODAY)
    assert [one.standing for one in stands(carla, purposes=["photo_story"], today=TODAY)] == [Standing.REFUSED]


def test_stories_and_referrals_ask_at_the_same_door(cast: Cast, carla: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="photo or a story"):
        require(carla.pk, ConsentPurpose.PHOTO_STORY, today=TODAY)
    say(cast, carla, now)
    require(carla.pk, ConsentPurpose.PHOTO_STORY, today=TODAY)


def test_many_people_are_one_question(cast: Cast, now: datetime, django_assert_num_queries: Any) -> None:
    people = [make.a_participant(cast.north).person for _number in range(5)]
    for person in people[:2]:
        say(cast, person, now)
    with django_assert_num_queries(1):
        found = who_may([person.pk for person in people], ConsentPurpose.PHOTO_STORY, today=TODAY)
    assert found == {person.pk for person in people[:2]}


def test_answered_twice_the_later_answer_counts(cast: Cast, carla: Person, now: datetime) -> None:
    first = say(cast, carla, now, given_on=TODAY - timedelta(days=5))
    say(cast, carla, now, answer="no")
    first.refresh_from_db()
    assert (first.replaced_on, first.withdrawn_on) == (TODAY, None)
    assert not may(carla.pk, ConsentPurpose.PHOTO_STORY, today=TODAY)
    with pytest.raises(Refused, match="later answer"):
        say(cast, carla, now, given_on=TODAY - timedelta(days=2))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mode": "oral"}, "needs a witness"),
        ({"mode": "interpreter"}, "who interpreted"),
        ({"mode": "before"}, "how the answer was given"),
        ({"given_on": TODAY + timedelta(days=1)}, "still to come"),
        ({"version": 7}, "not there any more"),
        ({"language": "nl"}, "not there any more"),
    ],
)
def test_what_a_yes_needs(cast: Cast, carla: Person, now: datetime, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        say(cast, carla, now, **changes)
    assert not Consent.objects.filter(person=carla, purpose="photo_story").exists()


def test_said_aloud_somebody_else_heard_it(cast: Cast, carla: Person, now: datetime) -> None:
    amina, dan = (Person.objects.get(pk=one.person_id) for one in (cast.amina, cast.dan))
    for witness in (amina, carla):
        with pytest.raises(Refused, match="somebody else than the two"):
            say(cast, carla, now, mode="oral", witness=witness)
    assert say(cast, carla, now, mode="oral", witness=dan).witness == dan
    assert say(cast, carla, now, mode="interpreter", interpreter="Mr B.").interpreter == "Mr B."


# -- Taking back ----------------------------------------------------------------------------------------------------


def test_withdraw_consent_ends_it_and_keeps_it(cast: Cast, carla: Person, now: datetime) -> None:
    said = say(cast, carla, now)
    withdraw_consent(said, today=TODAY, by=cast.amina, now=now)
    assert not may(carla.pk, ConsentPurpose.PHOTO_STORY, today=TODAY)
    assert said.withdrawn_on == TODAY
    assert stands(carla, purposes=["photo_story"], today=TODAY)[0].standing is Standing.WITHDRAWN
    assert may(carla.pk, ConsentPurpose.SUPPORT, today=TODAY), "one purpose ends, the others do not"
    with pytest.raises(Refused, match="taken back already"):
        withdraw_consent(said, today=TODAY, by=cast.amina, now=now)
    again = say(cast, carla, now)
    assert may(carla.pk, ConsentPurpose.PHOTO_STORY, today=TODAY)
    assert again.pk != said.pk


def test_a_no_cannot_be_taken_back(cast: Cast, carla: Person, now: datetime) -> None:
    with pytest.raises(Refused):
        withdraw_consent(say(cast, carla, now, answer="no"), today=TODAY, by=cast.amina, now=now)


# -- Under age ------------------------------------------------------------------------------------------------------


def test_a_guardian_and_the_person_together(cast: Cast, minor: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="guardian answers too"):
        say(cast, minor, now)
    guardian = add_representative(
        minor, name="Mr De Smet", contact="", kind="judge_appointed", from_on=TODAY, by=cast.amina, now=now
    )
    with pytest.raises(Refused, match="together with this person's own"):
        say(cast, minor, now, given_by="guardian", representative=guardian, assent=False)
    said = say(cast, minor, now, given_by="guardian", representative=guardian, assent=True)
    assert may(minor.pk, ConsentPurpose.PHOTO_STORY, today=TODAY)
    withdraw_consent(said, today=TODAY, by=cast.amina, now=now)
    assert say(cast, minor, now, answer="no").given_by == "self", "no is hers alone to say"


def test_from_the_18th_birthday_on_she_is_asked_herself(cast: Cast, minor: Person, now: datetime) -> None:
    guardian = make.a_representative(minor)
    said = say(cast, minor, now, given_by="guardian", representative=guardian, assent=True)
    birthday = add_months(born(17), 12 * 18)
    assert may(minor.pk, ConsentPurpose.PHOTO_STORY, today=birthday - timedelta(days=1))
    assert not may(minor.pk, ConsentPurpose.PHOTO_STORY, today=birthday)
    assert list(Consent.objects.outgrown(birthday)) == [said]
    assert stands(minor, purposes=["photo_story"], today=birthday)[0].standing is Standing.OUTGROWN
    own = record_consent(
        minor, purpose="photo_story", answer="yes", language="en", version=1, mode="written", today=birthday,
        by=cast.amina, now=now,
    )  # fmt: skip
    assert may(minor.pk, ConsentPurpose.PHOTO_STORY, today=birthday)
    assert own.given_by == "self"
    assert not Consent.objects.outgrown(birthday).exists()


def test_nobody_answers_for_somebody_of_age(cast: Cast, carla: Person, minor: Person, now: datetime) -> None:
    about = {"name": "Mariam", "contact": "", "kind": "parent", "from_on": TODAY, "by": cast.amina, "now": now}
    with pytest.raises(Refused, match="of age"):
        add_representative(carla, **about)
    hers = add_representative(minor, **about)
    with pytest.raises(Refused, match="written down already"):
        add_representative(minor, **{**about, "name": " mariam "})
    with pytest.raises(Refused, match="nobody else answers"):
        say(cast, carla, now, given_by="guardian", representative=hers, assent=True)


def test_another_persons_guardian_and_one_who_ended(cast: Cast, minor: Person, now: datetime) -> None:
    other = make.a_participant(cast.north, "Bilal", born_on=born(16), consents=()).person
    guardian = make.a_representative(other)
    with pytest.raises(Refused, match="somebody else"):
        say(cast, minor, now, given_by="guardian", representative=guardian, assent=True)
    own = make.a_representative(minor, from_on=TODAY - timedelta(days=9))
    end_representative(own, today=TODAY - timedelta(days=1), by=cast.amina, now=now)
    with pytest.raises(Refused, match="did not represent"):
        say(cast, minor, now, given_by="guardian", representative=own, assent=True)
    with pytest.raises(Refused, match="answers no more"):
        end_representative(own, today=TODAY, by=cast.amina, now=now)


def test_the_database_knows_whose_guardian_it_is(cast: Cast, minor: Person) -> None:
    other = make.a_participant(cast.north, "Bilal", born_on=born(16), consents=()).person
    guardian = make.a_representative(other)
    with pytest.raises(IntegrityError, match="own_representative"), transaction.atomic():
        _write_now(minor, given_by="guardian", representative=guardian, assent=True)


def test_the_database_knows_what_the_words_are_about(cast: Cast, carla: Person) -> None:
    text = make.a_consent_text(cast.north, purpose="evaluation")
    with pytest.raises(IntegrityError, match="text_of_purpose"), transaction.atomic():
        _write_now(carla, purpose="photo_story", mode="written", text=text)


def _write_now(person: Person, **fields: Any) -> None:
    make.a_consent(person, **fields)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# -- Texts ----------------------------------------------------------------------------------------------------------


def write(cast: Cast, now: datetime, **more: Any) -> ConsentText:
    usual: dict[str, Any] = {"purpose": "photo_story", "language": "en", "text": "May we?", "asks_again": False}
    return write_consent_text(programme_id=cast.north.pk, by=cast.amina, now=now, **{**usual, **more})


def test_a_new_version_leaves_what_was_agreed(cast: Cast, carla: Person, now: datetime) -> None:
    said = say(cast, carla, now)
    assert write(cast, now).version == 2
    said.refresh_from_db()
    assert said.text
    assert said.text.text == FIRST_TEXTS["photo_story"]
    assert text_to_read(cast.north.pk, purpose="photo_story").text == "May we?"
    assert not Consent.objects.to_ask_again(TODAY).exists()
    with pytest.raises(Refused, match="same words"):
        write(cast, now)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ConsentText.objects.update(text="something else")


def test_other_words_may_ask_everybody_again(cast: Cast, carla: Person, now: datetime) -> None:
    said = say(cast, carla, now)
    write(cast, now + timedelta(hours=1), asks_again=True)
    assert list(Consent.objects.to_ask_again(TODAY)) == [said]
    assert may(carla.pk, ConsentPurpose.PHOTO_STORY, today=TODAY), "her yes counts until she has answered again"
    assert stands(carla, purposes=["photo_story"], today=TODAY)[0].asks_again
    say(cast, carla, now + timedelta(hours=2), version=2)
    assert not Consent.objects.to_ask_again(TODAY).exists()


def test_read_in_her_language_where_there_are_words(cast: Cast, now: datetime) -> None:
    assert write(cast, now, language="ar", text="هل يمكننا؟").version == 1
    north = cast.north.pk
    assert text_to_read(north, purpose="photo_story", language="ar").text == "هل يمكننا؟"
    assert text_to_read(north, purpose="photo_story", language="tr").text == FIRST_TEXTS["photo_story"]
    assert text_to_read(cast.south.pk, purpose="photo_story", language="ar").language == "en"


# -- From before ----------------------------------------------------------------------------------------------------


def test_take_over_consents_once(cast: Cast, now: datetime) -> None:
    one, two = (make.a_participant(cast.north, consents=()).person for _number in range(2))
    say(cast, two, now, purpose="support", answer="no")
    day = TODAY - timedelta(days=400)
    given = {one.pk: day, two.pk: day}
    assert len(take_over_consents(given, programme_id=cast.north.pk, by=cast.amina, now=now)) == 1
    assert who_may(given, ConsentPurpose.SUPPORT, today=TODAY) == {one.pk}, "whoever has said no keeps her no"
    assert take_over_consents(given, programme_id=cast.north.pk, by=cast.amina, now=now) == []
    assert Consent.objects.get(person=one).text is None
