"""How somebody is reached belongs to a programme that exists, and to a person of that programme."""

from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme

TABLES = ("notices_reach", "notices_device", "notices_heldkind")


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0010_days_to_answer_a_proposal"),
        ("notices", "0006_channels_and_ways_to_reach"),
    ]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_programme FOREIGN KEY (programme_id) "
                "REFERENCES programmes_programme (id) DEFERRABLE INITIALLY DEFERRED",
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_programme",
            )
            for table in TABLES
        ),
        SameProgramme("notices_reach", "person_id", "people_person"),
        SameProgramme("notices_device", "person_id", "people_person"),
        SameProgramme("notices_heldkind", "by_id", "people_person"),
        walls.Wall("notices_reach", quiet=["no_email", "no_sms", "no_call", "safe_from", "safe_until"]),
        walls.Wall("notices_device", quiet=["endpoint", "p256dh", "auth"]),
        walls.Wall("notices_heldkind"),
    ]
