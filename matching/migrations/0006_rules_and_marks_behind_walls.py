"""Rules and marks stand behind walls and point within their programme; no version of the rules is ever changed."""

from django.conf import settings
from django.db import migrations

from peerhub.lib import walls
from peerhub.lib.constraints import SameProgramme


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0005_rules_marks_and_runs"),
    ]

    operations = [
        SameProgramme("matching_matchingrules", "made_by_id", "people_person"),
        SameProgramme("matching_pairmark", "supporter_person_id", "people_person"),
        SameProgramme("matching_pairmark", "participant_person_id", "people_person"),
        SameProgramme("matching_pairmark", "made_by_id", "people_person"),
        SameProgramme("matching_pairmark", "lifted_by_id", "people_person"),
        walls.Wall("matching_matchingrules", quiet=["reason"]),
        walls.Wall("matching_pairmark", quiet=["kind", "reason", "words", "said_by"]),
        walls.Wall("matching_pairingrun", quiet=["result", "inputs"]),
        migrations.RunSQL(
            f'REVOKE UPDATE, DELETE ON matching_matchingrules FROM "{settings.DATABASE_WEB_ROLE}"',
            f'GRANT UPDATE, DELETE ON matching_matchingrules TO "{settings.DATABASE_WEB_ROLE}"',
        ),
    ]
