"""Consents, their texts and guardians stand behind walls, within their programme; a text once written stays."""

from django.conf import settings
from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme

TABLES = ("people_consenttext", "people_legalrepresentative", "people_consent")


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0007_days_to_ask_for_consent"),
        ("people", "0008_consent"),
    ]

    operations = [
        migrations.RunSQL(
            [
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_programme FOREIGN KEY (programme_id) "
                "REFERENCES programmes_programme (id) DEFERRABLE INITIALLY DEFERRED"
                for table in TABLES
            ],
            [f"ALTER TABLE {table} DROP CONSTRAINT {table}_programme" for table in TABLES],
        ),
        SameProgramme("people_consenttext", "written_by_id", "people_person"),
        SameProgramme("people_legalrepresentative", "person_id", "people_person"),
        SameProgramme("people_consent", "person_id", "people_person"),
        SameProgramme("people_consent", "text_id", "people_consenttext"),
        SameProgramme("people_consent", "representative_id", "people_legalrepresentative"),
        SameProgramme("people_consent", "read_by_id", "people_person"),
        SameProgramme("people_consent", "witness_id", "people_person"),
        SameProgramme("people_consent", "recorded_by_id", "people_person"),
        # The words are those of the purpose, and the guardian is the person's own.
        migrations.RunSQL(
            [
                "CREATE UNIQUE INDEX people_consenttext_id_purpose ON people_consenttext (id, purpose)",
                "ALTER TABLE people_consent ADD CONSTRAINT people_consent_text_of_purpose FOREIGN KEY (text_id, purpose) "
                "REFERENCES people_consenttext (id, purpose) DEFERRABLE INITIALLY DEFERRED",
                "CREATE UNIQUE INDEX people_legalrepresentative_id_person ON people_legalrepresentative (id, person_id)",
                "ALTER TABLE people_consent ADD CONSTRAINT people_consent_own_representative "
                "FOREIGN KEY (representative_id, person_id) REFERENCES people_legalrepresentative (id, person_id) "
                "DEFERRABLE INITIALLY DEFERRED",
            ],
            [
                "ALTER TABLE people_consent DROP CONSTRAINT people_consent_own_representative",
                "DROP INDEX people_legalrepresentative_id_person",
                "ALTER TABLE people_consent DROP CONSTRAINT people_consent_text_of_purpose",
                "DROP INDEX people_consenttext_id_purpose",
            ],
        ),
        walls.Wall("people_consenttext"),
        walls.Wall("people_legalrepresentative", quiet=["kind"]),
        walls.Wall("people_consent", quiet=["subject"]),
        # A text is only ever added to: what somebody said yes to stays what it was.
        migrations.RunSQL(
            f'REVOKE UPDATE, DELETE ON people_consenttext FROM "{settings.DATABASE_WEB_ROLE}"',
            f'GRANT UPDATE, DELETE ON people_consenttext TO "{settings.DATABASE_WEB_ROLE}"',
        ),
    ]
