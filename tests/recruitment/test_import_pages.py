"""The pages of the import, as Amina uses them, and closed to everybody else."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from peerhub.notices.models import Notice
from peerhub.people.models import Person
from recruitment.models import ImportBatch, Participant
from tests import factories as make
from tests.cast import Cast
from tests.recruitment.workbooks import PARTICIPANT_HEADINGS, participant, with_slips, xlsx
from tests.sight import WALLS

pytestmark = pytest.mark.django_db
Login = Callable[[Any], Client]
TODAY = make.TODAY


def url(name: str, batch: ImportBatch | None = None, slug: str = "north") -> str:
    return reverse(f"recruitment:{name}", args=[slug, batch.key] if batch else [slug])


def upload(client: Client, data: bytes, name: str = "people.xlsx", **more: Any) -> Any:
    fields = {"file": SimpleUploadedFile(name, data), "locale": "en", **more}
    return client.post(url("imports"), fields, follow=True)


@pytest.fixture
def amina(login: Login, cast: Cast) -> Client:
    return login(cast.amina)


def test_from_upload_to_undo(amina: Client) -> None:
    people = Person.objects.count()
    answer = upload(amina, with_slips(TODAY))
    batch = ImportBatch.objects.get()
    assert answer.redirect_chain[-1][0] == url("import_check", batch)
    text = answer.content.decode()
    assert "Import 9 people" in text
    assert "637151204" in text
    assert "Klingon" in text
    assert Person.objects.count() == people
    answer = amina.post(url("import_check", batch), {"apply": "yes"}, follow=True)
    assert answer.redirect_chain[-1][0] == url("import_done", batch)
    assert "9 people are imported. Nobody got a message." in answer.content.decode()
    assert Person.objects.count() == people + 8
    assert not Notice.objects.exists()
    answer = amina.post(url("import_check", batch), {"apply": "yes"}, follow=True)
    assert "cannot become" in answer.content.decode()
    answer = amina.post(url("import_done", batch), follow=True)
    assert "8 people are taken out again." in answer.content.decode()
    assert Person.objects.count() == people


def test_the_mapping_is_corrected_and_checked_again(amina: Client) -> None:
    upload(amina, b"wie;waar\nAn;2512\n", "lijst.csv")
    batch = ImportBatch.objects.get()
    page = amina.get(url("import_check", batch)).content.decode()
    assert "No row can be imported like this" in page
    assert "2512" in page
    answer = {"locale": "en-us", "role_0": "participant", "column_0_0": "first_name", "column_0_1": "postcode"}
    page = amina.post(url("import_check", batch), answer, follow=True).content.decode()
    assert "Import 1 person" in page
    batch.refresh_from_db()
    assert batch.locale == "en-us"
    page = amina.post(url("import_check", batch), {**answer, "role_0": "king"}).content.decode()
    assert "look at this again" in page


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("empty.xlsx", b"", "empty"),
        ("people.pdf", b"%PDF", "Only .xlsx and .csv"),
        ("people.xlsx", b"PK\x03\x04", "no .xlsx workbook"),
        ("people.csv", b"a;b\n" * 20_002, "20,000"),
        ("people.csv", b"x" * (5 * 1024 * 1024 + 10), "5 MB"),
    ],
)
def test_odd_files_get_one_sentence_and_keep_the_page(amina: Client, name: str, data: bytes, word: str) -> None:
    answer = upload(amina, data, name)
    assert answer.status_code == 200
    assert word in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_undo_refused_is_a_sentence_on_the_page(amina: Client, cast: Cast) -> None:
    upload(amina, with_slips(TODAY))
    batch = ImportBatch.objects.get()
    amina.post(url("import_check", batch), {"apply": "yes"})
    make.a_match(cast.north, cast.ben_supporter, Participant.objects.get(person__first_name="Hodan"), status="proposed")
    text = amina.post(url("import_done", batch), follow=True).content.decode()
    assert "cannot be undone as a whole" in text
    assert "Hodan Ouali" in text


def test_rows_are_filtered_and_paged(amina: Client) -> None:
    rows = [PARTICIPANT_HEADINGS, *(participant(f"P{n}", "Test") for n in range(60)), participant(None, "Last")]
    upload(amina, xlsx(Participants=rows))
    page = url("import_check", ImportBatch.objects.get())
    assert len(amina.get(page).context["rows"]) == 50
    assert len(amina.get(f"{page}?page=2").context["rows"]) == 11
    refused = amina.get(f"{page}?status=refused")
    assert [row["row"] for row in refused.context["rows"]] == [62]
    assert amina.get(f"{page}?status=update").context["rows"] == []


def test_workbooks_to_take_away(amina: Client) -> None:
    upload(amina, with_slips(TODAY), "Mijn lijst.xlsx")
    ImportBatch.objects.update(uploaded_at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    answer = amina.get(url("import_refused", ImportBatch.objects.get()))
    day = "2026-03-03"  # half past midnight in Brussels
    assert answer["Content-Disposition"] == f'attachment; filename="import-{day}-refused.xlsx"'
    assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["Supporters", "Participants"]
    answer = amina.get(url("import_template"))
    assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["Peer supporters", "Participants"]


def test_nobody_else_comes_in_and_other_programmes_see_nothing(amina: Client, login: Login, cast: Cast) -> None:
    upload(amina, with_slips(TODAY))
    batch = ImportBatch.objects.get()
    names = ("import_check", "import_done", "import_refused")
    zoe = login(cast.zoe)
    assert [zoe.get(url(name, batch)).status_code for name in names] == [404] * 3
    assert [zoe.get(url(name, batch, "south")).status_code for name in names] == [404] * 3
    assert "people.xlsx" not in zoe.get(url("imports", slug="south")).content.decode()
    for member in (cast.ben, cast.dan, cast.eva, cast.paul):
        client = login(member)
        assert [client.get(url(name, batch)).status_code for name in names] == [403] * 3
        assert client.get(url("imports")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    amina: Client, cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        upload(amina, with_slips(TODAY))
    with django_assert_num_queries(WALLS + 7):
        page = amina.get(url("imports"))
    assert [(row["good"], row["refused"]) for row in page.context["rows"]] == [(9, 6)] * count
    assert "Amina" in page.content.decode()
