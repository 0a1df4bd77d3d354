"""What somebody typed survives a failed form, a log-out, another device; sent, it is gone. Nobody else reads it."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from matching.models import Visit
from peerhub.lib.errors import Refused
from peerhub.people.models import Draft
from peerhub.people.services import drop_draft, drop_old_drafts, keep_draft, typed_in
from peerhub.people.tasks import forget_old_drafts
from programmes.models import Membership
from tests import factories as make
from tests.cast import Cast
from tests.logins import prove, seconds, write

Login = Callable[..., Client]
URL = reverse("home:draft", args=["north"])
NOTE = "We filled in the form for the school."
TUESDAY = datetime(2026, 11, 24, 13, 2, tzinfo=UTC)  # two minutes past two in Brussels


def key(cast: Cast) -> str:
    return f"visit-{cast.match.pk}"


def log_url(cast: Cast) -> str:
    return reverse("matching:log", args=["north", cast.match.pk])


def typing(client: Client, name: str, **fields: str) -> Any:
    return client.post(URL, {"key": name, "fields": json.dumps(fields)})


def visit(cast: Cast, **fields: str) -> dict[str, str]:
    """The sheet of a visit as the phone posts it."""
    return {
        "client_id": str(uuid.uuid4()), "occurred_on": make.TODAY.isoformat(), "outcome": "held", "minutes": "60",
        "place": "home", "request": "same", "note": NOTE, "draft": key(cast), **fields,
    }  # fmt: skip


def kept(cast: Cast) -> dict[str, str]:
    """The fields of Ben's one draft; empty when there is none."""
    draft = Draft.objects.filter(person_id=cast.ben.person_id).first()
    return typed_in(draft) if draft else {}


def test_typed_text_comes_back_on_another_device(cast: Cast, login: Login) -> None:
    cast.north.timezone = "Europe/Brussels"
    cast.north.save()
    with time_machine.travel(TUESDAY, tick=False):
        phone, tablet = login(cast.ben), login(cast.ben)
        assert typing(phone, key(cast), note=NOTE).json() == {"left": 12 * 3600, "fixed": False}
        assert tablet.get(URL, {"key": key(cast)}).json() == {
            "fields": {"note": NOTE},
            "said": "We kept what you typed on Tuesday at 14:02.",
        }
        assert tablet.get(URL, {"key": "visit-999"}).json() == {}


def test_the_database_cannot_read_it(cast: Cast, login: Login) -> None:
    typing(login(cast.ben), key(cast), note=NOTE)
    row = Draft.objects.get()
    assert "school" not in str(base64.urlsafe_b64decode(row.ciphertext.partition(":")[2]))
    row.key += "0"
    assert typed_in(row) == {}  # moved to another form it does not open


def test_nobody_reads_what_another_typed(cast: Cast, login: Login) -> None:
    typing(login(cast.ben), key(cast), note=NOTE)
    for other in (cast.dan, cast.amina):
        assert login(other).get(URL, {"key": key(cast)}).json() == {}
        login(other).post(URL, {"key": key(cast), "throw": "1"})
    assert login(cast.zoe).get(URL, {"key": key(cast)}).status_code == 404
    assert kept(cast) == {"note": NOTE}


def test_typing_makes_no_visit_and_sending_forgets_the_text(cast: Cast, login: Login) -> None:
    ben, visits = login(cast.ben), Visit.objects.count()
    typing(ben, key(cast), note=NOTE, client_id=str(uuid.uuid4()), occurred_on="2026-01-01")
    assert Visit.objects.count() == visits
    assert kept(cast) == {"note": NOTE, "occurred_on": "2026-01-01"}
    assert ben.post(log_url(cast), visit(cast)).status_code == 302
    assert Visit.objects.count() == visits + 1
    assert not Draft.objects.exists()


def test_a_form_with_an_error_is_kept_on_the_server(cast: Cast, login: Login) -> None:
    answer = login(cast.ben).post(log_url(cast), visit(cast, occurred_on="2090-01-01"))
    assert answer.status_code == 200
    assert kept(cast)["note"] == NOTE
    assert not {"csrfmiddlewaretoken", "draft", "client_id"} & set(kept(cast))


def test_a_form_that_came_too_late_is_kept(cast: Cast, login: Login, now: datetime) -> None:
    ben = login(cast.ben)
    write(ben, seen=seconds(now - timedelta(hours=13)))
    answer = ben.post(log_url(cast), visit(cast), headers={"referer": f"http://testserver{log_url(cast)}"})
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert kept(cast)["note"] == NOTE
    assert login(cast.ben).get(URL, {"key": key(cast)}).json()["fields"]["note"] == NOTE


def test_a_late_form_from_another_site_leaves_nothing(cast: Cast, now: datetime, login: Login) -> None:
    ben = login(cast.ben)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ben.cookies
    write(strict, seen=seconds(now - timedelta(hours=13)))
    assert strict.post(log_url(cast), visit(cast)).status_code == 403
    assert not Draft.objects.exists()


def test_a_form_that_asks_for_a_proof_first_is_kept(cast: Cast, login: Login) -> None:
    amina, team = login(cast.amina), reverse("programmes:team", args=["north"])
    prove(amina, cast.user(cast.amina), at=seconds(datetime(2026, 1, 1, tzinfo=UTC)))
    typed = {"first_name": "Lena", "last_name": "Smit", "email": "lena@example.org", "role": "trainer", "draft": "team"}
    page = f"http://testserver{team}"
    asked = amina.post(team, typed, headers={"referer": page}, follow=True)
    assert "What you typed is kept." in asked.content.decode()
    back = amina.post(asked.redirect_chain[0][0], {"password": make.PASSWORD, "next": page})
    assert back.headers["Location"] == page
    assert amina.get(URL, {"key": "team"}).json()["fields"]["first_name"] == "Lena"
    assert "Lena Smit is in the team now" in amina.post(team, typed, follow=True).content.decode()
    assert amina.get(URL, {"key": "team"}).json() == {}


def test_a_refused_deed_keeps_the_text(cast: Cast, login: Login) -> None:
    """Refused leads back to the page, as done does; the text tells the two apart."""
    amina = login(cast.amina)
    own = Membership.objects.get(person_id=cast.amina.person_id)
    answer = amina.post(reverse("programmes:team_end", args=["north", own.pk]), {"reason": "tired", "draft": "team"})
    assert answer.status_code == 302
    assert amina.get(URL, {"key": "team"}).json()["fields"] == {"reason": "tired"}


def test_thrown_away(cast: Cast, login: Login) -> None:
    ben = login(cast.ben)
    typing(ben, key(cast), note=NOTE)
    assert ben.post(URL, {"key": key(cast), "throw": "1"}).status_code == 200
    assert not Draft.objects.exists()
    assert ben.post(URL, {"key": key(cast), "throw": "1"}).status_code == 200  # twice does no harm


@pytest.mark.parametrize(
    "asked",
    [
        {"key": "../etc", "fields": "{}"}, {"key": "", "fields": "{}"}, {"key": "a" * 61, "fields": "{}"},
        {"key": "visit-1", "fields": "no json"}, {"key": "visit-1", "fields": "[1]"},
        {"key": "visit-1", "fields": '{"note": {"a": 1}}'}, {"key": "visit-1"},
    ],
)  # fmt: skip
def test_anything_else_is_a_bad_request(cast: Cast, login: Login, asked: dict[str, str]) -> None:
    assert login(cast.ben).post(URL, asked).status_code == 400


def test_a_text_that_is_too_long_is_told(cast: Cast, login: Login) -> None:
    ben = login(cast.ben)
    typing(ben, key(cast), note=NOTE)
    answer = typing(ben, key(cast), note="é" * 10_001)
    assert answer.status_code == 413
    assert "too long to be kept" in answer.json()["refused"]
    assert kept(cast) == {"note": NOTE}
    assert typing(ben, key(cast), note="é" * 9_990).status_code == 200


FORMS: dict[str, Callable[[Cast], tuple[dict[str, int], str]]] = {
    "matching:log": lambda cast: ({"match_id": cast.match.pk}, f"visit-{cast.match.pk}"),
    "matching:review": lambda cast: ({"match_id": cast.match.pk}, f"review-{cast.match.pk}"),
    "matching:close": lambda cast: ({"match_id": cast.match.pk}, f"close-{cast.match.pk}"),
    "supervision:session_new": lambda cast: ({}, "session-new"),
    "recruitment:application_new": lambda cast: ({}, "application-new"),
    "programmes:team": lambda cast: ({}, "team"),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms_name_their_draft(cast: Cast, login: Login, name: str) -> None:
    arguments, draft = FORMS[name](cast)
    page = login(cast.amina).get(reverse(name, kwargs={"slug": "north", **arguments})).content.decode()
    assert page.count(f'data-draft="{draft}"') == 1
    assert page.count(f'<input type="hidden" name="draft" value="{draft}">') == 1
    assert f'data-draft-url="{URL}"' in page


def test_forms_of_a_concern_and_of_a_meeting_name_theirs(cast: Cast, login: Login) -> None:
    amina = login(cast.amina)
    worry = make.a_visit(cast.match, make.TODAY - timedelta(days=7), has_concern=True, concern="no heating")
    page = amina.get(reverse("supervision:concern", args=["north", worry.pk])).content.decode()
    assert f'name="draft" value="concern-{worry.pk}"' in page
    row = make.an_application(cast.north)
    page = amina.get(reverse("recruitment:application", args=["north", row.pk])).content.decode()
    for draft in (f"meeting-{row.pk}", f"decline-{row.pk}"):
        assert page.count(f'data-draft="{draft}"') == page.count(f'name="draft" value="{draft}"') == 1


def test_no_text_lies_in_the_browser() -> None:
    scripts = {path.name: path.read_text() for path in (configured.BASE_DIR / "static/js").glob("*.js")}
    storing = [
        name
        for name, text in scripts.items()
        if any(w in text for w in ("sessionStorage", "localStorage", "indexedDB"))
    ]
    # light or dark, nothing about anybody; and what waits on a phone, sealed and without a name (docs/adr/0014)
    assert sorted(storing) == ["queue.js", "theme.js"]


# -- The deeds -----------------------------------------------------------------------------------------------------


def test_keep_draft_twice_is_one_draft_with_the_last_text(cast: Cast, now: datetime) -> None:
    keep_draft("visit-1", fields={"note": "first"}, by=cast.ben, now=now)
    keep_draft("visit-1", fields={"note": "second", "concern": "  "}, by=cast.ben, now=now + timedelta(minutes=1))
    draft = Draft.objects.get()
    assert (typed_in(draft), draft.updated_at) == ({"note": "second"}, now + timedelta(minutes=1))
    keep_draft("visit-1", fields={"note": " "}, by=cast.ben, now=now)
    assert not Draft.objects.exists()


def test_keep_draft_refuses_what_is_too_long(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="too long"):
        keep_draft("visit-1", fields={"note": "x" * 20_000}, by=cast.ben, now=now)
    assert not Draft.objects.exists()


def test_keep_draft_makes_room_for_the_newest_twenty(cast: Cast, now: datetime) -> None:
    keep_draft("team", fields={"first_name": "Lena"}, by=cast.amina, now=now)
    for number in range(23):
        keep_draft(f"visit-{number}", fields={"note": "x"}, by=cast.ben, now=now + timedelta(minutes=number))
    mine = Draft.objects.filter(person_id=cast.ben.person_id)
    assert set(mine.values_list("key", flat=True)) == {f"visit-{number}" for number in range(3, 23)}
    assert Draft.objects.count() == 21  # Amina's is hers


def test_drop_draft_twice(cast: Cast, now: datetime) -> None:
    keep_draft("visit-1", fields={"note": "x"}, by=cast.ben, now=now)
    assert drop_draft("visit-1", owner=cast.dan) is False
    assert drop_draft("visit-1", owner=cast.ben) is True
    assert drop_draft("visit-1", owner=cast.ben) is False


def test_drop_old_drafts_after_a_week(cast: Cast, now: datetime) -> None:
    keep_draft("visit-1", fields={"note": "x"}, by=cast.ben, now=now - timedelta(days=7, minutes=1))
    keep_draft("visit-2", fields={"note": "x"}, by=cast.ben, now=now - timedelta(days=7) + timedelta(minutes=1))
    assert forget_old_drafts() == 1
    assert Draft.objects.get().key == "visit-2"
    assert drop_old_drafts(now=now) == 0


def test_a_changed_key_of_the_place_makes_no_page_break(cast: Cast, login: Login, settings: Any, now: datetime) -> None:
    keep_draft("visit-1", fields={"note": "x"}, by=cast.ben, now=now)
    settings.SECRET_KEY = "another key of at least fifty characters, for a rotation"
    assert login(cast.ben).get(URL, {"key": "visit-1"}).json() == {}
