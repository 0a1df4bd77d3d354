"""Answers and reports stand behind walls; a PDF is not kept twice."""

from django.db import migrations

from peerhub.lib import walls


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0003_walls"),
        ("programmes", "0003_row_security"),
    ]

    operations = [
        walls.Wall("evaluation_response", quiet=["answers"]),
        walls.Wall("evaluation_report", quiet=["figures", "pdf"]),
    ]
