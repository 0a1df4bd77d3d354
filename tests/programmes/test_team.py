from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from peerhub.lib.errors import Refused
from peerhub.people.models import Person, User
from programmes.choices import Role
from programmes.models import Membership
from programmes.services import add_team_member, end_role, give_role, programme_named
from recruitment.models import PeerSupporter
from tests import factories as make
from tests.cast import Cast
from tests.sight import WALLS

Login = Callable[..., Client]
TEAM = reverse("programmes:team", args=["north"])
LENA = {"first_name": "Lena", "last_name": "Smit", "email": "Lena@Example.org", "role": "trainer"}


def role_of(cast: Cast, name: str) -> Membership:
    """The role of one of the cast."""
    return Membership.objects.get(person_id=getattr(cast, name).person_id)


def end_of(membership: Membership) -> str:
    return reverse("programmes:team_end", args=["north", membership.pk])


def test_team_without_its_peer_supporters(cast: Cast, login: Login) -> None:
    page = login(cast.amina).get(TEAM).content.decode()
    assert "Dan Test" in page
    assert "6 roles in all" in page
    assert "Ben Test" not in page


def test_others_of_the_team_see_it_and_change_nothing(cast: Cast, login: Login) -> None:
    page = login(cast.eva).get(TEAM).content.decode()
    assert "Amina Test" in page
    assert "Add somebody" not in page
    assert login(cast.eva).post(TEAM, LENA).status_code == 403
    assert login(cast.eva).post(end_of(role_of(cast, "dan"))).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_database_as_often_for_three_as_for_one(
    cast: Cast, login: Login, rows: int, django_assert_num_queries: Any
) -> None:
    PeerSupporter.objects.update(supervisor=None)
    Membership.objects.exclude(person_id__in=[cast.amina.person_id, cast.zoe.person_id]).delete()
    for _number in range(rows - 1):
        make.a_member(cast.north, Role.TRAINER)
    client = login(cast.amina)
    with django_assert_num_queries(WALLS + 6):
        client.get(TEAM)


def test_somebody_joins_with_a_login_and_without_a_message(cast: Cast, login: Login) -> None:
    said = login(cast.amina).post(TEAM, LENA, follow=True).content.decode()
    assert "Lena Smit is in the team now (trainer). No message was sent." in said
    assert Person.objects.get(first_name="Lena").user == User.objects.get(email="lena@example.org")


def test_errors_keep_what_was_typed(cast: Cast, login: Login) -> None:
    client = login(cast.amina)
    client.post(TEAM, LENA)
    page = client.post(TEAM, LENA).content.decode()
    assert "already has this role" in page
    assert 'value="Lena"' in page
    assert page.count('class="error-summary"') == 1
    wrong = client.post(TEAM, {**LENA, "role": "peer_supporter"})
    assert "role" in wrong.context["form"].errors


def test_a_role_is_ended(cast: Cast, login: Login) -> None:
    dan = role_of(cast, "dan")
    said = login(cast.amina).post(end_of(dan), follow=True).content.decode()
    assert "Dan Test no longer has the role “supervisor”." in said
    assert login(cast.dan).get(TEAM).status_code == 404
    again = login(cast.amina).post(end_of(dan), follow=True).content.decode()
    assert "has ended already" in again


def test_the_last_coordinator_stays(cast: Cast, login: Login) -> None:
    said = login(cast.amina).post(end_of(role_of(cast, "amina")), follow=True).content.decode()
    assert "needs a coordinator" in said


def test_the_role_of_a_peer_supporter_is_not_ended_here(cast: Cast, login: Login) -> None:
    assert login(cast.amina).post(end_of(role_of(cast, "ben"))).status_code == 404


def test_strangers_and_peer_supporters_stay_outside(cast: Cast, login: Login) -> None:
    for url in (TEAM, end_of(role_of(cast, "dan"))):
        assert login(cast.zoe).get(url).status_code == 404
        assert login(cast.ben).get(url).status_code == 403
    assert login(cast.amina).post(end_of(role_of(cast, "zoe"))).status_code == 404


# -- The deeds ------------------------------------------------------------------------------------------------------


def test_give_role_twice_is_refused(cast: Cast, now: datetime) -> None:
    person = make.a_person(cast.north)
    give_role(programme=cast.north, person=person, role=Role.TRAINER, by=cast.amina, now=now)
    with pytest.raises(Refused, match="already has this role"):
        give_role(programme=cast.north, person=person, role=Role.TRAINER, by=cast.amina, now=now)


def test_end_role_twice_is_refused_and_it_can_be_given_again(cast: Cast, now: datetime) -> None:
    dan = role_of(cast, "dan")
    end_role(membership=dan, by=cast.amina, now=now)
    with pytest.raises(Refused, match="ended already"):
        end_role(membership=dan, by=cast.amina, now=now)
    give_role(programme=cast.north, person=dan.person, role=Role.SUPERVISOR, by=cast.amina, now=now)


def test_end_role_of_the_last_coordinator_is_refused(cast: Cast, now: datetime) -> None:
    amina = role_of(cast, "amina")
    with pytest.raises(Refused, match="needs a coordinator"):
        end_role(membership=amina, by=cast.amina, now=now)
    make.a_member(cast.north, Role.COORDINATOR)
    end_role(membership=amina, by=cast.amina, now=now)


def test_add_team_member_uses_a_known_person_and_is_refused_twice(cast: Cast, now: datetime) -> None:
    known = make.a_person(cast.north, "Lena")
    typed = {"first_name": "Other", "last_name": "", "email": known.email.upper(), "role": Role.TRAINER}
    made = add_team_member(programme=cast.north, by=cast.amina, now=now, **typed)
    assert made.person == known
    with pytest.raises(Refused, match="already has this role"):
        add_team_member(programme=cast.north, by=cast.amina, now=now, **typed)


def test_add_team_member_refuses_peer_supporters_and_shared_logins(cast: Cast, now: datetime) -> None:
    who = {"first_name": "Lena", "last_name": "", "programme": cast.north, "by": cast.amina, "now": now}
    with pytest.raises(Refused, match="training and certificate"):
        add_team_member(email="l@example.org", role=Role.PEER_SUPPORTER, **who)
    login = cast.user(cast.dan).email
    Person.objects.filter(pk=cast.dan.person_id).update(email="new.address@example.org")
    with pytest.raises(Refused, match="logs in with this"):
        add_team_member(email=login, role=Role.TRAINER, **who)


def test_commands_find_a_programme_by_its_name(cast: Cast) -> None:
    assert programme_named("north") == cast.north
    with pytest.raises(Refused, match="There are: north, south"):
        programme_named("nowhere")
