"""People, history and messages belong to a programme that exists; a row points only within its own programme."""

from django.conf import settings
from django.db import migrations

from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0001_initial"),
        ("people", "0001_initial"),
        ("notices", "0002_initial"),
    ]

    operations = [
        migrations.RunSQL(
            [
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_programme FOREIGN KEY (programme_id) "
                "REFERENCES programmes_programme (id) DEFERRABLE INITIALLY DEFERRED"
                for table in ("people_person", "people_statechange", "notices_notice")
            ],
            [
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_programme"
                for table in ("people_person", "people_statechange", "notices_notice")
            ],
        ),
        # History is only ever added to: the web role cannot change or remove what was written down.
        migrations.RunSQL(
            f'REVOKE UPDATE, DELETE ON people_statechange FROM "{settings.DATABASE_WEB_ROLE}"',
            f'GRANT UPDATE, DELETE ON people_statechange TO "{settings.DATABASE_WEB_ROLE}"',
        ),
        SameProgramme("people_statechange", "by_id", "people_person"),
        SameProgramme("programmes_membership", "person_id", "people_person"),
        SameProgramme("notices_notice", "recipient_id", "people_person"),
    ]
