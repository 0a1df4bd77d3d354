"""A row points only to rows of its own programme."""

from django.db import migrations

from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0002_initial"),
    ]

    operations = [
        SameProgramme("evaluation_response", "recorded_by_id", "people_person"),
        SameProgramme("evaluation_report", "made_by_id", "people_person"),
        SameProgramme("evaluation_response", "participant_id", "recruitment_participant"),
    ]
