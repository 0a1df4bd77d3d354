"""Whole files: the coordinator's workbook with its slips, a Dutch one with other headings, a French CSV."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from peerhub.people.models import Person
from programmes.models import Programme
from recruitment.models import ImportBatch, Participant, PeerSupporter
from recruitment.services.importing import apply_import, draft_upload, preview, read_upload
from tests import factories as make
from tests.recruitment.workbooks import EMOJI, with_slips, words, xlsx

GIVEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "coordinator-workbook"
TODAY = make.TODAY

DUTCH: list[list[Any]] = [
    ["Lijst vrijwilligers en deelnemers — vertrouwelijk"],
    [],
    words(
        "Opmerkingen|Talen die men spreekt|Tussenvoegsel|Achternaam|Roepnaam|Geb.datum|Mobiel nr|E-mailadres|M/V|PC"
        "|Maandag|Dinsdag|Hulpvraag|Schoenmaat|Aangemeld op|Gevonden via|Kinderen (aantal)"
    ),
    [
        *("let op: hond", "Nederlands en Arabisch", "van den", "Berg", "Sanne", "3 maart 1988", 612345678),
        *("Sanne@Example.org ", "V", "2525 xk", "x", "avond", "formulieren", 38, "1-9-2025", "voedselbank", 2),
    ],
    [
        *(None, "Turks", None, "Kaya", "Emine", "31-04-1990", "0612345679"),
        *(None, "V", 2521, "nee", None, "taal", 40, None, "tante", "geen"),
    ],
    [*(None, "Turks", None, "Yilmaz", "Elif", "12-05-1990", "0612"), *(None, "V", 2521, None, None, "taal")],
    [*(None, "Swaheli", None, "Odhiambo", "Grace", "12-05-1990"), *(None, None, "vrouw", 2521, None, None, "taal")],
    ["Totaal", None, None, None, "Totaal: 4", *[None] * 11, 2],
]

FRENCH = (
    "Nom;Prénom;Date de naissance;Courriel;Téléphone;Sexe;Langues parlées;Code postal;Disponibilités;Demande d'aide"
    ";Trouvé par;Enfants;Remarques\r\n"
    "El Amrani;Naïma;3 mars 1985;naima@example.org;0470 12 34 56;F;français et arabe;1000;lundi soir, mer après-midi"
    ';logement;CPAS;0;"deux\r\nlignes"\r\n'
    "Dupont;Zoé;29/02/1990;zoe@example.org;;F;français;1000;;;école;1;\r\n"
)


@pytest.fixture
def north(db: None) -> Programme:
    return make.a_programme("north", language="nl")


def judged(programme: Programme, data: bytes, name: str = "people.xlsx", **how: str) -> dict[str, Any]:
    return preview(draft_upload(programme=programme, name=name, data=data, **how), now=timezone.now())


def statuses(outcome: dict[str, Any]) -> dict[tuple[str, int], str]:
    return {(row["sheet"], row["row"]): row["status"] for row in outcome["rows"]}


def row(outcome: dict[str, Any], sheet: str, number: int) -> dict[str, Any]:
    return next(one for one in outcome["rows"] if (one["sheet"], one["row"]) == (sheet, number))


def test_each_slip_is_met_as_a_coordinator_expects(north: Programme) -> None:
    outcome = judged(north, with_slips(TODAY))
    assert outcome["counts"] == {"new": 8, "update": 0, "duplicate": 2, "same_person": 1, "refused": 6, "empty": 1}
    found = statuses(outcome)
    assert [found["Supporters", number] for number in range(2, 9)] == [
        "new",
        "new",
        "refused",
        "new",
        "new",
        "duplicate",
        "refused",
    ]
    assert [found["Participants", number] for number in range(2, 13)] == [
        "new", "new", "refused", "refused", "empty", "same_person", "new", "new", "refused", "refused", "duplicate",
    ]  # fmt: skip
    assert row(outcome, "Supporters", 3)["repaired"] == {"Phone": ["637151204", "+31637151204"]}
    assert row(outcome, "Participants", 2)["repaired"] == {"Registered on": ["12/11/25", "2025-11-12"]}
    assert "Yasmina Haddad" in row(outcome, "Supporters", 7)["reasons"][0]
    assert "guardian" in row(outcome, "Participants", 5)["reasons"][0]
    assert "Klingon" in row(outcome, "Participants", 11)["reasons"][0]
    assert "row 3" in row(outcome, "Participants", 12)["reasons"][0]


def test_what_was_typed_arrives_whole(north: Programme) -> None:
    batch = read_upload(programme=north, name="people.xlsx", data=with_slips(TODAY), by=None, now=timezone.now())
    apply_import(batch, by=None, now=timezone.now())
    yasmina = Person.objects.get(email="yasmina@example.org")
    assert (yasmina.supporter_roles.count(), yasmina.participant_roles.count()) == (1, 1)
    assert yasmina.languages == ["nl", "rif", "fr", "tr"]
    ferweyni = Participant.objects.get(person__last_name="El Amrani")
    assert ferweyni.remarks == EMOJI.strip()
    assert ferweyni.children == 0
    assert ferweyni.channel == "institution"
    ifrah = PeerSupporter.objects.get(person__first_name="Ifrah")
    assert ifrah.remarks == '=HYPERLINK("http://example.org","click")'
    assert (ifrah.status, ifrah.available, ifrah.started_on) == ("in_training", [2, 9], date(2024, 6, 7))
    hodan = Participant.objects.get(person__first_name="Hodan")
    assert (hodan.wishes_age, hodan.registered_on, hodan.status) == ("older", date(2025, 11, 12), "waiting")


@pytest.mark.skipif(not GIVEN.exists(), reason="the given workbook lies beside the repository, not in it")
def test_the_given_workbook(north: Programme) -> None:
    data = (GIVEN / "people.xlsx").read_bytes()
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    outcome = preview(draft_upload(programme=north, name="people.xlsx", data=data), now=now)
    assert outcome["counts"] == {"new": 72, "update": 0, "duplicate": 2, "same_person": 1, "refused": 6, "empty": 1}
    refused = {(one["sheet"], one["row"]) for one in outcome["rows"] if one["status"] == "refused"}
    assert refused == {
        ("Supporters", 10),
        ("Supporters", 20),
        *(("Participants", number) for number in (14, 18, 50, 56)),
    }
    assert row(outcome, "Participants", 41)["status"] == row(outcome, "Participants", 43)["status"] == "new"


def test_a_dutch_workbook_nobody_here_has_seen(north: Programme) -> None:
    batch = read_upload(programme=north, name="lijst.xlsx", data=xlsx(Gezinnen=DUTCH), by=None, now=timezone.now())
    outcome = apply_import(batch, by=None, now=timezone.now())
    assert list(statuses(outcome).values()) == ["new", "refused", "refused", "refused", "refused"]
    assert [one["row"] for one in outcome["rows"]] == [4, 5, 6, 7, 8]
    assert "31-04-1990" in row(outcome, "Gezinnen", 5)["reasons"][0]
    assert "Swahili" in row(outcome, "Gezinnen", 7)["reasons"][0]
    sanne = Participant.objects.select_related("person").get()
    person = sanne.person
    assert (person.first_name, person.last_name, person.email) == ("Sanne", "van den Berg", "sanne@example.org")
    assert (person.phone, person.born_on, person.gender) == ("+31612345678", date(1988, 3, 3), "woman")
    assert (person.languages, person.postcode) == (["nl", "ar"], "2525 XK")
    assert (sanne.available, sanne.children, sanne.registered_on) == ([0, 1, 2, 5], 2, date(2025, 9, 1))
    assert (sanne.channel, sanne.channel_text) == ("institution", "voedselbank")
    assert (sanne.request_for_help, sanne.remarks) == ("formulieren", "let op: hond")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_a_french_csv(north: Programme, encoding: str) -> None:
    north.language, north.phone_region = "fr", "BE"
    north.save()
    data = FRENCH.encode(encoding)
    batch = read_upload(programme=north, name="bénéficiaires.csv", data=data, by=None, now=timezone.now())
    outcome = apply_import(batch, by=None, now=timezone.now())
    assert [(one["row"], one["status"]) for one in outcome["rows"]] == [(2, "new"), (3, "refused")]
    naima = Participant.objects.get(person__first_name="Naïma")
    assert (naima.person.phone, naima.person.languages, naima.available) == ("+32470123456", ["fr", "ar"], [2, 7])
    assert naima.remarks == "deux\nlignes"


def test_a_role_in_a_column_and_other_files_of_the_house(north: Programme) -> None:
    mixed = (
        "Name,Role,Skills,Help with\nAn Bos,peer supporter,cooking,\nBo Vos,deelnemer,listens,forms\nCe Mos,aunt,,\n"
    )
    outcome = judged(north, mixed.encode(), "all.csv")
    assert [(one["role"], one["status"]) for one in outcome["rows"]] == [
        ("peer_supporter", "new"),
        ("participant", "new"),
        ("", "refused"),
    ]
    two = xlsx(Deelnemers=[["Voornaam", "E-mail"], ["An", "an@example.org"]], Notes=[["Buy coffee"], ["Call An"]])
    outcome = judged(north, two)
    assert outcome["left_out"] == ["Notes"]
    assert outcome["counts"]["new"] == 1
    assert judged(north, b"voornaam\nAn\n", "lijst.csv", role="participant")["counts"]["new"] == 1


def run(*arguments: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_people", *arguments, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_the_command_looks_only_unless_told_to_apply(north: Programme, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(with_slips(TODAY))
    answer = run(file, "north")
    assert answer["applied"] is False
    assert set(answer["rows"][0]) >= {"sheet", "row", "status", "role", "name", "reasons", "repaired"}
    assert not Person.objects.exists()
    assert not ImportBatch.objects.exists()
    answer = run(file, "north", "--apply")
    assert answer["applied"] is True
    assert Person.objects.count() == answer["counts"]["new"] == 8
    assert run(file, "north")["counts"] == {
        "new": 0,
        "update": 0,
        "duplicate": 11,
        "same_person": 0,
        "refused": 6,
        "empty": 1,
    }
    assert run(file, "north", "--sheet", "supporters")["counts"]["duplicate"] == 5


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["people.csv", "north"], "--role"),
        (["people.csv", "nowhere"], "no programme"),
        (["missing.csv", "north"], "cannot be read"),
        (["people.csv", "north", "--sheet", "x"], "no sheet"),
    ],
)
def test_wrong_input_of_the_command_is_one_line_and_exit_code_2(
    north: Programme, tmp_path: Path, arguments: list[str], word: str
) -> None:
    (tmp_path / "people.csv").write_text("first name\nAn\n")
    with pytest.raises(CommandError, match=word) as raised:
        call_command("import_people", str(tmp_path / arguments[0]), *arguments[1:], stdout=io.StringIO())
    assert raised.value.returncode == 2
    assert "\n" not in str(raised.value)


def test_the_command_in_words(north: Programme, tmp_path: Path) -> None:
    file, out = tmp_path / "people.xlsx", io.StringIO()
    file.write_bytes(with_slips(TODAY))
    call_command("import_people", str(file), "north", stdout=out)
    assert out.getvalue().startswith("8 new, 0 update, 1 same person, 2 duplicate, 6 refused, 1 empty")
    assert "Nothing was changed" in out.getvalue()


def test_places_come_in_and_are_corrected(north: Programme, tmp_path: Path) -> None:
    file, out = tmp_path / "places.csv", io.StringIO()
    file.write_text("postcode,place,latitude,longitude\n2512,Den Haag,52.0740,4.3060\n2515,Den Haag,52.07,4.313\n")
    call_command("import_places", str(file), "north", "--json", stdout=out)
    assert json.loads(out.getvalue())["counts"] == {"new": 2, "update": 0}
    file.write_text("Postcode;Plaats;Lengtegraad;Breedtegraad\n2512;Centrum;4,3060;52,0740\n")
    call_command("import_places", str(file), "north", stdout=io.StringIO())
    place = north.organisation.places.get(postcode="2512")
    assert (place.name, place.latitude, place.longitude) == ("Centrum", 52.074, 4.306)


@pytest.mark.parametrize(
    "text",
    ["a,b\n1,2\n", "postcode,place,latitude,longitude\n2512,X,far,4\n", "postcode,place,lat,lon\n2512,X,4,520\n"],
)
def test_wrong_places_are_refused_and_none_is_kept(north: Programme, tmp_path: Path, text: str) -> None:
    file = tmp_path / "places.csv"
    file.write_text(text)
    with pytest.raises(CommandError):
        call_command("import_places", str(file), "north", stdout=io.StringIO())
    assert not north.organisation.places.exists()


def test_registered_long_ahead_is_refused_and_soon_is_only_said(north: Programme) -> None:
    soon, late = TODAY + timedelta(days=30), TODAY + timedelta(days=800)
    text = f"first name,registered on,children\nAn,{soon},1\nBo,{late},1\n"
    outcome = judged(north, text.encode(), "participants.csv")
    assert [one["status"] for one in outcome["rows"]] == ["new", "refused"]
    assert outcome["rows"][0]["reasons"]
