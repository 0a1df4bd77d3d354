"""Everybody who applied, was referred or was imported stands behind a wall."""

from django.db import migrations

from peerhub.lib import walls


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0002_walls"),
        ("programmes", "0003_row_security"),
    ]

    operations = [
        walls.Wall("recruitment_application", quiet=["motivation", "experience", "decline_reason"]),
        walls.Wall("recruitment_selectionmeeting", quiet=["summary"]),
        walls.Wall("recruitment_peersupporter", quiet=["experience", "remarks", "wishes_gender"]),
        walls.Wall("recruitment_participant", quiet=["request_for_help", "wishes_gender", "wishes_age", "children", "safe_contact", "remarks", "closing_reason"]),
        walls.Wall("recruitment_importbatch", quiet=["sheets", "outcome", "made"]),
    ]
