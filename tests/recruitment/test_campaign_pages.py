"""The pages of campaigns: list, plan, one campaign, closing; and the choice of one on other forms."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from programmes.models import Place
from recruitment.models import Application, Campaign, Participant
from tests import factories as make
from tests.cast import Cast
from tests.finding import found_at, query_of
from tests.sight import WALLS

pytestmark = pytest.mark.django_db
Login = Callable[..., Client]
TODAY = make.TODAY
TYPED = {"name": "Dari evenings", "purpose": "supporters", "wanted": "2", "starts_on": TODAY.isoformat()}
ADVICE = {
    "from_advice": "1", "wanted": "1", "languages": "prs", "language_level": "well", "postcode": "2525",
    "available": "5", "gender": "woman",
}  # fmt: skip


def address(name: str, *args: object) -> str:
    return reverse(f"recruitment:{name}", args=["north", *args])


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def browser(cast: Cast, login: Login) -> Client:
    """Amina's."""
    return login(cast.amina)


def names(client: Client, filters: str) -> list[str]:
    return [one.row.name for one in client.get(address("campaigns") + filters).context["rows"]]


# -- The list -------------------------------------------------------------------------------------------------------


def some(cast: Cast) -> None:
    make.a_campaign(cast.north, "Autumn", segment="parents of the school", starts_on=TODAY - timedelta(days=1))
    make.a_campaign(cast.north, "Later", starts_on=TODAY + timedelta(days=9), purpose="promote", wanted=None)
    row = make.a_campaign(cast.north, "Early", status="closed", closed_on=TODAY, outcome="two came")
    make.an_application(cast.north, campaign=row)


def test_list_by_state_purpose_word_and_order(cast: Cast, browser: Client) -> None:
    some(cast)
    assert names(browser, "") == ["Later", "Autumn", "Early"]
    assert names(browser, "?status=running") == ["Autumn"]
    assert names(browser, "?status=planned") == ["Later"]
    assert names(browser, "?status=closed") == ["Early"]
    assert names(browser, "?status=over") == []
    assert names(browser, "?purpose=promote") == ["Later"]
    assert names(browser, "?sort=name") == ["Autumn", "Early", "Later"]
    assert names(browser, "?sort=applied")[0] == "Early"
    assert names(browser, "?status=nonsense&purpose=x&sort=y&page=99") == ["Later", "Autumn", "Early"]
    assert names(browser, query_of(browser, address("campaigns"), "school PARENTS")) == ["Autumn"]
    assert "No campaign found" in text(browser.get(found_at(browser, address("campaigns"), "nowhere")))


def test_list_has_pages_and_a_total(cast: Cast, browser: Client) -> None:
    for _number in range(26):
        make.a_campaign(cast.north)
    page = text(browser.get(address("campaigns")))
    assert "26 in all" in page
    assert "page 1 of 2" in page
    assert len(names(browser, "?page=2")) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_often_for_three_as_for_one(
    cast: Cast, browser: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        row = make.a_campaign(cast.north, postcode="4331")
        make.an_application(cast.north, campaign=row)
    with django_assert_num_queries(WALLS + 10):
        browser.get(address("campaigns"))


@pytest.mark.parametrize("rows", [1, 3])
def test_one_campaign_asks_as_often_with_three_applications_as_with_one(
    cast: Cast, browser: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = make.a_campaign(cast.north)
    for _number in range(rows):
        make.an_application(cast.north, campaign=row)
    with django_assert_num_queries(WALLS + 8):
        browser.get(address("campaign", row.pk))


def test_an_empty_list_says_what_to_do(cast: Cast, browser: Client, login: Login) -> None:
    assert "No campaigns yet" in text(browser.get(address("campaigns")))
    assert address("campaign_new") in text(browser.get(address("campaigns")))
    assert address("campaign_new") not in text(login(cast.eva).get(address("campaigns")))


def test_the_list_as_a_table(cast: Cast, browser: Client, login: Login) -> None:
    some(cast)
    make.a_campaign(cast.north, "=1+1", languages=["prs"], cost="12.50", channels=["online", "event"])
    answer = browser.get(address("campaigns_export") + "?sort=name")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Name"] for row in rows] == ["'=1+1", "Autumn", "Early", "Later"]
    assert (rows[0]["Whom it looks for"], rows[0]["Cost"]) == ("Dari", "12.50")
    assert rows[0]["Ways to reach them"] == "an event or poster, online"
    assert (rows[2]["Status"], rows[2]["Applied"], rows[2]["What came of it"]) == ("closed", "1", "two came")
    assert login(cast.eva).get(address("campaigns_export")).status_code == 403


def test_the_list_says_what_each_way_brings(cast: Cast, browser: Client, login: Login) -> None:
    accepted = {"status": "accepted", "decided_on": TODAY, "channel": "online"}
    for status in ("active", "paused", "in_training", "ended"):
        make.an_application(cast.north, person=make.a_supporter(cast.north, status=status).person, **accepted)
    again = make.an_application(cast.north, person=cast.ben_supporter.person, **accepted)
    make.an_application(cast.north, person=again.person, **accepted)
    make.an_application(cast.north, channel="event")
    make.an_application(cast.south, channel="outreach")
    ways = browser.get(address("campaigns")).context["ways"]
    told = [(one["channel"], one["applied"], one["selected"], one["learning"], one["supporting"]) for one in ways]
    assert told == [("online", 5, 5, 1, 3), ("event", 1, 0, 0, 0)]
    assert "How those who applied found us" not in text(login(cast.eva).get(address("campaigns")))


# -- Planning -------------------------------------------------------------------------------------------------------


def test_a_coordinator_plans_a_campaign(cast: Cast, browser: Client) -> None:
    wrong = browser.post(address("campaign_new"), {**TYPED, "wanted": "", "ends_on": "2001-01-01", "message": "kept"})
    assert {"wanted", "ends_on"} == set(wrong.context["form"].errors)
    assert "kept" in text(wrong)
    answer = browser.post(address("campaign_new"), {**TYPED, "languages": ["prs"], "channels": ["online"], "cost": "5"})
    row = Campaign.objects.get()
    assert answer.url == address("campaign", row.pk)
    assert (row.wanted, row.languages, row.channels, row.cost) == (2, ["prs"], ["online"], 5)
    again = browser.post(address("campaign_new"), TYPED)
    assert "There is a campaign of this name already." in text(again)


@pytest.mark.parametrize("field", ["purpose", "channels", "languages", "language_level", "gender", "available"])
def test_what_is_not_on_offer_is_not_taken(browser: Client, field: str) -> None:
    answer = browser.post(address("campaign_new"), {**TYPED, field: "self"})
    assert field in answer.context["form"].errors
    assert not Campaign.objects.exists()


def test_from_an_advice_the_form_is_filled_in_and_nothing_saved(cast: Cast, browser: Client) -> None:
    Place.objects.create(
        organisation=cast.north.organisation, postcode="2525", name="Schilderswijk", latitude=52.07, longitude=4.29
    )
    answer = browser.post(address("campaign_new"), ADVICE)
    page = text(answer)
    assert "Filled in from the advice" in page
    assert 'value="prs" id="id_languages' in page
    filled = answer.context["form"].initial
    assert filled["name"] == "Peer supporters: Dari, near 2525 Schilderswijk, Tuesday evening, women"
    assert filled["segment"] == (
        "Women who speak Dari, live near 2525 Schilderswijk and are free on Tuesday evening."
    )  # fmt: skip
    assert (filled["wanted"], filled["languages"], filled["available"]) == (1, ["prs"], [5])
    assert not Campaign.objects.exists()


def test_an_advice_that_was_tampered_with_fills_in_what_fits(browser: Client) -> None:
    bad = {
        "from_advice": "1",
        "wanted": "-4",
        "languages": "<b>",
        "postcode": "9" * 40,
        "available": "77",
        "gender": "x",
    }
    answer = browser.post(address("campaign_new"), bad)
    filled = answer.context["form"].initial
    assert (filled["name"], filled["segment"]) == ("Peer supporters", "")
    assert (filled["wanted"], filled["languages"], filled["postcode"], filled["available"]) == (1, [], "", [])
    assert "<b>" not in text(answer)


def test_planning_goes_on_until_it_is_closed(cast: Cast, browser: Client) -> None:
    row = make.a_campaign(cast.north, "Dari evenings", insight="they miss talking")
    url = address("campaign_edit", row.pk)
    assert "they miss talking" in text(browser.get(url))
    browser.post(url, {**TYPED, "insight": "they miss being needed"})
    row.refresh_from_db()
    assert (row.insight, row.wanted) == ("they miss being needed", 2)
    Campaign.objects.filter(pk=row.pk).update(status="closed", closed_on=TODAY, outcome="two came")
    assert "Open it again first" in text(browser.post(url, {**TYPED, "insight": "late"}))


# -- One campaign ---------------------------------------------------------------------------------------------------


def test_the_page_tells_the_plan_and_what_is_still_empty(cast: Cast, browser: Client) -> None:
    row = make.a_campaign(cast.north, behaviour_goal="three apply", exchange_benefits="friends", languages=["prs"])
    page = text(browser.get(address("campaign", row.pk)))
    assert "three apply" in page
    assert "1 of 8 are filled in" in page
    assert "begun; still empty: what it costs them" in page
    assert page.count("still empty") == 7
    assert page.count("filled in</span>") == 1
    assert "Looked for: 3. Found: 0." in page


def test_numbers_have_a_basis_and_lead_to_their_list(cast: Cast, browser: Client, login: Login) -> None:
    row = make.a_campaign(cast.north, cost=90)
    assert "nobody found yet" in text(browser.get(address("campaign", row.pk)))
    for status in ("active", "active", "in_training"):
        person = make.a_supporter(cast.north, status=status).person
        make.an_application(cast.north, person=person, campaign=row, status="accepted", decided_on=TODAY)
    make.an_application(cast.north, "Fatima", campaign=row, channel="online")
    make.an_application(cast.north, "Elsewhere")
    answer = browser.get(address("campaign", row.pk))
    cards = [(one["value"], one["label"], one["basis"]) for one in answer.context["numbers"]]
    assert cards == [
        (4, "applied", "1 without a decision"), (3, "accepted for training", "of 4 who applied"),
        (2, "peer supporters now", "and 1 in training"), ("45.00", "for each peer supporter", "90.00 for 2"),
    ]  # fmt: skip
    assert "Looked for: 3. Found: 3." in text(answer)
    assert "another way 3, online 1" in text(answer)
    mine = answer.context["numbers"][0]["url"]
    rows = browser.get(mine).context["rows"]
    assert len(rows) == 4
    assert "Elsewhere" not in [one.person.first_name for one in rows]
    evas = login(cast.eva).get(address("campaign", row.pk))
    assert [one["url"] for one in evas.context["numbers"]] == [""] * 4
    assert "Fatima" not in text(evas)


def test_a_campaign_for_participants_counts_them(cast: Cast, browser: Client) -> None:
    row = make.a_campaign(cast.north, purpose="participants", cost=30)
    make.a_participant(cast.north, campaign=row)
    answer = browser.get(address("campaign", row.pk))
    cards = [(one["value"], one["label"], one["basis"]) for one in answer.context["numbers"]]
    assert cards == [(1, "asked for support", "0 supported now"), ("30.00", "for each who asked", "30.00 for 1")]
    assert "Looked for: 3. Found: 1." in text(answer)


def test_close_and_open_again(cast: Cast, browser: Client) -> None:
    row = make.a_campaign(cast.north)
    close, reopen = address("campaign_close", row.pk), address("campaign_reopen", row.pk)
    assert "Say in a few words what came of it." in text(browser.post(close, {"outcome": ""}))
    page = text(browser.post(close, {"outcome": "two came", "cost": "80"}, follow=True))
    assert "two came" in page
    assert address("campaign_edit", row.pk) not in page
    assert "cannot become" in text(browser.post(close, {"outcome": "again"}))
    assert browser.get(reopen).status_code == 302
    row.refresh_from_db()
    assert not row.is_open
    page = text(browser.post(reopen, follow=True))
    assert "Open again" in page
    assert "two came" in page
    assert "Opened again" in page


def test_the_forms_of_a_closed_or_planned_campaign_lead_back(cast: Cast, browser: Client) -> None:
    later = make.a_campaign(cast.north, starts_on=TODAY + timedelta(days=2))
    closed = make.a_campaign(cast.north, status="closed", closed_on=TODAY, outcome="two came")
    assert address("campaign_close", later.pk) not in text(browser.get(address("campaign", later.pk)))
    assert "has not begun" in text(browser.post(address("campaign_close", later.pk), {"outcome": "called off"}))
    for name, row in (("campaign_close", later), ("campaign_close", closed), ("campaign_edit", closed)):
        assert browser.get(address(name, row.pk)).url == address("campaign", row.pk)
    assert "Open it again first" in text(browser.get(address("campaign_edit", closed.pk), follow=True))


# -- The choice of one on other forms -------------------------------------------------------------------------------


def test_an_application_names_an_open_campaign(cast: Cast, browser: Client) -> None:
    row = make.a_campaign(cast.north, "Dari evenings", channels=["online"])
    make.a_campaign(cast.north, "Early", status="closed", closed_on=TODAY, outcome="two came")
    make.a_campaign(cast.south, "Elsewhere")
    page = text(browser.get(address("application_new") + f"?campaign={row.pk}"))
    assert f'<option value="{row.pk}" selected>Dari evenings</option>' in page
    assert '<option value="online" selected>' in page
    assert "Early" not in page
    assert "Elsewhere" not in page
    typed = {"first_name": "Fatima", "submitted_on": TODAY.isoformat(), "channel": "online"}
    browser.post(address("application_new"), {**typed, "campaign": row.pk})
    made = Application.objects.get()
    assert made.campaign == row
    assert address("campaign", row.pk) in text(browser.get(address("application", made.pk)))
    assert "Dari evenings" in text(browser.get(address("applications")))
    for odd in ("x", "9" * 30, "-1", "²", "٣", "0"):
        assert browser.get(address("application_new") + f"?campaign={odd}").status_code == 200
        assert browser.get(address("applications") + f"?campaign={odd}").status_code == 200


def test_a_campaign_is_chosen_later(cast: Cast, browser: Client, login: Login) -> None:
    chosen = make.a_campaign(cast.north, "Early", status="closed", closed_on=TODAY, outcome="two came")
    other, row = make.a_campaign(cast.north, "Dari evenings"), make.an_application(cast.north, campaign=chosen)
    url = address("application", row.pk)
    page = text(browser.get(url))
    assert f'<option value="{chosen.pk}" selected>Early</option>' in page
    assert "Change the campaign" in page
    browser.post(url, {"deed": "campaign", "campaign": other.pk})
    row.refresh_from_db()
    assert row.campaign == other
    assert "This was so before" in text(browser.post(url, {"deed": "campaign", "campaign": other.pk}))
    elsewhere = make.a_campaign(cast.south)
    for not_offered in (chosen.pk, elsewhere.pk):
        browser.post(url, {"deed": "campaign", "campaign": not_offered})
    row.refresh_from_db()
    assert row.campaign == other
    assert "Campaign written down" in text(browser.get(url))
    assert login(cast.dan).post(url, {"deed": "campaign", "campaign": ""}).status_code == 403


def test_a_participant_names_one_too(cast: Cast, browser: Client) -> None:
    row = make.a_campaign(cast.north, "Come in", purpose="participants")
    typed = {"first_name": "Nadia", "registered_on": TODAY.isoformat(), "channel": "event", "campaign": row.pk}
    browser.post(address("participant_new"), typed)
    nadia = Participant.objects.get(person__first_name="Nadia")
    assert nadia.campaign == row
    assert address("campaign", row.pk) in text(browser.get(address("participant", nadia.pk)))
    assert f'<option value="{row.pk}" selected>Come in</option>' in text(
        browser.get(address("participant_edit", nadia.pk))
    )


# -- Who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["campaign_new", "campaign_edit", "campaign_close", "campaign_reopen"])
def test_only_coordinators_change_anything(cast: Cast, login: Login, name: str) -> None:
    args = [] if name == "campaign_new" else [make.a_campaign(cast.north).pk]
    for who in (cast.dan, cast.paul, cast.tess, cast.eva, cast.stef, cast.ben):
        assert login(who).post(address(name, *args), TYPED).status_code == 403
    assert login(cast.zoe).post(address(name, *args), TYPED).status_code == 404


def test_nobody_reads_a_campaign_of_elsewhere(cast: Cast, browser: Client, login: Login) -> None:
    elsewhere = make.a_campaign(cast.south)
    for name in ("campaign", "campaign_edit", "campaign_close", "campaign_reopen"):
        assert browser.get(address(name, elsewhere.pk)).status_code == 404
    assert login(cast.ben).get(address("campaigns")).status_code == 403
    assert login(cast.stef).get(address("campaigns")).status_code == 200
