"""What was done about a concern is sealed to its row, with a key outside the database."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from peerhub.lib import keyring


def place(follow_up: Any) -> str:
    """As FollowUp.outcome_place."""
    return f"supervision_followup:{follow_up.visit_id}:{follow_up.programme_id}"


def seal(apps: Any, schema_editor: Any) -> None:
    """Plain texts become sealed ones."""
    rows = apps.get_model("supervision", "FollowUp").objects.using(schema_editor.connection.alias)
    for row in rows.exclude(outcome="").exclude(outcome__startswith=keyring.MARK).iterator():
        rows.filter(pk=row.pk).update(outcome=keyring.lock(row.outcome, place=place(row)))


def unseal(apps: Any, schema_editor: Any) -> None:
    """Back to plain texts."""
    rows = apps.get_model("supervision", "FollowUp").objects.using(schema_editor.connection.alias)
    for row in rows.filter(outcome__startswith=keyring.MARK).iterator():
        rows.filter(pk=row.pk).update(outcome=keyring.unlock(row.outcome, place=place(row)))


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0003_row_security"),
    ]

    operations = [migrations.RunPython(seal, unseal)]
