"""Settings: what must hold in every place, and that the page about the environment tells all of it."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from programmes.matrix import addresses
from tests.house.tree import ROOT, sources, told

# Exactly these pages answer somebody who is not logged in.
PUBLIC = {
    "home:health_live",
    "home:security_txt",
    "home:security_policy",
    "home:link",
    "home:link_leave",
    "home:link_file",
    "home:feed",  # days without names, for a calendar that holds the link; 404 for all others
    "matching:link_answer",  # these two for whoever opened such a link
    "matching:link_agree",
    "phone:worker",
    "phone:offline",  # shows forms, and nothing of anybody
    "account_login",
    "account_signup",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_logout",
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "admin:login",
    "admin:jsi18n",
    "set_language",
}
TEXT_FILES = {
    ".py",
    ".html",
    ".txt",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".css",
    ".js",
    ".svg",
    ".sql",
    ".cfg",
    ".json",
    ".sh",
}
SKIPPED = {".git", ".venv", "var", ".mypy_cache", ".ruff_cache", ".hypothesis", ".pytest_cache", "__pycache__"}
MACHINE = re.compile(r"(?<![\w.])/(?:(?:work|root|Users|tmp/(?:brief|dev|bash_jobs))/|home/[a-z]+/)")
ENVIRONMENT = re.compile(
    r"env\.(?:text|flag|number|words|one_of|postgres)\(\s*\"([A-Z_]+)\"|environ(?:\.get\(|\[)\"([A-Z_]+)\""
)
INTERNAL = {
    "DJANGO_SETTINGS_MODULE",
    "PATH",
    "HOME",
    "TMPDIR",
    "LANG",
    "PYTHONPATH",
    "XDG_CACHE_HOME",
    "TERM",
    "PGOPTIONS",
    "CI",
}


def test_pages_ask_for_a_log_in() -> None:
    middleware = settings.MIDDLEWARE
    door = "django.contrib.auth.middleware.LoginRequiredMiddleware"
    assert door in middleware
    assert middleware.index(door) > middleware.index("django.contrib.auth.middleware.AuthenticationMiddleware")


def test_exactly_these_pages_are_public() -> None:
    public = {one.name for one in addresses() if getattr(one.callback, "login_required", True) is False}
    assert public - PUBLIC == set(), "a page became public; is that meant? then it belongs in PUBLIC"
    assert {name for name in public if name.startswith("home:")} == {
        "home:health_live",
        "home:security_txt",
        "home:security_policy",
        "home:link",
        "home:link_leave",
        "home:link_file",  # for whoever opened such a link
        "home:feed",  # for a calendar that holds the link
    }


def test_a_task_ends_before_it_is_given_to_another() -> None:
    broker: dict[str, Any] = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    shown_again = broker["visibility_timeout"]
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < shown_again
    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_TASK_REJECT_ON_WORKER_LOST
    assert settings.CELERY_BROKER_CONNECTION_MAX_RETRIES is None
    assert settings.CELERY_TIMEZONE == "UTC"


def test_every_task_of_the_timetable_exists() -> None:
    from peerhub.celery import app  # noqa: PLC0415  # loads every task

    app.loader.import_default_modules()
    timetable: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    missing = [entry["task"] for entry in timetable.values() if entry["task"] not in app.tasks]
    told(missing, "Beat calls tasks that exist.")


def test_no_task_is_put_off_in_the_broker() -> None:
    put_off = re.compile(r"\b(apply_async\([^)]*(eta|countdown)|retry\([^)]*countdown)")
    problems = [source.short for source in sources() if put_off.search(source.path.read_text())]
    told(problems, "Due times stand in PostgreSQL; the broker carries only what is to be done now.")


def test_there_is_one_driver() -> None:
    assert importlib.util.find_spec("psycopg2")
    assert importlib.util.find_spec("psycopg") is None, "psycopg 3 is kept out on purpose (docs/adr/0008)"


def test_pages_are_sealed() -> None:
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert policy["default-src"] == ["'self'"]
    assert not any("unsafe" in str(value) or value == "*" for values in policy.values() for value in values)
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert settings.X_FRAME_OPTIONS == "DENY"
    assert settings.DEBUG is False


def test_passwords_are_long_and_hashed_slowly() -> None:
    outside_tests = "from django.conf import settings; print(*settings.PASSWORD_HASHERS)"
    assert started_with("-c", outside_tests).stdout.strip() == "django.contrib.auth.hashers.Argon2PasswordHasher"
    validators: Any = settings.AUTH_PASSWORD_VALIDATORS
    options = [one.get("OPTIONS") or {} for one in validators]
    assert max(one.get("min_length", 0) for one in options) >= 12


GOOD_KEY = "kH3vX9qLw2Zr7TnB5sYdF8gJ4mPc6RtVaEuQiOxWyNzSbDfGhKj"
NOTES_KEYS = "first:" + "A" * 43 + "="
REAL = {
    "ALLOWED_HOSTS": "peerhub.example.org",
    "DATABASE_URL": "postgres://peerhub_web:x@db/peerhub",
    "NOTES_KEYS": NOTES_KEYS,
}
CHECK = ("-m", "django", "check", "--deploy", "--fail-level", "WARNING")


def started_with(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What Python says in a place with this environment; without a command, what “check --deploy” says."""
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "DATA", "LANG"}}
    database = settings.DATABASES["default"]
    url = f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    known = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "peerhub.settings",
        "SECRET_KEY": GOOD_KEY,
        "NOTES_KEYS": NOTES_KEYS,
    }
    call = [sys.executable, *(command or CHECK)]
    return subprocess.run(
        call, cwd=ROOT, env={**inherited, **known, **environment}, capture_output=True, text=True, check=False
    )


def test_a_real_place_passes_the_check_for_deployment() -> None:
    done = started_with(ALLOWED_HOSTS="peerhub.example.org", REDIS_URL="redis://localhost:6379")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"SECRET_KEY": "abcabcabc" * 9}, "SECRET_KEY repeats itself"),
        ({"SECRET_KEY": "django-insecure-" + GOOD_KEY}, "SECRET_KEY holds “django-insecure”"),
        ({"SECRET_KEY": GOOD_KEY + "-ChangeMe"}, "SECRET_KEY holds “changeme”"),
        ({"SECRET_KEY": "my-secret-" + GOOD_KEY}, "SECRET_KEY holds “secret”"),
        ({"SECRET_KEY": "example-" + GOOD_KEY}, "SECRET_KEY holds “example”"),
        ({"SECRET_KEY": "only-for-tests-" + GOOD_KEY}, "SECRET_KEY holds “only-for-”"),
        ({**REAL, "DATABASE_URL": "postgres://peerhub_web@db/peerhub"}, "DATABASE_URL has no password"),
        ({**REAL, "DATABASE_URL": "postgres://peerhub_web@127.0.0.1/peerhub"}, "DATABASE_URL has no password"),
        ({**REAL, "DATABASE_OWNER_URL": "postgres://peerhub_owner@db/peerhub"}, "DATABASE_OWNER_URL has no password"),
        ({**REAL, "DATABASE_OWNER_URL": "postgres://peerhub_web:x@db/peerhub"}, "name the same role"),
        ({**REAL, "DATABASE_URL": "postgres://peerhub_owner:x@db/peerhub"}, "not the web role “peerhub_web”"),
        ({**REAL, "DATABASE_URL": "postgres:///peerhub?host=/run"}, "names “nobody”, not the web role"),
        ({**REAL, "NOTES_KEYS": "", "NOTES_KEYS_FILE": "/nowhere/notes.json"}, "NOTES_KEYS is missing"),
        ({"NOTES_KEYS": "first:too-short"}, "NOTES_KEYS holds a key that cannot be used"),
        ({"HTTPS": "maybe"}, "HTTPS is “maybe”; write 1 or 0."),
        ({"EMAIL_PORT": "twenty-five"}, "EMAIL_PORT is “twenty-five”; write a whole number."),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must look like postgres://"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(environment: dict[str, str], words: str) -> None:
    done = started_with(**environment)
    assert done.returncode != 0
    assert words in done.stderr


@pytest.mark.parametrize(
    "environment",
    [
        {**REAL, "DATABASE_OWNER_URL": "postgres://peerhub_owner:y@db/peerhub"},
        {**REAL, "DATABASE_URL": "postgres://peerhub_web@/peerhub?host=/run/postgresql"},
        {**REAL, "DATABASE_URL": "postgres://peerhub_web@db/peerhub?sslmode=verify-full&sslcert=/etc/web.crt"},
        {**REAL, "DATABASE_URL": "postgres://pages:x@db/peerhub", "DATABASE_WEB_ROLE": "pages"},
        {"DATABASE_URL": "postgres://me@localhost/peerhub"},  # a machine of one's own
    ],
)
def test_a_good_place_starts(environment: dict[str, str]) -> None:
    done = started_with("-c", "import django; django.setup()", **environment)
    assert done.returncode == 0, done.stderr


def test_a_real_place_is_not_migrated_by_the_role_of_the_pages() -> None:
    done = started_with("manage.py", "migrate", "--noinput", ALLOWED_HOSTS="peerhub.example.org")
    assert done.returncode != 0
    assert "DATABASE_OWNER_URL is missing" in done.stderr


@pytest.mark.parametrize("name", ["DEBUG", "DJANGO_DEBUG", "PEERHUB_DEBUG"])
def test_nothing_switches_debugging_on(name: str) -> None:
    say = "from django.conf import settings; print(settings.DEBUG, settings.TEMPLATES[0]['OPTIONS'].get('debug'))"
    assert started_with("-c", say, **{name: "1"}).stdout.split() == ["False", "None"]
    assert "DEBUG = True" not in "".join(source.path.read_text() for source in sources())


def test_keys_of_the_repository_open_nothing() -> None:
    """What builds and checks is done with keys made for the moment."""
    problems = []
    for name in ("Makefile", "Dockerfile", "docker-compose.yml"):
        found = re.findall(r"SECRET_KEY[=:] ?(\S+)", (ROOT / name).read_text())
        problems += [f"{name}: {value}" for value in found if not value.startswith(('"$', "$", "${"))]
    told(problems, "No SECRET_KEY stands in the repository.")


def test_a_real_place_uses_locked_cookies_and_headers() -> None:
    names = (
        *("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "SESSION_COOKIE_SECURE"),
        *("CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT"),
    )
    say = f"from django.conf import settings; print(*(getattr(settings, name) for name in {names!r}))"
    said = started_with("-c", say, **REAL).stdout.split()
    assert said == ["__Host-peerhub", "__Host-csrf", "__Host-language", "True", "True", "True", "31536000", "True"]


def test_settings_are_all_explained() -> None:
    page = (ROOT / "docs/settings.md").read_text()
    read: dict[str, str] = {}
    for source in sources():
        for found in ENVIRONMENT.finditer(source.path.read_text()):
            read[found.group(1) or found.group(2)] = source.short
    missing = [
        f"{name} (read in {place})"
        for name, place in sorted(read.items())
        if f"`{name}`" not in page and name not in INTERNAL
    ]
    told(missing, "docs/settings.md explains every variable that is read.")
    told(
        [name for name in re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE) if name not in read],
        "docs/settings.md names no other.",
    )


def house_texts() -> list[Any]:
    """Every file of ours that holds text."""
    return [
        path for path in ROOT.rglob("*")
        if path.is_file() and path.suffix in TEXT_FILES and not SKIPPED & set(path.relative_to(ROOT).parts)
    ]  # fmt: skip


def test_no_path_of_one_machine() -> None:
    problems = []
    for path in house_texts():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if MACHINE.search(line) and path.name != "test_settings.py":
                problems.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    told(problems, "No file names a folder of one machine.")


def test_requirements_are_pinned_and_name_no_host() -> None:
    problems = []
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text()
        if re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", text):
            problems.append(f"{path.name} names a host")
        loose = [line for line in text.splitlines() if re.match(r"[a-zA-Z0-9]", line) and "==" not in line]
        problems += [f"{path.name}: {line} is not pinned" for line in loose]
        unhashed = [block for block in re.split(r"\n(?=[a-zA-Z0-9])", text) if "==" in block and "--hash=" not in block]
        problems += [f"{path.name}: {block.split()[0]} has no hash" for block in unhashed]
    told(problems, "Exact versions with hashes, and nothing about where they come from.")
