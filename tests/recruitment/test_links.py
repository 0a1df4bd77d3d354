"""A coordinator gives a participant a one-time link, sees which are open, and takes one back."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerhub.people.choices import Purpose
from peerhub.people.models import Link
from peerhub.people.services import make_link
from tests.cast import Cast

Login = Callable[..., Client]
ADDRESS = re.compile(r'value="(http://[^"]+/l/[^"]+)"')


def way_to(cast: Cast) -> str:
    """The page of Carla's links."""
    return reverse("recruitment:participant_links", args=["north", cast.carla.pk])


def test_made_it_is_shown_once_and_opens(cast: Cast, login: Login) -> None:
    amina = login(cast.amina)
    assert not ADDRESS.search(amina.get(way_to(cast)).content.decode()), "looking makes none"
    made = amina.post(way_to(cast), {"make": "1"}).content.decode()
    found = ADDRESS.search(made)
    assert found
    assert "data:image/svg+xml;base64," in made
    assert Link.objects.get().made_by_id == cast.amina.person_id
    assert not ADDRESS.search(amina.get(way_to(cast)).content.decode()), "and never again"
    assert Client().post(urlsplit(found.group(1)).path).status_code == 302  # led on
    assert "once, on" in amina.get(way_to(cast)).content.decode()


def test_taken_back(cast: Cast, login: Login) -> None:
    amina = login(cast.amina)
    amina.post(way_to(cast), {"make": "1"})
    link = Link.objects.get()
    for said in ("The link is taken back.", "This link was not open any more."):
        assert said in amina.post(way_to(cast), {"revoke": link.pk}, follow=True).content.decode()
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_nobodys_elses_link_is_taken_back_here(cast: Cast, login: Login) -> None:
    make_link(purpose=Purpose.SEE_MY_FILE, person=cast.ben_supporter.person, by=cast.amina, now=timezone.now())
    login(cast.amina).post(way_to(cast), {"revoke": Link.objects.get().pk})
    assert Link.objects.get().revoked_at is None


def test_who_changes_nothing_makes_none(cast: Cast, login: Login) -> None:
    for who in (cast.paul, cast.dan, cast.ben):
        assert login(who).post(way_to(cast), {"make": "1"}).status_code == 403  # no right
    assert login(cast.zoe).post(way_to(cast), {"make": "1"}).status_code == 404  # a stranger
    assert not Link.objects.exists()
