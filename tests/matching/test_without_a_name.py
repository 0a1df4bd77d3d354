"""Before the participant said yes, nothing that a peer supporter gets says who she is: pages, files, data, letters."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from matching import services
from matching.choices import MatchStatus
from matching.models import Connection, Match
from matching.services.proposing import propose_pair
from matching.sketch import age_band, sketch_of
from peerhub.lib.errors import Refused
from peerhub.notices.letters import letter
from peerhub.notices.models import Notice
from programmes.matrix import IN_PROGRAMME, addresses
from programmes.models import Place
from tests import factories as make
from tests.cast import Cast, assemble
from tests.house.tree import told
from tests.visitors import text_of

CANARY = "Zyxcanary"
HERS = ("zyxcanary", "1234", "+31612340000", "1993-05-17", "17 may")


@pytest.fixture
def match(cast: Cast, now: datetime) -> Match:
    """Ben is asked about somebody whose every text sings."""
    Place.objects.create(
        organisation=cast.north.organisation, postcode="1234", name="Riverside", latitude=52, longitude=4
    )
    her = make.a_person(
        cast.north, CANARY, last_name=CANARY, email=f"{CANARY}@example.org", phone="+31612340000", postcode="1234 AB",
        born_on=date(1993, 5, 17), languages=["ar"],
    )  # fmt: skip
    anna = make.a_participant(
        cast.north, person=her, available=[4, 9], request_for_help=f"{CANARY}: work and my health", remarks=CANARY,
        safe_contact=CANARY,
    )  # fmt: skip
    return propose_pair(programme=cast.north, participant=anna, supporter=cast.ben_supporter, by=cast.amina, now=now)


def everything_ben_gets(ben: Client, match: Match) -> list[tuple[str, str]]:
    """Each page of the programme, about this match where it names one, by GET and by an empty POST."""
    keys = {"match_id": match.pk, "pk": match.participant_id, "participant_id": match.participant_id}
    answers = []
    for address in addresses():
        if not address.in_programme:
            continue
        names = [name for name in keys if f":{name}>" in address.route]
        if "<" in address.route.replace(IN_PROGRAMME, "") and not names:
            continue
        url = reverse(address.name, kwargs={"slug": "north", **{name: keys[name] for name in names}})
        for method in (ben.get, ben.post):
            answers.append((f"{method.__name__} {url}", text_of(method(url)).lower()))
            type(match).objects.filter(pk=match.pk).update(status=MatchStatus.PROPOSED, declined_by="")
    return answers


def singing(answers: list[tuple[str, str]]) -> list[str]:
    return [f"{question}: {word}" for question, said in answers for word in HERS if word in said]


@pytest.mark.parametrize("stage", ["asked", "waiting", "both said yes"])
def test_no_answer_says_who_it_is(
    match: Match, cast: Cast, now: datetime, login: Callable[..., Client], stage: str
) -> None:
    if stage != "asked":
        services.accept_match(match, by=cast.ben, now=now)
    if stage == "both said yes":
        services.accept_for_participant(match, by=cast.amina, now=now)
        services.plan_meeting(
            match, meeting_at=now + timedelta(days=1), meeting_place="The Corner House", staff=cast.dan.person_id,
            by=cast.amina, now=now,
        )  # fmt: skip
    answers = everything_ben_gets(login(cast.ben), match)
    assert len(answers) > 100
    told(singing(answers), "A peer supporter sees no name, address, number or own words before she may.")
    calendar = next(said for question, said in answers if question.endswith("meeting.ics"))
    assert ("coffee" in calendar) == (stage == "both said yes")
    letters = [letter(notice, language="en") for notice in Notice.objects.filter(recipient=match.supporter_person_id)]
    assert letters
    told(
        singing([(said.subject, f"{said.plain}{said.html}{said.short}".lower()) for said in letters]),
        "A letter.",
    )


def test_the_canary_sings_once_the_name_was_opened(
    match: Match, cast: Cast, now: datetime, login: Callable[..., Client]
) -> None:
    services.accept_match(match, by=cast.ben, now=now)
    services.accept_for_participant(match, by=cast.amina, now=now)
    ben, url = login(cast.ben), f"/p/north/proposals/{match.pk}/"
    assert CANARY not in ben.get(url).content.decode()
    ben.post(url, {"reveal": "1"})
    assert CANARY in ben.get(url).content.decode()
    assert CANARY in ben.get("/p/north/today/").content.decode()


def test_what_he_does_read(match: Match, cast: Cast, login: Callable[..., Client]) -> None:
    sketch = sketch_of(match, cast.north, make.TODAY)
    assert (sketch.area, sketch.languages, sketch.topics) == ("Riverside", ["Arabic"], ["work", "health"])
    assert "Arabic" in sketch.shared
    page = login(cast.ben).get(f"/p/north/proposals/{match.pk}/").content.decode()
    assert all(words in page for words in ("Riverside", "Tuesday afternoon", "work, health", sketch.age))
    Place.objects.all().delete()
    assert sketch_of(match, cast.north, make.TODAY).area == ""


@pytest.mark.parametrize(
    ("age", "words"),
    [(16, "under 18"), (18, "18 to 24"), (24, "18 to 24"), (25, "25 to 34"), (44, "35 to 44"), (75, "75 or older")],
)
def test_age_bands(age: int, words: str) -> None:
    assert age_band(date(2026 - age, 1, 1), date(2026, 11, 25)) == words
    assert age_band(None, date(2026, 11, 25)) == ""


def test_two_taps_to_say_no(match: Match, cast: Cast, login: Callable[..., Client]) -> None:
    login(cast.ben).post(f"/p/north/proposals/{match.pk}/", {"no": "1", "code": "times"})
    match.refresh_from_db()
    assert (match.status, match.declined_by, match.decline_code) == ("declined", "supporter", "times")
    amina = login(cast.amina)
    assert "out of the free times of Ben" in amina.get(f"/p/north/matches/{match.pk}/").content.decode()
    amina.post(f"/p/north/matches/{match.pk}/suggestion/", {"follow": "1"})
    cast.ben_supporter.refresh_from_db()
    assert cast.ben_supporter.available == [0]


def _race(deed: Callable[[int], None], count: int = 2) -> list[str]:
    """Do it at the same moment on connections of their own; what became of each."""
    gate, told_to = threading.Barrier(count), [""] * count

    def run(number: int) -> None:
        try:
            gate.wait()
            deed(number)
            told_to[number] = "done"
        except Refused as refusal:
            told_to[number] = str(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told_to)


@pytest.mark.usefixtures("committed")
def test_two_coordinators_and_the_last_place(now: datetime) -> None:
    cast = assemble()
    matches = [make.a_match(cast.north, cast.ben_supporter, status=MatchStatus.PROPOSED) for _number in range(2)]
    for match in matches:
        services.accept_match(match, by=cast.ben, now=now)
    type(cast.ben_supporter).objects.filter(pk=cast.ben_supporter.pk).update(max_matches=2)  # one is Carla's
    said = _race(lambda number: services.accept_for_participant(matches[number], by=cast.amina, now=now))
    assert said[1] == "done"
    assert "somebody else was quicker" in said[0]
    assert Match.objects.answered().filter(status=MatchStatus.PROPOSED).count() == 1


@pytest.mark.usefixtures("committed")
def test_two_who_confirm_at_once_begin_one_match(now: datetime) -> None:
    cast = assemble()
    match = make.a_match(cast.north, status=MatchStatus.INTRODUCED, oriented_on=make.TODAY, explanation_waived="knows")
    agreement = make.an_agreement(match)
    sides = ("supporter", "participant")
    how: dict[str, Any] = {"way": "paper", "by": cast.amina, "now": now}

    def confirm(number: int) -> None:
        services.confirm_agreement(agreement, side=sides[number], **how)

    assert _race(confirm) == ["done", "done"]
    match.refresh_from_db()
    assert match.status == MatchStatus.AGREED


@pytest.mark.parametrize("count", [1, 3])
def test_connections_in_as_many_questions(
    cast: Cast, login: Callable[..., Client], django_assert_num_queries: Callable[..., Any], count: int
) -> None:
    for _number in range(count):
        Connection.objects.create(
            programme=cast.north, supporter=make.a_supporter(cast.north), starts_on=make.TODAY,
            professional=cast.north.memberships.get(person=cast.paul.person_id),
        )  # fmt: skip
    paul = login(cast.paul)
    with django_assert_num_queries(12):
        assert paul.get("/p/north/connections/").status_code == 200


def test_the_text_of_agreements_is_the_programmes_own(cast: Cast, login: Callable[..., Client]) -> None:
    amina, url = login(cast.amina), "/p/north/agreement-text/"
    assert "Secrecy ends" in amina.get(url).content.decode()
    amina.post(url, {"language": "en", "body": "In our own words."})
    assert "Version 2" in amina.get(url).content.decode()
