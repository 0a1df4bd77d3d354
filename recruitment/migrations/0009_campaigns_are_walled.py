"""A campaign stands behind the wall of its programme, and who came through it points within it."""

from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0008_campaigns"),
    ]

    operations = [
        SameProgramme("recruitment_application", "campaign_id", "recruitment_campaign"),
        SameProgramme("recruitment_participant", "campaign_id", "recruitment_campaign"),
        walls.Wall("recruitment_campaign"),
    ]
