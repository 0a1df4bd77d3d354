"""Calls about late visits stand behind walls, and point within their programme."""

from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0006_calls_about_late_visits"),
        ("programmes", "0003_row_security"),
    ]

    operations = [
        SameProgramme("supervision_contactnote", "match_id", "matching_match"),
        SameProgramme("supervision_contactnote", "noted_by_id", "people_person"),
        walls.Wall("supervision_contactnote", quiet=["note"]),
    ]
