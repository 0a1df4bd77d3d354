"""Planned sessions stand behind walls, and point within their programme."""

from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0008_sessions_to_come"),
    ]

    operations = [
        SameProgramme("supervision_plannedsession", "led_by_id", "people_person"),
        SameProgramme("supervision_invited", "session_id", "supervision_plannedsession"),
        SameProgramme("supervision_invited", "supporter_id", "recruitment_peersupporter"),
        walls.Wall("supervision_plannedsession", quiet=["place", "link"]),
        walls.Wall("supervision_invited"),
    ]
