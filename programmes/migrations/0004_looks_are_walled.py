"""Who looked at whose file stands behind a wall, within its programme, and is only ever added to."""

from django.conf import settings
from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0003_row_security"),
        ("people", "0003_look"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE people_look ADD CONSTRAINT people_look_programme FOREIGN KEY (programme_id) "
            "REFERENCES programmes_programme (id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE people_look DROP CONSTRAINT people_look_programme",
        ),
        SameProgramme("people_look", "person_id", "people_person"),
        SameProgramme("people_look", "by_id", "people_person"),
        walls.Wall("people_look", history=False),
        migrations.RunSQL(
            f'REVOKE UPDATE, DELETE ON people_look FROM "{settings.DATABASE_WEB_ROLE}"',
            f'GRANT UPDATE, DELETE ON people_look TO "{settings.DATABASE_WEB_ROLE}"',
        ),
    ]
