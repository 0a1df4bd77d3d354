"""A row points only to rows of its own programme."""

from django.db import migrations

from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0001_initial"),
    ]

    operations = [
        SameProgramme("training_certificate", "assessed_by_id", "people_person"),
        SameProgramme("training_certificate", "supporter_id", "recruitment_peersupporter"),
    ]
