from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from peerhub.lib.errors import Refused
from peerhub.people.models import StateChange
from programmes.models import Organisation, Programme
from programmes.services import set_programme
from tests import factories as make
from tests.cast import Cast
from tests.sight import see_everything

Login = Callable[..., Client]
SETTINGS = reverse("programmes:settings", args=["north"])


def typed(**changes: Any) -> dict[str, Any]:
    """The form as it stands when nothing was changed, and these changes."""
    steps = {f"days_{n}": days for n, days in enumerate((7, 14, 21, 28), start=1)} | {
        f"months_{n}": 3 for n in range(1, 5)
    }
    rules = {"review_lead_days": 14, "hold_weeks": 4, "reminder_lead_days": 1, "max_matches": 3, "suppress_below": 5}
    rules |= {"proposal_days": 7, "proposal_reminder_days": 3, "consent_grace_days": 90}
    about = {"name": "North", "language": "en", "timezone": "Europe/Brussels", "min_age": 18}
    return {**about, **rules, **steps, **changes}


def test_page_shows_the_rules(cast: Cast, login: Login) -> None:
    page = login(cast.amina).get(SETTINGS).content.decode()
    assert 'name="days_3" value="21"' in page
    assert "Plans that run keep the steps they began with" in page


def test_rules_are_changed_and_written_down(cast: Cast, login: Login) -> None:
    changed = typed(target_group="families new in town", days_1=14, days_4="", months_4="", months_3=6, max_age=67)
    assert login(cast.amina).post(SETTINGS, changed).status_code == 302
    cast.north.refresh_from_db()
    assert (cast.north.ladder, cast.north.phase_months) == ([14, 14, 21], [3, 3, 6])
    assert cast.north.max_age == 67
    assert StateChange.objects.get().reason == "target_group, max_age, ladder, phase_months"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"days_3": 10}, "days_3", "may only grow"),
        ({"months_2": ""}, "months_2", "both numbers"),
        ({"days_2": "", "months_2": ""}, "days_3", "an empty step before"),
        ({"min_age": 40, "max_age": 30}, "max_age", "below the youngest"),
        ({"suppress_below": 1}, "suppress_below", "greater than or equal to 3"),
        ({"timezone": "Mars/Olympus"}, "timezone", "valid choice"),
        ({"days_1": "", "months_1": ""}, "days_1", "required"),
    ],
)
def test_errors_stand_at_their_field_and_keep_the_rest(
    cast: Cast, login: Login, changes: dict[str, Any], field: str, sentence: str
) -> None:
    response = login(cast.amina).post(SETTINGS, typed(target_group="kept words", **changes))
    assert sentence in " ".join(response.context["form"].errors[field])
    assert "kept words" in response.content.decode()


def test_a_programme_with_more_steps_shows_them_all(cast: Cast, login: Login) -> None:
    Programme.objects.filter(pk=cast.north.pk).update(ladder=[7, 7, 14, 21, 28], phase_months=[2, 2, 2, 3, 3])
    assert 'name="days_5" value="28"' in login(cast.amina).get(SETTINGS).content.decode()


def test_only_coordinators_of_the_programme(cast: Cast, login: Login) -> None:
    assert login(cast.zoe).get(SETTINGS).status_code == 404
    for member in (cast.ben, cast.dan, cast.eva):
        assert login(member).get(SETTINGS).status_code == 403


def test_set_programme_twice_is_written_down_once(cast: Cast, now: datetime) -> None:
    for _time in range(2):
        set_programme(cast.north, name="Northern", by=cast.amina, now=now)
    assert cast.north.name == "Northern"
    assert StateChange.objects.count() == 1


def test_set_programme_refuses_what_breaks_a_rule(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="may only grow"):
        set_programme(cast.north, ladder=[14, 7], phase_months=[3, 3], by=cast.amina, now=now)
    Programme.objects.create(organisation=cast.north.organisation, name="Taken", slug="taken")
    with pytest.raises(Refused):
        set_programme(cast.north, name="Taken", by=cast.amina, now=now)
    cast.north.refresh_from_db()
    assert cast.north.name == "North"


def test_administrator_makes_a_programme_with_its_coordinator(cast: Cast, login: Login) -> None:
    house = Organisation.objects.create(name="House of the west")
    form = {
        "organisation": house.pk,
        "name": "West",
        "slug": "west",
        "language": "en",
        "timezone": "Europe/Brussels",
        "phone_region": "NL",
        "max_matches": 3,
        "ladder": "7,14",
        "phase_months": "6,6",
        "review_lead_days": 14,
        "hold_weeks": 4,
        "reminder_lead_days": 1,
        "suppress_below": 5,
        "consent_grace_days": 90,
    }
    client, url = login(cast.rania), reverse("admin:programmes_programme_add")
    assert "A programme needs a coordinator" in client.post(url, form).content.decode()
    response = client.post(url, {**form, "coordinator_first_name": "Wim", "coordinator_email": "wim@example.org"})
    assert response.status_code == 302
    see_everything()
    west = Programme.objects.get(slug="west")
    assert [one.person.first_name for one in west.memberships.filter(role="coordinator")] == ["Wim"]


def test_administrator_ends_roles_and_sees_no_peer_supporter(cast: Cast, login: Login) -> None:
    client, url = login(cast.rania), reverse("admin:programmes_membership_changelist")
    assert "Ben Test" not in client.get(url).content.decode()
    dan, amina = (cast.north.memberships.get(person_id=one.person_id) for one in (cast.dan, cast.amina))
    sent = {"action": "end_roles", "_selected_action": [dan.pk, amina.pk]}
    assert "needs a coordinator" in client.post(url, sent, follow=True).content.decode()
    dan.refresh_from_db()
    amina.refresh_from_db()
    assert (dan.ends_on, amina.ends_on) == (make.TODAY, None)
