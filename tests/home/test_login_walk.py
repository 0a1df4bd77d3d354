"""The walk: every address there is, as staff without a second factor. None of them shows anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from peerhub.home import second_factor
from peerhub.people.models import User
from programmes.choices import Role
from programmes.matrix import FOR_LINK_HOLDERS
from tests import factories as make
from tests.house.test_pages import Address, addresses
from tests.house.tree import told
from tests.stage import undone
from tests.test_settings import PUBLIC
from tests.visitors import BACKEND, FRAMEWORK, Stage, build, text_of, url_of

# What stays open before the first factor: setting one up, leaving, and what shows nobody.
MAY_STAY = second_factor.OPEN | second_factor.SETTING_UP


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Everybody, once for the walk."""
    with django_db_blocker.unblock(), undone():
        yield build()


def examples(stage: Stage) -> Iterator[tuple[Address, str]]:
    """Every address there is, with an example."""
    for address in addresses():
        if "<slug:slug>" in address.route:
            yield address, url_of(address, stage.rows)
            continue
        keys = {"object_id": stage.cast.rania.pk} if "<path:object_id>" in address.route else {}
        try:
            yield address, reverse(address.name, kwargs=FRAMEWORK.get(address.name, keys))
        except NoReverseMatch:
            assert address.name == "admin:"


def shown_without(user: User, stage: Stage) -> list[str]:
    """The addresses that answer something else than the way to the set-up."""
    open_doors = []
    for address, url in examples(stage):
        for method in ("get", "post"):
            with undone():
                client = Client(raise_request_exception=False)
                client.force_login(user, backend=BACKEND)
                answer = getattr(client, method)(url)
                led = (answer.status_code, answer.headers.get("Location")) == (302, reverse("home:protect"))
                by_link = address.name in FOR_LINK_HOLDERS and answer.status_code == 404  # no log-in opens these
                if not led and not by_link and address.name not in MAY_STAY:
                    open_doors.append(f"{method.upper()} {url}: {answer.status_code}")
    return open_doors


@pytest.mark.parametrize("who", ["administrator", "coordinator", "steering group"])
def test_no_page_opens_without_a_second_factor(stage: Stage, who: str) -> None:
    with undone():
        if who == "administrator":
            user = User.objects.create_superuser("new@example.org")
        else:
            role = Role.COORDINATOR if who == "coordinator" else Role.STEERING_MEMBER
            user = User.objects.get(people__memberships=make.a_member(stage.cast.north, role))
        told(shown_without(user, stage), f"An open door for a {who} without second factor.")


def test_what_stays_open_names_nobody(stage: Stage) -> None:
    """The walk leaves these out; they show no person and no figure of a programme."""
    known = {address.name for address in addresses()}
    assert known >= MAY_STAY
    assert PUBLIC - {
        "account_confirm_email", "account_email_verification_sent", "admin:login", "phone:worker", "phone:offline",
        *FOR_LINK_HOLDERS,
    } <= second_factor.OPEN  # fmt: skip
    with undone():
        user = make.a_member(stage.cast.north, Role.COORDINATOR, "Nina").person.user
        assert user
        client = Client()
        client.force_login(user, backend=BACKEND)
        for name in sorted(second_factor.SETTING_UP):
            said = text_of(client.get(reverse(name), follow=True))
            assert "Carla" not in said
            assert "House of north" not in said
