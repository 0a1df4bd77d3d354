"""Sensitive notes and emergency access stand behind walls, and the web role changes hardly anything of them."""

from django.conf import settings
from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme

WEB = f'"{settings.DATABASE_WEB_ROLE}"'


def belongs(table: str) -> migrations.RunSQL:
    """The programme of a row exists."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_programme FOREIGN KEY (programme_id) "
        "REFERENCES programmes_programme (id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_programme",
    )


def only(table: str, columns: str) -> migrations.RunSQL:
    """Rows are added; afterwards the web role changes these columns and nothing else."""
    return migrations.RunSQL(
        [f"REVOKE UPDATE, DELETE ON {table} FROM {WEB}", f"GRANT UPDATE ({columns}) ON {table} TO {WEB}"],
        f"GRANT UPDATE, DELETE ON {table} TO {WEB}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0008_consents_are_walled"),
        ("people", "0009_sensitive_notes_and_openings"),
        ("notices", "0003_access_opened"),
    ]

    operations = [
        belongs("people_sensitivenote"),
        belongs("people_accessgrant"),
        SameProgramme("people_sensitivenote", "person_id", "people_person"),
        SameProgramme("people_sensitivenote", "author_id", "people_person"),
        SameProgramme("people_sensitivenote", "replaces_id", "people_sensitivenote"),
        SameProgramme("people_accessgrant", "person_id", "people_person"),
        SameProgramme("people_accessgrant", "by_id", "people_person"),
        walls.Wall("people_sensitivenote", quiet=["sealed"]),
        walls.Wall("people_accessgrant", quiet=["reason"]),
        only("people_sensitivenote", "sealed"),
        only("people_accessgrant", "ended_at, ended_by_name"),
        migrations.RunSQL(walls.OPENED, migrations.RunSQL.noop),
    ]
