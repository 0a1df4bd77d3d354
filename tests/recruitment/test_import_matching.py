"""What matching looks at comes in with a workbook: each column, each slip, and back out of the pool of the search."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from matching.services.pools import load
from recruitment.choices import Interest, SupportKind, TravelMode
from recruitment.importing.headings import PARTICIPANT, SUPPORTER, field_of, guess_columns, lay_out
from recruitment.importing.kinds import KINDS, LIKES, MODES, parse_kinds, parse_likes, parse_mode, parse_yes
from recruitment.importing.parsing import Columns, Parsed, Rules, parse_row
from recruitment.importing.reading import read
from recruitment.importing.text import Unclear
from recruitment.importing.writing import template_book
from recruitment.models import Participant, PeerSupporter
from recruitment.services.importing import apply_import, preview, read_upload, undo_import
from tests import factories as make
from tests.cast import Cast
from tests.recruitment.workbooks import xlsx
from training.models import Certificate

TODAY = date(2026, 11, 21)
RULES = Rules(TODAY, "NL", "en", 18, 90)


def row(role: str, **cells: str) -> Parsed:
    headings, texts = list(cells), list(cells.values())
    fields = [field_of(heading.replace("_", " "))[0] for heading in headings]
    return parse_row(2, ["Olga", *texts], Columns("s", role, ["x", *headings], ["first_name", *fields]), RULES)


# -- Single cells ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code", "left"),
    [
        ("by bicycle", "bicycle", ""), ("Fiets", "bicycle", ""), ("à vélo", "bicycle", ""), ("te voet", "walk", ""),
        ("OV", "public", ""), ("transports en commun", "public", ""), ("auto", "car", ""),
        ("bike, car", "bicycle", "bike, car"), ("fiets of bus", "bicycle", "fiets of bus"),
        ("bike when it is dry / tram", "public", "bike when it is dry / tram"),
    ],
)  # fmt: skip
def test_ways_of_travel(typed: str, code: str, left: str) -> None:
    found = parse_mode(typed)
    assert (found.value, found.left) == (code, left)


def test_offers_likes_and_answers() -> None:
    assert parse_kinds("visits, a group").value == ["one_to_one", "group"]
    assert parse_kinds("groep en logeren").value == ["group", "hosting"]
    assert parse_likes("Wandelen, koken; Tetris").value == ["walking", "cooking"]
    assert parse_likes("Wandelen, koken; Tetris").left == "tetris"
    assert (parse_yes("Oui").value, parse_yes("nee").value) == (True, False)
    for understand, typed in ((parse_mode, "horse"), (parse_kinds, "visits and tea"), (parse_yes, "sometimes")):
        with pytest.raises(Unclear):
            understand(typed)


def test_every_choice_has_words_and_understands_its_own_label() -> None:
    assert set(MODES) == set(TravelMode) - {TravelMode.UNKNOWN}
    assert set(KINDS) == set(SupportKind)
    assert set(LIKES) == set(Interest)
    for understand, choices in ((parse_mode, MODES), (parse_kinds, KINDS), (parse_likes, LIKES)):
        for one in choices:
            found = understand(str(one.label)).value
            assert found in (str(one), [str(one)])


@given(some.text(max_size=60))
def test_any_text_is_understood_or_unclear(typed: str) -> None:
    assert isinstance(parse_likes(typed).value, list)
    for understand in (parse_mode, parse_kinds, parse_yes):
        with suppress(Unclear):
            assert understand(typed).value in (True, False) or understand(typed).value


# -- Rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "cells", "details"),
    [
        (SUPPORTER, {"Travels_by": "car"}, {"travel_mode": "car"}),
        (SUPPORTER, {"Offers": "visits and a group", "Places_in_the_group": "8"},
         {"offers": ["one_to_one", "group"], "group_places": 8}),
        (SUPPORTER, {"People_who_can_stay": "3"}, {"hosts_people": 3, "offers": ["hosting"]}),
        (SUPPORTER, {"Beds": "3", "Group_places": "8"},
         {"hosts_people": 3, "group_places": 8, "offers": ["hosting", "group"]}),
        (SUPPORTER, {"Stage_tot": "1-7-2027"}, {"placement_ends_on": date(2027, 7, 1)}),
        (SUPPORTER, {"VOG_gezien_op": "2026-03-01", "VOG_geldig_tot": "2029-03-01"},
         {"vetting_passed": True, "vetting_seen_on": date(2026, 3, 1), "vetting_until_on": date(2029, 3, 1)}),
        (SUPPORTER, {"VOG": "aangevraagd"}, {"remarks": "VOG: aangevraagd"}),
        (SUPPORTER, {"Likes": "music, chess"}, {"interests": ["music", "games"]}),
        (PARTICIPANT, {"Likes": "cooking"}, {"interests": ["cooking"]}),
        (PARTICIPANT, {"Asks_for": "a group"}, {"support_kind": "group"}),
        (PARTICIPANT, {"Visits_at_home": "nee"}, {"visits_at_home": False}),
        (PARTICIPANT, {"Visits_at_home": "?"}, {}),
        (PARTICIPANT, {"Travels_by": "car"}, {"remarks": "Travels_by: car"}),
        (SUPPORTER, {"Asks_for": "a group"}, {"remarks": "Asks_for: a group"}),
    ],
)  # fmt: skip
def test_a_row_with_what_matching_looks_at(role: str, cells: dict[str, str], details: dict[str, Any]) -> None:
    parsed = row(role, **cells)
    assert not parsed.said.errors
    assert parsed.details == details


@pytest.mark.parametrize(
    ("role", "cells", "sentence"),
    [
        (SUPPORTER, {"Travels_by": "horse"}, "Write: on foot, bicycle, public transport or car."),
        (SUPPORTER, {"Offers": "tea"}, "Write: visits, stay or group."),
        (SUPPORTER, {"Offers": "visits", "Beds": "2"}, "she does not offer it"),
        (SUPPORTER, {"Beds": "90"}, "not between 1 and 20"),
        (SUPPORTER, {"VOG": "2027-03-01"}, "has not come yet"),
        (SUPPORTER, {"VOG": "2026-03-01", "VOG_tot": "2025-03-01"}, "It ends before it was seen."),
        (SUPPORTER, {"VOG_tot": "2028-03-01"}, "on which day the certificate was seen"),
        (SUPPORTER, {"VOG": "somewhere in spring"}, "date"),
        (PARTICIPANT, {"Asks_for": "visits, a group"}, "names more than one"),
        (PARTICIPANT, {"Visits_at_home": "sometimes"}, "neither yes nor no"),
    ],
)
def test_a_slip_is_refused_with_what_would_be_right(role: str, cells: dict[str, str], sentence: str) -> None:
    assert sentence in " ".join(row(role, **cells).said.errors)


# -- The whole way ---------------------------------------------------------------------------------------------------

FILLED = {
    "peer_supporter": {
        "first_name": "Olga", "email": "olga@example.org", "languages": "Somali, Dutch (a little)",
        "available": "Mon evening", "travel_mode": "bike", "interests": "walking", "offers": "visits, group",
        "group_places": 6, "wishes": "women, older", "placement_ends_on": date(2027, 6, 30),
        "vetting_seen_on": date(2026, 1, 5), "max_travel_minutes": 25, "max_matches": 2,
    },
    "participant": {
        "first_name": "Hodan", "email": "hodan@example.org", "languages": "Somali", "support_kind": "group",
        "interests": "walking, cooking", "visits_at_home": "yes", "wishes": "woman", "children": 2,
        "consent_on": date(2026, 2, 1),
    },
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "nl", "fr"])
def test_the_empty_workbook_filled_in_arrives_in_the_search(cast: Cast, now: Any, language: str) -> None:
    """Downloaded, filled, uploaded, applied: the columns of the search say what was typed."""
    sheets: dict[str, list[list[Any]]] = {}
    for sheet, filled in zip((lay_out(one) for one in read("t.xlsx", template_book(language))), FILLED.values(),
                             strict=True):  # fmt: skip
        fields = guess_columns(sheet)
        assert set(filled) <= set(fields), set(filled) - set(fields)
        sheets[sheet.name] = [sheet.headings, [filled.get(field) for field in fields]]
    make.a_participant(cast.north, "Known")
    batch = read_upload(programme=cast.north, name="people.xlsx", data=xlsx(**sheets), by=cast.amina, now=now)
    assert preview(batch, now=now)["counts"]["new"] == 2, batch.outcome["rows"]
    apply_import(batch, by=cast.amina, now=now)
    ours = PeerSupporter.objects.get(person__email="olga@example.org")
    theirs = Participant.objects.get(person__email="hodan@example.org")
    assert (ours.travel_mode, ours.offers, ours.group_places) == ("bicycle", ["one_to_one", "group"], 6)
    assert (ours.wishes_gender, ours.wishes_age, ours.interests) == ("woman", "older", ["walking"])
    assert (ours.vetting_passed, ours.person.languages_little) == (True, ["nl"])
    assert (theirs.support_kind, theirs.visits_at_home, theirs.interests) == ("group", True, ["walking", "cooking"])
    Certificate.objects.create(programme=cast.north, supporter=ours, number="T-1", awarded_on=make.TODAY)
    PeerSupporter.objects.filter(pk=ours.pk).update(status="active")
    pool = load(cast.north, make.TODAY)
    waiting = pool.participants.keys.tolist().index(theirs.pk)
    rows = [place for place, key in enumerate(pool.supporters.keys.tolist()) if key == ours.pk]
    assert sorted(pool.supporters.kind[rows].tolist()) == [0, 2]
    assert set(pool.supporters.mode[rows].tolist()) == {2}
    assert (int(pool.participants.kind[waiting]), int(pool.participants.home[waiting])) == (2, 2)


@pytest.mark.django_db
def test_a_second_file_shows_the_difference_in_words_and_undo_puts_it_back(cast: Cast, now: Any) -> None:
    known = make.a_supporter(cast.north, "Olga", interests=["walking"], travel_mode="car")
    table = [["First name", "E-mail", "Travels by", "Likes", "VOG"],
             ["Olga", known.person.email, "bike", "music", date(2026, 1, 5)]]  # fmt: skip
    batch = read_upload(programme=cast.north, name="p.xlsx", data=xlsx(Supporters=table), by=cast.amina, now=now)
    said = " ".join(preview(batch, now=now)["rows"][0]["reasons"])
    for words in ("travels: by car → by bicycle", "likes: walking → music and singing", "in order: – → yes"):
        assert words in said
    apply_import(batch, by=cast.amina, now=now)
    known.refresh_from_db()
    assert (known.travel_mode, known.interests, known.vetting_passed) == ("bicycle", ["music"], True)
    undo_import(batch, by=cast.amina, now=now)
    known.refresh_from_db()
    assert (known.travel_mode, known.interests, known.vetting_passed, known.vetting_seen_on) == (
        "car", ["walking"], None, None,
    )  # fmt: skip
