"""The walls in the database: row-level security, the context that opens it, and history by trigger.

A row of a programme is seen and written only while that programme stands in the context of the transaction. The context
is a handful of settings that end with the transaction; without it the web role sees nothing. The same settings tell the
history who changed what (docs/adr/0009 and 0010).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.operations.base import Operation

NAMES = ("programmes", "user", "person", "deed", "reason", "door", "link")
BY_LINK = " by link"  # after the deed, in history, where the holder of a one-time link did it
ALL = "(SELECT coalesce(string_agg(id::text, ','), '') FROM programmes_programme)"
OF_USER = "peerhub_programmes_of(%s, {})"

# What each kind of wall asks of a row. `{}` is the table.
IN_PROGRAMME = "programme_id = ANY ((SELECT peerhub_programmes())::bigint[])"
OWN = "(user_id = (SELECT peerhub_user()) OR (SELECT peerhub_door()))"
LOGIN = (
    "(id = (SELECT peerhub_user()) OR (SELECT peerhub_door()) "
    'OR EXISTS (SELECT 1 FROM people_person p WHERE p.user_id = "{}".id))'
)

IN_HISTORY = f"({IN_PROGRAMME} OR (programme_id IS NULL AND (SELECT peerhub_door())))"


# -- The context -----------------------------------------------------------------------------------------------------


def _set(values: dict[str, Any], *, raw: dict[str, str] | None = None) -> dict[str, str]:
    """Set some of the settings for the rest of the transaction; returns all of them as they were before."""
    raw = raw or {}
    columns = [f"coalesce(current_setting('peerhub.{name}', true), '')" for name in NAMES]
    arguments: list[Any] = []
    for name, value in values.items():
        columns.append(f"set_config('peerhub.{name}', {raw.get(name, '%s')}, true)")
        if "%s" in raw.get(name, "%s"):
            arguments.append(value)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", arguments)  # names of our own
        return dict(zip(NAMES, cursor.fetchone(), strict=False))


@contextmanager
def _context(values: dict[str, Any], raw: dict[str, str] | None = None) -> Iterator[None]:
    """One transaction with these settings. Inside another one they are put back at the end; an error undoes both."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        before = _set(values, raw=raw)
        yield
        if not outermost:
            _set(before)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def inside(*programmes: int, deed: str = "") -> Any:
    """A transaction in which the rows of these programmes are in sight."""
    values = {"programmes": ",".join(str(one) for one in programmes)}
    return _context({**values, "deed": deed} if deed else values)


def everywhere(*, deed: str) -> Any:
    """A transaction that sees every programme there is: for tasks and commands that serve them all."""
    return _context({"programmes": None, "deed": deed, "door": "open"}, {"programmes": ALL})


def at_the_door() -> Any:
    """A transaction in which every log-in can be found: to let somebody in, or to give somebody a log-in."""
    return _context({"door": "open"})


def with_link(token_hash: str) -> Any:
    """A transaction in which only the one-time link with this hash is in sight, whoever else is logged in."""
    nobody = dict.fromkeys(NAMES, "")
    return _context({**nobody, "link": token_hash})


def of_request(user_id: int | None, *, door: bool) -> Any:
    """The context of a web request: the programmes in which this log-in holds a role, and nothing of anybody else."""
    empty = {"person": "", "deed": "", "reason": "", "link": ""}
    mine = {"programmes": user_id, "user": _text(user_id), "door": "open" if door else ""}
    return _context({**mine, **empty}, {"programmes": OF_USER.format(str(door).lower())})


def narrow(programme_id: int, *, person: int | None = None, deed: str = "") -> None:
    """From here to the end of the transaction only this programme is in sight, and history knows who acts."""
    _set({"programmes": str(programme_id), "person": _text(person), "deed": deed})


def also(programme_id: int) -> None:
    """A programme that was just made joins the context."""
    more = "concat_ws(',', nullif(current_setting('peerhub.programmes', true), ''), %s::text)"
    _set({"programmes": programme_id}, raw={"programmes": more})


def because(reason: str) -> None:
    """The reason that history writes beside what is changed from here to the end of the transaction."""
    _set({"reason": reason})


# How history pairs the old rows with the new: planned once for a connection, perhaps for a statement that changed
# nothing, and then used for ten thousand rows as well. Row by row that takes minutes.
NO_LOOPS = "SET enable_nestloop = off"
ONCE = "OFFSET 0"  # each row becomes JSON once, instead of once more for each of its columns


# -- The walls, for migrations ---------------------------------------------------------------------------------------


class Wall(Operation):
    """Row-level security on a table, and triggers that write down every change of its rows.

    ``rule`` is what the database asks of a row (IN_PROGRAMME, OWN, LOGIN, or an expression of one's own); ``quiet``
    names the columns of which history keeps only that they changed: the model's sensitive ones. ``large`` names those
    of them that may hold megabytes: they are compared, and never turned into JSON. ``history=False`` is for tables
    that are history themselves. Running it again for the same table replaces what stood there.
    """

    reversible = True

    def __init__(
        self,
        table: str,
        *,
        quiet: Sequence[str] = (),
        large: Sequence[str] = (),
        rule: str = IN_PROGRAMME,
        history: bool = True,
    ) -> None:
        self.table, self.quiet, self.large, self.rule, self.history = table, tuple(quiet), tuple(large), rule, history

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change: this wall stands in the database alone."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Build the wall."""
        for statement in self.statements():
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Take it down."""
        for statement in self._undo():
            schema_editor.execute(statement)

    def describe(self) -> str:
        """One line for the migration's output."""
        return f"{self.table} is walled"

    def statements(self) -> Iterable[str]:
        """The SQL of the wall, run by the owner of the table."""
        yield from self._undo()
        yield f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{self.table}" FORCE ROW LEVEL SECURITY'
        rule = self.rule.replace("{}", self.table)
        web = f'"{settings.DATABASE_WEB_ROLE}"'
        yield f'CREATE POLICY web ON "{self.table}" TO {web} USING ({rule}) WITH CHECK ({rule})'
        yield f'CREATE POLICY owner ON "{self.table}" TO CURRENT_USER USING (true) WITH CHECK (true)'
        if self.history:
            yield self._function()
            yield from self._triggers()

    def _undo(self) -> Iterable[str]:
        yield f'DROP POLICY IF EXISTS web ON "{self.table}"'
        yield f'DROP POLICY IF EXISTS owner ON "{self.table}"'
        yield f'ALTER TABLE "{self.table}" NO FORCE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{self.table}" DISABLE ROW LEVEL SECURITY'
        for kind in ("insert", "update", "delete"):
            yield f'DROP TRIGGER IF EXISTS history_{kind} ON "{self.table}"'
        yield f'DROP FUNCTION IF EXISTS "{self._name}"()'

    @property
    def _name(self) -> str:
        return f"history_of_{self.table}"

    def _function(self) -> str:
        """Written by the owner's right, so that the web role itself needs none to the history."""
        programme = "programme_id" if self.rule == IN_PROGRAMME else "NULL::bigint"
        quiet = "ARRAY[" + ",".join(f"'{name}'" for name in self.quiet) + "]::text[]"
        columns = "programme_id, table_name, row_id, kind, changes, at, user_id, person_id, deed, reason, tx"
        told = (
            "clock_timestamp(), nullif(current_setting('peerhub.user', true), '')::bigint, "
            "nullif(current_setting('peerhub.person', true), '')::bigint, "
            "coalesce(current_setting('peerhub.deed', true), ''), "
            "coalesce(current_setting('peerhub.reason', true), ''), pg_current_xact_id()::text::bigint"
        )
        changes = (
            "(SELECT jsonb_object_agg(key, CASE WHEN key = ANY (quiet) THEN 'null'::jsonb "
            "ELSE jsonb_build_array(j.old -> key, value) END) "
            "FROM jsonb_each(j.new) WHERE value IS DISTINCT FROM j.old -> key)"
        )
        kept = (
            f"INSERT INTO people_history ({columns}) SELECT {{}}, '{self.table}', {{}}, TG_OP, {{}}, {told} FROM {{}}"
        )
        inserted = kept.format(programme, "id", "'{}'::jsonb", "new_rows")
        updated = kept.format(
            programme.replace("programme_id", "j.programme_id"), "j.id", changes,
            f"(SELECT n.id, {programme.replace('programme_id', 'n.programme_id')} AS programme_id, "
            f"{self._row('o', 'false')} AS old, {self._row('n', 'o.{0} IS DISTINCT FROM n.{0}')} AS new "
            f"FROM new_rows n JOIN old_rows o USING (id) {ONCE}) j "
            "WHERE j.old <> j.new",
        )  # fmt: skip
        deleted = kept.format(programme, "id", f"{self._row('o', 'false')} - quiet", "old_rows o")
        return f"""
            CREATE FUNCTION "{self._name}"() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp {NO_LOOPS} AS $history$
            DECLARE quiet CONSTANT text[] := {quiet};
            BEGIN
                IF TG_OP = 'INSERT' THEN {inserted};
                ELSIF TG_OP = 'UPDATE' THEN {updated};
                ELSE {deleted};
                END IF;
                RETURN NULL;
            END $history$
        """  # table and columns are named by migrations

    def _row(self, row: str, changed: str) -> str:
        """A row as JSON; instead of what a large column holds stands whether it changed."""
        if not self.large:
            return f"to_jsonb({row})"
        nothing = json.dumps(dict.fromkeys(self.large))
        said = ", ".join(f"'{name}', {changed.format(name)}" for name in self.large)
        return f"(to_jsonb(jsonb_populate_record({row}, '{nothing}')) || jsonb_build_object({said}))"

    def _triggers(self) -> Iterable[str]:
        seen = {"insert": "NEW TABLE AS new_rows", "delete": "OLD TABLE AS old_rows"}
        seen["update"] = "OLD TABLE AS old_rows NEW TABLE AS new_rows"
        for kind, rows in seen.items():
            yield (
                f'CREATE TRIGGER history_{kind} AFTER {kind.upper()} ON "{self.table}" REFERENCING {rows} '
                f'FOR EACH STATEMENT EXECUTE FUNCTION "{self._name}"()'
            )


FUNCTIONS = """
    CREATE FUNCTION peerhub_programmes() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT string_to_array(nullif(current_setting('peerhub.programmes', true), ''), ',')::bigint[] $$;
    CREATE FUNCTION peerhub_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT nullif(current_setting('peerhub.user', true), '')::bigint $$;
    CREATE FUNCTION peerhub_door() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT coalesce(current_setting('peerhub.door', true), '') = 'open' $$;
    -- Read by the owner's right: nobody is known yet when it is asked. Administrators see all teams at the door.
    CREATE FUNCTION peerhub_programmes_of(who bigint, door boolean) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT coalesce(string_agg(DISTINCT found.id::text, ','), '') FROM (
            SELECT m.programme_id AS id FROM programmes_membership m JOIN people_person p ON p.id = m.person_id
            WHERE p.user_id = who AND m.ends_on IS NULL
            UNION ALL
            SELECT g.id FROM programmes_programme g, people_user u
            WHERE door AND u.id = who AND u.is_superuser AND u.is_active
        ) found $$;
"""
# The same, and the programmes whose files an administrator opened: as long as that lasts, by the database's own clock.
OPENED = """
    CREATE OR REPLACE FUNCTION peerhub_programmes_of(who bigint, door boolean) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT coalesce(string_agg(DISTINCT found.id::text, ','), '') FROM (
            SELECT m.programme_id AS id FROM programmes_membership m JOIN people_person p ON p.id = m.person_id
            WHERE p.user_id = who AND m.ends_on IS NULL
            UNION ALL
            SELECT a.programme_id FROM people_accessgrant a JOIN people_user u ON u.id = a.by_user_id
            WHERE a.by_user_id = who AND a.kind = 'files' AND a.ended_at IS NULL
            AND a.ends_at > statement_timestamp() AND u.is_superuser AND u.is_active
            UNION ALL
            SELECT g.id FROM programmes_programme g, people_user u
            WHERE door AND u.id = who AND u.is_superuser AND u.is_active
        ) found $$;
"""
WITHOUT_FUNCTIONS = """
    DROP FUNCTION peerhub_programmes_of(bigint, boolean);
    DROP FUNCTION peerhub_door();
    DROP FUNCTION peerhub_user();
    DROP FUNCTION peerhub_programmes();
"""
