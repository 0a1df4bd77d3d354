"""A row points only to rows of its own programme."""

from django.db import migrations

from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0001_initial"),
    ]

    operations = [
        SameProgramme("supervision_attendance", "session_id", "supervision_supervisionsession"),
        SameProgramme("supervision_attendance", "supporter_id", "recruitment_peersupporter"),
        SameProgramme("supervision_followup", "visit_id", "matching_visit"),
        SameProgramme("supervision_followup", "taken_up_by_id", "people_person"),
        SameProgramme("supervision_supervisionsession", "led_by_id", "people_person"),
    ]
