"""The database keeps its own walls: what the web role may not do, and rows that stay within their programme."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from peerhub.people.services import record_change
from tests import factories as make
from tests.cast import Cast
from tests.house.tree import our_models, told

pytestmark = pytest.mark.django_db

# Tables between two others, which Django makes for many-to-many fields; both ends stand behind their own walls.
FRAMEWORK = ("django_", "auth_", "account_", "mfa_", "usersessions_")

PAIRS = """
    SELECT child.relname, col.attname, parent.relname
    FROM pg_constraint fk
    JOIN pg_class child ON child.oid = fk.conrelid
    JOIN pg_class parent ON parent.oid = fk.confrelid
    JOIN pg_attribute col ON col.attrelid = fk.conrelid AND col.attnum = fk.conkey[1]
    WHERE fk.contype = 'f' AND array_length(fk.conkey, 1) = 1 AND col.attname <> 'programme_id'
      AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = child.oid AND a.attname = 'programme_id')
      AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = parent.oid AND a.attname = 'programme_id')
    ORDER BY 1, 2"""
WALLED = """
    SELECT child.relname, col.attname
    FROM pg_constraint fk
    JOIN pg_class child ON child.oid = fk.conrelid
    JOIN pg_attribute col ON col.attrelid = fk.conrelid AND col.attnum = ANY (fk.conkey)
    WHERE fk.contype = 'f' AND array_length(fk.conkey, 1) = 2 AND col.attname <> 'programme_id'"""


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def refused(sql: str) -> str:
    """The database's own words when it says no; empty when it let it happen."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return ""


def our_tables() -> list[str]:
    """Every table of ours."""
    between = [field.m2m_db_table() for model in our_models() for field in model._meta.local_many_to_many]
    return [model._meta.db_table for model in our_models()] + between


def test_it_is_the_web_role_that_asks() -> None:
    assert rows("SELECT current_user, session_user") == [(settings.DATABASE_WEB_ROLE,) * 2]


def test_the_web_role_is_nobody_special() -> None:
    flags = "rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
    assert rows(f"SELECT {flags} FROM pg_roles WHERE rolname = current_user") == [(False,) * 5]
    assert rows(
        "SELECT count(*) FROM pg_auth_members WHERE member = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
    ) == [(0,)]


def test_the_web_role_owns_nothing() -> None:
    mine = "SELECT relname FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
    assert rows(mine) == []


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "DROP TABLE matching_visit",
        "ALTER TABLE matching_visit ADD COLUMN mine int",
        "ALTER TABLE matching_visit DROP CONSTRAINT visit_held_has_minutes",
        "CREATE INDEX mine ON matching_visit (id)",
        "TRUNCATE matching_visit",
        "TRUNCATE people_statechange",
        "ALTER TABLE people_statechange DISABLE TRIGGER ALL",
        "SET ROLE peerhub_owner",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9999', now())",
        "DELETE FROM django_migrations",
        "UPDATE people_statechange SET reason = 'nothing happened'",
        "DELETE FROM people_statechange",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ],
)
def test_what_the_web_role_may_not_do(sql: str) -> None:
    words = refused(sql)
    assert "permission denied" in words or "must be " in words, f"{sql}: {words or 'it was done'}"


# What was done and seen is added to and read; what triggers write is only read.
MAY_LESS = {
    "people_statechange": {"SELECT", "INSERT"},
    "people_history": {"SELECT"},
    "people_look": {"SELECT", "INSERT"},
    "people_consenttext": {"SELECT", "INSERT"},
    "matching_matchingrules": {"SELECT", "INSERT"},
}


def test_the_web_role_reads_and_writes_every_table() -> None:
    problems = []
    for table in our_tables():
        wanted = MAY_LESS.get(table, {"SELECT", "INSERT", "UPDATE", "DELETE"})
        problems += [f"{table}: no {right}" for right in sorted(wanted) if not may(table, right)]
        problems += [f"{table}: {right}" for right in ("TRUNCATE", "REFERENCES", "TRIGGER") if may(table, right)]
    told(problems, "The web role reads and writes rows, and nothing else.")


def may(table: str, right: str) -> bool:
    """Whether the web role has a right on a table."""
    return bool(rows("SELECT has_table_privilege(current_user, %s, %s)", table, right)[0][0])


def test_history_can_be_added_to_and_read(cast: Cast, now: datetime) -> None:
    record_change(cast.match, before="", after="seen", by=cast.amina, now=now)
    assert rows("SELECT count(*) FROM people_statechange WHERE after = 'seen'") == [(1,)]


def test_every_pointer_within_programmes_is_walled() -> None:
    walled = {(child, column) for child, column in rows(WALLED)}
    missing = [
        f'{child}.{column} → {parent}: add SameProgramme("{child}", "{column}", "{parent}") to a migration'
        for child, column, parent in rows(PAIRS)
        if (child, column) not in walled
    ]
    told(missing, "A row points only to rows of its own programme; the database compares.")


def test_personal_rows_belong_to_a_programme_that_exists() -> None:
    bound = {
        table for (table,) in rows(
            "SELECT c.relname FROM pg_constraint fk JOIN pg_class c ON c.oid = fk.conrelid "
            "WHERE fk.contype = 'f' AND fk.confrelid = 'programmes_programme'::regclass"
        )
    }  # fmt: skip
    carrying = {
        model._meta.db_table for model in our_models()
        if any(field.attname == "programme_id" for field in model._meta.concrete_fields)
    }  # fmt: skip
    assert carrying - bound == set()


@pytest.fixture
def both_full(cast: Cast) -> Cast:
    """Two programmes with a row in as many tables as the factories fill."""
    make.a_match(cast.south)
    return cast


def test_a_row_cannot_point_into_another_programme(both_full: Cast) -> None:
    tried, heard = [], 0
    for child, column, parent in rows(PAIRS):
        mine = rows(f'SELECT id FROM "{child}" WHERE programme_id = %s ORDER BY id', both_full.north.pk)
        others = rows(f'SELECT id FROM "{parent}" WHERE programme_id = %s ORDER BY id DESC', both_full.south.pk)
        if mine and others:
            tried.append((child, column))
            statements = [
                f'UPDATE "{child}" SET "{column}" = {other} WHERE id = {one}' for (one,) in mine for (other,) in others
            ]
            words = [refused(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE") for statement in statements]
            assert all(words), f"{child}.{column} now points into another programme"
            heard += any("violates foreign key constraint" in said for said in words)
    assert len(tried) >= 10, tried  # about as many pairs as the cast fills
    assert heard >= 10, "for a few, another rule of the table speaks before the wall"


def assert_refused(sql: str, place: str) -> None:
    """The statement breaks a wall, at the latest when the transaction ends."""
    words = refused(f"{sql}; SET CONSTRAINTS ALL IMMEDIATE")
    assert "violates foreign key constraint" in words, f"{place} now points into another programme: {words}"


def test_a_row_cannot_change_its_programme(both_full: Cast) -> None:
    for table, key in (("people_person", both_full.carla.person_id), ("matching_match", both_full.match.pk)):
        assert_refused(f"UPDATE {table} SET programme_id = {both_full.south.pk} WHERE id = {key}", table)


def test_migrations_are_complete() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_each_of_our_tables_is_known_here() -> None:
    """No table without a model: what stands in the database can be read in the code."""
    found = {table for (table,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    strange = {table for table in found - set(our_tables()) if not table.startswith(FRAMEWORK)}
    assert strange - {"people_user_groups", "people_user_user_permissions"} == set()


def test_a_restart_of_the_database_costs_nobody_a_page() -> None:
    """Connections are checked before use."""
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True
