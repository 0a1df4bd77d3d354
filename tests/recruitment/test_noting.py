"""Sensitive notes about a participant need her yes; a no, a yes taken back and a yes never asked for are no yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from peerhub.lib.dates import add_months
from peerhub.lib.errors import Refused
from peerhub.people.choices import ConsentPurpose
from peerhub.people.models import SensitiveNote
from peerhub.people.services import correct_note, outline_of, withdraw_consent
from programmes.services import open_notes
from recruitment.services import note_about
from tests import factories as make
from tests.cast import Cast

Login = Callable[..., Client]
WORDS = "She said she sleeps badly."


def test_nothing_is_kept_without_a_yes(cast: Cast, login: Login) -> None:
    page = f"/p/north/people/{cast.carla.person_id}/notes/new/"
    assert "has not said yes to writing down sensitive things" in login(cast.amina).get(page).content.decode()
    for answer in (None, "no"):
        if answer:
            make.a_consent(cast.carla.person, purpose=ConsentPurpose.RECORD_SENSITIVE, answer=answer)
        said = login(cast.amina).post(page, {"key": uuid4(), "kind": "facts", "text": WORDS}).content.decode()
        assert "so nothing was kept" in said
        assert WORDS in said, "what was typed is still there"
    assert not SensitiveNote.objects.exists()


def test_taken_back_means_no_more_and_what_is_there_closes(cast: Cast, now: datetime, login: Login) -> None:
    yes = make.a_consent(cast.carla.person, purpose=ConsentPurpose.RECORD_SENSITIVE)
    asked = {"key": uuid4(), "kind": "facts", "text": WORDS, "today": make.TODAY, "by": cast.amina, "now": now}
    note = note_about(cast.carla.person, **asked)
    assert note_about(cast.carla.person, **asked) == note
    page = f"/p/north/notes/{note.pk}/"
    assert WORDS in login(cast.amina).get(page).content.decode()
    withdraw_consent(yes, today=make.TODAY, by=cast.amina, now=now)
    with pytest.raises(Refused, match="so nothing was kept"):
        note_about(cast.carla.person, **{**asked, "key": uuid4()})
    with pytest.raises(Refused, match="may read it"):
        correct_note(note, text="She sleeps well.", by=cast.amina, now=now)
    for member in (cast.amina, cast.dan):
        assert login(member).get(page).status_code == 404
    assert outline_of(cast.carla.person, reader=cast.amina)["closed"]
    open_notes(cast.carla.person, reason="She fell ill and her sister asks.", by=cast.amina, now=now)
    assert WORDS in login(cast.amina).get(page).content.decode()
    make.a_consent(cast.carla.person, purpose=ConsentPurpose.RECORD_SENSITIVE)
    assert WORDS in login(cast.dan).get(page).content.decode(), "a new yes opens them again"


def test_a_peer_supporter_is_not_asked(cast: Cast, now: datetime, login: Login) -> None:
    ben = cast.ben_supporter.person
    assert note_about(ben, key=uuid4(), kind="supervision", text=WORDS, today=make.TODAY, by=cast.dan, now=now).pk
    assert "has not said yes" not in login(cast.dan).get(f"/p/north/people/{ben.pk}/notes/new/").content.decode()


def test_what_a_guardian_allowed_closes_on_the_eighteenth_birthday(cast: Cast, now: datetime, login: Login) -> None:
    carla, birthday = cast.carla.person, add_months(make.TODAY, -12 * 18)
    carla.born_on = birthday + timedelta(days=1)
    carla.save(update_fields=["born_on"])
    guardian = {"given_by": "guardian", "representative": make.a_representative(carla), "assent": True}
    yes = make.a_consent(carla, purpose=ConsentPurpose.RECORD_SENSITIVE, **guardian)
    asked = {"kind": "facts", "text": WORDS, "today": make.TODAY, "now": now}
    note = note_about(carla, key=uuid4(), by=cast.amina, **asked)
    page = f"/p/north/notes/{note.pk}/"
    assert WORDS in login(cast.amina).get(page).content.decode()
    carla.born_on = birthday
    carla.save(update_fields=["born_on"])
    for member in (cast.amina, cast.dan):
        assert login(member).get(page).status_code == 404
    with pytest.raises(Refused, match="so nothing was kept"):
        note_about(carla, key=uuid4(), by=cast.amina, **asked)
    yes.replaced_on = make.TODAY
    yes.save(update_fields=["replaced_on"])
    make.a_consent(carla, purpose=ConsentPurpose.RECORD_SENSITIVE)
    assert WORDS in login(cast.dan).get(page).content.decode(), "her own yes opens them again"
