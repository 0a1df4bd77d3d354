"""Certificates stand behind a wall."""

from django.db import migrations

from peerhub.lib import walls


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0002_walls"),
        ("programmes", "0003_row_security"),
    ]

    operations = [
        walls.Wall("training_certificate"),
    ]
