"""A one-time link stands behind the wall of its programme; whoever holds its token sees this one row, and reads only."""

from django.conf import settings
from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0005_drafts_belong_to_a_programme"),
        ("people", "0006_link"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE people_link ADD CONSTRAINT people_link_programme FOREIGN KEY (programme_id) "
            "REFERENCES programmes_programme (id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE people_link DROP CONSTRAINT people_link_programme",
        ),
        SameProgramme("people_link", "person_id", "people_person"),
        SameProgramme("people_link", "made_by_id", "people_person"),
        walls.Wall("people_link", quiet=["token_hash"]),
        migrations.RunSQL(
            f'CREATE POLICY link ON people_link FOR SELECT TO "{settings.DATABASE_WEB_ROLE}" '
            "USING (token_hash = (SELECT nullif(current_setting('peerhub.link', true), '')))",
            "DROP POLICY link ON people_link",
        ),
    ]
