"""What is written to the log names nobody: every handler writes through this formatter. Pure, so that gunicorn can too.

A log is read by people who may not read a programme's rows: whoever runs the machine, whoever helps with a fault.
"""

from __future__ import annotations

import logging
import re
import traceback
from types import TracebackType
from typing import Any

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
LONGEST = 20_000
AFTER = "  | "  # before each further line of a record: no typed line break can pass for a record of its own
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

# PostgreSQL quotes the values of a row in these parts of its message.
QUOTED = r"(?:DETAIL|CONTEXT|QUERY|STATEMENT|WHERE)"
ENDS = r"(?=\n(?:HINT|LOCATION):|\n\nThe above exception|\n\nDuring handling|\nTraceback \(|\Z)"
RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\b{QUOTED}:.*?{ENDS}", re.DOTALL), "(values left out)"),
    (re.compile(r"^LINE \d+: .*(?:\n[ ]*\^)?", re.MULTILINE), "(statement left out)"),
    (re.compile(r"(invalid input syntax for [\w ]+|value too long for type [\w ()]+|out of range)(?:: .*)"), r"\1"),
    (re.compile(r"://[^\s:/@]+:[^\s@/]+@"), "://(log-in)@"),
    (re.compile(r"(?<=[\w/])\?[^\s\"'<>]*=[^\s\"'<>]*"), "?(left out)"),
    (
        re.compile(
            r"\b(password|passwd|passphrase|token|secret|cookie|set-cookie|authorization|sessionid|csrf\w*)"
            r"(['\"]?\s*[=:]\s*)(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s,;&)}]+(?: [\w.~+/=-]{16,})?)",
            re.IGNORECASE,
        ),
        r"\1\2(left out)",
    ),
    (re.compile(r"[^\s@<>\"'(),;:=\[\]{}]+@[^\s@<>\"'(),;:=\[\]{}/]+\.[^\s@<>\"'(),;:=\[\]{}/.]{2,}"), "(e-mail)"),
    (re.compile(r"(?<![\w.+])(?:\+|00)\d[\d ()./-]{6,}\d"), "(phone)"),
    (re.compile(r"(?<![\w.,:/-])\(?0[1-9][\d ()./-]{6,}\d(?![\w:])"), "(phone)"),
    (re.compile(r"/l/[\w-]{8,}"), "/l/(token)"),
    (re.compile(r"(?<![\w-])(?:[0-9a-z]{1,13}-)*(?=[a-z]*\d)[0-9a-z]{32,}(?![\w-])"), "(token)"),
    (re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{24,}(?![\w-])"), "(token)"),
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def scrub(text: str) -> str:
    """The text without row values, e-mail addresses, phone numbers, passwords and tokens."""
    text = text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text


def one_line(text: str) -> str:
    """A message as one line: what somebody typed cannot begin a line of its own, nor colour the terminal."""
    return CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text.replace("\r", "\\r").replace("\n", "\\n"))


class Formatter(logging.Formatter):
    """Time, level, where, message; then a traceback of places without values, each line marked as belonging here."""

    def __init__(self, fmt: str | None = LINE, datefmt: str | None = None, style: Any = "%", **more: Any) -> None:
        super().__init__(fmt or LINE, datefmt, style, **more)

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        copy = logging.makeLogRecord(record.__dict__)
        copy.msg, copy.args = one_line(scrub(_said(record))), None
        before = scrub(record.exc_text) if record.exc_text else None
        copy.exc_text = self.formatException(record.exc_info) if record.exc_info else before
        copy.exc_info = None
        text = super().format(copy)
        first, *rest = text.split("\n")
        return "\n".join([first, *(AFTER + line for line in rest)])

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        """Where it happened, and what was said, scrubbed. Local values are never part of it."""
        try:
            text = "".join(traceback.TracebackException(*ei, capture_locals=False, compact=True).format())
        except (AttributeError, TypeError, ValueError):  # a traceback that came from another process
            text = f"{ei[0].__name__} (without places)"
        return _without_controls(scrub(text.rstrip("\n")))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802  # logging's name
        """The same for a stack."""
        return _without_controls(scrub(stack_info))


def _said(record: logging.LogRecord) -> str:
    """The message; a record whose arguments do not fit is still written, without them."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} (its arguments do not fit)"


def _without_controls(text: str) -> str:
    return CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text.replace("\r", "\\r"))


def logging_config(level: str) -> dict[str, Any]:
    """The whole of the logging: one handler, one formatter; nobody is sent a report by e-mail."""
    quiet = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "peerhub.lib.logs.Formatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {**quiet, "level": "INFO"},  # Django's own would send whole requests to ADMINS
            "django.server": quiet,
            "django.db.backends": {**quiet, "level": "WARNING"},  # statements hold values
            "celery": quiet,
            # without a handler the worker gives these one of its own
            "celery.task": {"handlers": ["console"], "propagate": False},
            "multiprocessing": {"handlers": ["console"], "propagate": False},
            "peerhub.security": {"level": "INFO"},  # kept also where only warnings are
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }
