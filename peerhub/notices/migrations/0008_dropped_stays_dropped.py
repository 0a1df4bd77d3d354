"""What a coordinator dropped before that was written down stays dropped: the sweep does not let it wait again.

Until now nothing that was taken back came back, so where kinds wait for a click all of them may be taken for dropped.
"""

from django.db import migrations

FORWARD = """
UPDATE notices_notice SET error = 'dropped'
WHERE status = 'cancelled' AND error = ''
    AND kind IN ('visit_reminder', 'visit_overdue', 'no_contact', 'review_due', 'year_ends')
    AND programme_id IN (SELECT programme_id FROM notices_heldkind)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0007_messages_about_cover"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
