"""The second step: exactly who receives which message; then each pair by itself, once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from matching.choices import MatchStatus
from matching.models import Match
from matching.services import mark_pair
from matching.services.proposing import asking_letter
from peerhub.notices.choices import Channel, Kind, NoticeStatus
from peerhub.notices.models import Device, Notice, Reach
from peerhub.notices.services import claim, gather_digests, preview, send, write, write_all
from peerhub.people.models import Consent
from recruitment.choices import SupporterStatus
from recruitment.models import Participant, PeerSupporter
from tests import factories as make
from tests.cast import Cast
from tests.matching.pages import Login, text
from tests.sight import WALLS

pytestmark = pytest.mark.django_db
STEP_QUERIES = 19
HOURS = {"timezone": "Europe/Amsterdam"}


def pair_up(cast: Cast, name: str = "", **fields: Any) -> tuple[PeerSupporter, Participant]:
    supporter = make.a_supporter(cast.north, name, languages=["so"], available=[4, 11], **fields)
    return supporter, make.a_participant(cast.north, languages=["so"], available=[4, 11])


def step(*pairs: tuple[PeerSupporter, Participant], slug: str = "north") -> str:
    asked = [("pair", f"{participant.pk}-{supporter.pk}") for supporter, participant in pairs]
    return reverse("matching:propose", args=[slug], query=asked or None)


def confirm(browser: Client, *pairs: tuple[PeerSupporter, Participant]) -> Any:
    asked = [f"{participant.pk}-{supporter.pk}" for supporter, participant in pairs]
    return browser.post(reverse("matching:propose", args=["north"]), {"pair": asked})


# -- What would be sent ----------------------------------------------------------------------------------------------


def test_it_shows_the_message_and_sends_nothing(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast, "Olga")
    page = text(browser.get(step((supporter, participant))))
    assert "1 message goes out" in page
    assert f"by e-mail to {supporter.person.email}" in page
    assert "at once" in page
    assert "Would you like to support somebody?" in page
    assert "The participant hears nothing before the peer supporter says yes" in page
    assert participant.person.full_name in page
    assert not Match.objects.proposed().exists()
    assert not Notice.objects.filter(kind=Kind.PROPOSAL).exists()


def test_what_was_shown_is_what_is_written(cast: Cast, browser: Client, now: datetime) -> None:
    supporter, participant = pair_up(cast)
    shown = asking_letter(supporter.person, cast.north, today=make.TODAY, now=now)
    confirm(browser, (supporter, participant))
    written = Notice.objects.get(kind=Kind.PROPOSAL)
    assert preview(shown, now=now).letter.subject == preview(written, now=now).letter.subject
    assert preview(shown, now=now).letter.text == preview(written, now=now).letter.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"digest_at": time(18, 0)}, "in the letter of the day, by e-mail to"),
        ({"quiet_from": time(0, 0), "quiet_until": time(23, 59)}, "23:59"),
        ({"no_email": True}, "no way to reach her that is allowed and set up"),
    ],
)
def test_it_keeps_to_her_wishes(cast: Cast, browser: Client, fields: dict[str, Any], words: str) -> None:
    supporter, participant = pair_up(cast)
    Reach.objects.create(programme_id=cast.north.pk, person=supporter.person, **HOURS, **fields)
    page = text(browser.get(step((supporter, participant))))
    assert words in page
    assert ("0 messages go out" if fields.get("no_email") else "1 message goes out") in page


AFTERNOON = datetime(2026, 3, 10, 13, tzinfo=UTC)  # two o'clock in Amsterdam, a Tuesday
SAFE = {"safe_from": time(10), "safe_until": time(12)}


@pytest.mark.parametrize(
    ("fields", "is_written", "at"),
    [
        ({"digest_at": time(7)}, False, None),  # today's letter has nothing in it yet and goes in a minute
        ({"digest_at": time(7)}, True, datetime(2026, 3, 11, 6, tzinfo=UTC)),
        ({"digest_at": time(18)}, False, datetime(2026, 3, 10, 17, tzinfo=UTC)),
        ({"digest_at": time(7), **SAFE}, False, datetime(2026, 3, 11, 9, tzinfo=UTC)),
        ({"digest_at": time(7), **SAFE}, True, datetime(2026, 3, 11, 9, tzinfo=UTC)),
        ({"digest_at": time(7), "weekly_most": 1}, True, datetime(2026, 3, 17, 6, tzinfo=UTC)),
    ],
)
def test_the_hour_of_the_daily_letter_is_said_and_kept(
    cast: Cast, fields: dict[str, Any], is_written: bool, at: datetime | None
) -> None:
    """Said before, and then seen: the minutes go by until the letter is out."""
    person = pair_up(cast)[0].person
    Reach.objects.create(programme_id=cast.north.pk, person=person, **HOURS, **fields)
    if is_written:
        earlier = datetime(2026, 3, 10, 6, tzinfo=UTC)
        write(kind=Kind.DIGEST, recipient=person, subject="x", period="2026-03-10", link="/", now=earlier)
        Notice.objects.filter(recipient=person).update(status=NoticeStatus.SENT, sent_at=earlier)
    notice = asking_letter(person, cast.north, today=AFTERNOON.date(), now=AFTERNOON)
    found = preview(notice, now=AFTERNOON)
    assert (found.channel, found.in_digest, found.at) == (Channel.EMAIL, True, at)

    write_all([notice])
    due = at or AFTERNOON
    for now in (AFTERNOON, due - timedelta(minutes=1), due) if at else (AFTERNOON,):
        went_out = _minute(person, now)
        assert went_out == (now == due)


def _minute(person: Any, now: datetime) -> bool:
    """What the tasks do each minute; whether her message went out in it."""
    gather_digests(now=now)
    for one in claim(now=now):
        send(one, now=now)
    return Notice.objects.filter(recipient=person, kind=Kind.PROPOSAL, status=NoticeStatus.SENT).exists()


def test_without_a_safe_e_mail_there_is_no_daily_letter(cast: Cast) -> None:
    person = pair_up(cast)[0].person
    Reach.objects.create(programme_id=cast.north.pk, person=person, digest_at=time(7), no_email=True, **HOURS)
    notice = asking_letter(person, cast.north, today=AFTERNOON.date(), now=AFTERNOON)
    assert preview(notice, now=AFTERNOON).channel == ""


@pytest.mark.parametrize("size", [1, 3])
def test_propose_takes_a_constant_number_of_queries(
    cast: Cast, browser: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pairs = [pair_up(cast) for _one in range(3 * size)]
    wishes: tuple[dict[str, Any], ...] = (
        {"push_for": [Kind.PROPOSAL]},
        {"weekly_most": 3},
        {"digest_at": time(0), "weekly_most": 3},
    )
    for number, (supporter, _participant) in enumerate(pairs):
        Reach.objects.create(programme_id=cast.north.pk, person=supporter.person, **HOURS, **wishes[number % 3])
    with django_assert_num_queries(WALLS + STEP_QUERIES):
        browser.get(step(*pairs))


def test_the_words_are_those_of_the_way_they_go(cast: Cast, browser: Client, settings: Any) -> None:
    settings.SMS = {**settings.SMS, "URL": "http://127.0.0.1:9/"}
    pairs = {name: pair_up(cast, name) for name in ("Mailed", "Texted", "Pushed", "Daily")}
    people = {name: supporter.person for name, (supporter, _participant) in pairs.items()}
    people["Texted"].phone = "+31600000001"
    people["Texted"].save()
    Device.objects.create(programme_id=cast.north.pk, person=people["Pushed"], endpoint="https://push.example/1",
                          p256dh="x", auth="x", name="phone")  # fmt: skip
    for name, fields in (
        ("Texted", {"sms_for": [Kind.PROPOSAL]}),
        ("Pushed", {"push_for": [Kind.PROPOSAL]}),
        ("Daily", {"digest_at": time(18)}),
    ):
        Reach.objects.create(programme_id=cast.north.pk, person=people[name], **HOURS, **fields)
    page = text(browser.get(step(*pairs.values())))
    cards = {name: card for card in page.split("<article")[1:] for name in pairs if f"{name} Test" in card}
    assert len({*cards.values()}) == 4
    assert "[Read more and answer]" in cards["Mailed"]
    assert "Would you like to support somebody? [address of the page]" in cards["Texted"]
    assert "There is something for you to look at." in cards["Pushed"]
    assert "Would you like to support somebody?</p>" in cards["Daily"]
    for name in ("Texted", "Pushed", "Daily"):
        assert "We think that you" not in cards[name]
        assert "/proposals/" not in cards[name]
    assert "support somebody" not in cards["Pushed"]


def test_what_cannot_be_proposed_is_said_before_and_not_counted(cast: Cast, browser: Client) -> None:
    good, paused, closed, taken = pair_up(cast, "Olga"), pair_up(cast), pair_up(cast), pair_up(cast)
    PeerSupporter.objects.filter(pk=paused[0].pk).update(status=SupporterStatus.PAUSED)
    Consent.objects.filter(person=closed[1].person_id).update(withdrawn_on=make.TODAY)
    make.a_match(cast.north, None, taken[1], status=MatchStatus.PROPOSED)
    page = text(browser.get(step(good, paused, closed, taken)))
    assert "1 message goes out" in page
    assert "3 pairs cannot be proposed now" in page
    assert "is not active now" in page
    assert "has a match or an open proposal already" in page
    assert page.count('name="pair"') == 1
    assert "Confirm: propose 1 pair" in page
    said = text(confirm(browser, good, paused, closed, taken))
    for one in ("is not active now", "has a match or an open proposal already"):
        assert one in said, "the same reasons as after the click"
    alone = text(browser.get(step(paused)))
    assert "1 pair cannot be proposed now" in alone
    assert "Confirm" not in alone.replace("before you confirm", "")
    assert "message goes out" not in alone


# -- Two for one place ------------------------------------------------------------------------------------------------


def test_two_ticked_for_one_last_place_are_told_apart_before(cast: Cast, browser: Client) -> None:
    """Who has waited longer goes first, wherever she stands in the list; both are told; only one is sent on."""
    supporter, waits = pair_up(cast, "Olga", max_matches=1)
    longer = make.a_participant(
        cast.north, "Tirhas", languages=["so"], available=[4], registered_on=make.TODAY - timedelta(days=90)
    )
    other = pair_up(cast)
    page = text(browser.get(step((supporter, waits), (supporter, longer), other)))
    assert "2 messages go out" in page
    assert "1 pair cannot be proposed now" in page
    assert "The last free place of Olga Test goes to Tirhas Test. Who has waited longer goes first." in page
    assert f"Goes first: the last free place was ticked for {waits.person.full_name}, too." in page
    assert f'name="pair" value="{waits.pk}-{supporter.pk}"' not in page
    assert f'name="pair" value="{longer.pk}-{supporter.pk}"' in page


def test_two_sent_for_one_last_place_are_told_apart_after(cast: Cast, browser: Client) -> None:
    """The same when nobody looked at the second step: one is made, and the other reads why hers is not."""
    supporter, waits = pair_up(cast, "Olga", max_matches=1)
    longer = make.a_participant(
        cast.north, "Tirhas", languages=["so"], available=[4], registered_on=make.TODAY - timedelta(days=90)
    )
    page = text(confirm(browser, (supporter, waits), (supporter, longer)))
    assert Match.objects.proposed().get().participant == longer
    assert "1 proposal is made; the others are not" in page
    assert "The last free place of Olga Test goes to Tirhas Test. Who has waited longer goes first." in page


def test_of_equal_ones_the_list_decides_and_a_lock_stands_before_all(
    cast: Cast, browser: Client, now: datetime
) -> None:
    supporter, first = pair_up(cast, "Olga", max_matches=1)
    second = make.a_participant(cast.north, "Tirhas", languages=["so"], available=[4])
    page = text(browser.get(step((supporter, first), (supporter, second))))
    assert f"goes to {first.person.full_name}. Both have waited as long; who stands first in the list" in page
    mark_pair(
        programme=cast.north, supporter_person=supporter.person, participant_person=second.person, kind="locked",
        words="sisters", by=cast.amina, now=now,
    )  # fmt: skip
    page = text(browser.get(step((supporter, first), (supporter, second))))
    assert "goes to Tirhas Test. The team decided that those two belong together." in page


def test_somebody_ticked_with_two_is_asked_for_once(cast: Cast, browser: Client) -> None:
    (first, hers), (second, _other) = pair_up(cast, "Olga"), pair_up(cast, "Safi")
    page = text(browser.get(step((first, hers), (second, hers))))
    assert "is in this list with Olga Test already. One proposal at a time." in page
    assert "Goes first: she was ticked with Safi Test, too." in page
    assert "1 message goes out" in page


# -- Confirmed -------------------------------------------------------------------------------------------------------


def test_confirmed_all_are_made_and_a_second_click_makes_nothing(cast: Cast, browser: Client) -> None:
    pairs = [pair_up(cast), pair_up(cast)]
    answer = confirm(browser, *pairs)
    assert answer.headers["Location"] == reverse("matching:board", args=["north"])
    assert "2 proposals are made." in text(browser.get(answer.headers["Location"]))
    again = text(confirm(browser, *pairs))
    assert again.count("This proposal is made already") == 2
    assert Match.objects.proposed().count() == 2
    assert Notice.objects.filter(kind=Kind.PROPOSAL).count() == 2


def test_what_somebody_else_did_meanwhile_is_said_pair_by_pair(cast: Cast, browser: Client) -> None:
    first, second = pair_up(cast), pair_up(cast)
    make.a_match(cast.north, None, second[1], status=MatchStatus.PROPOSED)
    page = text(confirm(browser, first, second))
    assert "1 proposal is made; the others are not" in page
    assert "has a match or an open proposal already" in page
    assert Match.objects.proposed().filter(participant=first[1], supporter=first[0]).exists()


def test_whoever_was_slower_reads_who_was_quicker_and_keeps_her_ticks(cast: Cast, login: Login) -> None:
    """Two coordinators look at the same last place; one confirms. The other reads who, whom and when."""
    nora = make.a_member(cast.north, "coordinator", "Nora")
    supporter, hers = pair_up(cast, "Olga", max_matches=1)
    theirs = make.a_participant(cast.north, "Tirhas", languages=["so"], available=[4])
    quick, slow = login(cast.amina), login(nora.person.user)
    for one, participant in ((quick, theirs), (slow, hers)):
        assert "1 message goes out" in text(one.get(step((supporter, participant))))
    confirm(quick, (supporter, theirs))
    page = text(confirm(slow, (supporter, hers)))
    amina = cast.user(cast.amina).people.get().full_name
    assert "0 proposals are made; the others are not" not in page
    assert "Nothing was proposed" in page
    assert f"has no free place any more. Choose somebody else. {amina} proposed Tirhas Test and Olga Test at" in page
    assert reverse("matching:candidates", args=["north", hers.pk]) in page
    board = reverse("matching:board", args=["north"], query={"pair": f"{hers.pk}-{supporter.pk}"})
    assert f'href="{board}"' in page


def test_somebody_asked_for_twice_takes_one_place(cast: Cast, browser: Client) -> None:
    """The second pair of hers is left out, so that its place is there for the third."""
    (first, hers), (second, other) = pair_up(cast), pair_up(cast, max_matches=1)
    page = text(confirm(browser, (first, hers), (second, hers), (second, other)))
    assert "2 proposals are made; the others are not" in page
    made = set(Match.objects.proposed().values_list("supporter", "participant"))
    assert made == {(first.pk, hers.pk), (second.pk, other.pk)}


def test_somebody_who_pauses_is_not_asked(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast)
    PeerSupporter.objects.filter(pk=supporter.pk).update(status=SupporterStatus.PAUSED)
    assert "is not active now" in text(confirm(browser, (supporter, participant)))
    assert not Match.objects.proposed().exists()


def test_nothing_ticked_is_said_and_nothing_is_made(cast: Cast, browser: Client) -> None:
    page = browser.get(step(), follow=True)
    assert "Tick at least one pair." in text(page)
    junk = browser.get(reverse("matching:propose", args=["north"], query={"pair": "x-y"}), follow=True)
    assert "Tick at least one pair." in text(junk)


# -- Walls -----------------------------------------------------------------------------------------------------------


def test_people_of_another_programme_are_not_there(cast: Cast, browser: Client) -> None:
    supporter, participant = pair_up(cast)
    elsewhere = make.a_supporter(cast.south)
    assert browser.get(step((elsewhere, participant))).status_code == 404
    assert confirm(browser, (elsewhere, participant)).status_code == 404
    assert browser.get(step((supporter, make.a_participant(cast.south)))).status_code == 404


@pytest.mark.parametrize("who", ["ben", "dan", "eva", "tess", "paul", "stef"])
def test_propose_is_for_those_who_propose(cast: Cast, login: Login, who: str) -> None:
    pair = pair_up(cast)
    browser = login(getattr(cast, who))
    assert browser.get(step(pair)).status_code == 403
    assert confirm(browser, pair).status_code == 403
    assert not Match.objects.proposed().exists()
