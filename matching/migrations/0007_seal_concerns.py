"""What worried somebody is sealed to its row, with a key outside the database."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from peerhub.lib import keyring


def place(visit: Any) -> str:
    """As Visit.concern_place."""
    return f"matching_visit:{visit.match_id}:{visit.client_id}:{visit.programme_id}"


def seal(apps: Any, schema_editor: Any) -> None:
    """Plain texts become sealed ones."""
    visits = apps.get_model("matching", "Visit").objects.using(schema_editor.connection.alias)
    for visit in visits.exclude(concern="").exclude(concern__startswith=keyring.MARK).iterator():
        visits.filter(pk=visit.pk).update(concern=keyring.lock(visit.concern, place=place(visit)))


def unseal(apps: Any, schema_editor: Any) -> None:
    """Back to plain texts."""
    visits = apps.get_model("matching", "Visit").objects.using(schema_editor.connection.alias)
    for visit in visits.filter(concern__startswith=keyring.MARK).iterator():
        visits.filter(pk=visit.pk).update(concern=keyring.unlock(visit.concern, place=place(visit)))


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0006_rules_and_marks_behind_walls"),
    ]

    operations = [migrations.RunPython(seal, unseal)]
