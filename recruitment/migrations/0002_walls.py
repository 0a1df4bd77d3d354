"""A row points only to rows of its own programme."""

from django.db import migrations

from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0001_initial"),
    ]

    operations = [
        SameProgramme("recruitment_selectionmeeting", "led_by_id", "people_person"),
        SameProgramme("recruitment_importbatch", "uploaded_by_id", "people_person"),
        SameProgramme("recruitment_application", "person_id", "people_person"),
        SameProgramme("recruitment_selectionmeeting", "application_id", "recruitment_application"),
        SameProgramme("recruitment_peersupporter", "person_id", "people_person"),
        SameProgramme("recruitment_peersupporter", "supervisor_id", "programmes_membership"),
        SameProgramme("recruitment_participant", "person_id", "people_person"),
    ]
