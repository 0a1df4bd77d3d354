"""Somebody who found a hole finds out whom to tell, without a log-in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from peerhub.lib.reporting import security_txt

pytestmark = pytest.mark.django_db


def lines(settings: Any) -> list[tuple[str, str]]:
    """The fields of the file as anybody gets it."""
    settings.PUBLIC_URL = "https://peerhub.example.org"
    answer = Client().get("/.well-known/security.txt")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert not answer.cookies
    return [tuple(line.split(": ", 1)) for line in answer.content.decode().splitlines()]  # type: ignore[misc]


def test_the_place_names_its_contacts(settings: Any) -> None:
    settings.SECURITY_CONTACT = ["security@example.org", "https://example.org/report"]
    found = lines(settings)
    assert [value for name, value in found if name == "Contact"] == [
        "mailto:security@example.org",
        "https://example.org/report",
    ]
    fields = dict(found)
    assert fields["Canonical"] == "https://peerhub.example.org/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "en"
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)


def test_without_a_contact_the_policy_says_how(settings: Any) -> None:
    fields = dict(lines(settings))
    assert fields["Contact"] == fields["Policy"] == "https://peerhub.example.org/.well-known/security-policy.md"
    answer = Client().get(reverse("home:security_policy"))
    assert answer.status_code == 200
    assert "## Tell us" in answer.content.decode()


def test_the_file_stays_the_same_for_a_day() -> None:
    asked = {"contacts": [], "public_url": "https://x", "languages": ["en", "nl"]}
    morning, evening = (datetime(2026, 2, 28, hour, 30, tzinfo=UTC) for hour in (0, 23))
    said = security_txt(**asked, at=morning)
    assert said == security_txt(**asked, at=evening)
    assert "Expires: 2026-08-27T00:00:00Z" in said
    assert reverse("home:security_txt") == "/.well-known/security.txt"
