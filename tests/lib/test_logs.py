"""The log says what broke and where, and names nobody."""

from __future__ import annotations

import inspect
import io
import logging
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from peerhub.lib.logs import Formatter, one_line, scrub
from peerhub.people.models import User
from tests.cast import Cast
from tests.house.tree import ROOT, told
from tests.journeys.site import free_port


def written(message: str, *args: Any, exc_info: Any = None) -> str:
    """What stands in the log after this record."""
    record = logging.LogRecord("peerhub.test", logging.ERROR, "x.py", 1, message, args, exc_info)
    return Formatter().format(record)


def test_behind_a_wall_the_database_quotes_no_row(cast: Cast) -> None:
    """The first wall: PostgreSQL tells the web role which rule was broken, and nothing of the row."""
    taken = User.objects.get(people=cast.ben.person_id)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        User.objects.create(email=taken.email)
    assert "user_email_once" in str(caught.value)
    assert taken.email not in str(caught.value)


def broken_where_there_is_no_wall(statement: str, values: list[str]) -> Any:
    """The error of a statement in a table without a wall: there the whole row is quoted."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return caught


def test_a_rows_values_are_left_out_of_a_broken_constraint(cast: Cast) -> None:
    name = cast.north.organisation.name
    caught = broken_where_there_is_no_wall("INSERT INTO programmes_organisation (name) VALUES (%s)", [name])
    quoted = str(caught.value)
    assert "DETAIL" in quoted
    assert name in quoted  # what would have been written
    text = written("saving failed", exc_info=caught._excinfo)
    assert name not in text
    assert "duplicate key value violates unique constraint" in text
    assert "tests/lib/test_logs.py" in text  # where it was


def test_a_whole_row_is_left_out(cast: Cast) -> None:
    """A broken check quotes all columns, also those with line breaks in them."""
    story = "Fled from home.\n\nHINT she said\nnobody may know"
    caught = broken_where_there_is_no_wall(
        "INSERT INTO programmes_organisation (name, created_at) VALUES (%s, NULL)", [story]
    )
    assert "Fled from home" in str(caught.value)
    text = written("failed", exc_info=caught._excinfo)
    assert not [word for word in ("Fled", "nobody may know") if word in text]
    assert "violates not-null constraint" in text


def test_a_value_in_the_first_line_is_left_out(cast: Cast) -> None:
    name = "Fatima"  # not on the line that breaks: a traceback shows our lines
    with pytest.raises(DataError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_person WHERE id = %s", [name])
    assert "Fatima" in str(caught.value)
    text = written("failed", exc_info=caught._excinfo)
    assert "Fatima" not in text
    assert "invalid input syntax" in text


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("no mailbox ben.el-amrani+x@mail.example.co.uk here", "amrani"),
        ("<ZOË@exämple.org>", "ZOË"),
        ("call +31 6 1234 56 78 now", "1234"),
        ("call 0612345678", "0612345678"),
        ("call 06-12 34 56 78.", "34 56"),
        ("call (070) 123 45 67", "123 45"),
        ("call 0032 475 12 34 56", "475"),
        ("GET /p/north/participants/?find=aB3_x&name=Fatima done", "Fatima"),
        ("connect postgres://peerhub_web:hunter2@db:5432/peerhub", "hunter2"),
        ("password=hunter2 and more", "hunter2"),
        ("{'password': 'hunter two', 'a': 1}", "hunter"),
        ("Authorization: Bearer abc.def.ghi", "Bearer"),
        ("token = 'x9'", "x9"),
        ("Not Found: /accounts/password/reset/key/1-cvx2ab-9a0364b9e99bb480dd25e1f0284c8555/", "9a0364b9"),
        ("session 8k2j3h4g5f6d7s8a9q0w1e2r3t4y5u6i ended", "8k2j3h"),
        ("link /s/pT0x_9QmZ4bL7vR2nC8wY1dK6hJ3sF5gA0eU-iO4zX/", "pT0x"),
    ],
)
def test_what_tells_of_somebody_or_opens_something_is_hidden(said: str, hidden: str) -> None:
    assert hidden in said
    assert hidden not in written(said)
    assert hidden not in written("%s", said)


@pytest.mark.parametrize(
    "said",
    [
        "notice 4711 not sent: SMTPServerDisconnected",
        "report 12 could not be made",
        "Task matching.tasks.sweep[0b9c6f2e-6c1e-4f0e-9a53-2f8f1b0c7d11] succeeded in 0.0123s",
        "Listening at: http://127.0.0.1:8000 (4711)",
        "Not Found: /p/north/participants/12/",
        'duplicate key value violates unique constraint "matching_visit_match_id_8d0b2f4e_fk_matching_match_id"',
        "2026-11-24 17:11:04 due 2026-03-01 at 0x7f3a2b, 99.95 % of 1 000 000",
    ],
)
def test_what_helps_with_a_fault_stays(said: str) -> None:
    assert written(said).endswith(said)


def test_a_typed_line_break_begins_no_record() -> None:
    forged = "x\r\n2026-01-01 00:00:00 CRITICAL root all is well\x1b[2J\u202e"
    text = written("refused %s", forged)
    assert "\n" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    text = written("failed", exc_info=(ValueError, ValueError(forged), None))
    assert all(line.startswith("  | ") for line in text.splitlines()[1:])
    assert "\x1b" not in text
    assert one_line("a\nb\rc\x00") == "a\\nb\\rc\\x00"


def test_local_values_are_not_written() -> None:
    def deed() -> None:
        story = "She fled" + " from home."  # noqa: F841  # a local value, as a debugging page would show it
        raise ValidationError("not allowed")

    try:
        deed()
    except ValidationError:
        text = written("failed", exc_info=sys.exc_info())
    assert "She fled from home." not in text
    assert "in deed" in text


def test_odd_records_are_written_all_the_same() -> None:
    assert "do not fit" in written("%s %s", "one")
    assert "without places" in written("failed", exc_info=(ValueError, ValueError("x"), "no traceback"))
    assert len(scrub("x " * 50_000)) < 21_000
    started = time.process_time()
    for hostile in ("a@" * 20_000, "0" * 40_000, "-" * 40_000, "password=" * 5_000, "DETAIL:" * 5_000, "a-" * 20_000):
        scrub(hostile)
    assert time.process_time() - started < 5  # no pattern that takes for ever


def handlers(config: dict[str, Any]) -> set[str]:
    """The formatter of each handler."""
    return {config["formatters"][one["formatter"]]["()"] for one in config["handlers"].values()}


def test_every_handler_of_the_settings_writes_that_way() -> None:
    assert handlers(settings.LOGGING) == {"peerhub.lib.logs.Formatter"}
    assert settings.LOGGING["loggers"]["django"]["handlers"] == []  # not Django's, which mails whole requests
    assert not settings.ADMINS


LOGGERS = """
import logging, django; django.setup()
from peerhub.celery import app
from peerhub.lib.logs import Formatter
app.loader.import_default_modules(); app.log.setup(loglevel='INFO')
names = [None, 'django', 'django.request', 'django.server']
names += ['celery', 'celery.task', 'celery.app.trace', 'multiprocessing']
for name in names:
    logger, found = logging.getLogger(name), []
    while logger:
        found += logger.handlers
        logger = logger.parent if logger.propagate else None
    print(name, bool(found) and all(isinstance(one.formatter, Formatter) for one in found))
"""


def test_the_worker_writes_that_way_too() -> None:
    """Celery would put handlers of its own everywhere."""
    done = subprocess.run([sys.executable, "-c", LOGGERS], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = done.stdout.split("\n")[:-1]
    assert len(lines) == 8
    told([line for line in lines if not line.endswith(" True")], "Every logger writes through the house's formatter.")


def harmless(one: inspect.Parameter) -> bool:
    """A number or a day: neither names anybody."""
    return one.annotation == "int" or (one.name == "on" and one.annotation == "str | None")


def test_tasks_carry_and_return_numbers_only() -> None:
    """The worker writes down what a task returns, and the broker keeps what it is given."""
    from peerhub.celery import app  # noqa: PLC0415  # loads every task

    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    problems = []
    for task in ours:
        kinds = inspect.signature(task.run)
        taken = [f"{task.name}({one})" for one in kinds.parameters.values() if not harmless(one)]
        problems += [*taken, *([task.name] if kinds.return_annotation not in {"int", "None", "dict[str, Any]"} else [])]
    assert len(ours) >= 4
    told(problems, "A task takes and returns numbers; names would stand in the broker and in the log.")


def test_gunicorn_writes_no_query_and_no_row(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "web.log"
    everything = "%(h)s %(r)s %(q)s %(f)s %(a)s %({x-name}i)s %(s)s"
    command = ["gunicorn", "tests.lib.broken", "-c", "python:peerhub.serving", "--bind", f"127.0.0.1:{port}"]
    command += ["--access-logfile", "-", "--access-logformat", everything, "--no-control-socket"]
    with log.open("wb") as output:
        server = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, stdout=output, stderr=output)
    try:
        asked = [
            ask(port, "/whole/?find_words=Fatima"),
            ask(port, "/broken/?find_words=Fatima"),
            ask(port, "/accounts/password/reset/key/1-cvx2ab-9a0364b9e99bb480dd25e1f0284c8555/"),
        ]
    finally:
        server.terminate()
        server.wait(timeout=15)
    text = log.read_text()
    assert asked == [200, 500, 200]
    assert "/whole/" in text
    assert "ValueError" in text
    assert not [word for word in ("Fatima", "fatima", "Haddad", "Browser", "9a0364b9", "?find") if word in text], text
    assert not [line for line in text.splitlines() if line.startswith("2026-01-01 CRITICAL")]


def ask(port: int, path: str) -> int:
    """The status of an answer, as soon as somebody answers."""
    headers = {"Referer": "http://x/?q=Fatima", "User-Agent": "Browser of Fatima", "X-Name": "Haddad"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    for _try in range(100):
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nobody answers")


def test_a_broken_page_is_written_without_the_form(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    """Django's record of a broken request carries the request; what is written of it is its path."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        from django.test import Client  # noqa: PLC0415  # beside its use

        Client().get("/nothing/?find=fatima@example.org", headers={"X-Name": "Haddad"})
    finally:
        logger.removeHandler(handler)
    assert "Not Found: /nothing/" in stream.getvalue()
    assert "fatima" not in stream.getvalue()
