"""Whoever is in the files already is asked for consent within the programme's days; until then the file stays open."""

from django.db import migrations

ASKED_BY = """
    UPDATE recruitment_participant SET consent_due_on = current_date + p.consent_grace_days
    FROM programmes_programme p WHERE p.id = programme_id AND status <> 'closed'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0006_consent_is_asked_by"),
        ("programmes", "0008_consents_are_walled"),
    ]

    operations = [migrations.RunSQL(ASKED_BY, migrations.RunSQL.noop)]
