"""Values as people type them: what is understood, what is repaired, what is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from peerhub.people.choices import Language
from recruitment.importing.dates import parse_date
from recruitment.importing.headings import (
    FIELDS,
    PARTICIPANT,
    SUPPORTER,
    Sheet,
    field_of,
    guess_columns,
    guess_role,
    role_named,
)
from recruitment.importing.languages import KNOWN, parse_languages, spoken_a_little
from recruitment.importing.parsing import Columns, Parsed, Rules, parse_row
from recruitment.importing.text import Unclear
from recruitment.importing.values import (
    parse_channel,
    parse_email,
    parse_gender,
    parse_number,
    parse_phone,
    parse_postcode,
    parse_wishes,
    split_name,
    turned,
)
from recruitment.importing.week import parse_slots

TODAY = date(2026, 11, 21)
RULES = Rules(TODAY, "NL", "nl", 18, 90)


@pytest.mark.parametrize(
    ("typed", "day", "shown"),
    [
        ("1988-12-31", "1988-12-31", False),
        ("1988-12-31 00:00", "1988-12-31", False),
        ("31-12-1988", "1988-12-31", False),
        ("31/12/1988", "1988-12-31", False),
        ("31.12.1988", "1988-12-31", False),
        ("3 maart 2025", "2025-03-03", False),
        ("3 mars 2025", "2025-03-03", False),
        ("le 1er août 2025", "2025-08-01", False),
        ("March 3rd, 2025", "2025-03-03", False),
        ("maandag 3 mrt. '25", "2025-03-03", True),
        ("12/11/26", "2026-11-12", True),
        ("05-04-1990", "1990-04-05", True),
        ("04/23/1988", "1988-04-23", True),
        ("34070", "1993-04-11", True),
        ("19880231", "", False),
        ("19881231", "1988-12-31", True),
        ("31-02-1988", "", False),
        ("29-02-2023", "", False),
        ("1988", "", False),
        ("soon", "", False),
        ("00-00-0000", "", False),
    ],
)
def test_dates(typed: str, day: str, shown: bool) -> None:
    if not day:
        with pytest.raises(Unclear):
            parse_date(typed, today=TODAY)
        return
    read = parse_date(typed, today=TODAY)
    assert read.value == date.fromisoformat(day)
    assert bool(read.shown) == shown


def test_a_birth_year_of_two_digits_lies_in_the_past_and_american_dates_begin_with_the_month() -> None:
    assert parse_date("23-12-26", today=TODAY, past=True).value == date(1926, 12, 23)
    assert parse_date("23-12-05", today=TODAY, past=True).value == date(2005, 12, 23)
    assert parse_date("12/11/2025", today=TODAY, month_first=True).value == date(2025, 12, 11)


@pytest.mark.parametrize(
    ("typed", "number", "repaired"),
    [
        ("0637151204", "+31637151204", False),
        ("06-37 15 12 04", "+31637151204", False),
        ("+31 (0)6 37151204", "+31637151204", False),
        ("0031637151204", "+31637151204", False),
        ("637151204", "+31637151204", True),
        ("637151204.0", "+31637151204", True),
        ("31637151204", "+31637151204", True),
        ("0637151204 (moeder)", "+31637151204", True),
        ("0637151204 / 0701234567", "+31637151204", True),
        ("+32 470 12 34 56", "+32470123456", False),
    ],
)
def test_phones(typed: str, number: str, repaired: bool) -> None:
    read = parse_phone(typed, region="NL")
    assert read.value == number
    assert bool(read.shown) == repaired


@pytest.mark.parametrize("typed", ["12345", "geen telefoon", "6,37E+08", "06"])
def test_impossible_phones_are_refused(typed: str) -> None:
    with pytest.raises(Unclear):
        parse_phone(typed, region="NL")


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("NL / arabisch;Tarifit ", "nl ar rif"),
        ("Nederlands en Arabisch", "nl ar"),
        ("français et anglais", "fr en"),
        ("Dutch, English & Türkçe", "nl en tr"),
        ("nl, en", "nl en"),
        ("nl en fr", "nl fr"),
        ("NL FR", "nl fr"),
        ("Arabic (B1)", "ar"),
        ("een beetje Nederlands, العربية", "nl ar"),
        ("Langue des signes", "sgn"),
        ("Farsi - Dari", "fa prs"),
        ("Dutch, dutch", "nl"),
    ],
)
def test_languages(typed: str, codes: str) -> None:
    assert parse_languages(typed).value == codes.split()


def test_an_unknown_language_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(Unclear, match=r"“Turkishh”.*Turkish"):
        parse_languages("Dutch, Turkishh")
    with pytest.raises(Unclear, match="Klingon"):
        parse_languages("Klingon")


def test_every_language_of_the_house_is_known_by_its_code() -> None:
    assert set(Language.values) <= set(KNOWN.values())
    assert all(KNOWN[code] == code for code in Language.values)


@pytest.mark.parametrize(
    ("typed", "locale", "slots"),
    [
        ("Mon evening, Thu morning", "en", [2, 9]),
        ("ma avond", "nl", [2]),
        ("lundi soir", "fr", [2]),
        ("ma", "fr", [3, 4, 5]),
        ("ma", "nl", [0, 1, 2]),
        ("di en do avond", "nl", [5, 11]),
        ("ma ochtend en di avond", "nl", [0, 5]),
        ("maandag ochtend en middag", "nl", [0, 1]),
        ("weekend", "nl", [15, 16, 17, 18, 19, 20]),
        ("elke avond", "nl", [2, 5, 8, 11, 14, 17, 20]),
        ("tous les soirs", "fr", [2, 5, 8, 11, 14, 17, 20]),
        ("maandagavond", "nl", [2]),
        ("ma-ochtend", "nl", [0]),
        ("ma t/m vr ochtend", "nl", [0, 3, 6, 9, 12]),
        ("Mon-Fri", "en", list(range(15))),
        ("mercredi après-midi", "fr", [7]),
        ("wo 10-14u", "nl", [6, 7]),
        ("za 's morgens", "nl", [15]),
        ("whole day Friday", "en", [12, 13, 14]),
        ("overdag", "nl", [0, 1, 3, 4, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19]),
    ],
)
def test_week_slots(typed: str, locale: str, slots: list[int]) -> None:
    read = parse_slots(typed, locale=locale)
    assert read.value == slots
    assert not read.left


def test_times_that_are_not_understood_are_kept_in_words() -> None:
    assert parse_slots("depends on the school", locale="en").left == "depends on the school"
    assert parse_slots("niet op maandag", locale="nl").value == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Yasmina Haddad", ("Yasmina", "Haddad")),
        ("Anna Maria van den Berg", ("Anna Maria", "van den Berg")),
        ("Haddad, Yasmina", ("Yasmina", "Haddad")),
        ("Berg, Anna van den", ("Anna", "van den Berg")),
        ("HADDAD Yasmina", ("Yasmina", "HADDAD")),
        ("Mevr. Nadia El Amrani", ("Nadia", "El Amrani")),
        ("Selam", ("Selam", "")),
    ],
)
def test_whole_names(typed: str, name: tuple[str, str]) -> None:
    assert split_name(typed) == name


def test_small_values() -> None:
    assert turned("Anna", "Berg, van den") == ("Anna", "van den Berg")
    assert parse_email("Nadia <Nadia@Example.ORG>").value == "nadia@example.org"
    assert [parse_gender(word).value for word in ("V", "H", "mevr.", "F", "M", "X")] == [
        "woman",
        "man",
        "woman",
        "woman",
        "man",
        "other",
    ]
    assert parse_number("6-8", low=1, high=40).shown == "6"
    assert parse_number("1,5 uur", low=1, high=240, minutes=True).value == 90
    assert parse_postcode("2525xk Den Haag", region="NL").value == "2525 XK"
    assert parse_postcode("1000", region="FR").value == "01000"
    assert parse_wishes("women only") == ({"gender": "woman"}, "")
    assert parse_wishes("families") == ({}, "families")
    assert parse_wishes("vrouw, ouder dan ik") == ({"gender": "woman", "age": "older"}, "")
    ways = ("voedselbank", "GP", "self", "outreach on the square", "peer supporter, playground", "someone")
    found = [str(parse_channel(text)) for text in ways]
    assert found == ["institution", "institution", "self", "outreach", "peer_supporter", "other"]
    with pytest.raises(Unclear):
        parse_email("naima(at)example.org")
    with pytest.raises(Unclear):
        parse_gender("?!")
    with pytest.raises(Unclear):
        parse_number("41", low=1, high=40)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Geboortedatum (dd-mm-jjjj)", "born_on"),
        ("Tel.nr", "phone"),
        ("E-mailadres *", "email"),
        ("Prénom", "first_name"),
        ("Talen die u spreekt", "languages"),
        ("Max. reistijd (min)", "max_travel_minutes"),
        ("Uren per week", "hours_per_week"),
        ("Hoe gevonden?", "channel"),
        ("Date d'inscription", "since"),
        ("Maandag avond", "available_here"),
        ("Gebortedatum", "born_on"),
        ("Geboorteplaats", ""),
        ("Telefoon contactpersoon", ""),
        ("Naam kind", ""),
        ("Schoenmaat", ""),
        ("", ""),
    ],
)
def test_headings(heading: str, field: str) -> None:
    assert field_of(heading)[0] == field


def test_whom_a_sheet_lists() -> None:
    names = ("Supporters", "Vrijwilligers 2025", "Maatjes", "Pair-aidants", "Contactvrouwen", "bénévoles")
    assert {role_named(name) for name in names} == {SUPPORTER}
    others = (
        "Participants",
        "Deelnemers",
        "Gezinnen",
        "Personnes accompagnées",
        "Bénéficiaires",
        "Wachtlijst",
        "Supported people",
    )
    assert {role_named(name) for name in others} == {PARTICIPANT}
    sheet = Sheet("Blad1", ["Naam", "Voornaam", "Hulpvraag", "Kinderen"], [])
    columns = guess_columns(sheet)
    assert columns == ["last_name", "first_name", "request_for_help", "children"]
    assert guess_role(sheet, columns) == PARTICIPANT


def one(**cells: str) -> Parsed:
    return parse_row(
        2, list(cells.values()), Columns("s", PARTICIPANT, [f"H {name}" for name in cells], list(cells)), RULES
    )


def test_a_row_keeps_what_fits_no_field_and_says_what_is_wrong() -> None:
    parsed = one(
        first_name="An", wishes="same language", skills="cooking", remarks="=1+1", phone="n.v.t.", postcode="#N/A"
    )
    assert parsed.details["remarks"] == "=1+1\nH skills: cooking\nH wishes: same language"
    assert not parsed.said.errors
    assert parsed.said.repaired == {"H postcode": ["#N/A", ""]}
    wrong = one(first_name="=A1", born_on="14-03-2010", email="#REF!", children="vijf")
    assert [error.split(":")[0] for error in wrong.said.errors] == [
        "There is no first name.", "H first_name", "H email", "H born_on", "H children",
    ]  # fmt: skip
    assert "guardian" in " ".join(wrong.said.errors)


def test_lines_with_totals_and_repeated_headings_are_no_people() -> None:
    assert one(first_name="Totaal", children="12").said.errors
    assert parse_row(
        9, ["Voornaam", "Taal"], Columns("s", SUPPORTER, ["Voornaam", "Taal"], ["first_name", "languages"]), RULES
    ).empty


@settings(max_examples=150, deadline=None)
@given(
    some.lists(some.text(max_size=60), min_size=len(FIELDS), max_size=len(FIELDS)),
    some.sampled_from([SUPPORTER, PARTICIPANT, "column"]),
)
def test_no_row_of_text_whatever_breaks_the_import(cells: list[str], role: str) -> None:
    parsed = parse_row(1, cells, Columns("s", role, list(FIELDS), list(FIELDS)), RULES)
    assert parsed.said.errors or parsed.empty or parsed.person["first_name"]


@settings(max_examples=200, deadline=None)
@given(some.text(alphabet="0123456789-/. :+EeTZ'jan maart", max_size=24))
def test_nothing_that_looks_like_a_date_or_a_number_breaks_its_parser(text: str) -> None:
    for parser in (
        lambda typed: parse_date(typed, today=TODAY, past=True),
        lambda typed: parse_number(typed, low=0, high=20),
        lambda typed: parse_phone(typed, region="NL"),
        lambda typed: parse_postcode(typed, region="NL"),
        parse_slots,
    ):
        with suppress(Unclear):
            parser(text)


@pytest.mark.parametrize(
    ("text", "little"),
    [
        ("Dutch (a little), Arabic", ["nl"]),
        ("Arabisch, beetje Nederlands", ["nl"]),
        ("français A2; anglais", ["fr"]),
        ("Nederlands, Frans", []),
        ("Somali - basis, Engels", ["so"]),
        ("Tigrinya (moedertaal), Dutch B1", []),
    ],
)
def test_a_little_of_a_language_is_understood_as_a_little(text: str, little: list[str]) -> None:
    assert spoken_a_little(text) == little
