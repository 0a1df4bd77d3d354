"""People, messages, teams and log-ins stand behind walls: without a context the web role sees none of them."""

from django.conf import settings
from django.db import migrations

from peerhub.lib import walls


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0002_walls"),
        ("people", "0002_history"),
        ("notices", "0002_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [
        migrations.RunSQL(walls.FUNCTIONS, walls.WITHOUT_FUNCTIONS),
        # History is written by triggers with the owner's right; the web role reads it and nothing else.
        migrations.RunSQL(
            f'REVOKE INSERT, UPDATE, DELETE ON people_history FROM "{settings.DATABASE_WEB_ROLE}"',
            f'GRANT INSERT, UPDATE, DELETE ON people_history TO "{settings.DATABASE_WEB_ROLE}"',
        ),
        migrations.RunSQL(
            "ALTER TABLE people_history ADD CONSTRAINT people_history_programme FOREIGN KEY (programme_id) "
            "REFERENCES programmes_programme (id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE people_history DROP CONSTRAINT people_history_programme",
        ),
        walls.Wall("people_person", quiet=["gender", "languages"]),
        walls.Wall("people_statechange", history=False),
        walls.Wall("people_history", rule=walls.IN_HISTORY, history=False),
        walls.Wall("notices_notice"),
        walls.Wall("programmes_membership"),
        walls.Wall("people_user", quiet=["password"], rule=walls.LOGIN),
        walls.Wall("account_emailaddress", rule=walls.OWN),
        walls.Wall("mfa_authenticator", quiet=["data"], rule=walls.OWN),
        walls.Wall("usersessions_usersession", rule=walls.OWN, history=False),
        walls.Wall("django_admin_log", rule=walls.OWN, history=False),
    ]
