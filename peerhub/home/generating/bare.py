"""Big loads into a database in which nobody works: by its owner, without history, keys and indexes made at the end.

Everything is one transaction of the owner. Killed in the middle, every trigger, key and index stands as it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

KEYS = (
    "SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', relname, conname), "
    "format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', relname, conname, pg_get_constraintdef(c.oid)) "
    "FROM pg_constraint c JOIN pg_class t ON t.oid = conrelid "
    "WHERE contype = 'f' AND relname = ANY(%s) ORDER BY conname"
)
INDEXES = (
    "SELECT format('DROP INDEX %%I', i.relname), pg_get_indexdef(x.indexrelid) "
    "FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid "
    "WHERE t.relname = ANY(%s) AND NOT x.indisprimary "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid) ORDER BY i.relname"
)
HISTORY = 'ALTER TABLE "{}" {} TRIGGER history_insert'


@contextmanager
def by_the_owner(tables: Iterable[type[models.Model]]) -> Iterator[None]:
    """Whatever is written inside is written by the owner of these tables, and their rows leave no line in history.

    Nobody else can use the tables meanwhile. What the rows must hold is checked before the transaction ends.
    """
    web, names = connections[DEFAULT_DB_ALIAS], [model._meta.db_table for model in tables]
    connections[DEFAULT_DB_ALIAS] = connections["owner"]
    try:
        with transaction.atomic():
            made_again = _laid_down(names)
            yield
            _run(made_again)
    finally:
        connections[DEFAULT_DB_ALIAS] = web


def _laid_down(names: list[str]) -> list[str]:
    """Take away what costs time with every row; returns the statements that bring it back."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [names])
        keys = cursor.fetchall()
        cursor.execute(INDEXES, [names])
        indexes = cursor.fetchall()
    _run([down for down, _up in [*keys, *indexes]])
    _run([HISTORY.format(name, "DISABLE") for name in names])
    silent = [HISTORY.format(name, "ENABLE") for name in names]
    return ["SET LOCAL maintenance_work_mem = '256MB'", *(up for _down, up in [*indexes, *keys]), *silent]


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
