"""Follow-ups and sessions stand behind walls."""

from django.db import migrations

from peerhub.lib import walls


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0002_walls"),
        ("programmes", "0003_row_security"),
    ]

    operations = [
        walls.Wall("supervision_followup", quiet=["outcome"]),
        walls.Wall("supervision_supervisionsession", quiet=["agreements"]),
        walls.Wall("supervision_attendance"),
    ]
