"""Rows by COPY: what a table needs is read from its model, so that a new column does not break the load."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED


def text(value: Any) -> str:
    """A value as COPY's text format wants it. Our invented words hold no tabs, line ends or backslashes."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]  # it is a str
    if value is None:
        return "\\N"
    if kind is bool:
        return "t" if value else "f"
    if kind in (list, tuple):
        return "{" + ",".join(map(text, value)) + "}"
    return str(value)


class Table:
    """Rows of one model on their way: the named columns vary, all others hold what the model says by default."""

    def __init__(self, model: type[models.Model], *columns: str, **constants: Any) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        fixed = {name: self._default(field) for name, field in fields.items() if self._needs(field, columns)}
        fixed |= constants
        self.name = model._meta.db_table
        self.columns = [fields[name].column or name for name in (*columns, *fixed)]
        self.tail = "".join("\t" + ("[]" if value == "[]" else text(value)) for value in fixed.values()) + "\n"
        self.lines: list[str] = []
        self.count = 0

    @staticmethod
    def _needs(field: models.Field[Any, Any], columns: Iterable[str]) -> bool:
        return not (field.primary_key or field.attname in columns or field.db_default is not NOT_PROVIDED)

    @staticmethod
    def _default(field: models.Field[Any, Any]) -> Any:
        value = field.get_default()
        return "[]" if isinstance(field, models.JSONField) else value

    def add(self, *values: Any) -> None:
        """One more row, in the order of the columns."""
        self.lines.append("\t".join(map(text, values)) + self.tail)

    def load(self) -> None:
        """Send the rows and forget them."""
        if not self.lines:
            return
        columns = ", ".join(f'"{column}"' for column in self.columns)
        beside = f'"loading_{self.name}"'
        with connection.cursor() as cursor:
            # COPY cannot go through a wall: it fills a table beside it, and from there rows pass like any others.
            cursor.execute(
                f"CREATE TEMPORARY TABLE IF NOT EXISTS {beside} ON COMMIT DROP AS "
                f'SELECT {columns} FROM "{self.name}" WITH NO DATA'
            )
            cursor.copy_expert(f"COPY {beside} ({columns}) FROM STDIN", io.StringIO("".join(self.lines)))
            cursor.execute(f'INSERT INTO "{self.name}" ({columns}) SELECT {columns} FROM {beside}')
            cursor.execute(f"TRUNCATE {beside}")
        self.count += len(self.lines)
        self.lines.clear()


class Numbers:
    """Keys from a table's own sequence, many at a time, so that rows can point to each other before they exist.

    ``low`` and ``high`` are the least and the greatest key given since ``forget``.
    """

    TAKE = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    IN_A_ROW = f"SELECT min(nextval), max(nextval) FROM ({TAKE}) taken"

    def __init__(self, model: type[models.Model], ahead: int = 2000) -> None:
        self.table, self.ahead = model._meta.db_table, ahead
        self.taken: list[int] = []
        self.low = self.high = 0

    def next(self) -> int:
        """A key that nobody else will get."""
        if not self.taken:
            with connection.cursor() as cursor:
                cursor.execute(self.TAKE, [self.table, self.ahead])
                self.taken = [number for (number,) in reversed(cursor.fetchall())]
        self.high = self.taken.pop()
        self.low = self.low or self.high
        return self.high

    def forget(self) -> None:
        """What comes from here on is counted anew."""
        self.low = self.high = 0

    @property
    def span(self) -> int:
        """From the least key to the greatest, both counted."""
        return self.high - self.low + 1 if self.low else 0

    def take(self, count: int) -> int:
        """So many keys in a row, the first of them: taken again when somebody else took one in between."""
        while True:
            with connection.cursor() as cursor:
                cursor.execute(self.IN_A_ROW, [self.table, count])
                first, last = cursor.fetchone()
            if last - first + 1 == count:
                return int(first)
