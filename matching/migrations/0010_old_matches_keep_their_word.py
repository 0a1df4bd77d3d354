"""What was not asked before is said to be so, where the new rules want an answer."""

from django.db import migrations

STAFF = """(
    SELECT m.person_id FROM programmes_membership m
    WHERE m.programme_id = matching_match.programme_id AND m.role IN ('coordinator', 'supervisor')
    ORDER BY m.role, m.id LIMIT 1)"""
FORWARD = f"""
UPDATE matching_match SET declined_by = 'unknown' WHERE status = 'declined';
UPDATE matching_match SET no_talk_reason = 'not written down' WHERE status = 'closed';
UPDATE matching_match SET introduced_by_id = {STAFF}
    WHERE status IN ('introduced', 'agreed', 'active', 'paused') AND introduced_by_id IS NULL;
UPDATE matching_match SET responsible_id = introduced_by_id WHERE introduced_by_id IS NOT NULL;
UPDATE matching_match SET supporter_agreed_on = agreed_on, participant_agreed_on = agreed_on,
    oriented_on = agreed_on, explanation_waived = 'not written down'
    WHERE agreed_on IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0009_how_a_match_begins_and_ends"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
