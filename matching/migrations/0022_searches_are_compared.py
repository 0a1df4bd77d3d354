"""History compares what went into a search and what came out, and does not turn these megabytes into JSON first."""

from django.db import migrations

from peerhub.lib import walls


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0021_goals_touched"),
    ]

    operations = [
        walls.Wall("matching_pairingrun", quiet=["result", "inputs"], large=["result", "inputs"]),
    ]
