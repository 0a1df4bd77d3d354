"""Tests run against a real PostgreSQL as the web role, which owns nothing; the owner makes the database."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4
from weakref import WeakSet

import pytest
from django.db import OperationalError, connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from peerhub.lib.member import Member
from peerhub.people.models import User
from programmes.models import Programme
from tests.cast import Cast, assemble
from tests.second_steps import log_in
from tests.sight import see_everything
from tests.stage import undone
from tests.visitors import Stage, build

# Playwright keeps a loop of its own in the thread of the journeys; nothing of ours is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
BOTH: Any = {"default", "owner"}  # the stubs ask for a mapping, Django for names


OPENED: WeakSet[Any] = WeakSet()


@receiver(connection_created)
def _remember(connection: Any, **_more: Any) -> None:
    OPENED.add(connection.connection)  # PostgreSQL's own; the wrapper may be closed in its own thread alone


@receiver(connection_created)
def _tests_see_what_they_made(connection: Any, **_more: Any) -> None:
    """The test's own code looks behind all walls; requests, tasks and commands set a context of their own."""
    if connection.alias == "default":
        see_everything(connection)


@receiver(post_save, sender=Programme)
def _a_new_programme_too(using: str, **_more: Any) -> None:
    see_everything(connections[using])


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: pytest.FixtureRequest, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The owner makes and migrates the test database; the tests then work in it as the web role."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        made = setup_databases(verbosity=0, interactive=False, aliases=BOTH, serialized_aliases=set())
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _take_down(made)


def _take_down(made: Any) -> None:
    """Drop the test database; a process that was killed in a test may need a moment to let go of it.

    Journeys open connections inside Playwright's loop, where close_all() does not find them.
    """
    for _attempt in range(20):
        connections.close_all()
        for one in list(OPENED):
            one.close()
        try:
            teardown_databases(made, verbosity=0)
        except OperationalError:
            time.sleep(0.5)
        else:
            return


@pytest.fixture(autouse=True)
def _of_this_test_alone(settings: Any) -> None:
    """Throttling counts in a cache of this test alone; passwords are hashed quickly (journeys use the real way)."""
    local = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": local, "LOCATION": str(uuid4())}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    """The clock that deeds are given."""
    return timezone.now()


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody on stage."""
    return assemble()


@pytest.fixture
def login(cast: Cast) -> Callable[[Member | User | None], Client]:
    """A browser in which this member is logged in, staff with their second factor (or nobody)."""

    def enter(who: Member | User | None) -> Client:
        client = Client()
        if who is not None:
            log_in(client, cast.user(who) if isinstance(who, Member) else who)
        return client

    return enter


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Work with real commits, for threads and other processes; the owner empties the tables afterwards."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        try:
            yield
        finally:
            for connection in connections.all():
                connection.close()
            empty_tables()


def empty_tables() -> None:
    """Empty every table but Django's own records of migrations, types and rights, as the owner."""
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [f'"{name}"' for (name,) in cursor.fetchall() if name not in kept]
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
    connections["owner"].close()


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: pytest.FixtureRequest, request: Any) -> Iterator[Stage]:
    """Everybody who might open a page, once for all tests of a file; at the end it says what was looked at."""
    with django_db_blocker.unblock(), undone():  # type: ignore[attr-defined]  # pytest-django's blocker
        made = build()
        yield made
    count_up(request.config, made.asked)


# -- What tests measured, printed at the end, whichever process ran them ---------------------------------------------


def count_up(config: Any, counted: dict[str, int]) -> None:
    """Add to the sums of this process; a worker of many sends its own home when it ends."""
    sums = config.workeroutput.setdefault("counted", {}) if hasattr(config, "workeroutput") else COUNTED
    for what, number in counted.items():
        sums[what] = sums.get(what, 0) + number


COUNTED: dict[str, int] = {}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker came home."""
    for what, number in getattr(node, "workeroutput", {}).get("counted", {}).items():
        COUNTED[what] = COUNTED.get(what, 0) + number


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Sentences of record_property("measured", …), and the sums."""
    passed = terminalreporter.stats.get("passed", [])
    told = {words for report in passed for name, words in report.user_properties if name == "measured"}
    told |= {f"{what}: {number}" for what, number in COUNTED.items()}
    if told:
        terminalreporter.section("measured")
        for words in sorted(told):
            terminalreporter.write_line(words)
