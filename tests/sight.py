"""What a test's own code may see: everything there is. What it tests has to set a context of its own."""

from __future__ import annotations

from typing import Any

from django.db import connection as default

# What every page of a programme asks beside its own queries: a savepoint around the request, the context, the context
# narrowed to the programme, the test's own context again, and the end of the savepoint.
WALLS = 5
EVERY = """
    SELECT set_config('peerhub.door', 'open', false), set_config(
        'peerhub.programmes', (SELECT coalesce(string_agg(id::text, ','), '') FROM programmes_programme), false)

"""
NOTHING = "SELECT set_config('peerhub.' || name, '', false) FROM unnest(%s) AS names(name)"


def see_everything(connection: Any = default) -> None:
    """All programmes that stand now, until the connection or the test's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.programmes_programme') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(EVERY)


def see_nothing(connection: Any = default) -> None:
    """As a fresh connection of the web role sees it: no context at all."""
    with connection.cursor() as cursor:
        cursor.execute(NOTHING, [["programmes", "user", "person", "deed", "reason", "door", "link"]])
