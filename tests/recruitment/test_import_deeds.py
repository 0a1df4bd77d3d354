"""The deeds of an import: applied once, undone while nothing hangs on it, silent all the way."""

from __future__ import annotations

import io
import time
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from peerhub.lib.errors import Refused
from peerhub.lib.sheets import harmless
from peerhub.notices.models import Notice
from peerhub.people.models import Consent, Person, StateChange
from peerhub.people.services import give_login, withdraw_consent
from recruitment.choices import ImportStatus, SupporterStatus
from recruitment.importing.headings import guess_columns, guess_role, lay_out
from recruitment.importing.reading import read
from recruitment.importing.writing import refused_book, template_book
from recruitment.models import ImportBatch, Participant, PeerSupporter
from recruitment.services.importing import (
    apply_import,
    correct_import,
    preview,
    read_upload,
    refused_workbook,
    undo_import,
)
from tests import factories as make
from tests.cast import Cast
from tests.recruitment.workbooks import PARTICIPANT_HEADINGS, participant, with_slips, xlsx
from training.models import Certificate

NOW = timezone.now()
TODAY = make.TODAY


def uploaded(cast: Cast, data: bytes, name: str = "people.xlsx", **how: Any) -> ImportBatch:
    return read_upload(programme=cast.north, name=name, data=data, by=cast.amina, now=NOW, **how)


def participants_csv(cast: Cast, *rows: str) -> ImportBatch:
    text = "first name,last name,e-mail,phone,date of birth,languages,postcode,children,remarks\n" + "\n".join(rows)
    return uploaded(cast, text.encode(), "participants.csv")


def test_nobody_gets_a_message_and_everything_is_written_down(cast: Cast) -> None:
    batch = uploaded(cast, with_slips(TODAY))
    before = Person.objects.count()
    outcome = apply_import(batch, by=cast.amina, now=NOW)
    assert Person.objects.count() - before == outcome["counts"]["new"] == 8
    assert not Notice.objects.exists()
    assert not mail.outbox
    assert StateChange.objects.filter(after="waiting", by_id=cast.amina.person_id).count() == 5
    batch.refresh_from_db()
    assert (batch.status, batch.uploaded_by_id) == (ImportStatus.APPLIED, cast.amina.person_id)
    assert not PeerSupporter.objects.filter(pk__in=batch.made["peer_supporter"]).exclude(status="in_training").exists()
    assert not Person.objects.filter(pk__in=batch.made["people"]).exclude(memberships=None, user=None).exists()


def test_an_import_is_done_once(cast: Cast) -> None:
    batch = uploaded(cast, with_slips(TODAY))
    apply_import(batch, by=cast.amina, now=NOW)
    people = Person.objects.count()
    with pytest.raises(Refused):
        apply_import(ImportBatch.objects.get(pk=batch.pk), by=cast.amina, now=NOW)
    with pytest.raises(Refused):
        correct_import(batch, mapping=batch.mapping["sheets"], locale="nl", now=NOW)
    assert Person.objects.count() == people


def test_a_file_without_a_good_row_changes_nothing(cast: Cast) -> None:
    batch = participants_csv(cast, ",Nobody,,,,,,,")
    with pytest.raises(Refused, match="No row"):
        apply_import(batch, by=cast.amina, now=NOW)
    batch.refresh_from_db()
    assert batch.status == ImportStatus.UPLOADED


def test_undone_it_is_as_if_it_never_was(cast: Cast) -> None:
    carla = cast.carla.person
    Person.objects.filter(pk=carla.pk).update(postcode="2521", phone="+31612345678")
    before = list(Person.objects.order_by("pk").values())
    batch = participants_csv(
        cast,
        f"Carla,Test,{carla.email},,,,2533,3,likes tea",
        "Nour,Aziz,nour@example.org,0612345670,1-2-1990,arabic,2512,0,",
        f"Ben,Test,{cast.ben_supporter.person.email},,,turkish,2512,1,",
    )
    outcome = apply_import(batch, by=cast.amina, now=NOW)
    assert [row["status"] for row in outcome["rows"]] == ["update", "new", "same_person"]
    assert "postcode: 2521 → 2533" in outcome["rows"][0]["reasons"]
    cast.carla.refresh_from_db()
    assert (cast.carla.children, cast.carla.remarks) == (3, "likes tea")
    assert Person.objects.get(pk=cast.ben_supporter.person_id).languages == ["nl", "ar", "tr"]
    taken = undo_import(batch, by=cast.amina, now=NOW)
    assert taken == {"people": 1, "restored": 5, "kept": 0}
    assert list(Person.objects.order_by("pk").values()) == before
    cast.carla.refresh_from_db()
    assert (cast.carla.children, cast.carla.remarks) == (None, "")
    assert Participant.objects.count() == 1
    with pytest.raises(Refused):
        undo_import(batch, by=cast.amina, now=NOW)


def test_what_somebody_changed_after_the_import_stays_at_undo(cast: Cast) -> None:
    carla = cast.carla.person
    batch = participants_csv(cast, f"Carla,Test,{carla.email},,3-4-1990,,2533,,")
    apply_import(batch, by=cast.amina, now=NOW)
    Person.objects.filter(pk=carla.pk).update(postcode="9999")
    assert undo_import(batch, by=cast.amina, now=NOW) == {"people": 0, "restored": 1, "kept": 1}
    carla.refresh_from_db()
    assert (carla.postcode, carla.born_on) == ("9999", None)


def test_undo_before_it_is_applied_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused):
        undo_import(uploaded(cast, with_slips(TODAY)), by=cast.amina, now=NOW)


@pytest.mark.parametrize("later", ["match", "certified", "login", "role", "certificate"])
def test_undo_is_refused_in_words_when_something_was_built_on_it(cast: Cast, later: str) -> None:
    batch = uploaded(cast, with_slips(TODAY))
    apply_import(batch, by=cast.amina, now=NOW)
    someone = Participant.objects.get(person__first_name="Hodan")
    leyla = PeerSupporter.objects.get(person__first_name="Leyla")
    if later == "match":
        make.a_match(cast.north, cast.ben_supporter, someone, status="proposed")
    elif later == "certified":
        PeerSupporter.objects.filter(pk=leyla.pk).update(status=SupporterStatus.ACTIVE)
    elif later == "login":
        give_login(someone.person, now=NOW)
    elif later == "role":
        make.an_application(cast.north, person=someone.person)
    else:
        Certificate.objects.create(programme=cast.north, supporter=leyla, number="N-1", awarded_on=TODAY)
    people = Person.objects.count()
    with pytest.raises(Refused, match="Leyla" if later.startswith("certif") else "Hodan"):
        undo_import(batch, by=cast.amina, now=NOW)
    batch.refresh_from_db()
    assert batch.status == ImportStatus.APPLIED
    assert Person.objects.count() == people


def test_what_happened_since_the_preview_counts(cast: Cast) -> None:
    batch = participants_csv(cast, "Nour,Aziz,nour@example.org,,,,,,", "Lina,Aziz,lina@example.org,,,,,,")
    assert preview(batch, now=NOW)["counts"]["new"] == 2
    make.a_participant(cast.north, person=make.a_person(cast.north, "Nour", last_name="Aziz", email="Nour@Example.org"))
    assert apply_import(batch, by=cast.amina, now=NOW)["counts"] | {"empty": 0} == {
        "new": 1, "update": 0, "duplicate": 1, "same_person": 0, "refused": 0, "empty": 0,
    }  # fmt: skip


def test_a_file_opens_no_file_that_is_closed(cast: Cast) -> None:
    """Carla took her yes back: an import neither shows nor writes what goes beyond how to reach her."""
    Participant.objects.filter(pk=cast.carla.pk).update(remarks="BADGER", children=1)
    for consent in Consent.objects.in_force(TODAY).filter(person=cast.carla.person, purpose="support"):
        withdraw_consent(consent, today=TODAY, by=cast.amina, now=NOW)
    person = cast.carla.person
    row = f"{person.first_name},{person.last_name},{person.email},0612345678,,nl,9999,4,a new remark"
    batch = participants_csv(cast, row)
    shown = str(preview(batch, now=NOW))
    assert "has not agreed" in shown
    assert not [word for word in ("BADGER", "a new remark", "9999") if word in shown]
    apply_import(batch, by=cast.amina, now=NOW)
    kept = Participant.objects.select_related("person").get(pk=cast.carla.pk)
    assert (kept.remarks, kept.children, kept.person.postcode) == ("BADGER", 1, person.postcode)
    assert kept.person.phone.endswith("612345678")  # how to reach her


def test_people_of_another_programme_are_not_met(cast: Cast) -> None:
    zoe = Person.objects.get(pk=cast.zoe.person_id)
    batch = participants_csv(cast, f"Zoe,Test,{zoe.email},,,,,,")
    assert preview(batch, now=NOW)["counts"]["new"] == 1


def test_who_is_who(cast: Cast) -> None:
    born = date(1990, 2, 1)
    known = make.a_person(cast.north, "Fatma", last_name="Öztürk", email="", born_on=born, phone="+31612345678")
    batch = participants_csv(
        cast,
        "fatma,OZTURK,,,1-2-1990,,,,",  # same name and birth: known, one more role
        "Fatma,Öztürk,,0612345678,,,,,",  # same phone and name: the row above
        "Fatma,Öztürk,,,5-6-1991,,,,",  # born on another day: somebody else
        f"Amina,Testt,{Person.objects.get(pk=cast.amina.person_id).email},,,,,,",  # a letter more: the same
        f"Someone,Else,{Person.objects.get(pk=cast.dan.person_id).email},,,,,,",  # Dan's address
        "Nobody,Known,,,,,,,",
        "Nobody,Known,,,,,,,",  # nothing to tell them apart
    )
    judged = preview(batch, now=NOW)["rows"]
    assert [row["status"] for row in judged] == [
        "same_person",
        "duplicate",
        "new",
        "same_person",
        "duplicate",
        "new",
        "duplicate",
    ]
    apply_import(batch, by=cast.amina, now=NOW)
    assert known.participant_roles.count() == 1


def test_a_closed_trajectory_may_open_again(cast: Cast) -> None:
    old = make.a_participant(cast.north, "Old", status="closed")
    batch = participants_csv(cast, f"Old,Test,{old.person.email},,,,,,")
    assert apply_import(batch, by=cast.amina, now=NOW)["counts"]["same_person"] == 1
    assert old.person.participant_roles.count() == 2


def test_refused_rows_come_back_with_their_columns_and_the_reason(cast: Cast) -> None:
    batch = uploaded(cast, with_slips(TODAY))
    preview(batch, now=NOW)
    book = load_workbook(io.BytesIO(refused_workbook(batch)))
    assert book.sheetnames == ["Supporters", "Participants"]
    rows = list(book["Participants"].iter_rows(values_only=True))
    assert list(rows[0]) == [*PARTICIPANT_HEADINGS, "Row in your file", "Reason"]
    assert [row[-2] for row in rows[1:]] == ["4", "5", "10", "11"]
    assert "no first name" in str(rows[3][-1])
    # Rachida uses somebody else's address: not taken, so she comes back too
    assert [row[-2].value for row in book["Supporters"].iter_rows(min_row=2)] == ["4", "7", "8"]


def test_formulas_stay_text_on_the_way_in_and_out() -> None:
    typed = ["=1+1", "@SUM(A1)", "-2+3|cmd", "+31612345678", "-5", "'quoted'", "\tx"]
    sheet = lay_out(read("p.xlsx", xlsx(Participants=[["First name", *"abcdef"], ["=1+1", *typed[1:]]]))[0])
    data = refused_book([sheet], [{"sheet": "Participants", "row": 2, "reasons": ["=x"]}])
    cells = next(load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(min_row=2))
    assert [cell.value for cell in cells] == [
        "'=1+1",
        "'@SUM(A1)",
        "'-2+3|cmd",
        "+31612345678",
        "-5",
        "'quoted'",
        "x",
        "2",
        "'=x",
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    again = lay_out(read("p.xlsx", data)[0])
    assert again.rows[0][1][:6] == ["=1+1", "@SUM(A1)", "-2+3|cmd", "+31612345678", "-5", "'quoted'"]
    assert harmless("\rx") == "'\rx"


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
def test_the_empty_workbook_is_understood_by_the_import_itself(language: str) -> None:
    sheets = [lay_out(grid) for grid in read("t.xlsx", template_book(language))]
    columns = [guess_columns(sheet) for sheet in sheets]
    assert all(all(fields) for fields in columns)
    assert [guess_role(sheet, fields) for sheet, fields in zip(sheets, columns, strict=True)] == [
        "peer_supporter",
        "participant",
    ]


def test_a_correction_by_hand_is_followed_and_nonsense_refused(cast: Cast) -> None:
    batch = uploaded(cast, b"wie,waar\nAn,2512\n", "lijst.csv")
    assert preview(batch, now=NOW)["left_out"] == ["lijst"]
    correct_import(
        batch, mapping=[{"role": "participant", "columns": ["first_name", "postcode"]}], locale="nl", now=NOW
    )
    assert batch.outcome["counts"]["new"] == 1
    for wrong in (
        {"role": "king", "columns": ["first_name", ""]},
        {"role": "", "columns": ["password", ""]},
        {"role": "", "columns": [""]},
    ):
        with pytest.raises(Refused):
            correct_import(batch, mapping=[wrong], locale="nl", now=NOW)


def queries(cast: Cast, size: int) -> int:
    rows = [PARTICIPANT_HEADINGS, *(participant(f"P{size}x{n}", "Test") for n in range(size))]
    batch = uploaded(cast, xlsx(Participants=rows))
    with CaptureQueriesContext(connection) as seen:
        assert apply_import(batch, by=cast.amina, now=NOW)["counts"]["new"] == size
    return len(seen)


def test_many_rows_cost_no_more_queries_than_few(cast: Cast) -> None:
    queries(cast, 1)  # from now on somebody known is met by date of birth
    assert queries(cast, 3) == queries(cast, 300)


def work(cast: Cast, size: int) -> float:
    """Seconds of the processor for so many new participants; a busy machine does not change them."""
    rows = [
        PARTICIPANT_HEADINGS,
        *(participant(f"P{size}x{n}", "Test", Phone=f"06{size:04d}{n:04d}") for n in range(size)),
    ]
    begun = time.process_time()
    batch = uploaded(cast, xlsx(Participants=rows))
    assert apply_import(batch, by=cast.amina, now=NOW)["counts"]["new"] == size
    return time.process_time() - begun


def test_ten_times_the_rows_are_ten_times_the_work(cast: Cast) -> None:
    work(cast, 10)  # what happens once only
    assert work(cast, 5000) < 15 * work(cast, 500)
