"""An index that compares keys and ranges of days together: no two covers of a match share a day."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0015_work_and_help_are_walled"),
    ]

    operations = [
        BtreeGistExtension(),
    ]
