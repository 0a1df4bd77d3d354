"""An index that compares keys and ranges of days together: no two covers of a match share a day."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0008_concerns_stay_sealed"),
    ]

    operations = [
        BtreeGistExtension(),
    ]
