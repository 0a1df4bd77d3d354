"""Matches, plans and visits stand behind walls."""

from django.db import migrations

from peerhub.lib import walls


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0003_walls"),
        ("programmes", "0003_row_security"),
    ]

    operations = [
        walls.Wall("matching_match", quiet=["reasons", "end_reason", "decline_reason"]),
        walls.Wall("matching_pairingrun", quiet=["result"]),
        walls.Wall("matching_visitplan"),
        walls.Wall("matching_review", quiet=["reason"]),
        walls.Wall("matching_segment"),
        walls.Wall("matching_pause", quiet=["reason"]),
        walls.Wall("matching_visit", quiet=["note", "concern", "has_concern", "request"]),
    ]
