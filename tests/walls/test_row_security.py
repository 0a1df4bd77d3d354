"""The second wall: what PostgreSQL itself keeps from the web role, whatever the code asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import RequestFactory

from evaluation.tasks import render_pending
from matching.models import Match, Visit
from matching.tasks import sweep
from peerhub.lib import walls
from peerhub.lib.privacy import classified
from peerhub.notices.tasks import send_notices
from peerhub.people.models import Person, User
from programmes.access import behind_walls
from tests.house.tree import our_models, told
from tests.sight import see_everything, see_nothing
from tests.stage import undone
from tests.visitors import Stage, build

# Tables with personal data that stand before the walls, each with the reason.
BEFORE_THE_WALLS: dict[str, str] = {}
# Tables of libraries that hold personal data, and the rows of log-ins.
OF_LOGINS = {
    "people_user", "account_emailaddress", "mfa_authenticator", "usersessions_usersession", "django_admin_log",
}  # fmt: skip


def rows(statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall())


def walled_tables() -> set[str]:
    """Tables with row-level security, forced, and a policy for the web role."""
    found = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname AND p.policyname = 'web' "
        "WHERE c.relrowsecurity AND c.relforcerowsecurity"
    )
    return {name for (name,) in found}


def tables_in_programmes() -> list[str]:
    return sorted(
        model._meta.db_table for model in our_models()
        if any(field.attname == "programme_id" for field in model._meta.concrete_fields)
    )  # fmt: skip


ONLY_ADDED_TO = {
    "people_history", "people_consenttext", "people_look", "people_statechange", "matching_matchingrules",
    "people_sensitivenote", "people_accessgrant",  # but for the key it is sealed with, and its end
}  # fmt: skip


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Two programmes with a row in every table."""
    with django_db_blocker.unblock(), undone():
        yield build()


@pytest.fixture
def wall(stage: Stage, django_db_blocker: Any) -> Iterator[Stage]:
    """The stage as the bare web role sees it: without any context."""
    with django_db_blocker.unblock(), undone():
        see_nothing()
        yield stage
        see_everything()


def test_every_table_with_personal_data_is_walled(db: None) -> None:
    problems = []
    for model in our_models():
        known = classified(model)
        if (known.personal or known.sensitive) and model._meta.db_table not in walled_tables() | set(BEFORE_THE_WALLS):
            problems.append(f'{model._meta.label}: add walls.Wall("{model._meta.db_table}", quiet=[…]) to a migration')
    problems += [f"{table} has no wall" for table in sorted(OF_LOGINS - walled_tables())]
    told(problems, "The database itself keeps the rows of one programme from another.")


def test_every_table_of_a_programme_is_walled(db: None) -> None:
    told(sorted(set(tables_in_programmes()) - walled_tables()), "What carries a programme stands behind its wall.")


def test_the_web_role_cannot_step_around(db: None) -> None:
    assert rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == [(False, False)]
    owners = rows("SELECT DISTINCT tableowner = current_user FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [(False,)]


def test_without_a_context_nothing_is_there(wall: Stage, record_property: Any) -> None:
    tried, seen = 0, []
    for table in [*tables_in_programmes(), *sorted(OF_LOGINS)]:
        (found,) = rows(f'SELECT count(*) FROM "{table}"')[0]
        see_everything()
        (there,) = rows(f'SELECT count(*) FROM "{table}"')[0]
        see_nothing()
        tried += there
        seen += [f"{table}: {found}"] if found else []
    assert tried > 100, "the stage is full"
    record_property("measured", f"rows tried through raw SQL without a context: {tried}, seen: {len(seen)}")
    told(seen, "Without a context the web role sees nothing.")


def test_inside_one_programme_nothing_of_another_is_there(wall: Stage, record_property: Any) -> None:
    tried, seen = 0, []
    for table in tables_in_programmes():
        see_everything()
        (there,) = rows(f'SELECT count(*) FROM "{table}" WHERE programme_id <> %s', wall.cast.north.pk)[0]
        see_nothing()
        with walls.inside(wall.cast.north.pk):
            own, others = rows(
                f'SELECT count(*) FILTER (WHERE programme_id = %s), count(*) FROM "{table}"', wall.cast.north.pk
            )[0]
        tried += there
        if own != others:
            seen.append(f"{table}: {others - own} rows of others")
        assert own, f"{table} has no row of North on the stage"
    record_property("measured", f"rows of another programme tried through raw SQL: {tried}, seen: {len(seen)}")
    told(seen, "Inside one programme the database shows nothing of another.")


def test_rows_of_another_programme_cannot_be_written(wall: Stage) -> None:
    done = []
    south, north = wall.cast.south.pk, wall.cast.north.pk
    for table in sorted(set(tables_in_programmes()) - ONLY_ADDED_TO):
        with walls.inside(north), connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{table}" SET programme_id = programme_id WHERE programme_id = %s', [south])
            done += [f"{table}: changed {cursor.rowcount}"] if cursor.rowcount else []
            cursor.execute(f'DELETE FROM "{table}" WHERE programme_id = %s', [south])
            done += [f"{table}: removed {cursor.rowcount}"] if cursor.rowcount else []
    told(done, "Nobody writes in another programme.")
    with pytest.raises(ProgrammingError, match="row-level security"), walls.inside(north):
        Person.objects.create(programme_id=south, first_name="Smuggled")


def test_a_row_cannot_be_moved_out(wall: Stage) -> None:
    moving = "UPDATE people_person SET programme_id = %s WHERE programme_id = %s"
    with pytest.raises(ProgrammingError, match="row-level security"), walls.inside(wall.cast.north.pk):
        rows(moving + " RETURNING id", wall.cast.south.pk, wall.cast.north.pk)


def test_an_unwalled_queryset_leaks_nothing(wall: Stage) -> None:
    """A page that forgets visible_to shows at most the programme it is in."""

    def forgetful(request: Any) -> Any:
        walls.narrow(wall.cast.north.pk)
        return list(Person.objects.all()), list(Match.objects.all()), list(Visit.objects.all())

    request = RequestFactory().get("/p/north/")
    request.session = {"_auth_user_id": str(wall.cast.amina.user_id)}  # type: ignore[assignment]  # all it asks for
    shown = behind_walls(forgetful)(request)
    assert all(shown), "it does show North"
    assert {row.programme_id for found in shown for row in found} == {wall.cast.north.pk}  # type: ignore[attr-defined]


def test_a_log_in_sees_the_programmes_of_its_roles(wall: Stage) -> None:
    def programmes(user_id: int | None, path: str = "/") -> set[int]:
        request = RequestFactory().get(path)
        request.session = {"_auth_user_id": str(user_id)} if user_id else {}  # type: ignore[assignment]  # the same
        asked = "SELECT DISTINCT programme_id FROM people_person"
        answer = behind_walls(lambda _request: {one for (one,) in rows(asked)})  # type: ignore[arg-type,return-value]
        return answer(request)  # type: ignore[return-value]

    assert programmes(wall.cast.amina.user_id) == {wall.cast.north.pk}
    assert programmes(wall.cast.zoe.user_id) == {wall.cast.south.pk}
    assert programmes(None) == set()
    assert programmes(wall.cast.rania.pk) == set(), "an administrator is no member of anything"
    assert programmes(wall.cast.rania.pk, "/admin/") >= {wall.cast.north.pk, wall.cast.south.pk}


def test_log_ins_are_seen_by_themselves_and_at_the_door(wall: Stage) -> None:
    def seen() -> set[int]:
        return set(User.objects.values_list("pk", flat=True))

    assert seen() == set()
    with walls.of_request(wall.cast.rania.pk, door=False):
        assert seen() == {wall.cast.rania.pk}
    with walls.at_the_door():
        assert seen() >= {wall.cast.rania.pk, wall.cast.amina.user_id, wall.cast.zoe.user_id}
    with walls.inside(wall.cast.north.pk):
        assert wall.cast.zoe.user_id not in seen()
        assert wall.cast.amina.user_id in seen()


def test_with_a_link_only_its_own_row_is_there(wall: Stage) -> None:
    """The link is read and cannot be written; after it was opened exactly its programme is in sight."""
    link = wall.rows.link
    with walls.with_link(link.token_hash):
        seen = {table: rows(f'SELECT id FROM "{table}"') for table in [*tables_in_programmes(), *sorted(OF_LOGINS)]}
        assert {table: found for table, found in seen.items() if found} == {"people_link": [(link.pk,)]}
        with connection.cursor() as cursor:
            cursor.execute("UPDATE people_link SET expires_at = expires_at + interval '1 year'")
            assert cursor.rowcount == 0
            cursor.execute("DELETE FROM people_link")
            assert cursor.rowcount == 0
        walls.narrow(link.programme_id, person=link.person_id)
        assert {one for (one,) in rows("SELECT DISTINCT programme_id FROM people_person")} == {wall.cast.north.pk}
    with walls.with_link("0" * 64):
        assert not rows("SELECT 1 FROM people_link"), "no link, nothing"
    with walls.of_request(wall.cast.zoe.user_id, door=True), walls.with_link(link.token_hash):
        assert not rows("SELECT 1 FROM people_user"), "whoever is logged in beside it stays out"


def test_contexts_lie_in_each_other(wall: Stage) -> None:
    def now() -> str:
        return str(rows("SELECT coalesce(current_setting('peerhub.programmes', true), '')")[0][0])

    with transaction.atomic(), walls.inside(7):
        with walls.inside(8, 9):
            assert now() == "8,9"
        assert now() == "7"
        walls.also(10)
        assert now() == "7,10"
        with pytest.raises(RuntimeError), walls.everywhere(deed="x"):
            raise RuntimeError
        assert now() == "7,10"


def test_tasks_and_commands_bring_their_own_context(wall: Stage) -> None:
    assert sweep()["due"] >= 0
    send_notices()
    render_pending()
    call_command("due", str(wall.cast.match.pk), "--json")
    assert not Person.objects.exists(), "and leave none behind"


def test_an_index_serves_the_hot_queries(wall: Stage) -> None:
    """Many rows of many programmes: the wall's own predicate reaches the index."""
    see_everything()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    hot = (
        "SELECT * FROM people_person WHERE programme_id = %s",
        "SELECT * FROM matching_visit WHERE programme_id = %s AND occurred_on > '2026-01-01'",
        "SELECT * FROM people_history WHERE programme_id = %s ORDER BY at DESC LIMIT 50",
    )
    see_nothing()
    with walls.inside(wall.cast.north.pk):
        for statement in hot:
            plan = "\n".join(line for (line,) in rows(f"EXPLAIN {statement}", wall.cast.north.pk))
            assert "Index Cond" in plan, plan
        bare = "\n".join(line for (line,) in rows("EXPLAIN SELECT * FROM matching_visit WHERE minutes = 60"))
        assert "Index Cond" in bare, bare
        assert "programme_id = ANY" in bare


def test_stage_fills_every_walled_table(wall: Stage) -> None:
    see_everything()
    empty = [table for table in tables_in_programmes() if not rows(f'SELECT 1 FROM "{table}" LIMIT 1')]
    told(empty, "tests/stage.py puts a row in every table.")


def test_the_context_ends_with_the_transaction(committed: None) -> None:
    see_nothing()
    with walls.everywhere(deed="test"):
        assert rows("SELECT current_setting('peerhub.deed')") == [("test",)]
    assert rows("SELECT coalesce(current_setting('peerhub.deed', true), '')") == [("",)]
    with pytest.raises(RuntimeError), walls.inside(1):
        raise RuntimeError
    assert rows("SELECT coalesce(current_setting('peerhub.programmes', true), '')") == [("",)]
