"""Consent on the pages: nothing beyond name, contact and source before a yes; read, answer, take back, print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.services.proposing import propose_pair, waiting_list
from peerhub.lib.dates import add_months
from peerhub.lib.errors import Refused
from peerhub.people.choices import ConsentPurpose
from peerhub.people.consent import may
from peerhub.people.models import Consent, ConsentText, LegalRepresentative
from recruitment.models import Participant
from recruitment.services import add_participant, save_participant
from tests import factories as make
from tests.cast import Cast

Login = Callable[..., Client]
TODAY = make.TODAY
SECRET = {
    "request_for_help": "DEBTS", "remarks": "REMARK", "children": 7, "wishes_gender": "woman", "postcode": "9876",
    "available": [4],
}  # fmt: skip


def address(name: str, *args: object) -> str:
    return reverse(f"recruitment:{name}", args=["north", *args])


@pytest.fixture
def dora(cast: Cast) -> Participant:
    """Somebody whose file holds things, and who was never asked."""
    return make.a_participant(cast.north, "Dora", consents=(), safe_contact="NO LETTERS", languages=["ar"], **SECRET)


def told(page: str) -> list[str]:
    return [word for word in ("DEBTS", "REMARK", "9876") if word in page]


# -- What is shown --------------------------------------------------------------------------------------------------


def test_before_consent_only_name_contact_and_source_are_shown(cast: Cast, login: Login, dora: Participant) -> None:
    client = login(cast.amina)
    page = client.get(address("participant", dora.pk)).content.decode()
    assert told(page) == []
    for words in ("Dora Test", dora.person.email, "NO LETTERS", "This file is closed", "Record consent"):
        assert words in page
    assert told(client.get(address("participants")).content.decode()) == []
    assert told(client.get(address("participants_export")).content.decode()) == []
    assert told(client.get(address("participants") + "?wish=woman").content.decode()) == []
    assert "Dora" not in client.get(address("participants") + "?wish=woman").content.decode()
    assert told(client.get(address("participant_edit", dora.pk)).content.decode()) == []
    assert told(client.get(reverse("matching:candidates", args=["north", dora.pk])).content.decode()) == []


def test_after_a_yes_everything_is_shown(cast: Cast, login: Login, dora: Participant) -> None:
    make.a_consent(dora.person)
    client = login(cast.amina)
    page = client.get(address("participant", dora.pk)).content.decode()
    assert told(page) == ["DEBTS", "REMARK", "9876"]
    assert "This file is closed" not in page
    assert told(client.get(address("participants")).content.decode()) == ["DEBTS", "9876"]


def test_taken_over_files_stay_open_while_they_may_be_asked(cast: Cast, login: Login, dora: Participant) -> None:
    client = login(cast.amina)
    Participant.objects.filter(pk=dora.pk).update(consent_due_on=TODAY)
    page = client.get(address("participant", dora.pk)).content.decode()
    assert told(page) == ["DEBTS", "REMARK", "9876"]
    assert "Consent is missing" in page
    Participant.objects.filter(pk=dora.pk).update(consent_due_on=TODAY - timedelta(days=1))
    assert told(client.get(address("participant", dora.pk)).content.decode()) == []
    Participant.objects.filter(pk=dora.pk).update(consent_due_on=TODAY)
    make.a_consent(dora.person, answer="no")
    assert told(client.get(address("participant", dora.pk)).content.decode()) == [], "a no counts at once"


def test_the_peer_supporter_reads_no_more_after_a_yes_is_taken_back(cast: Cast, login: Login) -> None:
    Participant.objects.filter(pk=cast.carla.pk).update(request_for_help="DEBTS")
    ben, page = login(cast.ben), reverse("matching:people", args=["north"])
    assert "DEBTS" in ben.get(page).content.decode()
    Consent.objects.filter(person=cast.carla.person).update(withdrawn_on=TODAY)
    assert "DEBTS" not in ben.get(page).content.decode()
    match = reverse("matching:match", args=["north", cast.match.pk])
    assert "DEBTS" not in login(cast.amina).get(match).content.decode()


def test_a_file_that_nobody_asked_about_is_closed(dora: Participant) -> None:
    assert dora.file.request_for_help is None
    with pytest.raises(AttributeError):
        _ = dora.file.safe_contact
    opened = Participant.objects.with_file(TODAY).get(pk=dora.pk)
    assert opened.file.request_for_help is None


def test_nobody_is_matched_without_a_yes(cast: Cast, dora: Participant, now: datetime) -> None:
    supporter = make.a_supporter(cast.north, languages=["ar"], available=[4], gender="woman")
    pair = {"programme": cast.north, "participant": dora, "supporter": supporter, "by": cast.amina, "now": now}
    assert dora.pk not in [one.participant for one in waiting_list(cast.north, today=TODAY)]
    with pytest.raises(Refused, match="said yes to a file"):
        propose_pair(**pair)  # type: ignore[arg-type]  # the values are of many kinds
    make.a_consent(dora.person)
    assert dora.pk in [one.participant for one in waiting_list(cast.north, today=TODAY)]
    propose_pair(**pair)  # type: ignore[arg-type]


# -- What is written down -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{"request_for_help": "debts"}, {"children": 0}, {"available": [3]}])
def test_nothing_more_is_kept_before_a_yes(cast: Cast, now: datetime, more: dict[str, Any]) -> None:
    first: dict[str, Any] = {"person_fields": {"first_name": "Noor"}, "by": cast.amina, "now": now}
    with pytest.raises(Refused, match="consent first"):
        add_participant(programme=cast.north, registered_on=TODAY, **first, **more)
    row = add_participant(programme=cast.north, registered_on=TODAY, **first)
    with pytest.raises(Refused, match="consent first"):
        save_participant(row, **first, **more)
    save_participant(row, **first, safe_contact="no calls")
    make.a_consent(row.person)
    save_participant(row, **first, **more)


# -- Asking ---------------------------------------------------------------------------------------------------------


def test_read_yes_and_on_to_the_next(cast: Cast, login: Login, dora: Participant) -> None:
    client, ask = login(cast.amina), address("consent_ask", dora.person_id, "support")
    page = client.get(ask).content.decode()
    assert "May we keep a file and look for a peer supporter for you?" in page
    sent = {"answer": "yes", "version": 1, "language": "en", "mode": "written", "given_on": TODAY.isoformat()}
    answer = client.post(ask, sent)
    assert answer.url == address("consent_ask", dora.person_id, "record_sensitive")
    assert may(dora.person_id, ConsentPurpose.SUPPORT, today=TODAY)
    said = Consent.objects.get(person=dora.person)
    assert (said.recorded_by_id, said.mode, said.given_by) == (cast.amina.person_id, "written", "self")
    page = client.get(address("consents", dora.person_id)).content.decode()
    assert "signed on paper" in page
    assert "text 1, English" in page
    page = client.get(address("participant", dora.pk)).content.decode()
    assert "Said yes: support and a file" in page


def test_aloud_with_a_witness_and_what_is_missing_is_said(cast: Cast, login: Login, dora: Participant) -> None:
    client, ask = login(cast.amina), address("consent_ask", dora.person_id, "evaluation")
    sent = {"answer": "yes", "version": 1, "language": "en", "mode": "oral", "given_on": TODAY.isoformat()}
    page = client.post(ask, sent).content.decode()
    assert "a spoken yes needs a witness" in page
    client.post(ask, {**sent, "witness": cast.dan.person_id})
    assert Consent.objects.get(person=dora.person).witness_id == cast.dan.person_id
    assert "heard by Dan Test" in client.get(address("consents", dora.person_id)).content.decode()


def test_no_is_one_tap_and_nobody_asks_again(cast: Cast, login: Login, dora: Participant) -> None:
    client, ask = login(cast.amina), address("consent_ask", dora.person_id, "evaluation")
    sent = {"answer": "no", "version": 1, "language": "en", "mode": "oral", "given_on": TODAY.isoformat()}
    assert client.post(ask, sent).url == address("consent_ask", dora.person_id, "photo_story")
    page = client.get(address("consents", dora.person_id)).content.decode()
    assert "said no" in page


def test_two_taps_take_it_back(cast: Cast, login: Login, dora: Participant) -> None:
    client, yes = login(cast.amina), make.a_consent(dora.person)
    page = client.get(address("consents", dora.person_id)).content.decode()
    assert f'data-confirm="withdraw-{yes.pk}"' in page
    assert "The file closes" in page
    client.post(address("consent_withdraw", yes.pk))
    assert not may(dora.person_id, ConsentPurpose.SUPPORT, today=TODAY)
    assert "Took back: support and a file" in client.get(address("participant", dora.pk)).content.decode()


def test_the_language_is_hers(cast: Cast, login: Login, dora: Participant) -> None:
    make.a_consent_text(cast.north, language="ar", version=1, text="سؤال؟")
    page = login(cast.amina).get(address("consent_ask", dora.person_id, "support")).content.decode()
    assert "سؤال؟" in page
    assert 'lang="ar" dir="auto"' in page
    page = login(cast.amina).get(address("consent_ask", dora.person_id, "support") + "?language=en").content.decode()
    assert "May we keep a file" in page


def test_a_guardian_and_a_minor(cast: Cast, login: Login) -> None:
    young = make.a_participant(cast.north, "Abdoul", born_on=add_months(TODAY, -12 * 17), consents=())
    client, ask = login(cast.amina), address("consent_ask", young.person_id, "support")
    assert "none is written down yet" in client.get(ask).content.decode()
    guardian = {"name": "Mr De Smet", "kind": "judge_appointed", "from_on": TODAY.isoformat()}
    assert client.post(address("guardian_new", young.person_id), guardian).status_code == 302
    one = LegalRepresentative.objects.get()
    sent = {"answer": "yes", "version": 1, "language": "en", "mode": "written", "given_on": TODAY.isoformat()}
    assert "Choose the guardian" in client.post(ask, sent).content.decode()
    page = client.post(ask, {**sent, "representative": one.pk}).content.decode()
    assert "own." in page
    client.post(ask, {**sent, "representative": one.pk, "assent": "on"})
    assert may(young.person_id, ConsentPurpose.SUPPORT, today=TODAY)
    client.post(address("guardian_end", one.pk))
    one.refresh_from_db()
    assert one.to_on == TODAY


def test_a_form_on_paper(cast: Cast, login: Login, dora: Participant) -> None:
    page = login(cast.paul).get(address("consent_print", dora.person_id)).content.decode()
    assert page.count("☐") == 2 * len(ConsentPurpose.values)
    assert "Signature:" in page


def test_a_peer_supporter_is_asked_about_less(cast: Cast, login: Login) -> None:
    client, person = login(cast.amina), cast.ben_supporter.person_id
    page = client.get(address("consents", person)).content.decode()
    assert "A photo or a story" in page
    assert "Support and a file" not in page
    assert client.get(address("consent_ask", person, "support")).status_code == 404
    assert client.get(address("consent_ask", person, "nonsense")).status_code == 404


@pytest.mark.parametrize("name", ["consents", "consent_print", "consent_ask", "guardian_new"])
def test_strangers_stay_outside(cast: Cast, login: Login, dora: Participant, name: str) -> None:
    args = [dora.person_id, "support"] if name == "consent_ask" else [dora.person_id]
    assert login(cast.zoe).get(address(name, *args)).status_code == 404
    assert login(cast.ben).get(address(name, *args)).status_code == 403


# -- The texts ------------------------------------------------------------------------------------------------------


def test_a_coordinator_writes_a_new_version(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    assert "as it comes with peerhub" in client.get(address("consent_texts")).content.decode()
    write = address("consent_text", "evaluation") + "?language=nl"
    assert "no words in this language yet" in client.get(write).content.decode()
    client.post(write, {"text": "Mogen wij u vragen stellen?"})
    made = ConsentText.objects.get()
    assert (made.language, made.version, made.asks_again) == ("nl", 1, False)
    assert "same words" in client.post(write, {"text": "Mogen wij u vragen stellen? "}).content.decode()
    assert login(cast.dan).get(address("consent_texts")).status_code == 403
    assert client.get(address("consent_text", "nonsense")).status_code == 404
