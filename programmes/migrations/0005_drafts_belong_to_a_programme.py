"""A draft belongs to a programme that exists, and to a person of that programme."""

from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0004_looks_are_walled"),
        ("people", "0004_draft"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE people_draft ADD CONSTRAINT people_draft_programme FOREIGN KEY (programme_id) "
            "REFERENCES programmes_programme (id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE people_draft DROP CONSTRAINT people_draft_programme",
        ),
        SameProgramme("people_draft", "person_id", "people_person"),
        # Without history: it is written with every pause in typing, and nobody else reads it.
        walls.Wall("people_draft", quiet=["ciphertext"], history=False),
    ]
